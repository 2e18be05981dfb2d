"""A study: checked, run, and opened again."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from fraudsim.errors import InputError
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.checked import StudyLike, checked
from fraudsim.study.plan.factors import Factor, names_of
from fraudsim.study.plan.plan import Plan
from fraudsim.study.reading.results import StudyResults
from fraudsim.study.storage.layout import Shard
from fraudsim.study.work.dispatch import Rules
from fraudsim.study.work.driver import How, sweep
from fraudsim.study.work.progress import Report

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.work.pilot import StudyCheck
    from fraudsim.study.work.unit import Work


class Study:
    """A study, checked.

    Parameters
    ----------
    study : str, path or dict
        A study file, or what it would say; ``world`` may be a World.
    points : DataFrame, optional
        The design's points, a column for every factor by path or name, in place of a design.

    Attributes
    ----------
    plan : Plan
        All that its results follow from.

    Raises
    ------
    InputError
        All mistakes, one line each.

    Examples
    --------
    >>> study = Study({"name": "pairs", "world": "tutorial", "replications": 2, "arms": ["joint-raids"]})
    >>> study.plan.units
    2
    """

    def __init__(self, study: StudyLike, points: pd.DataFrame | None = None) -> None:
        self.plan: Plan = checked(study, points)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Uncertainties, then levers."""
        return self.plan.factors

    @property
    def uncertainties(self) -> tuple[str, ...]:
        """Names of the columns that hold uncertainties."""
        return names_of(self.factors, "uncertainty")

    @property
    def levers(self) -> tuple[str, ...]:
        """Names of the columns that hold levers."""
        return names_of(self.factors, "lever")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes that are kept."""
        return self.plan.outcomes

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms, the baseline first."""
        return self.plan.arm_names

    def points(self) -> pd.DataFrame:
        """Return a row for every design point: ``point`` and all factors."""
        from fraudsim.study.storage.manifest import POINTS, point_tables

        found: pd.DataFrame = point_tables(self.plan)[POINTS].to_pandas()
        return found

    def __str__(self) -> str:
        return str(self.check(pilot=False))

    def _repr_html_(self) -> str:
        return self.check(pilot=False)._repr_html_()

    def check(self, jobs: int = 1, pilot: bool = True) -> StudyCheck:
        """Return how many runs the study has, how long they take and how much they leave on the disk.

        Parameters
        ----------
        jobs : int
            Processes to count on.
        pilot : bool
            Whether a few runs are made, and thrown away, to measure time and disk.

        Raises
        ------
        InputError
            If the values of a design point contradict one another.
        """
        from fraudsim.study.work.pilot import study_check

        lines = too_low(jobs=(jobs, 1))
        if lines:
            raise InputError(lines)
        return study_check(self.plan, int(jobs), bool(pilot))

    def run(self, out: str | Path, jobs: int = 1, shard: str | None = None, cluster: str | None = None,
            timeout: float | None = None, retries: int = 1, progress: bool | Report = True,
            work: Work | None = None) -> StudyResults:
        """Do all runs that have not been done yet, and return what the directory holds then.

        Parameters
        ----------
        out : str or path
            Directory of the store; one that holds this study already is gone on with.
        jobs : int
            Processes on this machine.
        shard : str, optional
            ``"k/n"``: the k-th of n shares of the work; each may be done by another machine into the same directory.
        cluster : str, optional
            Address of a Dask scheduler that does the work in place of this machine.
        timeout : float, optional
            Seconds that a run may take.
        retries : int
            Further attempts at a run that failed.
        progress : bool or callable
            Whether progress is shown; or what is called with runs done and failed since the last call.
        work : callable, optional
            Does a job in place of the model: for tests and benchmarks.

        Raises
        ------
        InputError
            For bad arguments, a directory that cannot be written or holds another study, or a cluster that cannot be
            reached.
        StudyError
            If the sweep cannot go on. Runs that were finished are safe, and the same call goes on from there.
        """
        part, lines = shard_of(shard)
        lines += too_low(jobs=(jobs, 1), retries=(retries, 0)) + _problems(out, timeout, progress)
        if lines:
            raise InputError(lines)
        how = How(int(jobs), cluster, Rules(timeout, int(retries)), progress, work)
        sweep(self.plan, out, part, how)
        return StudyResults(out)


def shard_of(text: str | None) -> tuple[Shard, list[str]]:
    """Return the shard that ``k/n`` names, and a line if it names none.

    Examples
    --------
    >>> shard_of("2/4"), shard_of("5/4")[1]
    ((Shard(k=2, n=4), []), ["shard: '5/4'; allowed: k/n with k from 1 to n, such as 1/4"])
    """
    if text is None:
        return Shard(), []
    found = re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", text) if isinstance(text, str) else None
    if found and 1 <= int(found[1]) <= int(found[2]):
        return Shard(int(found[1]), int(found[2])), []
    return Shard(), [f"shard: {told(text)}; allowed: k/n with k from 1 to n, such as 1/4"]


def _problems(out: object, timeout: object, progress: object) -> list[str]:
    lines = []
    if not isinstance(out, (str, os.PathLike)):
        lines.append(f"out: {told(out)}; allowed: the path of a directory")
    number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if timeout is not None and not (number and 0 < float(str(timeout)) < float("inf")):
        lines.append(f"timeout: {told(timeout)}; allowed: seconds, above 0, or none")
    if not isinstance(progress, bool) and not callable(progress):
        lines.append(f"progress: {told(progress)}; allowed: True, False, or a function of two numbers")
    return lines
