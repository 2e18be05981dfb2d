from __future__ import annotations

import enum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import LIFECYCLES

from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column, Table


class Stage(enum.IntEnum):
    A = 0
    B = 1
    C = 2


MOVES = Lifecycle("stage", Stage, {Stage.A: (Stage.B,), Stage.B: (Stage.A, Stage.C)})
statuses = st.lists(st.sampled_from(list(Stage)), max_size=6)


@given(statuses, st.sampled_from(list(Stage)), st.data())
def test_a_move_is_made_exactly_where_it_is_allowed(now, to, data):
    table = Table("t", [Column("stage", "int8", "code", "", codes=Stage, lifecycle=True)])
    table.add(len(now), stage=now)
    rows = data.draw(st.lists(st.integers(0, len(now) - 1), unique=True) if now else st.just([]))
    expected = list(now)
    if all(to in MOVES.moves.get(now[row], ()) for row in rows):
        MOVES.move(table, np.array(rows, np.int64), to)
        for row in rows:
            expected[row] = to
    else:
        with pytest.raises(ValueError, match=f"-> {to.name} is not an allowed move"):
            MOVES.move(table, np.array(rows, np.int64), to)
    assert table.stage.tolist() == expected


@pytest.mark.parametrize("name", LIFECYCLES)
def test_lifecycles_have_codes_without_gaps_and_no_status_out_of_reach(name):
    lifecycle = LIFECYCLES[name]
    assert [int(code) for code in lifecycle.codes] == list(range(len(lifecycle.codes)))
    entered = {after for moves in lifecycle.moves.values() for after in moves}
    assert set(lifecycle.codes) - entered <= {lifecycle.codes(0)}
