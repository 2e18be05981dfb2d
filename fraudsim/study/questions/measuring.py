"""One run of what happened, measured as recorded facts are: the unit of work of a calibration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fraudsim.study.work.unit import Base, Job


def measure(base: Base, job: Job) -> dict[str, Any]:
    """Run what happened at a design point and return the measures that the base names as outcomes.

    The one row stands where a study has its baseline: it is the world with the arm that it says has happened.
    """
    from fraudsim.interventions.parsing import parse_arm
    from fraudsim.outcomes.steady import drift
    from fraudsim.simulation import Simulation
    from fraudsim.study.measures import measured
    from fraudsim.study.plan.checked import world_at

    world, _ = world_at(base.world, job.settings, ())
    simulation = Simulation(world, parse_arm(world.happened, world), job.seed)
    simulation.run()
    found = measured(simulation)
    settled = drift(simulation.burn_in_record())
    simulation.state.model = None  # state and simulation refer to each other: memory would wait for the collector
    return {"values": [[_number(found[name]) for name in base.outcomes]],
            "drift": [_number(value) for value in settled.values()]}


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
