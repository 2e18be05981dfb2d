"""Runs as grids of design points and replications; their means, and the share of variance that is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.questions.asked import Term
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from fraudsim.study.reading.results import StudyResults

type Grid = NDArray[np.float64]

MOST_TOLD = 6


@dataclass(frozen=True)
class Runs:
    """Everything asked of a study's runs, read once.

    Attributes
    ----------
    points : int
        Design points of the study, done or not.
    replications : int
    shared : bool
        Whether replication i has the same seed at every point.
    levels : dict of (str, str) to float64, shape (points, replications)
        By arm and name of a term; NaN where a run is missing or has no value.
    """

    points: int
    replications: int
    shared: bool
    levels: dict[tuple[str, str], Grid]

    def level(self, arm: str, term: Term) -> Grid:
        """Return a term in every run of an arm."""
        return self.levels[arm, term.name]

    def change(self, arm: str, term: Term) -> Grid:
        """Return arm less baseline of the same run."""
        return self.levels[arm, term.name] - self.levels["baseline", term.name]


def read(results: StudyResults, arms: Sequence[str], terms: Sequence[Term]) -> Runs:
    """Read runs of some arms; the baseline comes with them.

    Parameters
    ----------
    results : StudyResults
    arms : sequence of str
    terms : sequence of Term
    """
    names = list(dict.fromkeys(name for term in terms for name in term.outcomes))
    frame = results.stored.done(names)
    shape = (int(results.stored.content["points"]["count"]), int(results.stored.content["replications"]))
    levels = {}
    for arm in dict.fromkeys(["baseline", *arms]):
        rows = frame[frame["arm"] == arm]
        at = rows["point"].to_numpy(np.int64), rows["replication"].to_numpy(np.int64)
        for term in terms:
            grid = np.full(shape, np.nan)
            grid[at] = term.of(rows)
            levels[arm, term.name] = grid
    return Runs(*shape, bool(results.stored.content["same_seeds"]), levels)


def not_finite(grid: Grid, what: str) -> list[str]:
    """Return one line that says which runs have no finite value; nothing where all have one.

    Parameters
    ----------
    grid : float64, shape (points, replications)
    what : str
    """
    bad = np.argwhere(~np.isfinite(grid))
    if not len(bad):
        return []
    said = [f"point {point} replication {replication}" for point, replication in bad[:MOST_TOLD]]
    more = f" and {len(bad) - MOST_TOLD:,} more" if len(bad) > MOST_TOLD else ""
    return [f"{what}: no finite value in {len(bad):,} of {grid.size:,} runs ({', '.join(said)}{more}); an analysis "
            "would take them for zeros. `fraudsim sweep` does what is missing or failed; an outcome that has no value "
            "where nothing happened cannot be asked for"]


def whole_points(grids: Sequence[Grid]) -> NDArray[np.int64]:
    """Return the design points at which all runs have finite values."""
    fine = np.all([np.isfinite(grid).all(axis=1) for grid in grids], axis=0)
    found: NDArray[np.int64] = np.flatnonzero(fine)
    return found


def left_out(whole: NDArray[np.int64], points: int) -> list[str]:
    """Return a sentence on design points that are left out, since runs are missing or have no value."""
    absent = [str(point) for point in range(points) if point not in set(whole.tolist())]
    if not absent:
        return []
    return [f"{len(absent):,} of {points:,} points are left out, since runs of theirs are missing, have failed or have "
            f"no value: {listed(absent[:12])}{' and more' if len(absent) > 12 else ''}."]


def uneven(results: StudyResults) -> list[str]:
    """Return a sentence on a design whose points are no even sample of the ranges."""
    kind = results.file.design.kind if results.file.design else "none"
    if kind not in ("morris", "saltelli", "full-factorial", "csv"):
        return []
    why = {"morris": "its points come in trajectories that repeat one another's values",
           "saltelli": "its points repeat one another's values"}.get(kind, "its points are chosen, not drawn")
    return [f"The design is {kind}: {why}, so that shares of points and their intervals say less than those of a Latin "
            "hypercube or a Sobol sequence would."]


@dataclass(frozen=True)
class Noise:
    """How much of the variance between design points is chance.

    Attributes
    ----------
    variance : float
        Variance of a point's mean over replications that is due to chance; NaN with one replication.
    share : float
        That, of the variance of the means between points.
    """

    variance: float
    share: float


def noise(grid: Grid, shared: bool) -> Noise:
    """Return how much of the variance between points' means is replication noise.

    With shared seeds what a seed does to all points alike cancels out of every comparison of points, so only what
    it does to each in its own way (point by replication) counts.

    Parameters
    ----------
    grid : float64, shape (points, replications)
        Finite.
    shared : bool
        Whether replication i has the same seed at every point.

    Examples
    --------
    >>> noise(np.array([[1.0, 2.0], [5.0, 6.0]]), shared=True)
    Noise(variance=0.0, share=0.0)
    """
    points, replications = grid.shape
    between = float(grid.mean(axis=1).var(ddof=1)) if points > 1 else float("nan")
    if replications < 2 or points < 2:
        return Noise(float("nan"), float("nan"))
    rest = grid - grid.mean(axis=1, keepdims=True)
    degrees = points * (replications - 1)
    if shared:
        rest = rest - rest.mean(axis=0, keepdims=True)
        degrees = (points - 1) * (replications - 1)
    variance = float((rest**2).sum()) / degrees / replications
    return Noise(variance, min(1.0, variance / between) if between > 0 else 0.0)
