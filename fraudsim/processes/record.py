"""Record: one row of counts and stocks, the last thing of the day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import OPEN
from fraudsim.agents.worker import IN_DEN, SUSPECTS, Control, RecruitedAs, WorkerStatus
from fraudsim.core.process import process
from fraudsim.ledgers.controls import control_reach
from fraudsim.ledgers.flows import positions
from fraudsim.loops.record import close_day, stocks
from fraudsim.state import State

STOCKS = positions("dens_standing", "dens_active", "staff", "captive", "trafficked", "stranded", "detained",
                   "trafficked_detained", "extradition_pending", "capital", "leaders", "dens_adjacent", "numbers",
                   "leader_posts")
AT_THE_END = positions("public_cost", "custody_cost", "detained", "control_reach")
DENS = np.array(OPEN, np.int64)
PEOPLE = np.array([*IN_DEN, WorkerStatus.STRANDED, WorkerStatus.DETAINED, Control.CONFINED, RecruitedAs.VOLUNTARY],
                  np.int64)
IN_CUSTODY = np.zeros(len(WorkerStatus), bool)
IN_CUSTODY[list(SUSPECTS)] = True
COUNTED = sum(1 << status for status in (*IN_DEN, *SUSPECTS, WorkerStatus.STRANDED))


def reach_now(state: State) -> NDArray[np.int64]:
    """Return the share of services that controls cover by country, 1/10,000."""
    return np.rint(10000 * control_reach(state)).astype(np.int64)


def custody_cost(state: State) -> int:
    """Return the cost of a day in custody, cents."""
    return round(100 * state.world.parameters.justice.custody_cost)


@process(reads="dens.status dens.country dens.numbers dens.adjacent workers.status workers.place workers.control "
               "workers.recruited_as workers.days_captive workers.den syndicates.home syndicates.capital "
               "syndicates.leaders syndicates.active syndicates.posts")
def record(state: State) -> None:
    """Write today's row and clear the counters."""
    today = state.flows.today
    stocks(state.columns, today, STOCKS, DENS, PEOPLE, COUNTED, IN_CUSTODY)
    if state.days_lived == len(state.record):
        state.record = np.concatenate((state.record, np.zeros_like(state.record)))
    close_day(today, AT_THE_END, state.standing(reach_now),
              state.fixed(custody_cost), state.spending.today, state.record[state.days_lived], state.yesterday)
    state.days_lived += 1
