"""Processes on this machine, as an executor: one that dies is replaced, and takes no other work with it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from fraudsim.study.workers import context, end_with_parent, stop, workers_start_clean

PATIENCE = 5.0
"""Seconds to wait for the end of a process that has closed its pipes."""


class WorkerLost(RuntimeError):
    """The process that did this work died.

    Attributes
    ----------
    seconds : float
        How long it had been at it.
    exit_code : int or None
        Minus the signal that ended it, where one did.
    """

    def __init__(self, seconds: float, exit_code: int | None) -> None:
        super().__init__(f"its process died (exit code {exit_code}), perhaps for lack of memory")
        self.seconds, self.exit_code = seconds, exit_code


class GivenBack(RuntimeError):
    """The process that this work was waiting for died at other work; it was never begun."""


@dataclass
class _Task:
    outer: Future[Any]
    generation: int


@dataclass
class _Lane:
    """One process and the work that waits for it, the first being done."""

    pool: ProcessPoolExecutor | None = None
    process: Any = None
    generation: int = 0
    tasks: deque[_Task] = field(default_factory=deque)
    since: float = 0.0


class LocalExecutor(Executor):
    """Processes that import the package only, end with their parent and leave Ctrl-C to it.

    ``ProcessPoolExecutor`` breaks as a whole when one of its processes dies, and does not say at which work. Here
    each process is a pool of its own: what it was doing fails with :class:`WorkerLost`, what was waiting for it
    with :class:`GivenBack`, and the next :meth:`submit` starts another in its place.

    Parameters
    ----------
    jobs : int
    """

    def __init__(self, jobs: int) -> None:
        self._lanes = [_Lane() for _ in range(jobs)]
        self._lock = threading.RLock()
        self._broken: list[ProcessPoolExecutor] = []

    @property
    def slots(self) -> int:
        """How much work it is worth handing in at once: one to do and one to wait, for each process."""
        return 2 * len(self._lanes)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand in work; call from one thread only, the main one if processes are to leave Ctrl-C to their parent."""
        with self._lock:
            lane = min(self._lanes, key=lambda lane: len(lane.tasks))
            broken, self._broken = self._broken, []
        for pool in broken:
            pool.shutdown()
        try:
            inner = self._start(lane, fn, args, kwargs)
        except BrokenProcessPool:  # it died without work, or this very moment
            self._retire(lane)
            inner = self._start(lane, fn, args, kwargs)
        task = _Task(Future(), lane.generation)
        task.outer.set_running_or_notify_cancel()
        with self._lock:
            lane.since = lane.since if lane.tasks else time.monotonic()
            lane.tasks.append(task)
        inner.add_done_callback(lambda done: self._settle(lane, task, done))
        return task.outer

    def _start(self, lane: _Lane, fn: Callable[..., Any], args: tuple[Any, ...],
               kwargs: dict[str, Any]) -> Future[Any]:
        with self._lock:
            pool = lane.pool
        if pool is not None:
            return pool.submit(fn, *args, **kwargs)
        how = context()
        pool = ProcessPoolExecutor(1, how, initializer=end_with_parent)
        with workers_start_clean(how):
            inner = pool.submit(fn, *args, **kwargs)
        with self._lock:
            lane.pool, lane.process = pool, next(iter((getattr(pool, "_processes", None) or {}).values()), None)
            lane.generation += 1
        return inner

    def _retire(self, lane: _Lane) -> None:
        """Put a broken pool aside until the next :meth:`submit`.

        It must not be let go of in its own thread, which holds the lock that letting go of it takes.
        """
        with self._lock:
            if lane.pool is not None:
                self._broken.append(lane.pool)
            lane.pool = None

    def _settle(self, lane: _Lane, task: _Task, done: Future[Any]) -> None:
        """Pass on what became of a task; of a pool that broke, the first task is the one that was being done."""
        with self._lock:
            now = time.monotonic()
            seconds, lane.since = now - lane.since, now
            lane.tasks.remove(task)
            error = done.exception() if not done.cancelled() else GivenBack()
            if isinstance(error, BrokenProcessPool):
                error = self._lost(lane, task, seconds)
        if error is None:
            task.outer.set_result(done.result())
        else:
            task.outer.set_exception(error)

    def _lost(self, lane: _Lane, task: _Task, seconds: float) -> RuntimeError:
        if lane.pool is None or lane.generation != task.generation:
            return GivenBack()
        self._retire(lane)
        if lane.process is not None:
            lane.process.join(PATIENCE)
        return WorkerLost(seconds, lane.process.exitcode if lane.process is not None else None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes; with ``cancel_futures`` at once, whatever they are doing."""
        with self._lock:
            pools = [*self._broken, *(lane.pool for lane in self._lanes if lane.pool is not None)]
        for pool in pools:
            if cancel_futures:
                stop(pool)
            else:
                pool.shutdown(wait)


class InlineExecutor(Executor):
    """Work that is done at once, in this process: for trying things out, not for runs that may hang or crash."""

    slots = 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
