from __future__ import annotations

import pytest
from owners import SUNDAY, A, L, ground
from support import add_den, flow

from fraudsim.agents.den import DenStatus
from fraudsim.processes.bookkeeping import bookkeeping


def test_a_week_is_booked_to_the_cent():
    state = ground(**{A + "running_cost": 8.0, A + "belief_weight": 0.1, A + "crowding": 0.05})
    den = add_den(state, staff=10, income_week=500000, line_costs=12345, profit_mean=1000.0)
    capital = int(state.syndicates.capital[0])
    bookkeeping(state)
    rent, supplies = 7 * 6000, 10 * 5600 + 12345
    assert state.syndicates.capital[0] == capital - rent - supplies
    assert state.accounts.balance["hosts"] == rent
    assert state.accounts.balance["suppliers"] == supplies
    assert state.dens.profit_mean[den] == pytest.approx(1000 + 0.1 * (500000 - rent - supplies - 1000))
    assert (state.dens.income_week[den], state.dens.line_costs[den]) == (0, 0)


def test_rents_rise_where_dens_crowd():
    state = ground(**{A + "crowding": 0.05})
    for _ in range(4):
        add_den(state, zone=0)
    add_den(state, zone=1)
    bookkeeping(state)
    assert state.rent_now.tolist() == pytest.approx([6000 * 1.15, 5000.0, 7000.0])


@pytest.mark.parametrize(("wanted", "exposed", "dear"), [(0.0, SUNDAY, 1.0), (0.01, SUNDAY, 1.25),
                                                         (0.0, SUNDAY + 1, 1.25)])
def test_protectors_ask_more_of_the_wanted_and_of_the_exposed(wanted, exposed, dear):
    """In zone 1 protection is 0.5: half of the rise at complete protection. Of Blue nobody asks more."""
    state = ground(**{L + "wanted_price": 0.5, A + "crowding": 0.0, A + "running_cost": 0.0})
    add_den(state, zone=1)
    state.levers.leader_hazard[0] = wanted
    state.syndicates.exposed_until[0] = exposed
    bookkeeping(state)
    assert state.accounts.balance["hosts"] == 7 * 5000 * dear


def test_another_business_is_booked_to_the_cent():
    state = ground(**{A + "adjacent_income": 50.0, A + "running_cost": 8.0, A + "crowding": 0.0,
                      A + "belief_weight": 1.0})
    den = add_den(state, staff=10, adjacent=True)
    add_den(state, staff=3)
    idle = add_den(state, staff=4, adjacent=True)
    state.dens.status[idle] = DenStatus.LYING_LOW
    capital = int(state.syndicates.capital[0])
    bookkeeping(state)
    assert flow(state, "adjacent_income") == [10 * 5000, 0, 0]
    assert state.accounts.balance["gamblers"] == -10 * 5000
    assert state.syndicates.capital[0] == capital + 10 * 5000 - 3 * 7 * 6000 - 17 * 5600
    assert state.dens.profit_mean[den] == 10 * 5000 - 7 * 6000 - 10 * 5600
    assert state.dens.profit_mean[idle] == -7 * 6000 - 4 * 5600


def test_books_are_kept_weekly():
    state = ground()
    add_den(state)
    state.day -= 1
    bookkeeping(state)
    assert state.accounts.balance["hosts"] == 0
