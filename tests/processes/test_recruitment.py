from __future__ import annotations

import numpy as np
import pytest
from support import add_den, add_workers, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import RecruitedAs, Role, WorkerStatus, leave_den
from fraudsim.core.draws import child_keys, root_key
from fraudsim.errors import InputError
from fraudsim.loops import recruitment as loops
from fraudsim.processes.recruitment import _offer, recruitment
from fraudsim.processes.recruitment import settings as terms

S = WorkerStatus
PLENTY = {"countries__TA__at_risk": 10**9, "countries__HO__at_risk": 10**9, "countries__XX__at_risk": 10**9,
          "parameters__recruitment__offers_per_seat_cap": 0.4}
R = "parameters__recruitment__"


def offer_rates(state, vacant):
    chances, *_ = terms(state)
    return loops.offer_rates(vacant, state.syndicates.reach, state.countries.at_risk, *chances)


def vacant(seats: int = 14, **settings):
    state = empty_state(**{"syndicates__Red__den_capacity": seats, **settings})
    add_den(state)
    return state


def test_meetings_are_dealt_out_over_vacant_seats_and_come_to_an_offer_within_reach():
    state = vacant(**{R + "offers_per_seat_cap": 1.0, R + "offers_per_at_risk": 1e-4})
    state.countries.at_risk[...] = [2000, 100000, 10000]
    # Meetings a day: 0.2, 10 and 1; sixty vacant seats. Reach as in the world file.
    expected = np.array([[0.5 * 0.2, 0.5 * 10, 0.0], [0.3 * 0.2, 0.5 * 10, 0.2 * 1]]) / 60
    rates, chance = offer_rates(state, 60)
    assert rates == pytest.approx(expected)
    assert chance == pytest.approx(expected.sum(axis=1))


def test_more_seats_bring_no_more_people():
    state = vacant(**{R + "offers_per_seat_cap": 1.0, R + "offers_per_at_risk": 1e-4})
    for seats in (40, 400):
        offers = np.array([seats, seats]) @ offer_rates(state, 2 * seats)[0]
        assert offers == pytest.approx(np.array([0.4, 0.5, 0.1]) * [0.4, 0.4, 1.0])


def test_dens_compete_for_the_same_people():
    state = vacant(**{R + "offers_per_seat_cap": 1.0, R + "offers_per_at_risk": 1e-4})
    state.countries.at_risk[...] = [2000, 100000, 10000]
    # In TA 0.2 meetings: two thirds with Red, who reaches half of them, a third with Blue, who reaches 0.3.
    for seats in (np.array([40, 20]), np.array([400, 200])):
        assert (seats @ offer_rates(state, int(seats.sum()))[0])[0] == pytest.approx(0.2 * (2 / 3 * 0.5 + 1 / 3 * 0.3))
    # Three owners' worth of seats in other dens leave a quarter.
    alone = 40 * offer_rates(state, 40)[0][0]
    assert 40 * offer_rates(state, 160)[0][0] == pytest.approx(alone / 4)


def test_what_owners_believe_of_a_border_does_not_stop_their_offers():
    state = vacant(**PLENTY)
    state.syndicates.source_belief[0] = 0.0
    assert offer_rates(state, 28)[0][0] == pytest.approx([0.2, 0.2, 0.0])


def test_a_seat_takes_only_so_many_offers():
    state = vacant(**PLENTY)
    rates, chance = offer_rates(state, 28)
    assert chance == pytest.approx([0.4, 0.4])
    assert rates[0] == pytest.approx([0.2, 0.2, 0.0])


@pytest.mark.parametrize("status", [DenStatus.LYING_LOW, DenStatus.CLOSED, DenStatus.MOVED, DenStatus.DISMANTLED])
def test_only_dens_that_call_recruit(status):
    state = vacant(**PLENTY)
    state.dens.status[0] = status
    for _ in range(20):
        recruitment(state)
        state.day += 1
    assert len(state.workers) == 0


def test_offers_acceptance_and_ways_of_recruiting_follow_their_shares():
    state = vacant(8000, **PLENTY, **{R + "accept_share": 0.6, R + "deceived_share": 0.45, R + "coerced_share": 0.05,
                                      R + "caller_share": 0.85})
    recruitment(state)
    offers, workers = sum(flow(state, "offers")), state.workers
    assert_share(offers, 8000, 0.4)
    assert_shares(flow(state, "offers"), [0.5, 0.5, 0.0])
    assert_shares(np.bincount(workers.recruited_as, minlength=3), [0.5, 0.45, 0.05])
    assert_share((workers.role == Role.CALLER).sum(), offers, 0.85)
    free = workers.recruited_as != RecruitedAs.COERCED
    assert_share((workers.status[free] == S.TRAVELLING).sum(), free.sum(), 0.6)
    assert (workers.status[~free] == S.TRAVELLING).all()
    assert np.median(workers.age) == pytest.approx(27, abs=1)


def test_who_accepts_leaves_the_people_at_risk_and_holds_the_seat():
    state = vacant(200, **PLENTY)
    recruitment(state)
    workers, seats = state.workers, state.seats
    went = np.flatnonzero(workers.status == S.TRAVELLING)
    stayed = np.flatnonzero(workers.status == S.DECLINED)
    assert went.size > 10 < stayed.size
    away = np.bincount(workers.nationality[went], minlength=3)
    assert state.countries.away.tolist() == away.tolist()
    assert (state.countries.at_risk == state.countries.at_risk_at_start + state.countries.joined - away).all()
    assert (seats.holder[workers.seat[went]] == went).all()
    assert (workers.seat[stayed] == -1).all()
    assert (seats.holder >= 0).sum() == went.size
    assert seats.holders.sum() == len(workers)
    assert state.agendas["departures"].take(0).tolist() == went.tolist()
    assert (workers.trips[went] == 1).all()


def test_a_seat_offered_twice_meets_two_people():
    state = vacant(50, **PLENTY, **{R + "accept_share": 0.0, R + "coerced_share": 0.0})
    for _ in range(30):
        recruitment(state)
        state.day += 1
    assert np.unique(state.workers.key).size == len(state.workers) > 300
    assert (state.workers.status == S.DECLINED).all()
    assert state.countries.away.sum() == 0


def waiting(order: list[int], seats: int):
    """Return a state in which six people, in some order of rows, are at risk again and some seats are vacant."""
    state = vacant(14, parameters__captivity__re_enlist=1.0, **{R + "offers_per_seat_cap": 0.0})
    add_workers(state, 0, 14 - seats)
    keys = child_keys(root_key("people"), "person", np.arange(6))[order]
    state.workers.add(6, key=keys, nationality=0, place=0, status=S.AT_RISK, trips=1, den=0)
    return state


def test_people_at_risk_again_take_vacant_seats_first():
    state = waiting([0, 1, 2, 3, 4, 5], seats=8)
    recruitment(state)
    workers = state.workers
    again = np.arange(6, 12)
    assert workers.status[again].tolist() == [S.TRAVELLING] * 6
    assert workers.trips[again].tolist() == [2] * 6
    assert (state.seats.holder[workers.seat[again]] == again).all()
    assert state.agendas["departures"].take(0).tolist() == again.tolist()
    assert flow(state, "offers") == [0, 0, 0]


def test_who_takes_the_last_seats_does_not_depend_on_the_order_of_rows():
    gone = []
    for order in ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]):
        state = waiting(order, seats=2)
        recruitment(state)
        gone.append(set(state.workers.key[(state.workers.status == S.TRAVELLING)].tolist()))
        assert len(gone[-1]) == 2
    assert gone[0] == gone[1]


def test_nobody_is_recruited_where_nobody_is_at_risk():
    state = vacant(2000, **{R + "accept_share": 1.0, R + "offers_per_seat_cap": 1.0, R + "offers_per_at_risk": 0.1})
    for _ in range(2000):
        state.countries.at_risk[...] = [1, 1, 0]
        recruitment(state)
        state.day += 1
        assert (state.countries.at_risk >= 0).all()


def test_where_more_accept_than_are_at_risk_the_lowest_keys_go():
    state = vacant(50, **{R + "accept_share": 1.0})
    state.countries.at_risk[...] = [3, 1000, 0]
    _offer(state, np.arange(50), np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]))
    workers = state.workers
    here = np.flatnonzero(workers.nationality == 0)
    assert here.size > 10
    went = here[workers.status[here] == S.TRAVELLING]
    assert went.tolist() == sorted(here[np.argsort(workers.key[here])][:3])
    assert (workers.status[here] == S.DECLINED).sum() == here.size - 3
    assert (workers.status[workers.nationality == 1] == S.TRAVELLING).all()
    assert state.countries.at_risk.tolist() == [0, 1000 - (50 - here.size), 0]
    assert state.countries.away.tolist() == [3, 50 - here.size, 0]
    assert (state.seats.holder >= 0).sum() == 53 - here.size
    assert flow(state, "offers") == [here.size, 50 - here.size, 0]


def test_a_world_does_not_start_with_more_workers_than_people_at_risk():
    from support import small_world

    with pytest.raises(InputError, match=r"at_risk: 5; allowed: \d+ and more"):
        small_world(countries__TA__at_risk=5)


def test_an_owner_without_reach_recruits_nobody():
    state = vacant(**PLENTY)
    state.syndicates.reach[0] = 0.0
    assert (offer_rates(state, 28)[0][0] == 0.0).all()
    recruitment(state)
    assert len(state.workers) == 0


def test_people_at_risk_are_renewed_weekly():
    state = vacant(**{R + "renewal": 0.01, R + "offers_per_seat_cap": 0.0})
    state.countries.at_risk[...] = [3000, 4100, 10000]
    for state.day, expected in ((0, 3070), (1, 3070), (7, 3135)):
        recruitment(state)
        assert state.countries.at_risk.tolist() == [expected, 4100, 10000]
    assert state.countries.joined.tolist() == [135, 0, 0]


def test_every_holder_of_a_seat_counts_once_so_that_keys_stay_unique():
    """People at risk again take seats; those fall vacant, and the next recruits get keys of their own."""
    state = waiting([0, 1, 2, 3, 4, 5], seats=8)
    before = state.seats.holders.copy()
    recruitment(state)
    taken = state.workers.seat[6:12].copy()
    assert (state.seats.holders - before)[taken].tolist() == [1] * 6
    assert (state.seats.holders - before).sum() == 6
    leave_den(state, np.arange(6, 12))
    _offer(state, np.sort(taken), np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    ordinals = state.seats.holders[np.sort(taken)] - 1
    assert state.workers.key[12:].tolist() == child_keys(state.seats.key[np.sort(taken)], "holder", ordinals).tolist()
    assert np.unique(state.workers.key).size == len(state.workers)


def test_who_had_come_home_counts_as_recruited_once_more():
    state = waiting([0, 1, 2, 3, 4, 5], seats=8)
    state.workers.came_home[6:10] = True
    recruitment(state)
    assert flow(state, "re_recruited") == [4, 0, 0]
