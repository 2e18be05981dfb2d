"""Rows of a table that were given back, to be used again.

A row number is then no safe reference to an entity: its key is. Only for tables to whose rows nothing refers for longer
than they are in use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled


@compiled
def give_back(rows: Any, count: Any, keys: Any, row: Any) -> None:  # pragma: no cover - compiled
    """Give back a row, to spare rows that have room for it: its key becomes 0. See :meth:`Spare.room`."""
    keys[row] = 0
    rows[count[0]] = row
    count[0] += 1


@compiled
def take_back(rows: Any, count: Any) -> Any:  # pragma: no cover - compiled
    """Return the row that was given back last, -1 where there is none."""
    if count[0] == 0:
        return np.int64(-1)
    count[0] -= 1
    return np.int64(rows[count[0]])


class Spare:
    """Rows that were given back: the last comes first.

    Attributes
    ----------
    rows : int32, shape (room,)
        The first ``count[0]`` of them are spare rows.
    count : int64, shape (1,)

    Examples
    --------
    >>> spare, keys = Spare(), np.array([5, 6, 7], np.uint64)
    >>> give_back(*spare.room(1), keys, 1)
    >>> keys.tolist(), len(spare), take_back(spare.rows, spare.count), len(spare)
    ([5, 0, 7], 1, 1, 0)
    """

    def __init__(self) -> None:
        self.rows, self.count = np.zeros(64, np.int32), np.zeros(1, np.int64)

    def __len__(self) -> int:
        return int(self.count[0])

    def room(self, n: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return rows and count, with room for ``n`` more, for loops."""
        last = len(self) + n
        if last > self.rows.size:
            self.rows = np.concatenate((self.rows, np.zeros(2 * last - self.rows.size, np.int32)))
        return self.rows, self.count

    def copy(self) -> Spare:
        """Return the same spare rows, independent of these."""
        twin = Spare()
        twin.rows, twin.count = self.rows.copy(), self.count.copy()
        return twin
