"""Which rows are due on which day, so that a day costs what happens on it and not what exists."""

from __future__ import annotations

import numpy as np

from fraudsim.core.kernels import DAYS, PENDING, USED, push, push_all, take_due
from fraudsim.core.table import Rows

NOTHING: Rows = np.empty(0, np.int64)


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

        Loops take what is due by :func:`~fraudsim.core.kernels.take_due` and enter rows by
        :func:`~fraudsim.core.kernels.enter_row`.
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
