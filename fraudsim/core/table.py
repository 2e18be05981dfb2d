"""Tables of columns: what a kind of agent, or a ledger, is made of.

A row, once added, stays where it is: it is never moved, reused or removed, so a row number is a safe
reference for the whole run. Columns are written in place only. After :meth:`Table.add` an array read
before may be a stale copy: read the column anew.

A table may have *spare* rows: rows that were given back and are used again. Their key is 0, and what else they hold
means nothing. Whoever keeps the number of a row of such a table must know that it is not given back meanwhile.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.spare import Spare

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


def among(rows: Rows, size: int) -> NDArray[np.bool_]:
    """Return a mask of so many rows, set for some of them: to ask of others whether they are among these."""
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask


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
    spares : bool
        Whether rows may be given back and used again: see :class:`fraudsim.core.spare.Spare`.

    Examples
    --------
    >>> dens = Table("dens", [Column("staff", "int32", "persons", "people in the den")])
    >>> rows = dens.add(2, staff=[5, 7])
    >>> dens.staff[rows] += 1
    >>> dens.staff.tolist()
    [6, 8]

    Attributes
    ----------
    wide : namespace
        The columns with the room for rows to come behind the live ones: for loops that go by row number. Not cut
        anew after every ``add``, they are cheaper where rows are added daily.
    addresses : int64
        Rows and room; then, of every column, its address and its width: see :mod:`fraudsim.core.columns`.
    """

    moves_on_add = False  # tests switch this on: every add() then moves and poisons the old buffers

    def __init__(self, name: str, columns: Iterable[Column], sizes: dict[str, int] | None = None,
                 capacity: int = 64, spares: bool = False) -> None:
        own = self.__dict__
        own["name"], own["count"], own["capacity"], own["spare"] = name, 0, capacity, Spare() if spares else None
        own["columns"] = {c.name: c for c in (KEY, *columns)}
        mine = own.keys() | {"sizes", "spare", "wide", "addresses", "_data", "_ready", "_cut"} | set(dir(type(self)))
        taken = sorted(self.columns.keys() & mine)
        if taken:
            raise ValueError(f"table {name!r}: a column may not be called {taken[0]!r}")
        own["sizes"], own["_ready"], own["_cut"] = dict(sizes or {}), 0, []
        self._hold({c.name: self._blank(c, capacity) for c in self.columns.values()})

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

    def _hold(self, data: dict[str, NDArray[Any]]) -> None:
        """Let arrays be the table's columns."""
        own = self.__dict__
        own["_data"], own["wide"] = data, SimpleNamespace(**data)
        self.stand_at(np.empty(2 + 2 * len(data), np.int64))
        self._review()

    def stand_at(self, addresses: Rows) -> None:
        """Say there where the columns lie, from now on."""
        own = self.__dict__
        own["addresses"] = addresses
        addresses[0], addresses[1] = own["count"], own["capacity"]
        for i, values in enumerate(own["_data"].values()):
            addresses[2 + 2 * i], addresses[3 + 2 * i] = values.ctypes.data, values[0].size

    def _review(self) -> None:
        """Forget the views of the live rows: each is cut anew when it is asked for."""
        own = self.__dict__
        for name in own["_cut"]:
            del own[name]
        own["_cut"] = []

    def __len__(self) -> int:
        return int(self.count)

    @property
    def nbytes(self) -> int:
        """Bytes of the rows."""
        return sum(int(values[: self.count].nbytes) for values in self._data.values())

    @property
    def in_use(self) -> Rows:
        """Numbers of the rows that were not given back, in ascending order."""
        return np.arange(len(self)) if self.spare is None else where(self.key != 0)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name not in own.get("_data", ()):
            raise AttributeError(f"table {own.get('name')!r} has no column {name!r}")
        own[name] = view = own["_data"][name][: own["count"]]
        own["_cut"].append(name)
        return view

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
        first = self.room(n)
        last = first + n
        for name, value in values.items():
            self._data[name][first:last] = value
        self.take_in(n)
        return np.arange(first, last, dtype=np.int64)

    def room(self, n: int) -> int:
        """Make room for ``n`` rows to come, with their defaults, and return the number of the first.

        Loops then fill the columns of :attr:`wide` there, and :meth:`take_in` makes them rows of the table.
        """
        own = self.__dict__
        first = own["count"]
        last = first + n
        if last > own["capacity"] or Table.moves_on_add:
            self._grow(max(last, 2 * self.capacity if last > self.capacity else self.capacity))
        if last > own["_ready"]:
            self._make_ready(last)
        return int(first)

    def take_in(self, n: int) -> None:
        """Make the next ``n`` rows, which :meth:`room` has made ready, rows of the table."""
        own = self.__dict__
        own["count"] += n
        own["addresses"][0] = own["count"]
        self._review()

    def reserve(self, rows: int) -> None:
        """Make room at once for so many rows: what is never written costs nothing, and nothing is copied later."""
        if rows > self.capacity:
            self._grow(rows)

    def _grow(self, capacity: int) -> None:
        for name, column in self.columns.items():  # one after the other: never twice the table in memory
            old, self._data[name] = self._data[name], self._with_room(column, capacity)
            setattr(self.wide, name, self._data[name])
            if Table.moves_on_add:
                old.view(np.uint8)[...] = 0xA5
        self.__dict__["capacity"] = capacity
        self.stand_at(self.addresses)
        self._review()

    def copy(self) -> Table:
        """Return an independent table with the same rows."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, _cut=[], spare=None if self.spare is None else self.spare.copy())
        for name in self._cut:
            del twin.__dict__[name]
        twin._hold({name: self._with_room(column, self.capacity) for name, column in self.columns.items()})
        return twin

    def __getstate__(self) -> dict[str, Any]:
        left = {*self._cut, "_cut", "wide", "addresses"}
        kept = {name: value for name, value in self.__dict__.items() if name not in left}
        return {**kept, "_data": {name: values[: self._ready] for name, values in self._data.items()}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _cut=[])
        self._hold({name: self._with_room(column, self.capacity) for name, column in self.columns.items()})
