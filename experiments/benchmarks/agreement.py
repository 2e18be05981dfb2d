"""Is a difference found between fraudsim and the plain program? ``python experiments/benchmarks/agreement.py``."""

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
from like_work import CHECK_WORLD, contacts_by_channel, left_out, live_core, outcomes, reduced
from plain_mesa import OUTCOMES, PlainModel

SEEDS = 200
FALSE_ALARMS = 0.005
"""How often all tests together would find a difference between two programs that do the same."""
TESTS = ("mean", "spread", "distribution")
USUAL = 0.05
"""P-value that pooled outcomes are counted against; nothing is called a difference by it."""
BLUNT = 0.4
"""Least difference of means at which a row is called blunt."""
VARIANTS = {"bulk": ("drawn in bulk", 10_000), "thin": ("thinned", 11_000)}
"""How calls are drawn in the plain program's other variants, in words, and the first of their seeds."""
VARIANT_SEEDS = 80
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
    ratio : tuple of float
        Ratio of the means with its 95% interval (delta method on its logarithm); empty where a mean is 0.
    """

    outcome: str
    mean: float
    other: float
    chances: tuple[float, ...]
    seen: float
    ratio: tuple[float, ...] = ()


def live_plain(setting: str, seed: int, **calls: bool) -> list[int]:
    """Live the check world once in the plain program; residents step in every second seed."""
    model = PlainModel(reduced(CHECK_WORLD, **SETTINGS[setting]), stepping=seed % 2 == 1, rng=seed, **calls)
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


def ratio(a: Sample, b: Sample) -> tuple[float, ...]:
    """Return the ratio of two means with its 95% interval."""
    if not a.mean() or not b.mean():
        return ()
    error = np.sqrt(sum(x.var(ddof=1) / x.size / x.mean() ** 2 for x in (a, b)))
    return tuple(float(a.mean() / b.mean() * np.exp(z * error)) for z in (0.0, -1.96, 1.96))


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
        found.append(Comparison(name, a.mean(), b.mean(), chances, float(seen), ratio(a, b)))
    return found


def pooled(samples: Sequence[Sample], scale: Sequence[Sample]) -> Sample:
    """Return, seed by seed, the mean over settings of each outcome as a share of the plain program's mean.

    Settings are pooled within seeds, since a seed's runs in two settings have draws in common. An outcome that is
    never there in one setting is left out: it is 0 throughout.
    """
    means = [of.mean(axis=0) for of in scale]
    there = np.all([mean > 0.0 for mean in means], axis=0)
    shares = [of * there / np.where(mean > 0.0, mean, 1.0) for of, mean in zip(samples, means)]
    return np.asarray(np.mean(shares, axis=0))


def bar(settings: int = len(SETTINGS)) -> float:
    """Return the p-value below which a test calls a difference: Bonferroni over all outcomes, tests and settings."""
    return FALSE_ALARMS / (settings * len(OUTCOMES) * len(TESTS))


def with_interval(of: tuple[float, ...]) -> str:
    """Write a ratio with its interval."""
    return f"{of[0]:.3f} ({of[1]:.3f} to {of[2]:.3f})" if of else ""


def report(found: Sequence[Comparison]) -> str:
    """Write a setting's comparisons as a table."""
    heads = ("Outcome, mean a run; money in cents", "fraudsim", "plain Mesa", "ratio (95% interval)",
             *(f"p, {test}" for test in TESTS), "means: would be seen")
    rows = [(c.outcome.replace("_", " "), three(c.mean), three(c.other), with_interval(c.ratio),
             *(f"{p:.2g}" for p in c.chances), f"{100 * c.seen:.1f}%") for c in found]
    return table(heads, rows)


def report_pooled(found: Sequence[Comparison]) -> str:
    """Write the settings together, a line an outcome, and how many lines stand out beside how many would by chance."""
    low = [c.outcome.replace("_", " ") for c in found if c.chances[0] < USUAL]
    rows = [(c.outcome.replace("_", " "), with_interval(c.ratio), f"{c.chances[0]:.2g}") for c in found]
    return (f"**Both settings together.** p is below {USUAL:g} in {len(low)} of {len(found)} outcomes"
            f"{': ' if low else ''}{', '.join(low)}; chance alone gives {USUAL * len(found):.2g} on average, and "
            "several at once or none, since outcomes go together. This table raises no alarm: it is there for small "
            "differences that both settings share. Means as shares of the plain program's, averaged over the two runs "
            "of a seed, which have draws in common (Welch); outcomes that are there in one setting only are left "
            "out.\n\n"
            + table(("Outcome", "ratio (95% interval)", "p, mean"), rows))


def blunt(found: Sequence[Comparison]) -> list[Comparison]:
    """Return the rows in which only a difference of means of ``BLUNT`` and more would have been seen."""
    return [c for c in found if c.seen >= BLUNT]


def limits(found: dict[str, list[Comparison]]) -> str:
    """Say what the verdict does not cover: rows that are too few to see much in, and what neither program has."""
    rows = [(c.seen, f"{c.outcome.replace('_', ' ')} ({setting}, {100 * c.seen:.0f}%)")
            for setting, of in found.items() for c in blunt(of)]
    seen = [share for share, _ in rows]
    weak = ("**What this cannot see.** Rows with few events would show only a difference of means of "
            f"{100 * min(seen):.0f} to {100 * max(seen):.0f}%: {', '.join(text for _, text in rows)}.\n\n"
            if rows else "")
    return f"{weak}{outside()}"


def outside() -> str:
    """Say what the compared part of fraudsim leaves out."""
    return ("**What is outside.** The plain program does not have the following, and fraudsim is compared with it "
            "switched off, so nothing here checks it:\n\n" + "\n".join(f"- {line}" for line in left_out()))


def of_a_nation(days: int = 28) -> str:
    """Say how many of a nation's contacts go by channels that are outside."""
    placed = contacts_by_channel("china-2023-full", days)
    share = 100 * (1.0 - placed["voice"] / sum(placed.values()))
    return (f"In the first {days} days of `china-2023-full`, {share:.0f}% of contacts go by channels other than voice: "
            "what is special to those, this check does not run.")


def verdict(alarms: Sequence[str], tests: int) -> str:
    """Say whether a difference was found, and what would have been one."""
    said = (f"**A difference was found**: {'; '.join(alarms)}." if alarms
            else f"**No difference found** in {tests} tests.")
    share = f"{100 * FALSE_ALARMS:g}%"
    return (f"{said} A difference is a p-value below {bar():.2g} in any of them: so programs that do the same would "
            f"raise a false alarm in {share} of such checks (the variants that draw calls otherwise: another {share} "
            "each). That none was found does not show that the programs are the same: how far apart means may lie is "
            "said by the interval beside each ratio. The last column is of means only: the difference of means that "
            "would be found nine times in ten. For spread and distribution nothing like it was worked out.")


def alarms_of(setting: str, found: Sequence[Comparison], least: float) -> list[str]:
    """Return a line for every test that calls a difference."""
    return [f"{setting}: {c.outcome} ({test}, p = {p:.2g})" for c in found
            for test, p in zip(TESTS, c.chances) if p < least]


def variant_against(variant: str, setting: str, other: Sample, seeds: int, jobs: int) -> tuple[str, list[str]]:
    """Compare a variant that draws calls otherwise with the plain program's sample, in a line."""
    words, first = VARIANTS[variant]
    own = sample(partial(live_plain, setting, **{variant: True}), range(first, first + seeds), jobs)
    found = compare(own, other, bar())
    least = min(p for c in found for p in c.chances)
    return (f"Calls {words}, {setting}: {len(own)} other seeds of that variant of the plain program against the "
            f"sample above, {len(found)} outcomes; the least p-value of {len(found) * len(TESTS)} is {least:.2g}.",
            alarms_of(f"{setting}, calls {words}", found, bar()))


def main() -> None:
    """Live both programs, compare, write the tables; exit code 1 where a difference is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of each program and setting")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--kept", action="store_true", help="compare with the kept sample of the plain program")
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    parts, alarms, compared, drawn = [], [], {}, []
    for setting in SETTINGS:
        say(f"{setting}: {options.seeds} seeds")
        other = kept(setting) if options.kept else sample(partial(live_plain, setting), seeds, options.jobs)
        if not (options.kept or options.dry):
            keep(setting, other)
        own = sample(partial(live_fraudsim, setting), seeds, options.jobs)
        drawn.append((own, other))
        found = compare(own, other, bar())
        compared[setting] = found
        alarms += alarms_of(setting, found, bar())
        parts += [f"**{setting}**: {options.seeds} seeds of fraudsim, {len(other)} of the plain program.",
                  report(found)]
        for variant in VARIANTS:
            line, more = variant_against(variant, setting, other, min(options.seeds, VARIANT_SEEDS), options.jobs)
            alarms += more
            parts.append(line)
    plain = [other for _, other in drawn]
    both = compare(pooled([own for own, _ in drawn], plain), pooled(plain, plain), bar())
    text = verdict(alarms, len(TESTS) * sum(map(len, compared.values())))
    publish("agreement", "\n\n".join([text, limits(compared), of_a_nation(), report_pooled(both), *parts]), "scipy",
            write=not (options.dry or options.kept))
    sys.exit(bool(alarms))


if __name__ == "__main__":
    main()
