from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim.core.table import Column, Table, among, where

COLUMNS = (Column("staff", "int32", "persons", "staff"), Column("due", "int32", "day", "due", default=32767),
           Column("belief", "float64", "1", "belief", width="zones", default=0.5))


def table(capacity: int = 2) -> Table:
    return Table("dens", COLUMNS, {"zones": 3}, capacity)


def test_columns_start_with_the_key_and_have_their_types_and_defaults():
    dens = table()
    rows = dens.add(2, staff=[5, 7])
    assert list(dens.columns) == ["key", "staff", "due", "belief"]
    assert rows.tolist() == [0, 1]
    assert len(dens) == 2
    assert dens.staff.dtype == np.int32
    assert dens.due.tolist() == [32767, 32767]
    assert dens.belief.tolist() == [[0.5] * 3] * 2


def test_columns_are_written_in_place_only():
    dens = table()
    dens.add(2)
    dens.staff[1] = 4
    dens.staff += 1
    dens["staff"][...] *= 2
    assert dens.staff.tolist() == [2, 10]
    with pytest.raises(AttributeError, match="write in place"):
        dens.staff = np.zeros(2)
    with pytest.raises(AttributeError):
        dens.stafff = 3


def test_unknown_columns_are_errors_and_add_nothing():
    dens = table()
    with pytest.raises(AttributeError, match="no column 'stafff'"):
        dens.add(1, stafff=3)
    with pytest.raises(AttributeError, match="no column 'stafff'"):
        _ = dens.stafff
    assert len(dens) == 0


@pytest.mark.parametrize("name", ["name", "count", "add", "copy", "sizes", "wide", "room", "_data"])
def test_a_column_may_not_hide_what_a_table_has(name):
    with pytest.raises(ValueError, match=name):
        Table("t", [Column(name, "int8", "1", "")])


@given(st.lists(st.lists(st.integers(-1000, 1000), max_size=40), max_size=12))
@settings(max_examples=100)
def test_rows_stay_where_they_are_however_the_table_grows(batches):
    dens, expected = table(capacity=1), []
    for batch in batches:
        rows = dens.add(len(batch), staff=batch)
        assert rows.tolist() == list(range(len(expected), len(expected) + len(batch)))
        expected += batch
        assert dens.staff.tolist() == expected
    assert len(dens) == len(expected) <= dens.capacity


def test_new_rows_take_defaults_whatever_stood_in_the_memory():
    dens = table(capacity=1)
    for i in range(100):
        row = dens.add(1, staff=i)
        assert dens.due[row] == 32767
        assert (dens.belief[row] == 0.5).all()
        dens.due[row], dens.belief[row] = 5, 0.25


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_loops_fill_rows_with_room_and_the_table_takes_in_as_many_as_they_filled(batches):
    dens, expected = table(capacity=1), []
    for most, filled in batches:
        filled = min(filled, most)
        first = dens.room(most)
        assert first == len(dens) == len(expected)
        assert dens.wide.due[first: first + most].tolist() == [32767] * most
        dens.wide.staff[first: first + filled] = range(filled)
        dens.take_in(filled)
        expected += range(filled)
        assert dens.staff.tolist() == expected
        assert np.shares_memory(dens.staff, dens.wide.staff) or not expected
    assert dens.due.tolist() == [32767] * len(expected)


def test_a_view_of_the_live_rows_is_cut_anew_when_rows_are_added_and_kept_until_then():
    dens = table()
    dens.add(2, staff=[1, 2])
    before = dens.staff
    assert dens.staff is before
    dens.add(1, staff=3)
    assert before.tolist() == [1, 2]
    assert dens.staff.tolist() == [1, 2, 3]


def test_copies_and_pickles_have_their_own_wide_columns():
    dens = table()
    dens.add(2, staff=[1, 2])
    for twin in (dens.copy(), pickle.loads(pickle.dumps(dens))):
        twin.wide.staff[0] = 9
        assert twin.staff.tolist() == [9, 2]
    assert dens.staff.tolist() == [1, 2]


def test_rows_among_others():
    assert among(np.array([1, 3]), 5).tolist() == [False, True, False, True, False]


@pytest.mark.usefixtures("moves_on_add")
def test_a_column_read_before_add_is_poisoned_where_the_test_switch_is_on():
    dens = table(capacity=100)
    dens.add(3, staff=1)
    before = dens.staff
    dens.add(1, staff=1)
    assert (before != 1).all()
    assert dens.staff.tolist() == [1, 1, 1, 1]


def test_a_copy_is_independent_both_ways():
    dens = table()
    dens.add(2, staff=[1, 2])
    twin = dens.copy()
    twin.staff[0] = 9
    twin.add(5, staff=3)
    dens.staff[1] = 8
    assert dens.staff.tolist() == [1, 8]
    assert twin.staff.tolist() == [9, 2, 3, 3, 3, 3, 3]


def test_a_pickled_table_can_be_written_and_grows():
    dens = table()
    dens.add(2, staff=[1, 2])
    twin = pickle.loads(pickle.dumps(dens))
    twin.staff[0] = 9
    twin.add(200, staff=3)
    assert twin.staff[:3].tolist() == [9, 2, 3]
    assert twin.due[-1] == 32767
    assert dens.staff.tolist() == [1, 2]


@given(st.lists(st.booleans()))
def test_where_is_flatnonzero(mask):
    assert where(np.array(mask, bool)).tolist() == np.flatnonzero(np.array(mask, bool)).tolist()


@pytest.mark.parametrize("grow", [lambda table: table.reserve(5000), lambda table: table.room(5000)])
def test_columns_read_after_room_was_made_are_those_that_are_kept(grow):
    table = Table("dens", [Column("staff", "int32", "persons", "people")])
    table.add(2, staff=[5, 7])
    assert table.staff.tolist() == [5, 7]  # cut once already
    grow(table)
    table.staff[0] = 99
    assert table.wide.staff[0] == 99
    assert table.copy().staff.tolist() == [99, 7]
