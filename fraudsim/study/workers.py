"""How worker processes start, and how they end."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.context import BaseContext
from pathlib import Path

import fraudsim
from fraudsim.errors import InputError

READY = "fraudsim.study.ready"
"""What the server of processes imports: all that a worker needs, its loops loaded."""

HEEDED = ("FRAUDSIM", "NUMBA", "PYTHON")
"""How variables begin that a worker must see as they are now."""

type Origins = frozenset[tuple[str, str | int]]
_server: dict[str, Origins] = {}
_main_is_shown = threading.Lock()


def prepare() -> None:
    """Begin to make ready what workers start from, in the background; the earlier, the shorter they are waited for.

    On Linux that is a process without threads that imports everything once and is then copied for each worker. A worker
    that starts by itself takes some 1.7 s, of its own processor and of every session's every call. Where there can be
    none, as with the long paths of temporary folders that batch systems give, workers start by themselves.
    """
    if sys.platform != "linux" or _server:
        return
    from multiprocessing import forkserver

    origins = _origins()
    forkserver.set_forkserver_preload([READY])
    with suppress(OSError), _interrupts_ignored():
        forkserver.ensure_running()
        _server["origins"] = origins


def context() -> BaseContext:
    """Return how workers are to start: from the server, or each by itself.

    By themselves where there is no server, and once a file of the package or a variable of the environment that
    matters has changed since it began: it would hand out what stood there before. Where the session has a server of
    its own, for other work, workers come from that.
    """
    try:
        os.getcwd()
    except OSError:
        raise InputError("the working directory is gone, and processes cannot start from it; allowed: one that "
                         "exists") from None
    prepare()
    fresh = _server.get("origins") == _origins()
    return multiprocessing.get_context("forkserver" if fresh else "spawn")


def _origins() -> Origins:
    """Return the package's files and when each was written, and the variables of :data:`HEEDED`."""
    package = Path(fraudsim.__file__).parent
    files = ((str(path), path.stat().st_mtime_ns) for path in package.rglob("*.*") if path.suffix != ".pyc")
    return frozenset([*files, *((name, value) for name, value in os.environ.items() if name.startswith(HEEDED))])


@contextmanager
def workers_start_clean(how: BaseContext) -> Iterator[None]:
    """Start workers that do not import the caller's script and leave Ctrl-C to their parent.

    A new process imports the main module anew; a script without an ``if __name__`` guard would start
    the study again in every worker. Workers need nothing from it, so they are shown an empty one. They
    inherit an ignored interrupt, and the parent ends them. Those of a server have it from there: the parent, which may
    have to wait for the server, goes on hearing it.
    """
    alone = how.get_start_method() == "spawn"
    with _main_is_shown, _interrupts_ignored() if alone else nullcontext():  # one thread at a time has it put away
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C while a process is started, which inherits that."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
    try:
        yield
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, before)


def end_with_parent() -> None:
    """Let a worker end when its parent does, however that ends: nobody would read what it still does; not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as inherited, but from a server that was there for other work
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def stop(pool: ProcessPoolExecutor) -> None:
    """End the workers now: what they still do is of no use to anyone."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()
