from __future__ import annotations

import numpy as np
import pytest
from support import NEVER, add_den, add_workers, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, RecruitedAs, Role, WorkerStatus
from fraudsim.processes.captivity import captivity

S = WorkerStatus
P = "parameters__captivity__"
N = 9000
NAMES = ("comply", "hold", "quit_free", "quit_indebted", "flee_indebted", "flee_confined", "flee_held",
         "ransom_confined", "ransom_held", "resell", "abuse_confined", "abuse_held", "death_confined", "death_held")
QUIET = {P + name: 0.0 for name in (*NAMES, "quota_abuse")}


def inside(n: int = 20, control: int = Control.CONFINED, status: int = S.WORKING, **settings):
    state = empty_state(**{**QUIET, "syndicates__Red__den_capacity": max(n, 14), **settings})
    den = add_den(state)
    add_workers(state, den, n, control=control, status=status, recruited_as=RecruitedAs.DECEIVED, debt=100000)
    return state


# Chances by class of person, and the events in the order of the code.
CLASSES = {
    "free": (Control.FREE, S.WORKING, {"quit_free": 0.1}, {"quits": 0.1}),
    "indebted": (Control.INDEBTED, S.WORKING, {"quit_indebted": 0.1, "flee_indebted": 0.05, "hold": 0.03},
                 {"quits": 0.1, "escapes": 0.05}),
    "confined": (Control.CONFINED, S.WORKING, {"flee_confined": 0.06, "ransom_confined": 0.05, "death_confined": 0.04,
                                               "hold": 0.03, "abuse_confined": 0.1},
                 {"escapes": 0.06, "ransoms": 0.05, "deaths": 0.04, "abuse": 0.1}),
    "held": (Control.CONFINED, S.HELD, {"flee_held": 0.06, "ransom_held": 0.05, "death_held": 0.04, "comply": 0.2,
                                        "abuse_held": 0.1},
             {"escapes": 0.06, "ransoms": 0.05, "deaths": 0.04, "abuse": 0.1}),
}


@pytest.mark.parametrize("name", CLASSES)
def test_events_happen_as_often_as_their_chances_say(name):
    control, status, chances, flows = CLASSES[name]
    state = inside(N, control, status, **{P + key: value for key, value in chances.items()})
    captivity(state)
    seen = [flow(state, key)[1] for key in flows]
    rest = sum(chances.values()) - sum(flows.values())
    assert_shares([*seen, N - sum(seen)], [*flows.values(), 1 - sum(flows.values())])
    changed = (state.workers.status != status).sum() - sum(seen) + (flow(state, "abuse")[1])
    assert_share(changed, N, rest)


def test_nothing_happens_where_every_chance_is_nothing():
    state = inside()
    captivity(state)
    assert (state.workers.status == S.WORKING).all()
    assert state.dens.staff[0] == 20


@pytest.mark.parametrize(("event", "status", "to"), [
    ("flee_confined", S.WORKING, S.FLED), ("flee_held", S.HELD, S.FLED), ("ransom_held", S.HELD, S.RANSOMED)])
def test_who_goes_leaves_seat_and_den_and_is_on_the_way_home(event, status, to):
    state = inside(status=status, **{P + event: 1.0, P + "home_days": 30})
    capital = int(state.syndicates.capital[0])
    captivity(state)
    workers = state.workers
    assert (workers.status == to).all()
    assert (workers.seat == -1).all()
    assert (workers.started == NEVER).all()
    assert (workers.debt == 0).all()
    assert (workers.due == 30).all()
    assert state.agendas["lives"].take(30).size == 20
    assert (state.dens.staff[0], state.dens.callers[0]) == (0, 0)
    assert (state.seats.holder == -1).all()
    paid = 20 * 200000 if to == S.RANSOMED else 0
    assert state.syndicates.capital[0] - capital == paid == -state.accounts.balance["families"]
    assert flow(state, "ransom_paid") == [0, paid, 0]


def test_the_dead_are_gone_and_nothing_is_due():
    state = inside(**{P + "death_confined": 1.0})
    captivity(state)
    assert (state.workers.status == S.DIED).all()
    assert state.dens.staff[0] == 0
    assert (state.workers.due == NEVER).all()


def test_held_people_who_comply_call_and_the_punished_stop():
    state = inside(status=S.HELD, **{P + "comply": 1.0})
    state.workers.role[:5] = Role.GUARD
    captivity(state)
    assert (state.workers.status == S.WORKING).all()
    assert (state.dens.staff[0], state.dens.callers[0]) == (20, 15)
    state = inside(control=Control.INDEBTED, **{P + "hold": 1.0})
    captivity(state)
    assert (state.workers.status == S.HELD).all()
    assert (state.workers.control == Control.CONFINED).all()
    assert (state.dens.staff[0], state.dens.callers[0]) == (20, 0)


def test_days_of_captivity_are_counted_and_make_a_person_trafficked():
    state = inside(control=Control.FREE)
    state.workers.recruited_as[...] = RecruitedAs.VOLUNTARY
    state.workers.control[:5] = Control.CONFINED
    for _ in range(3):
        captivity(state)
        state.day += 1
    assert state.workers.days_captive.tolist() == [3] * 5 + [0] * 15
    assert [state.handle("workers", row).trafficked for row in (0, 4, 5)] == [True, True, False]


def test_debt_is_worked_off_weekly_and_the_free_are_free():
    state = inside(control=Control.INDEBTED, **{P + "repay": 12.0})
    state.workers.debt[0] = 3 * 8400
    for day, debt in ((0, 2 * 8400), (1, 2 * 8400), (6, 2 * 8400), (7, 8400), (14, 0)):
        state.day = day
        captivity(state)
        assert state.workers.debt[0] == debt
    assert state.workers.control.tolist() == [Control.FREE] + [Control.INDEBTED] * 19


def market(**settings):
    """Return a state with two confined people in a den of Red and a vacant seat in one of Blue, in another country."""
    state = inside(2, **{P + "resell": 1.0, "syndicates__Blue__den_capacity": 3, **settings})
    other = add_den(state, zone=2, syndicate=1)
    add_workers(state, other, 2)
    return state, other


def test_people_are_sold_to_a_den_with_a_vacant_seat_one_by_one():
    state, other = market()
    red, blue = state.syndicates.capital.tolist()
    state.day = 3
    workers = state.workers
    seats = workers.seat.copy()
    captivity(state)
    first = np.argmin(workers.key[:2])
    assert np.flatnonzero(workers.den == other).tolist() == sorted([first, 2, 3])
    sold = first
    assert workers.status[sold] == S.HELD
    assert workers.place[sold] == 2
    # Twice the recruiter's fee of 200.00, which the person then owes.
    assert workers.debt[sold] == 100000 + 40000
    assert state.syndicates.capital.tolist() == [red + 40000, blue - 40000]
    assert state.dens.staff.tolist() == [1, 3]
    assert state.dens.callers.tolist() == [1, 2]
    assert state.seats.holder[workers.seat[sold]] == sold
    assert state.seats.den[workers.seat[sold]] == other
    assert (state.seats.holder[seats[sold]], state.seats.vacant_since[seats[sold]]) == (-1, 3)
    assert (workers.control[sold], workers.started[sold], workers.since[sold]) == (Control.CONFINED, 3, 3)
    assert flow(state, "resold") == [0, 1, 0]
    assert workers.status[1 - first] == S.WORKING


@pytest.mark.parametrize(("status", "role"), [(S.WORKING, Role.CALLER), (S.WORKING, Role.GUARD), (S.HELD, Role.CALLER)])
def test_a_sale_takes_a_caller_from_the_seller_only_who_called(status, role):
    state, _ = market()
    first = np.argmin(state.workers.key[:2])
    state.workers.status[first], state.workers.role[first] = status, role
    state.dens.callers[0] = 1 + (status == S.WORKING and role == Role.CALLER)
    captivity(state)
    assert state.workers.status[first] == S.HELD
    assert state.dens.staff.tolist() == [1, 3]
    assert state.dens.callers.tolist() == [1, 2]


def test_nobody_is_sold_to_a_den_that_does_not_call():
    state, other = market()
    state.dens.status[other] = DenStatus.LYING_LOW
    captivity(state)
    assert flow(state, "resold") == [0, 0, 0]
    assert state.dens.staff.tolist() == [2, 2]


def test_buyers_are_equally_likely():
    state = inside(600, **{P + "resell": 1.0, "syndicates__Blue__den_capacity": 1000})
    dens = [add_den(state, zone=2, syndicate=1) for _ in range(3)]
    captivity(state)
    assert_shares(np.bincount(state.workers.den, minlength=4)[dens], [1 / 3] * 3)


def test_some_who_fled_testify_to_the_police_at_home():
    state = inside(N, **{P + "flee_confined": 1.0, "parameters__investigation__testimony": 0.3,
                         "parameters__investigation__precision": 1.0})
    captivity(state)
    assert state.evidence.force.tolist() == [0]
    assert state.evidence.den.tolist() == [0]
    assert_share(int(state.evidence.strength[0]), N, 0.3)


@pytest.mark.parametrize(("earned", "times"), [(-50.0, 2.5), (0.0, 2.5), (0.5, 1.75), (1.0, 1.0), (3.0, 1.0)])
def test_violence_rises_where_a_den_earns_less_than_its_owner_expects(earned, times):
    state = inside(N, **{P + "abuse_confined": 0.1, P + "death_confined": 0.05, P + "quota_abuse": 1.5})
    state.syndicates.profit_belief[0] = [200000.0, 1.0, 1.0]
    state.dens.profit_mean[0] = earned * 200000.0
    captivity(state)
    assert_share(flow(state, "abuse")[1], N, 0.1 * times)
    assert_share(flow(state, "deaths")[1], N, 0.05)
    assert state.workers.abuse.sum() == flow(state, "abuse")[1]


def test_an_owner_who_expects_nothing_misses_nothing():
    state = inside(N, **{P + "abuse_confined": 0.1, P + "quota_abuse": 5.0})
    state.syndicates.profit_belief[0] = -100.0
    captivity(state)
    assert_share(flow(state, "abuse")[1], N, 0.1)


def called(n: int = N, hazard: float = 0.1, leniency: float = 1.0, kin: float = 0.0, **columns):
    """Return people of TA in a den whom a notice calls home; deceived unless told otherwise."""
    settings = {P + "surrender_indebted": 0.3, P + "kin_effect": 1.0, P + "home_days": 30}
    state = inside(n, columns.pop("control", Control.FREE), columns.pop("status", S.WORKING), **settings)
    for name, value in columns.items():
        state.workers[name][...] = value
    for lever, value in (("surrender", hazard), ("leniency", leniency), ("kin_pressure", kin)):
        state.levers.move(lever, [0], value)
    return state


@pytest.mark.parametrize(("control", "share"), [(Control.FREE, 0.1), (Control.INDEBTED, 0.03)])
def test_those_who_can_leave_surrender(control, share):
    state = called(control=control, leniency=0.6)
    captivity(state)
    workers = state.workers
    gone = workers.status == S.SURRENDERED
    assert_share(gone.sum(), N, share)
    assert flow(state, "surrenders") == [gone.sum(), 0, 0]
    assert_share(flow(state, "surrenders_lenient")[0], int(gone.sum()), 0.6)
    assert workers.lenient.sum() == flow(state, "surrenders_lenient")[0]
    assert np.array_equal(workers.punished, gone & ~workers.lenient)
    assert flow(state, "trafficked_punished") == [0, workers.punished.sum(), 0]
    assert (workers.seat[gone] == -1).all()
    assert state.dens.staff[0] == state.dens.callers[0] == N - gone.sum()
    assert (workers.due[gone] == 30).all()
    assert state.agendas["lives"].take(30).tolist() == np.flatnonzero(gone).tolist()


@pytest.mark.parametrize(("control", "status"), [(Control.CONFINED, S.WORKING), (Control.CONFINED, S.HELD)])
def test_a_notice_moves_nobody_who_is_confined(control, status):
    state = called(control=control, status=status, hazard=0.2, kin=1.0)
    captivity(state)
    assert (state.workers.status == status).all()
    assert flow(state, "surrenders") == [0, 0, 0]
    # Their kin are pressed all the same.
    assert flow(state, "kin_pressured") == [N, 0, 0]


def test_a_notice_calls_nationals_only():
    state = called(nationality=1, kin=1.0)
    captivity(state)
    assert (state.workers.status == S.WORKING).all()
    assert flow(state, "kin_pressured") == [0, 0, 0]


def test_volunteers_who_are_punished_were_not_trafficked():
    state = called(leniency=0.0, recruited_as=RecruitedAs.VOLUNTARY)
    captivity(state)
    assert flow(state, "surrenders")[0] == state.workers.punished.sum() > 0
    assert flow(state, "trafficked_punished") == [0, 0, 0]


def test_kin_are_pressed_once_and_weekly_and_pressure_raises_the_chance():
    state = called(hazard=0.0, kin=0.5)
    captivity(state)
    pressed = state.workers.kin_pressed.copy()
    assert_share(pressed.sum(), N, 0.5)
    for state.day in range(1, 8):
        captivity(state)
    assert np.array_equal(state.workers.kin_pressed, pressed)
    state.levers.reset()
    state.levers.move("kin_pressure", [0], 0.8)
    state.day = 13
    captivity(state)
    assert np.array_equal(state.workers.kin_pressed, pressed)
    state.levers.move("surrender", [0], 0.1)
    captivity(state)
    gone = state.workers.status == S.SURRENDERED
    assert_share(gone[pressed].sum(), int(pressed.sum()), 0.2)
    assert_share(gone[~pressed].sum(), int((~pressed).sum()), 0.1)
    state.day = 14
    captivity(state)
    assert (state.workers.kin_pressed | ~pressed).all()
    assert flow(state, "kin_pressured") == [state.workers.kin_pressed.sum(), 0, 0]


def test_some_who_surrender_testify():
    state = called(hazard=0.2)
    captivity(state)
    assert_share(int(state.evidence.strength.sum() + state.evidence.astray.sum()), flow(state, "surrenders")[0], 0.3)


def test_a_sale_counts_one_more_holder_of_the_buyers_seat():
    state, other = market()
    holders = state.seats.holders.copy()
    captivity(state)
    bought = state.workers.seat[np.argmin(state.workers.key[:2])]
    more = state.seats.holders - holders
    assert more[bought] == more.sum() == 1
    assert state.seats.den[bought] == other


def test_whoever_leaves_a_second_time_testifies_by_another_draw():
    told = []
    for trips in (1, 2):
        state = inside(N, **{P + "flee_confined": 1.0})
        state.workers.trips[...] = trips
        captivity(state)
        told.append(state.evidence.strength.sum() + state.evidence.astray.sum())
    assert told[0] != told[1]
