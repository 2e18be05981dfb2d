"""One unit of work, wherever it is done: all arms of one replication at one design point, and its line in the store."""

from __future__ import annotations

import json
import math
import pickle
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fraudsim.errors import InputError
from fraudsim.study.plan.model import model_hash
from fraudsim.study.work.timer import TooLong, time_limit

if TYPE_CHECKING:
    from fraudsim.study.plan.plan import Plan, Unit
    from fraudsim.study.run import ReplicationResult
    from fraudsim.worlds.schema import World


@dataclass(frozen=True)
class Base:
    """What all units of a study have in common.

    Attributes
    ----------
    world : World
        Before a point's values are put in.
    arms, outcomes : tuple of str
        Arms without the baseline; outcomes that are kept.
    days : int
    daily, breakdown : bool
        Whether daily series, and outcomes part by part, are kept.
    model : str
        Hash of the model's sources that must do it.
    """

    world: World
    arms: tuple[str, ...]
    days: int
    outcomes: tuple[str, ...]
    daily: bool
    breakdown: bool
    model: str


class Job(NamedTuple):
    """A unit of work with all that it takes beyond the base."""

    run: str
    point: int
    replication: int
    seed: int
    settings: dict[str, Any]
    attempt: int = 1


class Answer(NamedTuple):
    """What became of a job: its line for the journal, how long it took, and the error if it failed ('' if not)."""

    line: bytes
    seconds: float = 0.0
    error: str = ""
    lasting: bool = False
    """Whether the error would come again: bad input, which no second attempt makes good."""


class OtherModel(RuntimeError):
    """A worker has another version of the package than the one that gave the work."""


type Work = Callable[[Base, Job], dict[str, Any]]
"""Does one job and returns what is kept of it: see :func:`live`."""


def base_of(plan: Plan) -> bytes:
    """Return what all units of a study have in common, as bytes that travel to any worker."""
    return pickle.dumps(Base(plan.world, plan.arms, plan.days, plan.outcomes, plan.file.daily, plan.file.breakdown,
                             plan.model["sources"]))


def job_of(plan: Plan, unit: Unit, attempt: int = 1) -> Job:
    """Return a unit of work as a job."""
    return Job(plan.run_id(unit), unit.point, unit.replication, plan.seed(unit), plan.settings(unit.point), attempt)


def do_batch(base: bytes, jobs: Iterable[Job], limit: float | None = None, work: Work | None = None) -> list[Answer]:
    """Do some jobs one after the other; a failing one does not keep the others from being done.

    Parameters
    ----------
    base : bytes
        See :func:`base_of`.
    jobs : iterable of Job
    limit : float, optional
        Seconds that each may take.
    work : callable, optional
        In place of :func:`live`.

    Raises
    ------
    OtherModel
        If this worker has another version of the package.
    """
    common = _opened(base)
    if common.model != model_hash():
        raise OtherModel(f"a worker has another version of fraudsim: sources {model_hash()}, not {common.model}")
    return [_attempt(common, job, limit, work or live) for job in jobs]


@lru_cache(maxsize=4)
def _opened(base: bytes) -> Base:
    found = pickle.loads(base)
    if not isinstance(found, Base):
        raise TypeError("no base of a study")
    return found


def _attempt(base: Base, job: Job, limit: float | None, work: Work) -> Answer:
    start = time.perf_counter()
    try:
        with time_limit(limit):
            kept = work(base, job)
        seconds = time.perf_counter() - start
        return Answer(line_of(job, kept, seconds), seconds)
    except InputError as error:
        return failure(job, " / ".join(error.lines), time.perf_counter() - start, lasting=True)
    except TooLong:
        return failure(job, f"took longer than the time limit of {limit:g} s", time.perf_counter() - start)
    except Exception as error:
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        return failure(job, f"{type(error).__name__}: {error}{notes}", time.perf_counter() - start)


def line_of(job: Job, kept: Mapping[str, Any], seconds: float) -> bytes:
    """Return a job and what is kept of it as one line of the journal."""
    head = {"run": job.run, "point": job.point, "replication": job.replication, "seed": job.seed,
            "seconds": round(seconds, 4)}
    return json.dumps(head | dict(kept), separators=(",", ":"), allow_nan=False).encode() + b"\n"


def failure(job: Job, error: str, seconds: float, lasting: bool = False) -> Answer:
    """Return the line of a job that failed: with its error, its inputs and its seed."""
    kept = {"error": error, "attempts": job.attempt, "settings": job.settings}
    return Answer(line_of(job, kept, seconds), seconds, error, lasting)


# The work itself


def live(base: Base, job: Job) -> dict[str, Any]:
    """Run one replication of the baseline and all arms at a design point.

    Returns
    -------
    dict
        ``values``: arms x outcomes. ``drift``: see :func:`fraudsim.outcomes.steady.drift`. Where the study keeps
        them, ``daily``: arms x bands x days, money in cents; ``parts``: arms x parts.
    """
    from fraudsim.study.plan.checked import world_at
    from fraudsim.study.run import replicate

    world, arms = world_at(base.world, job.settings, base.arms)
    result = replicate(world, arms, base.days, job.seed)
    kept: dict[str, Any] = {
        "values": [[_number(arm.outcomes[name]) for name in base.outcomes] for arm in result.arms],
        "drift": [_number(value) for value in result.drift.values()]}
    if base.daily:
        kept["daily"] = [arm.daily.T.tolist() for arm in result.arms]
    if base.breakdown:
        kept["parts"] = _parts(result)
    return kept


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _parts(result: ReplicationResult) -> list[list[float | None]]:
    return [[_number(value) for side in arm.parts.values() for value in side.ravel().tolist()] for arm in result.arms]
