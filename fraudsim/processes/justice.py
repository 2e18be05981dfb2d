"""Justice: screening, prosecution, extradition by treaty, sentence, release."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.worker import WorkerStatus, move, trafficked
from fraudsim.core.draws import lognormal, purpose
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.treaties import in_force, median_days, refusals, terms
from fraudsim.state import State

SCREEN = purpose("justice.screen")
OUTCOME = purpose("justice.outcome")
CLAIM = purpose("justice.claim")
COVERED = purpose("justice.covered by an agreement")
DURATION = purpose("justice.duration")
REFUSAL = purpose("justice.refusal")
SENTENCE = purpose("justice.sentence")

S = WorkerStatus


@process(reads="dens.target dens.country operations.joint", writes="workers.*")
def justice(state: State) -> None:
    """Decide every case that is due today."""
    rows = state.agendas["cases"].take(state.day)
    if rows.size == 0:
        return
    status = state.workers.status[rows]
    for code, decide in DECIDES.items():
        due = rows[status == code]
        if due.size:
            decide(state, due)


def _due(state: State, rows: Rows, days: NDArray[np.int64] | int, agenda: str = "cases") -> None:
    due = np.minimum(state.day + np.broadcast_to(days, rows.shape), 32766)
    state.workers.due[rows] = due
    state.agendas[agenda].enter(rows, due.astype(np.int64))


def _screen(state: State, rows: Rows) -> None:
    """Tell victims of trafficking from suspects, with both kinds of error."""
    workers, p = state.workers, state.world.parameters.justice
    victim = trafficked(workers, rows)
    country = state.dens.country[workers.den[rows]]
    better, worse = state.levers.screening[country], state.levers.screening_wrong[country]
    chance = np.where(victim, p.screening_sensitivity + (1.0 - p.screening_sensitivity) * better,
                      p.screening_wrong + (1.0 - p.screening_wrong) * worse)
    taken = state.draws.uniform(SCREEN, workers.key[rows], state.day) < chance
    state.flows.add("rescued", country[taken])
    state.flows.add("offenders_rescued", country[taken & ~victim])
    move(state, rows[taken], S.SCREENED)
    move(state, rows[taken], S.RESCUED)
    _due(state, rows[taken], state.world.parameters.captivity.home_days, "lives")
    _prosecute(state, rows[~taken])


def treaty_of(state: State, rows: Rows) -> Rows:
    """Return the treaty under which each suspect is asked for, -1 for none.

    The country that was called asks; where the suspect's own country has a treaty too, their claims
    compete.

    Returns
    -------
    int64, shape (len(rows),)
        Positions among the terms of all treaties.
    """
    workers, table = state.workers, in_force(state)
    den = workers.den[rows]
    host = state.dens.country[den]
    called, own = table[host, state.dens.target[den]], table[host, workers.nationality[rows]]
    u = state.draws.uniform(CLAIM, workers.key[rows], state.day)
    to_called = (own < 0) | ((called >= 0) & (u < state.world.parameters.justice.target_claim))
    asked: Rows = np.where(to_called, called, own)
    return _within_agreements(state, rows, asked)


def _within_agreements(state: State, rows: Rows, asked: Rows) -> Rows:
    """Drop requests that rest on an agreement which does not yet cover the case: it covers a share of cases."""
    known = state.fixed(terms)
    new = asked >= known.standing
    if new.any():
        cover = state.levers.agreement[known.host[asked], known.requester[asked]]
        u = state.draws.uniform(COVERED, state.workers.key[rows], state.day)
        asked[new & (u >= cover)] = -1
    return asked


def _prosecute(state: State, rows: Rows) -> None:
    """Release, ask for extradition, convict or deport."""
    workers, p = state.workers, state.world.parameters.justice
    joint = state.operations.joint[workers.operation[rows]]
    treaty = treaty_of(state, rows)
    u = state.draws.uniform(OUTCOME, workers.key[rows], state.day)
    asked = state.draws.uniform(OUTCOME, workers.key[rows], state.day, 1) \
        < np.where(joint, p.request_share_joint, p.request_share)
    released = u < np.where(joint, p.release_share, p.release_share_single)
    detained = ~released & asked & (treaty >= 0)
    rest = ~released & ~detained
    local = state.draws.uniform(OUTCOME, workers.key[rows], state.day, 2) < p.convicted_share
    _let_go(state, rows[released], S.LET_GO)
    _detain(state, rows[detained], treaty[detained])
    _convict(state, rows[rest & local])
    _deport(state, rows[rest & ~local])


def _let_go(state: State, rows: Rows, status: WorkerStatus) -> None:
    move(state, rows, status)
    state.flows.add("released", state.dens.country[state.workers.den[rows]])
    _due(state, rows, state.world.parameters.captivity.home_days, "lives")


def _punish(state: State, rows: Rows) -> None:
    state.workers.punished[rows] = True
    wronged = rows[trafficked(state.workers, rows)]
    state.flows.add("trafficked_punished", state.dens.country[state.workers.den[wronged]])


def _convict(state: State, rows: Rows) -> None:
    p = state.world.parameters.justice
    _punish(state, rows)
    move(state, rows, S.CONVICTED)
    state.flows.add("convicted", state.dens.country[state.workers.den[rows]])
    u = state.draws.uniform(SENTENCE, state.workers.key[rows], state.day)
    _due(state, rows, np.maximum(lognormal(u, p.sentence_days, p.sentence_sigma), 1))


def _deport(state: State, rows: Rows) -> None:
    wronged = rows[trafficked(state.workers, rows)]
    state.flows.add("trafficked_deported", state.dens.country[state.workers.den[wronged]])
    move(state, rows, S.DEPORTED)
    state.flows.add("deported", state.dens.country[state.workers.den[rows]])
    _due(state, rows, state.world.parameters.captivity.home_days, "lives")


def _detain(state: State, rows: Rows, treaty: Rows) -> None:
    """Enter the extradition queue: the pair's own duration, then the next flight."""
    move(state, rows, S.DETAINED)
    state.workers.treaty[rows] = treaty
    known = state.fixed(terms)
    u = state.draws.uniform(DURATION, state.workers.key[rows], state.day)
    days = lognormal(u, median_days(state, treaty), known.sigma[treaty])
    batch = known.batch[treaty]
    ready = state.day + np.maximum(days, 1)
    flight = -(-ready // np.maximum(batch, 1)) * np.maximum(batch, 1) if rows.size else ready
    _due(state, rows, flight - state.day)


def _hand_over(state: State, rows: Rows) -> None:
    workers = state.workers
    treaty = workers.treaty[rows]
    refused = state.draws.uniform(REFUSAL, workers.key[rows], state.day) < refusals(state, treaty)
    waited = state.day - workers.since[rows].astype(np.int64)
    state.flows.add("refused", state.dens.country[workers.den[rows[refused]]])
    move(state, rows[refused], S.REFUSED)
    _let_go(state, rows[refused], S.RELEASED)
    rows, treaty, waited = rows[~refused], treaty[~refused], waited[~refused]
    _punish(state, rows)
    move(state, rows, S.HANDED_OVER)
    workers.handed_over[rows] = state.day
    state.flows.add("handed_over", state.dens.country[workers.den[rows]])
    state.flows.add("handed_over_days", state.dens.country[workers.den[rows]], waited)
    workers.place[rows] = state.fixed(terms).requester[treaty]
    _due(state, rows, state.world.parameters.justice.trial_days)


def _sentence(state: State, rows: Rows) -> None:
    p = state.world.parameters.justice
    move(state, rows, S.SENTENCED)
    u = state.draws.uniform(SENTENCE, state.workers.key[rows], state.day)
    _due(state, rows, np.maximum(lognormal(u, p.sentence_days, p.sentence_sigma), 1))


def _release(state: State, rows: Rows) -> None:
    move(state, rows, S.RELEASED)
    _due(state, rows, state.world.parameters.captivity.home_days, "lives")


DECIDES = {S.ARRESTED: _screen, S.DETAINED: _hand_over, S.HANDED_OVER: _sentence, S.SENTENCED: _release,
           S.CONVICTED: _release}
