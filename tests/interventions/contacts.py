"""What the tests of the interventions on contacts share: levers by the day, and no effect at zero intensity."""

from __future__ import annotations

import numpy as np
import pytest
from support import WIDE, empty_state, simulation, small_world

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

FORCE = {9: 0.0, 10: 0.2, 11: 0.4, 12: 0.6, 13: 0.8, 19: 0.8, 20: 0.0}
WINDOW = {"start": 10, "end": 20, "ramp": 4, "intensity": 0.8, "countries": ("TA",)}


def assert_levers(on: Intervention, levers: dict[str, float], neutral: float = 0.0) -> None:
    """Test levers that rise over a ramp of four days to 0.8 of their setting, from day 10 to 19."""
    state = empty_state()
    state.policy = (on,)
    for state.day, force in FORCE.items():
        policy(state)
        for name, full in levers.items():
            moved = neutral + (full - neutral) * force
            assert getattr(state.levers, name) == pytest.approx([moved, neutral, neutral])
        assert state.levers.acting == (force > 0.0)


def assert_nothing_at_zero_intensity(name: str) -> None:
    """Test digest and record against the baseline, to the bit; and that at full intensity the digest differs."""
    world = small_world(**WIDE)
    runs = {arm: simulation(world, arm, seed=5) for arm in ("", f"{name}:intensity=0.0", name)}
    for run in runs.values():
        run.run(40)
    base, idle, full = runs.values()
    assert idle.digest() == base.digest()
    assert np.array_equal(idle.record(), base.record())
    assert not np.array_equal(full.record(), base.record())


def costs(arm: str, days: int = 30, **settings: object) -> tuple[list[int], np.ndarray]:
    """Return the public cost in TA by day, cents, and the record; nobody else pays."""
    run = simulation(small_world(**{**WIDE, **settings}), arm)
    run.run(days)
    record = run.record()
    assert not record[:, POSITION["public_cost"], 1:].any()
    return record[:, POSITION["public_cost"], 0].tolist(), record
