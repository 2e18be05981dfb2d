from __future__ import annotations

import numpy as np
import pytest
from support import ARM, empty_state

from fraudsim.interventions.parsing import parse_arm
from fraudsim.levers import LEVERS, Levers
from fraudsim.processes.policy import policy


def test_levers_are_neutral_again_when_the_window_is_over():
    state = empty_state()
    state.policy = parse_arm("call-interception:start=1,end=3,sensitivity=0.5", state.world)
    seen = []
    for state.day in range(5):
        policy(state)
        seen.append(float(state.levers.call_block[0]))
    assert seen == [0.0, 0.5, 0.5, 0.0, 0.0]


def test_orders_are_filed_anew_each_day():
    state = empty_state()
    state.policy = parse_arm(ARM, state.world)
    for state.day, orders in ((13, 0), (14, 1), (15, 1)):
        policy(state)
        assert len(state.orders) == orders


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_levers_have_a_neutral_value_in_their_range_a_unit_and_a_meaning(lever):
    levers = Levers(3)
    assert lever.low <= lever.neutral <= lever.high
    assert (getattr(levers, lever.name) == lever.neutral).all()
    assert lever.unit
    assert lever.meaning
    for beyond in (lever.low - 0.01, lever.high + 0.01):
        with pytest.raises(ValueError, match=lever.name):
            levers.move(lever.name, [0], beyond)
    levers.move(lever.name, [0], lever.neutral)
    assert not levers.acting


def test_filters_in_sequence_combine_and_reset():
    levers = Levers(3)
    levers.move("call_block", [0, 2], 0.5)
    levers.move("call_block", [0], 0.2)
    assert levers.call_block.tolist() == [pytest.approx(0.6), 0.0, 0.5]
    twin = levers.copy()
    levers.reset()
    assert levers.call_block.tolist() == [0.0, 0.0, 0.0]
    assert twin.call_block.tolist() == [pytest.approx(0.6), 0.0, 0.5]
    assert (levers.acting, twin.acting) == (False, True)
    with pytest.raises(AttributeError, match="no lever 'call_blok'"):
        _ = levers.call_blok


def test_what_was_worked_out_is_kept_while_the_same_is_moved():
    levers = Levers(3)
    levers.move("call_block", np.array([1]), 0.5)
    levers.kept()["anything"] = 1
    levers.reset()
    levers.move("call_block", [1], 0.5)
    assert levers.kept() == {"anything": 1}
    levers.move("call_block", [2], 0.5)  # a further move on the same day
    assert levers.kept() == {}
    assert levers.call_block.tolist() == [0.0, 0.5, 0.5]
    levers.reset()
    assert levers.call_block.tolist() == [0.0, 0.0, 0.0]


def test_pairs_may_be_arrays():
    levers = Levers(2)
    for _ in range(2):
        levers.reset()
        levers.move("sharing", (np.array([0]), np.array([1])), 0.4)
        assert levers.sharing.tolist() == [[0.0, 0.4], [0.0, 0.0]]
