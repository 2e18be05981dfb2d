"""Which rows are due on which day, so that a day costs what happens on it and not what exists."""

from __future__ import annotations

import numpy as np

from fraudsim.core.table import Rows

_NONE = np.empty(0, np.int64)
_FEW = 200  # up to here a plain loop beats sorting


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
        self._days: dict[int, list[int]] = {}

    def enter(self, rows: Rows, days: Rows | int) -> None:
        """Enter rows for a day, or each for its own."""
        if rows.size == 0:
            return
        if isinstance(days, (int, np.integer)):
            self._days.setdefault(int(days), []).extend(rows.tolist())
        elif rows.size <= _FEW:
            for row, day in zip(rows.tolist(), days.tolist()):
                self._days.setdefault(day, []).append(row)
        else:
            self._enter_many(rows, days)

    def _enter_many(self, rows: Rows, days: Rows) -> None:
        order = np.argsort(days, kind="stable")
        days, rows = days[order], rows[order]
        cuts = (days[1:] != days[:-1]).nonzero()[0] + 1
        for day, part in zip(days[np.concatenate(([0], cuts))].tolist(), np.split(rows, cuts)):
            self._days.setdefault(day, []).extend(part.tolist())

    def take(self, day: int) -> Rows:
        """Remove and return the rows of a day, in ascending order, each once."""
        rows = self._days.pop(day, None)
        if rows is None:
            return _NONE
        return np.array(sorted(set(rows)), np.int64)

    def copy(self) -> Agenda:
        """Return an independent agenda with the same entries."""
        twin = Agenda()
        twin._days = {day: list(rows) for day, rows in self._days.items()}
        return twin
