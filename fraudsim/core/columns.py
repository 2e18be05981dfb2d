"""Columns as compiled loops see them: one array says where the columns of all tables lie.

To hand an array to a loop takes 0.06 us and to read it off its table half of that: a day would hand over some 400, a
sixth of what a small world's day takes (measured once, in turn). So loops get ``state.columns``, and name what they
use as processes do::

    dens, workers = opened("dens", columns), opened("workers", columns)
    status, country = dens.status, dens.country

An opened column owns no memory and is good for one call of a loop; nothing checks row numbers (``make bounds`` does).
What is declared of a table is compiled into the loops: :mod:`fraudsim.core.compiled` compiles anew when it changes. The
rules of writing one: docs/write-a-loop.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fraudsim.core.table import Column, Table

WORD = ir.IntType(64)


class Place(NamedTuple):
    """Where a column's address stands, its width behind it, and what an array of it is to a loop."""

    at: int
    array: Any


class Places(NamedTuple):
    """Where the addresses of a table begin, with its rows and its room, and where those of its columns stand."""

    at: int
    columns: dict[str, Place]


PLACES: dict[str, Places] = {}
"""Tables that loops can open: see :func:`declare`."""


def declare(tables: Mapping[str, Iterable[Column]]) -> None:
    """Let loops open tables, each with the columns given."""
    at = 0
    for table, columns in tables.items():
        found = {column.name: Place(at + 2 + 2 * i, _array(column)) for i, column in enumerate(columns)}
        PLACES[table], at = Places(at, found), at + 2 + 2 * len(found)


def _array(column: Column) -> Any:
    return types.Array(from_dtype(np.dtype(column.dtype)), 1 if column.width == 1 else 2, "C")


def addresses_of(tables: Iterable[Table]) -> NDArray[np.int64]:
    """Return where the columns of tables lie, which they keep up to date from now on: for loops.

    Parameters
    ----------
    tables : iterable of Table
        Those that were declared, in the same order.
    """
    parts = [table.addresses for table in tables]
    joined, last = np.concatenate(parts), 0
    for table, part in zip(tables, parts, strict=True):
        table.stand_at(joined[last: last + part.size])
        last += part.size
    return joined


class Opened(types.Type):
    """The columns of a table in a loop."""

    def __init__(self, table: str, wide: bool) -> None:
        self.table, self.wide = table, wide
        super().__init__(f"Opened({table}, {wide})")


@register_model(Opened)
class _Model(models.PrimitiveModel):
    """To the machine they are where the addresses stand."""

    def __init__(self, manager: Any, opened: Any) -> None:
        super().__init__(manager, opened, WORD)


def _open(table: Any, addresses: Any, wide: bool) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = make_array(signature.args[1])(context, builder, arguments[1])
        return builder.ptrtoint(array.data, WORD)

    return Opened(table.literal_value, wide)(table, addresses), generate


def _rows(context: Any, table: Any, addresses: Any) -> Any:
    """Open a table in a loop: its columns, over its rows."""
    return _open(table, addresses, False)


def _room(context: Any, table: Any, addresses: Any) -> Any:
    """Open a table in a loop: its columns, with the room for rows to come behind the rows."""
    return _open(table, addresses, True)


opened: Any = intrinsic(prefer_literal=True)(_rows)
opened_wide: Any = intrinsic(prefer_literal=True)(_room)


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Opened

    def generic_resolve(self, opened: Any, name: str) -> Any:  # type: ignore[override]
        place = PLACES[opened.table].columns.get(name)
        return None if place is None else place.array


@lower_getattr_generic(Opened)
def _read(context: Any, builder: Any, opened: Opened, value: Any, name: str) -> Any:
    """Make an array of what stands at a column's address; it owns no memory."""
    addresses, places = builder.inttoptr(value, WORD.as_pointer()), PLACES[opened.table]
    place = places.columns[name]

    def word(at: int) -> Any:
        return builder.load(builder.gep(addresses, [ir.Constant(WORD, at)]))

    data = context.get_data_type(place.array.dtype)
    size = ir.Constant(WORD, context.get_abi_sizeof(data))
    shape = [word(places.at + opened.wide), word(place.at + 1)][: place.array.ndim]
    strides = [*(builder.mul(width, size) for width in shape[1:]), size]
    array = make_array(place.array)(context, builder)
    populate_array(array, data=builder.inttoptr(word(place.at), data.as_pointer()),
                   shape=cgutils.pack_array(builder, shape), strides=cgutils.pack_array(builder, strides),
                   itemsize=size, meminfo=None)
    return array._getvalue()
