from __future__ import annotations

import numpy as np
import pytest
from support import add_den, add_file, add_workers, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, WorkerStatus
from fraudsim.core.draws import root_key
from fraudsim.ledgers.tables import OperationStatus
from fraudsim.processes.raids import raids

R, P = "parameters__raids__", "parameters__investigation__"
S = WorkerStatus
WEDNESDAY = 3
SURE = {R + "find_share": 1.0, R + "capture_share": 1.0, R + "warned_share": 0.0, R + "held_recognised": 1.0,
        R + "officers_per_site": 30, P + "warrant": 4.0, "syndicates__Red__dens_most": 1000}


def ground(dens: int = 1, staff: int = 0, zone: int = 0, **settings):
    state = empty_state(**{**SURE, **settings})
    state.day = WEDNESDAY
    for _ in range(dens):
        add_den(state, staff=staff, zone=zone)
    return state


def test_cases_on_a_den_are_solved_when_it_is_dismantled():
    state = ground(2)
    state.dens.registered[...] = [7, 5]
    add_file(state, 1, 0, strength=4.0)
    raids(state)
    assert flow(state, "solved") == [7, 0, 0]


def operation(state, officers: int = 300):
    """Add a joint operation of TA and HO that strikes today."""
    return int(state.operations.add(1, key=root_key("op"), lead=0, hosts=np.array([False, True, False]), joint=True,
                                    status=OperationStatus.AUTHORISING, strike_day=state.day, officers=officers)[0])


def test_a_raid_dismantles_the_den_and_takes_its_people():
    state = ground(1, staff=6)
    add_file(state, 1, 0, strength=4.0)
    raids(state)
    workers, o = state.workers, state.operations
    assert state.dens.status.tolist() == [DenStatus.DISMANTLED]
    assert state.dens.ended.tolist() == [WEDNESDAY]
    assert (workers.status == S.ARRESTED).all()
    assert (workers.seat == -1).all()
    assert (workers.operation == 0).all()
    assert (workers.due == WEDNESDAY + 10).all()
    assert state.agendas["cases"].take(WEDNESDAY + 10).size == 6
    assert (state.dens.staff[0], state.dens.callers[0]) == (0, 0)
    assert (o.searches[0], o.found[0], o.arrests[0], o.joint[0], o.lead[0]) == (1, 1, 6, False, 1)
    assert o.status[0] == OperationStatus.STRUCK
    assert state.zones.raids_week.tolist() == [1, 0, 0]
    # Only joint strikes are counted: the host's own are no part of an intervention.
    assert state.officers_out.tolist() == [0, 0, 0]
    for name, count in (("strikes", 1), ("searches", 1), ("dens_dismantled", 1), ("arrests", 6), ("searches_empty", 0)):
        assert flow(state, name) == [0, count, 0], name
    assert (state.evidence.strength == 0.0).all()


@pytest.mark.parametrize(("day", "strength", "force"), [(2, 9.0, 1), (WEDNESDAY, 3.99, 1), (WEDNESDAY, 9.0, 0)])
def test_no_raid_on_other_days_without_warrant_or_by_a_foreign_force(day, strength, force):
    state = ground(1, staff=2)
    state.day = day
    add_file(state, force, 0, strength=strength)
    raids(state)
    assert state.dens.status.tolist() == [DenStatus.ACTIVE]
    assert flow(state, "searches") == [0, 0, 0]


@pytest.mark.parametrize(("lent", "searched"), [(0.0, {7, 8, 9}), (0.5, {9}), (1.0, set())])
def test_sites_are_searched_by_weight_as_far_as_officers_go(lent, searched):
    """HO has 90 officers and 30 a site."""
    state = ground(10)
    for den in range(10):
        add_file(state, 1, den, strength=4.0 + den / 10)
    state.forces.lent[1] = lent
    raids(state)
    assert set(np.flatnonzero(state.dens.status == DenStatus.DISMANTLED).tolist()) == searched


def test_a_joint_strike_searches_many_sites_at_once():
    state = ground(10)
    for den in range(10):
        add_file(state, 1, den, strength=4.0 + den / 10)
    state.day = 5
    op = operation(state, officers=8 * 30 + 29)
    raids(state)
    assert set(np.flatnonzero(state.dens.status == DenStatus.DISMANTLED).tolist()) == set(range(2, 10))
    assert state.operations.searches[op] == state.operations.found[op] == 8
    assert state.operations.status[op] == OperationStatus.STRUCK
    assert flow(state, "strikes") == [0, 1, 0]
    assert state.officers_out.tolist() == [0, 8 * 30, 0]
    state.day = 6
    raids(state)
    assert state.officers_out.tolist() == [0, 0, 0]


def test_a_strike_waits_for_its_day():
    state = ground(1)
    add_file(state, 1, 0, strength=9.0)
    state.day = 5
    op = operation(state)
    state.operations.strike_day[op] = 6
    raids(state)
    assert flow(state, "searches") == [0, 0, 0]


def test_wrong_addresses_are_searched_in_vain_and_the_file_is_closed():
    state = ground(2)
    row = add_file(state, 1, 0, strength=1.0, astray=6.0)
    add_file(state, 1, 1, strength=5.0)
    raids(state)
    assert state.dens.status.tolist() == [DenStatus.ACTIVE, DenStatus.DISMANTLED]
    assert flow(state, "searches") == [0, 2, 0]
    assert flow(state, "searches_empty") == [0, 1, 0]
    assert (state.evidence.strength[row], state.evidence.astray[row]) == (1.0, 0.0)


@pytest.mark.parametrize("status", [DenStatus.MOVED, DenStatus.CLOSED])
def test_a_den_that_has_left_is_not_found(status):
    state = ground(1)
    state.dens.status[0] = status
    add_file(state, 1, 0, strength=9.0)
    raids(state)
    assert state.dens.status.tolist() == [status]
    assert flow(state, "searches_empty") == [0, 1, 0]


@pytest.mark.parametrize(("status", "share"), [(DenStatus.ACTIVE, 0.9), (DenStatus.LYING_LOW, 0.9 * 0.4)])
def test_lying_low_makes_a_den_harder_to_find(status, share):
    state = ground(400, **{R + "find_share": 0.9, "parameters__adaptation__lie_low_safety": 0.6,
                           "countries__HO__police__officers": 10**6})
    state.dens.status[...] = status
    for den in range(400):
        add_file(state, 1, den, strength=5.0)
    raids(state)
    found = (state.dens.status == DenStatus.DISMANTLED).sum()
    assert_share(found, 400, share)
    assert flow(state, "searches_empty")[1] == 400 - found


def test_the_held_may_be_recognised_and_some_get_away():
    state = ground(1, **{R + "capture_share": 0.9, R + "held_recognised": 0.8, "syndicates__Red__den_capacity": 4000})
    add_workers(state, 0, 2000)
    add_workers(state, 0, 2000, status=S.HELD, control=Control.CONFINED)
    add_file(state, 1, 0, strength=5.0)
    raids(state)
    count = lambda rows: [(state.workers.status[rows] == s).sum() for s in (S.ARRESTED, S.FLED, S.RESCUED)]  # noqa: E731
    assert_shares(count(slice(0, 2000)), [0.9, 0.1, 0.0])
    assert_shares(count(slice(2000, 4000)), [0.2 * 0.9, 0.2 * 0.1, 0.8])
    for name, status in (("arrests", S.ARRESTED), ("fled_raid", S.FLED), ("rescued", S.RESCUED)):
        assert flow(state, name)[1] == (state.workers.status == status).sum()
    assert state.operations.arrests[0] == flow(state, "arrests")[1]
    assert flow(state, "escapes") == [0, 0, 0]


def test_money_on_site_is_seized_as_far_as_there_is_any():
    state = ground(3, **{R + "cash_days": 14.0, "countries__HO__police__officers": 90})
    state.dens.profit_mean[...] = [100000, -5, 100000]
    state.syndicates.capital[0] = 150000
    state.accounts.move("owners", "syndicates", 150000 - 6000000)
    for den in range(3):
        add_file(state, 1, den, strength=5.0)
    raids(state)
    assert state.syndicates.capital[0] == 0
    assert state.accounts.balance["seized"] == 150000
    assert flow(state, "seized") == [0, 150000, 0]


def test_dens_of_the_same_owner_in_the_same_country_hear_of_it():
    state = ground(301, **{R + "warned_share": 0.8})
    other_owner, abroad = add_den(state, zone=0, syndicate=1), add_den(state, zone=2, syndicate=0)
    add_file(state, 1, 0, strength=5.0)
    raids(state)
    assert_share(state.dens.alarmed[1:301].sum(), 300, 0.8)
    assert not state.dens.alarmed[[0, other_owner, abroad]].any()


def test_nobody_is_warned_by_a_search_of_a_strangers_house():
    state = ground(5, **{R + "warned_share": 1.0})
    add_file(state, 1, 0, astray=5.0)
    raids(state)
    assert flow(state, "searches_empty") == [0, 1, 0]
    assert not state.dens.alarmed.any()


def test_what_the_dens_found_have_taken_is_added_up():
    state = ground(3)
    state.dens.stolen[...], state.dens.victims[...] = [10, 20, 40], [1, 2, 4]
    state.dens.reported[...], state.dens.reports[...] = [5, 6, 7], [1, 1, 3]
    for den in range(2):
        add_file(state, 1, den, strength=5.0)
    add_file(state, 1, 2, astray=5.0)
    raids(state)
    o = state.operations
    assert [int(o[name][0]) for name in ("loss_found", "victims_found", "loss_reported", "reports_found")] == [
        30, 3, 11, 2]


def test_fourteen_days_of_profit_lie_on_site():
    state = ground(1, **{R + "cash_days": 14.0})
    state.dens.profit_mean[0] = 1001.0
    add_file(state, 1, 0, strength=5.0)
    raids(state)
    assert state.accounts.balance["seized"] == 2002


@pytest.mark.parametrize(("day", "searches"), [(-4, 1), (9, 0), (10, 1), (11, 0)])
def test_a_force_alone_strikes_on_one_day_of_the_week(day, searches):
    state = ground(1)
    state.day = day
    add_file(state, 1, 0, strength=5.0)
    raids(state)
    assert flow(state, "searches") == [0, searches, 0]


def test_people_on_their_way_to_the_den_are_not_there():
    state = ground(1, staff=2)
    rows = add_workers(state, 0, 3, status=S.TRAVELLING, started=32767)
    add_file(state, 1, 0, strength=5.0)
    raids(state)
    assert (state.workers.status[rows] == S.TRAVELLING).all()
    assert flow(state, "arrests") == [0, 2, 0]


def test_where_a_militia_holds_the_place_only_a_joint_operation_opens_doors():
    """Zone 1 of HO belongs to a militia; the den in zone 0 is searched in any case."""
    state = ground(1)
    add_den(state, zone=1)
    state.zones.militia[1] = True
    for den in range(2):
        add_file(state, 1, den, strength=5.0)
    raids(state)
    assert state.dens.status.tolist() == [DenStatus.DISMANTLED, DenStatus.ACTIVE]
    state.day += 1
    operation(state)
    raids(state)
    assert (state.dens.status == DenStatus.DISMANTLED).all()


@pytest.mark.parametrize("right", [True, False])
def test_forces_that_strike_together_and_find_dens_trust_one_another_more(right):
    state = ground(1, **{P + "trust_start": 0.2, P + "trust_success": 0.5})
    add_file(state, 1, 0, **{"strength" if right else "astray": 9.0})
    state.day = 5
    operation(state)
    raids(state)
    trust = state.forces.trust
    assert trust[0, 1] == trust[1, 0] == pytest.approx(0.6 if right else 0.2)
    assert trust[[0, 0, 1, 1, 2], [0, 2, 1, 2, 0]].tolist() == [0.2] * 5


@pytest.mark.parametrize(("share", "zone"), [(0.1, 0), (0.1, 2)])
def test_leaders_who_are_present_are_arrested(share, zone):
    state = ground(3, zone=zone, **{"parameters__leaders__present_share": share})
    state.syndicates.leaders[...] = 5000
    for den in range(2):
        add_file(state, 1 if zone == 0 else 2, den, strength=5.0)
    state.forces.officers[...] = 1000
    raids(state)
    taken = int(state.syndicates.leaders_taken[0])
    # Two dens of Red's: who is caught at the first is not at the second.
    assert_share(taken, 5000, 1 - (1 - share) ** 2)
    assert state.syndicates.leaders.tolist() == [5000 - taken, 5000]
    assert flow(state, "leaders_taken") == [taken, 0, 0]


def test_a_campaign_adds_officers():
    """HO has 90 officers and 30 a site."""
    state = ground(10)
    state.levers.move("police", 1, 2.0)
    for den in range(10):
        add_file(state, 1, den, strength=5.0)
    raids(state)
    assert flow(state, "searches") == [0, 6, 0]
