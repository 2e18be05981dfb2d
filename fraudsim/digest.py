"""The digest of a state: equal states, equal hashes, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.table import Column, Rows, Table, where
from fraudsim.ledgers.residents import remembered_by_parts
from fraudsim.state import State

if TYPE_CHECKING:
    from hashlib import _Hash

PART = 2**19
"""Rows that are sorted and written at a time: a digest should not need as much memory as the state."""


def digest(state: State) -> str:
    """Return the SHA-256 of everything that lives in a state.

    Rows are sorted by key and references are written as keys; spare rows take no part, what is remembered of residents
    without a row does. Capacity, indexes, agendas, growth, row numbers and public spending take no part.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    total = hashlib.sha256()
    total.update(str(state.day).encode())
    for name, table in state.tables.items():
        total.update(f"\n{name} {_count(table)}".encode())
        for rows in _by_key(table):
            _write(total, state, table, rows)
    total.update(b"\nremembered")
    for part in remembered_by_parts(state):
        for values in part:
            total.update(_bytes(values))
    for account, balance in sorted(state.accounts.balance.items()):
        total.update(f"\n{account} {balance}".encode())
    return total.hexdigest()


def _count(table: Table) -> int:
    return len(table) if table.spare is None else int(np.count_nonzero(table.key))


def _by_key(table: Table) -> Iterator[tuple[Rows, Rows]]:
    """Go through the rows of a table in the order of their keys, some at a time: rows, and their order."""
    bits = (max(_count(table) - 1, 0) // PART).bit_length()
    for part in range(1 << bits):
        rows = table.in_use if bits == 0 else where(table.key >> np.uint64(64 - bits) == part)
        if part == 0 and table.spare is not None:
            rows = rows[table.key[rows] != 0]
        yield rows, np.argsort(table.key[rows], kind="stable")


def _write(total: _Hash, state: State, table: Table, rows: tuple[Rows, Rows]) -> None:
    for column in table.columns.values():
        if column.digest:
            total.update(f"\n{column.name}\0".encode())
            # Picked first and sorted then: rows all over a large table are slow to come by.
            total.update(_bytes(_content(state, column, table[column.name][rows[0]])[rows[1]]))


def _content(state: State, column: Column, values: NDArray[np.generic]) -> NDArray[np.generic]:
    if not column.refers:
        return values
    keys = state.tables[column.refers].key
    if keys.size == 0:
        return np.zeros(values.shape, np.uint64)
    return np.where(values.astype(np.int64) < 0, np.uint64(0), keys[values.astype(np.int64)])


def _bytes(values: NDArray[np.generic]) -> bytes:
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return np.ascontiguousarray(little).tobytes()
