from __future__ import annotations

import numpy as np
from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, outcomes
from support import WIDE, simulation, small_world

from fraudsim.interventions.anti_fraud_law import AntiFraudLaw
from fraudsim.ledgers.flows import POSITION


def test_the_lever_rises_over_the_ramp_and_falls_at_the_end():
    assert_levers(AntiFraudLaw(**WINDOW, gained=0.2), {"reach": 0.2})


def test_controls_reach_further():
    assert_proximal("anti-fraud-law", **WIDE)


def test_reach_never_passes_1_and_where_it_stands_there_the_law_adds_nothing():
    run = simulation(small_world(**WIDE), "anti-fraud-law:gained=0.5")
    run.run(20)
    assert run.record()[:, POSITION["control_reach"], 0].tolist() == [8000] * 10 + [10000] * 10
    runs = [simulation(small_world(), arm) for arm in ("anti-fraud-law", "")]
    for run in runs:
        run.run(40)
    assert runs[0].digest() == runs[1].digest()


def test_wrong_hits_of_other_controls_grow_with_it():
    alone = outcomes("call-interception", **WIDE)
    both = outcomes("call-interception+anti-fraud-law:gained=0.2", **WIDE)
    # From 0.8 to 1 of the services: 25% more; Poisson counts of about 1,120 a run, 30 runs.
    ratio = np.sum([o["wanted_calls_blocked"] for o in both]) / np.sum([o["wanted_calls_blocked"] for o in alone])
    assert 1.2 < ratio < 1.3


def test_without_other_controls_it_stops_nothing():
    assert all(o["calls_blocked"] == 0 for o in outcomes("anti-fraud-law", countries__TA__control_reach=0.5))


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("anti-fraud-law")


def test_it_costs_what_it_says():
    cost, _ = costs("anti-fraud-law:start=3,end=6,intensity=0.5,daily_cost=100,fixed_cost=40")
    assert cost[:8] == [0, 0, 0, 7000, 5000, 5000, 0, 0]
