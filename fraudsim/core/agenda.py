"""Which rows are due on which day, so that a day costs what happens on it and not what exists."""

from __future__ import annotations

import numpy as np

from fraudsim.core.kernels import pull, push
from fraudsim.core.table import Rows


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
        self._count = 0
        self._rows, self._due = np.empty(64, np.int64), np.empty(64, np.int64)

    def enter(self, rows: Rows, days: Rows | int) -> None:
        """Enter rows for a day, or each for its own."""
        if rows.size == 0:
            return
        first, last = self._count, self._count + rows.size
        if last > self._rows.size:
            self._grow(2 * last)
        if isinstance(days, np.ndarray):
            push(self._rows, self._due, first, rows, days)
        else:
            self._rows[first:last], self._due[first:last] = rows, days
        self._count = last

    def _grow(self, size: int) -> None:
        rows, days = np.empty(size, np.int64), np.empty(size, np.int64)
        rows[: self._count], days[: self._count] = self._rows[: self._count], self._due[: self._count]
        self._rows, self._due = rows, days

    @property
    def _days(self) -> dict[int, list[int]]:
        """What is pending, by day, for tests."""
        days: dict[int, list[int]] = {}
        for row, day in zip(self._rows[: self._count].tolist(), self._due[: self._count].tolist()):
            days.setdefault(day, []).append(row)
        return days

    def take(self, day: int) -> Rows:
        """Remove and return the rows of a day, in ascending order, each once."""
        rows: Rows
        if self._count == 0:
            return np.empty(0, np.int64)
        rows, self._count = pull(self._rows, self._due, self._count, day)
        return rows

    def copy(self) -> Agenda:
        """Return an independent agenda with the same entries."""
        twin = Agenda()
        twin._count, twin._rows, twin._due = self._count, self._rows.copy(), self._due.copy()
        return twin
