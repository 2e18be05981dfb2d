"""A stored study, as people read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.inputs import is_whole, told
from fraudsim.study.plan.designs import Points
from fraudsim.study.plan.factors import Factor, names_of
from fraudsim.study.plan.plan import Plan
from fraudsim.study.plan.schema import StudyFile
from fraudsim.study.reading.stored import Stored
from fraudsim.worlds.problems import listed
from fraudsim.worlds.schema import World

if TYPE_CHECKING:
    import pandas as pd


class StudyResults:
    """What a sweep has found so far; read anew with every call, also while it still runs.

    Parameters
    ----------
    directory : str or path

    Attributes
    ----------
    directory : Path
    file : StudyFile
        The study as written.
    factors : tuple of Factor
        Uncertainties, then levers; :attr:`uncertainties` and :attr:`levers` are their names.
    arm_names, outcome_names : tuple of str
        Arms, the baseline first; outcomes that are kept.

    Raises
    ------
    InputError
        If the directory holds no study, or one of a newer version.
    """

    def __init__(self, directory: str | Path) -> None:
        if not isinstance(directory, str | Path):
            raise InputError(f"directory: {told(directory)}; allowed: the path of a directory that a sweep has written")
        self.stored = Stored.open(directory)
        self.directory = self.stored.directory
        self.factors: tuple[Factor, ...] = self.stored.factors
        self.arm_names = self.stored.shape.arms
        self.outcome_names = self.stored.shape.outcomes

    @cached_property
    def file(self) -> StudyFile:
        """The study as written."""
        try:
            return StudyFile.model_validate(self.stored.about["study"])
        except ValueError:
            raise InputError(f"{self.directory}: its study.json is not as it was written; put back a copy") from None

    @cached_property
    def world(self) -> World:
        """The world, with the study's overrides, before a point's values are put in."""
        plain = self.stored.content["world"]
        return World.model_validate(plain | {"start": dt.date.fromisoformat(plain["start"])})

    @cached_property
    def plan(self) -> Plan:
        """The checked study, as it was when the directory was made."""
        names = [factor.name for factor in self.factors]
        columns = [self.stored.points[name].to_pylist() for name in names]
        rows = list(zip(*columns)) if names else [()]
        sample = self.stored.sample
        shares = None if sample is None else np.column_stack([sample[name].to_numpy() for name in names])
        return Plan(self.file, self.world, self.arm_names[1:], self.stored.content["days"], self.outcome_names,
                    self.factors, Points(rows, shares), self.stored.content["model"])

    @property
    def uncertainties(self) -> tuple[str, ...]:
        """Names of the columns that hold uncertainties."""
        return names_of(self.factors, "uncertainty")

    @property
    def levers(self) -> tuple[str, ...]:
        """Names of the columns that hold levers."""
        return names_of(self.factors, "lever")

    def status(self) -> dict[str, int]:
        """Return how many ``runs`` the study has, and how many are ``done``, have ``failed`` and are ``left``."""
        return self.stored.status()

    def points(self) -> pd.DataFrame:
        """Return a row for every design point: ``point`` and all factors."""
        found: pd.DataFrame = self.stored.points.to_pandas()
        return found

    def sample(self) -> pd.DataFrame:
        """Return the sample from the unit cube behind the points, as sensitivity analyses take it.

        Raises
        ------
        InputError
            For a design that has none: a full factorial, or points of one's own.
        """
        if self.stored.sample is None:
            kind = self.file.design.kind if self.file.design else "no"
            raise InputError(f"{self.directory}: a {kind} design has no sample from the unit cube")
        found: pd.DataFrame = self.stored.sample.to_pandas()
        return found

    def runs(self, outcomes: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return a row for every run and arm, the baseline included.

        Parameters
        ----------
        outcomes : str or iterable of str, optional
            All that are kept unless given.

        Returns
        -------
        DataFrame
            ``run``, ``point``, ``replication``, ``seed``, ``arm``, all factors, the outcomes; by point, replication
            and arm. What has no value is NaN. Runs that failed are in :meth:`failures`.
        """
        chosen = self._chosen(outcomes)
        return self._with_factors(self.stored.done(chosen), chosen)

    def _with_factors(self, rows: pd.DataFrame, last: Sequence[str]) -> pd.DataFrame:
        found = rows.merge(self.points(), on="point", how="left", validate="many_to_one")
        head = [name for name in rows.columns if name not in last]
        return found[[*head, *(factor.name for factor in self.factors), *last]]

    def _chosen(self, outcomes: Iterable[str] | str | None) -> list[str]:
        """Return the names of the outcomes that are asked for, in the study's order."""
        if outcomes is None:
            return list(self.outcome_names)
        wanted = [outcomes] if isinstance(outcomes, str) else list(outcomes)
        from fraudsim.study.inputs import chosen_outcomes

        chosen = chosen_outcomes(wanted)
        if absent := [name for name in wanted if name not in self.outcome_names]:
            raise InputError([f"outcomes: {name} is not kept by this study; kept: {listed(self.outcome_names)}"
                              for name in absent])
        return [name for name in self.outcome_names if name in chosen]

    def outcomes(self, outcomes: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return a row for every run, arm and outcome: the tidy form of :meth:`runs`, with ``unit`` and ``good``."""
        wide = self.runs(outcomes)
        keys = [name for name in wide.columns if name not in self.outcome_names]
        tidy = wide.melt(keys, var_name="outcome", value_name="value")
        about = {o.name: o for o in OUTCOMES}
        units = {name: about[name].unit for name in self.outcome_names}
        goods = {name: about[name].good for name in self.outcome_names}
        return tidy.assign(unit=tidy["outcome"].map(units), good=tidy["outcome"].map(goods))

    def paired(self, outcomes: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return what each arm changed against the baseline of the same run: arm less baseline.

        Returns
        -------
        DataFrame
            As :meth:`runs`, without the baseline.
        """
        rows, chosen = self.runs(outcomes), self._chosen(outcomes)
        base = rows[rows["arm"] == self.arm_names[0]].set_index("run")[chosen]
        arms = rows[rows["arm"] != self.arm_names[0]].reset_index(drop=True)
        arms[chosen] = arms[chosen].to_numpy() - base.loc[arms["run"]].to_numpy()
        return arms

    def summary(self, outcomes: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return means, intervals and paired differences of every point, arm and outcome.

        Returns
        -------
        DataFrame
            ``point``, all factors, ``arm``, ``outcome``, ``unit``, ``good``; ``mean`` over ``replications``, with its
            95% Student-t interval ``mean_low`` to ``mean_high``; and, as in a comparison, ``baseline``, the mean
            paired ``difference`` with its 95% interval ``low`` to ``high``, ``relative``, ``share_better``,
            ``pairs``, ``variance_ratio``: missing for the baseline itself.
        """
        from fraudsim.study.reading.summaries import summary_frame

        chosen = self._chosen(outcomes)
        frame = summary_frame(self.stored.done(chosen), self.arm_names, chosen)
        last = [name for name in frame.columns if name != "point"]
        return self._with_factors(frame, last)

    def daily(self, smooth: int = 1, point: int | None = None) -> pd.DataFrame:
        """Return daily curves of world totals with bands over the replications, for every point and arm.

        Parameters
        ----------
        smooth : int
            Days over which each replication is averaged first.
        point : int, optional
            All unless given.

        Returns
        -------
        DataFrame
            ``point``, ``arm``, ``series``, ``day``, ``date``, ``mean``, and ``low`` and ``high``: the 2.5% and 97.5%
            quantiles over replications. Money in currency.

        Raises
        ------
        InputError
            If the study keeps no daily series.
        """
        from fraudsim.study.reading.summaries import daily_frame

        days, bands = int(self.stored.content["days"]), self.stored.shape.bands
        if not bands:
            raise InputError(f"{self.directory}: this study keeps no daily series; set daily = true in its file")
        if not (is_whole(smooth) and 1 <= smooth <= days):
            raise InputError(f"smooth: {told(smooth)}; allowed: 1 to {days}, the days of the study")
        rows = self.stored.done([f"daily_{band}" for band in bands])
        rows = rows if point is None else rows[rows["point"] == point]
        return daily_frame(rows, bands, self.arm_names, int(smooth), np.datetime64(self.world.start, "D"))

    def breakdown(self) -> pd.DataFrame:
        """Return outcomes part by part, for displacement.

        Returns
        -------
        DataFrame
            ``run``, ``point``, ``replication``, ``seed``, ``arm``, ``by`` (place, target, nationality, script,
            channel), ``outcome``, ``part``, ``value``.

        Raises
        ------
        InputError
            If the study does not keep them.
        """
        from fraudsim.study.reading.parts import parts_frame

        if not self.stored.shape.breakdown:
            raise InputError(f"{self.directory}: this study does not keep outcomes part by part; set breakdown = true "
                             "in its file")
        return parts_frame(self.stored.done(["parts"]), [country.iso for country in self.world.countries])

    def failures(self) -> pd.DataFrame:
        """Return a row for every run that failed: ``run``, ``point``, ``replication``, ``seed``, factors, error."""
        last = ["error", "attempts", "settings", "seconds"]
        return self._with_factors(self.stored.failed(), last)

    def notes(self) -> list[str]:
        """Return sentences that a reader must know: idle arms, series that had not settled on day 0, failed runs."""
        from fraudsim.outcomes.steady import WATCHED, unsettled

        rows = self.stored.rows(["drift"], self.arm_names[0])
        drifts = [dict(zip(WATCHED, (None if x != x else x for x in values))) for values in rows["drift"]]
        failed = self.status()["failed"]
        lines = self.plan.idle() + (unsettled(drifts) if drifts else [])
        return lines + ([f"{failed:,} runs failed: see failures"] if failed else [])

    def closing(self) -> list[str]:
        """Return the lines that a sweep ends with: how many runs are done, have failed, and are left."""
        counts = self.status()
        parts = [f"{counts['done']:,} of {counts['runs']:,} runs done"]
        parts += [f"{counts[key]:,} {key}" for key in ("failed", "left") if counts[key]]
        lines = [f"{self.directory}: {', '.join(parts)}."]
        if counts["failed"]:
            lines.append(f"What failed, and why: fraudsim query {self.directory} 'select * from failures'")
        return lines + [f"{self.file.name}: {line}" for line in self.notes() if "runs failed" not in line]

    def export(self, file: str | Path, to: str = "csv") -> Path:
        """Write the study to a file in another form, whole or not at all.

        Parameters
        ----------
        file : str or path
        to : {"csv", "excel", "duckdb", "canonical"}
            A row each run and arm; a workbook; one database file; lines of JSON, sorted and without times, the same
            to the byte however the runs were done.

        Raises
        ------
        InputError
        """
        from fraudsim.study.reading.export import export

        return export(self, file, to)

    def sql(self, query: str) -> pd.DataFrame:
        """Return the answer to a query in SQL, over all runs that are stored now.

        Tables: ``runs``, ``points``, ``outcomes``, ``paired``, ``failures``, and ``daily`` where it is kept.

        Raises
        ------
        InputError
            In one line, if it is no query.
        """
        from fraudsim.study.reading.sql import query as ask

        if not isinstance(query, str):
            raise InputError(f"query: {told(query)}; allowed: text such as 'select count(*) from runs'")
        return ask(self.stored, query)

    def __str__(self) -> str:
        return "\n".join(self.closing())

    def _repr_html_(self) -> str:
        from fraudsim.study.reading.html import study_html

        return study_html(self)

    def to_json(self) -> dict[str, Any]:
        """Return name, world, arms, factors and status as plain data."""
        content = self.stored.content
        return {"name": self.file.name, "world": content["world"]["name"], "arms": list(self.arm_names),
                "uncertainties": list(self.uncertainties), "levers": list(self.levers), **self.status(),
                "model": content["model"]}
