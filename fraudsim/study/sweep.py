"""Displacement is never reported from one value: the settings it hangs on, swept, and who runs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from fraudsim.study.pool import Progress, for_seeds
from fraudsim.study.run import ReplicationResult, replicate

if TYPE_CHECKING:
    from fraudsim.interventions.base import Intervention
    from fraudsim.worlds.schema import World

SWEPT = {"choice_scale": (0.03, 0.6), "relocation_weeks": (1.0, 24.0)}
"""How sharply syndicates tell better places from worse, and what moving a den costs: lowest and highest assumed."""

CORNERS: tuple[dict[str, float], ...] = tuple(dict(zip(SWEPT, values)) for values in product(*SWEPT.values()))
LEAST_PAIRS = 2


@dataclass(frozen=True)
class SweptSetting:
    """The same comparison at another setting.

    Attributes
    ----------
    setting : dict of str to float
        Parameters of ``parameters.adaptation`` and their values.
    results : tuple of ReplicationResult
    """

    setting: dict[str, float]
    results: tuple[ReplicationResult, ...] = field(repr=False)


@dataclass(frozen=True)
class Task:
    """One replication at one setting: a corner of the sweep, or the world as it stands (None)."""

    seed: int
    corner: int | None = None

    def __str__(self) -> str:
        told = "" if self.corner is None else f" ({words(CORNERS[self.corner])})"
        return f"{self.seed}{told}"


def words(setting: dict[str, float]) -> str:
    """Write a setting in words.

    Examples
    --------
    >>> words(CORNERS[0])
    'choice_scale 0.03, relocation_weeks 1'
    """
    return ", ".join(f"{name} {value:g}" for name, value in setting.items())


def pairs(replications: int) -> int:
    """Return how many replications each setting of the sweep gets.

    Examples
    --------
    >>> pairs(5), pairs(40)
    (2, 4)
    """
    return max(LEAST_PAIRS, replications // 10)


def runs(replications: int, sweep: bool) -> int:
    """Return how many replications a comparison takes in all, those of the sweep included.

    Examples
    --------
    >>> runs(20, True), runs(20, False)
    (28, 20)
    """
    return replications + (len(CORNERS) * pairs(replications) if sweep else 0)


def all_settings(world: World, arms: Sequence[tuple[Intervention, ...]], days: int, seeds: range, jobs: int,
                 progress: Progress | None,
                 sweep: bool) -> tuple[tuple[ReplicationResult, ...], tuple[SweptSetting, ...]]:
    """Run all replications at the world's setting, and some of them at every corner of the sweep.

    Parameters
    ----------
    world : World
    arms : sequence of tuple of Intervention
    days : int
    seeds : range
        The corners take the first few, so that they are paired with one another too.
    jobs : int
    progress : callable, optional
    sweep : bool
    """
    few = range(seeds.start, seeds.start + pairs(len(seeds))) if sweep else range(0)
    tasks = [*map(Task, seeds), *(Task(seed, corner) for corner in range(len(CORNERS)) for seed in few)]
    worlds = tuple(_at(world, setting) for setting in CORNERS) if sweep else ()
    done = for_seeds(partial(_one, world, worlds, tuple(arms), days), tasks, jobs, progress)
    rest = done[len(seeds):]
    swept = tuple(SweptSetting(setting, tuple(rest[i * len(few): (i + 1) * len(few)]))
                  for i, setting in enumerate(CORNERS)) if sweep else ()
    return tuple(done[:len(seeds)]), swept


def _at(world: World, setting: dict[str, float]) -> World:
    from fraudsim.worlds.loader import load_world

    return load_world(world, {f"parameters.adaptation.{name}": value for name, value in setting.items()})


def _one(world: World, worlds: tuple[World, ...], arms: tuple[tuple[Intervention, ...], ...], days: int,
         task: Task) -> ReplicationResult:
    return replicate(world if task.corner is None else worlds[task.corner], arms, days, task.seed)
