"""Further runs that a question needs: sweeps of their own, kept in the study's directory and never done twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.designs import Points
from fraudsim.study.plan.factors import Factor
from fraudsim.study.plan.model import model_version
from fraudsim.study.plan.plan import Plan
from fraudsim.study.pool import StudyError
from fraudsim.study.reading.stored import Stored
from fraudsim.study.storage.layout import MANIFEST, Shard
from fraudsim.study.storage.store import BeingWrittenError
from fraudsim.study.work.dispatch import Rules
from fraudsim.study.work.driver import How, sweep
from fraudsim.study.work.local import LocalExecutor
from fraudsim.study.work.progress import Report, shown

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.work.local import InlineExecutor
    from fraudsim.study.work.unit import Work


@dataclass(frozen=True)
class Means:
    """How further runs are done; nothing of it changes a result.

    Attributes
    ----------
    jobs : int
    timeout : float or None
        Seconds that a run may take.
    retries : int
    progress : bool or callable
    executor : Executor, optional
        Workers that are there already, in place of ``jobs`` new ones.
    work : callable, optional
        Does a job in place of the model: for tests.
    """

    jobs: int = 1
    timeout: float | None = None
    retries: int = 1
    progress: bool | Report = True
    executor: LocalExecutor | InlineExecutor | None = None
    work: Work | None = None

    def problems(self) -> list[str]:
        """Return a line for every mistake."""
        lines = too_low(jobs=(self.jobs, 1), retries=(self.retries, 0))
        number = isinstance(self.timeout, int | float) and not isinstance(self.timeout, bool)
        if self.timeout is not None and not (number and 0 < float(self.timeout) < float("inf")):
            lines.append(f"timeout: {told(self.timeout)}; allowed: seconds, above 0, or none")
        shown_how: object = self.progress
        if not isinstance(shown_how, bool) and not callable(shown_how):
            lines.append(f"progress: {told(shown_how)}; allowed: True, False, or a function of two numbers")
        return lines


@dataclass
class Runner:
    """Does sweeps below one directory, with one set of workers and one account of progress.

    Attributes
    ----------
    place : Path
    means : Means
    work : callable or None
        Does a job; the model's own runs unless given.
    """

    place: Path
    means: Means
    work: Work | None
    executor: LocalExecutor | InlineExecutor
    report: Report

    def run(self, name: str, plan: Plan) -> pd.DataFrame:
        """Do what has not been done of a plan, and return a row for every run and arm that is done.

        Parameters
        ----------
        name : str
            Of its directory.
        plan : Plan

        Raises
        ------
        InputError
        StudyError
            If the sweep cannot go on, or all of its runs have failed.
        """
        out = self.place / name
        rules = Rules(self.means.timeout, self.means.retries)
        try:
            sweep(plan, out, Shard(), How(self.means.jobs, None, rules, self.report, self.work, self.executor))
        except BeingWrittenError as error:
            raise InputError(f"{self.place.parent}: {error.who} is at work on the same question; wait for it: its runs "
                             "will be there") from None
        stored = Stored.open(out)
        rows = stored.done(plan.outcomes)
        if not len(rows):
            failed = stored.failed()
            raise StudyError(f"{out}: all {len(failed):,} runs failed; the first: {failed['error'].iloc[0]}")
        return rows

    def failed(self, name: str) -> int:
        """Return how many runs of a sweep have failed."""
        return Stored.open(self.place / name).status()["failed"]


@contextmanager
def running(place: Path, means: Means, work: Work | None, total: int) -> Iterator[Runner]:
    """Give what does sweeps below a directory.

    Parameters
    ----------
    place : Path
        Made if need be.
    means : Means
    work : callable or None
    total : int
        Most runs that there may be in all.

    Raises
    ------
    InputError
        If the directory cannot be made.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{place}: cannot be written: {error.strerror or error}") from None
    executor = means.executor or LocalExecutor(means.jobs)
    try:
        with shown(means.progress, total, _done_before(place), at_most=True) as report:
            yield Runner(place, means, means.work or work, executor, report)
    except BaseException:
        if means.executor is None:
            executor.shutdown(cancel_futures=True)
        raise
    if means.executor is None:
        executor.shutdown()


def _done_before(place: Path) -> int:
    return sum(Stored.open(about.parent).status()["done"] for about in place.glob(f"*/{MANIFEST}"))


def further(plan: Plan, points: Points, factors: Sequence[Factor], seed: int, replications: int = 1,
            same_seeds: bool = False, **other: Any) -> Plan:
    """Return a study's plan at other points, with other seeds, by the model as it is now.

    Parameters
    ----------
    plan : Plan
    points : Points
    factors : sequence of Factor
        Those whose values the points hold.
    seed : int
        Of the first run.
    replications : int
    same_seeds : bool
        Whether all points share their seeds.
    **other
        Further parts of the plan: ``arms``, ``outcomes``, ``days``.
    """
    arms = other.get("arms", plan.arms)
    file = plan.file.model_copy(update={"seed": seed, "replications": replications, "same_seeds": same_seeds,
                                        "daily": False, "breakdown": False, "arms": tuple(arms)})
    return replace(plan, file=file, factors=tuple(factors), points=points, model=model_version(), **other)


def drawn(factors: Sequence[Factor], count: int, seed: int) -> Points:
    """Return points drawn from the distributions of factors: a Latin hypercube.

    Parameters
    ----------
    factors : sequence of Factor
        None of them: as many points without any value.
    count, seed : int
    """
    if not factors:
        return Points([()] * count)
    from scipy.stats import qmc

    shares: NDArray[np.float64] = np.asarray(qmc.LatinHypercube(len(factors), rng=seed).random(count))
    return Points(list(zip(*(factor.at(shares[:, i]) for i, factor in enumerate(factors)))), shares)


def table_of(points: Points, factors: Sequence[Factor]) -> pd.DataFrame:
    """Return points as a table: ``point`` and a column for every factor."""
    import pandas as pd

    frame = pd.DataFrame(points.rows, columns=[factor.name for factor in factors])
    frame.insert(0, "point", range(len(points.rows)))
    return frame


def by_point(rows: pd.DataFrame, columns: Sequence[str], count: int) -> NDArray[np.float64]:
    """Return means over replications of every point, NaN where no run has a value: float64, shape (points, columns)."""
    means = rows.groupby("point")[list(columns)].mean().reindex(range(count))
    return np.asarray(means.to_numpy(np.float64))
