"""Adaptation: once a week syndicates take stock, learn from what they observed, and choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents import den as dens_module
from fraudsim.agents.den import DenStatus, is_open, open_den
from fraudsim.agents.syndicate import Stance, Syndicate, found_syndicate
from fraudsim.agents.worker import Control, WorkerStatus, leave_den, move, reseat
from fraudsim.core.draws import child_keys, gumbel, purpose, root_key
from fraudsim.core.kernels import free_rows, rows_with
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.ledgers.flows import POSITION
from fraudsim.state import State

OPEN = purpose("adaptation.open")
ENTER = purpose("adaptation.enter")
TEMPLATE = purpose("adaptation.template")

WEEKDAY = 6
NEVER = 32767


@process(reads="countries.at_risk zones.key zones.country zones.region zones.attraction zones.rent",
         writes="dens.* syndicates.* seats.* workers.* zones.raids_week")
def adaptation(state: State) -> None:
    """Wake dens that lay low; once a week keep accounts, update beliefs, and let owners choose."""
    _wake(state)
    if state.day % 7 != WEEKDAY:
        return
    _price_places(state)
    _keep_accounts(state)
    _learn(state)
    for row in where(state.syndicates.active).tolist():
        _choose(state, state.handle("syndicates", row))
    state.zones.raids_week[...] = 0
    _enter(state)


def _wake(state: State) -> None:
    dens = state.dens
    rows = rows_with(dens.wake <= state.day, True, dens.status, DenStatus.LYING_LOW.value)
    if rows.size:
        dens_module.LIFECYCLE.move(dens, rows, DenStatus.ACTIVE)
        dens.wake[rows] = NEVER


def _price_places(state: State) -> None:
    """Raise rent and protection where dens crowd."""
    dens = is_open(state.dens)
    crowd = np.bincount(state.dens.zone[dens], minlength=len(state.zones))
    state.rent_now = state.zones.rent * (1.0 + state.world.parameters.adaptation.crowding * np.maximum(crowd - 1, 0))


def _keep_accounts(state: State) -> None:
    """Book a week's rent, running costs and lines, and smooth each den's profit."""
    dens, p = state.dens, state.world.parameters.adaptation
    rows = is_open(dens)
    rent = np.rint(7.0 * state.rent_now[dens.zone[rows]]).astype(np.int64)
    supplies = dens.staff[rows] * round(700 * p.running_cost) + dens.line_costs[rows]
    profit = dens.income_week[rows] - rent - supplies
    np.subtract.at(state.syndicates.capital, dens.syndicate[rows], rent + supplies)
    state.accounts.move("syndicates", "hosts", int(rent.sum()))
    state.accounts.move("syndicates", "suppliers", int(supplies.sum()))
    dens.profit_mean[rows] += p.belief_weight * (profit - dens.profit_mean[rows])
    dens.income_week[...] = 0
    dens.line_costs[...] = 0


def _learn(state: State) -> None:
    """Update beliefs from what was seen: own profits, own and others' raids, own recruits."""
    syndicates, dens, zones = state.syndicates, state.dens, state.zones
    p = state.world.parameters.adaptation
    rows, n, m = is_open(dens), len(syndicates), len(zones)
    cell = dens.syndicate[rows] * m + dens.zone[rows]
    count = np.bincount(cell, minlength=n * m).reshape(n, m)
    # Whole cents, so that the sum does not depend on the order of the dens.
    total = np.bincount(cell, np.rint(dens.profit_mean[rows]), n * m).reshape(n, m)
    # A place without a den of its own looks to an owner like the mean of those with one.
    dens_of = count.sum(axis=1, keepdims=True)
    typical = np.divide(total.sum(axis=1, keepdims=True), dens_of, out=np.zeros((n, 1)), where=dens_of > 0)
    typical = np.where(dens_of > 0, typical, syndicates.profit_belief)
    mean = np.divide(total, count, out=np.broadcast_to(typical, (n, m)).copy(), where=count > 0)
    syndicates.profit_belief[...] += p.belief_weight * (mean - syndicates.profit_belief)
    everyone = np.bincount(dens.zone[rows], minlength=m) + zones.raids_week
    rate = zones.raids_week / np.maximum(everyone, 1)
    same = zones.country[:, None] == zones.country[None, :]
    near = p.neighbour_share * np.max(np.where(same, rate[None, :], 0.0), axis=1)
    seen = np.maximum(rate, near)
    own = np.bincount(_struck(state), minlength=n * m).reshape(n, m) > 0
    news = np.where(own, seen, p.news_share * seen)
    syndicates.risk_belief[...] += p.belief_weight * (news - syndicates.risk_belief)
    _learn_sources(state)


def _struck(state: State) -> Rows:
    dens = state.dens
    rows = where((dens.status == DenStatus.DISMANTLED) & (dens.ended > state.day - 7))
    return np.asarray(dens.syndicate[rows] * len(state.zones) + dens.zone[rows])


def _learn_sources(state: State) -> None:
    """Learn from the border: recruits stopped, of those who left, in the week up to yesterday."""
    week = state.record[max(0, state.days_lived - 7): state.days_lived].sum(axis=0)
    left, stopped = week[POSITION["departures"]], week[POSITION["border_stops"]]
    belief, p = state.syndicates.source_belief, state.world.parameters.adaptation
    passed = np.divide(left - stopped, left, out=np.ones(left.size), where=left > 0)
    weight = np.where(left > 0, p.belief_weight, 0.0)
    belief[...] += weight * (passed - belief)


def _choose(state: State, syndicate: Syndicate) -> None:
    """Let one owner decide on warned dens, on losing dens, on coercion, on a new den and on profit."""
    row, dens = syndicate.row, state.dens
    places = syndicate.look_at_places()
    mine = _standing(state, row)
    for den in mine[dens.alarmed[mine]].tolist():
        dens.alarmed[den] = False
        TAKES[syndicate.choose_stance(den, places)](state, syndicate, den, places)
    for den in mine[dens.status[mine] == DenStatus.ACTIVE].tolist():
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
    dens = is_open(state.dens)
    return np.asarray(dens[state.dens.syndicate[dens] == syndicate])


def _staff(state: State, syndicate: Syndicate, mine: Rows) -> None:
    """Answer a shortage of staff, against what the owner has come to expect: coercion, and further sources."""
    table, row, p = state.syndicates, syndicate.row, state.world.parameters.adaptation
    if mine.size == 0:
        return
    each = float(state.dens.staff[mine].sum()) / mine.size
    usual = max(1.0, float(table.staff_usual[row]))
    staffing = min(1.0, each / usual)
    table.coercion[row] = syndicate.set_coercion(staffing)
    felt = max(0.0, 1.0 - p.shortage_borne - staffing)
    growth = p.new_sources * felt * table.source_belief[row] * (1.0 - table.reach[row])
    fading = p.staff_memory * (table.reach[row] - table.reach_base[row])
    table.reach[row] += np.where(state.countries.at_risk > 0, growth, 0.0) - fading
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
