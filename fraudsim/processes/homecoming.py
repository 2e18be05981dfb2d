"""Homecoming: people who left a den come home or are stranded, settle again or are at risk once more."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.agents.worker import LIFECYCLE, WorkerStatus
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.process import process
from fraudsim.ledgers.flows import positions
from fraudsim.loops import homecoming as loops
from fraudsim.state import State

STEP = purposes("homecoming.stranded", "homecoming.at risk", "homecoming.aftercare")
RESETTLE = purpose("homecoming.resettle")

STEPS = np.array([WorkerStatus.HOME, WorkerStatus.STRANDED, WorkerStatus.AT_RISK, WorkerStatus.REINTEGRATED], np.int64)
SERIES = positions("homecomings", "aftercare", "reintegrated")


def settings(state: State) -> tuple[Any, ...]:
    """Return the world's numbers: chance to resettle, (stranded, at risk again, effect of help), days to wait."""
    p = state.world.parameters.captivity
    return (p.resettle, (p.stranded_share, p.at_risk_share, p.aftercare_effect),
            (p.stranded_days, p.aftercare_days))


@process(reads="workers.key workers.nationality",
         writes="workers.status workers.since workers.due workers.place workers.came_home workers.aided")
def homecoming(state: State) -> None:
    """Let some of those at risk find other work, and everyone whose day has come take the next step."""
    resettled, chances, waits = state.fixed(settings)
    with LIFECYCLE.named("workers"):
        state.draws.made += loops.go_on(
            state.columns, state.draws.run, RESETTLE, STEP, state.day, *state.agendas["lives"].room(0),
            resettled, chances, waits, STEPS, SERIES, state.flows.today, state.levers.aftercare, LIFECYCLE.allowed)
