"""What do more residents cost? ``python experiments/benchmarks/world_size.py``: time and peak of memory.

Worlds are `tutorial` with more or fewer residents: at the same crime, and with dens, recruits and police in proportion
to residents. Each run has a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from itertools import pairwise
from typing import Any

import numpy as np

from common import apart, publish, say, table, three
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import World
from one_run import measured

USUAL = 100_000
FIXED = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_400_000_000)
GROWING = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
DAYS = 365
MEASURED = ("seconds", "peak_mb", "bare_mb", "victims")


def sized(adults: int, growing: bool) -> World:
    """Return `tutorial` with other residents, from its founding on, and perhaps all else in proportion."""
    world = load_world("tutorial", {"burn_in_days": 0, "countries.TA.adults": adults, "days": DAYS})
    if not growing:
        return world
    times = adults / USUAL
    data = world.model_dump()
    for country in data["countries"]:
        country["at_risk"] = round(country["at_risk"] * times)
        country["police"]["investigators"] *= times
        country["police"]["officers"] = round(country["police"]["officers"] * times)
    data["parameters"]["adaptation"]["crowding"] /= max(times, 1.0)  # more dens share as much more room
    data["syndicates"] = [part for owner in data["syndicates"] for part in split(owner, times)]
    return World.model_validate(data)


def split(owner: dict[str, Any], times: float) -> list[dict[str, Any]]:
    """Return copies of an owner, or one that is smaller: crime grows by more owners of the same size."""
    if times < 1.0:
        few = max(1, round(owner["dens"] * times))
        return [{**owner, "dens": few, "dens_most": few, "capital": owner["capital"] * times}]
    return [{**owner, "name": f"{owner['name']} {i}"} for i in range(round(times))]


def fixed_and_growing(sizes: list[float], values: list[float]) -> tuple[float, float, float]:
    """Fit value = a + b * size by least squares of relative errors; return a, b and the largest relative error."""
    x, y = np.array(sizes, float), np.array(values, float)
    (a, b), *_ = np.linalg.lstsq(np.column_stack([1.0 / y, x / y]), np.ones(y.size), rcond=None)
    return float(a), float(b), float(np.abs((a + b * x) / y - 1.0).max())


def series(sizes: tuple[int, ...], growing: bool, repeats: int) -> list[dict[str, Any]]:
    """Measure all sizes; of repeats the medians."""
    found = []
    for adults in sizes:
        runs = [apart("world_size.py", "--one", adults, *(["--growing"] if growing else []))
                for _ in range(1 if growing and adults > 1_000_000 else repeats)]
        middle = {name: statistics.median(run[name] for run in runs) for name in MEASURED}
        found.append({"adults": adults, "n": len(runs), **middle})
        say(f"{adults:,} residents{', crime growing' if growing else ''}: {found[-1]['seconds']:.3g} s, "
            f"{found[-1]['peak_mb']:.0f} MB")
    return found


def powers(found: list[dict[str, Any]], what: str) -> list[float]:
    """Return, step by step, the power of residents that a value grows with."""
    return [math.log(b[what] / a[what]) / math.log(b["adults"] / a["adults"]) for a, b in pairwise(found)]


def report(found: list[dict[str, Any]], title: str, note: str) -> str:
    """Write a series of sizes."""
    steps = ["", *(f"{step:.2f}" for step in powers(found, "seconds"))]
    rows = [(f"{one['adults']:,}", f"{one['victims']:,.0f}", three(one["seconds"]), step, three(one["peak_mb"]),
             three(one["peak_mb"] - one["bare_mb"]), str(one["n"])) for one, step in zip(found, steps)]
    heads = ("Residents", "victims a year, seed 0", "seconds a year", "power, from the row above", "peak, MB",
             "of it the world, MB", "runs")
    return f"**{title}**\n\n{table(heads, rows)}\n\n{note}"


def growth(found: list[dict[str, Any]]) -> str:
    """Say what a world that grows in all costs: a fixed part, a part a resident, and the power of the last steps."""
    lines = []
    for what, unit, values in (("Time", "s", [one["seconds"] for one in found]),
                               ("The world's memory", "MB", [one["peak_mb"] - one["bare_mb"] for one in found])):
        a, b, off = fixed_and_growing([one["adults"] for one in found], values)
        lines.append(f"{what} is about {three(a)} {unit} and {three(1e6 * b)} {unit} more for every million residents "
                     f"with their crime (least squares of relative errors; off by {100 * off:.0f}% at most).")
    last = " and ".join(f"{step:.2f}" for step in powers(found, "seconds")[-2:])
    lines.append("No one power describes this: the steps begin flat, where the fixed part rules, and the last two have "
                 f"{last}; 1 is linear, and beyond the last row nothing was measured.")
    return " ".join(lines)


def main() -> None:
    """Measure both series and write the section; with --one, measure one world and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=int, metavar="RESIDENTS", help="measure one world and print JSON")
    parser.add_argument("--growing", action="store_true", help="of --one: all else in proportion")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--most", type=int, default=max(FIXED), metavar="RESIDENTS", help="leave larger worlds out")
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(sized(options.one, options.growing))))
        return
    def up_to(sizes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(size for size in sizes if size <= options.most)

    growing = series(up_to(GROWING), True, options.repeats)
    text = "\n\n".join([
        f"`tutorial`, {DAYS} days from its founding, one process a run. *Peak* includes the interpreter, NumPy and "
        "compiled code; *the world* is what came on top. Medians; one seed.",
        report(series(up_to(FIXED), False, options.repeats), "The same crime",
               "That this is flat follows by construction: residents nobody engages are numbers, so they cost nothing, "
               f"and as many call them. With fewer than {USUAL:,} residents lists wear out and dens give up."),
        report(growing, "Crime growing with residents: dens, owners, recruits, police", growth(growing))])
    publish("world-size", text, write=not options.dry)


if __name__ == "__main__":
    main()
