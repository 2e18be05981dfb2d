"""How long must a world live before its first day? Print the drift for many lengths: see README.md."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator

from fraudsim.outcomes.steady import WATCHED, drift, unsettled
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world

FEWEST = 56  # a quarter of it is the shortest that steady.py judges


def lived(name: str, days: int, seed: int):
    """Return the record of so many days without policy from the world's first state."""
    return Simulation(load_world(name, {"burn_in_days": days}), seed=seed).burn_in_record()


def lines(name: str, seeds: int, most: int, step: int) -> Iterator[str]:
    """Yield the rows of a table: what `steady.py` says of a burn-in of that length, means over seeds."""
    drifts: dict[int, list[dict[str, float | None]]] = {days: [] for days in range(FEWEST, most + 1, step)}
    for seed in range(seeds):
        record = lived(name, most, seed)
        for days, found in drifts.items():
            found.append(drift(record[:days]))
    yield "| Days | " + " | ".join(WATCHED.values()) + " | settled |"
    yield "|--:|" + "--:|" * len(WATCHED) + "---|"
    for days, found in drifts.items():
        means = (statistics.mean(one[name] or 0.0 for one in found) for name in WATCHED)
        yield f"| {days} | " + " | ".join(f"{mean:+.1%}" for mean in means) + \
            f" | {'no' if unsettled(found) else 'yes'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--most", type=int, default=448, help="longest burn-in, days")
    parser.add_argument("--step", type=int, default=56, help="days between two lengths")
    options = parser.parse_args()
    for line in lines(options.world, options.seeds, options.most, options.step):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
