"""Small compiled loops over columns: one call each where NumPy needs several.

On the few rows that a day touches a NumPy call costs a microsecond or two whatever it does, so the
number of calls is what a day costs. Everything here takes plain arrays, does what its NumPy twin in
the docstring does, to the bit, and knows nothing of fraud.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.cpython.unsafe import numbers

from fraudsim.core.compiled import compiled

trailing_zeros: Any = numbers.trailing_zeros

_ONE, _BYTES, _S56 = np.uint64(1), np.uint64(0x0001020304050607), np.uint64(56)

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def add_each(column: Any, rows: Any, amounts: Any) -> None:  # pragma: no cover - compiled
    """Add amounts to rows, in their order: ``np.add.at(column, rows, amounts)``."""
    for i in range(rows.size):
        column[rows[i]] += amounts[i]


@compiled
def tally(table: Any, row: Any, columns: Any) -> None:  # pragma: no cover - compiled
    """Count: ``np.add.at(table[row], columns, 1)``."""
    for i in range(columns.size):
        table[row, columns[i]] += 1


@compiled
def tally_amounts(table: Any, row: Any, columns: Any, amounts: Any) -> None:  # pragma: no cover - compiled
    """Add up: ``np.add.at(table[row], columns, amounts)``."""
    for i in range(columns.size):
        table[row, columns[i]] += amounts[i]


@compiled
def no_marks(size: Any) -> Any:  # pragma: no cover - compiled
    """Return a mark for each of so many rows, not set, for :func:`marked`: one byte each, in whole words of eight."""
    return np.zeros(8 * ((size + 7) // 8), np.uint8)


@compiled
def marked(marks: Any) -> Any:  # pragma: no cover - compiled
    """Find the rows whose mark is 1: ``np.flatnonzero(marks)``, taking eight marks as one word.

    The lowest mark of a word is 256^k; times ``_BYTES`` its position k comes to stand in the highest byte.
    """
    n = 0
    for i in range(marks.size):
        n += marks[i]
    rows, words, many, n = np.empty(n + 1, np.int64), marks.view(np.uint64), 8 * n > marks.size, 0
    for i in range(marks.size if many else 0):  # one by one, then, without a branch that nobody can foresee
        rows[n] = i
        n += marks[i]
    for w in range(0 if many else words.size):
        left = words[w]
        while left:
            lowest = left & (~left + _ONE)
            rows[n] = 8 * w + np.int64((lowest * _BYTES) >> _S56)
            left ^= lowest
            n += 1
    return rows[:n]


@compiled
def rows_between(column: Any, low: Any, high: Any) -> Any:  # pragma: no cover - compiled
    """Find: ``np.flatnonzero((column >= low) & (column <= high))``."""
    marks = no_marks(column.size)
    for i in range(column.size):  # in a loop of its own: the compiler compares many at a time
        marks[i] = (column[i] >= low) & (column[i] <= high)
    return marked(marks)


@compiled
def rows_with(first: Any, x: Any, second: Any, y: Any) -> Any:  # pragma: no cover - compiled
    """Find: ``np.flatnonzero((first == x) & (second == y))``."""
    marks = no_marks(first.size)
    for i in range(first.size):  # in a loop of its own: the compiler compares many at a time
        marks[i] = (first[i] == x) & (second[i] == y)
    return marked(marks)


@compiled
def free_rows(holder: Any, owner: Any, status: Any, wanted: Any) -> Any:  # pragma: no cover - compiled
    """Find rows that nobody holds and whose owner has a status.

    ``np.flatnonzero((holder < 0) & (status[owner] == wanted))``
    """
    marks = no_marks(holder.size)
    for i in range(holder.size):  # in a loop of its own: the compiler compares many at a time
        marks[i] = holder[i] < 0
    rows, n = marked(marks), 0
    for row in rows:
        rows[n] = row
        n += status[owner[row]] == wanted
    return rows[:n]


@compiled
def change_code(codes: Any, rows: Any, allowed: Any, to: Any) -> Any:  # pragma: no cover - compiled
    """Set codes to ``to`` if ``allowed[codes[rows]]`` holds throughout; return the first row where not, else -1."""
    for i in range(rows.size):
        if not allowed[codes[rows[i]]]:
            return rows[i]
    for i in range(rows.size):
        codes[rows[i]] = to
    return -1


@compiled
def holds(column: Any, value: Any) -> Any:  # pragma: no cover - compiled
    """Tell: ``(column == value).any()``."""
    found = False
    for i in range(column.size):
        found |= column[i] == value
    return found


@compiled
def lowest_first(keys: Any, n: Any) -> Any:  # pragma: no cover - compiled
    """Return the positions of the ``n`` lowest keys, in their order: ``argsort(keys)[:n]`` without sorting all."""
    found, size = np.empty(n, np.int64), 0
    for i in range(keys.size if n > 0 else 0):  # for the few that are wanted: those found so far are kept in order
        if size == n and keys[i] >= keys[found[n - 1]]:
            continue
        size = min(size + 1, n)
        k = size - 1
        while k > 0 and keys[found[k - 1]] > keys[i]:
            found[k] = found[k - 1]
            k -= 1
        found[k] = i
    return found


@compiled
def key_order(keys: Any) -> Any:  # pragma: no cover - compiled
    """Return ``np.argsort(keys, kind="stable")`` of keys that are hashes: spread evenly, so that few share a bucket."""
    n, shift = keys.size, np.uint64(64)
    size = 1
    while size < n:
        size, shift = 2 * size, shift - _ONE
    if size == 1:
        return np.arange(n)
    start = np.zeros(size + 1, np.int64)
    for i in range(n):
        start[np.int64(keys[i] >> shift) + 1] += 1
    for b in range(size):
        start[b + 1] += start[b]
    order = np.empty(n, np.int64)
    for i in range(n):
        bucket = np.int64(keys[i] >> shift)
        order[start[bucket]] = i
        start[bucket] += 1
    for i in range(1, n):  # in order but for those of one bucket, which stand next to each other
        now, k = order[i], i
        while k > 0 and keys[order[k - 1]] > keys[now]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = now
    return order


@compiled
def rising_rows(rows: Any) -> Any:  # pragma: no cover - compiled
    """Return ``np.unique(rows)`` of row numbers: many are sorted by a mark, one bit, for each number there may be."""
    n, k, most = rows.size, 0, -1
    for i in range(n):
        most = max(most, rows[i])
    if n < 256 or most >> 12 > n:  # a word of marks costs about a hundredth of a place in a sort
        rows = np.sort(rows)
        for i in range(n):
            if i == 0 or rows[i] != rows[k - 1]:
                rows[k] = rows[i]
                k += 1
        return rows[:k]
    words = np.zeros((most >> 6) + 1, np.uint64)
    for i in range(n):
        words[rows[i] >> 6] |= _ONE << np.uint64(rows[i] & 63)
    for w in range(words.size):
        left = words[w]
        while left:
            rows[k] = 64 * w + np.int64(trailing_zeros(left))
            left &= left - _ONE
            k += 1
    return rows[:k]


@compiled
def either_any(first: Any, second: Any) -> Any:  # pragma: no cover - compiled
    """Tell: ``first.any() or second.any()``."""
    found = False
    for i in range(first.size):
        found |= first[i] != 0
    for i in range(second.size):
        found |= second[i] != 0
    return found


@compiled
def differ(first: Any, second: Any) -> Any:  # pragma: no cover - compiled
    """Tell: ``(first != second).any()``."""
    found = False
    for i in range(first.size):
        found |= first[i] != second[i]
    return found


@compiled
def least(values: Any) -> Any:  # pragma: no cover - compiled
    """Return ``values.min()``; infinity of nothing."""
    found = np.inf
    for i in range(values.size):
        found = min(found, values[i])
    return found


@compiled
def both_equal(first: Any, x: Any, second: Any, y: Any, rows: Any) -> Any:  # pragma: no cover - compiled
    """Tell of some rows: ``(first[rows] == x) & (second[rows] == y)``."""
    out = np.empty(rows.size, np.bool_)
    for i in range(rows.size):
        out[i] = (first[rows[i]] == x) & (second[rows[i]] == y)
    return out


@compiled
def rows_equal(column: Any, rows: Any, value: Any) -> Any:  # pragma: no cover - compiled
    """Pick among rows: ``rows[column[rows] == value]``."""
    out = np.empty(rows.size, np.int64)
    n = 0
    for i in range(rows.size):
        if column[rows[i]] == value:
            out[n] = rows[i]
            n += 1
    return out[:n]


@compiled
def set_code(codes: Any, row: Any, allowed: Any, to: Any) -> None:  # pragma: no cover - compiled
    """Set ``codes[row] = to`` inside a loop; raise ValueError unless ``allowed[codes[row], to]`` of a lifecycle."""
    if not allowed[codes[row], to]:
        raise ValueError("a change of status that its lifecycle does not allow")
    codes[row] = to


@compiled
def row_sum(values: Any) -> Any:  # pragma: no cover - compiled
    """Add up, one after the other: ``np.cumsum(values)[-1]``."""
    total = 0.0
    for i in range(values.size):
        total += values[i]
    return total
