from __future__ import annotations

import numpy as np
import pytest
from paired import SEEDS, assert_proximal, outcomes
from support import empty_state, simulation, small_world

from fraudsim.agents.police import capacity
from fraudsim.interventions.special_campaign import SpecialCampaign
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

NAME = "special-campaign"
INV = "parameters__investigation__"
# Twenty dens, and police in HO for two cases and one search a week: capacity is what is missing.
SETTINGS = {INV + "progress": 0.5, INV + "tip_off": 0.02, "countries__HO__police__investigators": 8.0,
            "countries__HO__police__officers": 25, "countries__XX__police__officers": 0, "syndicates__Red__dens": 10,
            "syndicates__Blue__dens": 10, "syndicates__Red__dens_most": 12, "syndicates__Blue__dens_most": 12,
            "days": 100}


def test_levers_follow_window_ramp_intensity_and_duration():
    state = empty_state()
    state.policy = (SpecialCampaign(start=5, ramp=2, duration=3, intensity=0.5, countries=("HO", "XX"), borrowed=0.8,
                                    registration=2.0),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0, 20: 0.0}.items():
        policy(state)
        assert state.levers.police == pytest.approx([1.0, 1.0 + 0.8 * force, 1.0 + 0.8 * force])
        assert state.levers.registration == pytest.approx([1.0, 1.0 + force, 1.0 + force])


def test_more_people_are_arrested_while_it_lasts():
    """The run ends with the campaign; an arm without effect passes once in 10,000 times."""
    assert_proximal(NAME, "start=0,duration=200,borrowed=3.0", **SETTINGS)


def test_capacity_is_missing_afterwards():
    arm = f"{NAME}:start=0,duration=40,borrowed=1.0,countries=HO"
    run = simulation(small_world(**{INV + "campaign_dip": 0.4}), arm)
    run.run(40)
    assert capacity(run.state).tolist() == [1.0, 2.0, 1.0]
    run.run(1)
    left = capacity(run.state)
    # 40 days of a debt that goes half-way to 0.4 in 60; a day's rest.
    assert left[1] == pytest.approx(1.0 - 0.4 * (1 - 0.5 ** (40 / 60)) * 0.5 ** (1 / 60), abs=1e-6)
    assert left[[0, 2]].tolist() == [1.0, 1.0]
    borrowed = run.record()[:, POSITION["police_borrowed"]].sum(axis=0)
    assert borrowed.tolist() == [0, 40 * 20, 0]


def test_arrests_are_fewer_in_the_weeks_after_it():
    """All that is borrowed is owed at once; arrests of the last 60 days against a campaign that owes nothing.

    The same campaign in both arms, so that the dens it meets are the same when it ends. Sign by the mean over pairs:
    a dip of 90 percent of capacity is no matter of chance.
    """
    arm = f"{NAME}:start=0,duration=40,borrowed=1.0"
    late = {}
    for dip in (0.0, 1.0):
        found = []
        for seed in range(SEEDS):
            world = small_world(**{**SETTINGS, INV + "campaign_dip": dip, INV + "campaign_rest_days": 40})
            run = simulation(world, arm, seed)
            run.run()
            found.append(run.record()[40:, POSITION["arrests"]].sum())
        late[dip] = np.array(found)
    assert late[1.0].mean() < late[0.0].mean()
    assert (late[1.0] < late[0.0]).sum() > (late[1.0] > late[0.0]).sum()


def test_trafficked_people_are_arrested_as_well():
    before, after = outcomes("", **SETTINGS), outcomes(f"{NAME}:start=0,duration=200,borrowed=3.0", **SETTINGS)
    days = "trafficked_detained_days"
    assert sum(o[days] for o in after) > sum(o[days] for o in before)


def test_nothing_at_zero_intensity():
    runs = [simulation(small_world(), arm) for arm in ("", f"{NAME}:intensity=0.0")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(runs[0].record(), runs[1].record())


def test_it_costs_what_it_says():
    run = simulation(small_world(), f"{NAME}:start=3,duration=30,borrowed=0.5,daily_cost=10,fixed_cost=7")
    run.run(60)
    # TA has 40 investigators, HO 20: 20 and 10 are borrowed at 250 a day.
    assert run.record()[:, POSITION["public_cost"], :].sum(axis=0).tolist() == [
        100 * (7 + 30 * (10 + 20 * 250)), 100 * (7 + 30 * (10 + 10 * 250)), 0]
