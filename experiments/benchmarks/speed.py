"""How long do a year, a day, a command and a comparison take? ``python experiments/benchmarks/speed.py [--full]``."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from common import publish, say, seconds, spread, table, three

YEARS = (1, 5, 10)
ARMS = ("joint-raids", "call-interception", "exit-restrictions")
BARE = "pass"

type Row = tuple[str, str]


def shell(*command: str, **variables: str) -> Callable[[], object]:
    """Return an act that runs a command of this environment, perhaps with other variables, and hides what it prints."""
    elsewhere, env = tempfile.gettempdir(), {**os.environ, **variables}
    return lambda: subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=elsewhere, env=env)


def start(name: str, days: int = 0):
    """Return a simulation of a world after its burn-in, and perhaps some days."""
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.loader import load_world

    simulation = Simulation(load_world(name))
    simulation.run(days)
    return simulation


def timed_days(name: str, days: int, repeats: int) -> tuple[list[float], list[float]]:
    """Time the days alone: loading and burn-in come before, and compiled code is warm."""
    times, busy = [], []
    for _ in range(repeats):
        simulation = start(name)
        before = time.process_time()
        times.append(seconds(lambda: simulation.run(days)))  # noqa: B023
        busy.append(time.process_time() - before)
    return times, busy


def tutorial_year() -> Iterator[Row]:
    """Time the smallest world."""
    start("tutorial", 365)
    times, busy = timed_days("tutorial", 365, 15)
    yield "`tutorial`, a year, warm", spread(times)
    yield "`tutorial`, a year, warm, processor time", spread(busy)
    yield "`tutorial`, a day", spread(times, "ms", 1000.0 / 365)


def great_wall() -> Iterator[Row]:
    """Time the case of 2016: a day, and a whole run with its burn-in."""
    from fraudsim import simulation as module

    times, busy = timed_days("great-wall-2016", 365, 5)
    yield "`great-wall-2016`, a day of the first year", spread(times, "ms", 1000.0 / 365)
    yield "`great-wall-2016`, a day of the first year, processor time", spread(busy, "ms", 1000.0 / 365)
    world = start("great-wall-2016").world
    module._burnt_in.clear()
    whole = seconds(lambda: start("great-wall-2016", world.days))
    yield "`great-wall-2016`, one run with its burn-in", f"{three(whole)} s for {world.days + world.burn_in_days} days"


def later_years() -> Iterator[Row]:
    """Time what a day costs as a run grows old: rows are never removed, and some loops scan all there ever were."""
    from common import apart

    runs = [apart("one_run.py", "tutorial", max(YEARS)) for _ in range(3)]
    for year in YEARS:
        of = [run[year - 1] for run in runs]
        calls, workers, memory = (three(statistics.median(one[what] for one in of) / days) for what, days in (
            ("calls", 365), ("workers", 1), ("peak_mb", 1)))
        yield (f"`tutorial`, a day of year {year}, processor time; {calls} calls a day, {workers} workers so far, "
               f"{memory} MB", spread([one["processor_seconds"] for one in of], "ms", 1000.0 / 365))


def nation() -> Iterator[Row]:
    """Time a nation one to one: the whole year, three times, each in a process of its own."""
    from common import apart

    name = "china-2023-full"
    runs = [apart("one_run.py", name) for _ in range(3)]
    before, after = (f"{runs[0][key]} days" for key in ("burn_in_days", "days"))
    yield f"`{name}`, {after} after the burn-in", spread([run["seconds"] for run in runs])
    yield f"`{name}`, {before} of burn-in before", spread([run["burn_in_seconds"] for run in runs])
    yield f"`{name}`, peak of memory", spread([run["peak_mb"] for run in runs], "MB")


def first_run() -> Iterator[Row]:
    """Time the first run after installing, which compiles all loops, once."""
    with tempfile.TemporaryDirectory() as fresh:
        took = seconds(shell("-m", "fraudsim.cli", "run", "tutorial", "--days", "1", FRAUDSIM_CACHE_DIR=fresh))
    yield "`fraudsim run tutorial --days 1`, the first after installing: compiles", f"{three(took)} s"


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
    """Compare three arms with doing nothing, in two processes and in one, in turn."""
    replications, days, rounds = (20, 1461, 3) if full else (4, 365, 1)
    scale = f"three arms and the baseline x {replications} replications, {days} days, no sweep"
    acts = [shell("-m", "fraudsim.cli", "compare", "great-wall-2016", *ARMS, "--replications", str(replications),
                  "--days", str(days), "--jobs", str(jobs), "--no-sweep", "--json") for jobs in (2, 1)]
    times = [[seconds(act) for act in acts] for _ in range(rounds)]
    two, one = zip(*times, strict=True)
    note = "" if full else " (reduced; `--full` for all)"
    yield f"`compare great-wall-2016`: {scale}, 2 processes", spread(two) + note
    yield "the same, 1 process", spread(one) + note
    yield "the same, one process over two, round by round", spread([b / a for a, b in times], "times") + note


PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "year": lambda _: tutorial_year(), "later": lambda _: later_years(), "great-wall": lambda _: great_wall(),
    "nation": lambda _: nation(), "first": lambda _: first_run(), "shell": lambda _: from_the_shell(),
    "compare": comparison}
"""Parts of the table, each told whether the whole comparison is wanted."""


def main() -> None:
    """Take the times and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole comparison: 20 replications of four years")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART",
                        help=f"print some parts and write no file: {', '.join(PARTS)}")
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.only or PARTS:
        for row in PARTS[name](options.full):
            say(": ".join(row))
            rows.append(row)
    publish("speed", table(("What", "Median (range)"), rows), write=not (options.dry or options.only))


if __name__ == "__main__":
    main()
