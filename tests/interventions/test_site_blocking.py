from __future__ import annotations

import numpy as np
import pytest
from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, outcomes
from support import WIDE, add_den, assert_poisson, empty_state

from fraudsim.interventions.site_blocking import SiteBlocking
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.calls import place
from fraudsim.processes.policy import policy


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    assert_levers(SiteBlocking(**WINDOW, blocked=0.5, wrong=3.0), {"site_block": 0.5, "site_block_wrong": 3.0})


def test_sites_are_up_for_fewer_hours():
    assert_proximal("site-blocking", **WIDE)


def test_dens_drop_advertisements_and_call_more():
    """By the day; over months they earn less, and may call less."""
    placed = []
    for policies in ((), (SiteBlocking(countries=("TA",), blocked=0.5),)):
        state = empty_state(**WIDE)
        add_den(state, staff=10)
        state.policy = policies
        policy(state)
        placed.append(place(state).contacts[0])
    # Of the voice's 0.4 the usual filter lets 0.92 through; of the advertisements' 0.1 sites now let 0.8 through.
    assert placed[1][:3] / placed[0][:3] == pytest.approx([(0.368 + 0.5 + 0.1) / (0.368 + 0.5 + 0.08)] * 3)
    # A blocked visit takes 5 seconds, another 5 + 0.01 x 300.
    share = (0.08 / 0.948) / (0.1 / 0.968)
    assert placed[1][3] / placed[0][3] == pytest.approx(share * 8 / (5 + 0.8 * 3))


def test_domains_rotate_at_a_price():
    lost, cost = {}, {}
    for rotation in (0.0, 0.5):
        state = empty_state(**{**WIDE, "parameters__messages__domain_rotation": rotation})
        add_den(state)  # it has a site, and nobody who calls
        state.policy = (SiteBlocking(countries=("TA",), blocked=0.5),)
        policy(state)
        place(state)
        lost[rotation] = 24 - state.flows.today[POSITION["site_hours"], 0]
        cost[rotation] = int(state.dens.line_costs[0])
    # Controls reach 0.8 of 0.5; half of it is won back: 24 x 0.4 = 9.6, 24 x 0.2 = 4.8.
    assert lost == {0.0: 10, 0.5: 5}
    assert cost == {0.0: 10000, 0.5: 10000}  # five domains of 50, 0.4 of them a day


def test_ordinary_sites_are_blocked_by_mistake():
    wrong = [o["sites_blocked_wrongly"] for o in outcomes("site-blocking", **WIDE)]
    assert_poisson(int(np.sum(wrong)), len(wrong) * 70 * 2 * 0.8)
    assert all(o["sites_blocked_wrongly"] == 0 for o in outcomes("", **WIDE))


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("site-blocking")


def test_it_costs_what_it_says():
    cost, record = costs("site-blocking:start=3,end=6,daily_cost=100,fixed_cost=40,wrong=20,cost_per_wrong=10")
    wrong = record[:, POSITION["sites_blocked_wrongly"], 0].tolist()
    assert cost[:8] == [0, 0, 0, 14000, *(10000 + 1000 * n for n in wrong[3:5]), 1000 * wrong[5], 0]
    assert min(wrong[3:6]) > 0


def test_a_country_that_nobody_calls_is_refused(small):
    assert SiteBlocking(countries=("HO",)).check(small) == [
        "countries: 'HO' is not called by anybody; allowed: TA"]
