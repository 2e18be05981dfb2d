from __future__ import annotations

import numpy as np
import pytest
from owners import SUNDAY, A, L, ground
from support import NEVER, add_den, assert_share, flow

from fraudsim.agents.den import DenStatus, shield
from fraudsim.agents.syndicate import Syndicate, lose_leader
from fraudsim.processes.succession import succession

CALM = {L + "split_share": 0.0, L + "protection_lost_share": 0.0}


def fallen(leaders: int = 1, **settings):
    """Return a state in which Red has five dens and loses its leaders on a Monday."""
    state = ground(syndicates__Red__leaders=leaders, **settings)
    state.day = SUNDAY + 1
    for zone in (0, 1, 1, 2, 0):
        add_den(state, zone=zone, staff=2)
    for _ in range(leaders):
        assert lose_leader(state, 0)
    succession(state)
    return state


def test_a_leader_is_lost_once():
    state = ground(syndicates__Red__leaders=2)
    assert [lose_leader(state, 0) for _ in range(3)] == [True, True, False]
    assert (state.syndicates.leaders[0], state.syndicates.leaders_taken[0]) == (0, 2)
    assert state.syndicates.leaders[1] == 3
    assert flow(state, "leaders_taken") == [2, 0, 0]


def test_with_its_last_leader_gone_nobody_decides_until_a_successor_comes():
    state = fallen(1, **CALM, **{L + "succession_weeks": 6})
    red = state.handle("syndicates", 0)
    until = SUNDAY + 1 + 42
    assert state.syndicates.leaderless_until[0] == until
    assert not red.can_choose()
    state.day = until
    assert red.can_choose()
    # The successor is surely there on the Sunday after.
    state.day = until + 6
    succession(state)
    assert state.syndicates.leaders[0] == 1


def test_while_leaders_remain_they_decide():
    state = ground(syndicates__Red__leaders=3, **CALM)
    lose_leader(state, 0)
    succession(state)
    assert state.handle("syndicates", 0).can_choose()
    assert state.syndicates.leaders[0] in (2, 3)
    assert state.syndicates.falls_settled[0] == 1


def test_posts_are_filled_at_their_rate_and_no_more_than_there_were():
    filled = 0
    state = ground(syndicates__Red__leaders=5, **CALM, **{L + "succession_weeks": 6})
    for week in range(400):
        state.day = SUNDAY + 7 * week
        state.syndicates.leaders[0] = 2
        state.syndicates.leaders_taken[0] = state.syndicates.falls_settled[0]
        succession(state)
        filled += state.syndicates.leaders[0] - 2
    assert_share(filled, 3 * 400, 1 / 6)
    state.syndicates.leaders[0] = 5
    succession(state)
    assert state.syndicates.leaders[0] == 5


def test_a_fall_is_no_collapse():
    """Dens stand and call, and after some weeks a syndicate has its leaders again."""
    state = fallen(2, **CALM, **{L + "succession_weeks": 2})
    assert (state.dens.status == DenStatus.ACTIVE).all()
    assert state.syndicates.active[0]
    for state.day in range(SUNDAY, SUNDAY + 7 * 60, 7):
        succession(state)
    assert state.syndicates.leaders[0] == 2


def test_protectors_turn_away_for_a_time():
    state = fallen(1, **{L + "split_share": 0.0, L + "protection_lost_share": 1.0, L + "protection_lost_weeks": 26})
    add_den(state, zone=1, syndicate=1)
    dens = np.array([0, 1, 3, 5])
    assert state.syndicates.exposed_until.tolist() == [SUNDAY + 1 + 7 * 26, -32768]
    assert shield(state, dens).tolist() == [0.0, 0.0, 0.0, 0.5]
    state.day = SUNDAY + 1 + 7 * 26
    assert shield(state, dens).tolist() == [0.1, 0.5, 0.2, 0.5]


def test_a_part_goes_its_own_way_with_its_share_and_no_more():
    state = fallen(1, **{L + "split_share": 1.0, L + "protection_lost_share": 0.0, "syndicates__Red__dens_most": 11})
    table, d = state.syndicates, state.dens
    assert len(table) == 3
    # Every second den in the order of keys: two of five, with two fifths of capital and of the span.
    leaving = np.argsort(d.key)[1::2]
    assert (d.syndicate[leaving] == 2).all()
    assert (np.delete(d.syndicate, leaving) == 0).all()
    assert table.capital.tolist()[::2] == [6 * 10**7, 4 * 10**7]
    assert table.dens_most.tolist()[::2] == [7, 4]
    assert state.accounts.balance["syndicates"] == table.capital.sum()
    assert (table.leaders[2], table.leaders_taken[2], table.splits[0], table.splits[2]) == (1, 0, 1, 0)
    assert table.active[2]
    assert state.handle("syndicates", 2).can_choose()
    for name in ("home", "target", "script", "hideout", "template"):
        assert table[name][2] == table[name][0]
    assert (table.reach[2] == table.reach[0]).all()
    assert np.unique(table.key).size == 3
    assert flow(state, "syndicates_founded") == [1, 0, 0]
    assert (d.staff == 2).all()
    # Dens that it opens have names of their own.
    from fraudsim.agents.den import open_den

    for owner in (0, 2):
        open_den(state, owner, 0)
    assert np.unique(d.key).size == len(d)


@pytest.mark.parametrize("dens", [0, 1])
def test_what_is_one_does_not_split(dens):
    state = ground(syndicates__Red__leaders=1, **{L + "split_share": 1.0})
    for _ in range(dens):
        add_den(state)
    lose_leader(state, 0)
    succession(state)
    assert len(state.syndicates) == 2


def test_who_parts_is_the_owners_to_say():
    class Mine(Syndicate):
        def choose_breakaway(self, dens):
            return dens[:1]

    state = ground(syndicates__Red__leaders=1, **{L + "split_share": 1.0})
    state.model.kinds = {**state.model.kinds, "syndicates": Mine}
    for _ in range(3):
        add_den(state)
    lose_leader(state, 0)
    succession(state)
    assert state.dens.syndicate.tolist() == [2, 0, 0]


def test_splits_and_lost_protection_come_at_their_rates():
    state = ground(**{L + "split_share": 0.25, L + "protection_lost_share": 0.5, L + "protection_lost_weeks": 5,
                      A + "opening_cost": 0.0})
    splits = exposed = 0
    for day in range(1, 1201):
        state.day, state.syndicates.leaders[0] = day, 3
        state.syndicates.exposed_until[0] = -NEVER
        for _ in range(2):
            if np.count_nonzero(state.dens.syndicate == 0) < 2:
                add_den(state)
        before = len(state.syndicates)
        lose_leader(state, 0)
        succession(state)
        splits += len(state.syndicates) - before
        exposed += state.syndicates.exposed_until[0] > day
    assert_share(splits, 1200, 0.25)
    assert_share(exposed, 1200, 0.5)


def test_nothing_happens_where_nobody_falls():
    state = ground()
    state.day = SUNDAY + 1
    made = state.draws.made
    succession(state)
    assert state.draws.made == made
