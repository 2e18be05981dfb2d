from __future__ import annotations

import numpy as np
import pytest

from fraudsim.outcomes.catalogue import DISPLACEMENT, OUTCOMES
from fraudsim.study.compare import Comparison, compare
from fraudsim.study.run import BANDS, ArmResult, ReplicationResult
from fraudsim.worlds.loader import load_world

SHORT = {"burn_in_days": 14}


@pytest.fixture(scope="session")
def short_world():
    """The tutorial with a short burn-in: quick, and not steady."""
    return load_world("tutorial", SHORT)


@pytest.fixture(scope="session")
def real(short_world):
    """A real comparison of two arms."""
    return compare(short_world, ["joint-raids:start=3", "call-interception:start=10"], replications=3, days=40)


def arm(n_countries: int, outcome: float | None, places: list[float], daily: list[int]) -> ArmResult:
    """Make one arm's result by hand: one value in all outcomes, one in all places, one series in all bands."""
    return ArmResult({o.name: outcome for o in OUTCOMES},
                     np.tile(np.array(places, dtype=float), (len(DISPLACEMENT), 1)).reshape(-1, n_countries),
                     np.tile(np.array(daily, dtype=np.int64)[:, None], (1, len(BANDS))))


@pytest.fixture
def by_hand():
    """Two replications of one arm, small enough to work out on paper; countries are TA, HO, XX."""
    world = load_world("tutorial")
    first = ReplicationResult(5, (arm(3, 100.0, [0, 10, 4], [100, 300]), arm(3, 80.0, [0, 6, 6], [100, 100])))
    second = ReplicationResult(6, (arm(3, 60.0, [0, 8, 4], [300, 500]), arm(3, 60.0, [0, 6, 5], [300, 100])))
    return Comparison(world, ("joint-raids",), 5, 2, (first, second))
