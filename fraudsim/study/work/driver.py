"""A sweep from beginning to end: what is left to do, who does it, what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.plan.plan import Plan, Unit
from fraudsim.study.storage.layout import Shard
from fraudsim.study.storage.store import Store
from fraudsim.study.work.dispatch import NO_RULES, Dispatcher, Rules, Tally
from fraudsim.study.work.local import LocalExecutor
from fraudsim.study.work.progress import Report, shown
from fraudsim.study.work.unit import Work


@dataclass(frozen=True)
class How:
    """How a sweep is done; nothing of it changes a result.

    Attributes
    ----------
    jobs : int
    cluster : str or None
        Address of a Dask scheduler.
    rules : Rules
    progress : bool or callable
    work : callable, optional
    """

    jobs: int = 1
    cluster: str | None = None
    rules: Rules = NO_RULES
    progress: bool | Report = False
    work: Work | None = None


def sweep(plan: Plan, out: str | Path, shard: Shard, how: How) -> Tally:
    """Do all units of a shard that have not been done.

    Raises
    ------
    InputError
    StudyError
    """
    with _executor(how) as (executor, slots), Store(out, plan, shard) as store:
        done = store.done()
        total = sum(map(len, _mine(plan, shard)))
        left = sum(map(len, _left(plan, shard, done)))
        with shown(how.progress, total, total - left) as report:
            work = Dispatcher(plan, store, executor, slots, how.rules, report, how.work)
            return work.run(_left(plan, shard, done))


def _mine(plan: Plan, shard: Shard) -> Iterator[list[Unit]]:
    """Yield the blocks of a shard; one after the other, since there may be very many."""
    return (block for i, block in enumerate(plan.blocks()) if i % shard.n == shard.k - 1)


def _left(plan: Plan, shard: Shard, done: NDArray[np.bool_]) -> Iterator[list[Unit]]:
    for block in _mine(plan, shard):
        if units := [unit for unit in block if not done[unit]]:
            yield units


@contextmanager
def _executor(how: How) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """Give an executor and the number of batches that it may hold; end it as fast as what happened allows."""
    if how.cluster is not None:
        from fraudsim.study.work.cluster import connected

        with connected(how.cluster) as found:
            yield found
        return
    local = LocalExecutor(how.jobs)
    try:
        yield local, lambda: local.slots
    except BaseException:
        local.shutdown(cancel_futures=True)
        raise
    local.shutdown()


