from __future__ import annotations

import numpy as np
import pytest
from support import add_den, assert_share, empty_state, flow

from fraudsim.processes.warrants import warrants

L = "parameters__leaders__"


def sought(hazard: float = 0.05, hideout: int = 0, leaders: int = 1000, country: int = 0, **settings):
    """Return a state in which TA wants 1,000 leaders of each of two syndicates, after a day."""
    state = empty_state(**settings)
    state.syndicates.leaders[...] = leaders
    state.syndicates.hideout[...] = hideout
    state.levers.move("leader_hazard", country, hazard)
    return state


@pytest.mark.parametrize(("hideout", "shielded", "chance"), [
    (0, 1.0, 0.05), (1, 1.0, 0.05 * 0.7), (1, 0.5, 0.05 * 0.85), (2, 1.0, 0.05 * 0.8)])
def test_leaders_are_arrested_unless_the_place_where_they_hide_shields_them(hideout, shielded, chance):
    """TA has no zones; the two of HO protect by 0.1 and 0.5, the one of XX by 0.2."""
    state = sought(hideout=hideout, **{L + "shielded": shielded})
    warrants(state)
    taken = state.syndicates.leaders_taken
    assert (state.syndicates.leaders + taken == 1000).all()
    assert_share(taken.sum(), 2000, chance)
    # Red sits in TA, Blue in HO.
    assert flow(state, "leaders_taken") == [int(taken[0]), int(taken[1]), 0]


def test_an_exposed_syndicate_shields_nobody():
    state = sought(hideout=1, leaders=2000, **{L + "shielded": 1.0})
    state.zones.protection[...] = 1.0
    state.syndicates.exposed_until[1] = 1
    warrants(state)
    assert state.syndicates.leaders_taken[0] == 0
    assert_share(state.syndicates.leaders_taken[1], 2000, 0.05)
    state.day = 1
    before = int(state.syndicates.leaders_taken[1])
    warrants(state)
    assert state.syndicates.leaders_taken.tolist() == [0, before]


def test_only_countries_that_are_called_want_its_leaders():
    state = sought(country=2)
    warrants(state)
    assert state.syndicates.leaders_taken.tolist() == [0, 0]
    den = add_den(state)
    state.dens.target[den] = 2
    warrants(state)
    assert state.syndicates.leaders_taken[0] > 0
    assert state.syndicates.leaders_taken[1] == 0


def test_two_countries_that_are_called_seek_on_their_own():
    state = sought(leaders=5000)
    den = add_den(state)
    state.dens.target[den] = 2
    state.levers.move("leader_hazard", 2, 0.05)
    warrants(state)
    assert_share(state.syndicates.leaders_taken[0], 5000, 1 - 0.95**2)


def test_without_warrants_nothing_happens():
    state = sought(hazard=0.0)
    made = state.draws.made
    warrants(state)
    assert (state.syndicates.leaders == 1000).all()
    assert state.draws.made == made


def test_nobody_is_arrested_where_nobody_is_left():
    state = sought(leaders=1)
    state.syndicates.leaders[...] = 0
    for state.day in range(50):
        warrants(state)
    assert np.all(state.syndicates.leaders == 0)
