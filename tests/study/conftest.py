from __future__ import annotations

import numpy as np
import pytest

from fraudsim.ledgers.flows import SERIES
from fraudsim.outcomes.breakdowns import parts
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.compare import compare
from fraudsim.study.comparison import Comparison
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
    return compare(short_world, ["joint-raids:start=3", "call-interception:start=10"], replications=3, days=40,
                   sweep=False)


@pytest.fixture(scope="session")
def swept(short_world):
    """A real comparison with the sweep that displacement asks for."""
    return compare(short_world, ["joint-raids:start=3", "call-interception:start=5"], replications=2, days=30)


def arm(n_countries: int, outcome: float | None, places: list[float], daily: list[int]) -> ArmResult:
    """Make one arm's result by hand: one value in all outcomes, one in all places, one series in all bands."""
    shapes = parts(np.zeros((1, len(SERIES), n_countries), np.int64))
    by_country = {side: np.tile(np.array(places, float), (len(shapes[side]), 1))
                  for side in ("place", "target", "nationality")}
    by_part = {side: np.full_like(shapes[side], places[1]) for side in ("script", "channel")}
    return ArmResult({o.name: outcome for o in OUTCOMES}, by_country | by_part,
                     np.tile(np.array(daily, dtype=np.int64)[:, None], (1, len(BANDS))))


@pytest.fixture
def by_hand():
    """Two replications of one arm, small enough to work out on paper; countries are TA, HO, XX."""
    world = load_world("tutorial")
    first = ReplicationResult(5, (arm(3, 100.0, [0, 10, 4], [100, 300]), arm(3, 80.0, [0, 6, 6], [100, 100])))
    second = ReplicationResult(6, (arm(3, 60.0, [0, 8, 4], [300, 500]), arm(3, 60.0, [0, 6, 5], [300, 100])))
    return Comparison(world, ("joint-raids",), 5, 2, (first, second))


@pytest.fixture
def small():
    """A study of quick runs: what its file would say."""
    return {"name": "small", "world": "tutorial", "days": 6, "replications": 3, "overrides": {"burn_in_days": 0},
            "arms": ["joint-raids:start=2", "call-interception:start=2"], "outcomes": ["victims", "loss_net"],
            "design": {"kind": "latin-hypercube", "points": 4},
            "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.2}},
            "levers": {"joint-raids.strength": {"low": 0.2, "high": 0.8}}}
