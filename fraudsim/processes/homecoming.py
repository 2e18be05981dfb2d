"""Homecoming: people who left a den come home or are stranded, settle again or are at risk once more."""

from __future__ import annotations

from fraudsim.agents.worker import WorkerStatus, move
from fraudsim.core.draws import purpose
from fraudsim.core.kernels import rows_between
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

STRANDED = purpose("homecoming.stranded")
RESETTLE = purpose("homecoming.resettle")
AT_RISK = purpose("homecoming.at risk")


@process(reads="workers.key workers.nationality", writes="workers.status workers.since workers.due workers.place")
def homecoming(state: State) -> None:
    """Let everyone whose day has come take the next step."""
    workers = state.workers
    _resettle(state)
    rows = state.agendas["lives"].take(state.day)
    if rows.size == 0:
        return
    status = workers.status[rows]
    home, stranded = status == WorkerStatus.HOME, status == WorkerStatus.STRANDED
    _settle(state, rows[home])
    _bring_home(state, rows[stranded])
    away = rows[~(home | stranded)]
    p = state.world.parameters.captivity
    stuck = state.draws.uniform(STRANDED, workers.key[away], state.day) < p.stranded_share
    _bring_home(state, away[~stuck])
    away = away[stuck]
    move(state, away, WorkerStatus.STRANDED)
    _wait(state, away, p.stranded_days)


def _resettle(state: State) -> None:
    """Let people at risk once more find other work."""
    rows = rows_between(state.workers.status, WorkerStatus.AT_RISK.value, WorkerStatus.AT_RISK.value)
    if rows.size:
        found = state.draws.uniform(RESETTLE, state.workers.key[rows], state.day)
        move(state, rows[found < state.world.parameters.captivity.resettle], WorkerStatus.REINTEGRATED)


def _settle(state: State, rows: Rows) -> None:
    if rows.size == 0:
        return
    relapse = state.draws.uniform(AT_RISK, state.workers.key[rows], state.day) \
        < state.world.parameters.captivity.at_risk_share
    move(state, rows[relapse], WorkerStatus.AT_RISK)
    move(state, rows[~relapse], WorkerStatus.REINTEGRATED)


def _bring_home(state: State, rows: Rows) -> None:
    if rows.size == 0:
        return
    move(state, rows, WorkerStatus.HOME)
    state.workers.place[rows] = state.workers.nationality[rows]
    _wait(state, rows, state.world.parameters.captivity.aftercare_days)


def _wait(state: State, rows: Rows, days: int) -> None:
    state.workers.due[rows] = min(state.day + days, 32766)
    state.agendas["lives"].enter(rows, state.day + days)
