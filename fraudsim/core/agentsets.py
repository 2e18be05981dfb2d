"""Sets of table agents that behave as Mesa's own, vectorised where they can be.

Mesa's ``AgentSet`` holds weak references, so handles made on the fly would vanish from it. Here a
set of one kind is an array of row numbers, and a set of several kinds holds its handles strongly.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy
from numpy.typing import NDArray

from fraudsim.core.agents import RowAgent
from fraudsim.core.handles import check_settable, column_of, decoded, frozen, stored
from fraudsim.core.table import Column, Rows, Table

if TYPE_CHECKING:
    import pandas as pd

from fraudsim.core.mixedsets import INFINITE, Groups, Missing, MixedAgentSet, calling, limit_of, refuse


class TableAgentSet[R: RowAgent](AbstractAgentSet):  # type: ignore[misc]  # Mesa ships no types
    """Ordered set of rows of one table, used like Mesa's ``AgentSet``.

    Parameters
    ----------
    model : mesa.Model
    kind : type of RowAgent
        Class of the handles.
    rows : int64 array or iterable of int, optional
        The rows, in order; one given twice counts once. Without it the set is the model's own: all
        rows of the table, including those still to come. That set keeps its members and its order:
        what would change them raises TypeError. Rows that are given back leave every set.

    Raises
    ------
    IndexError
        For a row the table has not got.
    """

    def __init__(self, model: Any, kind: type[R], rows: Rows | Iterable[int] | None = None) -> None:
        self.model, self.kind = model, kind
        self._take(None if rows is None else self._checked(
            np.fromiter(dict.fromkeys(map(operator.index, rows)), np.int64)))

    def _checked(self, rows: Rows) -> Rows:
        bad = rows[(rows < 0) | (rows >= len(self._table))]
        if not bad.size and self._table.spare is not None:
            bad = rows[self._table.key[rows] == 0]
        if bad.size:
            raise IndexError(f"{self.kind.table_name} has no row {bad[0]}")
        return rows

    def _take(self, rows: Rows | None) -> None:
        """Let rows be the members; where rows may be given back, their keys say whether they still are."""
        self._rows, self._keys = rows, None
        if rows is not None and self._table.spare is not None:
            self._keys = self._table.key[rows]

    @property
    def random(self) -> Any:
        """The model's generator, used by :meth:`shuffle` and :meth:`shuffle_do`."""
        return self.model.random

    @property
    def rows(self) -> Rows:
        """Row numbers in order, int64 of shape (n,), read-only copy."""
        return frozen(self._now().copy())

    @property
    def _table(self) -> Table:
        table: Table = self.model.tables[self.kind.table_name]
        return table

    @property
    def _is_whole(self) -> bool:
        """Whether the members are all rows there are."""
        return self._rows is None and self._table.spare is None

    def _now(self) -> Rows:
        if self._rows is None:
            return self._table.in_use
        if self._keys is not None:
            stay = self._table.key[self._rows] == self._keys
            if not stay.all():
                self._rows, self._keys = self._rows[stay], self._keys[stay]
        return self._rows

    def _numbers(self) -> list[int] | range:
        return range(len(self._table)) if self._is_whole else self._now().tolist()

    def _with(self, rows: Rows, inplace: bool = False) -> Self:
        twin = self if inplace else object.__new__(type(self))
        twin.model, twin.kind = self.model, self.kind
        twin._take(rows)
        return twin

    def _check_own(self, changes: bool = True) -> None:
        if changes and self._rows is None:
            refuse(f"model.agents_by_type[{self.kind.__name__}]")

    def _read_plainly(self, name: str) -> Column | None:
        """Return the column a handle would read for this name, None if the class has its own attribute."""
        return None if hasattr(self.kind, name) else self._table.columns.get(name)

    def _raw(self, name: str) -> NDArray[Any]:
        values = self._table[name]
        return values.copy() if self._is_whole else values[self._now()]

    # --- as a collection -------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._table) if self._is_whole else self._now().size

    def __iter__(self) -> Iterator[R]:
        # The row numbers are fixed here: rows added meanwhile are not visited.
        if self._table.spare is None:
            return map(self.kind.at, repeat(self.model), self._numbers())
        return self._who_stay(self._now())

    def _who_stay(self, rows: Rows) -> Iterator[R]:
        for row, key in zip(rows.tolist(), self._table.key[rows].tolist()):
            if self._table.key.item(row) == key:  # not given back while others were visited
                yield self.kind.at(self.model, row)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, RowAgent) or agent.model is not self.model:
            return False
        if agent.table_name != self.kind.table_name or agent.is_gone:
            return False
        return agent.row < len(self._table) if self._rows is None else bool((self._now() == agent.row).any())

    def __getitem__(self, item: int | slice) -> Any:
        numbers = self._numbers()[item]
        if isinstance(numbers, int):
            return self.kind.at(self.model, numbers)
        return [self.kind.at(self.model, row) for row in numbers]

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind.__name__}>"

    def __copy__(self) -> Self:
        return self._with(self._now())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # As for a handle: the model is copied only when the copy began with it.
        twin = copy.copy(self)
        twin.model, twin._rows = memo.get(id(self.model), self.model), copy.copy(self._rows)
        return twin

    def copy(self) -> Self:
        """Return a set of the same rows that may be changed; of the model's own set, today's rows."""
        return copy.copy(self)

    def to_list(self) -> list[R]:
        """Return the handles as a list."""
        return list(self)

    def _update(self, agents: Iterable[RowAgent]) -> Self:
        self._check_own()
        return self._with(self._rows_of(agents), inplace=True)

    def _rows_of(self, agents: Iterable[RowAgent]) -> Rows:
        return np.fromiter(dict.fromkeys(self._member(agent).row for agent in agents), np.int64)

    def _member(self, agent: RowAgent) -> RowAgent:
        known = isinstance(agent, RowAgent) and agent.model is self.model
        if not known or agent.table_name != self.kind.table_name:
            raise TypeError(f"{agent!r} is no {self.kind.__name__} of this set's model")
        return agent

    def _from_iterable(self, agents: Iterable[Any]) -> Any:
        # Called by the operators | & - ^ of collections.abc.Set, which make a class method of it.
        members = list(agents)
        try:
            return self._with(self._rows_of(members))
        except TypeError:
            return MixedAgentSet(members, self.random)

    def add(self, agent: R) -> None:
        """Add a row."""
        self._check_own()
        if self._member(agent) not in self:
            self._take(np.append(self._now(), agent.row))

    def discard(self, agent: R) -> None:
        """Take a row out if it is in."""
        self._check_own()
        if agent in self:
            self._take(self._now()[self._now() != agent.row])

    def remove(self, agent: R) -> None:
        """Take a row out; KeyError if it is not in."""
        self._check_own()
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    # --- choosing and ordering -------------------------------------------------------------------

    def select(self, filter_func: Callable[[R], Any] | None = None, at_most: float = INFINITE,
               inplace: bool = False, agent_type: type | None = None) -> Self:
        """Return the rows that pass, as Mesa's ``select``; :meth:`where` is faster for plain equality.

        Parameters
        ----------
        filter_func : callable, optional
            Takes a handle.
        at_most : int or float
            The first so many; a float up to 1 is a share of the set.
        inplace : bool
            Change this set instead; not for the model's own.
        agent_type : type, optional
            All rows pass if their kind is of this type, else none.
        """
        self._check_own(inplace)
        rows, limit = self._now(), limit_of(at_most, len(self))
        if agent_type is not None and not issubclass(self.kind, agent_type):
            rows = rows[:0]
        if filter_func is not None:
            passing = (row for row in rows.tolist() if filter_func(self.kind.at(self.model, row)))
            rows = np.fromiter(passing if limit == INFINITE else islice(passing, int(limit)), np.int64)
        return self._with(rows if limit == INFINITE else rows[: int(limit)], inplace)

    def where(self, **equals: Any) -> Self:
        """Return the rows whose columns equal the given values.

        Parameters
        ----------
        **equals
            Column name to value: a number, a code, and for a reference a handle, a row number or None.

        Raises
        ------
        AttributeError
            For an unknown column.
        ValueError
            For a value the column cannot hold, several values, or a column wider than 1.
        """
        mask = np.ones(len(self), bool)
        for name, value in equals.items():
            if column_of(self.kind, self._table, name).width != 1 or np.ndim(value):
                raise ValueError(f"where({name}=...) compares one value a row with one value")
            mask &= self._raw(name) == stored(self.model, self._table, name, value)
        return self._with(self._now()[mask])

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the set in random order (``model.random``, as Mesa shuffles)."""
        self._check_own(inplace)
        return self._with(np.array(self._shuffled(), np.int64), inplace)

    def _shuffled(self) -> list[int]:
        numbers = list(self._numbers())
        self.random.shuffle(numbers)
        return numbers

    def sort(self, key: Callable[[R], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Return the set sorted by an attribute or a function of the handle; ties keep their order."""
        self._check_own(inplace)
        column = self._read_plainly(key) if isinstance(key, str) else None
        if column is not None and column.width == 1 and not column.refers:
            return self._with(self._now()[_order(self._raw(column.name), ascending)], inplace)
        by = operator.attrgetter(key) if isinstance(key, str) else key
        return self._with(self._rows_of(sorted(self, key=by, reverse=not ascending)), inplace)

    def groupby(self, by: Callable[[R], Any] | str, result_type: Groups = "agentset") -> Any:
        """Return Mesa's ``GroupBy`` of the rows, by an attribute or a function of the handle.

        Groups stand in the order of their first rows and are sets like this one, or lists of handles.
        """
        labels = self.get(by) if isinstance(by, str) else [by(agent) for agent in self]
        groups: dict[Any, list[int]] = {}
        for label, row in zip(labels, self._numbers()):
            groups.setdefault(label, []).append(row)
        sets = {label: self._with(np.array(rows, np.int64)) for label, rows in groups.items()}
        if result_type == "agentset":
            return GroupBy(sets)
        return GroupBy({label: list(part) for label, part in sets.items()})

    # --- doing -----------------------------------------------------------------------------------

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, by name, or a function on every handle; return the set."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do in random order; the set keeps its own order."""
        call = calling(method, args, kwargs)
        for row in self._shuffled():
            call(self.kind.at(self.model, row))
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, by name, or a function on every handle; return the results."""
        return list(map(calling(method, args, kwargs), self))

    # --- reading and writing ---------------------------------------------------------------------

    def column(self, name: str) -> NDArray[Any]:
        """Return a column's values as the table holds them: a read-only copy of shape (n,) or (n, width).

        Raises
        ------
        AttributeError
            For an unknown column.
        """
        column_of(self.kind, self._table, name)
        return frozen(self._raw(name))

    def _values(self, name: str, *default: Any) -> list[Any]:
        column = self._read_plainly(name)
        if column is None:
            return [getattr(agent, name, *default) for agent in self]
        if column.width != 1:
            return list(frozen(self._raw(name)))
        return decoded(self.model, column, self._raw(name).tolist())

    def get(self, attr_names: str | Iterable[str], handle_missing: Missing = "error",
            default_value: Any = None) -> list[Any]:
        """Return one attribute of every row, or a list of attributes of every row, as the handles give them.

        Raises
        ------
        AttributeError
            For an unknown name, unless ``handle_missing`` is ``"default"``.
        ValueError
            For an unknown ``handle_missing``.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, not 'error' or 'default'")
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._values(attr_names, *default)
        columns = [self._values(name, *default) for name in attr_names]
        return [list(values) for values in zip(*columns)] if columns else [[] for _ in range(len(self))]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of every row to one value; return the set.

        Raises
        ------
        AttributeError
            For an unknown name and for lifecycle, reference and key columns.
        ValueError
            For several values, or one the column cannot hold.
        """
        if hasattr(getattr(self.kind, attr_name, None), "__set__"):
            return self.do(setattr, attr_name, value)
        check_settable(self.kind, self._table, attr_name)
        values = self._table[attr_name]
        if np.ndim(value) >= values.ndim:
            raise ValueError(f"set({attr_name!r}, ...) gives every row the same value, not an array of them")
        values[... if self._is_whole else self._now()] = stored(self.model, self._table, attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Return a function of one attribute's values, or a list of several functions' results.

        NumPy's functions get an array, others a list as in Mesa; a NumPy scalar comes back as a Python one.
        """
        if callable(func):
            result = func(self._numeric(attribute) if _is_numpy(func) else self.get(attribute))
            return result.item() if isinstance(result, np.generic) else result
        return [self.agg(attribute, each) for each in func]

    def _numeric(self, name: str) -> NDArray[Any] | list[Any]:
        column = self._read_plainly(name)
        if column is None or column.refers:
            return self.get(name)
        values = self._raw(name)
        # Wide enough for sums and means: what NumPy makes of a list of Python numbers.
        if values.dtype == np.uint64 or values.dtype == bool:
            return values
        return values.astype(np.float64 if values.dtype.kind == "f" else np.int64, copy=False)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one line a row, indexed by ``unique_id``.

        Codes become names, references the ``unique_id`` of what they refer to (missing for none), and
        a column wider than 1 becomes ``name_0``, ``name_1``, ...
        """
        from fraudsim.core.frames import frame  # pandas takes half a second, and few ask for it

        return frame(self.model, self._table, self._now())


def _is_numpy(func: Callable[..., Any]) -> bool:
    module = getattr(func, "__module__", None) or ""
    return isinstance(func, np.ufunc) or module.partition(".")[0] == "numpy"


def _order(values: NDArray[Any], ascending: bool) -> Rows:
    if ascending:
        return np.argsort(values, kind="stable")
    return values.size - 1 - np.argsort(values[::-1], kind="stable")[::-1]
