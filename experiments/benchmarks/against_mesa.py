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
from like_work import live_core, outcomes, reduced
from plain_mesa import PlainModel

WORLD = "tutorial"
NAIVE, BULK, THIN = "only workers act", "workers act, calls drawn in bulk", "workers act, calls thinned"
VARIANTS: dict[str, dict[str, bool]] = {
    "residents step": {"stepping": True}, NAIVE: {"stepping": False}, BULK: {"stepping": False, "bulk": True},
    THIN: {"stepping": False, "thin": True}}
DID = {"contacts": "calls", "victims": "victims", "staff-days": "staff_days"}
"""What shows that the work is alike: the outcome of each."""
SHORT = 7  # years of fraudsim for one of the plain program: they are short, and their median is taken

type Times = tuple[float, float]
type Did = tuple[int, ...]


def clocked(act: Callable[[], object]) -> Times:
    """Return wall and processor time of an act, with no garbage of earlier ones to collect."""
    gc.collect()
    wall, busy = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - busy


def plain(variant: str, seed: int, days: int) -> tuple[Times, Did]:
    """Live a year of the plain program; founding is not counted."""
    model = PlainModel(load_world(WORLD), rng=seed, **VARIANTS[variant])
    times = clocked(lambda: [model.step() for _ in range(days)])
    return times, tuple(model.count[name] for name in DID.values())


def like_work(seed: int, days: int) -> tuple[Times, Did]:
    """Live the same days and mechanisms in fraudsim; the median of some repeats."""
    world = reduced(WORLD)
    return middle([Simulation(world, (), seed) for _ in range(SHORT)], lambda one: live_core(one, days))


def full(seed: int, days: int) -> tuple[Times, Did]:
    """Live the days in fraudsim with every mechanism on, after the burn-in; the median of some repeats."""
    world = load_world(WORLD)
    return middle([Simulation(world, (), seed) for _ in range(SHORT)], lambda one: one.run(days))


def middle(simulations: list[Simulation], live: Callable[[Simulation], object]) -> tuple[Times, Did]:
    """Return the medians of wall and of processor time, and what the first did: they all do the same."""
    times = [clocked(partial(live, one)) for one in simulations]
    wall, busy = (statistics.median(of) for of in zip(*times))
    return (wall, busy), tuple(outcomes(simulations[0], tuple(DID.values())))


def rounds(n: int, days: int) -> tuple[dict[str, list[Times]], dict[str, list[Did]]]:
    """Let all take turns, so that a busy neighbour meets them all; return their times, and what they did."""
    runs: dict[str, Callable[[int, int], tuple[Times, Did]]] = {
        "fraudsim, like work": like_work, "fraudsim, full": full,
        **{f"plain Mesa, {variant}": partial(plain, variant) for variant in VARIANTS}}
    like_work(0, 30)
    full(0, 30)  # compiled code is loaded, the burn-in lived
    times: dict[str, list[Times]] = {name: [] for name in runs}
    did: dict[str, list[Did]] = {name: [] for name in runs}
    for seed in range(n):
        for name, run in runs.items():
            took, counts = run(seed, days)
            times[name].append(took)
            did[name].append(counts)
            say(f"round {seed + 1}, {name}: {took[0]:.3g} s")
    return times, did


def by_round(slow: list[Times], fast: list[Times]) -> tuple[list[float], list[float]]:
    """Return how many times longer one took than the other, in every round: processor time, time."""
    busy, wall = ([a[i] / b[i] for a, b in zip(slow, fast)] for i in (1, 0))
    return busy, wall


def report(times: dict[str, list[Times]], did: dict[str, list[Did]], days: int) -> str:
    """Write times beside what was done in them, from each round ratios, and what the gain is made of."""
    rows = [(name, spread([busy for _, busy in of]), spread([wall for wall, _ in of]),
             *(f"{statistics.mean(counts):,.0f}" for counts in zip(*did[name]))) for name, of in times.items()]
    first = table((f"`{WORLD}`, {days} days", "processor time", "time", *DID), rows)
    ratios = []
    for variant in VARIANTS:
        for name, own in (("like work", "fraudsim, like work"), ("full fraudsim", "fraudsim, full")):
            said = [spread(of, "times") for of in by_round(times[f"plain Mesa, {variant}"], times[own])]
            ratios.append((f"plain Mesa, {variant}, over {name}", *said))
    second = table(("Ratio, round by round", "processor time", "time"), ratios)
    return "\n\n".join([parts(times), first, NOTE, second])


NOTE = (f"A time of fraudsim is the median of {SHORT} runs of a round, one of the plain program a single run. "
        "*Like work* and the plain programs begin with the founding of the dens, *full* after its burn-in, with every "
        "mechanism; counts are means over the rounds, each of another seed.")


def parts(times: dict[str, list[Times]]) -> str:
    """Say which part of the gain is counting calls in bulk, which thinning, and which all else."""
    naive, bulk, thin = (times[f"plain Mesa, {variant}"] for variant in (NAIVE, BULK, THIN))
    own = times["fraudsim, like work"]
    whole, counting, thinning, rest = (three(statistics.median(by_round(slow, fast)[0]))
                                       for slow, fast in ((naive, own), (naive, bulk), (bulk, thin), (thin, own)))
    return (f"Of the {whole} times over the program in which only workers act, **{counting} times is counting calls "
            f"in bulk** (two binomial draws instead of a loop over calls), **{thinning} times is thinning** (one more "
            "draw: residents are found only for calls that pass a bound on the chance to engage). Both leave the "
            f"distribution as it is, and both are still plain Mesa. **{rest} times is the rest**: tables instead of "
            "objects, compiled loops, calendars (medians of processor time).")


def main() -> None:
    """Take the times and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    publish("against-mesa", report(*rounds(options.rounds, options.days), options.days), write=not options.dry)


if __name__ == "__main__":
    main()
