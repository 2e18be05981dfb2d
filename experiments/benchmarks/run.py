"""Measure how fast fraudsim is on this machine, and write the table: see README.md."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ARMS = ("joint-raids", "call-interception", "exit-restrictions")
BARE = "pass"

type Row = tuple[str, str]


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def spread(values: list[float], unit: str = "s", scale: float = 1.0) -> str:
    """Write the median and the range of some times."""
    low, mid, high = (scale * f(values) for f in (min, statistics.median, max))
    return f"{mid:.3g} {unit} ({low:.3g} to {high:.3g}, n = {len(values)})"


def shell(*command: str) -> Callable[[], object]:
    """Return an act that runs a command of this environment and hides what it prints."""
    elsewhere = tempfile.gettempdir()
    return lambda: subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=elsewhere)


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def load() -> str:
    return ", ".join(f"{x:.1f}" for x in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def machine() -> Iterator[Row]:
    yield "Machine", f"{cpu()}, {os.cpu_count()} logical processors, {platform.system()} {platform.release()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("fraudsim", "numpy", "numba", "mesa"))
    yield "Versions", f"Python {platform.python_version()}, {packages}"
    yield "Load when starting (1, 5, 15 minutes)", load()


def start(name: str, days: int = 0):
    """Return a simulation of a world after its burn-in, and perhaps some days."""
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.loader import load_world

    simulation = Simulation(load_world(name))
    simulation.run(days)
    return simulation


def tutorial_year() -> Iterator[Row]:
    """Time the days alone: loading and burn-in come before, and compiled code is warm."""
    times, busy = [], []
    for _ in range(7):
        simulation = start("tutorial")
        before = time.process_time()
        times.append(seconds(simulation.run))
        busy.append(time.process_time() - before)
    yield "`tutorial`, a year, warm", spread(times)
    yield "`tutorial`, a year, warm, processor time", spread(busy)
    yield "`tutorial`, a day", spread(times, "ms", 1000.0 / simulation.world.days)


def great_wall() -> Iterator[Row]:
    from fraudsim import simulation as module

    times, busy = [], []
    for _ in range(5):
        simulation = start("great-wall-2016")
        before = time.process_time()
        times.append(seconds(lambda: simulation.run(365)))  # noqa: B023
        busy.append(time.process_time() - before)
    yield "`great-wall-2016`, a day of the first year", spread(times, "ms", 1000.0 / 365)
    yield "`great-wall-2016`, a day of the first year, processor time", spread(busy, "ms", 1000.0 / 365)
    module._burnt_in.clear()
    whole = seconds(lambda: start("great-wall-2016", simulation.world.days))
    days = simulation.world.days + simulation.world.burn_in_days
    yield "`great-wall-2016`, one run with its burn-in", f"{whole:.3g} s for {days} days"


def work(name: str) -> Iterator[Row]:
    """Count what a year draws, and how many calls are drawn one by one."""
    from fraudsim.ledgers.flows import POSITION

    simulation = start(name)
    before = simulation.state.draws.made
    simulation.run(365)
    made = simulation.state.draws.made - before
    record = simulation.record().sum(axis=(0, 2))
    placed = record[POSITION["calls_placed"]]
    yield f"`{name}`, draws a day", f"{made / 365:,.0f}"
    yield (f"`{name}`, candidates per contact",
           f"{100 * record[POSITION['candidates']] / placed:.3f}% of {placed:,} calls (at most 2%)")


def by_process(name: str, days: int = 365, repeats: int = 3) -> dict[str, float]:
    """Return mean microseconds a day of every process: of each day the least of some repeats."""
    import numpy as np

    from fraudsim.day import DAY

    best = np.full((len(DAY), days), np.inf)
    for _ in range(repeats):
        simulation = start(name)
        for day in range(days):
            for i, happen in enumerate(DAY):
                best[i, day] = min(best[i, day], seconds(lambda: happen(simulation.state)))  # noqa: B023
            simulation.state.day += 1
    return dict(zip([happen.__name__ for happen in DAY], (1e6 * best.mean(axis=1)).tolist()))


def process_table() -> list[str]:
    worlds = ("tutorial", "great-wall-2016")
    costs = {name: by_process(name) for name in worlds}
    lines = ["| Process | " + " | ".join(f"`{name}`, us a day | share" for name in worlds) + " |",
             "|---|--:|--:|--:|--:|"]
    totals = {name: sum(costs[name].values()) for name in worlds}
    for process in costs["tutorial"]:
        cells = (f"{costs[name][process]:.0f} | {100 * costs[name][process] / totals[name]:.0f}%" for name in worlds)
        lines.append(f"| {process} | " + " | ".join(cells) + " |")
    return [*lines, "| **all** | " + " | ".join(f"{totals[name]:.0f} | 100%" for name in worlds) + " |"]


def from_the_shell() -> Iterator[Row]:
    """Time fresh processes; the bare interpreter is there to compare with."""
    for label, command, times in (
            ("`python -c pass`, the bare interpreter", ("-c", BARE), 5),
            ("`import fraudsim`", ("-c", "import fraudsim"), 5),
            ("`from fraudsim import FraudModel` (imports Mesa)", ("-c", "from fraudsim import FraudModel"), 3),
            ("`fraudsim --help`", ("-m", "fraudsim.cli", "--help"), 5),
            ("`fraudsim run tutorial`", ("-m", "fraudsim.cli", "run", "tutorial"), 3)):
        act = shell(*command)
        act()
        yield label, spread([seconds(act) for _ in range(times)])


def comparison(full: bool) -> Iterator[Row]:
    """Compare three arms with doing nothing, in two processes."""
    replications, days = (20, 1461) if full else (4, 365)
    act = shell("-m", "fraudsim.cli", "compare", "great-wall-2016", *ARMS, "--replications", str(replications),
                "--days", str(days), "--jobs", "2", "--json")
    scale = f"three arms and the baseline x {replications} replications, {days} days, 2 processes"
    note = "" if full else " (reduced; `--full` for all)"
    yield f"`compare great-wall-2016`: {scale}", f"{seconds(act):.3g} s{note}"


def report(full: bool) -> str:
    parts = (machine, tutorial_year, great_wall, lambda: work("tutorial"), lambda: work("great-wall-2016"),
             from_the_shell, lambda: comparison(full))
    lines = ["# Benchmarks", "", "Written by `python experiments/benchmarks/run.py`. What is measured, and how far to "
             "trust it: [README.md](README.md).", "", "| What | Median (range) |", "|---|---|"]
    for part in parts:
        for label, value in part():
            print(f"{label}: {value}", file=sys.stderr, flush=True)
            lines.append(f"| {label} | {value} |")
    lines += [f"| Load when done | {load()} |", "", "## Where a day goes", "",
              "Mean over a year; of every day the least of three repeats.", "", *process_table(), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole comparison: 20 replications of four years")
    parser.add_argument("--out", type=Path, default=HERE / "results.md", help="where the table goes")
    options = parser.parse_args()
    text = report(options.full)
    options.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
