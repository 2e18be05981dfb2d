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
from fraudsim.study.questions.grids import Grid, Noise, Runs, noise, not_finite, read

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


@dataclass(frozen=True)
class Sensitivity(Answer):
    """Sensitivity of outcomes to the factors of a study.

    Tables
    ------
    indices
        A row for every arm, outcome and factor. Morris: ``mu``, ``mu_star`` with 95% interval, ``sigma``, ``ratio``
        (sigma / mu*), ``floor`` (the mu* that chance alone would give), ``clear``. Sobol: ``first`` and ``total``
        order with 95% intervals.
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
        _analyse(results, method, key, grid, noise(grid, runs.shared), seed, found)
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


def _analyse(results: StudyResults, method: str, key: tuple[str, Of, Term], grid: Grid, chance: Noise, seed: int,
             found: _Found) -> None:
    arm, of, asked = key
    head = {"arm": arm, "of": of, "outcome": asked.name, "unit": asked.unit}
    means = grid.mean(axis=1)
    sd = float(means.std(ddof=1))
    found.variance.append(head | {"mean": float(means.mean()), "sd": sd, "noise": chance.share,
                                  "replications": grid.shape[1]})
    names = [factor.name for factor in results.factors]
    flat = not sd > 1e-12 * float(np.abs(means).max())
    rows = _morris(results, names, means, chance, seed, flat) if method == "morris" else _sobol(
        results, names, means, seed, flat, found, head)
    paths = {factor.name: (factor.role, factor.path) for factor in results.factors}
    found.indices += [head | {"factor": name, "role": paths[name][0], "path": paths[name][1]} | row
                      for name, row in zip(names, rows, strict=True)]


# Morris


def _morris(results: StudyResults, names: Sequence[str], means: NDArray[np.float64], chance: Noise, seed: int,
            flat: bool) -> list[dict[str, Any]]:
    levels = (results.file.design.levels if results.file.design else None) or MORRIS_LEVELS
    floor = _floor(chance, levels)
    if flat:
        return [{"mu": 0.0, "mu_star": 0.0, "mu_star_low": 0.0, "mu_star_high": 0.0, "sigma": 0.0, "ratio": np.nan,
                 "floor": floor, "clear": False} for _ in names]
    analyse = _salib("morris")
    sample = results.sample()[list(names)].to_numpy(np.float64)
    found = analyse(problem(names), sample, means, num_resamples=RESAMPLES, num_levels=levels, seed=seed)
    rows = []
    for i in range(len(names)):
        mu, star, half, sigma = (float(found[key][i]) for key in ("mu", "mu_star", "mu_star_conf", "sigma"))
        rows.append({"mu": mu, "mu_star": star, "mu_star_low": star - half, "mu_star_high": star + half,
                     "sigma": sigma, "ratio": sigma / star if star > 0 else np.nan, "floor": floor,
                     "clear": bool(star - half > (floor if np.isfinite(floor) else 0.0))})
    return rows


def _floor(chance: Noise, levels: int) -> float:
    """Return the mu* that chance alone gives: the mean size of a difference of two noisy means over one step.

    The difference of two means, each with variance v, is taken as normal: its mean size is sqrt(2 v) sqrt(2 / pi).
    """
    step = levels / (2.0 * (levels - 1.0))
    return float(2.0 * np.sqrt(chance.variance / np.pi) / step)


# Sobol


def _sobol(results: StudyResults, names: Sequence[str], means: NDArray[np.float64], seed: int, flat: bool,
           found: _Found, head: dict[str, Any]) -> list[dict[str, Any]]:
    if flat:
        return [dict.fromkeys(("first", "first_low", "first_high", "total", "total_low", "total_high"), np.nan)
                for _ in names]
    second = bool(results.file.design and results.file.design.second_order)
    of = _salib("sobol")(problem(names), means, calc_second_order=second, num_resamples=RESAMPLES, seed=seed)
    if second:
        found.pairs += [head | {"factor": names[i], "other": names[j], "second": float(of["S2"][i, j]),
                                "second_low": float(of["S2"][i, j] - of["S2_conf"][i, j]),
                                "second_high": float(of["S2"][i, j] + of["S2_conf"][i, j])}
                        for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = []
    for i in range(len(names)):
        first, first_half, total, total_half = (float(of[key][i]) for key in ("S1", "S1_conf", "ST", "ST_conf"))
        rows.append({"first": first, "first_low": first - first_half, "first_high": first + first_half,
                     "total": total, "total_low": total - total_half, "total_high": total + total_half})
    return rows


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
        lines.append("One replication: how much of the variance is chance cannot be told. Two or more would tell.")
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


MORRIS_NOTES = (
    "mu*: mean size of the change in the outcome when a factor moves through its whole range, other factors "
    "anywhere in theirs; in the outcome's unit. It ranks, it is no share of variance.",
    "sigma/mu*: near 0 the effect is the same everywhere; above about 0.5 it bends or hangs on other factors; near "
    "1 and above it changes sign or is mostly chance.",
    "Floor: the mu* that chance alone would give with so many replications. A factor whose interval reaches below "
    "it has not been shown to matter; nor has it been shown not to. Shared seeds cancel more chance between points "
    "that are alike, so the floor errs on the high side.",
    "All of it holds for these ranges only: a factor with a narrow range looks weak.",
)
SOBOL_NOTES = (
    "First order: share of the variance between points that is gone when the factor is known. Total order: share "
    "that is left when all others are known. Total well above first: it acts together with others.",
    "Intervals are 95%, by bootstrap over the sample; a value below 0 or above 1 says that the sample is small.",
    "Chance: no factor explains that share of the variance, first orders sum to less by it, and each total order "
    "may hold all of it.",
    "All of it holds for these ranges only: a factor with a narrow range brings little variance.",
)
