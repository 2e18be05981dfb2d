"""Recruitment: empty seats are offered to people at risk, who accept, are deceived or forced."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import LIFECYCLE, RecruitedAs, Role, WorkerStatus
from fraudsim.core.draws import kind_code, purpose, purposes
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops import recruitment as loops
from fraudsim.state import State

Floats = NDArray[np.float64]

SOURCE = purpose("recruitment.source")
MEETING = purposes("recruitment.recruited as", "recruitment.role", "recruitment.age",
                   "recruitment.accept")
CODES = purposes("recruitment.re-enlist", "recruitment.offer")

CALLING = DenStatus.ACTIVE.value
AGAIN = (WorkerStatus.AT_RISK.value, WorkerStatus.PROSPECT.value, WorkerStatus.TRAVELLING.value)
NAMES = np.array([kind_code("holder"), RecruitedAs.VOLUNTARY, RecruitedAs.DECEIVED, RecruitedAs.COERCED, Role.CALLER,
                  Role.GUARD, WorkerStatus.PROSPECT, WorkerStatus.DECLINED, WorkerStatus.TRAVELLING], np.int64)
OFFERS, ONCE_MORE = POSITION["offers"], POSITION["re_recruited"]


def settings(state: State) -> tuple[Any, ...]:
    """Return the world's numbers: of offers, of meetings, of ages, and the chance to be won again."""
    p = state.world.parameters.recruitment
    shares = np.array([p.coerced_share, p.coerced_share + p.deceived_share, p.caller_share, p.accept_share], np.float64)
    return ((p.offers_per_at_risk, p.offers_per_seat_cap), shares, (p.age_median, p.age_sigma),
            state.world.parameters.captivity.re_enlist)


@process(reads="countries.key countries.at_risk_at_start syndicates.reach dens.status "
               "dens.syndicate seats.key seats.den",
         writes="seats.holder seats.holders workers.* countries.at_risk countries.joined countries.away")
def recruitment(state: State) -> None:
    """Fill vacant seats of dens that call."""
    if state.day % 7 == 0:
        _renew(state)
    offered, rates = _fill(state)
    if offered.size:
        _offer(state, offered, rates)


def _renew(state: State) -> None:
    """Let others come to be at risk in the place of some of those who left: once a week."""
    countries = state.countries
    missing = countries.at_risk_at_start - countries.at_risk
    joined = np.rint(np.maximum(missing, 0) * min(1.0, 7.0 * state.world.parameters.recruitment.renewal))
    countries.at_risk += joined.astype(np.int64)
    countries.joined += joined.astype(np.int64)


def _fill(state: State) -> tuple[Rows, Floats]:
    """Let people at risk once more take the first vacant seats; return the seats offered to others, and the rates."""
    chances, *_, again = state.fixed(settings)
    with LIFECYCLE.named("workers"):
        rows, offered, rates, drawn = loops.fill(
            state.columns, state.draws.run, CODES, state.day, again, chances, CALLING, ONCE_MORE, state.flows.today,
            LIFECYCLE.allowed, *AGAIN)
    state.draws.made += drawn
    state.agendas["departures"].enter(rows, state.day)
    return offered, rates


def _offer(state: State, offered: Rows, rates: Floats) -> None:
    """Let a recruiter meet one new person for each of the seats offered."""
    _, shares, age, _ = state.fixed(settings)
    first = state.workers.room(offered.size)
    state.draws.made += offered.size * (MEETING.size + len(state.countries))
    with LIFECYCLE.named("workers"):
        loops.meet(
            state.columns, state.draws.run, MEETING, SOURCE, state.day, first, offered, rates, shares, age, NAMES,
            OFFERS, state.flows.today, LIFECYCLE.allowed, *state.agendas["departures"].room(offered.size))
    state.workers.take_in(offered.size)
