"""Travel: departures through exit control or by smuggler, and arrivals at the den."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import LIFECYCLE, RecruitedAs, Role, WorkerStatus
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.controls import adults
from fraudsim.ledgers.flows import positions
from fraudsim.loops import travel as loops
from fraudsim.state import State

CROSSING = purposes("travel.route", "travel.stop", "travel.retry", "travel.named", "travel.caught",
                    "travel.sent again")
WRONG_STOPS = purpose("travel.wrong stops")
TERMS = purposes("travel.confine", "travel.loan", "travel.death")

S = WorkerStatus
AT_THE_BORDER = np.array([RecruitedAs.COERCED, S.STOPPED, S.SMUGGLED, S.HOME, S.AT_RISK], np.int64)
AT_THE_DEN = np.array([RecruitedAs.DECEIVED, RecruitedAs.COERCED, S.TRAVELLING, S.SMUGGLED, S.ARRIVED, S.WORKING,
                       S.HELD, S.STRANDED, S.DIED, DenStatus.LYING_LOW, Role.CALLER], np.int64)
DEPARTURES = positions("departures", "border_stops", "smuggled", "smuggled_stopped")
ARRIVALS = positions("arrivals", "arrivals_from", "smuggled_arrivals", "smuggler_debt", "smuggled_deaths")


def crossing(state: State) -> tuple[Any, ...]:
    """Return the world's numbers of departures: shares, days of the journey, and the smuggler's price in cents."""
    p = state.world.parameters.travel
    evading = (1.0 - p.smuggled_share) * p.evade_share
    shares = np.array([p.smuggled_share, evading, p.retry_share, p.named_share, p.caught_retry], np.float64)
    return shares, (p.days, p.smuggled_extra_days), 100.0 * p.smuggler_debt


def price(state: State) -> Rows:
    """Return what smugglers take today, by country, cents."""
    cents: Rows = np.rint(state.fixed(crossing)[-1] * state.levers.smuggle_price).astype(np.int64)
    return cents


def wrong_stops(state: State) -> NDArray[np.float64]:
    """Return ordinary travellers whom screening in every country may be expected to stop in a day."""
    travellers = adults(state) * float(state.world.parameters.travel.travellers_per_adult)
    means: NDArray[np.float64] = travellers * state.levers.exit_screening_wrong
    return means


def terms(state: State) -> tuple[Any, ...]:
    """Return the world's numbers of arrivals: (loans, deaths), and [debt, recruiter's fee, days stranded]."""
    p = state.world.parameters
    return (p.recruitment.travel_loan_share, p.travel.smuggled_death), np.array(
        [round(100 * p.recruitment.debt), round(100 * p.recruitment.recruiter_fee), p.captivity.stranded_days])


@process(reads="countries.key dens.country dens.status dens.syndicate syndicates.coercion "
               "syndicates.source_belief syndicates.route_belief",
         writes="workers.* seats.holder seats.vacant_since dens.staff dens.callers syndicates.capital")
def travel(state: State) -> None:
    """Send off those who accepted today, and receive those who are due."""
    _stop_ordinary_travellers(state)
    if state.agendas["departures"].may_be_due(state.day):
        _depart(state)
    if state.agendas["arrivals"].may_be_due(state.day):
        _arrive(state)


def _stop_ordinary_travellers(state: State) -> None:
    if not state.levers.moved("exit_screening_wrong"):
        return
    stopped = state.draws.poisson(WRONG_STOPS, state.countries.key, state.standing(wrong_stops), state.day)
    state.flows.add_all("travellers_stopped_wrongly", stopped)


def _depart(state: State) -> None:
    """Let people meet exit control or go by smuggler; those stopped or caught for good are at risk as before."""
    draws, levers, leaving, (shares, days, _) = (state.draws, state.levers, state.agendas["departures"],
                                                 state.fixed(crossing))
    with LIFECYCLE.named("workers"):
        draws.made += loops.depart(
            state.columns, draws.run, CROSSING, state.day, *leaving.room(0),
            *state.agendas["arrivals"].room(leaving.pending), shares, days, AT_THE_BORDER, DEPARTURES,
            state.flows.today, LIFECYCLE.allowed, levers.exit_ban, levers.exit_screening, levers.smuggle_stop,
            state.standing(price))


def _arrive(state: State) -> None:
    """Let dens receive people and pay the recruiter; who finds the den gone is stranded."""
    draws, coming, (shares, numbers) = state.draws, state.agendas["arrivals"], state.fixed(terms)
    with LIFECYCLE.named("workers"):
        received, drawn = loops.arrive(
            state.columns, draws.run, TERMS, state.day, *coming.room(0), *state.agendas["lives"].room(coming.pending),
            shares, numbers, AT_THE_DEN, ARRIVALS, state.flows.today, LIFECYCLE.allowed)
    draws.made += drawn
    state.accounts.move("syndicates", "suppliers", int(numbers[1]) * int(received))
