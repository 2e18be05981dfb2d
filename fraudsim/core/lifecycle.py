"""The allowed status moves of a table."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import numpy as np

from fraudsim.core.kernels import change_code
from fraudsim.core.table import Rows, Table


class _Named:
    """A ``with`` block that is entered several times a day: see :meth:`Lifecycle.named`."""

    __slots__ = ("lifecycle", "table")

    def __init__(self, lifecycle: Lifecycle, table: str) -> None:
        self.lifecycle, self.table = lifecycle, table

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError) and len(error.args) == 4:
            _, row, was, to = error.args
            raise ValueError(f"{self.lifecycle.refusal(self.table, int(was), int(to))} (row {int(row)})") from None


class Lifecycle:
    """Moves of a status column that are allowed, and the only way to make one.

    Parameters
    ----------
    column : str
        Name of the status column.
    codes : type of enum.IntEnum
        Its values, 0 to n - 1.
    moves : mapping of code to codes
        For every status, the statuses that may follow it.
    """

    def __init__(self, column: str, codes: type[enum.IntEnum], moves: Mapping[Any, tuple[Any, ...]]) -> None:
        self.column, self.codes, self.moves = column, codes, moves
        self.allowed = np.zeros((len(codes), len(codes)), bool)
        for before, after in moves.items():
            self.allowed[before, list(after)] = True
        self._named: dict[str, _Named] = {}
        self._before = [np.ascontiguousarray(self.allowed[:, to]) for to in range(len(codes))]

    def move(self, table: Table, rows: Rows, to: int) -> None:
        """Move rows to a status, in place.

        Raises
        ------
        ValueError
            If a row's present status may not be followed by ``to``.
        """
        if rows.size == 0:
            return
        status = table[self.column]
        odd = change_code(status, rows, self._before[to], int(to))
        if odd >= 0:
            raise ValueError(self.refusal(table.name, int(status[odd]), to))

    def refusal(self, table: str, was: int, to: int) -> str:
        """Say which move is not allowed."""
        return f"{table}.{self.column}: {self.codes(was).name} -> {self.codes(to).name} is not an allowed move"

    def named(self, table: str) -> _Named:
        """Say the names where a compiled loop refuses a move: it can tell no more than row, status and refused status.

        Parameters
        ----------
        table : str
            Table that the loop moves rows of.

        Raises
        ------
        ValueError
            As :meth:`move` does, with the row, from the ``with`` block.
        """
        if table not in self._named:
            self._named[table] = _Named(self, table)
        return self._named[table]
