"""The day's order is complete, and every process touches only what it declares."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from guards import GuardedState, Rebound, Seen, Unguarded, expanded, live_guarded
from support import ARM, CONTACTS_ARM, EVENTFUL, OF_POLICE, WIDE, simulation, small_world

import fraudsim.processes
from fraudsim.agents.den import LIFECYCLE, DenStatus
from fraudsim.agents.syndicate import lose_leader
from fraudsim.core.columns import opened, opened_wide
from fraudsim.core.compiled import compiled
from fraudsim.core.process import process
from fraudsim.day import DAY, live
from fraudsim.state import TABLES
from named import NotFollowedError, columns_named


def modules() -> list:
    return [importlib.import_module(f"fraudsim.processes.{found.name}")
            for found in pkgutil.iter_modules(fraudsim.processes.__path__)]


def test_every_process_of_every_module_stands_in_the_day_once():
    defined = [value for module in modules() for value in vars(module).values()
               if inspect.isfunction(value) and hasattr(value, "writes") and value.__module__ == module.__name__]
    assert sorted(p.__name__ for p in defined) == sorted(p.__name__ for p in DAY)
    assert set(defined) == set(DAY)
    for module in modules():
        assert any(process.__module__ == module.__name__ for process in DAY), f"{module.__name__} has no process"


def test_no_process_imports_another():
    for module in modules():
        source = inspect.getsource(module)
        others = [m.__name__ for m in modules() if m is not module]
        assert not any(other in source for other in others), module.__name__


@pytest.mark.parametrize("process", DAY, ids=lambda p: p.__name__)
def test_declarations_name_columns_that_exist_and_say_nothing_twice(process):
    reads, writes = expanded(process.reads), expanded(process.writes)
    assert not reads & writes, "what is written may be read: do not declare it twice"
    assert len(set(process.reads)) == len(process.reads)
    assert len(set(process.writes)) == len(process.writes)


@pytest.fixture(scope="module")
def guarded() -> dict[str, Seen]:
    """Return what every process has touched in worlds in which all of it happens."""
    seen = {one.__name__: Seen(one) for one in DAY}
    every = f"{ARM}+fund-interception"
    for world, arm, days in ((small_world(), every, 100), (eventful(), every, 100), ("tutorial", every, 60),
                             (eventful(), OF_POLICE, 60), (small_world(**WIDE), CONTACTS_ARM, 40)):
        state = start(world, arm, seed=2)
        for day in range(days):
            if day % 20 == 10:
                lose_leader(state, day // 20 % 2)
            for one in DAY:
                live_guarded(one, state, seen[one.__name__])
            state.day += 1
    return seen


def eventful():
    settings = {f"parameters__{group}__{name}": value for group, of in EVENTFUL.items() for name, value in of.items()}
    return small_world(countries__HO__report_share=1.0, countries__TA__report_share=0.9,
                       parameters__adaptation__entry_rate=1.0, parameters__leaders__split_share=1.0,
                       parameters__adaptation__adjacent_income=250.0, **settings)


def start(world, arm, seed=1):
    from fraudsim.worlds.loader import load_world

    return simulation(load_world(world), arm, seed=seed).state


@pytest.mark.parametrize("process", DAY, ids=lambda p: p.__name__)
def test_a_process_touches_only_what_it_declares(process, guarded):
    assert not guarded[process.__name__].undeclared


@pytest.mark.parametrize("process", DAY, ids=lambda p: p.__name__)
def test_a_process_reads_what_it_says_it_reads(process, guarded):
    seen = guarded[process.__name__]
    assert not seen.reads - seen.read
    for entry in process.writes:
        table, column = entry.split(".")
        touched = {name for name in seen.read if name.startswith(f"{table}.")}
        assert entry in seen.read or (column == "*" and (touched or table in seen.added)), entry


def test_the_guard_notices_everything():
    """One process that reads, writes, adds and rebinds without saying so."""
    state = start(small_world(), "")

    @process(reads="dens.staff", writes="dens.key")
    def sly(state):
        state.dens.staff[0] += 1
        state.dens.seats[...] = 3
        state.dens.wide.victims[0] += 1
        state.dens.status  # noqa: B018
        LIFECYCLE.move(state.dens, np.array([0]), DenStatus.LYING_LOW)
        state.handle("dens", 0).key  # noqa: B018
        state.handle("dens", 0).callers  # noqa: B018
        state.zones.add(1)

    seen = Seen(sly)
    live_guarded(sly, state, seen)
    assert seen.undeclared == {"writes dens.staff", "reads dens.seats", "writes dens.seats", "reads dens.status",
                               "writes dens.status", "reads dens.callers", "adds rows to zones",
                               "reads dens.victims", "writes dens.victims"}
    with pytest.raises(Rebound):
        GuardedState(state, seen).dens.staff = np.zeros(3)


def test_the_guard_notices_what_loops_do():
    """The same in a loop that opens tables, and in one that is handed what another opened."""
    state = start(small_world(), "")

    @process(reads="dens.staff workers.key", writes="dens.seats")
    def sly(state):
        sly_loop(state.columns)

    seen = Seen(sly)
    live_guarded(sly, state, seen)
    assert seen.undeclared == {"writes dens.staff", "reads syndicates.home", "reads workers.since",
                               "writes workers.since"}
    assert state.dens.seats[0] == 1
    assert columns_named(sly_loop) == {"dens.seats", "dens.staff", "syndicates.home", "workers.since"}


@compiled
def sly_loop(columns):
    dens, workers = opened("dens", columns), opened_wide("workers", columns)
    staff = dens.staff
    staff[0] += 1
    dens.seats[0] = 1 if opened("syndicates", columns).home.size else 0
    sly_helper(1, workers)


@compiled
def sly_helper(row, people):
    people.since[row] += 1


def test_a_guarded_day_is_the_same_day():
    free, bound = start(small_world(), ARM), start(small_world(), ARM)
    seen = {one.__name__: Seen(one) for one in DAY}
    for _ in range(20):
        live(free)
        for one in DAY:
            live_guarded(one, bound, seen[one.__name__])
        bound.day += 1
    for name in TABLES:
        for column in free.tables[name].columns:
            assert np.array_equal(free.tables[name][column], bound.tables[name][column], equal_nan=True)


@compiled
def aliasing(columns):
    workers = opened("workers", columns)
    people = workers
    people.since[0] += 1


@compiled
def by_keyword(columns):
    workers = opened("workers", columns)
    sly_helper(row=1, people=workers)


@compiled
def in_a_tuple(columns):
    both = (opened("workers", columns), opened("dens", columns))
    both[0].since[0] += 1


@compiled
def either(columns):
    some = opened("workers", columns) if columns.size else opened("seats", columns)
    some.key[0] += 1


@compiled
def twice(columns):
    one = other = opened("workers", columns)
    one.since[0] += other.since[0]


@compiled
def renamed(columns):
    same = columns
    opened("workers", same).since[0] += 1


@pytest.mark.parametrize("loop", [aliasing, by_keyword, in_a_tuple, either, twice, renamed])
def test_a_loop_that_cannot_be_followed_is_refused(loop):
    with pytest.raises(NotFollowedError):
        columns_named(loop)


def kept_aside(state):
    columns = state.columns
    sly_loop(columns)


def named(state):
    sly_loop(columns=state.columns)


def renamed_loop(state):
    run = sly_loop
    run(state.columns)


def written_out(state):
    sly_loop(*[state.columns])


@pytest.mark.parametrize("way", [kept_aside, named, renamed_loop, written_out])
def test_columns_handed_on_in_ways_that_cannot_be_followed_are_refused(way):
    state = start(small_world(), "")
    with pytest.raises(NotFollowedError):
        live_guarded(process()(way), state, Seen(process()(way)))


def count_staff(state):
    return int(state.dens.staff.sum())


def price_of_staff(state):
    return state.levers.number_price * state.dens.staff.sum()


@pytest.mark.parametrize("ask", [
    lambda state: state.workers.in_use, lambda state: state.workers._data, lambda state: state.workers.addresses])
def test_what_would_pass_a_column_by_is_refused(ask):
    state = start(small_world(), "")
    with pytest.raises(Unguarded):
        live_guarded(process()(ask), state, Seen(process()(ask)))


@pytest.mark.parametrize(("keep", "compute"), [("fixed", count_staff), ("standing", price_of_staff)])
def test_what_is_computed_once_may_not_hang_on_what_a_day_changes(keep, compute):
    state = start(small_world(), "")
    asks = process(reads="dens.staff")(lambda state: getattr(state, keep)(compute))
    live_guarded(asks, state, Seen(asks))
    state.dens.staff[0] += 1
    with pytest.raises(Unguarded, match=compute.__name__):
        live_guarded(asks, state, Seen(asks))
