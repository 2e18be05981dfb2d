from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal, assert_sign, outcomes
from support import empty_state, simulation, small_world

from fraudsim.interventions.leader_warrants import LeaderWarrants
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

NAME = "leader-warrants"
HARD = "start=0,hazard=0.02"


def test_the_lever_follows_window_ramp_and_intensity():
    state = empty_state()
    state.policy = (LeaderWarrants(start=5, end=8, ramp=2, intensity=0.5, countries=("TA",), hazard=0.04),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.leader_hazard == pytest.approx([0.04 * force, 0.0, 0.0])


def test_leaders_stay_in_post_for_less_long():
    """An arm without effect passes once in 10,000 times."""
    assert_proximal(NAME, HARD)


def test_leaders_who_hide_under_full_protection_are_not_arrested():
    shielded = {f"countries__HO__zones__{zone}__protection": 1.0 for zone in ("Port", "Border")}
    world = small_world(syndicates__Red__hideout="HO", syndicates__Blue__hideout="HO",
                        parameters__leaders__present_share=0.0, parameters__leaders__protection_lost_share=0.0,
                        **shielded)
    run = simulation(world, f"{NAME}:{HARD}")
    run.run(100)
    assert run.record()[:, POSITION["leaders_taken"]].sum() == 0


def test_parts_go_their_own_way():
    series = [o["syndicates_founded"] for o in outcomes(f"{NAME}:{HARD}", parameters__leaders__split_share=1.0)]
    assert sum(series) > 0
    assert_sign(f"{NAME}:{HARD}", "syndicates_founded", "up", parameters__leaders__split_share=1.0)


def test_nothing_at_zero_intensity():
    runs = [simulation(small_world(), arm) for arm in ("", f"{NAME}:intensity=0.0")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(runs[0].record(), runs[1].record())


def test_it_costs_what_it_says():
    costs = "daily_cost=10,fixed_cost=7,cost_per_leader=2000"
    run = simulation(small_world(), f"{NAME}:start=3,end=40,hazard=0.05,{costs}")
    run.run(60)
    record = run.record()
    taken = record[2:40, POSITION["leaders_taken"]].sum()
    assert taken > 0
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == [100 * (7 + 37 * 10) + 200000 * taken, 0, 0]


def test_a_country_that_nobody_calls_wants_no_leader():
    assert LeaderWarrants(countries=("HO",)).check(small_world()) == [
        "countries: 'HO' is not called by anybody; allowed: TA"]
