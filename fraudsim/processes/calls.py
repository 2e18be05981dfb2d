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
from fraudsim.core.draws import Keys, kind_code, purpose, purposes
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops import calls as loops
from fraudsim.state import State

Floats = NDArray[np.float64]

CANDIDATES = purpose("calls.candidates")
CONTACT = purposes("calls.age band", "calls.resident", "calls.block", "calls.engage")
REST = purposes("calls.rest blocked", "calls.rest unanswered", "calls.rest hung up")
WANTED = purpose("calls.wanted blocked")
SUSCEPTIBILITY = purpose("resident.susceptibility")
SAVINGS = purpose("resident.savings")
RESIDENT = kind_code("resident")

COUNTED = np.array([POSITION[name] for name in (
    "calls_blocked", "calls_unanswered", "calls_hung_up", "calls_placed", "wanted_calls_blocked", "calls_engaged",
    "candidates")], np.int64)
"""Series that the loops count into, in the order in which they unpack them."""

ACTIVE, WORKING, CALLER = DenStatus.ACTIVE.value, WorkerStatus.WORKING.value, Role.CALLER.value
ENGAGED, PAYING = VictimStatus.ENGAGED.value, VictimStatus.PAYING.value


class Engaged(NamedTuple):
    """Whom the day's calls engage, one element each, by key.

    ``row`` is that of ``victims``, -1 for those who never were engaged before; ``known`` holds the others' rows.
    """

    known: Rows
    row: Rows
    key: Keys
    den: Rows
    country: Rows
    resident: Rows
    band: Rows
    susceptibility: Floats


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
    wanted : float64, shape (countries,)
        Wanted calls a resident and day.
    """

    engages: Floats
    bound: Floats
    steps: Floats
    candidate: Floats
    engaging: Floats
    start: Floats
    share: Floats
    income: Floats
    wanted: Floats


def chances(state: State) -> Chances:
    """Work out what calls may come to, from the world file."""
    share = np.array([band.share for band in state.world.age_bands])
    engagement = np.array([band.engagement for band in state.world.age_bands])
    bound, answered = bounds(state), state.world.parameters.calls.answer_share
    candidate = answered * (bound * share)
    return Chances(state.book.success[:, :1] * engagement, bound, np.cumsum(candidate, axis=1),
                   candidate.sum(axis=1), (bound * share).sum(axis=1), np.cumsum(share) - share, share,
                   np.array([100.0 * country.income for country in state.world.countries]),
                   np.array([float(country.wanted_calls) for country in state.world.countries]))


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


def dialling(state: State) -> tuple[float, ...]:
    """Return the parameters of placing calls, in the order in which the loop takes them."""
    p = state.world.parameters.calls
    return tuple(float(x) for x in (p.hours_per_day, p.dial_seconds, p.answer_share, p.talk_seconds, p.number_price,
                                    p.blocked_number_price, p.lead_wear, p.lead_recovery))


def residents(state: State) -> tuple[float, ...]:
    """Return the parameters of residents: lowest and highest susceptibility, half time of wariness, savings."""
    p = state.world.parameters.residents
    return tuple(float(x) for x in (p.susceptibility_low, p.susceptibility_high, p.wary_half_days,
                                    p.savings_median_incomes, p.savings_sigma))


@process(reads="dens.status dens.callers dens.target dens.script workers.key workers.status workers.role "
               "workers.den countries.key countries.adults",
         writes="dens.stage_seconds dens.line_costs victims.* countries.lead_quality")
def calls(state: State) -> None:
    """Place the day's calls and open the conversations that come of them."""
    dials, calling = place(state)
    if calling:
        engaged, new = _reach(state, dials)
        if engaged.row.size:
            _engage(state, engaged, new)


def place(state: State) -> tuple[Floats, int]:
    """Let dens dial: book the cost, count the calls that could engage nobody, wear the lists of contacts.

    Returns
    -------
    dials : float64, shape (dens,)
        Calls that each den is expected to place today.
    calling : int
        Number of dens that call.
    """
    dens, countries, levers, draws, may = state.dens, state.countries, state.levers, state.draws, state.fixed(chances)
    dials, calling, filtered = loops.place(
        state.day, draws.run, dens.status, dens.callers, dens.target, dens.script, dens.stage_seconds,
        dens.line_costs, ACTIVE, countries.key, countries.adults, countries.lead_quality, levers.call_block,
        levers.call_block_wrong, may.engaging, may.wanted, REST, WANTED, state.flows.today, COUNTED,
        *state.fixed(dialling))
    draws.made += len(countries) * ((REST.size if calling else 0) + (1 if filtered else 0))
    return dials, calling


def _reach(state: State, dials: Floats) -> tuple[Engaged, int]:
    """Draw every call that could engage anybody, and what comes of it; tell how many of the engaged are new."""
    dens, workers, victims, countries = state.dens, state.workers, state.victims, state.countries
    draws, may, index = state.draws, state.fixed(chances), state.residents
    low, high, half, _, _ = state.fixed(residents)
    callers, candidates, new, *engaged = loops.reach(
        state.day, draws.run, dials, dens.callers, dens.target, dens.script, workers.key, workers.status,
        workers.role, workers.den, WORKING, CALLER, countries.key, countries.adults, countries.lead_quality,
        state.levers.call_block, may.candidate, may.engages, may.bound, may.steps, may.start, may.share, index.keys,
        index.rows, victims.status, victims.wary, victims.wary_since, PAYING, CANDIDATES, CONTACT, SUSCEPTIBILITY,
        RESIDENT, state.flows.today, COUNTED, low, high, half)
    draws.made += callers + (CONTACT.size + 1) * candidates
    return Engaged(*engaged), new


def _engage(state: State, engaged: Engaged, new: int) -> None:
    """Open a scam with everybody engaged; who never was before gets a row."""
    victims, book, draws, may = state.victims, state.book, state.draws, state.fixed(chances)
    LIFECYCLE.move(victims, engaged.known, ENGAGED)
    rows = victims.add(new, status=ENGAGED)
    _, _, _, median_incomes, sigma = state.fixed(residents)
    due = loops.engage(
        state.day, draws.run, *engaged[1:], len(victims) - new, state.dens.script, book.delay, may.income, SAVINGS,
        median_incomes, sigma, victims.key, victims.country, victims.resident, victims.age_band,
        victims.susceptibility, victims.savings, victims.den, victims.script, victims.stage, victims.scams,
        victims.payments_this_scam, victims.due)
    draws.made += new
    state.residents.insert(victims.key[rows], rows)
    state.agendas["stages"].enter(engaged.row, due)
