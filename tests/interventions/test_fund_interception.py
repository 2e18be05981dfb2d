from __future__ import annotations

import numpy as np
import pytest
from paired import SEEDS, assert_proximal, assert_sign, outcomes
from support import assert_poisson, empty_state, simulation, small_world

from fraudsim.interventions.fund_interception import FundInterception
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

ON = FundInterception(start=10, end=20, ramp=4, intensity=0.8, countries=("TA",), hold=0.5, hold_wrong=0.01,
                      freeze=0.6, recall=0.25)


def counted(run, *names: str) -> list[np.ndarray]:
    return [run.record()[:, POSITION[name], 0] for name in names]


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    state = empty_state()
    state.policy = (ON,)
    expected = {9: 0.0, 10: 0.2, 11: 0.4, 12: 0.6, 13: 0.8, 19: 0.8, 20: 0.0}
    for state.day, force in expected.items():
        policy(state)
        for lever, full in (("hold", 0.5), ("hold_wrong", 0.01), ("freeze", 0.6), ("recall", 0.25)):
            assert getattr(state.levers, lever) == pytest.approx([full * force, 0.0, 0.0])
        assert state.levers.acting == (force > 0.0)


def test_net_loss_per_attempted_loss_falls():
    assert_proximal("fund-interception", "hold=0.4")


@pytest.mark.parametrize("only", ["hold=0.4,freeze=0,recall=0", "hold=0,freeze=1,recall=0", "hold=0,freeze=0,recall=1"])
def test_each_of_the_three_levers_does_so_alone(only):
    assert_sign(f"fund-interception:{only}", "net_per_attempted", "down", countries__TA__report_share=0.8,
                parameters__money__report_delay_hours=12.0)


def test_ordinary_transfers_are_held_and_without_policy_none():
    runs = [simulation(small_world(), arm) for arm in ("", "fund-interception:hold_wrong=0.001")]
    for run in runs:
        run.run(80)
    wrong = [counted(run, "transfers_held_wrongly")[0].sum() for run in runs]
    assert wrong[0] == 0
    # 20,000 adults x 0.3 transfers x 0.001 over 69 days.
    assert_poisson(int(wrong[1]), 69 * 6)


def test_held_money_is_tried_again_so_holds_are_no_savings():
    """What an agency would count as stopped is more than what was not paid in the end."""
    run = simulation(small_world(parameters__money__attempt_retry=0.9), "fund-interception:hold=0.5")
    run.run(80)
    held, attempted, paid, retried = (int(x.sum()) for x in counted(run, "held", "attempted", "paid", "retried"))
    assert retried > 0
    assert attempted - paid < held / 2


def test_launderers_come_to_fear_freezes():
    calm, afraid = (simulation(small_world(), arm) for arm in ("", "fund-interception:hold=0.6"))
    for run in (calm, afraid):
        run.run(80)
    assert (afraid.state.syndicates.haste.max() > calm.state.syndicates.haste.max() + 0.1)


@pytest.mark.parametrize("arm", ["fund-interception:intensity=0.0",
                                 "fund-interception:hold=0,hold_wrong=0,freeze=0,recall=0,daily_cost=0,fixed_cost=0,"
                                 "cost_per_report=0"])
def test_zero_is_the_baseline_to_the_bit(arm):
    baseline, treated = simulation(small_world()), simulation(small_world(), arm)
    for _ in range(60):
        baseline.run(1)
        treated.run(1)
        assert baseline.digest() == treated.digest()
    assert (baseline.record() == treated.record()).all()
    assert sum(treated.state.spending.by_name.values()) == 0


def test_arms_are_the_same_until_it_starts():
    baseline, treated = simulation(small_world()), simulation(small_world(), "fund-interception")
    for run in (baseline, treated):
        run.run(11)
    assert baseline.digest() == treated.digest()
    assert treated.first_day() in (None, 11)


def test_it_costs_what_it_says():
    run = simulation(small_world(countries__TA__bank_check=0.2),
                     "fund-interception:start=3,end=9,ramp=2,intensity=0.5,cost_per_hold=7,cost_per_report=11")
    run.run(30)
    holds, wrong, reports, cost = counted(run, "holds", "transfers_held_wrongly", "reports", "public_cost")
    force = {3: 0.25, 4: 0.5, 5: 0.5, 6: 0.5, 7: 0.5, 8: 0.5}
    expected = []
    for day in range(30):
        due = round(100 * 500 * force.get(day, 0.0)) + (100 * 1000 // 2 if day == 3 else 0)
        if before := force.get(day - 1, 0.0):
            due += round(100 * (7 * int(holds[day - 1] + wrong[day - 1]) + 11 * before * int(reports[day - 1])))
        expected.append(due)
    assert cost.tolist() == expected
    assert holds[:3].any() or holds[9:].any()  # the usual check's holds are not paid for


def test_a_country_that_nobody_calls_is_a_mistake():
    assert FundInterception(countries=("HO",)).check(small_world()) == [
        "countries: 'HO' is not called by anybody; allowed: TA"]


def test_pairs_have_a_meaning():
    assert all(o["net_per_attempted"] is not None for o in outcomes(""))
    assert len(outcomes("")) == SEEDS
