"""Record: one row of counts and stocks, the last thing of the day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import OPEN, DenStatus
from fraudsim.agents.worker import IN_DEN, SUSPECTS, Control, RecruitedAs, WorkerStatus
from fraudsim.core.kernels import rows_between, tally, tally_amounts
from fraudsim.core.process import process
from fraudsim.core.table import where
from fraudsim.ledgers.controls import control_reach
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.loops.record import stocks
from fraudsim.state import State

STOCKS = positions("dens_standing", "dens_active", "staff", "captive", "trafficked", "stranded", "detained",
                   "trafficked_detained", "extradition_pending", "capital")
PUBLIC_COST, DETAINED, CUSTODY_COST = POSITION["public_cost"], POSITION["detained"], POSITION["custody_cost"]
LEADERS, POSTS, ADJACENT = POSITION["leaders"], POSITION["leader_posts"], POSITION["dens_adjacent"]
NUMBERS, REACH = POSITION["numbers"], POSITION["control_reach"]
DENS = np.array(OPEN, np.int64)
PEOPLE = np.array([*IN_DEN, WorkerStatus.STRANDED, WorkerStatus.DETAINED, Control.CONFINED, RecruitedAs.VOLUNTARY],
                  np.int64)
IN_CUSTODY = np.zeros(len(WorkerStatus), bool)
IN_CUSTODY[list(SUSPECTS)] = True
COUNTED = IN_CUSTODY.copy()
COUNTED[[*IN_DEN, WorkerStatus.STRANDED]] = True


def reach_now(state: State) -> NDArray[np.int64]:
    """Return the share of services that controls cover by country, 1/10,000."""
    return np.rint(10000 * control_reach(state)).astype(np.int64)


def posts_of(state: State) -> NDArray[np.int64]:
    """Return the leaders of a syndicate, by the world's list of syndicates."""
    return np.array([syndicate.leaders for syndicate in state.world.syndicates])


@process(reads="dens.status dens.country dens.numbers dens.adjacent workers.status workers.place workers.control "
               "workers.recruited_as workers.days_captive workers.den syndicates.home syndicates.capital "
               "syndicates.leaders syndicates.active syndicates.template")
def record(state: State) -> None:
    """Write today's row and clear the counters."""
    today, spent, dens, workers = state.flows.today, state.spending.today, state.dens, state.workers
    stocks(today, STOCKS, DENS, PEOPLE, COUNTED, IN_CUSTODY, dens.status, dens.country, workers.status, workers.place,
           workers.control, workers.recruited_as, workers.days_captive, workers.den, state.syndicates.home,
           state.syndicates.capital)
    today[CUSTODY_COST] = today[DETAINED] * round(100 * state.world.parameters.justice.custody_cost)
    tally_amounts(today, LEADERS, state.syndicates.home, state.syndicates.leaders * state.syndicates.active)
    posts = state.fixed(posts_of)[state.syndicates.template] * state.syndicates.active
    tally_amounts(today, POSTS, state.syndicates.home, posts)
    tally(today, ADJACENT, dens.country[where(dens.adjacent & (dens.status <= DenStatus.LYING_LOW))])
    today[PUBLIC_COST] = spent
    today[REACH] = reach_now(state) if state.levers.acting else state.fixed(reach_now)
    calling = rows_between(dens.status, DenStatus.ACTIVE.value, DenStatus.ACTIVE.value)
    tally_amounts(today, NUMBERS, dens.country[calling], dens.numbers[calling])
    if state.days_lived == len(state.record):
        state.record = np.concatenate((state.record, np.zeros_like(state.record)))
    state.record[state.days_lived] = today
    state.days_lived += 1
    state.yesterday[...] = today
    today.fill(0)
    spent.fill(0)
