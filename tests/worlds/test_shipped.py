"""The worlds that come with the package: the classroom's size is fixed, and all have settled when day 0 comes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from support import simulation

from fraudsim.ledgers.flows import POSITION
from fraudsim.outcomes.steady import drift, unsettled
from fraudsim.simulation import Simulation
from fraudsim.study.inputs import open_arm
from fraudsim.study.measures import MEASURES
from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world, shipped_worlds

WORLDS = ("tutorial", "great-wall-2016")
"""Worlds whose burn-in is judged over ten seeds."""

LARGE = ("laos-2018", "northern-myanmar-2023", "first-light-2022", "mekong-today")
"""Worlds that take seconds a run: their burn-in is judged over three seeds."""

NATION = "china-2023-full"
"""A world that takes minutes: see test_nation.py; its burn-in is judged in ``experiments/burn-in``."""


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


def test_seven_worlds_are_shipped():
    assert set(shipped_worlds()) == {*WORLDS, *LARGE, NATION}
    assert all(shipped_worlds().values())


@pytest.mark.parametrize("name", LARGE)
def test_a_large_world_has_settled_and_lives_on(name):
    """No series drifts by more than the tolerance and three standard errors over three seeds.

    A world without drift fails a series in at most 2 P(t > 3) = 9.6% with two degrees of freedom, and only where
    the mean drift passes 15% as well. Seeds are fixed, so it fails always or never.
    """
    world = load_world(name)
    arm, lines = open_arm(world.happened, world)
    assert lines == []
    drifts = []
    for seed in range(3):
        run = Simulation(world, arm, seed)
        drifts.append(drift(run.burn_in_record()))
    assert all(value is not None for d in drifts for value in d.values())
    assert unsettled(drifts) == []
    run.run(60)
    assert run.record()[:, POSITION["paid"]].sum() > 0
    assert run.state.accounts.total() == 0


@pytest.mark.parametrize("name", ["great-wall-2016", *LARGE, NATION])
def test_every_recorded_fact_has_one_role_a_source_and_a_known_measure(name):
    """A record of one name stands in one role, whatever it is read as; an input is no test of the model."""
    facts = load_world(name).facts
    assert facts
    assert {fact.role for fact in facts} >= {"held-out"}
    assert all(fact.source and fact.measure in ("", *MEASURES) for fact in facts)
    roles: dict[str, set[str]] = {}
    for fact in facts:
        roles.setdefault(fact.measure or fact.name, set()).add(fact.role)
    assert all(len(found) == 1 for found in roles.values()), roles


@pytest.mark.parametrize("name", [*WORLDS, *LARGE, NATION])
def test_a_treaty_in_a_shipped_world_leads_from_a_host_to_a_country_that_is_called(name):
    world = load_world(name)
    hosts, targets = {c.iso for c in world.countries if c.zones}, {c.iso for c in world.countries if c.target}
    assert all(t.host in hosts and t.requester in targets for t in world.treaties)


def test_mekong_today_has_22_countries_with_statistics_and_a_stated_scale():
    world = load_world("mekong-today")
    assert len(world.countries) == 22
    assert [c.iso for c in world.countries if c.elsewhere] == ["XX"]
    assert all("World Bank" in c.source for c in world.countries)
    assert all(c.languages and c.legal for c in world.countries if not c.elsewhere)
    assert 7.5e9 * 0.7 < sum(c.adults for c in world.countries) < 8.2e9 * 0.75
    assert sum(s.dens for s in world.syndicates) == 122
    assert sum(s.dens * s.staff for s in world.syndicates) == 3050
    assert "1:100" in world.title
    assert "divided by 100" in world.description


@pytest.mark.parametrize(("name", "owner"), [("tutorial", "Red"), ("great-wall-2016", "Syndicate 1")])
def test_a_world_that_has_not_settled_is_told(name, owner):
    """Started with a sixth of their staff, dens still fill up in the third and fourth month."""
    settings = {f"syndicates.{s.name}.staff": 5 for s in load_world(name).syndicates}
    assert f"syndicates.{owner}.staff" in settings
    drifts = [day_0(name, seed, burn_in_days=112, **settings)[1] for seed in range(4)]
    assert any("staff" in line for line in unsettled(drifts)), drifts
