from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fraudsim.study.statistics import interval, mean, paired, values

ANY = (st.none() | st.sampled_from([math.nan, math.inf, -math.inf]) | st.floats(-1e150, 1e150)
       | st.integers(-5, 5).map(float))


def test_a_comparison_worked_out_by_hand():
    result = paired([10.0, 20.0, 30.0], [8.0, 20.0, 24.0], "down")
    differences = [-2.0, 0.0, -6.0]
    sd = math.sqrt(((-2 + 8 / 3) ** 2 + (8 / 3) ** 2 + (-6 + 8 / 3) ** 2) / 2)
    half = 4.302652729911275 * sd / math.sqrt(3)  # t quantile 0.975 with 2 degrees of freedom, from tables
    assert result.baseline == 20.0
    assert result.mean == pytest.approx(52 / 3)
    assert result.difference == pytest.approx(np.mean(differences))
    assert result.low == pytest.approx(-8 / 3 - half)
    assert result.high == pytest.approx(-8 / 3 + half)
    assert result.relative == pytest.approx(-8 / 60)
    assert result.share_better == pytest.approx(2 / 3)
    assert result.pairs == 3
    assert result.variance_ratio == pytest.approx((100.0 + 208 / 3) / sd**2)


@pytest.mark.parametrize("seed", range(20))
def test_interval_is_that_of_scipys_paired_t_test(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 30))
    base, arm = rng.lognormal(3, 1, n), rng.lognormal(3, 1, n)
    expected = stats.ttest_rel(arm, base).confidence_interval(0.95)
    result = paired(base, arm)
    assert result.low == pytest.approx(expected.low, rel=1e-9)
    assert result.high == pytest.approx(expected.high, rel=1e-9)


def test_interval_covers_the_truth_in_95_of_100_studies():
    # 4,000 studies of 6 pairs; a normal quantile instead of t covers about 89%. False alarms: 1 in 10,000.
    rng = np.random.default_rng(20161213)
    shared = rng.normal(50, 10, (4000, 6))
    base, arm = shared + rng.normal(0, 2, (4000, 6)), shared - 3 + rng.normal(0, 2, (4000, 6))
    results = [paired(b, a) for b, a in zip(base, arm, strict=True)]
    covered = np.mean([r.low <= -3 <= r.high for r in results])
    assert abs(covered - 0.95) < 3.9 * math.sqrt(0.95 * 0.05 / 4000)


def test_variance_ratio_says_what_pairing_gains():
    rng = np.random.default_rng(1)
    shared, noise = rng.normal(0, 10, 5000), rng.normal(0, 1, (2, 5000))
    assert paired(shared + noise[0], shared + noise[1]).variance_ratio == pytest.approx(101, rel=0.1)
    assert paired(noise[0], noise[1]).variance_ratio == pytest.approx(1.0, rel=0.1)


def test_only_pairs_with_both_values_count():
    result = paired([1.0, None, 3.0, math.nan], [2.0, 5.0, None, 1.0], "up")
    assert (result.pairs, result.difference, result.share_better) == (1, 1.0, 1.0)
    assert (result.baseline, result.mean) == (2.0, pytest.approx(8 / 3))
    assert result.relative == 1.0  # against the baseline of the same pair, not of all
    assert (result.low, result.high, result.variance_ratio) == (None, None, None)


def test_nothing_changed_is_told_as_exactly_zero():
    result = paired([3.0, 5.0], [3.0, 5.0], "down")
    assert (result.difference, result.low, result.high, result.relative) == (0.0, 0.0, 0.0, 0.0)
    assert result.share_better == 0.0
    assert result.variance_ratio is None


def test_a_constant_change_has_an_interval_without_width():
    result = paired([3.0, 5.0, 9.0], [2.0, 4.0, 8.0], "down")
    assert (result.difference, result.low, result.high, result.share_better) == (-1.0, -1.0, -1.0, 1.0)
    assert result.variance_ratio is None


def test_rounding_is_not_taken_for_variation():
    base = np.array([1e9 / 3, 2e9 / 3, 1e9 / 7])
    assert paired(base, base + 0.1).variance_ratio is None


def test_directions():
    base, arm = [2.0, 2.0, 2.0, 2.0], [1.0, 2.0, 3.0, 3.0]
    assert paired(base, arm, "up").share_better == 0.5
    assert paired(base, arm, "down").share_better == 0.25
    assert paired(base, arm, "none").share_better is None


def test_no_values_at_all():
    result = paired([None, None], [1.0, None], "down")
    assert (result.baseline, result.mean, result.pairs) == (None, 1.0, 0)
    assert (result.difference, result.low, result.relative, result.share_better) == (None, None, None, None)


def test_relative_change_from_nothing_has_no_meaning():
    assert paired([0.0, 0.0], [1.0, 2.0]).relative is None
    assert paired([-1.0, 1.0], [1.0, 2.0]).relative is None


def test_arrays_must_pair():
    with pytest.raises(ValueError, match="one length"):
        paired([1.0], [1.0, 2.0])


@given(st.lists(st.tuples(ANY, ANY), max_size=6), st.sampled_from(["up", "down", "none"]))
def test_what_has_no_meaning_is_none_never_nan(pairs, good):
    result = paired([a for a, _ in pairs], [b for _, b in pairs], good)
    for name, value in asdict(result).items():
        assert value is None or math.isfinite(value), name


def test_mean_and_interval_of_few_numbers():
    assert mean([]) is None
    assert interval(values([])) == (None, None)
    assert interval(values([1.0])) == (None, None)
