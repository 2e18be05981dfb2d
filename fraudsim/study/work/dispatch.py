"""From units of work to a full store, over any executor: batches, retries, failures, and nothing lost on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from typing import NamedTuple

from fraudsim.study.plan.plan import Plan, Unit
from fraudsim.study.pool import StudyError
from fraudsim.study.storage.store import Store
from fraudsim.study.work.local import GivenBack, WorkerLost
from fraudsim.study.work.unit import Answer, Job, OtherModel, Work, base_of, do_batch, failure, job_of

POLL = 0.5
SECONDS = 0.5
"""How long a batch should take: long beside the cost of handing it over, short beside a person's patience."""

MOST_UNITS = 256
TOGETHER = 4
"""Units that share a burn-in and are handed over together even if each takes long."""

HOPELESS = 20
"""Lost workers, with nothing ever done, after which it is not the runs that are at fault; ten times as many in a row
where something was done before."""


class Rules(NamedTuple):
    """How runs that fail are treated.

    Attributes
    ----------
    limit : float or None
        Seconds that a run may take.
    retries : int
        Further attempts at a run that failed, or whose worker was lost.
    """

    limit: float | None = None
    retries: int = 1


NO_RULES = Rules()


@dataclass
class Tally:
    """What a sweep has done: units done and failed, this time."""

    done: int = 0
    failed: int = 0


@dataclass
class Dispatcher:
    """Hands units of work to an executor and keeps what comes back.

    Parameters
    ----------
    plan : Plan
    store : Store
    executor : Executor
        Any; it may lose workers.
    slots : callable
        Returns how many batches may be with the executor at once: what is not yet handed in takes no memory.
    rules : Rules
    report : callable
        Called with units done and failed since the last call, once they are safe.
    work : callable, optional
        Does a job: :func:`fraudsim.study.work.unit.live` by default.
    """

    plan: Plan
    store: Store
    executor: Executor
    slots: Callable[[], int]
    rules: Rules = NO_RULES
    report: Callable[[int, int], None] = lambda done, failed: None
    work: Work | None = None
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._base = base_of(self.plan)
        self._pending: dict[Future[list[Answer]], tuple[Job, ...]] = {}
        self._again: deque[tuple[Job, ...]] = deque()
        self._mean = 0.0
        self._lost = 0

    def run(self, blocks: Iterable[list[Unit]]) -> Tally:
        """Do all units.

        Parameters
        ----------
        blocks : iterable of list of Unit
            See :meth:`fraudsim.study.plan.plan.Plan.blocks`.

        Raises
        ------
        StudyError
            If the store or the executor fails for good. What was kept stays.
        """
        batches = self._batches(iter(blocks))
        try:
            while self._fill(batches) or self._pending:
                self._collect(POLL)
        except BaseException:
            self._save_what_came()
            raise
        return self.tally

    def _batches(self, blocks: Iterator[list[Unit]]) -> Iterator[tuple[Job, ...]]:
        """Yield work in batches; how large is decided when each is asked for."""
        ready: list[Unit] = []
        for block in blocks:
            ready += block
            while len(ready) >= (size := self._size(len(block))):
                yield tuple(job_of(self.plan, unit) for unit in ready[:size])
                del ready[:size]
        while ready:
            size = self._size(len(ready))
            yield tuple(job_of(self.plan, unit) for unit in ready[:size])
            del ready[:size]

    def _size(self, alike: int) -> int:
        together = min(TOGETHER, alike)
        return together if self._mean == 0.0 else max(together, min(MOST_UNITS, round(SECONDS / self._mean)))

    def _fill(self, batches: Iterator[tuple[Job, ...]]) -> bool:
        """Hand in work as far as there is room; tell whether any is with the executor."""
        while len(self._pending) < self._room():
            batch = self._again.popleft() if self._again else next(batches, None)
            if batch is None:
                break
            try:
                future = self.executor.submit(do_batch, self._base, batch, self.rules.limit, self.work)
            except Exception as error:  # of whatever kind of executor
                raise self._given_up(f"no work can be handed in: {type(error).__name__}: {error}") from error
            self._pending[future] = batch
        return bool(self._pending)

    def _room(self) -> int:
        try:
            return max(1, self.slots())
        except Exception as error:  # of whatever kind of executor
            raise self._given_up(f"its workers cannot be reached: {type(error).__name__}: {error}") from error

    def _collect(self, seconds: float) -> None:
        """Wait for some work to come back and keep all that has come, with one write to the disk."""
        done, _ = wait(self._pending, seconds, FIRST_COMPLETED)
        answers = [answer for future in done for answer in self._taken(future)]
        if not answers:
            return
        self.store.keep([answer.line for answer in answers])
        failed = sum(bool(answer.error) for answer in answers)
        self.tally.done += len(answers) - failed
        self.tally.failed += failed
        self.report(len(answers) - failed, failed)

    def _taken(self, future: Future[list[Answer]]) -> list[Answer]:
        """Return what is to be kept of a batch that came back; what deserves another attempt is put aside."""
        batch = self._pending.pop(future)
        try:
            answers = future.result()
        except OtherModel as error:
            raise StudyError(str(error)) from None
        except GivenBack:
            self._again.append(batch)
            return []
        except CancelledError as error:
            self._again.append(batch)
            self._count_lost(error)
            return []
        except Exception as error:
            return self._not_done(batch, error)
        self._lost = 0
        for answer in answers:
            self._mean = answer.seconds if self._mean == 0.0 else 0.9 * self._mean + 0.1 * answer.seconds
        return [answer for job, answer in zip(batch, answers, strict=True) if not self._once_more(job, answer)]

    def _once_more(self, job: Job, answer: Answer) -> bool:
        if not answer.error or answer.lasting or job.attempt > self.rules.retries:
            return False
        self._again.append((job._replace(attempt=job.attempt + 1),))
        return True

    def _not_done(self, batch: tuple[Job, ...], error: Exception) -> list[Answer]:
        """See to a batch whose worker was lost: which unit it was is found by doing each by itself."""
        self._count_lost(error)
        if len(batch) > 1:
            self._again.extend((job,) for job in batch)
            return []
        seconds, text = self._why(error)
        answer = failure(batch[0], text, seconds)
        return [] if self._once_more(batch[0], answer) else [answer]

    def _count_lost(self, error: BaseException) -> None:
        self._lost += 1
        if self._lost >= HOPELESS * (1 if self._mean == 0.0 else 10):
            raise self._given_up(f"{self._lost} workers were lost one after the other; the last: "
                                 f"{str(error) or type(error).__name__}")

    def _why(self, error: Exception) -> tuple[float, str]:
        if not isinstance(error, WorkerLost):
            return 0.0, f"its worker was lost: {type(error).__name__}: {error}"
        limit = self.rules.limit
        if limit is not None and error.seconds >= limit:
            return error.seconds, f"took longer than the time limit of {limit:g} s"
        return error.seconds, str(error)

    def _given_up(self, why: str) -> StudyError:
        return StudyError(f"{self.store.directory}: the sweep cannot go on: {why.rstrip('.')}. All finished runs are "
                          "safe; the same command goes on from there")

    def _save_what_came(self) -> None:
        """Keep what has come back before an interrupt, as far as that is possible."""
        try:
            came = [future for future in self._pending if future.done() and not future.cancelled()
                    and future.exception() is None]
            self.store.keep([answer.line for future in came for answer in future.result() if not answer.error])
        except Exception:
            return
