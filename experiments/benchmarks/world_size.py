"""What do more residents cost? ``python experiments/benchmarks/world_size.py``: time, peak of memory, exponents.

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


def exponent(sizes: list[float], values: list[float]) -> tuple[float, float, float]:
    """Fit value ~ size^b by least squares of the logarithms; return b and its 95% interval."""
    from scipy import stats

    fit = stats.linregress([math.log(x) for x in sizes], [math.log(y) for y in values])
    wide = stats.t.ppf(0.975, len(sizes) - 2) * fit.stderr
    return float(fit.slope), float(fit.slope - wide), float(fit.slope + wide)


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


def report(found: list[dict[str, Any]], title: str, least: int = 0, note: str = "") -> str:
    """Write a series of sizes and its exponents, fitted from some size on."""
    steps = ["", *(f"{math.log(b['seconds'] / a['seconds']) / math.log(b['adults'] / a['adults']):.2f}"
                   for a, b in pairwise(found))]
    rows = [(f"{one['adults']:,}", f"{one['victims']:,.0f}", three(one["seconds"]), step, three(one["peak_mb"]),
             three(one["peak_mb"] - one["bare_mb"]), str(one["n"])) for one, step in zip(found, steps)]
    lines, fitted = [note] if note else [], [one for one in found if one["adults"] >= least]
    for what, values in (("Time", [one["seconds"] for one in fitted]),
                         ("The world's memory", [one["peak_mb"] - one["bare_mb"] for one in fitted])):
        slope, low, high = exponent([one["adults"] for one in fitted], values)
        lines.append(f"{what} grows as residents to the power {slope:.2f} (95% interval {low:.2f} to {high:.2f}).")
    heads = ("Residents", "victims a year", "seconds a year", "power, from the row above", "peak, MB",
             "of it the world, MB", "runs")
    return f"**{title}**\n\n{table(heads, rows)}\n\n{' '.join(lines)}"


def main() -> None:
    """Measure both series and write the section; with --one, measure one world and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=int, metavar="RESIDENTS", help="measure one world and print JSON")
    parser.add_argument("--growing", action="store_true", help="of --one: all else in proportion")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(sized(options.one, options.growing))))
        return
    text = "\n\n".join([
        f"`tutorial`, {DAYS} days from its founding, one process a run. *Peak* includes the interpreter, NumPy and "
        "compiled code; *the world* is what came on top. Medians.",
        report(series(FIXED, False, options.repeats), "The same crime", USUAL,
               f"With fewer than {USUAL:,} residents lists wear out and dens give up: the fit leaves them out."),
        report(series(GROWING, True, options.repeats), "Crime growing with residents: dens, owners, recruits, police")])
    publish("world-size", text, write=not options.dry)


if __name__ == "__main__":
    main()
