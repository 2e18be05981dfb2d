from __future__ import annotations

import numpy as np
import pytest
from contacts import assert_nothing_at_zero_intensity
from paired import assert_proximal, assert_sign, differences, outcomes
from support import CONTACTS_ARM, WIDE, assert_poisson, empty_state, simulation, small_world

from fraudsim.interventions.call_interception import CallInterception
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

ON = CallInterception(start=10, end=20, ramp=4, intensity=0.8, countries=("TA",), sensitivity=0.5,
                      false_positives=0.01)


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    state = empty_state()
    state.policy = (ON,)
    expected = {9: 0.0, 10: 0.2, 11: 0.4, 12: 0.6, 13: 0.8, 19: 0.8, 20: 0.0}
    for state.day, force in expected.items():
        policy(state)
        assert state.levers.call_block == pytest.approx([0.5 * force, 0.0, 0.0])
        assert state.levers.call_block_wrong == pytest.approx([0.01 * force, 0.0, 0.0])
        assert state.levers.acting == (force > 0.0)


def test_two_filters_work_in_sequence_less_what_both_catch():
    state = empty_state()
    state.policy = (ON.model_copy(update={"ramp": 0, "intensity": 1.0}),) * 2
    state.day = 15
    policy(state)
    # Of the half that the second would catch of the rest, it catches 0.7: overlap is 0.3.
    assert state.levers.call_block[0] == pytest.approx(0.5 + 0.7 * 0.25)


def test_fewer_scam_calls_are_answered():
    assert_proximal("call-interception")


def test_dens_dial_on_so_answered_calls_fall_by_less_than_the_filter_stops():
    """The filter stops 0.3 of the calls of 70 in 80 days."""
    assert_sign("call-interception", "calls_placed", "up")
    base = sum(o["calls_answered"] for o in outcomes(""))
    assert -0.3 * 70 / 80 < differences("call-interception", "calls_answered").sum() / base < 0.0


def test_wanted_calls_are_blocked_and_without_filter_none():
    assert all(o["wanted_calls_blocked"] == 0 for o in outcomes(""))
    blocked = [o["wanted_calls_blocked"] for o in outcomes("call-interception")]
    # 20,000 adults x 2 wanted calls x 0.0005 over 70 days in every run.
    assert_poisson(int(np.sum(blocked)), len(blocked) * 70 * 20)


def test_it_costs_what_it_says():
    run = simulation(small_world(), "call-interception:start=3,end=13,ramp=5,intensity=0.5")
    run.run(30)
    cost, record = run.record()[:, POSITION["public_cost"], :], run.record()
    stopped = record[:, POSITION["calls_blocked"], 0] + record[:, POSITION["wanted_calls_blocked"], 0]
    force = [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    expected = [round(100 * 500 * f) + round(100 * 0.0005 * int(stopped[2 + i])) for i, f in enumerate(force)]
    expected[0] += round(100 * 1000 * 0.5)
    assert cost[3:13, 0].tolist() == expected
    assert not cost[:3].any()
    assert not cost[:, 1:].any()
    assert run.state.spending.by_name == {"call-interception": cost.sum()}


def test_the_last_days_work_is_paid_as_well():
    run = simulation(small_world(), "call-interception:start=3,end=5,daily_cost=0,fixed_cost=0,cost_per_call=1.0")
    run.run(30)
    record = run.record()
    stopped = record[:, POSITION["calls_blocked"], 0] + record[:, POSITION["wanted_calls_blocked"], 0]
    assert record[:, POSITION["public_cost"], 0].sum() == 100 * stopped.sum()


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("call-interception")


def test_all_of_contacts_together_conserve_what_they_did_alone():
    """Seven at once: levers join, and each proximal outcome still moves its way."""
    for name, direction in (("calls_answered", "down"), ("messages_delivered", "down"), ("site_hours", "down"),
                            ("numbers_per_den", "down"), ("control_reach", "up"), ("scams_broken_off", "up")):
        assert_sign(CONTACTS_ARM, name, direction, **WIDE)
