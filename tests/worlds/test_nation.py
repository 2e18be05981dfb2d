"""The nation one to one: nothing is scaled, and a day costs what happens in it. It lives two days here, not a year."""

from __future__ import annotations

from collections import Counter

import pytest
from support import simulation

from fraudsim.interventions import interventions
from fraudsim.ledgers.flows import POSITION
from fraudsim.simulation import Simulation
from fraudsim.study.inputs import open_arm
from fraudsim.worlds.loader import load_world, shipped_worlds
from fraudsim.worlds.parameters import Travel
from fraudsim.worlds.schema import Country

NATION, SCALED = "china-2023-full", "northern-myanmar-2023"
CHANNELS = ("calls", "sms", "social", "web")
DAYS = 2


@pytest.fixture(scope="module")
def lived() -> Simulation:
    """Return the world after two days from its first, with all that happened from day 0 on in force."""
    world = load_world(NATION, {"burn_in_days": 0})
    run = simulation(world, world.happened)
    run.run(DAYS)
    return run


def counted(run: Simulation, *series: str) -> int:
    return int(run.record()[:, [POSITION[name] for name in series], :].sum())


def test_the_nation_has_its_adults_and_two_thousand_dens_abroad():
    world = load_world(NATION)
    assert [(c.iso, c.adults, c.zones) for c in world.countries if c.target] == [("CN", 1_130_000_000, ())]
    assert sum(s.dens for s in world.syndicates) == 2000
    assert sum(s.dens * s.staff for s in world.syndicates) == 100_000
    assert all(sum(s.start_zones.values()) == s.dens for s in world.syndicates)
    assert {c.iso for c in world.countries if c.zones} >= {"MM", "KH", "LA", "PH", "AE", "XX"}
    assert sum(zone.holder == "militia" for c in world.countries for zone in c.zones) == 4


def test_a_third_of_the_dens_plays_each_script():
    played = Counter[str]()
    for owner in load_world(NATION).syndicates:
        played[owner.script] += owner.dens
        assert {owner.script, *(line.script for line in owner.lines)} == {"safe-account", "click-farming", "investment"}
    assert all(abs(dens - 2000 / 3) < 30 for dens in played.values())


def test_ordinary_traffic_is_at_full_scale():
    world = load_world(NATION)
    for name in ("wanted_calls", "wanted_messages", "transfers"):
        assert {getattr(c, name) for c in world.countries} == {Country.model_fields[name].default}
    assert world.parameters.travel == Travel()


def test_costs_are_a_hundred_times_those_of_the_world_at_a_hundredth():
    """Fixed and daily costs belong to a whole country; a scaled world has a hundredth of them."""
    whole, part = load_world(NATION).interventions, load_world(SCALED).interventions
    assert whole.keys() == part.keys() == interventions().keys()
    for name, settings in whole.items():
        for cost in ("fixed_cost", "daily_cost"):
            assert settings.get(cost, 0) == 100 * part[name].get(cost, 0), f"{name}.{cost}"


@pytest.mark.parametrize("name", sorted(interventions()))
def test_every_intervention_has_settings_that_fit(name):
    _, lines = open_arm(name, load_world(NATION))
    assert lines == []


def test_a_day_of_the_nation(lived):
    """People stay, 10 million contacts and more are made, at most 2% of them one by one, and no cent is lost."""
    contacts = counted(lived, *(f"{channel}_placed" for channel in CHANNELS))
    assert contacts > DAYS * 10**7
    assert 0 < counted(lived, "candidates") < 0.02 * contacts
    assert 0.99 < lived.state.dens.staff.sum() / 100_000 < 1.01
    assert lived.state.accounts.total() == 0


def test_wrong_hits_are_those_of_a_whole_nation(lived):
    """Two calls an adult and day, one in 2,000 of them stopped where controls reach, which is nine services in ten.

    The count is a Poisson number with mean 2 million over two days: it lies more than 1% off once in 10^45 times.
    """
    expected = DAYS * 2.0 * 1.13e9 * 0.0005 * 0.9
    assert counted(lived, "wanted_calls_blocked") == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("name", sorted(shipped_worlds()))
def test_the_contacts_of_a_caller_can_be_numbered_in_sixteen_bits(name):
    """Candidates of a caller and day are numbered 0 to 65,535: even all contacts of the quickest channel are fewer."""
    p = load_world(name).parameters
    quickest = min(p.calls.dial_seconds, p.messages.sms_seconds, p.messages.social_seconds, p.messages.web_seconds)
    assert 2 * p.calls.hours_per_day * 3600.0 / quickest < 2**16
