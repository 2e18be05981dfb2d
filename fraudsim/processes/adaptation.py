"""Adaptation: once a week syndicates take stock, learn from what they observed, and choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents import den as dens_module
from fraudsim.agents.den import OPEN as STANDING
from fraudsim.agents.den import DenStatus, is_open, open_den
from fraudsim.agents.syndicate import Stance, Syndicate, found_syndicate
from fraudsim.agents.worker import Control, WorkerStatus, leave_den, move, reseat
from fraudsim.core.draws import child_keys, gumbel, purpose, root_key
from fraudsim.core.kernels import free_rows, rows_equal
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops.adaptation import (
    keep_accounts,
    learn,
    learn_sources,
    people_in,
    seek_sources,
    standing_of,
    waking,
)
from fraudsim.state import State

OPEN = purpose("adaptation.open")
ENTER = purpose("adaptation.enter")
TEMPLATE = purpose("adaptation.template")

WEEKDAY = 6
NEVER = 32767
CODES = np.array([*STANDING, DenStatus.DISMANTLED], np.int64)
DEPARTURES, STOPS = POSITION["departures"], POSITION["border_stops"]


@process(reads="countries.at_risk zones.key zones.country zones.region zones.attraction zones.rent",
         writes="dens.* syndicates.* seats.* workers.* zones.raids_week")
def adaptation(state: State) -> None:
    """Wake dens that lay low; once a week keep accounts, update beliefs, and let owners choose."""
    _wake(state)
    if state.day % 7 != WEEKDAY:
        return
    _keep_accounts(state)
    _learn(state)
    for row in where(state.syndicates.active).tolist():
        _choose(state, state.handle("syndicates", row))
    state.zones.raids_week[...] = 0
    _enter(state)


def _wake(state: State) -> None:
    dens = state.dens
    rows = waking(dens.status, dens.wake, state.day, DenStatus.LYING_LOW.value)
    if rows.size:
        dens_module.LIFECYCLE.move(dens, rows, DenStatus.ACTIVE)
        dens.wake[rows] = NEVER


def weekly_terms(state: State) -> NDArray[np.float64]:
    """Return the weight of news in a belief, the price of crowding, and what others' and neighbours' raids tell."""
    p = state.world.parameters.adaptation
    return np.array([p.belief_weight, p.crowding, p.news_share, p.neighbour_share], np.float64)


def cost_a_head(state: State) -> int:
    """Return the running cost of a week by person in a den, cents."""
    return round(700 * state.world.parameters.adaptation.running_cost)


def _keep_accounts(state: State) -> None:
    """Price places by how dens crowd, book a week's rent, running costs and lines, and smooth each den's profit."""
    d = state.dens
    rent, supplies = keep_accounts(
        d.status, d.syndicate, d.zone, d.staff, d.income_week, d.line_costs, d.profit_mean, state.syndicates.capital,
        state.zones.rent, state.rent_now, CODES, state.fixed(weekly_terms), state.fixed(cost_a_head))
    state.accounts.move("syndicates", "hosts", rent)
    state.accounts.move("syndicates", "suppliers", supplies)


def _learn(state: State) -> None:
    """Update beliefs from what was seen: own profits, own and others' raids, own recruits in the week's record."""
    d, s, z, terms = state.dens, state.syndicates, state.zones, state.fixed(weekly_terms)
    learn(state.day, d.status, d.syndicate, d.zone, d.ended, d.profit_mean, s.profit_belief, s.risk_belief,
          z.raids_week, z.country, CODES, terms)
    first = max(0, state.days_lived - 7)
    learn_sources(state.record, first, state.days_lived, DEPARTURES, STOPS, s.source_belief, float(terms[0]))


def _choose(state: State, syndicate: Syndicate) -> None:
    """Let one owner decide on warned dens, on losing dens, on coercion, on a new den and on profit."""
    row, dens = syndicate.row, state.dens
    places = syndicate.look_at_places()
    mine = _standing(state, row)
    for den in rows_equal(dens.alarmed, mine, True).tolist():
        dens.alarmed[den] = False
        TAKES[syndicate.choose_stance(den, places)](state, syndicate, den, places)
    for den in rows_equal(dens.status, mine, DenStatus.ACTIVE.value).tolist():
        if syndicate.wants_to_close(den):
            _close(state, den)
    mine = _standing(state, row)
    _staff(state, syndicate, mine)
    if state.draws.one(OPEN, state.syndicates.key[row], state.day) < state.world.parameters.adaptation.open_rate \
            and syndicate.wants_to_open(mine.size, places):
        _open(state, syndicate, syndicate.choose_zone(places))
    standing = _standing(state, row).size
    _take_profit(state, syndicate, standing)
    if standing == 0 and state.syndicates.capital[row] < 100 * state.world.parameters.adaptation.opening_cost:
        state.syndicates.active[row] = False


def _standing(state: State, syndicate: int) -> Rows:
    """Return the dens of a syndicate that call or lie low."""
    rows: Rows = standing_of(syndicate, state.dens.syndicate, state.dens.status, CODES)
    return rows


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
    seek_sources(row, table.reach, table.reach_base, table.source_belief, state.countries.at_risk,
                 p.new_sources * felt, float(p.staff_memory))
    table.staff_usual[row] += p.staff_memory * (each - table.staff_usual[row])


def _pay_opening(state: State, syndicate: Syndicate) -> None:
    cost = round(100 * state.world.parameters.adaptation.opening_cost)
    state.syndicates.capital[syndicate.row] -= cost
    state.accounts.move("syndicates", "suppliers", cost)


def _open(state: State, syndicate: Syndicate, zone: int, moved_from: int = -1) -> int:
    _pay_opening(state, syndicate)
    den = open_den(state, syndicate.row, zone, moved_from)
    state.dens.profit_mean[den] = state.syndicates.profit_belief[syndicate.row, zone]
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
    state.flows.add("dens_moved", int(dens.country[den]))
    dens_module.LIFECYCLE.move(dens, np.array([den]), DenStatus.MOVED)
    dens.ended[den] = state.day
    new = _open(state, syndicate, zone, den)
    dens.profit_mean[new] = dens.profit_mean[den]
    dens_module.LIFECYCLE.move(dens, np.array([new]), DenStatus.LYING_LOW)
    dens.wake[new] = state.day + state.world.parameters.adaptation.relocation_days
    old = where(seats.den == den)
    old = old[seats.holder[old] >= 0]
    people = seats.holder[old]
    to = where(seats.den == new)[: old.size]
    seats.holder[old] = -1
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
    inside = where((workers.den == den) & (workers.seat >= 0) & (workers.started < NEVER))
    dens_module.LIFECYCLE.move(dens, np.array([den]), DenStatus.CLOSED)
    dens.ended[den] = state.day
    state.flows.add("dens_closed", int(dens.country[den]))
    captive = (workers.status[inside] == WorkerStatus.HELD) | (workers.control[inside] == Control.CONFINED)
    order = np.lexsort((workers.key[inside], ~captive))
    inside, captive = inside[order], captive[order]
    owner = int(dens.syndicate[den])
    own, others = _vacant_seats(state, owner)
    n = min(inside.size, own.size)
    reseat(state, inside[:n], own[:n])
    inside, captive = inside[n:], captive[n:]
    k = min(int(captive.sum()), others.size)
    _sell(state, owner, den, inside[:k], others[:k])
    _let_go(state, den, inside[k:], captive[k:])


def _vacant_seats(state: State, owner: int) -> tuple[Rows, Rows]:
    """Return vacant seats in dens that call: the owner's, and other owners', each in the order of keys."""
    seats, dens = state.seats, state.dens
    vacant = free_rows(seats.holder, seats.den, dens.status, DenStatus.ACTIVE.value)
    vacant = vacant[np.argsort(seats.key[vacant])]
    mine = dens.syndicate[seats.den[vacant]] == owner
    return vacant[mine], vacant[~mine]


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
    if active.size >= len(state.world.syndicates) + p.entrants_most:
        return
    dens = is_open(state.dens)
    profit = float(np.rint(state.dens.profit_mean[dens]).sum()) / max(1, dens.size)
    if dens.size == 0 or profit * p.entry_payback_weeks < 100.0 * p.opening_cost:
        return
    key = child_keys(root_key("entrants"), "syndicate", len(syndicates))
    if state.draws.one(ENTER, root_key("entrants"), state.day) < p.entry_rate:
        options = np.array([root_key("template", s.name) for s in state.world.syndicates], np.uint64)
        found_syndicate(state, int(np.argmax(gumbel(state.draws.uniform(TEMPLATE, options ^ key)))), key[0])
