"""Noise: what a seed does to all points alike is none; and runs without a value are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fraudsim.study.questions.grids import noise, not_finite, whole_points

SOME = arrays(np.float64, (6, 4), elements=st.floats(-100, 100, width=32))


@given(SOME, arrays(np.float64, 4, elements=st.floats(-1000, 1000, width=32)))
def test_with_shared_seeds_a_shift_of_a_replication_is_no_noise(grid, shift):
    assert noise(grid + shift, True).variance == pytest.approx(noise(grid, True).variance, rel=1e-6, abs=1e-6)


@given(SOME, arrays(np.float64, 6, elements=st.floats(-1000, 1000, width=32)))
def test_a_shift_of_a_point_is_no_noise(grid, shift):
    for shared in (True, False):
        assert noise(grid + shift[:, None], shared).variance == pytest.approx(noise(grid, shared).variance, rel=1e-6,
                                                                              abs=1e-6)


def test_the_share_of_noise_is_found():
    """Variance 4 between points and 6 / 3 within means: a third is noise. 2,000 points: a miss by 0.05 is 4 sigma."""
    rng = np.random.default_rng(1)
    grid = 2.0 * rng.normal(size=(2000, 1)) + np.sqrt(6.0) * rng.normal(size=(2000, 3))
    for shared in (True, False):
        found = noise(grid, shared)
        assert found.variance == pytest.approx(2.0, abs=0.2)
        assert found.share == pytest.approx(1 / 3, abs=0.05)


def test_one_replication_says_nothing_about_noise():
    assert np.isnan(noise(np.ones((5, 1)), True).share)


def test_runs_without_a_value_are_named():
    grid = np.ones((3, 2))
    assert not_finite(grid, "x") == []
    grid[1, 0], grid[2, 1] = np.nan, np.inf
    line, = not_finite(grid, "loss_net of joint-raids")
    assert line.startswith("loss_net of joint-raids: no finite value in 2 of 6 runs (point 1 replication 0, point 2 "
                           "replication 1)")
    assert whole_points([grid]).tolist() == [0]
    assert "and 4 more" in not_finite(np.full((5, 2), np.nan), "x")[0]
