from __future__ import annotations

import numpy as np
from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, assert_sign, outcomes
from support import WIDE, assert_poisson, simulation, small_world

from fraudsim.interventions.warning_service import WarningService
from fraudsim.ledgers.flows import POSITION


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    assert_levers(WarningService(**WINDOW, noticed=0.3, wrong=0.001), {"warning": 0.3, "warning_wrong": 0.001})


def test_more_scams_are_broken_off():
    assert_proximal("warning-service", **WIDE)


def test_people_in_no_scam_are_warned_as_far_as_controls_reach():
    wrong = [o["warnings_wrong"] for o in outcomes("warning-service", **WIDE)]
    assert_poisson(int(np.sum(wrong)), len(wrong) * 70 * 20000 * 0.001 * 0.8)
    assert all(o["warnings_wrong"] == 0 for o in outcomes("", **WIDE))


def test_warnings_tire():
    """Many wrong warnings leave fewer scams broken off than none: one-sided, 1e-4."""
    tired = simulation(small_world(**WIDE), "warning-service:wrong=0.05")
    tired.run(60)
    # 50 days of 0.05 x 0.8 warnings an adult, half lost for each: far above 1 but for rest, and never above it.
    assert 0.5 < tired.state.countries.warning_tired[0] <= 1.0
    many = outcomes("warning-service:wrong=0.1", **WIDE)
    few = outcomes("warning-service:wrong=0.0", **WIDE)
    assert sum(o["scams_broken_off"] for o in many) < 0.75 * sum(o["scams_broken_off"] for o in few)
    assert_sign("warning-service:wrong=0.1", "warnings_wrong", "up", **WIDE)


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("warning-service")


def test_it_costs_what_it_says():
    cost, record = costs("warning-service:start=3,end=6,daily_cost=100,cost_per_warning=3,noticed=1.0",
                         parameters__calls__hours_per_day=8.0)
    given = record[:, POSITION["warnings"], 0] + record[:, POSITION["warnings_wrong"], 0]
    assert cost[:8] == [0, 0, 0, 10000, *(10000 + 300 * int(n) for n in given[3:5]), 300 * int(given[5]), 0]
    assert record[3:6, POSITION["warnings"], 0].any()
