"""Captivity: what may happen on a day to a person in a den."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import LIFECYCLE, Control, RecruitedAs, Role, WorkerStatus
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.evidence import confirm
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.loops import captivity as loops
from fraudsim.state import State

if TYPE_CHECKING:
    from fraudsim.worlds.parameters import Captivity

EVENT = purpose("captivity.event")
BUYER_AND_TESTIMONY = purposes("captivity.buyer", "captivity.testimony")
KIN = purpose("captivity.kin")
SURRENDER = purposes("captivity.surrender", "captivity.leniency", "captivity.testimony")

HELD = 3  # class of a held person; classes 0 to 2 are Control of those who work
CLASSES = np.array([WorkerStatus.WORKING, WorkerStatus.HELD, Control.FREE, Control.INDEBTED, Control.CONFINED, HELD],
                   np.int64)
CODES = np.array([WorkerStatus.WORKING, WorkerStatus.HELD, WorkerStatus.QUIT, WorkerStatus.FLED, WorkerStatus.RANSOMED,
                  WorkerStatus.RESOLD, WorkerStatus.DIED, DenStatus.ACTIVE, Role.CALLER, Control.CONFINED], np.int64)
CALLED_HOME = (WorkerStatus.WORKING.value, WorkerStatus.SURRENDERED.value, Control.FREE.value, Control.INDEBTED.value,
               RecruitedAs.VOLUNTARY.value, Role.CALLER.value)
PRESSED = POSITION["kin_pressured"]
SURRENDERS = tuple(POSITION[name] for name in ("surrenders", "surrenders_lenient", "trafficked_punished"))
SERIES = positions("quits", "escapes", "ransoms", "ransom_paid", "resold", "deaths", "abuse")


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
    """Return the world's numbers: hazards, debt paid a week, [ransom, price of a person, days home], testimony."""
    p, fee = state.world.parameters.captivity, state.world.parameters.recruitment.recruiter_fee
    return (hazards(p), round(700 * p.repay), np.array([round(100 * p.ransom_price), round(200 * fee), p.home_days]),
            state.world.parameters.investigation.testimony)


def terms(state: State) -> tuple[Any, ...]:
    """Return the world's numbers of surrender: (the indebted, pressure on kin, testimony), days home."""
    p = state.world.parameters.captivity
    return (p.surrender_indebted, p.kin_effect, state.world.parameters.investigation.testimony), p.home_days


@process(reads="dens.key dens.status dens.country dens.syndicate dens.zone dens.profit_mean syndicates.profit_belief "
               "seats.den forces.key",
         writes="workers.* seats.holder seats.holders seats.vacant_since dens.staff dens.callers syndicates.capital "
                "evidence.*")
def captivity(state: State) -> None:
    """Let those who are called home and can go surrender; draw at most one event a person and day of the others."""
    if state.levers.moved("surrender", "kin_pressure"):
        _call_home(state)
    _endure(state)


def _call_home(state: State) -> None:
    """Press kin, once a week, and let workers surrender, where a notice calls them home."""
    levers, draws = state.levers, state.draws
    if state.day % 7 == 0 and levers.moved("kin_pressure"):
        draws.made += loops.press_kin(state.columns, draws.run, KIN, levers.kin_pressure, PRESSED, state.flows.today,
                                      CLASSES[:2])
    if levers.moved("surrender"):
        _surrender(state)


def _surrender(state: State) -> None:
    draws, levers, (numbers, home_days) = state.draws, state.levers, state.fixed(terms)
    with LIFECYCLE.named("workers"):
        gone, witnesses, drawn = loops.surrender(
            state.columns, draws.run, SURRENDER, state.day, numbers, home_days, CALLED_HOME, SURRENDERS,
            state.flows.today, levers.surrender, levers.leniency, LIFECYCLE.allowed)
    draws.made += drawn
    _testify(state, witnesses)
    state.agendas["lives"].enter(gone, state.day + home_days)


def _endure(state: State) -> None:
    """Let a day pass in dens, and those who are out testify and go home."""
    draws, (steps, paid_a_week, numbers, testimony) = state.draws, state.fixed(settings)
    with LIFECYCLE.named("workers"):
        gone, fled, freed, ransoms, drawn = loops.endure(
            state.columns, draws.run, EVENT, BUYER_AND_TESTIMONY, state.day,
            paid_a_week if state.day % 7 == 0 else 0, steps, state.world.parameters.captivity.quota_abuse, CLASSES,
            numbers, testimony, CODES, SERIES, state.flows.today, LIFECYCLE.allowed)
    draws.made += drawn
    if ransoms:
        state.accounts.move("families", "syndicates", int(numbers[0]) * int(ransoms))
    for witnesses in (fled, freed):
        _testify(state, witnesses)
    state.agendas["lives"].enter(gone, state.day + int(numbers[-1]))


def _testify(state: State, rows: Rows) -> None:
    """Let people who are out tell the police at home about their den."""
    workers = state.workers
    if rows.size:
        confirm(state, workers.nationality[rows], workers.den[rows], workers.key[rows], state.day)
