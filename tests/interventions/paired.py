"""Arms over paired seeds in a small world."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats
from support import small_world

from fraudsim.interventions import interventions
from fraudsim.interventions.parsing import parse_arm
from fraudsim.simulation import Simulation

SEEDS = 30


@cache
def outcomes(arm: str, **settings: object) -> tuple[dict[str, float | None], ...]:
    """Return the outcomes of an arm for every seed; equal seeds are pairs."""
    world = small_world(**{"days": 80, **settings})
    runs = [Simulation(world, parse_arm(arm, world), seed) for seed in range(SEEDS)]
    for run in runs:
        run.run()
    return tuple(run.outcomes() for run in runs)


def differences(arm: str, outcome: str, **settings: object) -> np.ndarray:
    """Return arm less baseline over the pairs in which both have a meaning."""
    pairs = [(a[outcome], b[outcome]) for a, b in zip(outcomes(arm, **settings), outcomes("", **settings))]
    return np.array([a - b for a, b in pairs if a is not None and b is not None], float)


def assert_sign(arm: str, outcome: str, direction: str, **settings: object) -> None:
    """Test the sign of paired differences.

    One-sided Wilcoxon signed-rank test at 1e-4: the chance that an arm without effect passes.
    """
    found = differences(arm, outcome, **settings)
    alternative = {"up": "greater", "down": "less"}[direction]
    assert stats.wilcoxon(found, alternative=alternative).pvalue < 1e-4, f"mean difference {found.mean():g}"


def assert_proximal(name: str, fields: str = "", **settings: object) -> None:
    """Test that an intervention moves the outcome it declares the way it declares."""
    outcome, direction = interventions()[name].proximal
    assert_sign(f"{name}:{fields}" if fields else name, outcome, direction, **settings)
