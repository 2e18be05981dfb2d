"""Loops see the columns of tables as processes do, wherever these have moved to."""

from __future__ import annotations

import copy
import pickle

import numba
import numpy as np
import pytest
from numba.core.errors import NumbaError
from support import add_den, add_workers, empty_state

from fraudsim.core.columns import PLACES, addresses_of, opened, opened_wide
from fraudsim.core.compiled import compiled
from fraudsim.core.table import Table
from fraudsim.state import TABLES


@compiled
def sizes(columns):
    """Return rows of a table, its room, its rows by a column of another width, and the width of that."""
    owners = opened("syndicates", columns)
    return owners.key.size, opened_wide("syndicates", columns).key.size, owners.reach.shape[0], owners.reach.shape[1]


@compiled
def mark(columns, row):
    workers, owners = opened_wide("workers", columns), opened("syndicates", columns)
    workers.age[row], workers.smuggled[row], workers.since[row] = 77, True, -5
    owners.reach[0, 1], owners.capital[0] = 0.25, 2**40
    return workers.key[row]


def test_loops_write_into_the_columns():
    state = empty_state()
    row = add_workers(state, add_den(state), 3)[1]
    assert mark(state.columns, row) == state.workers.key[row]
    assert (state.workers.age[row], state.workers.smuggled[row], state.workers.since[row]) == (77, True, -5)
    assert (state.syndicates.reach[0, 1], state.syndicates.capital[0]) == (0.25, 2**40)
    assert state.workers.age[row - 1] != 77


def test_rows_and_room_are_told_apart_and_growth_is_followed(monkeypatch):
    state = empty_state()
    owners, countries = state.syndicates, len(state.countries)
    assert sizes(state.columns) == (len(owners), owners.capacity, len(owners), countries)
    owners.add(3 * owners.capacity)
    assert sizes(state.columns) == (len(owners), owners.capacity, len(owners), countries)
    rows = add_workers(state, add_den(state), 2)
    monkeypatch.setattr(Table, "moves_on_add", True)
    state.workers.add(1)
    mark(state.columns, rows[0])
    assert state.workers.age[rows[0]] == 77


@pytest.mark.parametrize("again", [lambda state: state.copy(), copy.copy, copy.deepcopy,
                                   lambda state: pickle.loads(pickle.dumps(state))])
def test_copies_have_columns_of_their_own(again):
    state = empty_state()
    row = add_workers(state, add_den(state), 1)[0]
    before = int(state.workers.age[row])
    twin = again(state)
    mark(twin.columns, row)
    assert (int(twin.workers.age[row]), int(state.workers.age[row])) == (77, before)
    twin.workers.add(5000)
    mark(state.columns, row)
    assert int(state.workers.age[row]) == 77


def test_addresses_stand_where_loops_look_for_them():
    state = empty_state()
    assert list(PLACES) == list(TABLES)
    for name, table in state.tables.items():
        for column, place in PLACES[name].columns.items():
            values = getattr(table.wide, column)
            assert state.columns[place.at] == values.ctypes.data
            assert state.columns[place.at + 1] == values[0].size
            assert place.array == numba.typeof(values), column
    assert state.columns.size == sum(2 + 2 * len(table.columns) for table in state.tables.values())
    assert addresses_of(state.tables.values()).tolist() == state.columns.tolist()


def test_a_column_that_is_not_there_is_refused():
    @compiled
    def wrong(columns):
        return opened("dens", columns).no_such_column

    with pytest.raises(NumbaError, match="no_such_column"):
        wrong(np.zeros(9, np.int64))


def test_a_table_of_a_state_stays():
    state = empty_state()
    with pytest.raises(AttributeError, match="the table itself stays"):
        state.dens = state.dens.copy()
    row = add_workers(state, add_den(state), 1)[0]
    mark(state.columns, row)
    assert int(state.workers.age[row]) == 77
