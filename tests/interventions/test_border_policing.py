from __future__ import annotations

import pytest
from paired import assert_proximal, assert_sign
from support import empty_state, simulation, small_world

from fraudsim.interventions.border_policing import BorderPolicing
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

# A world in which every fifth recruit goes by smuggler, and routes are short.
ROUTES = {"parameters__travel__smuggled_share": 0.2, "parameters__travel__smuggled_extra_days": 4}
HARD = "stopped=0.8,price_rise=1.0,countries=TA|HO|XX"


def test_levers_follow_window_ramp_and_intensity():
    state = empty_state()
    state.policy = (BorderPolicing(start=5, end=8, ramp=2, intensity=0.5, countries=("HO", "XX"), stopped=0.8,
                                   price_rise=2.0),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.smuggle_stop == pytest.approx([0.0, 0.8 * force, 0.8 * force])
        assert state.levers.smuggle_price == pytest.approx([1.0, 1 + 2.0 * force, 1 + 2.0 * force])


def test_fewer_recruits_arrive_by_smuggler():
    assert_proximal("border-policing", HARD, **ROUTES)


def test_those_who_do_owe_more_for_the_route():
    assert_sign("border-policing:stopped=0.3,price_rise=1.0,countries=TA|HO|XX", "smuggler_debt", "up", **ROUTES)


def test_travellers_are_not_gone_but_at_home_and_at_risk():
    run = simulation(small_world(**ROUTES, parameters__captivity__re_enlist=0.2), f"border-policing:{HARD}")
    run.run(80)
    caught = run.record()[:, POSITION["smuggled_stopped"], :].sum()
    workers = run.state.workers
    at_home = (workers.status == 28) & ~workers.came_home
    assert caught > 0
    assert at_home.any()
    # Some of those caught have been won anew.
    assert (workers.trips[~workers.came_home] > 1).any()


def test_no_intensity_is_the_baseline_to_the_bit_and_costs_nothing():
    runs = [simulation(small_world(**ROUTES), arm) for arm in
            ("", f"border-policing:intensity=0,daily_cost=500,{HARD}", f"border-policing:start=50,{HARD}")]
    for run in runs:
        run.run(50)
    assert len({run.digest() for run in runs}) == 1
    assert all((run.record() == runs[0].record()).all() for run in runs)


def test_it_costs_what_it_says():
    run = simulation(small_world(**ROUTES), f"border-policing:start=3,end=40,cost_per_stop=400,daily_cost=500,"
                                            f"fixed_cost=1000,{HARD}")
    run.run(45)
    record = run.record()
    caught = record[:40, POSITION["smuggled_stopped"], :].sum(axis=0)
    expected = 100 * 1000 + 100 * 500 * 37 + 100 * 400 * caught
    assert caught.sum() > 0
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == expected.tolist()
