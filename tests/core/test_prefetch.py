from __future__ import annotations

import numba
import numpy as np

from fraudsim.core.prefetch import prefetch


def total(wide, flat, rows):
    found = 0.0
    for i in range(rows.size):
        prefetch((wide, flat), rows[min(i + 8, rows.size - 1)])
        found += wide[rows[i], 1] + flat[rows[i]]
    return found


def test_memory_is_asked_for_and_nothing_else_changes():
    loop = numba.njit(total)
    wide, flat, rows = np.arange(300.0).reshape(100, 3), np.arange(100, dtype=np.int8), np.arange(99, -1, -3)
    copies = wide.copy(), flat.copy()
    assert loop(wide, flat, rows) == (wide[rows, 1] + flat[rows]).sum()
    assert all(np.array_equal(now, before) for now, before in zip((wide, flat), copies, strict=True))
    code, = loop.inspect_llvm().values()
    assert code.count("call void @llvm.prefetch") >= 2


def test_the_row_may_be_of_any_kind_of_number():
    @numba.njit
    def ask(column, row):
        prefetch((column,), row)
        return column[row]

    column = np.arange(10)
    assert [ask(column, kind(7)) for kind in (np.int32, np.int64, np.uint64, np.int16)] == [7] * 4
