"""Key to row: a hash index with open addressing.

It can be rebuilt at any time from the keys of a table and takes no part in a run's digest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import Keys
from fraudsim.core.table import Rows

_ONE = np.uint64(1)

# A slot is a key and, beside it, one more than its row: 0 is a free slot, so that room comes as zeros from the system
# and is only paid for when it is first written, and a look-up waits for memory once.


@compiled
def row_of(slots: Any, wanted: Any) -> Any:  # pragma: no cover - compiled
    """Return the row of one key, -1 where there is none; ``slots`` are those of an index."""
    mask = np.uint64(slots.shape[0] - 1)
    slot = wanted & mask
    while slots[slot, 1]:
        if slots[slot, 0] == wanted:
            return np.int64(slots[slot, 1] - _ONE)
        slot = (slot + _ONE) & mask
    return np.int64(-1)


@compiled
def insert_row(slots: Any, key: Any, row: Any) -> None:  # pragma: no cover - compiled
    """Remember the row of a key in the slots of an index that has room: see :meth:`Index.room`."""
    mask = np.uint64(slots.shape[0] - 1)
    slot = key & mask
    while slots[slot, 1] and slots[slot, 0] != key:
        slot = (slot + _ONE) & mask
    slots[slot, 0], slots[slot, 1] = key, np.uint64(row + 1)


@compiled
def _find(slots: Any, wanted: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(wanted.size):
        out[i] = row_of(slots, wanted[i])


@compiled
def _insert(slots: Any, keys: Any, rows: Any) -> None:  # pragma: no cover - compiled
    for i in range(keys.size):
        insert_row(slots, keys[i], rows[i])


@compiled
def _move(old: Any, new: Any) -> None:  # pragma: no cover - compiled
    for i in range(old.shape[0]):
        if old[i, 1]:
            insert_row(new, old[i, 0], np.int64(old[i, 1] - _ONE))


class Index:
    """Rows of a table by key.

    Attributes
    ----------
    slots : uint64, shape (slots, 2)
        Key, and one more than its row; for :func:`row_of`.

    Examples
    --------
    >>> index = Index()
    >>> index.insert(np.array([11, 12], np.uint64), np.array([0, 1]))
    >>> index.find(np.array([12, 13], np.uint64)).tolist()
    [1, -1]
    """

    def __init__(self) -> None:
        self.count = 0
        self.slots = np.zeros((64, 2), np.uint64)

    def find(self, keys: Keys) -> Rows:
        """Return the row of every key, -1 where there is none."""
        out = np.empty(keys.size, np.int64)
        _find(self.slots, keys, out)
        return out

    def insert(self, keys: Keys, rows: Rows) -> None:
        """Remember the rows of new keys; a key given again takes its new row."""
        _insert(self.room(keys.size), keys, rows)

    def room(self, new: int) -> NDArray[np.uint64]:
        """Return the slots, with room for so many new keys, for loops that insert them by :func:`insert_row`."""
        self.count += new
        if 2 * self.count > self.slots.shape[0]:
            self._grow()
        return self.slots

    def _grow(self) -> None:
        size = self.slots.shape[0]
        while size < 4 * self.count:
            size *= 2
        old, self.slots = self.slots, np.zeros((size, 2), np.uint64)
        _move(old, self.slots)

    def copy(self) -> Index:
        """Return an independent index with the same content."""
        twin = Index()
        twin.count, twin.slots = self.count, self.slots.copy()
        return twin
