"""Under which uncertainties an arm fails: scenario discovery with PRIM and CART."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.inputs import told, too_low
from fraudsim.study.questions.answer import Answer
from fraudsim.study.questions.asked import Condition, about, chosen_arms, conditions, doubtful, refuse
from fraudsim.study.questions.boxes import Box, Limits, chosen, expected, has_prim, inside, leaves, peeled, tested
from fraudsim.study.questions.grids import Runs, left_out, read, uneven, whole_points
from fraudsim.study.questions.packages import parts
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.plan.factors import Factor
    from fraudsim.study.reading.results import StudyResults

FAILS = "loss_net>=0"
FEW = 10
"""Fewer failing, or other, points than these say little."""


@dataclass(frozen=True)
class Discovery(Answer):
    """Where an arm fails.

    Tables
    ------
    boxes
        A row for every restricted factor of the box that PRIM found: ``low``, ``high`` or ``values``, the factor's
        own range, and the quasi-p-value of either limit.
    summary
        The box: ``points``, ``hits`` (points at which the arm fails), ``coverage``, ``density``, and both
        at points that it was not found on (``coverage_new``, ``density_new``).
    trajectory
        All boxes on the way there; ``chosen`` marks the one that is reported.
    leaves
        CART's leaves, a rule each; ``density_new``: how often trees that had not seen a leaf's points expect the arm to
        fail there, on average.
    points
        A row for every design point: factors, the number that the first condition looks at, ``fails``, ``unclear``.
    """

    question: ClassVar[str] = "discover"

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        from fraudsim.report.answers import condition_label

        said = " or ".join(condition_label(text) for text in self.asked["fails"])
        return f"Where {self.asked['arm']} fails in {self.runs}: {said}"

    @property
    def rate(self) -> float:
        """Share of the points at which the arm fails."""
        return float(self.tables["points"]["fails"].mean())

    def plot(self) -> Figure:
        """Draw the way of the peeling, the box, its two strongest factors, and CART's leaves."""
        from fraudsim.report.discovery import discovery_figure

        return discovery_figure(self.tables, self.asked["fails"][0], self.title)

    def show(self, to: Console) -> None:
        """Print the box and CART's leaves."""
        from fraudsim.report.discovery import discovery_table

        discovery_table(to, self.tables, title=self.title, notes=self.notes)


def discover(results: StudyResults, arm: str | None = None, fails: Iterable[str] | str = FAILS,
             box: int | None = None, seed: int = 0) -> Discovery:
    """Return under which values of the factors an arm fails.

    Parameters
    ----------
    results : StudyResults
        A study whose design spreads its points over the ranges, such as a Latin hypercube.
    arm : str, optional
        The only arm unless given.
    fails : str or iterable of str
        When it fails: ``"loss_net>=0"`` (the mean paired difference is not below zero), ``"captive_days>5%"``,
        ``"level:victims>=5000"``; of several, any.
    box : int, optional
        Number of the box on the peeling trajectory; unless given, the one with the largest harmonic mean of coverage
        and density. Limits with a quasi-p-value of 5% and more are lifted from every box beforehand.
    seed : int
        Of how the points are divided for the test at new points.

    Raises
    ------
    InputError
    """
    name, wanted, lines = _checked(results, arm, fails, box, seed)
    refuse(results.directory, lines)
    runs = read(results, [name], [c.term for c in wanted])
    whole = whole_points(list(runs.levels.values()))
    refuse(results.directory, [] if len(whole) else ["no point has finite values in all runs; the sweep must go on"])
    points = _points(results, runs, name, wanted, whole)
    factors = touching(results.factors, name)
    x, hit = _factors_of(points, factors), points["fails"].to_numpy(np.bool_)
    found = _Found(x, hit, seed)
    if 0 < hit.sum() < len(hit):
        found.look(results, box)
    asked = {"arm": name, "fails": [c.text for c in wanted], "box": box, "seed": seed}
    tables = found.tables(factors) | {"points": points}
    return Discovery(asked, about(results), results.world.currency, tables,
                     (*left_out(whole, runs.points), *_notes(results, points, found, len(factors))))


def _checked(results: StudyResults, arm: object, fails: Any, box: object,
             seed: object) -> tuple[str, list[Condition], list[str]]:
    wanted, lines = conditions(fails, results.outcome_names, "fails")
    arms = results.arm_names[1:]
    if arm is None and len(arms) != 1:
        lines.append(f"arm: the study has {len(arms)}; name one: {listed(arms)}" if arms else
                     "arm: the study has none beside the baseline")
    names, more = chosen_arms(None if arm is None else [str(arm)], arms, "arm")
    if not wanted and not lines:
        lines.append("fails: no condition given, such as 'loss_net>=0'")
    if not touching(results.factors, (names or [""])[0]):
        lines.append("the study has no factors that touch this arm: there is nothing that failing could hang on")
    lines += too_low(seed=(seed, 0)) + (too_low(box=(box, 0)) if box is not None else [])
    return (names or [""])[0], wanted, [*lines, *more]


def touching(factors: Sequence[Factor], arm: str) -> list[Factor]:
    """Return factors without the settings of interventions that are not in the arm: they cannot make it fail."""
    inside = set(parts(arm))

    def sets(factor: Factor) -> str:
        path = factor.path.removeprefix("interventions.")
        return path.partition(".")[0] if factor.role == "lever" or path != factor.path else ""

    return [factor for factor in factors if sets(factor) in {"", *inside}]


def _points(results: StudyResults, runs: Runs, arm: str, wanted: Sequence[Condition],
            whole: NDArray[np.int64]) -> pd.DataFrame:
    frame = results.points().iloc[whole].reset_index(drop=True)
    fails, unclear = np.zeros(len(whole), np.bool_), np.zeros(len(whole), np.bool_)
    for i, c in enumerate(wanted):
        grid = (runs.level(arm, c.term) if c.of == "level" else runs.change(arm, c.term))[whole]
        base = runs.level("baseline", c.term)[whole].mean(axis=1)
        fails |= c.holds(grid.mean(axis=1), base)
        unclear |= doubtful(grid, c.limits(base))
        if i == 0:
            frame["value"], frame["limit"] = grid.mean(axis=1), c.limits(base)
    return frame.assign(fails=fails, unclear=unclear)


def _factors_of(points: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """Return the factors as numbers and texts."""
    frame = points[[factor.name for factor in factors]].copy()
    for factor in factors:
        if factor.sort not in ("number", "whole"):
            frame[factor.name] = frame[factor.name].map(str).astype(object)
    return frame


@dataclass
class _Found:
    x: pd.DataFrame
    hit: NDArray[np.bool_]
    seed: int
    trajectory: tuple[Box, ...] = ()
    at: int = 0
    new: tuple[float, float] = (float("nan"), float("nan"))
    leaves: tuple[Box, ...] = ()
    expected: NDArray[np.float64] | None = None

    def look(self, results: StudyResults, box: int | None) -> None:
        """Find boxes and leaves."""
        self.leaves = tuple(leaves(self.x, self.hit))
        if min(int(self.hit.sum()), int((~self.hit).sum())) >= FEW:
            self.expected = expected(self.x, self.hit, self.seed)
        if not has_prim():
            return
        self.trajectory = tuple(peeled(self.x, self.hit))
        last = len(self.trajectory) - 1
        refuse(results.directory, [f"box: {told(box)}; allowed: 0 to {last}, the boxes of the peeling trajectory"]
               if box is not None and box > last else [])
        self.at = chosen(self.trajectory) if box is None else box
        if box is None and min(int(self.hit.sum()), int((~self.hit).sum())) >= FEW:
            self.new = tested(self.x, self.hit, _best, self.seed)

    def tables(self, factors: Sequence[Factor]) -> dict[str, pd.DataFrame]:
        """Return everything found as tables."""
        import pandas as pd

        boxes = [_limit_row(self.trajectory[self.at], factor, self.x) for factor in factors
                 if self.trajectory and factor.name in self.trajectory[self.at].limits]
        summary = [_box_row(self.trajectory[self.at]) | {"coverage_new": self.new[0], "density_new": self.new[1]}] \
            if self.trajectory else []
        return {"boxes": pd.DataFrame(boxes, columns=LIMITS), "summary": pd.DataFrame(summary),
                "trajectory": pd.DataFrame([{"box": i} | _box_row(box) | {"chosen": i == self.at}
                                            for i, box in enumerate(self.trajectory)]),
                "leaves": pd.DataFrame([{"rule": rule(leaf.limits, self.x)} | _box_row(leaf)
                                        | {"density_new": self._new(leaf)} for leaf in self.leaves])}

    def _new(self, leaf: Box) -> float:
        return float("nan") if self.expected is None else float(self.expected[inside(self.x, leaf.limits)].mean())


def _best(x: pd.DataFrame, hit: NDArray[np.bool_]) -> Limits:
    trajectory = peeled(x, hit)
    return trajectory[chosen(trajectory)].limits


LIMITS = ["factor", "role", "path", "unit", "low", "high", "values", "range_low", "range_high", "quasi_p_low",
          "quasi_p_high"]


def _limit_row(box: Box, factor: Factor, x: pd.DataFrame) -> dict[str, Any]:
    limit, chance = box.limits[factor.name], box.chance.get(factor.name, (float("nan"), float("nan")))
    head = {"factor": factor.name, "role": factor.role, "path": factor.path, "unit": factor.unit}
    if isinstance(limit, frozenset):
        return head | {"low": np.nan, "high": np.nan, "values": ", ".join(sorted(limit)), "range_low": np.nan,
                       "range_high": np.nan, "quasi_p_low": chance[0], "quasi_p_high": chance[1]}
    least, most = float(x[factor.name].min()), float(x[factor.name].max())
    return head | {"low": limit[0], "high": limit[1], "values": "", "range_low": least, "range_high": most,
                   "quasi_p_low": chance[0], "quasi_p_high": chance[1]}


def _box_row(box: Box) -> dict[str, Any]:
    return {"points": box.points, "hits": box.hits, "coverage": box.coverage, "density": box.density,
            "restricted": len(box.limits)}


def rule(limits: Limits, x: pd.DataFrame) -> str:
    """Return a box in words.

    Examples
    --------
    >>> import pandas as pd
    >>> rule({"a": (0.2, 1.0)}, pd.DataFrame({"a": [0.0, 1.0]}))
    'a >= 0.2'
    """
    parts = []
    for name, limit in limits.items():
        if isinstance(limit, frozenset):
            parts.append(f"{name} is {' or '.join(sorted(limit))}")
            continue
        low, high = limit[0] > float(x[name].min()), limit[1] < float(x[name].max())
        if low and high:
            parts.append(f"{limit[0]:.3g} <= {name} <= {limit[1]:.3g}")
        elif low or high:
            parts.append(f"{name} >= {limit[0]:.3g}" if low else f"{name} <= {limit[1]:.3g}")
    return " and ".join(parts) or "everywhere"


def _notes(results: StudyResults, points: pd.DataFrame, found: _Found, used: int) -> list[str]:
    fails, total = int(points["fails"].sum()), len(points)
    lines = [f"It fails at {fails:,} of {total:,} points."]
    if int(results.stored.content["replications"]) < 2:
        lines[0] += " One replication: at how many of them by chance cannot be told."
    else:
        lines[0] += (f" At {int(points['unclear'].sum()):,} points the 95% interval over the replications holds the "
                     "limit: there it may as well be the other way.")
    if more := len(results.factors) - used:
        lines.append(f"Left out: {more} factors that set interventions which are not in this arm.")
    if fails in (0, total):
        return [*lines, "So there is nothing to tell apart: no box is looked for."]
    if min(fails, total - fails) < FEW:
        lines.append("So few points on one side say little: take more points, or another limit.")
    lines += uneven(results)
    if not has_prim():
        lines.append("PRIM is left out: it needs the EMA Workbench (pip install 'fraudsim[ema]'). CART stands alone.")
    return lines + list(NOTES)


NOTES = (
    "Density: share of the points in the box at which the arm fails. Coverage: share of all failing points that lie "
    "in it. 'New' points: the same, over five parts of the points, each held against a box found on the other four. "
    "Where that is much lower, the box describes the sample rather than the model. CART's 'new': how often trees "
    "grown on the other four parts expect it to fail at a leaf's points; the share inside flatters, 100% above all.",
    "Quasi-p: chance of so many failing points if that one limit were lifted; the limit was chosen by looking, so "
    "it is too small by an unknown amount.",
    "A box describes where failing lies in these ranges; it says neither that these factors cause it nor how likely "
    "such a world is.",
)
