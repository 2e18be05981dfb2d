from __future__ import annotations

import io

import pytest
from rich.console import Console
from support import simulation, small_world

from fraudsim import day
from fraudsim.ledgers.flows import POSITION
from fraudsim.profile import PLACED, profiled
from fraudsim.report.profile import profile_table


def test_a_profile_counts_what_the_days_after_the_burn_in_took(small):
    with profiled() as profile:
        lived = simulation(small)
        assert profile.days == 0
        before = lived.state.draws.made
        lived.run(9)
    assert profile.days == 9
    assert profile.draws == lived.state.draws.made - before
    sums = lived.record().sum(axis=(0, 2))
    assert profile.contacts == sum(sums[POSITION[name]] for name in PLACED) > 0
    assert profile.candidates == sums[POSITION["candidates"]] > 0
    assert list(profile.spent) == [happen.__name__ for happen in day.DAY]
    assert profile.spent["calls"] > 0


def test_a_profile_changes_nothing_and_is_gone_afterwards():
    usual, world = day.DAY, small_world(burn_in_days=7)
    lived = simulation(world)
    lived.run(5)
    with profiled():
        timed = simulation(world)
        timed.run(5)
    assert timed.digest() == lived.digest()
    with pytest.raises(RuntimeError), profiled():
        raise RuntimeError
    assert day.DAY is usual


def test_the_table_adds_up_and_has_room(small):
    with profiled() as profile:
        simulation(small).run(4)
    content = profile.to_json()
    stream = io.StringIO()
    profile_table(Console(file=stream, width=60), content)
    lines = stream.getvalue().splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert len([line for line in lines if "%" in line]) == len(day.DAY) + 2
    assert f"Draws a day: {content['draws_a_day']:,.0f}" in stream.getvalue()


def test_no_days_no_contacts_no_division():
    with profiled() as profile:
        pass
    content = profile.to_json()
    assert content["candidates_per_contact"] is None
    profile_table(Console(file=io.StringIO()), content)


def test_a_profile_is_of_the_state_that_lived_last(small):
    with profiled() as profile:
        simulation(small).run(5)
        simulation(small, seed=1).run(2)
    assert profile.days == 2
    assert sum(profile.spent.values()) > 0
