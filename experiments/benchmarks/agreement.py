"""Do fraudsim and the plain program agree? ``python experiments/benchmarks/agreement.py``: 200 seeds of each."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common import publish, say, table, three
from like_work import CHECK_WORLD, live_core, outcomes, reduced
from plain_mesa import OUTCOMES, PlainModel

SEEDS = 200
FALSE_ALARMS = 0.005
"""How often all tests together would find a difference between two programs that do the same."""
TESTS = ("mean", "spread", "distribution")
BLUNT = 0.4
"""Least difference of means at which a row is called blunt."""
BULK_FIRST, BULK_SEEDS = 10_000, 80
"""Seeds of the plain program's variant with calls in bulk."""
SETTINGS = {"calm": {"parameters__investigation__warrant": 50.0}, "raided": {}}
"""The check world without a search, so that much else can be counted, and with searches."""

Sample = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One outcome in two samples.

    Attributes
    ----------
    outcome : str
    mean, other : float
        Of fraudsim, and of the plain program.
    chances : tuple of float
        P-values of the tests on mean (Welch), spread (Brown-Forsythe) and distribution (Kolmogorov-Smirnov).
    seen : float
        Difference of means, as a share, that such a check finds nine times in ten.
    """

    outcome: str
    mean: float
    other: float
    chances: tuple[float, ...]
    seen: float


def live_plain(setting: str, seed: int, bulk: bool = False) -> list[int]:
    """Live the check world once in the plain program; residents step in every second seed."""
    model = PlainModel(reduced(CHECK_WORLD, **SETTINGS[setting]), stepping=seed % 2 == 1, rng=seed, bulk=bulk)
    for _ in range(model.world.days):
        model.step()
    return [model.count[name] for name in OUTCOMES]


def live_fraudsim(setting: str, seed: int) -> list[int]:
    """Live the same in fraudsim."""
    from fraudsim.simulation import Simulation

    world = reduced(CHECK_WORLD, **SETTINGS[setting])
    simulation = Simulation(world, (), seed)
    live_core(simulation, world.days)
    return outcomes(simulation, OUTCOMES)


def sample(live: partial[list[int]], seeds: Iterable[int], jobs: int = 1) -> Sample:
    """Return outcomes of several seeds: shape (seeds, outcomes)."""
    if jobs == 1:
        return np.array([live(seed) for seed in seeds], float)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return np.array(list(pool.map(live, seeds, chunksize=5)), float)


def sources() -> str:
    """Return a hash of the plain program and the world it lives."""
    digest = hashlib.sha256()
    for path in sorted([*CHECK_WORLD.parent.glob("*.py"), CHECK_WORLD]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept_at(setting: str) -> Path:
    """Return where a sample of the plain program is kept."""
    return CHECK_WORLD.parent / f"sample-{setting}.csv"


def keep(setting: str, drawn: Sample) -> None:
    """Keep a sample of the plain program for the tests."""
    rows = [",".join(str(int(x)) for x in row) for row in drawn]
    kept_at(setting).write_text("\n".join([f"# plain program and world: {sources()}", ",".join(OUTCOMES), *rows, ""]))


def kept(setting: str) -> Sample:
    """Return the sample that is kept; one of another program or world is refused."""
    path = kept_at(setting)
    first, names, *_ = path.read_text().splitlines()
    if not first.endswith(sources()) or names != ",".join(OUTCOMES):
        raise SystemExit(f"{path.name} comes from another plain program or world: {Path(__file__).name} renews it")
    return np.loadtxt(path, delimiter=",", skiprows=2)


def compare(own: Sample, other: Sample, bar: float) -> list[Comparison]:
    """Compare all outcomes that vary in either sample."""
    from scipy import stats

    found = []
    for i, name in enumerate(OUTCOMES):
        a, b = own[:, i], other[:, i]
        if np.ptp(np.concatenate([a, b])) == 0.0:
            continue
        error = float(np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size))
        seen = (stats.norm.isf(bar / 2.0) + stats.norm.ppf(0.9)) * error / (b.mean() or np.nan)
        tests = stats.ttest_ind(a, b, equal_var=False), stats.levene(a, b), stats.ks_2samp(a, b)
        chances = tuple(float(np.nan_to_num(test.pvalue)) for test in tests)
        found.append(Comparison(name, a.mean(), b.mean(), chances, float(seen)))
    return found


def bar(settings: int = len(SETTINGS)) -> float:
    """Return the p-value below which a test calls a difference: Bonferroni over all outcomes, tests and settings."""
    return FALSE_ALARMS / (settings * len(OUTCOMES) * len(TESTS))


def report(found: Sequence[Comparison]) -> str:
    """Write a setting's comparisons as a table."""
    heads = ("Outcome, mean a run; money in cents", "fraudsim", "plain Mesa", "ratio",
             *(f"p, {test}" for test in TESTS), "would be seen")
    rows = [(c.outcome.replace("_", " "), three(c.mean), three(c.other), f"{c.mean / c.other:.3f}" if c.other else "",
             *(f"{p:.2g}" for p in c.chances), f"{100 * c.seen:.1f}%") for c in found]
    return table(heads, rows)


def blunt(found: Sequence[Comparison]) -> list[Comparison]:
    """Return the rows in which only a difference of means of ``BLUNT`` and more would have been seen."""
    return [c for c in found if c.seen >= BLUNT]


def limits(found: dict[str, list[Comparison]]) -> str:
    """Say what the verdict does not cover: rows that are too few to see much in, and what neither program has."""
    rows = [(c.seen, f"{c.outcome.replace('_', ' ')} ({setting}, {100 * c.seen:.0f}%)")
            for setting, of in found.items() for c in blunt(of)]
    seen = [share for share, _ in rows]
    weak = (f"**What this cannot see.** Rows with few events would show only a difference of {100 * min(seen):.0f} to "
            f"{100 * max(seen):.0f}%: {', '.join(text for _, text in rows)}. " if rows else "")
    return (f"{weak}Adaptation (all choices of owners), coercion as it changes (how hard owners coerce, quotas) and "
            "custody (courts, prisons, recognition as a victim after an arrest) are outside this check: the plain "
            "program does not have them, and fraudsim is compared with them switched off.")


def alarms_of(setting: str, found: Sequence[Comparison], least: float) -> list[str]:
    """Return a line for every test that calls a difference."""
    return [f"{setting}: {c.outcome} ({test}, p = {p:.2g})" for c in found
            for test, p in zip(TESTS, c.chances) if p < least]


def bulk_against(setting: str, other: Sample, jobs: int) -> tuple[str, list[str]]:
    """Compare the variant that draws calls in bulk with the plain program's sample, in a line."""
    own = sample(partial(live_plain, setting, bulk=True), range(BULK_FIRST, BULK_FIRST + BULK_SEEDS), jobs)
    found = compare(own, other, bar())
    least = min(p for c in found for p in c.chances)
    return (f"Calls drawn in bulk, {setting}: {len(own)} other seeds of that variant of the plain program against the "
            f"sample above, {len(found)} outcomes; the least p-value of {len(found) * len(TESTS)} is {least:.2g}.",
            alarms_of(f"{setting}, calls drawn in bulk", found, bar()))


def main() -> None:
    """Live both programs, compare, write the tables; exit code 1 where they disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of each program and setting")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--kept", action="store_true", help="compare with the kept sample of the plain program")
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    parts, alarms, compared = [], [], {}
    for setting in SETTINGS:
        say(f"{setting}: {options.seeds} seeds")
        other = kept(setting) if options.kept else sample(partial(live_plain, setting), seeds, options.jobs)
        if not (options.kept or options.dry):
            keep(setting, other)
        found = compare(sample(partial(live_fraudsim, setting), seeds, options.jobs), other, bar())
        line, more = bulk_against(setting, other, options.jobs)
        compared[setting] = found
        alarms += alarms_of(setting, found, bar()) + more
        parts += [f"**{setting}**: {options.seeds} seeds of fraudsim, {len(other)} of the plain program.",
                  report(found), line]
    verdict = f"**They disagree**: {'; '.join(alarms)}." if alarms else "**They agree.**"
    text = (f"{verdict} No p-value may lie below {bar():.2g}: so programs that do the same would raise a false alarm "
            f"in {100 * FALSE_ALARMS:g}% of such checks (calls drawn in bulk: another {100 * FALSE_ALARMS:g}%). "
            "The last column: difference of means found nine times in ten.")
    publish("agreement", "\n\n".join([text, limits(compared), *parts]), "scipy",
            write=not (options.dry or options.kept))
    sys.exit(bool(alarms))


if __name__ == "__main__":
    main()
