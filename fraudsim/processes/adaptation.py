"""Adaptation: once a week owners choose, from what they have learnt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents import den as dens_module
from fraudsim.agents.den import DenStatus, holders_of, is_open, open_den, seats_of, standing
from fraudsim.agents.syndicate import STOCKTAKING, Stance, Syndicate, found_syndicate
from fraudsim.agents.worker import Control, WorkerStatus, leave_den, move, reseat
from fraudsim.core.draws import child_keys, gumbel, purpose, root_key
from fraudsim.core.kernels import free_rows, lowest_first, rows_equal
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.loops.adaptation import people_in, seek_sources, waking
from fraudsim.state import State

OPEN = purpose("adaptation.open")
ENTER = purpose("adaptation.enter")
TEMPLATE = purpose("adaptation.template")

NEVER = 32767


@process(reads="countries.at_risk zones.key zones.country zones.region zones.attraction",
         writes="dens.* syndicates.* seats.* workers.*")
def adaptation(state: State) -> None:
    """Wake dens that lay low; once a week let owners choose, and newcomers enter."""
    _wake(state)
    if state.day % 7 != STOCKTAKING:
        return
    for row in where(state.syndicates.active).tolist():
        syndicate = state.handle("syndicates", row)
        mine = standing(state, row)
        if syndicate.can_choose():
            mine = _choose(state, syndicate, mine)
        _count_means(state, syndicate, mine)
    _enter(state)


def _wake(state: State) -> None:
    dens = state.dens
    rows = waking(dens.status, dens.wake, state.day, DenStatus.LYING_LOW.value)
    if rows.size:
        dens_module.LIFECYCLE.move(dens, rows, DenStatus.ACTIVE)
        dens.wake[rows] = NEVER


def _choose(state: State, syndicate: Syndicate, mine: Rows) -> Rows:
    """Let one owner decide on warned and losing dens, on business, coercion and sources, on a new den and on profit.

    ``mine`` are the dens that the owner runs before; those that it runs after are returned.
    """
    row, dens = syndicate.row, state.dens
    warned = rows_equal(dens.alarmed, mine, True).tolist()
    places = None  # looked at when first wanted
    for den in warned:
        places = places or syndicate.look_at_places()
        dens.alarmed[den] = False
        TAKES[syndicate.choose_stance(den, places)](state, syndicate, den, places)
    losing = [den for den in rows_equal(dens.status, mine, DenStatus.ACTIVE.value).tolist()
              if syndicate.wants_to_close(den)]
    for den in losing:
        _close(state, den)
    if warned or losing:
        mine = standing(state, row)
    _switch(state, syndicate, mine)
    _staff(state, syndicate, mine)
    if state.draws.one(OPEN, state.syndicates.key[row], state.day) < state.world.parameters.adaptation.open_rate:
        places = places or syndicate.look_at_places()
        if syndicate.wants_to_open(mine.size, places):
            _open(state, syndicate, syndicate.choose_zone(places), syndicate.choose_line())
            mine = standing(state, row)
    _take_profit(state, syndicate, mine.size)
    return mine


def _count_means(state: State, syndicate: Syndicate, mine: Rows) -> None:
    """Give up dens that a syndicate in debt can no longer pay for; without dens and means it is out of business."""
    row, dropped = syndicate.row, syndicate.choose_dens_to_drop(mine).tolist()
    for den in dropped:
        _close(state, den)
    if len(dropped) == mine.size \
            and state.syndicates.capital[row] < 100 * state.world.parameters.adaptation.opening_cost:
        state.syndicates.active[row] = False


def _switch(state: State, syndicate: Syndicate, mine: Rows) -> None:
    """Turn dens to other illegal business, or back to calls."""
    dens = state.dens
    if state.world.parameters.adaptation.adjacent_income <= 0.0:
        return
    for den in rows_equal(dens.status, mine, DenStatus.ACTIVE.value).tolist():
        wanted = syndicate.wants_other_business(den)
        if wanted != dens.adjacent[den]:
            dens.adjacent[den] = wanted
            state.flows.add("dens_switched", int(dens.country[den]))


def _staff(state: State, syndicate: Syndicate, mine: Rows) -> None:
    """Answer a shortage of staff, against what the owner has come to expect: coercion, and further sources."""
    table, row, p = state.syndicates, syndicate.row, state.world.parameters.adaptation
    if mine.size == 0:
        return
    each = people_in(state.dens.staff, mine) / mine.size
    usual = max(1.0, float(table.staff_usual[row]))
    staffing = min(1.0, each / usual)
    table.coercion[row] = syndicate.set_coercion(staffing)
    felt = max(0.0, 1.0 - p.shortage_borne - staffing)
    seek_sources(row, table.reach, table.reach_base, state.countries.at_risk, syndicate.choose_sources(felt),
                 float(p.staff_memory))
    table.staff_usual[row] += p.staff_memory * (each - table.staff_usual[row])


def _pay_opening(state: State, syndicate: Syndicate) -> None:
    cost = round(100 * state.world.parameters.adaptation.opening_cost)
    state.syndicates.capital[syndicate.row] -= cost
    state.accounts.move("syndicates", "suppliers", cost)


def _open(state: State, syndicate: Syndicate, zone: int, line: int, moved_from: int = -1) -> int:
    """Open a den; its profit is expected to be that of its place, or of its line where that is new to the owner."""
    row, table = syndicate.row, state.syndicates
    _pay_opening(state, syndicate)
    known = line in state.dens.line[standing(state, row)]
    den = open_den(state, row, zone, moved_from, line)
    state.dens.profit_mean[den] = table.profit_belief[row, zone] if known else table.line_belief[row, line]
    state.flows.add("dens_opened", int(state.dens.country[den]))
    return den


def _stay(state: State, syndicate: Syndicate, den: int, places: object) -> None:
    """Go on as before."""


def _lie_low(state: State, syndicate: Syndicate, den: int, places: object) -> None:
    dens = state.dens
    if dens.status[den] == DenStatus.ACTIVE:
        dens_module.LIFECYCLE.move(dens, np.array([den]), DenStatus.LYING_LOW)
        dens.wake[den] = state.day + 7 * state.world.parameters.adaptation.lie_low_weeks


def _move(state: State, syndicate: Syndicate, den: int, places: object) -> None:
    """Move a den with its people: the old address is empty, the new one starts after some weeks."""
    dens, seats, workers = state.dens, state.seats, state.workers
    zone = syndicate.choose_zone(places, closed=int(dens.zone[den]))  # type: ignore[arg-type]
    line = syndicate.choose_line(kept=int(dens.line[den]))
    state.flows.add("dens_moved", int(dens.country[den]))
    new = _open(state, syndicate, zone, line, den)
    if line == dens.line[den]:
        dens.profit_mean[new], dens.adjacent[new] = dens.profit_mean[den], dens.adjacent[den]
    else:
        state.flows.add("dens_switched", int(dens.country[den]))
    dens_module.LIFECYCLE.move(dens, np.array([den]), DenStatus.MOVED)
    dens.ended[den] = state.day
    dens_module.LIFECYCLE.move(dens, np.array([new]), DenStatus.LYING_LOW)
    dens.wake[new] = state.day + state.world.parameters.adaptation.relocation_days
    people, from_ = holders_of(state, den), seats_of(state, den)
    first = seats_of(state, new).start
    to = np.arange(first, first + people.size)
    seats.holder[from_] = -1
    seats.holder[to] = people
    workers.seat[people], workers.den[people] = to, new
    inside = people[workers.started[people] < NEVER]
    workers.place[inside] = dens.country[new]
    for column in (dens.staff, dens.callers):
        column[new], column[den] = column[den], 0


def _leave(state: State, syndicate: Syndicate, den: int, places: object) -> None:
    _close(state, den)


def _close(state: State, den: int) -> None:
    """Give up a den: its people go to the owner's other dens, captives else to other owners, the rest go."""
    dens, workers = state.dens, state.workers
    inside = holders_of(state, den)
    inside = inside[workers.started[inside] < NEVER]
    dens_module.LIFECYCLE.move(dens, np.array([den]), DenStatus.CLOSED)
    dens.ended[den] = state.day
    state.flows.add("dens_closed", int(dens.country[den]))
    captive = (workers.status[inside] == WorkerStatus.HELD) | (workers.control[inside] == Control.CONFINED)
    order = np.lexsort((workers.key[inside], ~captive))
    inside, captive = inside[order], captive[order]
    owner = int(dens.syndicate[den])
    own, others = _vacant_seats(state, owner, inside.size)
    n = min(inside.size, own.size)
    reseat(state, inside[:n], own[:n])
    inside, captive = inside[n:], captive[n:]
    k = min(int(captive.sum()), others.size)
    _sell(state, owner, den, inside[:k], others[:k])
    _let_go(state, den, inside[k:], captive[k:])


def _vacant_seats(state: State, owner: int, most: int) -> tuple[Rows, Rows]:
    """Return vacant seats in dens that call, the owner's and others': of each the first few in the order of keys."""
    seats, dens = state.seats, state.dens
    vacant = free_rows(seats.holder, seats.den, dens.status, DenStatus.ACTIVE.value)
    mine = dens.syndicate[seats.den[vacant]] == owner
    own, others = vacant[mine], vacant[~mine]
    return (own[lowest_first(seats.key[own], min(most, own.size))],
            others[lowest_first(seats.key[others], min(most, others.size))])


def _sell(state: State, owner: int, den: int, rows: Rows, seats: Rows) -> None:
    price = round(200 * state.world.parameters.recruitment.recruiter_fee)
    np.subtract.at(state.syndicates.capital, state.dens.syndicate[state.seats.den[seats]], price)
    state.syndicates.capital[owner] += price * rows.size
    state.flows.add("resold", np.full(rows.size, state.dens.country[den]))
    reseat(state, rows, seats)
    state.workers.debt[rows] += price


def _let_go(state: State, den: int, rows: Rows, captive: NDArray[np.bool_]) -> None:
    """Let workers quit, and leave captives behind."""
    p, country = state.world.parameters.captivity, int(state.dens.country[den])
    leave_den(state, rows)
    for who, status, days, flow in ((rows[~captive], WorkerStatus.QUIT, p.home_days, "quits"),
                                    (rows[captive], WorkerStatus.STRANDED, p.stranded_days, "abandoned")):
        move(state, who, status)
        state.workers.due[who] = state.day + days
        state.agendas["lives"].enter(who, state.day + days)
        state.flows.add(flow, country, who.size)


TAKES = {Stance.STAY: _stay, Stance.LIE_LOW: _lie_low, Stance.MOVE: _move, Stance.LEAVE: _leave}


def _take_profit(state: State, syndicate: Syndicate, dens: int) -> None:
    cents = syndicate.choose_profit(dens)
    state.syndicates.capital[syndicate.row] -= cents
    state.accounts.move("syndicates", "owners", cents)
    state.flows.add("profit_taken", int(state.syndicates.home[syndicate.row]), cents)


def _enter(state: State) -> None:
    """Let a new syndicate enter where there is room and a den pays for its opening soon enough."""
    p, syndicates = state.world.parameters.adaptation, state.syndicates
    active = where(syndicates.active)
    if active.size - int(syndicates.splits.sum()) >= len(state.world.syndicates) + p.entrants_most:
        return
    dens = is_open(state.dens)
    profit = float(np.rint(state.dens.profit_mean[dens]).sum()) / max(1, dens.size)
    if dens.size == 0 or profit * p.entry_payback_weeks < 100.0 * p.opening_cost:
        return
    key = child_keys(root_key("entrants"), "syndicate", len(syndicates) - int(syndicates.splits.sum()))
    if state.draws.one(ENTER, root_key("entrants"), state.day) < p.entry_rate:
        options = np.array([root_key("template", s.name) for s in state.world.syndicates], np.uint64)
        row = found_syndicate(state, int(np.argmax(gumbel(state.draws.uniform(TEMPLATE, options ^ key)))), key[0])
        state.flows.add("syndicates_founded", int(syndicates.home[row]))
