from __future__ import annotations

from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, assert_sign
from support import WIDE, simulation, small_world

from fraudsim.interventions.public_education import PublicEducation


def test_the_lever_rises_over_the_ramp_and_falls_at_the_end():
    assert_levers(PublicEducation(**WINDOW, effect=0.3), {"education": 0.3})
    assert_levers(PublicEducation(**WINDOW, effect=-0.2), {"education": -0.2})


MUCH = {"parameters__residents__education_days": 5, "parameters__calls__hours_per_day": 3.0}


def test_fewer_are_engaged():
    assert_proximal("public-education", "effect=0.6", **WIDE, **MUCH)


def test_it_may_backfire():
    """An effect below 0, here with many contacts and at once: 20% more are engaged."""
    assert_sign("public-education:effect=-0.2,start=0", "engagement_rate", "up", **WIDE,
                **{**MUCH, "parameters__calls__hours_per_day": 8.0})


def test_awareness_fades_once_it_ends():
    run = simulation(small_world(**WIDE), "public-education:start=0,end=30")
    run.run(30)
    learnt = run.state.countries.awareness[0]
    assert 0.14 < learnt < 0.16  # half of 0.3 in thirty days
    run.run(30)
    assert 0.07 < run.state.countries.awareness[0] < 0.08


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("public-education")


def test_it_costs_what_it_says():
    cost, _ = costs("public-education:start=3,end=6,intensity=0.5,daily_cost=100,cost_per_adult=0.01")
    # 20,000 adults at half strength: 100 a day.
    assert cost[:8] == [0, 0, 0, 5000, 15000, 15000, 10000, 0]
