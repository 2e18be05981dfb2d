"""Captivity: what may happen on a day to a person in a den."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import LIFECYCLE, Control, Role, WorkerStatus
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.evidence import confirm
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops import captivity as loops
from fraudsim.state import State

if TYPE_CHECKING:
    from fraudsim.worlds.parameters import Captivity

EVENT = purpose("captivity.event")
BUYER_AND_TESTIMONY = purposes("captivity.buyer", "captivity.testimony")

HELD = 3  # class of a held person; classes 0 to 2 are Control of those who work
CLASSES = (WorkerStatus.WORKING.value, WorkerStatus.HELD.value, Control.FREE.value, Control.INDEBTED.value,
           Control.CONFINED.value, HELD)
CODES = (*(s.value for s in (WorkerStatus.WORKING, WorkerStatus.HELD, WorkerStatus.QUIT, WorkerStatus.FLED,
                             WorkerStatus.RANSOMED, WorkerStatus.RESOLD, WorkerStatus.DIED)),
         DenStatus.ACTIVE.value, Role.CALLER.value, Control.CONFINED.value)
SERIES = tuple(POSITION[name] for name in ("quits", "escapes", "ransoms", "ransom_paid", "resold", "deaths", "abuse"))


def hazards(p: Captivity) -> NDArray[np.float64]:
    """Return cumulative chances a day of every event.

    Parameters
    ----------
    p : Captivity
        Parameters of that group.

    Returns
    -------
    float64, shape (4 classes, 8 events)
        Classes: free, indebted, confined at work; held. Events: :data:`fraudsim.loops.captivity.EVENTS`.
    """
    rows = [
        [p.quit_free, 0, 0, 0, 0, 0, 0, 0],
        [p.quit_indebted, p.flee_indebted, 0, 0, 0, 0, p.hold, 0],
        [0, p.flee_confined, p.ransom_confined, p.resell, p.death_confined, 0, p.hold,
         p.abuse_confined],
        [0, p.flee_held, p.ransom_held, p.resell, p.death_held, p.comply, 0,
         p.abuse_held],
    ]
    return np.cumsum(np.array(rows, np.float64), axis=1)


def settings(state: State) -> tuple[Any, ...]:
    """Return the world's numbers: hazards, debt paid a week, (ransom, price of a person, days home), testimony."""
    p, fee = state.world.parameters.captivity, state.world.parameters.recruitment.recruiter_fee
    return (hazards(p), round(700 * p.repay), (round(100 * p.ransom_price), round(200 * fee), p.home_days),
            state.world.parameters.investigation.testimony)


@process(reads="dens.key dens.status dens.country dens.syndicate seats.den forces.key",
         writes="workers.* seats.holder seats.vacant_since dens.staff dens.callers syndicates.capital evidence.*")
def captivity(state: State) -> None:
    """Draw at most one event a person and day, and let it happen."""
    workers, draws = state.workers, state.draws
    steps, paid_a_week, *_ = state.fixed(settings)
    rows, event, drawn = loops.events(
        draws.run, EVENT, state.day, paid_a_week if state.day % 7 == 0 else 0, steps, CLASSES, workers.key,
        workers.status, workers.control, workers.debt, workers.days_captive)
    draws.made += drawn
    if rows.size:
        _happen(state, rows, event)


def _happen(state: State, rows: Rows, event: Rows) -> None:
    workers, dens, seats, draws = state.workers, state.dens, state.seats, state.draws
    *_, numbers, testimony = state.fixed(settings)
    gone, fled, freed, ransoms, drawn = loops.happen(
        draws.run, BUYER_AND_TESTIMONY, state.day, rows, event, numbers, testimony, CODES, SERIES, state.flows.today,
        LIFECYCLE.allowed, workers.key, workers.status, workers.since, workers.seat, workers.den, workers.place,
        workers.role, workers.control, workers.debt, workers.started, workers.due, workers.abuse, seats.den,
        seats.holder, seats.vacant_since, dens.key, dens.status, dens.country, dens.syndicate, dens.staff,
        dens.callers, state.syndicates.capital)
    draws.made += drawn
    if ransoms:
        state.accounts.move("families", "syndicates", numbers[0] * int(ransoms))
    for witnesses in (fled, freed):
        _testify(state, witnesses)
    if gone.size:
        state.agendas["lives"].enter(gone, state.day + numbers[-1])


def _testify(state: State, rows: Rows) -> None:
    """Let people who are out tell the police at home about their den."""
    workers = state.workers
    if rows.size:
        confirm(state, workers.nationality[rows], workers.den[rows], workers.key[rows])
