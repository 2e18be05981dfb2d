"""A state that hands a process only the columns it declares."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from fraudsim.core.columns import PLACES
from fraudsim.core.process import Process
from fraudsim.core.table import Table
from fraudsim.state import TABLES, State
from named import columns_named, loops_given_columns


class Rebound(AssertionError):
    """A process put another array in the place of a column."""


class Unguarded(AssertionError):
    """A process does what the guard could not see through."""


class Seen:
    """What a process is allowed to touch, and what it has touched so far."""

    def __init__(self, process: Process) -> None:
        self.name = process.__name__
        self.reads, self.writes = expanded(process.reads), expanded(process.writes)
        self.whole = {entry.split(".")[0] for entry in process.writes if entry.endswith(".*")}
        self.read: set[str] = set()
        self.undeclared: set[str] = set()
        self.added: set[str] = set()
        self.handed: list[tuple[str, np.ndarray, np.ndarray]] = []

    def hand(self, table: str, name: str, values: np.ndarray) -> np.ndarray:
        """Note that a column is read, and return it, or a copy where it may not be written."""
        column = f"{table}.{name}"
        self.read.add(column)
        if column in self.writes:
            return values
        if column not in self.reads:
            self.undeclared.add(f"reads {column}")
        copy = values.copy()
        self.handed.append((column, values, copy))
        return copy

    def grow(self, table: str) -> None:
        """Note that rows are added."""
        self.added.add(table)
        if table not in self.whole:
            self.undeclared.add(f"adds rows to {table}")


def expanded(entries: tuple[str, ...]) -> set[str]:
    """Return all columns that entries such as ``dens.*`` stand for."""
    columns = set()
    for entry in entries:
        table, column = entry.split(".")
        every = ["key", *(c.name for c in TABLES[table])]
        assert column == "*" or column in every, f"{entry}: there is no such column"
        columns |= {f"{table}.{name}" for name in (every if column == "*" else [column])}
    return columns


class GuardedTable:
    """A table that notes which columns are read, and hands out copies of those that may not be written.

    Copies, since compiled loops would be compiled anew for read-only arrays. That nobody wrote to a copy is seen
    afterwards. Of what is no column it passes on only what says nothing of any.
    """

    OPEN = ("name", "count", "capacity", "columns", "sizes", "spare")

    def __init__(self, table: Table, seen: Seen) -> None:
        self.__dict__.update(_table=table, _seen=seen)

    def __getattr__(self, name: str) -> Any:
        if name in self.OPEN:
            return getattr(self._table, name)
        if name not in self._table.columns:
            raise Unguarded(f"{self._seen.name} asks table {self._table.name} for {name}")
        return self._seen.hand(self._table.name, name, self._table[name])

    @property
    def wide(self) -> GuardedColumns:
        return GuardedColumns(self._table, self._seen)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        # ``table.x += 1`` writes in place and then assigns the same memory back.
        if not (isinstance(value, np.ndarray) and np.shares_memory(value, self._table[name])):
            raise Rebound(f"{self._seen.name} rebinds {self._table.name}.{name}")

    def __len__(self) -> int:
        return len(self._table)

    def add(self, n: int, **values: Any) -> Any:
        self._seen.grow(self._table.name)
        return self._table.add(n, **values)

    def room(self, n: int) -> int:
        self._seen.grow(self._table.name)
        return self._table.room(n)

    def take_in(self, n: int) -> None:
        self._seen.grow(self._table.name)
        self._table.take_in(n)


class GuardedColumns:
    """The columns of a guarded table with their room behind them."""

    def __init__(self, table: Table, seen: Seen) -> None:
        self._table, self._seen = table, seen

    def __getattr__(self, name: str) -> Any:
        return self._seen.hand(self._table.name, name, getattr(self._table.wide, name))


def alike(one: Any, other: Any) -> bool:
    """Tell whether two values, or all in two collections of them, are the same to the bit."""
    if dataclasses.is_dataclass(one):
        return alike(tuple(vars(one).values()), tuple(vars(other).values()))
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    return np.array_equal(np.asarray(one), np.asarray(other))


class GuardedState:
    """A state whose tables are guarded; all else is the state's own. It is its own model to handles."""

    def __init__(self, state: State, seen: Seen) -> None:
        own = self.__dict__
        own["_state"] = state
        own["tables"] = {name: GuardedTable(table, seen) for name, table in state.tables.items()}
        own.update(own["tables"])
        own["kinds"] = state.model.kinds
        own["state"] = own["model"] = self

    @property
    def columns(self) -> np.ndarray:
        """Where the columns lie, for the loops called where this is read: copies, where they may not be written."""
        caller = sys._getframe(1)
        addresses, seen = self._state.columns.copy(), self.dens._seen
        for place in (place for table in PLACES.values() for place in table.columns.values()):
            addresses[place.at] = 0  # what no loop names cannot be reached
        for loop in loops_given_columns(caller.f_code, caller.f_globals):
            for column in columns_named(loop):
                table, name = column.split(".")
                values = seen.hand(table, name, getattr(self._state.tables[table].wide, name))
                addresses[PLACES[table].columns[name].at] = values.ctypes.data
        return addresses

    def fixed(self, compute: Callable[[Any], Any]) -> Any:
        """Return what was computed once, if it is still what comes of it: nothing that a day can change is in it."""
        return self._again(compute, self._state.fixed(compute))

    def standing(self, compute: Callable[[Any], Any]) -> Any:
        """Return what was computed when levers last changed, if it is still what comes of it."""
        return self._again(compute, self._state.standing(compute))

    def _again(self, compute: Callable[[Any], Any], kept: Any) -> Any:
        now = compute(self)
        if not alike(now, kept):
            raise Unguarded(f"{self.dens._seen.name}: {compute.__name__} depends on what a day has changed")
        return kept

    def handle(self, kind: str, row: int) -> Any:
        return self.kinds[kind].at(self, row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def __setattr__(self, name: str, value: Any) -> None:
        assert name not in self.tables, f"a process rebinds the table {name}"
        setattr(self._state, name, value)


def live_guarded(process: Process, state: State, seen: Seen) -> None:
    """Let a process happen on a guarded state, and note if it has written what it does not declare."""
    process(GuardedState(state, seen))
    for column, values, copy in seen.handed:
        if not np.array_equal(copy, values, equal_nan=copy.dtype.kind == "f"):
            seen.undeclared.add(f"writes {column}")
    seen.handed.clear()
