"""Calls: callers spend their hours; whom a call engages becomes a row of ``victims``.

Calls of a caller and day are a Poisson process whose rate follows from hours, dialling and talk. Every
call that could engage anybody (a *candidate*) is drawn on its own; all others are counted by their exact
distribution: by the marking theorem the counts are independent Poisson numbers. Placed calls are the
sum of blocked, unanswered, hung up and engaged ones.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.agents.worker import Role, WorkerStatus
from fraudsim.core.draws import Keys, child_keys, lognormal, purpose, purposes
from fraudsim.core.kernels import choose, first_of_each, members, rows_some, rows_with
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.state import State

Floats = NDArray[np.float64]

CANDIDATES = purpose("calls.candidates")
CONTACT = purposes("calls.age band", "calls.resident", "calls.block", "calls.engage")
REST = purposes("calls.rest blocked", "calls.rest unanswered", "calls.rest hung up")
WANTED = purpose("calls.wanted blocked")
SUSCEPTIBILITY = purpose("resident.susceptibility")
SAVINGS = purpose("resident.savings")


class Contacts(NamedTuple):
    """Candidate contacts of a day, one element each."""

    den: Rows
    country: Rows
    script: Rows
    band: Rows
    resident: Rows
    key: Keys
    caller: Keys
    block: Floats
    engage: Floats


class Chances(NamedTuple):
    """What a call may come to, by script (rows) and age band (columns).

    Attributes
    ----------
    engages : float64, shape (scripts, bands)
        Chance that an answered call engages a resident of susceptibility 1.
    bound : float64, shape (scripts, bands)
        See :func:`bounds`.
    steps : float64, shape (scripts, bands)
        Cumulative chances that a call is a candidate.
    candidate, engaging : float64, shape (scripts,)
        Chance that a call, and that an answered call, is a candidate.
    start, share : float64, shape (bands,)
        Where the residents of a band begin, and how many there are, as shares of all.
    income : float64, shape (countries,)
        Yearly income, cents.
    """

    engages: Floats
    bound: Floats
    steps: Floats
    candidate: Floats
    engaging: Floats
    start: Floats
    share: Floats
    income: Floats


def chances(state: State) -> Chances:
    """Work out what calls may come to, from the world file."""
    share = np.array([band.share for band in state.world.age_bands])
    engagement = np.array([band.engagement for band in state.world.age_bands])
    bound, answered = bounds(state), state.world.parameters.calls.answer_share
    candidate = answered * (bound * share)
    return Chances(state.book.success[:, :1] * engagement, bound, np.cumsum(candidate, axis=1),
                   candidate.sum(axis=1), (bound * share).sum(axis=1), np.cumsum(share) - share, share,
                   np.array([100.0 * country.income for country in state.world.countries]))


def bounds(state: State) -> Floats:
    """Return the highest chance that an answered call engages anybody, by script and age band.

    From the declared ranges: the first stage's success, the band's engagement, the highest
    susceptibility, leads as fresh as can be.

    Returns
    -------
    float64, shape (scripts, bands)
    """
    engagement: Floats = np.array([band.engagement for band in state.world.age_bands])
    high = state.world.parameters.residents.susceptibility_high
    return cast(Floats, np.minimum(state.book.success[:, :1] * engagement * high, 1.0))


@process(reads="dens.status dens.callers dens.target dens.script workers.key workers.status workers.role "
               "workers.den countries.key countries.adults",
         writes="dens.stage_seconds dens.line_costs victims.* countries.lead_quality")
def calls(state: State) -> None:
    """Place the day's calls and open the conversations that come of them."""
    _stop_wanted_calls(state)
    dens = rows_some(state.dens.status, DenStatus.ACTIVE.value, state.dens.callers)
    if dens.size == 0:
        _wear_leads(state, np.zeros(len(state.countries)))
        return
    dials = expected_dials(state, dens)
    contacts = _candidates(state, dens, dials)
    _count_the_rest(state, dens, dials)
    if contacts.den.size:
        _answer(state, contacts)


def expected_dials(state: State, dens: Rows) -> Floats:
    """Return calls that the dens are expected to place today, and book their cost.

    What limits a den is live talk: later stages take their hours first (at most three quarters), and a
    blocked call costs only the time to dial. So blocking raises the price of a conversation.

    Returns
    -------
    float64, shape (len(dens),)
    """
    p, table = state.world.parameters.calls, state.dens
    block = state.levers.call_block[table.target[dens]]
    hours = table.callers[dens] * p.hours_per_day
    free = np.maximum(hours - table.stage_seconds[dens] / 3600.0, 0.25 * hours)
    table.stage_seconds[dens] = 0
    dials = free * 3600.0 / (p.dial_seconds + (1.0 - block) * p.answer_share * p.talk_seconds)
    cost = 100.0 * dials * (p.number_price + block * p.blocked_number_price)
    table.line_costs[dens] += np.rint(cost).astype(np.int64)
    return cast(Floats, dials)


def _candidates(state: State, dens: Rows, dials: Floats) -> Contacts:
    """Draw every call that could engage anybody, and whom it reaches."""
    workers, table, draws, may = state.workers, state.dens, state.draws, state.fixed(chances)
    rate = np.zeros(len(table))
    rate[dens] = dials / table.callers[dens] * may.candidate[table.script[dens]]
    callers = rows_with(workers.status, WorkerStatus.WORKING.value, workers.role, Role.CALLER.value)
    who, ordinal = draws.arrivals(CANDIDATES, workers.key, callers, workers.den, rate, state.day)
    den, key = workers.den[who], workers.key[who]
    country, script = table.target[den], table.script[den]
    aim, place, block, engage = draws.several(CONTACT, key, state.day, ordinal)
    band = choose(may.steps, script, aim)
    resident = members(state.countries.adults, country, may.start, may.share, band, place)
    keys = child_keys(state.countries.key[country], "resident", resident)
    state.flows.add("candidates", country)
    return Contacts(den, country, script, band, resident, keys, key, block, engage)


def _answer(state: State, c: Contacts) -> None:
    """Decide for every candidate whether it is blocked, hung up on, or engages the resident."""
    p, may, flows = state.world.parameters.residents, state.fixed(chances), state.flows
    u = state.draws.uniform(SUSCEPTIBILITY, c.key)
    susceptibility = p.susceptibility_low + (p.susceptibility_high - p.susceptibility_low) * (u * u * u)
    rows = state.residents.find(c.key)
    chance = may.engages[c.script, c.band] * susceptibility
    chance = chance * state.countries.lead_quality[c.country] * openness(state, rows)
    limit = may.bound[c.script, c.band]
    if ((chance > limit * (1.0 + 1e-12)) & (limit < 1.0)).any():
        raise AssertionError("a resident's chance exceeds its bound: thinning would not be exact")
    blocked = c.block < state.levers.call_block[c.country]
    picked = _first_calls(c, where((c.engage * limit < chance) & ~blocked))
    ended = ~blocked
    ended[picked] = False
    flows.add("calls_placed", c.country)
    flows.add("calls_blocked", c.country[blocked])
    flows.add("calls_hung_up", c.country[ended])
    flows.add("calls_engaged", c.country[picked])
    if picked.size:
        _engage(state, c, picked, rows[picked], susceptibility[picked])


def _first_calls(c: Contacts, engaged: Rows) -> Rows:
    """Of two calls to one resident on one day, let the one whose caller's key is lower come first."""
    key = c.key[engaged]
    order = key.argsort()
    first = first_of_each(key[order])
    if first.all():
        return engaged[order]
    order = np.lexsort((c.caller[engaged], key))
    return cast(Rows, engaged[order][first])


def openness(state: State, rows: Rows) -> Floats:
    """Return how open residents are to a call: 1 for strangers, less after a scam, 0 during one.

    Parameters
    ----------
    rows : int64, shape (n,)
        Rows of ``victims``, -1 for residents who were never engaged.
    """
    openness = np.ones(rows.size)
    known = where(rows >= 0)
    if known.size:
        victims, own = state.victims, rows[known]
        half = state.world.parameters.residents.wary_half_days
        free = 1.0 - victims.wary[own] / (1.0 + (state.day - victims.wary_since[own]) / half)
        free[victims.status[own] <= VictimStatus.PAYING] = 0.0
        openness[known] = free
    return openness


def _engage(state: State, c: Contacts, picked: Rows, rows: Rows, susceptibility: Floats) -> None:
    victims = state.victims
    new = where(rows < 0)
    if new.size:
        rows[new] = _meet(state, c, picked[new], susceptibility[new])
    scams, den, script = victims.scams[rows], c.den[picked], c.script[picked]
    LIFECYCLE.move(victims, rows[scams > 0], VictimStatus.ENGAGED)
    victims.den[rows], victims.script[rows], victims.stage[rows] = den, script, 1
    victims.scams[rows] = scams + 1
    victims.payments_this_scam[rows] = 0
    due = state.book.delay[script, 0] + state.day
    victims.due[rows] = due
    state.agendas["stages"].enter(rows, due)


def _meet(state: State, c: Contacts, who: Rows, susceptibility: Floats) -> Rows:
    """Give residents who are engaged for the first time a row each, and return it."""
    p, key, country = state.world.parameters.residents, c.key[who], c.country[who]
    median = p.savings_median_incomes * state.fixed(chances).income[country]
    rows = state.victims.add(
        who.size, key=key, country=country, resident=c.resident[who], age_band=c.band[who],
        susceptibility=susceptibility, savings=lognormal(state.draws.uniform(SAVINGS, key), median, p.savings_sigma),
        status=VictimStatus.ENGAGED)
    state.residents.insert(key, rows)
    return rows


def _count_the_rest(state: State, dens: Rows, dials: Floats) -> None:
    """Count the calls that could engage nobody, from their exact distribution."""
    answered, n, may = state.world.parameters.calls.answer_share, len(state.countries), state.fixed(chances)
    target, script = state.dens.target[dens], state.dens.script[dens]
    block, engaging = state.levers.call_block[target], may.engaging[script]
    ringing = dials * (1.0 - block)
    parts = (dials * block * (1.0 - answered * engaging), ringing * (1.0 - answered),
             ringing * answered * (1.0 - engaging))
    means = np.array([np.bincount(target, part, n) for part in parts])
    blocked, silent, ended = state.draws.poissons(REST, state.countries.key, means, state.day)
    state.flows.add_all("calls_blocked", blocked)
    state.flows.add_all("calls_unanswered", silent)
    state.flows.add_all("calls_hung_up", ended)
    state.flows.add_all("calls_placed", blocked + silent + ended)
    _wear_leads(state, np.bincount(target, np.rint(dials), n))  # whole calls: their sum has no order


def _wear_leads(state: State, calls: Floats) -> None:
    p, quality = state.world.parameters.calls, state.countries.lead_quality
    wear = p.lead_wear * calls / np.maximum(state.countries.adults, 1)
    quality += p.lead_recovery * (1.0 - quality) - np.minimum(wear, 1.0) * quality


def _stop_wanted_calls(state: State) -> None:
    wrong = state.levers.call_block_wrong
    if not wrong.any():
        return
    wanted = np.array([c.wanted_calls for c in state.world.countries]) * state.countries.adults
    stopped = state.draws.poisson(WANTED, state.countries.key, wanted * wrong, state.day)
    state.flows.add_all("wanted_calls_blocked", stopped)
