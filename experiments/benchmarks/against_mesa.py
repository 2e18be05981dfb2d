"""How much faster than plain Mesa? ``python experiments/benchmarks/against_mesa.py``: some minutes."""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from functools import partial

from common import publish, say, spread, table, three
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world
from like_work import live_core, reduced
from plain_mesa import PlainModel

WORLD = "tutorial"
NAIVE, BULK = "only workers act", "workers act, calls drawn in bulk"
VARIANTS = {"residents step": (True, False), NAIVE: (False, False), BULK: (False, True)}
"""Whether residents step, and whether calls are drawn in bulk."""
WANTED = {"residents step": 500.0, NAIVE: 250.0}
"""Least ratios for like work."""
SHORT = 7  # years of fraudsim for one of the plain program: they are short, and their median is taken

type Times = tuple[float, float]


def clocked(act: Callable[[], object]) -> Times:
    """Return wall and processor time of an act, with no garbage of earlier ones to collect."""
    gc.collect()
    wall, busy = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - busy


def plain(variant: str, seed: int, days: int) -> Times:
    """Live a year of the plain program; founding is not counted."""
    stepping, bulk = VARIANTS[variant]
    model = PlainModel(load_world(WORLD), stepping, rng=seed, bulk=bulk)
    return clocked(lambda: [model.step() for _ in range(days)])


def like_work(seed: int, days: int) -> Times:
    """Live the same days and mechanisms in fraudsim; the median of some repeats."""
    world = reduced(WORLD)
    simulations = [Simulation(world, (), seed) for _ in range(SHORT)]
    return middle([clocked(lambda: live_core(simulation, days)) for simulation in simulations])  # noqa: B023


def full(seed: int, days: int) -> Times:
    """Live the days in fraudsim with every mechanism on, after the burn-in; the median of some repeats."""
    world = load_world(WORLD)
    simulations = [Simulation(world, (), seed) for _ in range(SHORT)]
    return middle([clocked(lambda: simulation.run(days)) for simulation in simulations])  # noqa: B023


def middle(times: list[Times]) -> Times:
    """Return the medians of wall and of processor time."""
    return statistics.median(wall for wall, _ in times), statistics.median(busy for _, busy in times)


def rounds(n: int, days: int) -> dict[str, list[Times]]:
    """Let all take turns, so that a busy neighbour meets them all."""
    runs: dict[str, Callable[[int, int], Times]] = {
        "fraudsim, like work": like_work, "fraudsim, full": full,
        **{f"plain Mesa, {variant}": partial(plain, variant) for variant in VARIANTS}}
    like_work(0, 30)
    full(0, 30)  # compiled code is loaded, the burn-in lived
    times: dict[str, list[Times]] = {name: [] for name in runs}
    for seed in range(n):
        for name, run in runs.items():
            times[name].append(run(seed, days))
            say(f"round {seed + 1}, {name}: {times[name][-1][0]:.3g} s")
    return times


def by_round(slow: list[Times], fast: list[Times]) -> tuple[list[float], list[float]]:
    """Return how many times longer one took than the other, in every round: processor time, time."""
    busy, wall = ([a[i] / b[i] for a, b in zip(slow, fast)] for i in (1, 0))
    return busy, wall


def report(times: dict[str, list[Times]], days: int) -> str:
    """Write times, from each round ratios, and what the gain is made of."""
    rows = [(name, spread([busy for _, busy in of]), spread([wall for wall, _ in of])) for name, of in times.items()]
    first = table((f"`{WORLD}`, {days} days", "processor time", "time"), rows)
    ratios = []
    for variant in VARIANTS:
        for name, own in (("like work", "fraudsim, like work"), ("full fraudsim", "fraudsim, full")):
            said = [spread(of, "times") for of in by_round(times[f"plain Mesa, {variant}"], times[own])]
            goal = three(WANTED[variant]) if name == "like work" and variant in WANTED else ""
            ratios.append((f"plain Mesa, {variant}, over {name}", *said, goal))
    second = table(("Ratio, round by round", "processor time", "time", "wanted"), ratios)
    return "\n\n".join([parts(times), first, second])


def parts(times: dict[str, list[Times]]) -> str:
    """Say which part of the gain comes from counting calls in bulk, and which from tables and compiled loops."""
    naive, bulk, own = times[f"plain Mesa, {NAIVE}"], times[f"plain Mesa, {BULK}"], times["fraudsim, like work"]
    whole, counting, rest = (three(statistics.median(by_round(slow, fast)[0]))
                             for slow, fast in ((naive, own), (naive, bulk), (bulk, own)))
    return (f"Of the {whole} times over the program in which only workers act, **{counting} times is counting calls "
            "in bulk**: two binomial draws instead of a loop over calls, the same distribution, and still plain Mesa. "
            f"**{rest} times is the rest**: tables instead of objects, compiled loops, and drawing only those who may "
            "be taken in where the plain program visits everybody who answers (medians of processor time).")


def main() -> None:
    """Take the times and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    publish("against-mesa", report(rounds(options.rounds, options.days), options.days), write=not options.dry)


if __name__ == "__main__":
    main()
