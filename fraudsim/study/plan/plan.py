"""A checked study: everything that its results follow from, and nothing else that could change them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from fraudsim.interventions.parsing import BASELINE
from fraudsim.study.plan.designs import Points
from fraudsim.study.plan.factors import Factor
from fraudsim.study.plan.model import model_version
from fraudsim.study.plan.schema import StudyFile

if TYPE_CHECKING:
    from fraudsim.worlds.schema import World


class Unit(NamedTuple):
    """The unit of work: one replication of all arms at one design point."""

    point: int
    replication: int


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that a study's results follow from: see :meth:`Plan.content`."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def run_name(fingerprint: str, point: int, replication: int) -> str:
    """Return the name of a run: see :meth:`Plan.run_id`."""
    return hashlib.sha256(f"{fingerprint}/{point}/{replication}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Plan:
    """A checked study.

    Attributes
    ----------
    file : StudyFile
        As written.
    world : World
        With the study's overrides.
    arms : tuple of str
        Without the baseline, ``all`` written out.
    days : int
    outcomes : tuple of str
        Those that are kept.
    factors : tuple of Factor
        Uncertainties first, then levers.
    points : Points
    model : dict of str to str
        Version and source hash of the package that runs it.
    """

    file: StudyFile
    world: World = field(repr=False)
    arms: tuple[str, ...]
    days: int
    outcomes: tuple[str, ...] = field(repr=False)
    factors: tuple[Factor, ...]
    points: Points = field(repr=False)
    model: dict[str, str] = field(default_factory=model_version)

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Names of all arms, the baseline first."""
        return (BASELINE, *self.arms)

    @property
    def replications(self) -> int:
        """Replications of every point."""
        return self.file.replications

    @property
    def units(self) -> int:
        """Number of units of work: points times replications."""
        return len(self.points.rows) * self.replications

    def seed(self, unit: Unit) -> int:
        """Return the seed of a unit."""
        point = 0 if self.file.same_seeds else unit.point
        return self.file.seed + point * self.replications + unit.replication

    def run_id(self, unit: Unit) -> str:
        """Return the name of a unit's run: 16 hexadecimal digits that follow from all its results follow from."""
        return run_name(self.fingerprint, unit.point, unit.replication)

    def settings(self, point: int) -> dict[str, Any]:
        """Return what a point puts over the world: path to value."""
        return {factor.target: factor.setting(value) for factor, value in zip(self.factors, self.points.rows[point])}

    def idle(self) -> list[str]:
        """Return a line for every arm that acts too late for the study's days, unless its start is varied."""
        from fraudsim.interventions.parsing import parse_arm

        varied = {factor.target.split(".")[1] for factor in self.factors if factor.target.endswith(".start")}
        lines = []
        for name in self.arms:
            arm = parse_arm(name, self.world)
            start = min((i.start for i in arm), default=self.days)
            if start >= self.days and not varied & {i.name for i in arm}:
                lines.append(f"arm {name!r} acts from day {start} on: never within {self.days:,} days")
        return lines

    def content(self) -> dict[str, Any]:
        """Return all that the results follow from as plain data, the points as their hash."""
        rows = json.dumps(self.points.rows, sort_keys=True)
        return {
            "world": self.world.model_dump(mode="json"), "arms": list(self.arms), "days": self.days,
            "seed": self.file.seed, "replications": self.replications, "same_seeds": self.file.same_seeds,
            "outcomes": list(self.outcomes), "daily": self.file.daily, "breakdown": self.file.breakdown,
            "factors": [factor.plain() for factor in self.factors],
            "points": {"count": len(self.points.rows), "hash": hashlib.sha256(rows.encode()).hexdigest()[:16]},
            "model": self.model,
        }

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of :meth:`content`."""
        return fingerprint(self.content())

    def blocks(self) -> Iterator[list[Unit]]:
        """Yield all units, in blocks that share their burn-in: points that differ in levers only, of one replication.

        The order does not change any result. A block is best done by one worker, which lives the burn-in once.
        """
        for points in self._same_uncertainties():
            for replication in range(self.replications):
                yield [Unit(point, replication) for point in points]

    def _same_uncertainties(self) -> Iterator[list[int]]:
        n = sum(factor.role == "uncertainty" for factor in self.factors)
        rows = self.points.rows
        order = sorted(range(len(rows)), key=lambda point: (repr(rows[point][:n]), point))
        for _, points in groupby(order, key=lambda point: rows[point][:n]):
            yield list(points)
