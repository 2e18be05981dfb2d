"""Homecoming: people who left a den come home or are stranded, settle again or are at risk once more."""

from __future__ import annotations

import numpy as np

from fraudsim.agents.worker import WorkerStatus, move
from fraudsim.core.draws import purpose
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

STRANDED = purpose("homecoming.stranded")
AT_RISK = purpose("homecoming.at risk")


@process(reads="workers.key workers.nationality", writes="workers.status workers.since workers.due workers.place")
def homecoming(state: State) -> None:
    """Let everyone whose day has come take the next step."""
    workers = state.workers
    rows = state.agendas["lives"].take(state.day)
    if rows.size == 0:
        return
    status, p = workers.status[rows], state.world.parameters.captivity
    home = rows[status == WorkerStatus.HOME]
    relapse = state.draws.uniform(AT_RISK, workers.key[home], state.day) < p.at_risk_share
    move(state, home[relapse], WorkerStatus.AT_RISK)
    move(state, home[~relapse], WorkerStatus.REINTEGRATED)
    _bring_home(state, rows[status == WorkerStatus.STRANDED])
    away = rows[(status != WorkerStatus.HOME) & (status != WorkerStatus.STRANDED)]
    stuck = state.draws.uniform(STRANDED, workers.key[away], state.day) < p.stranded_share
    move(state, away[stuck], WorkerStatus.STRANDED)
    _wait(state, away[stuck], p.stranded_days)
    _bring_home(state, away[~stuck])


def _bring_home(state: State, rows: Rows) -> None:
    move(state, rows, WorkerStatus.HOME)
    state.workers.place[rows] = state.workers.nationality[rows]
    _wait(state, rows, state.world.parameters.captivity.aftercare_days)


def _wait(state: State, rows: Rows, days: int) -> None:
    state.workers.due[rows] = np.minimum(state.day + days, 32766)
    state.agendas["lives"].enter(rows, state.day + days)
