"""The digest of a state: equal states, equal hashes, on every machine."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.table import Column, Table
from fraudsim.state import State


def digest(state: State) -> str:
    """Return the SHA-256 of everything that lives in a state.

    Rows are sorted by key and references are written as keys. Capacity, indexes, agendas, growth and
    public spending take no part.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    total = hashlib.sha256()
    total.update(str(state.day).encode())
    for name, table in state.tables.items():
        order = np.argsort(table.key, kind="stable")
        total.update(f"\n{name} {len(table)}".encode())
        for column in table.columns.values():
            if column.digest:
                total.update(f"\n{column.name}\0".encode())
                total.update(_bytes(_content(state, table, column)[order]))
    for account, balance in sorted(state.accounts.balance.items()):
        total.update(f"\n{account} {balance}".encode())
    return total.hexdigest()


def _content(state: State, table: Table, column: Column) -> NDArray[np.generic]:
    values = table[column.name]
    if not column.refers:
        return values
    keys = np.append(state.tables[column.refers].key, np.uint64(0))
    return keys[values.astype(np.int64)]  # -1, none, reads the zero at the end


def _bytes(values: NDArray[np.generic]) -> bytes:
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return np.ascontiguousarray(little).tobytes()
