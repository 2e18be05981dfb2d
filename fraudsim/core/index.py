"""Key to row: a hash index with open addressing.

It can be rebuilt at any time from the keys of a table and takes no part in a run's digest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import Keys
from fraudsim.core.table import Rows


@compiled
def row_of(keys: Any, rows: Any, wanted: Any) -> Any:  # pragma: no cover - compiled
    """Return the row of one key, -1 where there is none; ``keys`` and ``rows`` are the slots of an index."""
    mask = np.uint64(keys.size - 1)
    slot = wanted & mask
    while rows[slot] >= 0:
        if keys[slot] == wanted:
            return rows[slot]
        slot = (slot + np.uint64(1)) & mask
    return np.int64(-1)


@compiled
def _find(keys: Any, rows: Any, wanted: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(wanted.size):
        out[i] = row_of(keys, rows, wanted[i])


@compiled
def insert_row(keys: Any, rows: Any, key: Any, row: Any) -> None:  # pragma: no cover - compiled
    """Remember the row of a key in the slots of an index that has room: see :meth:`Index.room`."""
    mask = np.uint64(keys.size - 1)
    slot = key & mask
    while rows[slot] >= 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    keys[slot] = key
    rows[slot] = row


@compiled
def _insert(keys: Any, rows: Any, new_keys: Any, new_rows: Any) -> None:  # pragma: no cover - compiled
    for i in range(new_keys.size):
        insert_row(keys, rows, new_keys[i], new_rows[i])


class Index:
    """Rows of a table by key.

    Attributes
    ----------
    keys : uint64, shape (slots,)
    rows : int64, shape (slots,)
        Row of the key in that slot, -1 where the slot is free; for :func:`row_of`.

    Examples
    --------
    >>> index = Index()
    >>> index.insert(np.array([11, 12], np.uint64), np.array([0, 1]))
    >>> index.find(np.array([12, 13], np.uint64)).tolist()
    [1, -1]
    """

    def __init__(self) -> None:
        self.count = 0
        self.keys = np.zeros(64, np.uint64)
        self.rows = np.full(64, -1, np.int64)

    def find(self, keys: Keys) -> Rows:
        """Return the row of every key, -1 where there is none."""
        out = np.empty(keys.size, np.int64)
        _find(self.keys, self.rows, keys, out)
        return out

    def insert(self, keys: Keys, rows: Rows) -> None:
        """Remember the rows of new keys; a key given again takes its new row."""
        _insert(*self.room(keys.size), keys, rows)

    def room(self, new: int) -> tuple[Keys, Rows]:
        """Return the slots, with room for so many new keys, for loops that insert them by :func:`insert_row`."""
        self.count += new
        if 2 * self.count > self.keys.size:
            self._grow()
        return self.keys, self.rows

    def _grow(self) -> None:
        taken = self.rows >= 0
        old_keys, old_rows = self.keys[taken], self.rows[taken]
        size = self.keys.size
        while size < 4 * self.count:
            size *= 2
        self.keys, self.rows = np.zeros(size, np.uint64), np.full(size, -1, np.int64)
        _insert(self.keys, self.rows, old_keys, old_rows)

    def copy(self) -> Index:
        """Return an independent index with the same content."""
        twin = Index()
        twin.count, twin.keys, twin.rows = self.count, self.keys.copy(), self.rows.copy()
        return twin
