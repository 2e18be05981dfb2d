from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal
from support import assert_share, empty_state, simulation, small_world

from fraudsim.interventions.administrative_punishment import AdministrativePunishment
from fraudsim.ledgers.flows import POSITION
from fraudsim.ledgers.tables import TransferStatus
from fraudsim.processes.policy import policy

ON = AdministrativePunishment(start=10, end=20, ramp=4, intensity=0.8, countries=("TA",), price=3.0, punished=0.5,
                              wrongly=0.1)


def total(run, name: str) -> int:
    return int(run.record()[:, POSITION[name], :].sum())


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    state = empty_state()
    state.policy = (ON,)
    expected = {9: 0.0, 10: 0.2, 11: 0.4, 12: 0.6, 13: 0.8, 19: 0.8, 20: 0.0}
    for state.day, force in expected.items():
        policy(state)
        assert state.levers.account_price == pytest.approx([1.0 + 2.0 * force, 1.0, 1.0])
        assert state.levers.helper_punishment == pytest.approx([0.5 * force, 0.0, 0.0])
        # Of those punished a share: as large at any force.
        assert state.levers.helper_punishment_wrong == pytest.approx([0.1 * (force > 0.0), 0.0, 0.0])
        assert state.levers.acting == (force > 0.0)


def test_accounts_grow_dear():
    assert_proximal("administrative-punishment")


def test_the_market_answers_with_fewer_accounts():
    """Not a benefit: at 16 times the price each account takes four times as many payments."""
    run = simulation(small_world(), "administrative-punishment:price=16.0,start=0")
    run.run(120)
    t = run.state.transfers
    cleared = (t.status == TransferStatus.CLEARED) & (t.chain_hour >= 0)
    stopped = np.isin(t.status, (TransferStatus.FROZEN, TransferStatus.RETURNED)) & (t.due >= 60)
    # A freeze on any day of the run, 60 days before the money is back, burns an account.
    assert_share(total(run, "accounts_used") - int(stopped.sum()), int(cleared.sum()), 1 / (5 * 16**0.5))


def test_people_are_punished_wrongly_and_without_policy_none():
    runs = [simulation(small_world(parameters__money__payments_per_account=0.5), arm) for arm in
            ("", "administrative-punishment:price=1.0,punished=0.6,wrongly=0.3,start=0")]
    for run in runs:
        run.run(120)
    assert total(runs[0], "helpers_punished") == 0
    assert_share(total(runs[1], "helpers_punished"), total(runs[1], "accounts_used"), 0.6)
    wrongly = total(runs[1], "helpers_punished_wrongly")
    assert wrongly > 0
    assert_share(wrongly, total(runs[1], "helpers_punished"), 0.3)


@pytest.mark.parametrize("arm", ["administrative-punishment:intensity=0.0",
                                 "administrative-punishment:price=1.0,punished=0,wrongly=0,daily_cost=0"])
def test_zero_is_the_baseline_to_the_bit(arm):
    baseline, treated = simulation(small_world()), simulation(small_world(), arm)
    for _ in range(60):
        baseline.run(1)
        treated.run(1)
        assert baseline.digest() == treated.digest()
    assert (baseline.record() == treated.record()).all()
    assert sum(treated.state.spending.by_name.values()) == 0


def test_it_costs_what_it_says():
    run = simulation(small_world(parameters__money__payments_per_account=0.5),
                     "administrative-punishment:start=3,end=50,punished=0.8,cost_per_person=9.0")
    run.run(60)
    punished = run.record()[:, POSITION["helpers_punished"], 0]
    assert punished.sum() > 0
    expected = [100 * 300 * (3 <= day < 50) + (900 * int(punished[day - 1]) if day else 0) for day in range(60)]
    assert run.record()[:, POSITION["public_cost"], 0].tolist() == expected


def test_a_country_that_nobody_calls_is_a_mistake():
    assert AdministrativePunishment(countries=("TA", "XX")).check(small_world()) == [
        "countries: 'XX' is not called by anybody; allowed: TA"]
