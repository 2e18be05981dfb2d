"""Which rows are due on which day, so that a day costs what happens on it and not what exists."""

from __future__ import annotations

import numpy as np

from fraudsim.core.kernels import push, push_all, take_due
from fraudsim.core.table import Rows

NEVER = 2**62
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
        # One list of what is pending, in the order of entry: short, as what is taken goes out of it.
        self._rows, self._due = np.empty(64, np.int64), np.empty(64, np.int64)
        self._span = np.array([0, NEVER])  # how many are pending, and the earliest day of those

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
        rows: Rows = NOTHING if day < self._span[1] else take_due(self._rows, self._due, self._span, day)
        return rows

    def room(self, n: int) -> tuple[Rows, Rows, Rows]:
        """Return the three arrays of the agenda, with room for ``n`` more entries, for compiled loops.

        Loops take what is due by :func:`~fraudsim.core.kernels.take_due` and enter rows by
        :func:`~fraudsim.core.kernels.enter_row`.
        """
        last = int(self._span[0]) + n
        if last > self._rows.size:
            self._rows, self._due = (np.concatenate((old, np.empty(2 * last - old.size, np.int64)))
                                     for old in (self._rows, self._due))
        return self._rows, self._due, self._span

    @property
    def first(self) -> int:
        """Earliest day on which something is due; one beyond every horizon where nothing is."""
        return int(self._span[1])

    @property
    def pending(self) -> int:
        """Number of entries: an upper bound of what may be due on any day."""
        return int(self._span[0])

    @property
    def _days(self) -> dict[int, list[int]]:
        """What is pending, by day, for tests."""
        days: dict[int, list[int]] = {}
        for row, day in zip(self._rows[: self.pending].tolist(), self._due[: self.pending].tolist()):
            days.setdefault(day, []).append(row)
        return days

    def copy(self) -> Agenda:
        """Return an independent agenda with the same entries."""
        twin = Agenda()
        twin._rows, twin._due, twin._span = self._rows.copy(), self._due.copy(), self._span.copy()
        return twin
