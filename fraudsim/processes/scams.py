"""Scams: the engaged go from stage to stage on their day, or leave."""

from __future__ import annotations

import numpy as np

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import purpose
from fraudsim.core.kernels import add_each
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

SUCCESS = purpose("scams.success")


@process(reads="dens.status", writes="victims.* dens.stage_hours")
def scams(state: State) -> None:
    """Play every stage that is due today; a stage without delay is followed by the next at once."""
    rows = _due(state)
    while rows.size:
        _play(state, rows)
        rows = _due(state)


def _due(state: State) -> Rows:
    rows = state.agendas["stages"].take(state.day)
    return rows[state.victims.status[rows] == VictimStatus.ENGAGED]


def _play(state: State, rows: Rows) -> None:
    victims, dens, book = state.victims, state.dens, state.book
    calling = dens.status[victims.den[rows]] == DenStatus.ACTIVE
    leave(state, rows[~calling])
    rows = rows[calling]
    script, stage = victims.script[rows], victims.stage[rows]
    last = stage >= book.stages[script]
    standard = np.where(last, 1.0, book.success[script, np.minimum(stage, book.success.shape[1] - 1)])
    odds = victims.susceptibility[rows]
    # Susceptibility multiplies the odds, so that it can never push a chance past 1.
    chance = standard * odds / (1.0 - standard + standard * odds)
    ordinal = (victims.scams[rows].astype(np.int64) * 64 + stage + 16 * victims.payments_this_scam[rows]) & 0xFFFF
    goes_on = state.draws.uniform(SUCCESS, victims.key[rows], 0, ordinal) < chance
    hours = np.where(last, 0.0, book.hours[script, np.minimum(stage, book.hours.shape[1] - 1)])
    add_each(dens.stage_hours, victims.den[rows], hours)
    leave(state, rows[~goes_on])
    _advance(state, rows[goes_on])


def _advance(state: State, rows: Rows) -> None:
    victims, book = state.victims, state.book
    script = victims.script[rows]
    stage = np.minimum(victims.stage[rows], book.stages[script] - 1)
    due = state.day + np.where(victims.stage[rows] >= book.stages[script], 0, book.delay[script, stage])
    victims.due[rows] = due
    victims.stage[rows] = np.minimum(stage + 1, book.stages[script])
    pays = victims.stage[rows] >= book.stages[script]
    LIFECYCLE.move(victims, rows[pays], VictimStatus.PAYING)
    state.agendas["payments"].enter(rows[pays], due[pays])
    state.agendas["stages"].enter(rows[~pays], due[~pays])


def leave(state: State, rows: Rows) -> None:
    """Let people out of a scam; they are wary for a while."""
    if rows.size == 0:
        return
    victims = state.victims
    LIFECYCLE.move(victims, rows, VictimStatus.LEFT)
    victims.wary[rows] = state.world.parameters.residents.wary_after_scam
    victims.wary_since[rows] = state.day
    state.flows.add("scams_left", victims.country[rows])
