"""The worlds that come with the package: the classroom's size is fixed, and all have settled when day 0 comes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from support import simulation

from fraudsim.outcomes.steady import drift, unsettled
from fraudsim.simulation import Simulation
from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world

WORLDS = ("tutorial", "great-wall-2016")


@cache
def day_0(name: str, seed: int, **settings: object) -> tuple[int, dict[str, float | None]]:
    """Return callers on day 0, and the drift of the burn-in."""
    run: Simulation = simulation(load_world(name, settings), seed=seed)
    return int(run.state.dens.callers.sum()), drift(run.burn_in_record())


def test_the_size_of_the_classroom_world_is_fixed():
    world = load_world("tutorial")
    assert world.days == 365
    assert [c.elsewhere for c in world.countries] == [False, False, True]
    assert [c.adults for c in world.countries if c.target] == [100_000]
    state = build(world, 0)
    assert len(state.dens) == 30
    assert state.dens.staff.sum() == 900
    assert state.dens.callers.sum() == 900


def test_the_classroom_world_still_has_about_900_callers_on_day_0():
    """Runs differ by about 50 callers, so a mean of 12 by 15: one of 900 leaves the range once in 10^10 times."""
    callers = [day_0("tutorial", seed)[0] for seed in range(12)]
    assert 800 <= np.mean(callers) <= 1000, callers


@pytest.mark.parametrize("name", WORLDS)
def test_a_shipped_world_has_settled_when_day_0_comes(name):
    """No series drifts by more than the tolerance and three standard errors over ten seeds.

    A world without drift fails at most in 1.5% of cases a series, 2 P(t > 3) with nine degrees of freedom, and
    so at most in 7.5% for all five series; less where the spread is so small that the tolerance decides. Seeds
    are fixed, so it fails always or never.
    """
    drifts = [day_0(name, seed)[1] for seed in range(10)]
    assert all(value is not None for d in drifts for value in d.values())
    assert unsettled(drifts) == []


@pytest.mark.parametrize(("name", "owner"), [("tutorial", "Red"), ("great-wall-2016", "Syndicate 1")])
def test_a_world_that_has_not_settled_is_told(name, owner):
    """Started with a sixth of their staff, dens still fill up in the third and fourth month."""
    settings = {f"syndicates.{s.name}.staff": 5 for s in load_world(name).syndicates}
    assert f"syndicates.{owner}.staff" in settings
    drifts = [day_0(name, seed, burn_in_days=112, **settings)[1] for seed in range(4)]
    assert any("staff" in line for line in unsettled(drifts)), drifts
