"""One run in a process of its own: prints seconds and the peak of memory as JSON. Called by other benchmarks."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

from fraudsim.ledgers.flows import POSITION
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import World


def peak_mb() -> float:
    """Return the most memory this process has had, megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3 / 1.024)


def warm() -> None:
    """Load compiled code, so that it is in the memory of both figures and in the time of neither."""
    simulation = Simulation(load_world("tutorial", {"burn_in_days": 0}))
    simulation.run(60)


def measured(world: World) -> dict[str, Any]:
    """Live a world; return seconds of founding and burn-in, of its days, and memory before and at its peak."""
    warm()
    bare, start = peak_mb(), time.perf_counter()
    simulation = Simulation(world)
    burnt, busy = time.perf_counter(), time.process_time()
    simulation.run(world.days)
    done = time.perf_counter()
    return {"days": world.days, "burn_in_days": world.burn_in_days, "burn_in_seconds": burnt - start,
            "seconds": done - burnt, "processor_seconds": time.process_time() - busy, "bare_mb": bare,
            "peak_mb": peak_mb(), "victims": simulation.outcomes()["victims"]}


def year_by_year(world: World, years: int) -> list[dict[str, float]]:
    """Live years one after the other; return of each processor time, memory, calls, and workers there ever were."""
    warm()
    simulation, found = Simulation(world), []
    for _ in range(years):
        start = time.process_time()
        simulation.run(365)
        found.append({"processor_seconds": time.process_time() - start, "peak_mb": peak_mb(),
                      "workers": len(simulation.state.workers)})
    calls = simulation.record()[:, POSITION["calls_placed"], :].sum(axis=1).reshape(years, 365).sum(axis=1)
    return [{**one, "calls": int(n)} for one, n in zip(found, calls)]


if __name__ == "__main__":
    chosen, lived = load_world(sys.argv[1]), sys.argv[2:]
    print(json.dumps(year_by_year(chosen, int(lived[0])) if lived else measured(chosen)))
