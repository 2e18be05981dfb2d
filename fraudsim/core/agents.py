"""A kind of agent is a table; a Mesa agent is a handle on one of its rows.

A handle is made when somebody asks for it and thrown away afterwards: state lives in the table's
columns. The sets of handles that a model hands out are in :mod:`fraudsim.core.agentsets`.
"""

from __future__ import annotations

import difflib
import enum
import operator
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import mesa
import numpy as np
from numpy.typing import NDArray

from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column, Table

if TYPE_CHECKING:
    from fraudsim.core.agentsets import TableAgentSet


class RowAgent(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """Handle on a row of a table: a Mesa agent whose attributes are the table's columns.

    ``Den(model, **values)`` adds a row by way of :meth:`create_row`; :meth:`at` makes a handle on a
    row that is there. Neither registers anything with Mesa. A column reads as a plain Python scalar;
    as a member of its ``codes`` (or the bare number where no member has it); as a handle, or None, if
    it refers to a kind of agent; as a read-only copy of the array if it is wider than 1. Assigning
    writes in place; lifecycle columns, reference columns and ``key`` refuse. A property or method of
    a subclass comes before a column of the same name.

    Two handles are equal if they stand for the same row of the same model.

    Parameters
    ----------
    model : mesa.Model
        With ``tables`` (name to :class:`Table`) and ``kinds`` (table name to class of handle).
    **values
        Columns of the new row; references as handles, row numbers or None.

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

    def __init__(self, model: Any, **values: Any) -> None:
        if not hasattr(model, "tables"):
            raise TypeError(f"{type(self).__name__} needs a FraudModel to stand in, got {type(model).__name__}")
        # Mesa's own __init__ would register the handle; the table is the register.
        _set_model(self, model)
        _set_row(self, int(self.create_row(model, **values)))

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
        _set_model(handle, model)
        _set_row(handle, int(row))
        return handle

    @classmethod
    def create_row(cls, model: Any, **values: Any) -> int:
        """Add a row and return its number; kinds override this to make keys and what else goes with a row."""
        table: Table = model.tables[cls.table_name]
        # Checked before the table grows: a row, once there, stays.
        checked = {name: stored(model, table, name, value) for name, value in values.items()}
        return int(table.add(1, **checked)[0])

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> TableAgentSet[Self]:
        """Create ``n`` rows one by one; as in Mesa, a sequence of length ``n`` is dealt out."""
        dealt = zip(range(n), _deal(args, n), _deal(kwargs.values(), n))
        return cls._set_of(model, (cls(model, *each, **dict(zip(kwargs, named))) for _, each, named in dealt))

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> TableAgentSet[Self]:
        """Create one row for every row of a DataFrame; ``kwargs`` are the same for all."""
        records = df.to_dict(orient="records")
        return cls._set_of(model, (cls(model, **{**record, **kwargs}) for record in records))

    @classmethod
    def _set_of(cls, model: Any, handles: Iterable[Self]) -> TableAgentSet[Self]:
        from fraudsim.core.agentsets import TableAgentSet  # the sets know the handles, so not at the top

        return TableAgentSet(model, cls, [handle.row for handle in handles])

    @property
    def unique_id(self) -> int:
        """The upper 63 bits of the row's key: unique across kinds, and fits pandas' int64."""
        return int(self.model.tables[self.table_name]["key"].item(self.row)) >> 1

    @property
    def pos(self) -> None:
        """None: rows stand on no Mesa grid."""
        return None

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
        if not isinstance(other, RowAgent):
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
_set_model = RowAgent.__dict__["model"].__set__
_set_row = RowAgent.__dict__["row"].__set__


def _handle(kind: type[RowAgent], model: Any, row: int) -> RowAgent:
    return kind.at(model, row)


def _spread(value: Any, n: int) -> Iterable[Any]:
    is_sequence = isinstance(value, (list, tuple, np.ndarray)) or hasattr(value, "iloc")
    return value if is_sequence and len(value) == n else repeat(value, n)


def _deal(values: Collection[Any], n: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(_spread(value, n) for value in values)) if values else repeat(())


def unknown(owner: str, table: Table, name: str) -> str:
    """Return the message for a name that is no column, with the nearest that is one."""
    return f"{owner} has no attribute {name!r}{_nearest(name, tuple(table.columns))}"


@cache
def _nearest(name: str, columns: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, columns, 1)
    return f"; the nearest column is {near[0]!r}" if near else ""


def column_of(kind: type[RowAgent], table: Table, name: str) -> Column:
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


def check_settable(kind: type[RowAgent], table: Table, name: str) -> None:
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
    column = column_of(model.kinds.get(table.name, RowAgent), table, name)
    if column.refers and column.width == 1:
        return _row_of(model, column, value)
    if column.codes is not None and column.width == 1 and value != column.default:
        return column.codes(value)
    dtype, given = np.dtype(column.dtype), np.asarray(value)
    if dtype.kind in "iub" and given.dtype.kind == "f" and not np.all(given == np.floor(given)):
        raise ValueError(f"{table.name}.{name} holds whole numbers ({dtype}), not {value}")
    return np.asarray(value, dtype)


def _row_of(model: Any, column: Column, value: Any) -> int:
    if isinstance(value, RowAgent):
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
