"""Record: one row of counts and stocks, the last thing of the day."""

from __future__ import annotations

import numpy as np

from fraudsim.agents.den import DenStatus, is_open
from fraudsim.agents.worker import SUSPECTS, Control, RecruitedAs, WorkerStatus, in_den, trafficked
from fraudsim.core.kernels import rows_between, tally_stocks
from fraudsim.core.process import process
from fraudsim.core.table import where
from fraudsim.ledgers.flows import POSITION
from fraudsim.state import State

IN_CUSTODY = np.zeros(len(WorkerStatus), bool)
IN_CUSTODY[list(SUSPECTS)] = True
PEOPLE = np.array([POSITION["staff"], POSITION["captive"], POSITION["trafficked"]])


@process(reads="dens.status dens.country workers.status workers.place workers.control workers.recruited_as "
               "workers.days_captive workers.den syndicates.home syndicates.capital")
def record(state: State) -> None:
    """Write today's row and clear the counters."""
    today = state.flows.today
    _stocks(state)
    today[POSITION["public_cost"]] = state.spending.today
    if state.days_lived == len(state.record):
        state.record = np.concatenate((state.record, np.zeros_like(state.record)))
    state.record[state.days_lived] = today
    state.days_lived += 1
    state.yesterday[...] = today
    today[...] = 0
    state.spending.today[...] = 0


def _stocks(state: State) -> None:
    """Count what exists at the end of the day."""
    dens, workers, flows = state.dens, state.workers, state.flows
    standing = is_open(dens)
    at = dens.country[standing]
    flows.add("dens_standing", at)
    flows.add("dens_active", at[dens.status[standing] == DenStatus.ACTIVE])
    tally_stocks(flows.today, PEOPLE, workers.place, in_den(workers), workers.status, WorkerStatus.HELD.value,
                 workers.control, Control.CONFINED.value, workers.recruited_as, RecruitedAs.VOLUNTARY.value)
    waiting = rows_between(workers.status, WorkerStatus.DETAINED.value, WorkerStatus.DETAINED.value)
    flows.add("extradition_pending", dens.country[workers.den[waiting]])
    flows.add("stranded", workers.place[rows_between(workers.status, WorkerStatus.STRANDED.value,
                                                    WorkerStatus.STRANDED.value)])
    behind = where(IN_CUSTODY[workers.status])
    flows.add("detained", dens.country[workers.den[behind]])
    behind = behind[trafficked(workers, behind)]
    flows.add("trafficked_detained", dens.country[workers.den[behind]])
    flows.add("capital", state.syndicates.home, state.syndicates.capital)
