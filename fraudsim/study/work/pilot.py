"""How long a study will take and how much it will leave on the disk, from a few of its runs."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim.study.plan.checked import contradictory
from fraudsim.study.plan.plan import Plan, Unit
from fraudsim.study.storage.journal import Journal, entries
from fraudsim.study.storage.manifest import write_parquet
from fraudsim.study.storage.rows import table
from fraudsim.study.storage.store import shape_of
from fraudsim.study.work.progress import duration
from fraudsim.study.work.unit import Answer, base_of, do_batch, job_of

if TYPE_CHECKING:
    from rich.console import Console

PILOTS = 3
LONG = 30.0
"""Seconds after which no further run of the pilot is begun."""

TRIED = 2000


@dataclass(frozen=True)
class StudyCheck:
    """What a study will take.

    Attributes
    ----------
    name, world, design : str
    uncertainties, levers, outcomes : int
        How many there are.
    arms : int
        The baseline included.
    points, replications, runs : int
        A run is one replication of all arms at one design point.
    days : int
    jobs : int
        Processes that ``seconds`` counts on.
    pilot : int
        Runs that were tried; 0 for none.
    seconds_per_run, seconds, bytes_per_run, bytes : float or None
        Time of a run, and of all of them; disk of a stored run, and of all of them.
    failed : tuple of str
        Errors of the pilot's runs.
    idle : tuple of str
        A line for every arm that never acts within the days.
    """

    name: str
    world: str
    design: str
    uncertainties: int
    levers: int
    outcomes: int
    arms: int
    points: int
    replications: int
    runs: int
    days: int
    jobs: int
    pilot: int = 0
    seconds_per_run: float | None = None
    seconds: float | None = None
    bytes_per_run: float | None = None
    bytes: float | None = None
    failed: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return what there is to say, a line each."""
        found = [f"{self.name}: {self.world}, {self.days:,} days, {self.arms} arms with the baseline, "
                 f"{self.outcomes} outcomes",
                 f"Factors:  {self.uncertainties} uncertainties, {self.levers} levers; design: {self.design}",
                 f"Runs:     {self.runs:,} ({self.points:,} points x {self.replications:,} replications), each of all "
                 f"arms: {self.runs * self.arms:,} simulations"]
        if self.seconds_per_run is not None and self.seconds is not None and self.bytes is not None:
            found += [f"Time:     {duration(self.seconds)} with {self.jobs} process{'es' if self.jobs > 1 else ''}; "
                      f"{duration(self.seconds_per_run)} a run (pilot of {self.pilot})",
                      f"Disk:     {size(self.bytes)} ({size(self.bytes_per_run or 0.0)} a run)"]
        return found + [f"Note:     {line}" for line in self.idle] \
            + [f"Failed in the pilot: {error}" for error in self.failed]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return asdict(self) | {"failed": list(self.failed), "idle": list(self.idle)}

    def show(self, to: Console) -> None:
        """Print it to a console of Rich."""
        for line in self.lines():
            to.print(line, markup=False, highlight=False)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def size(count: float) -> str:
    """Return bytes in words.

    Examples
    --------
    >>> size(900), size(2.5e6)
    ('900 bytes', '2.5 MB')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count:.0f} bytes"


def study_check(plan: Plan, jobs: int, pilot: bool) -> StudyCheck:
    """Return what a study will take.

    Raises
    ------
    InputError
        If the values of a point contradict one another.
    """
    from fraudsim.errors import InputError

    count = len(plan.points.rows)
    if lines := contradictory(plan, range(min(count, TRIED))):
        raise InputError(lines)
    roles = [factor.role for factor in plan.factors]
    plain = StudyCheck(plan.file.name, plan.world.name, plan.file.design.kind if plan.file.design else "none",
                       roles.count("uncertainty"), roles.count("lever"), len(plan.outcomes), len(plan.arm_names),
                       count, plan.replications, plan.units, plan.days, jobs, idle=tuple(plan.idle()))
    return _piloted(plain, plan) if pilot else plain


def _piloted(plain: StudyCheck, plan: Plan) -> StudyCheck:
    from dataclasses import replace

    base, count, began = base_of(plan), plain.points, time.monotonic()
    _warm(plan, base)
    answers: list[Answer] = []
    for point in sorted({0, count // 2, count - 1})[:PILOTS]:
        if not answers or time.monotonic() - began < LONG:
            answers += do_batch(base, [job_of(plan, Unit(point, min(1, plan.replications - 1)))])
    each = sum(answer.seconds for answer in answers) / len(answers)
    fine = [answer.line for answer in answers if not answer.error]
    fixed, disk = _disk(plan, fine) if fine else (0.0, 0.0)
    return replace(plain, pilot=len(answers), seconds_per_run=each, seconds=each * plain.runs / plain.jobs,
                   bytes_per_run=disk, bytes=fixed + disk * plain.runs,
                   failed=tuple(dict.fromkeys(answer.error for answer in answers if answer.error)))


def _warm(plan: Plan, base: bytes) -> None:
    """Load compiled code, so that the pilot does not measure that."""
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.loader import load_world

    Simulation(load_world(plan.world, {"burn_in_days": 0}), (), 0).run(1)


def _disk(plan: Plan, lines: list[bytes], copies: int = 40) -> tuple[float, float]:
    """Return the disk that a part takes, and each run in it; many copies are written, since a part holds many runs."""
    with tempfile.TemporaryDirectory() as place:
        few, many = (Path(place) / name for name in ("few.parquet", "many.parquet"))
        journal = Journal(Path(place) / "journal.jsonl")
        journal.append(lines)
        journal.close()
        kept = list(entries(journal.path))
        write_parquet(table(kept, shape_of(plan)), few)
        write_parquet(table(_varied(kept, copies), shape_of(plan)), many)
        each = (many.stat().st_size - few.stat().st_size) / (len(kept) * (copies - 1))
        return max(0.0, few.stat().st_size - len(kept) * each), each


def _varied(kept: list[dict[str, Any]], copies: int) -> list[dict[str, Any]]:
    """Return copies whose numbers differ a little, as those of other runs would: equal ones compress to nothing."""
    import random

    noise = random.Random(0)  # of no result: it stands for the digits of runs that were not made

    def other(value: Any) -> Any:
        if isinstance(value, list):
            return [other(item) for item in value]
        return value * (1.0 + 0.1 * noise.random()) if isinstance(value, float) and value != int(value) else (
            value + noise.randrange(1 + int(abs(value)) // 10) if isinstance(value, int | float) else value)

    return [entry | {"run": f"{noise.randrange(2**64):016x}", "replication": i}
            | {key: other(entry[key]) for key in ("values", "daily", "parts") if key in entry}
            for entry in kept for i in range(copies)]
