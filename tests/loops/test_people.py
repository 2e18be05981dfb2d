"""What loops do to people: as the plain rules say, and never a move of status that is not allowed."""

from __future__ import annotations

import numpy as np
import pytest
from support import add_den, add_workers, empty_state, key_of

from fraudsim.agents.worker import LIFECYCLE, Control, Role, WorkerStatus, leave_den, reseat
from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.draws import Draws, child_keys, purpose
from fraudsim.loops import people
from fraudsim.loops.recruitment import keep_within
from fraudsim.processes.captivity import captivity
from fraudsim.processes.homecoming import homecoming
from fraudsim.processes.travel import travel

S = WorkerStatus
CODE = purpose("test.people")
KEYS = child_keys(key_of("people"), "person", np.arange(300))


@compiled
def move(columns, row, to, allowed):
    people.move(row, to, opened("workers", columns), 7, allowed)


def test_every_move_is_made_or_refused_as_the_lifecycle_says():
    state = empty_state()
    rows = add_workers(state, add_den(state), 2)
    status, since = state.workers.status, state.workers.since
    for before in S:
        for after in S:
            status[rows], since[rows] = (0, before), (3, 3)
            if LIFECYCLE.allowed[before, after]:
                move(state.columns, rows[1], after.value, LIFECYCLE.allowed)
                assert (status[rows].tolist(), since[rows].tolist()) == ([0, after], [3, 7])
            else:
                with pytest.raises(ValueError, match="not an allowed move"):
                    move(state.columns, rows[1], after.value, LIFECYCLE.allowed)
                assert (status[rows].tolist(), since[rows].tolist()) == ([0, before], [3, 3])


@pytest.mark.parametrize(("process", "agenda", "status"), [
    (travel, "departures", S.WORKING), (travel, "arrivals", S.DIED), (homecoming, "lives", S.WORKING)])
def test_processes_refuse_people_whose_status_does_not_fit(process, agenda, status):
    state = empty_state(parameters__travel__smuggled_share=1.0)
    rows = add_workers(state, add_den(state), 2, status=status, due=0)
    state.agendas[agenda].enter(rows, 0)
    names = rf"workers.status: {status.name} -> [A-Z_]+ is not an allowed move \(row [01]\)"
    with pytest.raises(ValueError, match=names):
        process(state)


def test_some_are_drawn():
    made, rows = Draws(3), np.arange(0, 300, 2)
    expected = rows[made.uniform(CODE, KEYS[rows], 5) < 0.3]
    assert people.drawn(rows, KEYS, made.run, CODE, 5, 0.3).tolist() == expected.tolist()


def test_no_more_accept_than_are_at_risk():
    rng = np.random.default_rng(0)
    accepts, source, at_risk = rng.random(300) < 0.8, rng.integers(0, 3, 300), np.array([10, 0, 500])
    willing = accepts.copy()
    keep_within(accepts, source, KEYS, at_risk)
    for country in range(3):
        of = np.flatnonzero(willing & (source == country))
        assert set(np.flatnonzero(accepts & (source == country))) == set(of[KEYS[of].argsort()][: at_risk[country]])


def test_who_leaves_a_den_frees_the_seat_and_is_counted_out_once():
    state = empty_state()
    den = add_den(state)
    rows = add_workers(state, den, 4, debt=500)
    workers, seats = state.workers, workers_seats(state)
    workers.role[rows[1]], workers.status[rows[2]] = Role.GUARD, S.HELD
    state.dens.callers[den] = 2
    state.day = 9
    leave_den(state, rows[:3])
    leave_den(state, rows[:3])
    assert (state.dens.staff[den], state.dens.callers[den]) == (1, 1)
    assert workers.seat[rows].tolist() == [-1, -1, -1, seats[3]]
    assert workers.debt[rows].tolist() == [0, 0, 0, 500]
    assert workers.started[rows].tolist() == [people.NEVER] * 3 + [0]
    assert state.seats.holder[seats].tolist() == [-1, -1, -1, rows[3]]
    assert state.seats.vacant_since[seats].tolist() == [9, 9, 9, 0]


def workers_seats(state):
    return state.workers.seat.copy()


def test_who_changes_seat_is_counted_in_the_other_den():
    state = empty_state()
    old, new = add_den(state), add_den(state, zone=2, syndicate=1)
    rows = add_workers(state, old, 3, debt=500)
    state.workers.role[rows[1]] = Role.GUARD
    state.dens.callers[old] = 2
    left, free = workers_seats(state), np.flatnonzero(state.seats.den == new)[:2]
    reseat(state, rows[:2], free)
    assert state.dens.staff.tolist() == [1, 2]
    assert state.dens.callers.tolist() == [1, 1]
    assert state.workers.den[rows].tolist() == [new, new, old]
    assert state.workers.place[rows].tolist() == [2, 2, 1]
    assert state.workers.debt[rows].tolist() == [500] * 3
    assert state.seats.holder[left].tolist() == [-1, -1, rows[2]]
    assert state.seats.holder[free].tolist() == rows[:2].tolist()


def test_draws_are_counted_one_a_person_and_one_a_buyer_and_witness():
    state = empty_state(parameters__captivity__flee_confined=1.0)
    add_workers(state, add_den(state), 10, control=Control.CONFINED)
    captivity(state)
    fled = int((state.workers.status == S.FLED).sum())
    confirmed = int(state.evidence.strength.sum() + state.evidence.astray.sum())
    assert fled == 10
    assert state.draws.made == 10 + fled + confirmed


def test_change_of_seat_counts_a_holder():
    state = empty_state()
    old, new = add_den(state), add_den(state, zone=2, syndicate=1)
    rows = add_workers(state, old, 2)
    free = np.flatnonzero(state.seats.den == new)[:2]
    reseat(state, rows, free)
    assert state.seats.holders[free].tolist() == [1, 1]
    assert state.seats.holders.sum() == 4


@pytest.fixture
def person():
    """Return a state on day 9 with three callers in a den, and a handle on the first."""
    state = empty_state()
    add_workers(state, add_den(state), 3, debt=700, due=4)
    state.day = 9
    return state, state.handle("workers", 0)


@pytest.mark.parametrize(("to", "days"), [(S.FLED, 30), (S.SURRENDERED, 30), (S.STRANDED, 120), (S.ARRESTED, None),
                                          (S.DIED, None)])
def test_a_handle_that_leaves_the_den_frees_the_seat_and_comes_home(person, to, days):
    state, worker = person
    seat = int(state.workers.seat[0])
    worker.move_to(to)
    assert (worker.status, worker.since, worker.seat, worker.debt) == (to, 9, -1, 0)
    assert (state.seats.holder[seat], state.seats.vacant_since[seat]) == (-1, 9)
    assert (state.dens.staff[0], state.dens.callers[0]) == (2, 2)
    assert worker.due == (people.NEVER if days is None else 9 + days)
    assert state.agendas["lives"].take(9 + (days or 30)).tolist() == ([] if days is None else [0])


def test_a_handle_that_is_held_stops_to_call_and_complies_again(person):
    state, worker = person
    worker.move_to(S.HELD)
    assert (state.dens.staff[0], state.dens.callers[0], worker.since) == (3, 2, 9)
    worker.move_to(S.WORKING)
    assert (state.dens.staff[0], state.dens.callers[0]) == (3, 3)
    assert state.seats.holder[worker.row] == worker.row


def test_a_handle_that_arrives_joins_the_den(person):
    state, _ = person
    row = int(add_workers(state, 0, 1, status=S.SMUGGLED, started=people.NEVER)[0])
    state.workers.place[row] = 0
    state.handle("workers", row).move_to(S.WORKING)
    assert (state.dens.staff[0], state.dens.callers[0]) == (4, 4)
    assert (state.workers.started[row], state.workers.place[row]) == (9, 1)


def test_a_handle_refused_a_move_stays_as_it_was(person):
    state, worker = person
    with pytest.raises(ValueError, match="WORKING -> HOME is not an allowed move"):
        worker.move_to(S.HOME)
    with pytest.raises(ValueError, match="99"):
        worker.move_to(99)
    assert (worker.status, worker.due, worker.debt, state.dens.staff[0]) == (S.WORKING, 4, 700, 3)
    assert worker.seat >= 0
