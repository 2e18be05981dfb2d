"""The same work for many seeds, in one process or several: the results are the same, in the same order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from fraudsim.errors import InputError
from fraudsim.study.workers import context, end_with_parent, stop, workers_start_clean

Progress = Callable[[int], None]
"""Called with the number of replications done since the last call, as a progress bar's ``update`` is."""


class StudyError(RuntimeError):
    """A replication failed: not bad input, but a fault in the model or on the machine."""


def for_seeds[T, S](work: Callable[[S], T], seeds: Sequence[S], jobs: int = 1,
                 progress: Progress | None = None) -> list[T]:
    """Do the same work for every seed.

    Parameters
    ----------
    work : callable
        Takes a seed. With ``jobs > 1`` it and its result must be picklable, and it must not come from
        the caller's script or notebook: workers import the package only.
    seeds : sequence
        Seeds, or tasks that name theirs when written as text.
    jobs : int
        Processes.
    progress : callable, optional
        Called with the number of seeds done since the last call.

    Returns
    -------
    list
        One result a seed, in the order of the seeds.

    Raises
    ------
    StudyError
        If the work fails for a seed; it names the seed and the error.
    """
    if min(jobs, len(seeds)) <= 1 or multiprocessing.current_process().daemon:  # which may not start processes
        return _one_by_one(work, seeds, progress)
    return _side_by_side(work, seeds, min(jobs, len(seeds)), progress)


def _one_by_one[T, S](work: Callable[[S], T], seeds: Sequence[S], progress: Progress | None) -> list[T]:
    results = []
    for seed in seeds:
        results.append(attempt(work, seed))
        if progress is not None:
            progress(1)
    return results


def _side_by_side[T, S](work: Callable[[S], T], seeds: Sequence[S], jobs: int,
                     progress: Progress | None) -> list[T]:
    how = context()
    pool = ProcessPoolExecutor(jobs, mp_context=how, initializer=end_with_parent)
    try:
        with workers_start_clean(how):
            futures: list[Future[T]] = [pool.submit(attempt, work, seed) for seed in seeds]
        for future in as_completed(futures):
            future.result()
            if progress is not None:
                progress(1)
        results = [future.result() for future in futures]
    except BaseException as error:
        stop(pool)
        if isinstance(error, BrokenProcessPool):
            raise StudyError("a worker process died, perhaps for lack of memory: try fewer jobs") from error
        raise
    pool.shutdown()
    return results


def attempt[T, S](work: Callable[[S], T], seed: S) -> T:
    """Do the work for one seed; say which seed it was if it fails."""
    try:
        return work(seed)
    except InputError:
        raise
    except Exception as error:
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        raise StudyError(f"seed {seed}{notes} failed: {type(error).__name__}: {error}") from error
