"""Small compiled loops over columns: one call each where NumPy needs several.

On the few rows that a day touches a NumPy call costs a microsecond or two whatever it does, so the
number of calls is what a day costs. Everything here takes plain arrays, does what its NumPy twin in
the docstring does, to the bit, and knows nothing of fraud.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def add_same(column: Any, rows: Any, amount: Any) -> None:  # pragma: no cover - compiled
    """Add one amount to some rows: ``np.add.at(column, rows, amount)``."""
    for i in range(rows.size):
        column[rows[i]] += amount


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
def rows_between(column: Any, low: Any, high: Any) -> Any:  # pragma: no cover - compiled
    """Find: ``np.flatnonzero((column >= low) & (column <= high))``."""
    rows = np.empty(column.size + 1, np.int64)
    n = 0
    for i in range(column.size):
        rows[n] = i
        n += (column[i] >= low) & (column[i] <= high)
    return rows[:n]


@compiled
def rows_grouped(codes: Any, usual: Any, other: Any, groups: Any, special: Any) -> Any:  # pragma: no cover - compiled
    """Find rows that have either code, and the group of each: its own, or ``special`` with the other code.

    ``rows = np.flatnonzero((codes == usual) | (codes == other))``,
    ``np.where(codes[rows] == other, special, groups[rows])``
    """
    rows, group = np.empty(codes.size + 1, np.int64), np.empty(codes.size + 1, np.int64)
    n = 0
    for i in range(codes.size):
        if codes[i] == usual or codes[i] == other:
            rows[n], group[n] = i, special if codes[i] == other else groups[i]
            n += 1
    return rows[:n], group[:n]


@compiled
def add_where(column: Any, rows: Any, groups: Any, least: Any, amount: Any) -> None:  # pragma: no cover - compiled
    """Add one amount to some of the rows: ``np.add.at(column, rows[groups >= least], amount)``."""
    for i in range(rows.size):
        if groups[i] >= least:
            column[rows[i]] += amount


@compiled
def rows_with(first: Any, x: Any, second: Any, y: Any) -> Any:  # pragma: no cover - compiled
    """Find: ``np.flatnonzero((first == x) & (second == y))``."""
    hit, n = np.empty(first.size, np.uint8), 0
    for i in range(first.size):  # in loops of their own: the compiler compares many at a time
        hit[i] = (first[i] == x) & (second[i] == y)
    for i in range(first.size):
        n += hit[i]
    rows, n = np.empty(n, np.int64), 0
    for i in range(first.size):
        if hit[i]:
            rows[n] = i
            n += 1
    return rows


@compiled
def rows_some(codes: Any, x: Any, amounts: Any) -> Any:  # pragma: no cover - compiled
    """Find: ``np.flatnonzero((codes == x) & (amounts > 0))``."""
    rows = np.empty(codes.size + 1, np.int64)
    n = 0
    for i in range(codes.size):
        rows[n] = i
        n += (codes[i] == x) & (amounts[i] > 0)
    return rows[:n]


@compiled
def free_rows(holder: Any, owner: Any, status: Any, wanted: Any) -> Any:  # pragma: no cover - compiled
    """Find rows that nobody holds and whose owner has a status.

    ``np.flatnonzero((holder < 0) & (status[owner] == wanted))``
    """
    rows = np.empty(holder.size + 1, np.int64)
    n = 0
    for i in range(holder.size):
        if holder[i] < 0 and status[owner[i]] == wanted:
            rows[n] = i
            n += 1
    return rows[:n]


@compiled
def choose(steps: Any, group: Any, u: Any) -> Any:  # pragma: no cover - compiled
    """Choose an option a row, in proportion to the rises of ``steps[group]``.

    ``(u[:, None] * steps[group, -1:] >= steps[group]).sum(axis=1)``
    """
    out = np.empty(group.size, np.int64)
    options = steps.shape[1]
    for i in range(group.size):
        g = group[i]
        aim = u[i] * steps[g, options - 1]
        out[i] = 0
        for k in range(options - 1):  # no early end: a branch that nobody can foresee costs more than the rest
            out[i] += aim >= steps[g, k]
    return out


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
def push(rows: Any, days: Any, count: Any, new: Any, due: Any) -> None:  # pragma: no cover - compiled
    """Append rows and the day of each: ``rows[count:][:n] = new; days[count:][:n] = due``."""
    for i in range(new.size):
        rows[count + i] = new[i]
        days[count + i] = due[i]


@compiled
def pull(rows: Any, days: Any, count: Any, day: Any) -> Any:  # pragma: no cover - compiled
    """Take out the rows of a day, in their order; move the others together.

    Returns the rows, how many are left, and whether the rows rise strictly.
    """
    n = 0
    for i in range(count):
        n += days[i] == day
    taken = np.empty(n, np.int64)
    if n == 0:
        return taken, count, True
    n, kept, rising = 0, 0, True
    for i in range(count):
        if days[i] == day:
            taken[n] = rows[i]
            rising &= n == 0 or taken[n] > taken[n - 1]
            n += 1
        else:
            rows[kept], days[kept] = rows[i], days[i]
            kept += 1
    return taken, kept, rising


@compiled
def both_equal(first: Any, x: Any, second: Any, y: Any, rows: Any) -> Any:  # pragma: no cover - compiled
    """Tell of some rows: ``(first[rows] == x) & (second[rows] == y)``."""
    out = np.empty(rows.size, np.bool_)
    for i in range(rows.size):
        out[i] = (first[rows[i]] == x) & (second[rows[i]] == y)
    return out


@compiled
def tally_stocks(table: Any, series: Any, columns: Any, rows: Any, first: Any, x: Any, second: Any, y: Any,
                 third: Any, z: Any) -> None:  # pragma: no cover - compiled
    """Count rows three ways by their columns: all, some, and others.

    With ``at = columns[rows]`` count into ``table[series[0]]`` all of ``at``; into ``table[series[1]]`` those
    with ``(first[rows] == x) | (second[rows] == y)``; into ``table[series[2]]`` those with ``third[rows] != z``.
    """
    for i in range(rows.size):
        row = rows[i]
        at = columns[row]
        table[series[0], at] += 1
        table[series[1], at] += (first[row] == x) | (second[row] == y)
        table[series[2], at] += third[row] != z


@compiled
def vacate(rows: Any, seat: Any, holder: Any, vacant_since: Any, day: Any) -> Any:  # pragma: no cover - compiled
    """Take rows from their seats and return those that had one.

    ``rows = rows[seat[rows] >= 0]; holder[seat[rows]] = -1; vacant_since[seat[rows]] = day; seat[rows] = -1``
    """
    had = np.empty(rows.size, np.int64)
    n = 0
    for i in range(rows.size):
        own = seat[rows[i]]
        if own >= 0:
            holder[own], vacant_since[own], seat[rows[i]] = -1, day, -1
            had[n] = rows[i]
            n += 1
    return had[:n]


@compiled
def rows_below(column: Any, rows: Any, limit: Any) -> Any:  # pragma: no cover - compiled
    """Pick among rows: ``rows[column[rows] < limit]``."""
    out = np.empty(rows.size, np.int64)
    n = 0
    for i in range(rows.size):
        if column[rows[i]] < limit:
            out[n] = rows[i]
            n += 1
    return out[:n]


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
def members(whole: Any, group: Any, start: Any, share: Any, part: Any, u: Any) -> Any:  # pragma: no cover - compiled
    """Number the members of a whole part by part, and pick one of the given part by a uniform.

    ``floor(whole[group] * start[part]) + floor(u * (whole[group] * share[part]))``, at most ``whole[group] - 1``
    """
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        n, p = whole[group[i]], part[i]
        out[i] = min(np.int64(np.floor(n * start[p]) + np.floor(u[i] * (n * share[p]))), n - 1)
    return out


@compiled
def first_of_each(sorted_keys: Any) -> Any:  # pragma: no cover - compiled
    """Tell where a run of equal keys begins: ``concatenate(([True], keys[1:] != keys[:-1]))``."""
    out = np.empty(sorted_keys.size, np.bool_)
    for i in range(out.size):
        out[i] = i == 0 or sorted_keys[i] != sorted_keys[i - 1]
    return out


@compiled
def set_code(codes: Any, row: Any, allowed: Any, to: Any) -> None:  # pragma: no cover - compiled
    """Set ``codes[row] = to`` inside a loop; raise ValueError unless ``allowed[codes[row], to]`` of a lifecycle."""
    if not allowed[codes[row], to]:
        raise ValueError("a change of status that its lifecycle does not allow")
    codes[row] = to


@compiled
def row_sum(values: Any) -> Any:  # pragma: no cover - compiled
    """Add up one row in the order in which ``table.sum(axis=1)`` does.

    From eight values on NumPy keeps eight sums side by side; a row of more than 128 it halves first.
    """
    if values.size > 128:
        half = values.size // 2
        half -= half % 8
        return row_sum(values[:half]) + row_sum(values[half:])
    whole = values.size - values.size % 8
    total = 0.0
    if whole:
        r = values[:8].copy()
        for i in range(8, whole):
            r[i % 8] += values[i]
        total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
    for i in range(whole, values.size):
        total += values[i]
    return total
