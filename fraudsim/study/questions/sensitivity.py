"""Which factors an outcome hangs on: Morris screening and Sobol indices. The analyses are SALib's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.designs import MORRIS_LEVELS, problem
from fraudsim.study.questions.answer import Answer
from fraudsim.study.questions.asked import Term, about, chosen_arms, refuse, terms
from fraudsim.study.questions.grids import Grid, Runs, noise, not_finite, read

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.reading.results import StudyResults

type Of = Literal["change", "level"]

METHODS = {"morris": "morris", "saltelli": "sobol"}
"""Kind of design to kind of analysis."""

RESAMPLES = 500
LOUD = 0.5
FALSE_ALARM = 0.01
"""Of the F test."""
ROUNDING = 1e-12
"""Of the largest value: smaller differences are rounding."""


@dataclass(frozen=True)
class Sensitivity(Answer):
    """Sensitivity of outcomes to the factors of a study.

    Tables
    ------
    indices
        A row for every arm, outcome and factor. Morris: ``mu`` and ``mu_star`` with 95% intervals, ``sigma``,
        ``ratio`` (sigma / mu*), ``noise`` (share of the factor's mean squared effect that is replication noise),
        ``clear`` (None where one replication leaves that unknown). Sobol: ``first`` and ``total`` order with 95%
        intervals, ``total_noise`` (the part of the total order that is replication noise).
    variance
        A row for every arm and outcome: ``mean`` and ``sd`` over the points, ``noise`` (share of that variance
        which is chance), ``replications``.
    pairs
        Second-order indices, where the sample has been made for them.
    """

    question: ClassVar[str] = "sensitivity"

    @property
    def method(self) -> str:
        """``morris`` or ``sobol``."""
        return str(self.asked["method"])

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        kind = "Morris screening" if self.method == "morris" else "Sobol indices"
        return f"{kind} of {self.runs}: {self.about['points']:,} points x {self.about['replications']:,} replications"

    def plot(self, most: int = 12) -> Figure:
        """Draw a panel for each arm and outcome, the strongest factors first.

        Parameters
        ----------
        most : int
            Factors shown in a panel.
        """
        from fraudsim.report.sensitivity import sensitivity_figure

        return sensitivity_figure(self.table(), self.tables["variance"], self.currency, self.title, most)

    def show(self, to: Console, most: int = 12) -> None:
        """Print the strongest factors of each arm and outcome."""
        from fraudsim.report.sensitivity import sensitivity_table

        sensitivity_table(to, self.table(), self.tables["variance"], title=self.title, currency=self.currency,
                          notes=self.notes, most=most)


def sensitivity(results: StudyResults, outcomes: Iterable[str] | str | None = None,
                arms: Iterable[str] | str | None = None, of: Of | None = None, seed: int = 0) -> Sensitivity:
    """Return how much each factor moves each outcome.

    Parameters
    ----------
    results : StudyResults
        A study with a ``morris`` or ``saltelli`` design, all of whose runs are done.
    outcomes : str or iterable of str, optional
        Names, several joined by ``+``; losses, workers' and bystanders' harm and cost unless given.
    arms : str or iterable of str, optional
        All unless given.
    of : {"change", "level"}, optional
        The paired difference from the baseline, or the outcome itself; differences unless the study, or what is
        asked, has no arm beside the baseline.
    seed : int
        Of the bootstrap behind the intervals.

    Raises
    ------
    InputError
        For another design, unknown names, or runs without a finite value.
    """
    method, asked_terms, names, lines = _checked(results, outcomes, arms, of, seed)
    refuse(results.directory, lines)
    runs = read(results, names, asked_terms)
    wanted = [(arm, _of(arm, of), asked) for arm in names for asked in asked_terms]
    grids = {key: _grid(runs, *key) for key in wanted}
    refuse(results.directory, [line for key, grid in grids.items() for line in not_finite(grid, _said(*key))])
    found = _Found([], [], [])
    for key, grid in grids.items():
        _analyse(results, method, key, grid, noise(grid, runs.shared).share, seed, found)
    asked = {"method": method, "outcomes": [t.name for t in asked_terms], "arms": names, "of": of, "seed": seed}
    return Sensitivity(asked, about(results), results.world.currency, found.tables(),
                       tuple(_notes(results, found, runs)))


def _checked(results: StudyResults, outcomes: Any, arms: Any, of: object,
             seed: object) -> tuple[str, list[Term], list[str], list[str]]:
    kind = results.file.design.kind if results.file.design else "none"
    lines = too_low(seed=(seed, 0))
    if kind not in METHODS:
        lines.append(f"the design is {kind}; a sensitivity analysis needs one of kind morris (which factors matter at "
                     "all) or saltelli (how much of the variance each brings)")
    if of not in (None, "change", "level"):
        lines.append(f"of: {told(of)}; allowed: change or level")
    found, more = terms(outcomes, results.outcome_names)
    names, others = chosen_arms(arms, results.arm_names)
    if of == "change" and len(results.arm_names) == 1:
        others.append("of: this study has no arm beside the baseline; ask for levels")
    elif of == "change" and arms is not None and "baseline" in names:
        others.append("arms: the baseline has no change against itself; ask for its level")
    elif of != "level" and arms is None and len(names) > 1:
        names = names[1:]
    return METHODS.get(kind, kind), found, names, [*lines, *more, *others]


def _of(arm: str, of: Of | None) -> Of:
    return of if of is not None else "level" if arm == "baseline" else "change"


def _grid(runs: Runs, arm: str, of: Of, asked: Term) -> Grid:
    return runs.level(arm, asked) if of == "level" else runs.change(arm, asked)


def _said(arm: str, of: Of, asked: Term) -> str:
    return f"{asked.name} of {arm}" if of == "level" else f"change in {asked.name} by {arm}"


@dataclass
class _Found:
    indices: list[dict[str, Any]]
    variance: list[dict[str, Any]]
    pairs: list[dict[str, Any]]

    def tables(self) -> dict[str, pd.DataFrame]:
        import pandas as pd

        tables = {"indices": pd.DataFrame(self.indices), "variance": pd.DataFrame(self.variance)}
        return tables | ({"pairs": pd.DataFrame(self.pairs)} if self.pairs else {})


def _analyse(results: StudyResults, method: str, key: tuple[str, Of, Term], grid: Grid, chance: float, seed: int,
             found: _Found) -> None:
    arm, of, asked = key
    head = {"arm": arm, "of": of, "outcome": asked.name, "unit": asked.unit}
    means = grid.mean(axis=1)
    sd = float(means.std(ddof=1))
    found.variance.append(head | {"mean": float(means.mean()), "sd": sd, "noise": chance,
                                  "replications": grid.shape[1]})
    names = [factor.name for factor in results.factors]
    flat = not sd > 1e-12 * float(np.abs(means).max())
    rows = _morris(results, names, grid, seed, flat) if method == "morris" else _sobol(
        results, names, grid, seed, flat, found, head)
    paths = {factor.name: (factor.role, factor.path) for factor in results.factors}
    found.indices += [head | {"factor": name, "role": paths[name][0], "path": paths[name][1]} | row
                      for name, row in zip(names, rows, strict=True)]


# Morris


def _morris(results: StudyResults, names: Sequence[str], grid: Grid, seed: int, flat: bool) -> list[dict[str, Any]]:
    if flat:
        still = dict.fromkeys(("mu", "mu_low", "mu_high", "mu_star", "mu_star_low", "mu_star_high", "sigma"), 0.0)
        return [still | {"ratio": np.nan, "noise": np.nan, "clear": None if grid.shape[1] < 2 else False}] * len(names)
    levels = (results.file.design.levels if results.file.design else None) or MORRIS_LEVELS
    sample = results.sample()[list(names)].to_numpy(np.float64)
    found = _salib("morris")(problem(names), sample, grid.mean(axis=1), num_resamples=RESAMPLES, num_levels=levels,
                             seed=seed)
    effects = elementary_effects(sample, grid)
    rows = []
    for i in range(len(names)):
        mu, star, half, sigma = (float(found[key][i]) for key in ("mu", "mu_star", "mu_star_conf", "sigma"))
        low, high = mean_interval(effects[i])
        rows.append({"mu": mu, "mu_low": low, "mu_high": high, "mu_star": star, "mu_star_low": star - half,
                     "mu_star_high": star + half, "sigma": sigma, "ratio": sigma / star if star > 0 else np.nan,
                     "noise": _noise_share(effects[i]), "clear": _clear(effects[i], low, high)})
    return rows


def elementary_effects(sample: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Return the change in an outcome for one step of one factor, over the whole range, within each replication.

    Parameters
    ----------
    sample : float64, shape (trajectories * (factors + 1), factors)
        Of a Morris design, on the unit cube.
    grid : float64, shape (points, replications)

    Returns
    -------
    float64, shape (factors, trajectories, replications)
        Zero where a difference is rounding.
    """
    factors = sample.shape[1]
    steps = np.diff(sample.reshape(-1, factors + 1, factors), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    changes = np.diff(grid.reshape(len(steps), factors + 1, -1), axis=1)
    changes[np.abs(changes) <= ROUNDING * np.abs(grid).max()] = 0.0
    slopes = changes / np.take_along_axis(steps, moved[:, :, None], axis=2)
    found: NDArray[np.float64] = np.take_along_axis(slopes, moved.argsort(axis=1)[:, :, None], axis=1)
    return found.transpose(1, 0, 2)


def mean_interval(effects: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95% t interval for the mean of a factor's effects, over trajectories and seeds.

    Both are drawn: the variance of the mean is that between trajectories and, as far as replications show more than
    noise, that between seeds; degrees of freedom are Satterthwaite's. With one replication it is about that one
    seed; with two it covers 85% (where effects differ mostly by seed) to 96%.

    Parameters
    ----------
    effects : float64, shape (trajectories, replications)
    """
    from scipy.stats import t

    count, seeds = effects.shape
    mu = float(effects.mean())
    if count < 2:
        return float("nan"), float("nan")
    by_path = float(seeds * effects.mean(axis=1).var(ddof=1))
    more = _between_seeds(effects, by_path) if seeds > 1 else 0.0
    if by_path + more == 0.0:
        return mu, mu
    degrees = (by_path + more) ** 2 / (by_path**2 / (count - 1) + more**2 / max(seeds - 1, 1))
    half = float(t.ppf(0.975, degrees)) * float(np.sqrt((by_path + more) / effects.size))
    return mu - half, mu + half


def _between_seeds(effects: NDArray[np.float64], by_path: float) -> float:
    """Return the mean square between seeds, less that of what is left; two-way, random effects."""
    count, seeds = effects.shape
    by_seed = float(count * effects.mean(axis=0).var(ddof=1))
    total = float(effects.var()) * effects.size
    rest = (total - (count - 1) * by_path - (seeds - 1) * by_seed) / ((count - 1) * (seeds - 1))
    return float(max(0.0, by_seed - max(0.0, rest)))


def _noise_share(effects: NDArray[np.float64]) -> float:
    """Return the share of a factor's mean squared effect (means over replications) that is replication noise."""
    seeds = effects.shape[1]
    squared = float((effects.mean(axis=1) ** 2).mean())
    if seeds < 2 or squared == 0.0:
        return float("nan")
    return float(min(1.0, effects.var(axis=1, ddof=1).mean() / seeds / squared))


def _clear(effects: NDArray[np.float64], low: float, high: float) -> bool | None:
    """Tell whether a factor does something: in the mean, or here one way and there the other (F test)."""
    from scipy.stats import f

    count, seeds = effects.shape
    if seeds < 2:
        return None
    limit = float(f.isf(FALSE_ALARM, count, count * (seeds - 1)))
    return bool(low > 0.0 or high < 0.0 or _noise_share(effects) * limit < 1.0)


# Sobol


def _sobol(results: StudyResults, names: Sequence[str], grid: Grid, seed: int, flat: bool,
           found: _Found, head: dict[str, Any]) -> list[dict[str, Any]]:
    if flat:
        return [dict.fromkeys(("first", "first_low", "first_high", "total", "total_low", "total_high", "total_noise"),
                              np.nan)] * len(names)
    second = bool(results.file.design and results.file.design.second_order)
    chance = total_noise(grid, len(names), second)
    of = _salib("sobol")(problem(names), grid.mean(axis=1), calc_second_order=second, num_resamples=RESAMPLES,
                         seed=seed + 1)  # SALib takes 0 for none
    if second:
        found.pairs += [head | {"factor": names[i], "other": names[j], "second": float(of["S2"][i, j]),
                                "second_low": float(of["S2"][i, j] - of["S2_conf"][i, j]),
                                "second_high": float(of["S2"][i, j] + of["S2_conf"][i, j])}
                        for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = []
    for i in range(len(names)):
        first, first_half, total, total_half = (float(of[key][i]) for key in ("S1", "S1_conf", "ST", "ST_conf"))
        rows.append({"first": first, "first_low": first - first_half, "first_high": first + first_half,
                     "total": total, "total_low": total - total_half, "total_high": total + total_half,
                     "total_noise": chance[i]})
    return rows


def total_noise(grid: Grid, factors: int, second: bool) -> list[float]:
    """Return the part of each factor's total order that is replication noise.

    A total order is half the mean squared difference between points that differ in one factor, over the variance.
    Noise adds to it half the variance of that difference, taken within seeds; NaN with one replication.

    Parameters
    ----------
    grid : float64, shape (points, replications)
        Of a Saltelli sample, in its order.
    factors : int
    second : bool
    """
    seeds = grid.shape[1]
    if seeds < 2:
        return [float("nan")] * factors
    blocks = grid.reshape(-1, (2 * factors if second else factors) + 2, seeds)
    between = float(blocks[:, [0, -1]].mean(axis=2).var())
    apart = blocks[:, :1] - blocks[:, 1:factors + 1]
    noises = apart.var(axis=2, ddof=1).mean(axis=0) / seeds
    return [0.5 * float(value) / between for value in noises]


def _salib(kind: str) -> Any:
    import importlib

    try:
        return importlib.import_module(f"SALib.analyze.{kind}").analyze
    except ModuleNotFoundError:
        raise InputError("sensitivity: needs SALib; install it with: pip install 'fraudsim[study]'") from None


# What a reader must know


def _notes(results: StudyResults, found: _Found, runs: Runs) -> list[str]:
    method = METHODS[results.file.design.kind] if results.file.design else ""
    lines = list(MORRIS_NOTES if method == "morris" else SOBOL_NOTES)
    if runs.replications < 2:
        lines.insert(0, ONE_MORRIS if method == "morris" else ONE_SOBOL)
    if runs.shared:
        lines.append(SHARED)
    loud = [f"{row['outcome']} ({row['arm']})" for row in found.variance if row["noise"] >= LOUD]
    if loud:
        lines.append(f"Chance makes half of the variance or more, so that little is known about single factors: "
                     f"{', '.join(loud)}. More replications would tell.")
    flat = [f"{row['outcome']} ({row['arm']})" for row in found.variance if row["sd"] == 0]
    if flat:
        lines.append(f"The same at every point, so that nothing can be said: {', '.join(flat)}.")
    steps = [factor.name for factor in results.factors if factor.distribution in ("integer", "choice")]
    if steps:
        lines.append(f"Takes few values, so that neighbouring points of the sample may be alike: {', '.join(steps)}.")
    return lines


SHARED = (
    "All points have the same seeds: fit for contrasts between points. Means and shares of points are of these seeds "
    "alone; for those give each point its own (same_seeds = false).")
ONE_MORRIS = (
    "ONE REPLICATION: these effects hold chance, and how much is unknown. Nothing can be called clear, and the "
    "interval of mu is about one seed. Two or more replications would tell.")
ONE_SOBOL = (
    "ONE REPLICATION: these indices hold chance, and how much is unknown. First orders are too low by it, and a total "
    "order may be chance in whole. Rest nothing on small ones; two or more replications would tell.")
MORRIS_NOTES = (
    "mu*: mean size of the change in the outcome when a factor moves through its whole range, other factors "
    "anywhere in theirs; in the outcome's unit. It ranks, it is no share of variance, and chance makes it larger. "
    "mu: the mean change itself, with its sign.",
    "Intervals are 95%: of mu by t over trajectories and seeds, of mu* by bootstrap over trajectories.",
    "sigma/mu*: near 0 the effect is the same everywhere; above about 0.5 it bends or hangs on other factors; near "
    "1 and above it changes sign or is mostly chance.",
    "Noise: share of the factor's own squared effects that is chance, from its differences within each seed. Clear: "
    "the interval of mu excludes zero, or the effects are larger than their noise (F test, 1%); of twenty factors that "
    "do nothing but make noise about one is called clear. Not clear: not shown to matter, nor shown not to; the "
    "interval of mu says how much it may be.",
    "All of it holds for these ranges only: a factor with a narrow range looks weak.",
)
SOBOL_NOTES = (
    "First order: share of the variance between points that is gone when the factor is known. Total order: share "
    "that is left when all others are known. Total well above first and chance: it acts together with others.",
    "Intervals are 95%, by bootstrap over the sample; a value below 0 or above 1 says that the sample is small.",
    "Chance: the part of a total order that is replication noise, estimated from differences within seeds. No factor "
    "explains it, and first orders sum to less by chance's share of the variance.",
    "All of it holds for these ranges only: a factor with a narrow range brings little variance.",
)
