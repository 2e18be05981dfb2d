"""Which rows are due on which day, so that what is due costs by itself and not by what exists.

A day as a whole does cost more with the years: rows are never removed, and some loops look at all that there ever
were (captivity at every worker). How much more is in docs/benchmarks.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled
from fraudsim.core.kernels import rising_rows
from fraudsim.core.prefetch import prefetch
from fraudsim.core.table import Rows

DAYS = 512
"""Lists of an agenda: days that are so many apart share one."""
FREE, USED, PENDING = DAYS, DAYS + 1, DAYS + 2
BLOCK = 13
"""Rows of a block: with the three numbers before them they fill a cache line."""
LAST = 2**31 - 1
"""Latest day: what is due later comes up then, that is never."""
NOTHING: Rows = np.empty(0, np.int64)

# An agenda is a calendar: days that are DAYS apart share a list. A list is made of ``blocks``: the next block, -1 at
# its end; the day that its rows are due on; how many there are; the rows. ``heads`` are the first block of every list,
# then the first free block, how many blocks have ever been in use, and how many rows are pending. No block is empty,
# so that as many blocks as rows are room enough.


@compiled
def enter_row(blocks: Any, heads: Any, row: Any, day: Any) -> None:  # pragma: no cover - compiled
    """Enter a row into an agenda that has room: see :meth:`fraudsim.core.agenda.Agenda.room`."""
    day = min(np.int64(day), LAST)
    block = heads[day % DAYS]
    if block < 0 or blocks[block, 1] != day or blocks[block, 2] == BLOCK:
        new = heads[FREE]
        if new >= 0:
            heads[FREE] = blocks[new, 0]
            prefetch((blocks,), max(heads[FREE], 0))  # the next to be filled
        else:
            new = heads[USED]
            heads[USED] += 1
        blocks[new, 0], blocks[new, 1], blocks[new, 2] = block, day, 0
        heads[day % DAYS] = block = new
    blocks[block, 3 + blocks[block, 2]] = row
    blocks[block, 2] += 1
    heads[PENDING] += 1


@compiled
def push(blocks: Any, heads: Any, new: Any, due: Any) -> None:  # pragma: no cover - compiled
    """Enter rows into an agenda that has room, each for its day."""
    for i in range(new.size):
        enter_row(blocks, heads, new[i], due[i])


@compiled
def push_all(blocks: Any, heads: Any, new: Any, day: Any) -> None:  # pragma: no cover - compiled
    """Enter rows into an agenda that has room, all for one day."""
    for row in new:
        enter_row(blocks, heads, row, day)


@compiled
def take_due(blocks: Any, heads: Any, day: Any) -> Any:  # pragma: no cover - compiled
    """Take the rows of a day out of an agenda, in ascending order and each once."""
    n, block = 0, heads[day % DAYS]
    while block >= 0:
        if blocks[block, 1] == day:
            n += blocks[block, 2]
        block = np.int64(blocks[block, 0])
    rows, kept = np.empty(n, np.int64), -1
    block = heads[day % DAYS]
    while block >= 0:
        following = np.int64(blocks[block, 0])
        if blocks[block, 1] == day:  # the last one entered comes first
            n -= blocks[block, 2]
            for i in range(blocks[block, 2]):
                rows[n + i] = blocks[block, 3 + i]
            blocks[block, 0], heads[FREE] = heads[FREE], block
        else:
            blocks[block, 0], kept = kept, block
        block = following
    heads[day % DAYS] = kept
    heads[PENDING] -= rows.size
    rising = True
    for i in range(1, rows.size):
        rising &= rows[i] > rows[i - 1]
    return rows if rising else rising_rows(rows)


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
        self._blocks = np.zeros((64, 3 + BLOCK), np.int32)
        self._hold(np.full(DAYS + 3, -1))
        self._heads[PENDING] = self._heads[USED] = 0

    def _hold(self, heads: Rows) -> None:
        self._heads, self._read = heads, memoryview(heads)  # the same: single numbers are read quicker there

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
        rows: Rows = take_due(self._blocks, self._heads, day) if self.may_be_due(day) else NOTHING
        return rows

    def may_be_due(self, day: int) -> bool:
        """Tell whether anything may be due on a day: False is certain."""
        return bool(self._read[day % DAYS] >= 0)

    def room(self, n: int) -> tuple[NDArray[np.int32], Rows]:
        """Return the two arrays of the agenda, with room for ``n`` more entries, for compiled loops.

        Loops take what is due by :func:`take_due` and enter rows by
        :func:`enter_row`.
        """
        if n and self.pending + n > len(self._blocks):
            self._blocks = self._copied(2 * (self.pending + n))
        return self._blocks, self._heads

    def _copied(self, size: int) -> NDArray[np.int32]:
        """Copy the blocks that have been in use into room for more, of which nothing is paid for until it is used."""
        blocks, used = np.zeros((size, 3 + BLOCK), np.int32), self._heads[USED]
        blocks[:used] = self._blocks[:used]
        return blocks

    @property
    def pending(self) -> int:
        """Number of entries: an upper bound of what may be due on any day."""
        return self._read[PENDING]

    @property
    def _days(self) -> dict[int, list[int]]:
        """What is pending, by day, for tests."""
        days: dict[int, list[int]] = {}
        for head in self._heads[:DAYS].tolist():
            block = head
            while block >= 0:
                block, day, count, *rows = self._blocks[block].tolist()
                days.setdefault(day, []).extend(rows[:count])
        return days

    def copy(self) -> Agenda:
        """Return an independent agenda with the same entries."""
        twin = Agenda()
        twin._blocks = self._copied(len(self._blocks))
        twin._hold(self._heads.copy())
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return {"_blocks": self._blocks[: self._heads[USED]], "_heads": self._heads}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._blocks = state["_blocks"]
        self._hold(state["_heads"])
