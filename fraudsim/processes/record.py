"""Record: one row of counts and stocks, the last thing of the day."""

from __future__ import annotations

import numpy as np

from fraudsim.agents.den import DenStatus, is_open
from fraudsim.agents.worker import Control, RecruitedAs, WorkerStatus
from fraudsim.core.process import process
from fraudsim.core.table import where
from fraudsim.ledgers.flows import POSITION
from fraudsim.state import State


@process(reads="dens.status dens.country workers.status workers.place workers.control workers.recruited_as "
               "workers.den syndicates.home syndicates.capital")
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
    dens, workers, today, n = state.dens, state.workers, state.flows.today, len(state.countries)
    standing = is_open(dens)
    active = standing[dens.status[standing] == DenStatus.ACTIVE]
    status = workers.status
    held = status == WorkerStatus.HELD
    inside = where((status == WorkerStatus.WORKING) | held)
    place = workers.place[inside]
    captive = held[inside] | (workers.control[inside] == Control.CONFINED)
    lured = workers.recruited_as[inside] != RecruitedAs.VOLUNTARY
    waiting = workers.den[where(status == WorkerStatus.DETAINED)]
    for name, countries in (("dens_active", dens.country[active]), ("dens_standing", dens.country[standing]),
                            ("staff", place), ("captive", place[captive]), ("trafficked", place[lured]),
                            ("extradition_pending", dens.country[waiting])):
        today[POSITION[name]] = np.bincount(countries, minlength=n)
    capital = today[POSITION["capital"]]
    capital[...] = 0
    np.add.at(capital, state.syndicates.home, state.syndicates.capital)
