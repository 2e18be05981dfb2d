"""Tables of columns: what a kind of agent, or a ledger, is made of.

A row, once added, stays where it is: it is never moved, reused or removed, so a row number is a safe
reference for the whole run. Columns are written in place only. After :meth:`Table.add` an array read
before may be a stale copy: read the column anew.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
    dtype : str or type
        NumPy type; money is ``int64`` in cents of the accounting currency.
    unit : str
        ``"cents"``, ``"days"``, ``"share"``, ``"row"``, ``"code"``, ``"1"`` ...
    meaning : str
        One line for readers of ``fraudsim describe``.
    default : scalar
        Value of a new row where none is given.
    refers : str
        Name of the table a reference column points into; -1 is none.
    codes : enum.IntEnum type, optional
        What the numbers of a code column stand for.
    lifecycle : bool
        Whether only :class:`~fraudsim.core.lifecycle.Lifecycle` may write it.
    width : int or str
        Number of values a row; a string names a size that is known when the world is built.
    digest : bool
        Whether the column enters the run's digest.
    """

    name: str
    dtype: Any
    unit: str
    meaning: str
    default: Any = 0
    refers: str = ""
    codes: type[enum.IntEnum] | None = None
    lifecycle: bool = False
    width: int | str = 1
    digest: bool = True


KEY = Column("key", np.uint64, "1", "name of the entity for random draws: hash(parent's key, kind, ordinal)")


def where(mask: NDArray[np.bool_]) -> Rows:
    """Return the rows for which a condition holds (``numpy.flatnonzero`` without its overhead)."""
    return mask.nonzero()[0]


class Table:
    """Columns of equal length, read as attributes.

    Parameters
    ----------
    name : str
    columns : iterable of Column
        ``key`` is added in front.
    sizes : dict, optional
        Widths of the columns whose ``width`` is a name.
    capacity : int
        Rows to allocate at first.

    Examples
    --------
    >>> dens = Table("dens", [Column("staff", "int32", "persons", "people in the den")])
    >>> rows = dens.add(2, staff=[5, 7])
    >>> dens.staff[rows] += 1
    >>> dens.staff.tolist()
    [6, 8]
    """

    moves_on_add = False  # tests switch this on: every add() then moves and poisons the old buffers

    def __init__(self, name: str, columns: Iterable[Column], sizes: dict[str, int] | None = None,
                 capacity: int = 64) -> None:
        own = self.__dict__
        own["name"], own["count"], own["capacity"] = name, 0, capacity
        own["columns"] = {c.name: c for c in (KEY, *columns)}
        taken = sorted(self.columns.keys() & (own.keys() | {"sizes", "_data", "_ready"} | set(dir(type(self)))))
        if taken:
            raise ValueError(f"table {name!r}: a column may not be called {taken[0]!r}")
        own["sizes"], own["_ready"] = dict(sizes or {}), 0
        own["_data"] = {c.name: self._blank(c, capacity) for c in self.columns.values()}
        self._review()

    def _blank(self, column: Column, capacity: int) -> NDArray[Any]:
        width = self.sizes[column.width] if isinstance(column.width, str) else column.width
        # Zeros come from the system as they are: a page is only paid for when a row on it is first written.
        return np.zeros((capacity,) if column.width == 1 else (capacity, width), column.dtype)

    def _with_room(self, column: Column, capacity: int) -> NDArray[Any]:
        """Copy the rows of a column that are ready into room for more."""
        new, ready = self._blank(column, capacity), self._ready
        new[:ready] = self._data[column.name][:ready]
        return new

    def _make_ready(self, rows: int) -> None:
        """Write defaults into rows to come: into some more than are needed now, but not into all the room there is."""
        own = self.__dict__
        rows = min(rows + max(rows // 8, 256), own["capacity"])
        for column in self.columns.values():
            if column.default != 0:
                own["_data"][column.name][own["_ready"]: rows] = column.default
        own["_ready"] = rows

    def _review(self) -> None:
        """Cut the views of the live rows and keep them as attributes: read far more often than rows are added."""
        own = self.__dict__
        live = slice(own["count"])
        own.update(zip(own["_data"], map(itemgetter(live), own["_data"].values())))

    def __len__(self) -> int:
        return int(self.count)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"table {self.__dict__.get('name')!r} has no column {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # ``table.x += 1`` works in place and then assigns the same array back: that is allowed.
        if value is not self.__dict__.get(name):
            raise AttributeError(f"write in place: {self.name}.{name}[...] = values")

    def __getitem__(self, name: str) -> NDArray[Any]:
        return getattr(self, name)  # type: ignore[no-any-return]

    def add(self, n: int, **values: Any) -> Rows:
        """Append ``n`` rows and return their numbers.

        Parameters
        ----------
        n : int
        **values
            Column name to scalar or array of length ``n``; other columns take their defaults.

        Returns
        -------
        int64, shape (n,)

        Raises
        ------
        AttributeError
            For an unknown column.
        """
        if not values.keys() <= self.columns.keys():
            unknown = sorted(values.keys() - self.columns.keys())
            raise AttributeError(f"table {self.name!r} has no column {unknown[0]!r}")
        own = self.__dict__
        first, last = own["count"], own["count"] + n
        if last > own["capacity"] or Table.moves_on_add:
            self._grow(max(last, 2 * self.capacity if last > self.capacity else self.capacity))
        if last > own["_ready"]:
            self._make_ready(last)
        data, new = own["_data"], slice(first, last)
        for name, value in values.items():
            data[name][new] = value
        own["count"] = last
        self._review()
        return np.arange(first, last, dtype=np.int64)

    def _grow(self, capacity: int) -> None:
        for name, column in self.columns.items():
            old, self._data[name] = self._data[name], self._with_room(column, capacity)
            if Table.moves_on_add:
                old.view(np.uint8)[...] = 0xA5
        self.__dict__["capacity"] = capacity

    def copy(self) -> Table:
        """Return an independent table with the same rows."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.__dict__["_data"] = {name: self._with_room(column, self.capacity)
                                   for name, column in self.columns.items()}
        twin._review()
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in self._data}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._review()
