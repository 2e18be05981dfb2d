"""A kind of agent is a table; a handle stands for one of its rows.

A handle is made when somebody asks for it and thrown away afterwards: state lives in the table's
columns. Handles need no Mesa, whose import takes longer than a small run; :mod:`fraudsim.core.agents` makes
Mesa agents of them.
"""

from __future__ import annotations

import difflib
import enum
import operator
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column, Table


class Handle:
    """Handle on a row of a table: its attributes are the table's columns.

    :meth:`at` makes a handle on a row that is there. A column reads as a plain Python scalar;
    as a member of its ``codes`` (or the bare number where no member has it); as a handle, or None, if
    it refers to a kind of agent; as a read-only copy of the array if it is wider than 1. Assigning
    writes in place; lifecycle columns, reference columns and ``key`` refuse. A property or method of
    a subclass comes before a column of the same name.

    Two handles are equal if they stand for the same row of the same model.

    Attributes
    ----------
    table_name : str
        Name of the table (of the class).
    lifecycle : Lifecycle or None
        Its status moves (of the class).
    row : int
        Number of the row.

    Raises
    ------
    AttributeError
        For an unknown column.
    """

    __slots__ = ("model", "row")

    table_name: ClassVar[str] = ""
    lifecycle: ClassVar[Lifecycle | None] = None
    _declared: ClassVar[frozenset[str]] = frozenset(("model", "row"))
    model: Any
    row: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._declared = frozenset(dir(cls))

    @classmethod
    def at(cls, model: Any, row: int) -> Self:
        """Return a handle on an existing row.

        Raises
        ------
        IndexError
            For a negative row: -1 stands for none. A row beyond the table fails when it is read.
        """
        if row < 0:
            raise IndexError(f"{cls.table_name} has no row {row}")
        handle: Self = _new(cls)
        set_model(handle, model)
        set_row(handle, int(row))
        return handle

    def _stand_for(self, model: Any, row: int) -> None:
        set_model(self, model)
        set_row(self, row)

    @property
    def is_gone(self) -> bool:
        """Whether the row was given back: see :class:`PassingHandle`."""
        return False

    @classmethod
    def create_row(cls, model: Any, **values: Any) -> int:
        """Add a row and return its number; kinds override this to make keys and what else goes with a row."""
        table: Table = model.tables[cls.table_name]
        # Checked before the table grows: a row, once there, stays.
        checked = {name: stored(model, table, name, value) for name, value in values.items()}
        return int(table.add(1, **checked)[0])

    @property
    def unique_id(self) -> int:
        """The upper 63 bits of the row's key: unique across kinds, and fits pandas' int64."""
        return int(self.model.tables[self.table_name]["key"].item(self.row)) >> 1

    def move_to(self, status: int) -> None:
        """Move the row to another status, if its lifecycle allows that.

        Raises
        ------
        ValueError
            If the status is unknown, or may not follow the present one.
        AttributeError
            If this kind has no lifecycle.
        """
        if self.lifecycle is None:
            raise AttributeError(f"{type(self).__name__} has no lifecycle: there is no status to move")
        status = self.lifecycle.codes(status)
        self.lifecycle.move(self.model.tables[self.table_name], np.array([self.row]), status)

    def remove(self) -> NoReturn:
        """Refuse: rows stay where they are for the whole run."""
        raise TypeError(f"{self!r} cannot be removed: rows stay; move it to a final status instead")

    def __getattr__(self, name: str) -> Any:
        # Only called when ordinary lookup failed. A declared name comes here if its property raised
        # AttributeError: asking again shows that error and not a column of the same name.
        if name in type(self)._declared:
            return object.__getattribute__(self, name)
        table = self.model.tables[self.table_name]
        column = table.columns.get(name)
        if column is None:
            raise AttributeError(unknown(type(self).__name__, table, name), name=name, obj=self)
        if column.width != 1:
            return frozen(table[name][self.row].copy())
        value = table[name].item(self.row)
        if column.codes is None and not column.refers:
            return value
        return decoded(self.model, column, [value])[0]

    def __setattr__(self, name: str, value: Any) -> None:
        kind, table = type(self), self.model.tables[self.table_name]
        if name in ("model", "row"):
            raise AttributeError(f"{name} cannot be set: make a new handle by {kind.__name__}.at(model, row)")
        if hasattr(getattr(kind, name, None), "__set__"):
            object.__setattr__(self, name, value)
            return
        check_settable(kind, table, name)
        table[name][self.row] = stored(self.model, table, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Handle):
            return NotImplemented
        return self.row == other.row and self.model is other.model and self.table_name == other.table_name

    def __hash__(self) -> int:
        return hash((id(self.model), self.table_name, self.row))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row} of {len(self.model.tables[self.table_name])}>"

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.model.tables[self.table_name].columns]

    def __reduce__(self) -> tuple[Any, ...]:
        # The model goes along as an argument. Its state may not be there yet when the handle is made
        # again, so nothing is looked up on it, and a handle is complete before it is hashed.
        return _handle, (type(self), self.model, self.row)

    def __copy__(self) -> Self:
        return self.at(self.model, self.row)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # A copy of the model takes its handles along. Alone, a handle is a reference: DataCollector
        # copies whatever a reporter returns, and must not copy a model for every agent.
        return self.at(memo.get(id(self.model), self.model), self.row)


_NOT_KEPT = "a handle is not kept, so store state in a column or on the model"
_new = object.__new__
# Past our own __setattr__: this is most of what a handle costs.
set_model = Handle.__dict__["model"].__set__
set_row = Handle.__dict__["row"].__set__


class PassingHandle(Handle):
    """Handle on a row of a table whose rows may be given back and used again.

    It knows the row's key. Once the row was given back, or stands for somebody else, whoever reads or writes it is told
    so; only :attr:`unique_id`, :attr:`is_gone`, comparison and hash still work.

    Raises
    ------
    LookupError
        For a column, ``row`` or a move, when the row was given back.
    """

    __slots__ = ("_own_key",)
    _own_key: int

    @classmethod
    def at(cls, model: Any, row: int) -> Self:
        """Return a handle on an existing row.

        Raises
        ------
        IndexError
            For a row that is not there, or was given back.
        """
        handle = super().at(model, row)
        handle._stand_for(model, int(row))
        if handle._own_key == 0:
            raise IndexError(f"{cls.table_name} has no row {row}: it was given back")
        return handle

    @classmethod
    def _known_as(cls, model: Any, row: int, key: int) -> Self:
        handle = super().at(model, row)
        _set_own_key(handle, key)
        return handle

    def _stand_for(self, model: Any, row: int) -> None:
        super()._stand_for(model, row)
        _set_own_key(self, int(model.tables[self.table_name]["key"].item(row)))

    @property
    def is_gone(self) -> bool:
        """Whether the row was given back since this handle was made."""
        keys = self.model.tables[self.table_name]["key"]
        return int(keys.item(_get_row(self))) != self._own_key

    @property
    def row(self) -> int:  # type: ignore[override]
        """Number of the row."""
        if self.is_gone:
            raise LookupError(f"{self!r}: the row was given back, and may stand for somebody else")
        return int(_get_row(self))

    @property
    def unique_id(self) -> int:
        """The upper 63 bits of the key."""
        return self._own_key >> 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PassingHandle):
            return NotImplemented
        same = self.model is other.model and self.table_name == other.table_name
        return same and (_get_row(self), self._own_key) == (_get_row(other), other._own_key)

    def __hash__(self) -> int:
        return hash((id(self.model), self.table_name, self._own_key))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} that is gone>" if self.is_gone else super().__repr__()

    def __reduce__(self) -> tuple[Any, ...]:
        return _passing_handle, (type(self), self.model, _get_row(self), self._own_key)

    def __copy__(self) -> Self:
        return self._known_as(self.model, _get_row(self), self._own_key)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._known_as(memo.get(id(self.model), self.model), _get_row(self), self._own_key)


_get_row = Handle.__dict__["row"].__get__
_set_own_key = PassingHandle.__dict__["_own_key"].__set__


def _passing_handle(kind: type[PassingHandle], model: Any, row: int, key: int) -> PassingHandle:
    return kind._known_as(model, row, key)


def _handle(kind: type[Handle], model: Any, row: int) -> Handle:
    return kind.at(model, row)


def unknown(owner: str, table: Table, name: str) -> str:
    """Return the message for a name that is no column, with the nearest that is one."""
    return f"{owner} has no attribute {name!r}{_nearest(name, tuple(table.columns))}"


@cache
def _nearest(name: str, columns: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, columns, 1)
    return f"; the nearest column is {near[0]!r}" if near else ""


def column_of(kind: type[Handle], table: Table, name: str) -> Column:
    """Return a column by name.

    Raises
    ------
    AttributeError
        If there is none; the message names the nearest.
    """
    columns: dict[str, Column] = table.columns
    if name not in columns:
        raise AttributeError(unknown(kind.__name__, table, name))
    return columns[name]


def check_settable(kind: type[Handle], table: Table, name: str) -> None:
    """Raise AttributeError, with the reason, if people may not set an attribute of this name."""
    if hasattr(kind, name):
        raise AttributeError(f"{kind.__name__}.{name} belongs to the class; {_NOT_KEPT}")
    column = table.columns.get(name)
    if column is None:
        raise AttributeError(f"{unknown(kind.__name__, table, name)}; {_NOT_KEPT}")
    if name == "key":
        raise AttributeError(f"{table.name}.key cannot be set: it is the row's name for random draws")
    if column.lifecycle:
        raise AttributeError(f"{table.name}.{name} is a lifecycle column: use move_to(status)")
    if column.refers:
        raise AttributeError(f"{table.name}.{name} cannot be set: it refers to {column.refers}")


def stored(model: Any, table: Table, name: str, value: Any) -> Any:
    """Turn what a person gives into what a column holds, and refuse what it cannot hold.

    Raises
    ------
    AttributeError
        For an unknown column.
    ValueError
        For a fraction in a column of whole numbers, a number that is none of the codes, or a
        reference to a row that is not there.
    OverflowError
        For a number beyond the column's type.
    """
    column = column_of(model.kinds.get(table.name, Handle), table, name)
    if column.refers and column.width == 1:
        return _row_of(model, column, value)
    if column.codes is not None and column.width == 1 and value != column.default:
        return column.codes(value)
    dtype, given = np.dtype(column.dtype), np.asarray(value)
    if dtype.kind in "iub" and given.dtype.kind == "f" and not np.all(given == np.floor(given)):
        raise ValueError(f"{table.name}.{name} holds whole numbers ({dtype}), not {value}")
    return np.asarray(value, dtype)


def _row_of(model: Any, column: Column, value: Any) -> int:
    if isinstance(value, Handle):
        if value.model is not model or value.table_name != column.refers:
            raise ValueError(f"{column.name} refers to {column.refers} of the same model, not to {value!r}")
        return value.row
    row = -1 if value is None else operator.index(value)
    if not -1 <= row < len(model.tables.get(column.refers, range(row + 1))):
        raise ValueError(f"{column.name}: {column.refers} has no row {row}")
    return row


@cache
def _members(codes: type[enum.IntEnum]) -> dict[int, enum.IntEnum]:
    return {int(member): member for member in codes}


def decoded(model: Any, column: Column, values: list[Any]) -> list[Any]:
    """Return values of a column as a handle shows them: as members of its codes, or handles if it refers."""
    if column.codes is not None:
        members = _members(column.codes)
        return [members.get(value, value) for value in values]
    kind = model.kinds.get(column.refers)
    if kind is None:
        return values
    return [kind.at(model, value) if value >= 0 else None for value in values]


def frozen[A: NDArray[Any]](array: A) -> A:
    """Return an array, made read-only: people are handed copies, and writing to one would do nothing."""
    array.flags.writeable = False
    return array
