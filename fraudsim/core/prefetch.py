"""Ask for memory before it is needed.

A loop over rows that stand all over large tables waits for memory most of its time, since the processor sees only some
hundred steps ahead. A request some rows ahead costs next to nothing, changes nothing, and lets many be on their way.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic as numba_intrinsic

intrinsic: Any = numba_intrinsic  # untyped, as all of Numba
item_pointer: Any = cgutils.get_item_pointer

AHEAD = 8
"""Rows ahead: early enough for the memory to have come, and not so early that it is gone again."""


@intrinsic
def prefetch(_: Any, columns: Any, row: Any) -> Any:
    """Ask for ``column[row]`` of every array of a tuple, inside a compiled loop; the row must be one of each array."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte],
                                                 ir.FunctionType(ir.VoidType(), [byte, number, number, number]))
        at = context.cast(builder, given[1], signature.args[1], types.intp)
        for k, kind in enumerate(signature.args[0]):
            array = context.make_array(kind)(context, builder, builder.extract_value(given[0], k))
            place = [at, *[context.get_constant(types.intp, 0)] * (kind.ndim - 1)]
            pointer = item_pointer(context, builder, kind, array, place, wraparound=False)
            # To read, and as far as the second cache only: the first has few places for what is on its way.
            builder.call(fetch, [builder.bitcast(pointer, byte), number(0), number(2), number(1)])
        return context.get_dummy_value()

    return types.void(columns, row), emit
