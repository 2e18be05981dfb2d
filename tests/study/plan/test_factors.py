from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fraudsim.study.plan.factors import Factor, named

SHARES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20).map(sorted)


def factor(distribution, **more):
    return Factor("uncertainty", "a.b", "b", "a.b", "whole" if distribution == "integer" else "number", distribution,
                  **more)


CONTINUOUS = [factor("uniform", low=2.0, high=5.0), factor("log-uniform", low=0.01, high=100.0),
              factor("triangular", low=-1.0, high=4.0, mode=0.0), factor("normal", low=0.0, high=1.0, mean=0.2, sd=0.3)]


@pytest.mark.parametrize("of", [*CONTINUOUS, factor("integer", low=-2, high=6)], ids=lambda f: f.distribution)
@given(shares=SHARES)
def test_values_stay_in_range_and_rise_with_the_share(of, shares):
    values = of.at(np.array(shares))
    assert all(of.low <= value <= of.high for value in values)
    assert values == sorted(values)
    assert all(type(value) is (int if of.distribution == "integer" else float) for value in values)


@pytest.mark.parametrize(("of", "cdf"), [
    (CONTINUOUS[0], stats.uniform(2, 3).cdf), (CONTINUOUS[1], stats.loguniform(0.01, 100).cdf),
    (CONTINUOUS[2], stats.triang(0.2, -1, 5).cdf),
    (CONTINUOUS[3], stats.truncnorm(-0.2 / 0.3, 0.8 / 0.3, 0.2, 0.3).cdf)], ids="uvwx")
def test_values_have_the_distribution(of, cdf):
    shares = np.linspace(0.001, 0.999, 333)
    assert cdf(np.array(of.at(shares))) == pytest.approx(shares, abs=1e-9)


def test_integers_and_choices_are_equally_likely():
    shares = (np.arange(900) + 0.5) / 900
    assert np.bincount(factor("integer", low=0, high=8).at(shares)).tolist() == [100] * 9
    chosen = factor("choice", values=("a", "b", "c")).at(shares)
    assert [chosen.count(x) for x in "abc"] == [300] * 3


def test_levels_of_a_full_factorial():
    assert CONTINUOUS[0].all_levels(4) == [2.0, 3.0, 4.0, 5.0]
    assert CONTINUOUS[1].all_levels(5) == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert factor("integer", low=1, high=3).all_levels(10) == [1, 2, 3]
    assert factor("integer", low=0, high=10, levels=3).all_levels(2) == [0, 5, 10]
    assert factor("choice", values=(True, False)).all_levels(None) == [True, False]
    assert CONTINUOUS[0].all_levels(1) == [3.5]


def test_values_have_twelve_digits_so_that_machines_agree():
    assert all(float(f"{x:.12g}") == x for of in CONTINUOUS for x in of.at(np.random.default_rng(0).random(50)))


def test_a_factor_survives_being_stored():
    for of in (*CONTINUOUS, factor("choice", values=("a", True, 2.5)), factor("integer", low=0, high=3, levels=2)):
        assert Factor.of(of.plain()) == of


def test_names_are_short_and_unlike_all_others():
    paths = ["countries.ES.police.officers", "countries[CN].police.officers", "parameters.calls.answer_share",
             "interventions.joint-raids.start", "parameters.money.victims"]
    assert named(paths, {"victims"}) == ["ES_police_officers", "CN_police_officers", "answer_share", "start",
                                         "money_victims"]
