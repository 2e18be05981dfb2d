from __future__ import annotations

import numpy as np
from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, differences, outcomes
from support import WIDE

from fraudsim.interventions.real_name_sim import RealNameSim


def test_the_price_rises_over_the_ramp_and_falls_at_the_end():
    assert_levers(RealNameSim(**WINDOW, price=1.5), {"number_price": 1.5}, neutral=1.0)


def test_dens_keep_fewer_numbers():
    assert_proximal("real-name-sim", **WIDE)


def test_where_no_filter_looks_fewer_numbers_alone_stop_no_call():
    """GSMA: no evidence of less crime. Without filters dens pay more, and nothing else need follow."""
    assert all(o["calls_blocked"] == 0 for o in outcomes("real-name-sim"))


def test_filters_see_fewer_numbers_more_surely():
    """The share blocked rises from 0.8 x 0.1 by about a sixth of that, at a price of 2."""
    shares = [sum(o["calls_blocked"] for o in runs) / sum(o["calls_placed"] for o in runs)
              for runs in (outcomes("", **WIDE), outcomes("real-name-sim", **WIDE))]
    assert 1.05 < shares[1] / shares[0] < 1.25
    assert np.isfinite(differences("real-name-sim", "calls_placed", **WIDE)).all()


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("real-name-sim")


def test_every_subscriber_is_registered_on_the_first_day():
    cost, _ = costs("real-name-sim:start=3,end=6,intensity=0.5,daily_cost=100,fixed_cost=40,cost_per_adult=0.25")
    # Half of 20,000 adults at 25 cents, half of 40.
    assert cost[:8] == [0, 0, 0, 5000 + 250000 + 2000, 5000, 5000, 0, 0]
