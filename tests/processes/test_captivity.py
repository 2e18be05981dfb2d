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
