"""Scams: the engaged go from stage to stage on their day, or leave."""

from __future__ import annotations

from typing import cast

import numpy as np

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import purpose
from fraudsim.core.kernels import add_each, rows_equal
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

SUCCESS = purpose("scams.success")
SCAM = np.int64(512)  # draws of one scam: up to 16 stages for each of 32 payments


@process(reads="dens.status", writes="victims.* dens.stage_seconds")
def scams(state: State) -> None:
    """Play every stage that is due today; a stage without delay is followed by the next at once."""
    rows = _due(state)
    while rows.size:
        _play(state, rows)
        rows = _due(state)


def _due(state: State) -> Rows:
    rows = state.agendas["stages"].take(state.day)
    return cast(Rows, rows_equal(state.victims.status, rows, VictimStatus.ENGAGED.value))


def _play(state: State, rows: Rows) -> None:
    victims, dens, book = state.victims, state.dens, state.book
    calling = dens.status[victims.den[rows]] == DenStatus.ACTIVE
    leave(state, rows[~calling])
    rows = rows[calling]
    script, stage, odds = victims.script[rows], victims.stage[rows], victims.susceptibility[rows]
    standard = book.success[script, stage]
    # Susceptibility multiplies the odds, so that it can never push a chance past 1.
    weighed = standard * odds
    chance = weighed / (1.0 - standard + weighed)
    ordinal = victims.scams[rows] * SCAM + stage + 16 * np.minimum(victims.payments_this_scam[rows], 31)
    goes_on = state.draws.uniform(SUCCESS, victims.key[rows], 0, ordinal) < chance
    add_each(dens.stage_seconds, victims.den[rows], book.seconds[script, stage])
    leave(state, rows[~goes_on])
    _advance(state, rows[goes_on])


def _advance(state: State, rows: Rows) -> None:
    victims, book = state.victims, state.book
    script, stage = victims.script[rows], victims.stage[rows]
    last, due = book.stages[script], book.delay[script, stage] + state.day
    following = np.minimum(stage + 1, last)
    victims.due[rows], victims.stage[rows] = due, following
    pays = following == last
    LIFECYCLE.move(victims, rows[pays], VictimStatus.PAYING)
    state.agendas["payments"].enter(rows[pays], due[pays])
    goes_on = ~pays
    state.agendas["stages"].enter(rows[goes_on], due[goes_on])


def leave(state: State, rows: Rows) -> None:
    """Let people out of a scam; they are wary for a while."""
    if rows.size == 0:
        return
    victims = state.victims
    LIFECYCLE.move(victims, rows, VictimStatus.LEFT)
    victims.wary[rows] = state.world.parameters.residents.wary_after_scam
    victims.wary_since[rows] = state.day
    state.flows.add("scams_left", victims.country[rows])
