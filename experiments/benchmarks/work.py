"""A guard that counts work instead of seconds: ``python experiments/benchmarks/work.py``, or ``make work``.

The counts of a few weeks are the same on every machine, so a change that multiplies one is found where a clock would
see noise. They are compared with those kept in work.toml; ``--renew`` keeps today's.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from common import say, three
from named import columns_named

KEPT = Path(__file__).with_name("work.toml")
WORLDS = ("tutorial", "great-wall-2016")
DAYS, SEED = 56, 0
MOST = 1.5
"""A count may grow to this many times the one that is kept."""
LEAST = 0.9
"""A count that falls below this share of the one that is kept is told, so that it can be kept anew."""

type Counts = dict[str, float]

UNITS = {
    "draws": "random numbers asked for, a day",
    "candidates": "contacts drawn one by one, of all contacts",
    "rows_added": "rows added to all tables, a day",
    "rows_changed": "rows of all tables with a new value, a day",
    "rows_handed": "rows handed to compiled code, a day: of each call the longest array or table, so what it can touch "
                   "at most",
    "compiled_calls": "calls of compiled code, a day",
    "other_calls": "calls of Python and NumPy functions, a day",
}


@contextmanager
def compiled_calls(counts: Counts) -> Iterator[None]:
    """Count calls of compiled code, and the rows handed to it, while a block runs."""
    from numba.core.registry import CPUDispatcher

    usual = CPUDispatcher.__call__

    def counted(self: Any, *arguments: Any, **named: Any) -> Any:
        counts["compiled_calls"] += 1
        arrays = [x.shape[0] for x in arguments if isinstance(x, np.ndarray) and x.ndim]
        counts["rows_handed"] += max([*arrays, *opened_rows(self, arguments)], default=0)
        return usual(self, *arguments, **named)

    CPUDispatcher.__call__ = counted
    try:
        yield
    finally:
        del CPUDispatcher.__call__


def opened_rows(loop: Any, arguments: tuple[Any, ...]) -> list[int]:
    """Return the rows of the tables that a loop opens, if it is handed ``state.columns``."""
    from fraudsim.core.columns import PLACES

    if "columns" not in loop.py_func.__code__.co_varnames[:1]:
        return []
    return [int(arguments[0][PLACES[table].at]) for table in {name.split(".")[0] for name in columns_named(loop)}]


@contextmanager
def other_calls(counts: Counts) -> Iterator[None]:
    """Count calls of functions, in Python and in C, while a block runs."""
    def note(frame: Any, event: str, argument: Any) -> None:
        counts["other_calls"] += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


def snapshot(tables: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Copy the live rows of all tables."""
    return {name: {column: table[column].copy() for column in table.columns} for name, table in tables.items()}


def changed(before: dict[str, dict[str, Any]], tables: dict[str, Any]) -> tuple[int, int]:
    """Return how many rows were added since, and how many of the others hold another value."""
    added = touched = 0
    for name, table in tables.items():
        rows = len(next(iter(before[name].values())))
        added += len(table) - rows
        differs = np.zeros(rows, bool)
        for column, old in before[name].items():
            new = table[column][:rows]
            same = (new == old) | ((new != new) & (old != old))
            differs |= ~(same if same.ndim == 1 else same.all(axis=1))
        touched += int(differs.sum())
    return added, touched


def count(name: str, days: int = DAYS) -> Counts:
    """Live the days after a world's burn-in, and return what they take.

    Compiled calls, other calls and rows are counted in a run each, so that no counting is counted.
    """
    from fraudsim.profile import profiled

    counts: Counts = dict.fromkeys(UNITS, 0.0)
    simulation = started(name)
    with compiled_calls(counts):
        simulation.run(days)
    simulation = started(name)
    with other_calls(counts):
        simulation.run(days)
    simulation = started(name)
    with profiled() as profile:
        for _ in range(days):
            before = snapshot(simulation.tables)
            simulation.run(1)
            added, touched = changed(before, simulation.tables)
            counts["rows_added"] += added
            counts["rows_changed"] += touched
    counts["draws"] = profile.draws
    by_day = {what: value / days for what, value in counts.items()}
    return {**by_day, "candidates": profile.candidates / max(profile.contacts, 1)}


def started(name: str) -> Any:
    """Return a simulation on day 0."""
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.loader import load_world

    return Simulation(load_world(name), (), SEED)


def verdicts(found: dict[str, Counts], kept: dict[str, Counts]) -> tuple[list[str], list[str]]:
    """Compare counts with those that are kept; return what grew too much, and what fell or is new."""
    grew, fell = [], []
    for name, counts in found.items():
        for what, value in counts.items():
            old = kept.get(name, {}).get(what)
            if old is None:
                grew.append(f"{name}: {what} {three(value)}, and none is kept")
            elif value > MOST * old:
                grew.append(f"{name}: {what} {three(value)}, kept {three(old)}: {value / old if old else np.inf:.2f} "
                            f"times, allowed {MOST:g} ({UNITS[what]})")
            elif value < LEAST * old:
                fell.append(f"{name}: {what} fell to {three(value)} from {three(old)}: `make work-renew` keeps it")
    return grew, fell


def written(found: dict[str, Counts]) -> str:
    """Write counts as TOML."""
    lines = ["# What a day takes, counted over the first days after the burn-in. `make work-renew` keeps it anew;",
             f"# a change that multiplies a number by more than {MOST:g} fails `make work`.",
             *(f"# {what}: {meaning}" for what, meaning in UNITS.items()), f"days = {DAYS}", f"seed = {SEED}"]
    for name, counts in found.items():
        lines += ["", f"[{name}]", *(f"{what} = {float(f'{value:.5g}')}" for what, value in counts.items())]
    return "\n".join([*lines, ""])


def main(counted: Callable[[str], Counts] = count) -> None:
    """Count, and compare or keep; exit code 1 where work has multiplied."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renew", action="store_true", help="keep today's counts")
    options = parser.parse_args()
    found = {name: counted(name) for name in WORLDS}
    for name, counts in found.items():
        say(f"{name}: " + ", ".join(f"{what} {three(value)}" for what, value in counts.items()))
    if options.renew:
        KEPT.write_text(written(found), "utf-8")
        return
    grew, fell = verdicts(found, tomllib.loads(KEPT.read_text("utf-8")))
    for line in [*fell, *grew]:
        say(line)
    if grew:
        say("Work has multiplied. If it must be, say why in the commit and keep the new counts: make work-renew")
    sys.exit(bool(grew))


if __name__ == "__main__":
    main()
