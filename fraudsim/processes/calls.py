"""Calls: callers spend their hours; whom a call engages becomes a row of ``victims``.

Calls of a caller and day are a Poisson process whose rate follows from hours, dialling and talk. Every
call that could engage anybody (a *candidate*) is drawn on its own; all others are counted by their exact
distribution: by the marking theorem the counts are independent Poisson numbers. Placed calls are the
sum of blocked, unanswered, hung up and engaged ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.agents.worker import Role, WorkerStatus
from fraudsim.core.draws import Keys, child_keys, lognormal, purpose
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.state import State

Floats = NDArray[np.float64]

CANDIDATES = purpose("calls.candidates")
BAND = purpose("calls.age band")
RESIDENT = purpose("calls.resident")
BLOCK = purpose("calls.block")
ENGAGE = purpose("calls.engage")
REST_BLOCKED = purpose("calls.rest blocked")
REST_SILENT = purpose("calls.rest unanswered")
REST_HUNG_UP = purpose("calls.rest hung up")
WANTED = purpose("calls.wanted blocked")
SUSCEPTIBILITY = purpose("resident.susceptibility")
SAVINGS = purpose("resident.savings")


@dataclass(frozen=True)
class Contacts:
    """Candidate contacts of a day, one element each."""

    den: Rows
    country: Rows
    band: Rows
    resident: Rows
    caller: Keys
    key: Keys
    ordinal: Rows


@process(reads="dens.key dens.status dens.callers dens.target dens.script workers.key workers.status workers.role "
               "workers.den countries.key countries.adults countries.target",
         writes="dens.stage_hours dens.line_costs victims.* countries.lead_quality")
def calls(state: State) -> None:
    """Place the day's calls and open the conversations that come of them."""
    _stop_wanted_calls(state)
    dens = where((state.dens.status == DenStatus.ACTIVE) & (state.dens.callers > 0))
    if dens.size == 0:
        _wear_leads(state, np.zeros(len(state.countries)))
        return
    dials = expected_dials(state, dens)
    bound = bounds(state)
    contacts = _candidates(state, dens, dials, bound)
    _count_the_rest(state, dens, dials, bound)
    if contacts.den.size:
        _answer(state, contacts, bound)


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
    free = np.maximum(hours - table.stage_hours[dens], 0.25 * hours)
    table.stage_hours[dens] = 0.0
    dials = free * 3600.0 / (p.dial_seconds + (1.0 - block) * p.answer_share * p.talk_seconds)
    cost = 100.0 * dials * (p.number_price + block * p.blocked_number_price)
    table.line_costs[dens] += np.rint(cost).astype(np.int64)
    return cast(Floats, dials)


def bounds(state: State) -> Floats:
    """Return the highest chance that an answered call engages anybody, by script and age band.

    From the declared ranges: the first stage's success, the band's engagement, the highest
    susceptibility, leads as fresh as can be.

    Returns
    -------
    float64, shape (scripts, bands)
    """
    engagement = np.array([band.engagement for band in state.world.age_bands])
    high = state.world.parameters.residents.susceptibility_high
    return np.minimum(state.book.success[:, :1] * engagement * high, 1.0)


def _shares(state: State) -> Floats:
    return np.array([band.share for band in state.world.age_bands])


def _candidates(state: State, dens: Rows, dials: Floats, bound: Floats) -> Contacts:
    workers, table, draws = state.workers, state.dens, state.draws
    chance = state.world.parameters.calls.answer_share * (bound * _shares(state))
    rate = np.zeros(len(table))
    rate[dens] = dials / table.callers[dens] * chance.sum(axis=1)[table.script[dens]]
    callers = where((workers.status == WorkerStatus.WORKING) & (workers.role == Role.CALLER))
    counts = draws.poisson(CANDIDATES, workers.key[callers], rate[workers.den[callers]], state.day)
    who = np.repeat(callers, counts)
    ordinal = np.arange(who.size) - np.repeat(np.cumsum(counts) - counts, counts)
    den, key = workers.den[who], workers.key[who]
    country, script = table.target[den], table.script[den]
    steps = np.cumsum(chance, axis=1)[script]
    aim = draws.uniform(BAND, key, state.day, ordinal) * steps[:, -1]
    band = (aim[:, None] >= steps).sum(axis=1)
    share = _shares(state)
    adults = state.countries.adults[country]
    first = np.floor(adults * (np.cumsum(share) - share)[band])
    number = first + np.floor(draws.uniform(RESIDENT, key, state.day, ordinal) * (adults * share[band]))
    resident = np.minimum(number.astype(np.int64), adults - 1)
    keys = _resident_keys(state, country, resident)
    state.flows.add("candidates", country)
    return Contacts(den, country, band, resident, key, keys, ordinal)


def _resident_keys(state: State, country: Rows, resident: Rows) -> Keys:
    return child_keys(state.countries.key[country], "resident", resident)


def _answer(state: State, c: Contacts, bound: Floats) -> None:
    """Decide for every candidate whether it is blocked, hung up on, or engages the resident."""
    draws, table = state.draws, state.dens
    p = state.world.parameters.residents
    u = draws.uniform(SUSCEPTIBILITY, c.key)
    susceptibility = p.susceptibility_low + (p.susceptibility_high - p.susceptibility_low) * (u * u * u)
    rows = state.residents.find(c.key)
    script = table.script[c.den]
    engagement = np.array([band.engagement for band in state.world.age_bands])[c.band]
    chance = state.book.success[script, 0] * engagement * susceptibility
    chance = chance * state.countries.lead_quality[c.country] * openness(state, rows)
    limit = bound[script, c.band]
    if (chance > limit * (1.0 + 1e-12)).any() and (limit < 1.0).any():
        raise AssertionError("a resident's chance exceeds its bound: thinning would not be exact")
    blocked = draws.uniform(BLOCK, c.caller, state.day, c.ordinal) < state.levers.call_block[c.country]
    engaged = ~blocked & (draws.uniform(ENGAGE, c.caller, state.day, c.ordinal) * limit < chance)
    picked = where(engaged)
    # Two calls to one resident on one day: the one whose caller's key is lower comes first.
    picked = picked[np.lexsort((c.caller[picked], c.key[picked]))]
    if picked.size:
        picked = picked[np.concatenate(([True], c.key[picked][1:] != c.key[picked][:-1]))]
    once = np.zeros(engaged.size, bool)
    once[picked] = True
    flows = state.flows
    flows.add("calls_blocked", c.country[blocked])
    flows.add("calls_hung_up", c.country[~blocked & ~once])
    flows.add("calls_engaged", c.country[picked])
    flows.add("calls_placed", c.country)
    if picked.size:
        _engage(state, c, picked, rows[picked], susceptibility[picked])


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
        wary = victims.wary[own] / (1.0 + (state.day - victims.wary_since[own]) / half)
        busy = (victims.status[own] == VictimStatus.ENGAGED) | (victims.status[own] == VictimStatus.PAYING)
        openness[known] = np.where(busy, 0.0, 1.0 - wary)
    return openness


def _engage(state: State, c: Contacts, picked: Rows, rows: Rows, susceptibility: Floats) -> None:
    victims, draws = state.victims, state.draws
    new = where(rows < 0)
    if new.size:
        who = picked[new]
        p = state.world.parameters.residents
        income = np.array([100.0 * country.income for country in state.world.countries])
        savings = lognormal(draws.uniform(SAVINGS, c.key[who]), p.savings_median_incomes * income[c.country[who]],
                            p.savings_sigma)
        rows[new] = victims.add(new.size, key=c.key[who], country=c.country[who], resident=c.resident[who],
                                age_band=c.band[who], susceptibility=susceptibility[new], savings=savings,
                                status=VictimStatus.ENGAGED)
        state.residents.insert(c.key[who], rows[new])
    old = rows[victims.scams[rows] > 0]
    LIFECYCLE.move(victims, old, VictimStatus.ENGAGED)
    script = state.dens.script[c.den[picked]]
    victims.den[rows], victims.script[rows], victims.stage[rows] = c.den[picked], script, 1
    victims.scams[rows] += 1
    victims.payments_this_scam[rows] = 0
    due = state.day + state.book.delay[script, 0]
    victims.due[rows] = due
    state.agendas["stages"].enter(rows, due)


def _count_the_rest(state: State, dens: Rows, dials: Floats, bound: Floats) -> None:
    """Count the calls that could engage nobody, from their exact distribution."""
    p, n = state.world.parameters.calls, len(state.countries)
    target, script = state.dens.target[dens], state.dens.script[dens]
    engaging = (bound * _shares(state)).sum(axis=1)[script]
    candidate = p.answer_share * engaging
    block = state.levers.call_block[target]
    sums = lambda mean: np.bincount(target, mean, n)  # noqa: E731
    keys, day = state.countries.key, state.day
    blocked = state.draws.poisson(REST_BLOCKED, keys, sums(dials * block * (1.0 - candidate)), day)
    silent = state.draws.poisson(REST_SILENT, keys, sums(dials * (1.0 - block) * (1.0 - p.answer_share)), day)
    ended = state.draws.poisson(REST_HUNG_UP, keys,
                                sums(dials * (1.0 - block) * p.answer_share * (1.0 - engaging)), day)
    countries = np.arange(n)
    for name, count in (("calls_blocked", blocked), ("calls_unanswered", silent), ("calls_hung_up", ended),
                        ("calls_placed", blocked + silent + ended)):
        state.flows.add(name, countries, count)
    _wear_leads(state, sums(dials))


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
    state.flows.add("wanted_calls_blocked", np.arange(len(state.countries)), stopped)
