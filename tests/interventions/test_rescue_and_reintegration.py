from __future__ import annotations

import pytest
from paired import assert_proximal, assert_sign
from support import assert_share, empty_state, simulation, small_world

from fraudsim.interventions.rescue_and_reintegration import RescueAndReintegration
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

# A world in which people come home soon, often relapse, and are soon recruited once more.
P = "parameters__captivity__"
QUICK = {P + "home_days": 3, P + "stranded_share": 0.0, P + "aftercare_days": 7, P + "at_risk_share": 0.8,
         P + "re_enlist": 0.1, P + "resettle": 0.02, P + "aftercare_effect": 0.8, P + "quit_free": 0.02,
         P + "quit_indebted": 0.02}
HARD = "start=0,aftercare=1.0,countries=TA|HO|XX"


def test_levers_follow_window_ramp_and_intensity():
    state = empty_state()
    state.policy = (RescueAndReintegration(start=5, end=8, ramp=2, intensity=0.5, countries=("HO", "XX"),
                                           screening=0.6, false_positives=0.1, aftercare=0.4),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.screening == pytest.approx([0.0, 0.6 * force, 0.6 * force])
        assert state.levers.screening_wrong == pytest.approx([0.0, 0.1 * force, 0.1 * force])
        assert state.levers.aftercare == pytest.approx([0.0, 0.4 * force, 0.4 * force])


def test_fewer_are_recruited_once_more():
    assert_proximal("rescue-and-reintegration", HARD, **QUICK)


def test_help_reaches_the_share_it_says_and_without_policy_nobody():
    totals = []
    for arm in ("", "rescue-and-reintegration:start=0,aftercare=0.3,countries=TA|HO|XX"):
        run = simulation(small_world(**QUICK), arm)
        run.run(120)
        totals.append([int(run.record()[:, POSITION[name], :].sum()) for name in ("homecomings", "aftercare")])
    assert totals[0][1] == 0
    assert_share(totals[1][1], totals[1][0], 0.3)


def test_no_intensity_is_the_baseline_to_the_bit_and_costs_nothing():
    runs = [simulation(small_world(**QUICK), arm) for arm in
            ("", "rescue-and-reintegration:intensity=0,daily_cost=500,countries=TA|HO|XX",
             "rescue-and-reintegration:start=50,countries=TA|HO|XX")]
    for run in runs:
        run.run(50)
    assert len({run.digest() for run in runs}) == 1
    assert all((run.record() == runs[0].record()).all() for run in runs)


def test_it_costs_what_it_says():
    run = simulation(small_world(**QUICK), "rescue-and-reintegration:start=3,end=60,cost_per_person=3000,"
                     "cost_per_screening=300,daily_cost=500,fixed_cost=1000,countries=TA|HO|XX")
    run.run(70)
    record = run.record()
    helped = record[:60, POSITION["aftercare"], :].sum(axis=0)
    arrested = record[2:60, POSITION["arrests"], :].sum(axis=0)
    expected = 100 * 1000 + 100 * 500 * 57 + 100 * 3000 * helped + 100 * 300 * arrested
    assert helped.sum() > 0
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == expected.tolist()


def test_wider_screening_lets_offenders_go_as_victims():
    """The side effect. An arm without it passes once in 10,000 times."""
    arm = "rescue-and-reintegration:start=0,screening=0.8,false_positives=0.3,countries=TA|HO|XX"
    busy = {"parameters__investigation__tip_off": 0.05, "parameters__investigation__warrant": 1.0,
            "parameters__justice__screening_days": 2}
    assert_sign(arm, "offenders_rescued", "up", **busy)
