"""Where do the dens of the nation go? What happened beside no policy, over seeds and settings: see README.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.flows import POSITION
from fraudsim.simulation import Simulation
from fraudsim.study.measures import first_strike
from fraudsim.study.sweep import CORNERS, words
from fraudsim.worlds.loader import load_world

PLACES = ("MM", "LA", "KH", "PH", "ID", "AE")
MONTH = 28  # days that losses are taken over, from the strike and at the end
Record = NDArray[np.int64]


def lived(seed: int, setting: dict[str, float]) -> tuple[list[str], int, list[Record]]:
    """Return country codes, the day of the first joint strike, and the records of burn-in, no policy, what happened."""
    world = load_world("china-2023-full", {f"parameters.adaptation.{field}": value for field, value in setting.items()})
    without = Simulation(world, (), seed)
    acted = without.branch(parse_arm(world.happened, world))
    records = [without.burn_in_record().copy()]
    for one in (without, acted):
        one.run()
        records.append(one.record().copy())
        one.state.model = None  # they refer to each other: memory would wait for the collector
    row = first_strike(acted)
    day = world.days if row is None else int(acted.state.operations.strike_day[row])
    return [country.iso for country in world.countries], day, records


def cells(names: list[str], day: int, records: list[Record]) -> Iterator[str]:
    """Yield a row: dens by country, people held, and losses around the first strike."""
    for iso in PLACES:
        yield " / ".join(f"{record[-1, POSITION['dens_standing'], names.index(iso)]:,}" for record in records)
    yield " / ".join(f"{record[-1, POSITION['dens_standing']].sum():,}" for record in records)
    yield " / ".join(f"{record[-1, POSITION['captive']].sum() / 1000:.0f}" for record in records)
    base, paid = (record[:, POSITION["paid"]].sum(axis=1) for record in records[1:])
    for part in (slice(0, day), slice(day, day + MONTH), slice(-MONTH, None)):
        yield f"{paid[part].sum() / base[part].sum() - 1:+.0%}" if base[part].any() else "-"
    yield str(day)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="at the world's own setting; the others take seed 0")
    options = parser.parse_args()
    runs = [(seed, {}) for seed in range(options.seeds)] + [(0, corner) for corner in CORNERS]
    heads = ("Setting", "Seed", *PLACES, "All", "Held, k", "Before", "After", "Last", "Strike")
    sys.stdout.write(f"| {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) - 1)}\n")
    for seed, setting in runs:
        row = " | ".join(cells(*lived(seed, setting)))
        sys.stdout.write(f"| {words(setting) or 'as shipped'} | {seed} | {row} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
