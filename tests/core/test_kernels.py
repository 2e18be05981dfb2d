"""Every compiled loop does what NumPy would, to the bit."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim.core import kernels

seeds = st.integers(0, 2**32)
sizes = st.integers(0, 30)
DTYPES = (np.int8, np.int32, np.int64, np.float64)


class Case:
    """Random columns and rows of some length."""

    def __init__(self, seed: int, n: int) -> None:
        self.rng, self.n = np.random.default_rng(seed), n

    def column(self, low: int = -3, high: int = 4, dtype=np.int64) -> np.ndarray:
        return self.rng.integers(low, high, self.n).astype(dtype)

    def rows(self) -> np.ndarray:
        return self.rng.integers(0, self.n, self.rng.integers(0, 40)) if self.n else np.empty(0, np.int64)

    def mask(self) -> np.ndarray:
        return self.rng.random(self.n) < 0.5


case = st.builds(Case, seeds, sizes)


def same(got, expected) -> None:
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    assert (got == expected).all()


@given(case, st.sampled_from(DTYPES))
def test_adding(c, dtype):
    column, rows = c.column(dtype=dtype), c.rows()
    amounts = c.rng.integers(-5, 6, rows.size).astype(dtype)
    twin = column.copy()
    kernels.add_each(column, rows, amounts)
    np.add.at(twin, rows, amounts)
    same(column, twin)



@given(case)
def test_adding_floats_in_their_order(c):
    column, rows = c.rng.random(c.n), c.rows()
    amounts, twin = c.rng.random(rows.size) * 1e9, column.copy()
    kernels.add_each(column, rows, amounts)
    np.add.at(twin, rows, amounts)
    same(column, twin)


@given(case)
def test_counting(c):
    table, rows = c.rng.integers(0, 9, (3, max(c.n, 1))), c.rows()
    amounts, twin = c.rng.integers(-5, 6, rows.size), None
    twin = table.copy()
    kernels.tally(table, 1, rows)
    np.add.at(twin[1], rows, 1)
    same(table, twin)
    kernels.tally_amounts(table, 2, rows, amounts)
    np.add.at(twin[2], rows, amounts)
    same(table, twin)


@given(case, st.sampled_from(DTYPES), st.integers(-4, 4), st.integers(-4, 4))
def test_finding_rows(c, dtype, x, y):
    first, second = c.column(dtype=dtype), c.column()
    same(kernels.rows_between(first, x, y), np.flatnonzero((first >= x) & (first <= y)))
    same(kernels.rows_with(first, x, second, y), np.flatnonzero((first == x) & (second == y)))
    status, owner = c.rng.integers(0, 3, 5), c.column(0, 5)
    same(kernels.free_rows(second, owner, status, 1), np.flatnonzero((second < 0) & (status[owner] == 1)))


@given(case, st.integers(-4, 4), st.integers(-4, 4))
def test_picking_among_rows(c, x, y):
    first, second, rows = c.column(), c.column(), c.rows()
    same(kernels.rows_equal(first, rows, x), rows[first[rows] == x])
    same(kernels.both_equal(first, x, second, y, rows), (first[rows] == x) & (second[rows] == y))




@given(case, st.integers(0, 3))
def test_changing_codes(c, to):
    codes, rows, allowed = c.column(0, 4, np.int8), c.rows(), c.rng.random(4) < 0.7
    twin, wrong = codes.copy(), ~allowed[codes[rows]]
    first = kernels.change_code(codes, rows, allowed, to)
    if wrong.any():
        assert first == rows[wrong][0]
    else:
        assert first == -1
        twin[rows] = to
    same(codes, twin)


@given(seeds, st.integers(0, 300))
def test_adding_up_a_row_one_after_the_other(seed, n):
    rng = np.random.default_rng(seed)
    values = rng.random(n) * 10.0 ** rng.integers(-9, 9, n)
    assert kernels.row_sum(values) == np.append(0.0, np.cumsum(values))[-1]


@given(case)
def test_finding_marks(c):
    marks = kernels.no_marks(c.n)
    assert c.n <= marks.size < c.n + 8
    assert not marks.any()
    marks[: c.n] = c.mask()
    same(kernels.marked(marks), np.flatnonzero(marks))


@given(seeds, st.sampled_from([0.0, 0.01, 0.12, 0.13, 0.6, 1.0]))
def test_marks_are_found_whether_few_or_many(seed, share):
    marks = kernels.no_marks(500)
    marks[:500] = np.random.default_rng(seed).random(500) < share
    same(kernels.marked(marks), np.flatnonzero(marks))


@given(case)
def test_telling_whether_either_has_any(c):
    first, second = c.column(0, 2, np.float64), c.column(0, 2)
    assert kernels.either_any(first, second) == (first.any() or second.any())


@given(case)
def test_telling_what_a_column_holds(c):
    first, second = c.column(0, 3), c.column(0, 3)
    assert kernels.holds(first, 2) == (first == 2).any()
    assert kernels.differ(first, second) == (first != second).any()
    assert kernels.differ(first, first) == False  # noqa: E712
    assert kernels.least(first.astype(float)) == min(first.tolist(), default=np.inf)


@given(case, st.integers(0, 40))
def test_the_lowest_keys_come_first(c, most):
    keys = c.rng.permutation(np.arange(c.n)).astype(np.uint64) * np.uint64(2**58 + 1)
    n = min(most, c.n)
    same(kernels.lowest_first(keys, n), keys.argsort()[:n])


@given(seeds, st.integers(0, 300), st.sampled_from([2**64, 2**64 - 1, 1000, 3]))
def test_the_order_of_keys_is_that_of_a_stable_sort(seed, n, below):
    keys = np.random.default_rng(seed).integers(0, below, n, np.uint64)
    same(kernels.key_order(keys), np.argsort(keys, kind="stable"))


@given(seeds, st.sampled_from([0, 1, 30, 255, 256, 1000]), st.sampled_from([1, 7, 2048, 10**6, 2**31]))
def test_many_rows_rise_and_each_stands_once(seed, n, below):
    rows = np.random.default_rng(seed).integers(0, below, n)
    same(kernels.rising_rows(rows.copy()), np.unique(rows))


def test_every_kernel_stands_here():
    source = inspect.getsource(inspect.getmodule(test_every_kernel_stands_here))
    for name, value in vars(kernels).items():
        if hasattr(value, "py_func"):
            assert f"kernels.{name}(" in source, f"{name} has no test"


@pytest.mark.parametrize("empty", [np.empty(0, np.int64)])
def test_nothing_comes_of_nothing(empty):
    assert kernels.rows_between(empty, 0, 1).size == 0
    assert kernels.key_order(empty.astype(np.uint64)).size == 0
    assert kernels.least(empty.astype(float)) == np.inf


@given(case, st.integers(0, 2))
def test_a_code_is_set_where_its_lifecycle_allows_it(c, to):
    allowed = c.rng.random((3, 3)) < 0.5
    codes = c.column(0, 3, np.int8)
    for row in range(c.n):
        before = codes.copy()
        if allowed[before[row], to]:
            kernels.set_code(codes, row, allowed, to)
            before[row] = to
        else:
            with pytest.raises(ValueError, match="lifecycle"):
                kernels.set_code(codes, row, allowed, to)
        same(codes, before)
