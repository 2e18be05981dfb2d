"""Bookkeeping: once a week owners pay rent, keep and lines, and see what each den has brought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import CODES
from fraudsim.agents.syndicate import STOCKTAKING
from fraudsim.core.process import process
from fraudsim.loops.bookkeeping import keep_accounts
from fraudsim.state import State


def terms(state: State) -> NDArray[np.float64]:
    """Return weight of news, price of crowding and of protection for the wanted, a person's cost and other income."""
    p = state.world.parameters
    a = p.adaptation
    return np.array([a.belief_weight, a.crowding, p.leaders.wanted_price, round(700 * a.running_cost),
                     round(100 * a.adjacent_income)], np.float64)


@process(reads="dens.status dens.syndicate dens.zone dens.target dens.staff dens.adjacent syndicates.home "
               "syndicates.exposed_until zones.rent zones.protection",
         writes="dens.income_week dens.line_costs dens.profit_mean syndicates.capital")
def bookkeeping(state: State) -> None:
    """Price places by how dens crowd and who is wanted, book the week, and smooth each den's profit."""
    if state.day % 7 != STOCKTAKING:
        return
    d, s, z = state.dens, state.syndicates, state.zones
    rent, supplies, earned = keep_accounts(
        state.day, d.status, d.syndicate, d.zone, d.target, d.staff, d.adjacent, d.income_week, d.line_costs,
        d.profit_mean, s.capital, s.exposed_until, z.rent, z.protection, state.rent_now, state.levers.leader_hazard,
        CODES, state.fixed(terms))
    state.accounts.move("syndicates", "hosts", rent)
    state.accounts.move("syndicates", "suppliers", supplies)
    state.accounts.move("gamblers", "syndicates", int(earned.sum()))
    state.flows.add("adjacent_income", s.home, earned)
