"""Key to number: a hash index with open addressing.

Numbers are rows of a table; below -1 they stand for what its owner wants to remember of a key that has no row. Rows can
be found again at any time from the keys of a table, what is remembered cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.draws import Keys
from fraudsim.core.table import Rows

LARGE = 2**20
"""Slots from which an index grows by a quarter, for memory's sake; before, it doubles."""

_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
Slots = NDArray[np.uint32]

# A slot is the upper and the lower half of a key and, beside them, one more than its number: 0 is a free slot, so that
# room comes as zeros from the system and is only paid for when it is first written, and a look-up waits for memory
# once. Keys are hashes: a key looks for its place from where it would stand if they were spread evenly in ascending
# order. So all keys move up in one sweep when there are more slots, and come out nearly in order.


@compiled_inline
def home_of(slots: Any, key: Any) -> Any:  # pragma: no cover - compiled
    """Return the slot where a key stands unless others came first."""
    return np.int64(((key >> _S32) * np.uint64(slots.shape[0])) >> _S32)


@compiled
def row_of(slots: Any, wanted: Any) -> Any:  # pragma: no cover - compiled
    """Return the number of one key, -1 where there is none; ``slots`` are those of an index."""
    high, low, size, slot = np.uint32(wanted >> _S32), np.uint32(wanted & _LOW), slots.shape[0], home_of(slots, wanted)
    while slots[slot, 2]:
        if slots[slot, 1] == low and slots[slot, 0] == high:
            return np.int64(np.int32(slots[slot, 2])) - 1
        slot = slot + 1 if slot + 1 < size else 0
    return np.int64(-1)


@compiled
def insert_row(slots: Any, key: Any, number: Any) -> None:  # pragma: no cover - compiled
    """Remember the number of a key in the slots of an index that has room: see :meth:`Index.room`."""
    high, low, size, slot = np.uint32(key >> _S32), np.uint32(key & _LOW), slots.shape[0], home_of(slots, key)
    while slots[slot, 2] and (slots[slot, 1] != low or slots[slot, 0] != high):
        slot = slot + 1 if slot + 1 < size else 0
    slots[slot, 0], slots[slot, 1], slots[slot, 2] = high, low, np.uint32(np.int64(number) + 1)


@compiled
def _find(slots: Any, wanted: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(wanted.size):
        out[i] = row_of(slots, wanted[i])


@compiled
def _insert(slots: Any, keys: Any, numbers: Any) -> None:  # pragma: no cover - compiled
    for i in range(keys.size):
        insert_row(slots, keys[i], numbers[i])


@compiled
def _spread(slots: Any, old: Any) -> None:  # pragma: no cover - compiled
    """Let keys that stand in the first ``old`` slots take their places among all of them, in place.

    From the end, run by run: the new place of a key lies behind its old one, where all have moved already. Those that
    had gone round the end stand in the first run, which comes last.
    """
    run, last = np.empty((64, 3), np.uint32), old
    while last > 0:
        first = last
        while first > 0 and slots[first - 1, 2]:
            first -= 1
        n = last - first
        if n > run.shape[0]:
            run = np.empty((2 * n, 3), np.uint32)
        for i in range(n):
            for j in range(3):
                run[i, j], slots[first + i, j] = slots[first + i, j], 0
        for i in range(n):
            key = (np.uint64(run[i, 0]) << _S32) | np.uint64(run[i, 1])
            insert_row(slots, key, np.int64(np.int32(run[i, 2])) - 1)
        last = min(first, last - 1)


@compiled
def _free_from(slots: Any, slot: Any) -> Any:  # pragma: no cover - compiled
    """Return the first free slot from one on; their number where there is none."""
    while slot < slots.shape[0] and slots[slot, 2]:
        slot += 1
    return slot


def _homes(keys: Keys, size: int) -> NDArray[np.uint64]:
    """Return the slots where a look-up of each key begins."""
    return ((keys >> _S32) * np.uint64(size)) >> _S32


@compiled
def _below(slots: Any, first: Any, last: Any, limit: Any) -> Any:  # pragma: no cover - compiled
    """Return keys and numbers in some slots whose number is below a limit."""
    n = 0
    for slot in range(first, last):
        n += slots[slot, 2] != 0 and np.int64(np.int32(slots[slot, 2])) - 1 < limit
    keys, numbers, n = np.empty(n, np.uint64), np.empty(n, np.int64), 0
    for slot in range(first, last):
        number = np.int64(np.int32(slots[slot, 2])) - 1
        if slots[slot, 2] != 0 and number < limit:
            keys[n], numbers[n] = (np.uint64(slots[slot, 0]) << _S32) | np.uint64(slots[slot, 1]), number
            n += 1
    return keys, numbers


class Index:
    """Numbers by key.

    Attributes
    ----------
    count : int
        Keys it holds, at most.
    slots : uint32, shape (slots, 3)
        Upper and lower half of a key, and one more than its number; for :func:`row_of`.

    Examples
    --------
    >>> index = Index()
    >>> index.insert(np.array([11, 12], np.uint64), np.array([0, 1]))
    >>> index.find(np.array([12, 13], np.uint64)).tolist()
    [1, -1]
    """

    def __init__(self) -> None:
        self.count = 0
        self._all = self.slots = np.zeros((64, 3), np.uint32)

    def find(self, keys: Keys) -> Rows:
        """Return the number of every key, -1 where there is none."""
        out = np.empty(keys.size, np.int64)
        _find(self.slots, keys, out)
        return out

    def insert(self, keys: Keys, numbers: Rows) -> None:
        """Remember the numbers of new keys, each above -2^31 and not -1; a key given again takes its new number."""
        _insert(self.room(keys.size), keys, numbers)

    def room(self, new: int) -> Slots:
        """Return the slots, with room for so many new keys, for loops that insert them by :func:`insert_row`."""
        self.count += new
        size = len(self.slots)
        if 4 * self.count > 3 * size:
            self._stretch(max(size + (size // 4 if size > LARGE else size), 7 * self.count // 5))
        return self.slots

    def reserve(self, keys: int) -> None:
        """Make room at once for so many keys, so that none has to move later."""
        self._stretch(max(len(self.slots), 4 * keys // 3 + 1))

    def _stretch(self, size: int) -> None:
        old = len(self.slots)
        # Room comes twice what is needed, so that there is none to copy next time; what is not written costs nothing.
        if size > len(self._all):
            self._all = np.zeros((2 * size, 3), np.uint32)
            self._all[:old] = self.slots
        self.slots = self._all[:size]
        _spread(self.slots, old)

    def below(self, limit: int, piece: int = 2**20) -> Iterator[tuple[Keys, Rows]]:
        """Go through the keys whose number is below a limit, in ascending order, some at a time.

        Yields
        ------
        keys : uint64
        numbers : int64
        """
        size, first = len(self.slots), 0
        round_the_end = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        while first < size:
            last = _free_from(self.slots, min(first + piece, size))
            keys, numbers = _below(self.slots, first, last, limit)
            if first == 0:
                early = _homes(keys, size) < last
                round_the_end, keys, numbers = (keys[~early], numbers[~early]), keys[early], numbers[early]
            if last == size:
                keys, numbers = np.append(keys, round_the_end[0]), np.append(numbers, round_the_end[1])
            order = np.argsort(keys)
            yield keys[order], numbers[order]
            first = last

    def __getstate__(self) -> dict[str, Any]:
        return {"count": self.count, "slots": self.slots.copy()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.count = state["count"]
        self._all = self.slots = state["slots"]

    def copy(self) -> Index:
        """Return an independent index with the same content."""
        twin = Index()
        twin.count = self.count
        twin._all = twin.slots = self.slots.copy()
        return twin
