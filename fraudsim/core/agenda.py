"""Which rows are due on which day, so that a day costs what happens on it and not what exists."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.kernels import first_of_each
from fraudsim.core.table import Rows

DAYS = 512
"""Lists of an agenda: days that are so many apart share one."""
FREE, USED, PENDING = DAYS, DAYS + 1, DAYS + 2
NOTHING: Rows = np.empty(0, np.int64)

# An agenda is a calendar: days that are DAYS apart share a list. Each of its ``entries`` is a row of some table, the
# day on which it is due, and the next entry of the list, -1 at its end. ``heads`` are the first entry of every list,
# then the first free entry, how many entries have ever been in use, and how many are pending.


@compiled
def enter_row(entries: Any, heads: Any, row: Any, day: Any) -> None:  # pragma: no cover - compiled
    """Enter a row into an agenda that has room: see :meth:`fraudsim.core.agenda.Agenda.room`."""
    new = heads[FREE]
    if new >= 0:
        heads[FREE] = entries[new, 2]
    else:
        new = heads[USED]
        heads[USED] += 1
    heads[PENDING] += 1
    entries[new, 0], entries[new, 1], entries[new, 2] = row, day, heads[day % DAYS]
    heads[day % DAYS] = new


@compiled
def push(entries: Any, heads: Any, new: Any, due: Any) -> None:  # pragma: no cover - compiled
    """Enter rows into an agenda that has room, each for its day."""
    for i in range(new.size):
        enter_row(entries, heads, new[i], due[i])


@compiled
def push_all(entries: Any, heads: Any, new: Any, day: Any) -> None:  # pragma: no cover - compiled
    """Enter rows into an agenda that has room, all for one day."""
    for row in new:
        enter_row(entries, heads, row, day)


@compiled
def take_due(entries: Any, heads: Any, day: Any) -> Any:  # pragma: no cover - compiled
    """Take the rows of a day out of an agenda, in ascending order and each once."""
    n, entry = 0, heads[day % DAYS]
    while entry >= 0:
        n += entries[entry, 1] == day
        entry = entries[entry, 2]
    rows, k, kept = np.empty(n, np.int64), n, -1
    entry = heads[day % DAYS]
    while entry >= 0:
        following = entries[entry, 2]
        if entries[entry, 1] == day:  # the last one entered comes first
            k -= 1
            rows[k], entries[entry, 2], heads[FREE] = entries[entry, 0], heads[FREE], entry
        else:
            entries[entry, 2], kept = kept, entry
        entry = following
    heads[day % DAYS] = kept
    heads[PENDING] -= n
    for i in range(1, n):
        if rows[i] <= rows[i - 1]:
            rows.sort()
            return rows[first_of_each(rows)]
    return rows


class Agenda:
    """Rows by the day on which they are due.

    A row may be entered again for another day; whoever takes the rows of a day checks that the
    row's own due date is still that day. The agenda follows from the tables and takes no part in a
    run's digest.

    Examples
    --------
    >>> agenda = Agenda()
    >>> agenda.enter(np.array([4, 5]), np.array([2, 3]))
    >>> agenda.take(2).tolist(), agenda.take(2).tolist()
    ([4], [])
    """

    def __init__(self) -> None:
        # A calendar of lists: see the kernels. What a day costs does not depend on what is due later.
        self._entries, self._heads = np.zeros((64, 3), np.int64), np.full(DAYS + 3, -1)
        self._heads[PENDING] = self._heads[USED] = 0

    def enter(self, rows: Rows, days: Rows | int) -> None:
        """Enter rows for a day, or each for its own."""
        if rows.size == 0:
            return
        if isinstance(days, np.ndarray):
            push(*self.room(rows.size), rows, days)
        else:
            push_all(*self.room(rows.size), rows, int(days))

    def take(self, day: int) -> Rows:
        """Remove and return the rows of a day, in ascending order, each once."""
        rows: Rows = take_due(self._entries, self._heads, day) if self.may_be_due(day) else NOTHING
        return rows

    def may_be_due(self, day: int) -> bool:
        """Tell whether anything may be due on a day: False is certain."""
        return bool(self._heads[day % DAYS] >= 0)

    def room(self, n: int) -> tuple[Rows, Rows]:
        """Return the two arrays of the agenda, with room for ``n`` more entries, for compiled loops.

        Loops take what is due by :func:`take_due` and enter rows by
        :func:`enter_row`.
        """
        needed = self.pending + n
        if needed > len(self._entries):
            more = np.zeros((2 * needed - len(self._entries), 3), np.int64)
            self._entries = np.concatenate((self._entries, more))
        return self._entries, self._heads

    @property
    def pending(self) -> int:
        """Number of entries: an upper bound of what may be due on any day."""
        return int(self._heads[PENDING])

    @property
    def _days(self) -> dict[int, list[int]]:
        """What is pending, by day, for tests."""
        days: dict[int, list[int]] = {}
        for head in self._heads[:DAYS].tolist():
            entry = head
            while entry >= 0:
                row, day, entry = self._entries[entry].tolist()
                days.setdefault(day, []).append(row)
        return days

    def copy(self) -> Agenda:
        """Return an independent agenda with the same entries."""
        twin = Agenda()
        twin._entries, twin._heads = self._entries.copy(), self._heads.copy()
        return twin
