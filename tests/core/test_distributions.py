"""Distributions by inversion. Inputs are fixed; 1e-6 is the chance that a right one fails a test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from support import FALSE_ALARM

from fraudsim.core import distributions
from fraudsim.core.distributions import binomial, exponential, gumbel, lognormal, lognormal_at
from fraudsim.core.draws import Draws, child_keys, purpose, root_key, run_key

MANY = 200_000
CODE = purpose("test.distributions")


def some(n: int = MANY) -> np.ndarray:
    return child_keys(root_key("distributions"), "thing", np.arange(n))


def chi_square(counts: np.ndarray, law) -> float:
    """Return the p-value of Pearson's test; cells of under 10 expected values are joined."""
    n, low, high = counts.size, int(law.ppf(1e-4)), int(law.ppf(1 - 1e-4))
    edges = [-np.inf]
    for k in range(low, high + 1):
        if n * (law.cdf(k) - law.cdf(edges[-1])) >= 10 and n * law.sf(k) >= 10:
            edges.append(k)
    cuts = np.array([*edges[1:]])
    seen = np.bincount(np.searchsorted(cuts, counts), minlength=cuts.size + 1)
    expected = n * np.diff(np.concatenate(([0.0], law.cdf(cuts), [1.0])))
    return float(stats.chisquare(seen, expected).pvalue)


@pytest.mark.parametrize("mean", [0.003, 0.4, 3.0, 29.9, 30.0, 57.3, 1234.5, 2e5])
def test_poisson_counts_follow_the_exact_law(mean):
    counts = Draws(run_key(1, "test")).poisson(CODE, some(), np.full(MANY, mean), 2)
    assert chi_square(counts, stats.poisson(mean)) > FALSE_ALARM
    assert stats.poisson.sf(counts.max() - 1, mean) * MANY > FALSE_ALARM
    assert stats.poisson.cdf(counts.min(), mean) * MANY > FALSE_ALARM


def test_poisson_of_nothing_is_nothing():
    assert not Draws(1).poisson(CODE, some(4), np.array([0.0, -1.0, np.nan, 0.0])).any()


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 0.02), (40, 0.5), (40, 0.97)])
def test_binomial_counts_follow_the_exact_law(n, p):
    u = Draws(run_key(2, "test")).uniform(CODE, some())
    counts = np.array([binomial(x, n, p) for x in u[:50_000]])
    seen = np.bincount(counts, minlength=n + 1)
    expected = 50_000 * stats.binom.pmf(np.arange(n + 1), n, p)
    rare = expected < 10
    if rare.any():
        seen, expected = np.append(seen[~rare], seen[rare].sum()), np.append(expected[~rare], expected[rare].sum())
    assert stats.chisquare(seen[expected > 0.01], expected[expected > 0.01], sum_check=False).pvalue > FALSE_ALARM


def test_binomial_at_its_ends():
    assert [binomial(0.5, 0, 0.5), binomial(0.5, 5, 0.0), binomial(0.5, 5, 1.0)] == [0, 0, 5]


@given(st.floats(2.0**-54, 1.0 - 2.0**-53))
@settings(max_examples=500)
@example(2.0**-54)
@example(1.0 - 2.0**-53)
@example(0.5)
@example(0.075)
def test_the_normal_quantile_is_scipys(u):
    assert distributions._normal(u) == pytest.approx(float(stats.norm.ppf(u)), rel=2e-14, abs=2e-15)


def test_one_lognormal_value_is_one_of_many():
    u = np.random.default_rng(0).random(500)
    assert lognormal(u, 27.0, 0.25).tolist() == [lognormal_at(x, 27.0, 0.25) for x in u]


def test_lognormal_and_exponential_values():
    u = Draws(run_key(3, "test")).uniform(CODE, some())
    values = lognormal(u, 1e6, 1.4)
    assert values.dtype == np.int64
    assert stats.kstest(np.log(values), stats.norm(np.log(1e6), 1.4).cdf).pvalue > FALSE_ALARM
    assert (lognormal(u[:4], np.array([1.0, 10.0, 100.0, 1000.0]), 0.0) == [1, 10, 100, 1000]).all()
    waits = exponential(u, 24.0)
    assert waits.min() >= 1
    # Rounded up, an exponential is geometric: P(wait > h) = exp(-h / 24).
    assert chi_square(waits, stats.geom(-np.expm1(-1 / 24.0))) > FALSE_ALARM


def test_gumbel_maxima_choose_in_proportion_to_exp():
    made = Draws(run_key(4, "test"))
    value = np.array([0.0, 1.0, 2.5])
    noise = np.stack([gumbel(made.uniform(CODE, some(), index=i)) for i in range(3)])
    chosen = np.bincount(np.argmax(value[:, None] + noise, axis=0), minlength=3)
    assert stats.chisquare(chosen, MANY * np.exp(value) / np.exp(value).sum()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("mean", [0.02, 0.9, 31.0])
def test_events_of_a_poisson_process_are_counted_row_by_row(mean):
    """``arrivals`` of a group's rows: what ``poisson`` gives for each, spread out in the order of the rows."""
    made, keys = Draws(run_key(5, "test")), some(3000)
    rows, group, means = np.arange(1, 3000, 2), np.arange(3000) % 3, np.array([0.0, mean, 2 * mean])
    counts = made.poisson(CODE, keys[rows], means[group[rows]], 7)
    who, ordinal = made.arrivals(CODE, keys, rows, group, means, 7)
    assert (who == np.repeat(rows, counts)).all()
    assert ordinal.tolist() == [k for n in counts.tolist() for k in range(n)]


@given(st.floats(1e-12, 1.0, exclude_max=True), st.floats(0.0, 1e6), st.floats(0.0, 3.0))
def test_single_values_are_those_of_arrays(u, median, sigma):
    one = np.array([u])
    assert distributions.lognormal_at(u, median, sigma) == distributions.lognormal(one, median, sigma)[0]
    assert distributions.exponential_at(u, median) == distributions.exponential(one, median)[0]
