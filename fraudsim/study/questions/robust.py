"""How arms stand over what is not known: worst case, regret, and how often what is wanted is reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.inputs import too_low
from fraudsim.study.questions.answer import Answer
from fraudsim.study.questions.asked import (
    Condition,
    Term,
    about,
    about_bystanders,
    about_workers,
    chosen_arms,
    conditions,
    doubtful,
    hits_bystanders,
    parts_of_harm,
    refuse,
    terms,
    verdict,
)
from fraudsim.study.questions.grids import Runs, left_out, read, uneven, whole_points

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.reading.results import StudyResults

type Grid = NDArray[np.float64]

RESAMPLES = 1000
MARGIN = "1%"
"""Of the baseline: losses must fall by it and no harm rise by more, unless criteria are given; less is noise."""

LARGE = 0.9
"""Regret is shown at this quantile over the points, beside its mean and its largest value."""


@dataclass(frozen=True)
class Robustness(Answer):
    """How arms, the baseline among them, stand over the design points of a study.

    Tables
    ------
    arms
        A row for every outcome and arm: ``mean`` over the points; ``worst`` value and ``worst_point``; regret, the
        distance to the arm that is best at the same point: ``regret_mean``, ``regret_90`` with 95% bootstrap intervals
        over the points, and over the seeds where points share them; ``regret_max`` at ``regret_point``; ``best_share``
        of the points at which no arm is better; ``chance``, the mean standard error of a regret at one point;
        ``modelled``: whether anything in the arm can hit a bystander in the model, where wrong hits are asked about.
    harm
        A row for every arm and sum of harm to workers, and for its parts as far as they are kept: mean change against
        the baseline over the points, with a 95% bootstrap interval, and a ``verdict``: better, worse, unclear; mixed: a
        sum of which one part is worse.
    criteria
        A row for every criterion and arm, and for all criteria together: ``share`` of the points whose mean meets it,
        with its 95% interval; ``unclear``, the share at which the 95% interval over the replications holds the limit,
        and ``clear``, the share that meets it and is not among those (NaN with one replication).
    choices
        For every outcome, the arm that each rule would choose: best mean, maximin (best worst case), smallest 90th
        percentile of regret, minimax regret; and the arm that meets all criteria at most points.
    points
        A row for every design point and arm: the means behind all of it.
    """

    question: ClassVar[str] = "robust"

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        return (f"Robustness of arms in {self.runs}: {self.about['points']:,} points x "
                f"{self.about['replications']:,} replications")

    def plot(self) -> Figure:
        """Draw regret of every arm for every outcome, and how often the criteria are met."""
        from fraudsim.report.robustness import robustness_figure

        return robustness_figure(self.table(), self.tables["criteria"], self.tables["harm"], self.currency, self.title)

    def show(self, to: Console) -> None:
        """Print regret of every arm for every outcome, what each rule would choose, and the criteria."""
        from fraudsim.report.robustness import robustness_table

        robustness_table(to, self.tables, title=self.title, currency=self.currency, notes=self.notes)


def robust(results: StudyResults, outcomes: Iterable[str] | str | None = None,
           criteria: Iterable[str] | str | None = None, arms: Iterable[str] | str | None = None,
           seed: int = 0) -> Robustness:
    """Return worst case, regret and satisficing of arms over the design points.

    Parameters
    ----------
    results : StudyResults
        A study with uncertainties.
    outcomes : str or iterable of str, optional
        Names, several joined by ``+``; losses, workers' and bystanders' harm and cost unless given. Only outcomes
        of which less, or more, is better.
    criteria : str or iterable of str, optional
        ``"loss_net<=-10%"``, ``"level:victims<=5000"``. Unless given: the first of the outcomes better than without
        intervention by 1% at least, the others, sums of harm to workers in their parts, worse by 1% at most; cost left
        out.
    arms : str or iterable of str, optional
        All unless given; the baseline is always among them.
    seed : int
        Of the bootstrap behind the intervals.

    Raises
    ------
    InputError
    """
    asked, wanted, names, lines = _checked(results, outcomes, criteria, arms, seed)
    refuse(results.directory, lines)
    parts = parts_of_harm(results.outcome_names)
    runs = read(results, names, [*asked, *parts, *(c.term for c in wanted)])
    whole = whole_points(list(runs.levels.values()))
    if not len(whole):
        refuse(results.directory, ["no point has finite values in all runs; the sweep must go on first"])
    rng = np.random.default_rng(seed)
    samples = _samples(runs, len(whole), rng)
    tables = {"arms": _arms(runs, names, asked, whole, samples), "criteria": _criteria(runs, names, wanted, whole)}
    tables |= {"harm": _harm(runs, names[1:], [t for t in asked if about_workers(t)], parts, whole, samples)}
    tables |= {"choices": _choices(tables["arms"], tables["criteria"]), "points": _points(runs, names, asked, whole)}
    plain = {"outcomes": [t.name for t in asked], "criteria": [c.text for c in wanted], "arms": names, "seed": seed}
    return Robustness(plain, about(results), results.world.currency, tables,
                      tuple(_notes(results, runs, whole, tables["arms"])))


def _checked(results: StudyResults, outcomes: Any, criteria: Any, arms: Any,
             seed: object) -> tuple[list[Term], list[Condition], list[str], list[str]]:
    found, lines = terms(outcomes, results.outcome_names)
    lines += [f"outcomes: {t.name}: neither more nor less of it is better" for t in found if t.good == "none"]
    criteria = _usual(found) if criteria is None else criteria
    wanted, more = conditions(criteria, results.outcome_names, "criteria")
    names, others = chosen_arms(arms, results.arm_names)
    names = ["baseline", *(name for name in names if name != "baseline")]
    if len(names) < 2 and not others:
        others.append("arms: there is nothing to choose from; the study needs an arm beside the baseline")
    if not results.uncertainties:
        others.append("the study has no uncertainties: there is nothing to be robust against")
    return found, wanted, names, [*too_low(seed=(seed, 0)), *lines, *more, *others]


def _usual(asked: Sequence[Term]) -> list[str]:
    """Return the criteria unless some are given: the first outcome better, no other worse, whatever it costs.

    Sums of harm to workers are taken apart: one that falls while a part of it rises would pass.
    """
    chosen = [t for t in asked if "public_cost" not in t.outcomes]
    lines = []
    for i, t in enumerate(chosen):
        below = (t.good == "down") == bool(i)
        names = t.outcomes if i and about_workers(t) else (t.name,)
        lines += [f"{name}{'<=' if t.good == 'down' else '>='}{'' if below else '-'}{MARGIN}" for name in names]
    return lines


# Regret

type Sample = tuple[NDArray[np.int64], NDArray[np.int64]]


def _samples(runs: Runs, points: int, rng: np.random.Generator) -> list[Sample]:
    """Return which points, and which replications, each resample of the bootstrap is made of.

    Replications are drawn again only where they have the same seeds at all points: what a seed does to all of them
    does not average out over the points. Where each point has its own seeds, drawing points again does for both.
    """
    every = np.arange(runs.replications)
    return [(rng.integers(0, points, points),
             rng.integers(0, len(every), len(every)) if runs.shared and len(every) > 1 else every)
            for _ in range(RESAMPLES)]


def _drawn(grid: Grid, sample: Sample) -> Grid:
    """Return means over the replications at the points of a resample; the last axes are points and replications."""
    found: Grid = grid[..., sample[0], :][..., sample[1]].mean(axis=-1)
    return found



def regrets(values: Grid, good: str) -> Grid:
    """Return the distance of every arm to the best arm at each point.

    Parameters
    ----------
    values : float64, shape (arms, points)
    good : {"up", "down"}

    Examples
    --------
    >>> regrets(np.array([[3.0, 1.0], [2.0, 4.0]]), "down").tolist()
    [[1.0, 0.0], [0.0, 3.0]]
    """
    result: Grid = values - values.min(axis=0) if good == "down" else values.max(axis=0) - values
    return result


def _arms(runs: Runs, names: Sequence[str], asked: Sequence[Term], whole: NDArray[np.int64],
          samples: Sequence[Sample]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for t in asked:
        grids = np.stack([runs.level(name, t)[whole] for name in names])
        values = grids.mean(axis=2)
        regret = regrets(values, t.good)
        chance = _chance(grids, values, t.good)
        ends = _ends(grids, t.good, samples)
        rows += [{"outcome": t.name, "unit": t.unit, "good": t.good, "arm": name}
                 | _row(values[i], regret[i], t.good, whole, ends[:, :, i])
                 | {"chance": chance[i], "modelled": not about_bystanders(t) or hits_bystanders(name)}
                 for i, name in enumerate(names)]
    return pd.DataFrame(rows)


def _ends(grids: Grid, good: str, samples: Sequence[Sample]) -> Grid:
    """Return the 95% intervals of mean and 90th percentile of regret: float64, shape (2, 2, arms)."""
    found = np.empty((len(samples), 2, len(grids)))
    for i, sample in enumerate(samples):
        regret = regrets(_drawn(grids, sample), good)
        found[i] = regret.mean(axis=1), np.quantile(regret, LARGE, axis=1)
    ends: Grid = np.quantile(found, [0.025, 0.975], axis=0)
    return ends


def _harm(runs: Runs, names: Sequence[str], sums: Sequence[Term], parts: Sequence[Term], whole: NDArray[np.int64],
          samples: Sequence[Sample]) -> pd.DataFrame:
    """Return what arms change in harm to workers: sums that were asked about, and the parts that study keeps."""
    import pandas as pd

    rows = []
    asked = [t for t in sums if t not in parts]
    for name in names:
        behind = [_changed(runs, name, t, whole, samples) for t in parts]
        rows += [_changed(runs, name, t, whole, samples, [row["verdict"] for row in behind]) for t in asked] + behind
    return pd.DataFrame(rows, columns=["arm", "objective", "unit", "good", "baseline", "mean", "low", "high",
                                       "verdict"])


def _changed(runs: Runs, name: str, t: Term, whole: NDArray[np.int64], samples: Sequence[Sample],
             behind: Sequence[str] = ()) -> dict[str, Any]:
    change = runs.change(name, t)[whole]
    mean = float(change.mean())
    low, high = (float(x) for x in np.quantile([_drawn(change, sample).mean() for sample in samples], [0.025, 0.975]))
    return {"arm": name, "objective": t.name, "unit": t.unit, "good": t.good,
            "baseline": float(runs.level("baseline", t)[whole].mean()), "mean": mean, "low": low, "high": high,
            "verdict": verdict(mean, low, high, t.good, behind)}


def _row(values: Grid, regret: Grid, good: str, whole: NDArray[np.int64], ends: Grid) -> dict[str, Any]:
    worst = int(values.argmax() if good == "down" else values.argmin())
    most = int(regret.argmax())
    (mean_low, large_low), (mean_high, large_high) = ends
    return {"mean": float(values.mean()), "worst": float(values[worst]), "worst_point": int(whole[worst]),
            "regret_mean": float(regret.mean()), "regret_mean_low": float(mean_low),
            "regret_mean_high": float(mean_high), "regret_90": float(np.quantile(regret, LARGE)),
            "regret_90_low": float(large_low), "regret_90_high": float(large_high),
            "regret_max": float(regret[most]), "regret_point": int(whole[most]),
            "best_share": float(np.mean(regret == 0))}


def _chance(grids: Grid, values: Grid, good: str) -> Grid:
    """Return the mean standard error of each arm's regret at one point; NaN with one replication."""
    replications = grids.shape[2]
    if replications < 2:
        return np.full(len(grids), np.nan)
    best = values.argmin(axis=0) if good == "down" else values.argmax(axis=0)
    leader = np.take_along_axis(grids, best[None, :, None], axis=0)
    spread = (grids - leader).std(axis=2, ddof=1) / np.sqrt(replications)
    result: Grid = spread.mean(axis=1)
    return result


# Criteria and choices


def _criteria(runs: Runs, names: Sequence[str], wanted: Sequence[Condition],
              whole: NDArray[np.int64]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name in names:
        found = [_met(runs, name, c, whole) for c in wanted]
        known = [not about_bystanders(c.term) or hits_bystanders(name) for c in wanted]
        every = list(zip((c.text for c in wanted), found, known, strict=True))
        every += [(ALL, _all_met(found), all(known))] if len(wanted) > 1 else []
        rows += [{"criterion": text, "arm": name, "modelled": fine, **share_row(of[0]),
                  **_clear(of, runs.replications)} for text, of, fine in every]
    columns = ["criterion", "arm", "share", "low", "high", "clear", "unclear", "points", "modelled"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {text: i for i, text in enumerate([*(c.text for c in wanted), ALL])}
    return frame.sort_values("criterion", key=lambda s: s.map(order), kind="stable", ignore_index=True)


type Both = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""At which points something is met by the mean, and at which that is unclear."""


def _met(runs: Runs, name: str, c: Condition, whole: NDArray[np.int64]) -> Both:
    """Tell at which points a condition is met by the mean, and at which that is unclear."""
    grid = runs.level(name, c.term) if c.of == "level" else runs.change(name, c.term)
    base = runs.level("baseline", c.term).mean(axis=1)
    return c.holds(grid.mean(axis=1), base)[whole], doubtful(grid, c.limits(base))[whole]


def _all_met(found: Sequence[Both]) -> Both:
    """Tell where all conditions are met, and where that is unclear: none is clearly missed and one may be."""
    met, doubt = (np.stack(of) for of in zip(*found, strict=True))
    return met.all(axis=0), (met | doubt).all(axis=0) & doubt.any(axis=0)


def _clear(of: Both, replications: int) -> dict[str, float]:
    met, doubt = of
    if replications < 2:
        return {"clear": float("nan"), "unclear": float("nan")}
    return {"clear": float(np.mean(met & ~doubt)), "unclear": float(np.mean(doubt))}


def share_row(of: NDArray[np.bool_]) -> dict[str, Any]:
    """Return a share of points with its 95% interval by Wilson."""
    from scipy.stats import binomtest

    found = binomtest(int(of.sum()), len(of)).proportion_ci(0.95, "wilson")
    return {"share": float(of.mean()), "low": float(found.low), "high": float(found.high), "points": len(of)}


ALL = "all of them"
RULES = {"best mean": ("mean", None), "maximin": ("worst", None), "90th percentile regret": ("regret_90", "down"),
         "minimax regret": ("regret_max", "down")}
"""Rule of choice to the column it looks at, and which direction is better: that of the outcome unless given."""


def _choices(arms: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for outcome, mine in arms.groupby("outcome", sort=False):
        mine = mine[mine["modelled"]]
        for rule, (column, good) in RULES.items():
            best = mine[column].min() if (good or mine["good"].iloc[0]) == "down" else mine[column].max()
            chosen = mine["arm"][mine[column] == best].tolist()
            rows.append({"outcome": outcome, "rule": rule, "arms": ", ".join(chosen), "value": float(best)})
    if len(criteria):
        last = criteria[criteria["criterion"] == criteria["criterion"].iloc[-1]]
        best = last["share"].max()
        rows.append({"outcome": "", "rule": "satisficing", "arms": ", ".join(last["arm"][last["share"] == best]),
                     "value": float(best)})
    return pd.DataFrame(rows)


def _points(runs: Runs, names: Sequence[str], asked: Sequence[Term], whole: NDArray[np.int64]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([pd.DataFrame({"point": whole, "arm": name,
                                    **{t.name: runs.level(name, t)[whole].mean(axis=1) for t in asked}})
                      for name in names], ignore_index=True)


def _notes(results: StudyResults, runs: Runs, whole: NDArray[np.int64], arms: pd.DataFrame) -> list[str]:
    lines = left_out(whole, runs.points)
    lines += [
        "Regret: what is lost against the arm that turns out best at the same point. It depends on which arms stand in "
        "the comparison: one more arm may raise all others' regret.",
        "Worst case and largest regret rest on one point each, and on the ends of the ranges; intervals of shares and "
        "regrets are over the points, as if they were drawn at random. Points are weighted alike: no probability of "
        "being true goes with them.",
    ]
    lines += uneven(results)
    if runs.shared:
        few = "one seed, so that" if runs.replications < 2 else f"{runs.replications} seeds, so that the bootstrap " \
            "draws seeds as well as points, and still"
        lines.append(f"All points share {few} intervals are too narrow by what these seeds have in common at every "
                     "point. Shared seeds are for contrasts between points; for means over points, give each its own "
                     "(same_seeds = false) or take more replications.")
    if not arms["modelled"].all():
        lines.append("Not modelled: nothing in the arm has a way to hit a bystander in this model, which does not mean "
                     "that it hits none. Such arms stand back where arms are chosen by wrong hits.")
    if runs.replications < 2:
        lines.append("One replication: how much of a regret is chance, and which points meet a criterion by chance, "
                     "cannot be told.")
    else:
        lines.append("Chance adds to regret, since the best arm of several noisy ones is picked at each point: compare "
                     "regret with its standard error at one point (column chance).")
    if results.levers:
        lines.append(f"Levers vary from point to point too ({', '.join(results.levers)}): an arm is judged as it is "
                     "set at each point, not at its best setting.")
    return lines
