"""Calls: callers spend their hours on first contacts; whom one engages becomes a row of ``victims``.

First contacts go by voice, message, social media and the web, as the script has it; a den moves its time to
the channels that get through. Contacts of a caller and day are a Poisson process whose rate follows from
hours, placing and talk. Every contact that could engage anybody (a *candidate*) is drawn on its own; all
others are counted by their exact distribution: by the marking theorem the counts are independent Poisson
numbers, by country and channel. Contacts placed are the sum of blocked, unanswered, hung up and engaged ones.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, NEVER_WARY, VictimStatus
from fraudsim.agents.worker import Role, WorkerStatus
from fraudsim.core.draws import Keys, kind_code, purpose, purposes
from fraudsim.core.kernels import either_any, least
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.controls import adults, contact_filters, sites_blocked, wrong
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.loops import calls as loops
from fraudsim.loops import contacts
from fraudsim.state import State

Floats = NDArray[np.float64]

CANDIDATES = purpose("calls.candidates")
CONTACT = purposes("calls.age band", "calls.resident", "calls.block", "calls.engage")
CHANNEL = purpose("calls.channel")
REST = np.stack([purposes(*(f"{name}.rest {how}" for how in ("blocked", "unanswered", "hung up")))
                 for name in ("calls", "sms", "social", "web")])
SUSCEPTIBILITY = purpose("resident.susceptibility")
SAVINGS = purpose("resident.savings")
RESIDENT = kind_code("resident")

COUNTED = np.stack([positions(*(f"{name}_{how}" for how in ("placed", "blocked", "unanswered", "hung_up", "engaged")))
                    for name in ("calls", "sms", "social", "web")])
"""Series that the loops count into, by channel and in the order in which they unpack them."""
CANDIDATES_AT, SITE_HOURS = POSITION["candidates"], POSITION["site_hours"]
NUMBERED = np.array([True, True, False, False])
"""Channels that take telephone numbers."""

ACTIVE, WORKING, CALLER = DenStatus.ACTIVE.value, WorkerStatus.WORKING.value, Role.CALLER.value
ENGAGED, PAYING = VictimStatus.ENGAGED.value, VictimStatus.PAYING.value


class WrongHits(NamedTuple):
    """A control's hits on what has nothing to do with fraud: series, lever, draw, and the volume it sees."""

    series: str
    lever: str
    draw: np.uint64
    volume: str


WRONG_HITS = (
    WrongHits("wanted_calls_blocked", "call_block_wrong", purpose("calls.wanted blocked"), "wanted_calls"),
    WrongHits("wanted_messages_blocked", "sms_block_wrong", purpose("sms.wanted blocked"), "wanted_messages"),
    WrongHits("sites_blocked_wrongly", "site_block_wrong", purpose("web.sites blocked"), ""),
)


WRONG_LEVERS = tuple(hits.lever for hits in WRONG_HITS)


class Chances(NamedTuple):
    """What a contact may come to, by script (rows) and age band (columns).

    Attributes
    ----------
    engages : float64, shape (scripts, bands)
        Chance that an answered contact engages a resident of susceptibility 1.
    bound : float64, shape (scripts, bands)
        See :func:`bounds`.
    start, share : float64, shape (bands,)
        Where the residents of a band begin, and how many there are, as shares of all.
    income : float64, shape (countries,)
        Yearly income, cents.
    understood : float64, shape (countries, countries)
        Engagement by callers of a nationality (rows) in a target (columns), against callers of its language.
    """

    engages: Floats
    bound: Floats
    start: Floats
    share: Floats
    income: Floats
    understood: Floats


class Limits(NamedTuple):
    """The bound of thinning as it stands today, by target country.

    Attributes
    ----------
    bound : float64, shape (countries, scripts, bands)
        Highest chance that an answered contact engages anybody.
    steps : float64, shape (countries, scripts, bands)
        Its sum over bands, each by its share of residents, up to each band.
    engaging : float64, shape (scripts, countries)
        Chance that an answered contact is a candidate.
    """

    bound: Floats
    steps: Floats
    engaging: Floats


def chances(state: State) -> Chances:
    """Work out what contacts may come to, from the world file."""
    countries = state.world.countries
    share = np.array([band.share for band in state.world.age_bands])
    engagement = np.array([band.engagement for band in state.world.age_bands])
    strange = 1.0 - state.world.parameters.residents.language_penalty
    understood = np.array([[1.0 if not caller.languages or not called.languages
                            or set(caller.languages) & set(called.languages) else strange
                            for called in countries] for caller in countries])
    return Chances(state.book.success[:, :1] * engagement, bounds(state), np.cumsum(share) - share, share,
                   np.array([100.0 * country.income for country in countries]), understood)


def usual_limits(state: State) -> Limits:
    """Return the limits while education has backfired nowhere."""
    return _limits(state, np.ones(len(state.countries)))


def limits(state: State) -> Limits:
    """Return today's limits: education that has backfired raises them, all else can only lower a chance."""
    awareness = state.countries.awareness
    if least(awareness) >= 0.0:
        return state.fixed(usual_limits)
    return _limits(state, np.maximum(1.0, 1.0 - awareness))


def _limits(state: State, rise: Floats) -> Limits:
    may = state.fixed(chances)
    bound = np.minimum(rise[:, None, None] * may.bound, 1.0)
    weighed = bound * may.share
    return Limits(bound, np.cumsum(weighed, axis=2), np.ascontiguousarray(weighed.sum(axis=2).T))


def bounds(state: State) -> Floats:
    """Return the highest chance that an answered contact engages anybody, by script and age band.

    From the declared ranges: the first stage's success, the band's engagement, the highest
    susceptibility, leads as fresh as can be.

    Returns
    -------
    float64, shape (scripts, bands)
    """
    engagement: Floats = np.array([band.engagement for band in state.world.age_bands])
    high = state.world.parameters.residents.susceptibility_high
    return cast(Floats, np.minimum(state.book.success[:, :1] * engagement * high, 1.0))


def work(state: State) -> Floats:
    """Return, by channel, seconds, share answered, seconds of talk, price and further price of a blocked contact.

    Returns
    -------
    float64, shape (5, channels)
    """
    p, m = state.world.parameters.calls, state.world.parameters.messages
    return np.array([
        [p.dial_seconds, m.sms_seconds, m.social_seconds, m.web_seconds],
        [p.answer_share, m.sms_reply, m.social_reply, m.web_reply],
        [p.talk_seconds, m.sms_talk, m.social_talk, m.web_talk],
        [p.number_price, m.sms_price, m.social_price, m.web_price],
        [p.blocked_number_price, 0.0, 0.0, 0.0]], np.float64)


def terms(state: State) -> tuple[float, ...]:
    """Return hours of a caller, numbers for each, the shift between channels, wear and recovery of lists."""
    p, m = state.world.parameters.calls, state.world.parameters.messages
    return tuple(float(x) for x in (p.hours_per_day, p.numbers_per_caller, m.shift, p.lead_wear, p.lead_recovery))


def fresh_domains(state: State) -> float:
    """Return what it costs a den to renew all its sites in a day, cents."""
    m = state.world.parameters.messages
    return 100.0 * m.domains_per_den * m.domain_price


class Ground(NamedTuple):
    """What dens meet in every target country today.

    Attributes
    ----------
    block : float64, shape (channels, countries)
        Contacts that never arrive.
    price, thrift : float64, shape (countries,)
        Price of numbers against the usual one, and numbers kept for it.
    site_cents : int64, shape (countries,)
        Cost of rotating a den's sites.
    """

    block: Floats
    price: Floats
    thrift: Floats
    site_cents: Rows


def ground(state: State) -> Ground:
    """Return what dens meet today."""
    price = state.levers.number_price.copy()
    cents = np.rint(state.fixed(fresh_domains) * sites_blocked(state)).astype(np.int64)
    return Ground(contact_filters(state), price, price ** -state.world.parameters.calls.number_thrift, cents)


def wrong_hits(state: State) -> list[Floats]:
    """Return what each of :data:`WRONG_HITS` may be expected to hit in a day, by country."""
    expected = []
    for hits in WRONG_HITS:
        means = wrong(state, getattr(state.levers, hits.lever))
        if hits.volume:
            volume = np.array([float(getattr(c, hits.volume)) for c in state.world.countries])
            means = volume * adults(state) * means
        expected.append(means)
    return expected


def awareness_terms(state: State) -> tuple[float, float]:
    """Return the share of the way that awareness goes in a day of education, and the share kept without it."""
    p = state.world.parameters.residents
    return 1.0 - 0.5 ** (1.0 / p.education_days), 0.5 ** (1.0 / p.awareness_half_days)


def residents(state: State) -> tuple[float, ...]:
    """Return the parameters of residents.

    Lowest and highest susceptibility; half time of wariness, and how wary a scam leaves people; median and spread of
    savings.
    """
    p = state.world.parameters.residents
    return tuple(float(x) for x in (p.susceptibility_low, p.susceptibility_high, p.wary_half_days, p.wary_after_scam,
                                    p.savings_median_incomes, p.savings_sigma))


@process(reads="dens.status dens.adjacent dens.callers dens.target dens.script workers.key workers.status "
               "workers.role workers.den workers.nationality countries.key countries.adults",
         writes="dens.stage_seconds dens.line_costs dens.numbers victims.* countries.lead_quality "
                "countries.awareness")
def calls(state: State) -> None:
    """Place the day's first contacts and open the conversations that come of them."""
    _educate(state)
    placed = place(state)
    if placed.calling:
        _engage(state, *_reach(state, placed))


def _educate(state: State) -> None:
    """Let awareness move towards what is taught, and fade where nothing is."""
    awareness, lever = state.countries.awareness, state.levers.education
    if not either_any(awareness, lever):
        return
    learnt, kept = state.fixed(awareness_terms)
    now = np.where(lever != 0.0, awareness + learnt * (lever - awareness), kept * awareness)
    # Cut off, since the two terms are powers; and so that it comes to an end.
    awareness[...] = np.trunc(1e9 * now) / 1e9


class Placed(NamedTuple):
    """What the dens place today, and the bound it is thinned by: see :func:`fraudsim.loops.contacts.place`."""

    limits: Limits
    contacts: Floats
    stops: Floats
    only: Rows
    calling: int


def place(state: State) -> Placed:
    """Let dens call and write: book the cost, count what could engage nobody, wear the lists of contacts."""
    draws, book, now = state.draws, state.book, state.standing(ground)
    hours, each, shift, wear, recovery = state.fixed(terms)
    bound = limits(state)
    *placed, made = contacts.place(
        state.columns, state.day, draws.run, ACTIVE, bound.engaging, book.contacts, book.needs_site, *now,
        state.fixed(work), NUMBERED, REST, state.flows.today, COUNTED, SITE_HOURS, hours, each, shift, wear, recovery)
    draws.made += made
    if state.levers.moved(*WRONG_LEVERS):
        _count_wrong_hits(state)
    return Placed(bound, *placed)


def _count_wrong_hits(state: State) -> None:
    """Count wanted calls, wanted messages and ordinary sites that filters stop by mistake."""
    for hits, means in zip(WRONG_HITS, state.standing(wrong_hits), strict=True):
        if state.levers.moved(hits.lever):
            state.flows.add_all(hits.series, state.draws.poisson(hits.draw, state.countries.key, means, state.day))


def _reach(state: State, placed: Placed) -> tuple[int, int, Rows, Keys, Floats]:
    """Draw every contact that could engage anybody, and what comes of it: see :func:`fraudsim.loops.calls.reach`."""
    draws, may, bound = state.draws, state.fixed(chances), placed.limits
    low, high, half, wary_after, _, _ = state.fixed(residents)
    made, *engaged = loops.reach(
        state.columns, state.day, draws.run, placed.contacts, placed.stops, placed.only, WORKING, CALLER,
        may.understood, state.fixed(work)[1], may.engages, bound.bound, bound.engaging, bound.steps, may.start,
        may.share, state.residents.slots, PAYING, CANDIDATES, CONTACT, CHANNEL, SUSCEPTIBILITY, RESIDENT,
        state.flows.today, COUNTED, CANDIDATES_AT, low, high, half, wary_after)
    draws.made += made
    return cast(tuple[int, int, Rows, Keys, Floats], tuple(engaged))


def _engage(state: State, new: int, strangers: int, whom: Rows, key: Keys, susceptibility: Floats) -> None:
    """Open a scam with everybody engaged; who has no row gets one."""
    if key.size == 0:
        return
    book, draws, may = state.book, state.draws, state.fixed(chances)
    spare, spares = state.victims.spare.room(0)
    first_new = state.victims.room(max(new - int(spares[0]), 0))
    _, _, _, wary_after, median_incomes, sigma = state.fixed(residents)
    state.victims.take_in(loops.engage(
        state.columns, state.day, draws.run, whom, key, susceptibility, first_new, spare, spares, book.delay,
        may.income, SAVINGS, median_incomes, sigma, wary_after, NEVER_WARY, state.residents.room(strangers),
        *state.agendas["stages"].room(key.size), ENGAGED, LIFECYCLE.allowed))
    draws.made += new
