"""Travel: departures through exit control or by smuggler, and arrivals at the den."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, RecruitedAs, WorkerStatus, calls, leave_den, move
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.kernels import add_same, rows_equal
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

Flags = NDArray[np.bool_]

CROSSING = purposes("travel.route", "travel.stop", "travel.retry")
NAMED = purpose("travel.named")
WRONG_STOPS = purpose("travel.wrong stops")
TERMS = purposes("travel.confine", "travel.loan")


@process(reads="countries.key countries.adults dens.country dens.status dens.syndicate syndicates.coercion "
               "syndicates.source_belief",
         writes="workers.* seats.holder seats.vacant_since dens.staff dens.callers syndicates.capital")
def travel(state: State) -> None:
    """Send off those who accepted today, and receive those who are due."""
    _stop_ordinary_travellers(state)
    leaving = state.agendas["departures"].take(state.day)
    if leaving.size:
        _depart(state, leaving)
    due = state.agendas["arrivals"].take(state.day)
    if due.size:
        _arrive(state, due)


def _stop_ordinary_travellers(state: State) -> None:
    wrong = state.levers.exit_screening_wrong
    if not wrong.any():
        return
    countries = state.countries
    expected = countries.adults * state.world.parameters.travel.travellers_per_adult * wrong
    stopped = state.draws.poisson(WRONG_STOPS, countries.key, expected, state.day)
    state.flows.add_all("travellers_stopped_wrongly", stopped)


def _depart(state: State, rows: Rows) -> None:
    workers, p, draws, levers = state.workers, state.world.parameters.travel, state.draws, state.levers
    keys, source, trip = workers.key[rows], workers.nationality[rows], workers.trips[rows].astype(np.int64)
    route, stop, retry = draws.several(CROSSING, keys, 0, trip)
    passes = state.syndicates.source_belief[state.dens.syndicate[workers.den[rows]], source]
    evading = p.smuggled_share + (1.0 - p.smuggled_share) * p.evade_share * (1.0 - passes)
    by_smuggler = (route < evading) | (workers.recruited_as[rows] == RecruitedAs.COERCED)
    named = (trip > 1) | (draws.uniform(NAMED, keys) < p.named_share)
    passing = (1.0 - levers.exit_ban[source] * named) * (1.0 - levers.exit_screening[source])
    openly = ~by_smuggler
    stopped = openly & (stop >= passing)
    state.flows.add("departures", source[openly])
    again = _stop(state, rows, stopped, retry < p.retry_share) if stopped.any() else stopped
    smuggled = rows[by_smuggler | again]
    move(state, smuggled, WorkerStatus.SMUGGLED)
    workers.smuggled[rows] = by_smuggler | again
    state.flows.add("smuggled", workers.nationality[smuggled])
    on_the_way = rows[~stopped | again]
    workers.due[on_the_way] = state.day + p.days
    workers.due[smuggled] = state.day + p.days + p.smuggled_extra_days
    state.agendas["arrivals"].enter(on_the_way, workers.due[on_the_way].astype(np.int64))


def _stop(state: State, rows: Rows, stopped: Flags, would: Flags) -> Flags:
    """Stop people at the border; return who tries again with a smuggler. The others go home."""
    state.flows.add("border_stops", state.workers.nationality[rows[stopped]])
    move(state, rows[stopped], WorkerStatus.STOPPED)
    _send_home(state, rows[stopped & ~would])
    return stopped & would


def _send_home(state: State, rows: Rows) -> None:
    """Send stopped people home: they are as much at risk as before."""
    leave_den(state, rows)
    move(state, rows, WorkerStatus.HOME)
    move(state, rows, WorkerStatus.AT_RISK)


def _arrive(state: State, rows: Rows) -> None:
    workers, dens = state.workers, state.dens
    den = workers.den[rows]
    workers.place[rows] = dens.country[den]
    move(state, rows_equal(workers.status, rows, WorkerStatus.TRAVELLING.value), WorkerStatus.ARRIVED)
    gone = dens.status[den] > DenStatus.LYING_LOW
    if gone.any():
        _strand(state, rows[gone])
        rows, den = rows[~gone], den[~gone]
    if rows.size == 0:
        return
    _bind(state, rows)
    confined = workers.control[rows] == Control.CONFINED
    move(state, rows[confined], WorkerStatus.HELD)
    move(state, rows[~confined], WorkerStatus.WORKING)
    workers.started[rows] = state.day
    add_same(dens.staff, den, 1)
    add_same(dens.callers, den[calls(workers, rows)], 1)
    state.flows.add("arrivals", dens.country[den])
    state.flows.add("arrivals_from", workers.nationality[rows])
    fee = round(100 * state.world.parameters.recruitment.recruiter_fee)
    add_same(state.syndicates.capital, dens.syndicate[den], -fee)
    state.accounts.move("syndicates", "suppliers", fee * rows.size)


def _bind(state: State, rows: Rows) -> None:
    """Set control and debt at arrival, by how a person was recruited and travelled."""
    workers, p = state.workers, state.world.parameters
    grasp, credit = state.draws.several(TERMS, workers.key[rows], 0, workers.trips[rows].astype(np.int64))
    recruited, smuggled = workers.recruited_as[rows], workers.smuggled[rows]
    coercion = state.syndicates.coercion[state.dens.syndicate[workers.den[rows]]]
    # A person without papers is easier to confine: the chance to escape confinement is squared.
    grip = np.where(smuggled, 1.0 - (1.0 - coercion) * (1.0 - coercion), coercion)
    deceived = recruited == RecruitedAs.DECEIVED
    confined = (recruited == RecruitedAs.COERCED) | (deceived & (grasp < grip))
    bound = confined | deceived | smuggled | (credit < p.recruitment.travel_loan_share)
    # Free is 0, indebted 1, confined 2; whoever is confined is bound.
    workers.control[rows] = bound.view(np.int8) + confined
    workers.debt[rows] = bound * (round(100 * p.recruitment.debt) + smuggled * round(100 * p.travel.smuggler_debt))


def _strand(state: State, rows: Rows) -> None:
    leave_den(state, rows)
    move(state, rows, WorkerStatus.STRANDED)
    due = state.day + state.world.parameters.captivity.stranded_days
    state.workers.due[rows] = due
    state.agendas["lives"].enter(rows, due)
