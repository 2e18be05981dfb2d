"""A Dask cluster that is there already, by the address of its scheduler."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from fraudsim.errors import InputError
from fraudsim.study.inputs import told
from fraudsim.study.plan.model import model_hash
from fraudsim.worlds.problems import one_line

ASK_EVERY = 2.0
PATIENCE = 5.0
"""Seconds to wait for a scheduler."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """Give the cluster as an executor, and the number of batches that it may hold now.

    Workers may come and go: the scheduler gives what a lost worker was doing to another, a few times.

    Raises
    ------
    InputError
        If nobody answers at the address within seconds, or a worker has another version of the package.
    """
    client = _client(address)
    try:
        _refuse_other_models(client, address)
        yield client.get_executor(pure=False), _Room(client)
    finally:
        _quiet()
        client.close(timeout=2)


class _Room:
    """Twice as many batches as the workers have threads; asked for anew every few seconds."""

    def __init__(self, client: Any) -> None:
        self.client, self.asked, self.room = client, 0.0, 1

    def __call__(self) -> int:
        if time.monotonic() - self.asked > ASK_EVERY:
            self.room = 2 * max(1, sum(self.client.nthreads().values()))
            self.asked = time.monotonic()
        return self.room


def _client(address: str) -> Any:
    if not isinstance(address, str):
        raise InputError(f"cluster: {told(address)}; allowed: the address of a Dask scheduler")
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise InputError("--cluster needs Dask; install it with: pip install 'fraudsim[cluster]'") from None
    _quiet()
    try:
        # Tried beforehand: a client that found nobody takes ten more seconds to give up, and complains.
        # In a thread, since a notebook has an event loop of its own.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(_shake_hands(address))).result()
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # whatever listens there may answer anything at all
        why = one_line(" ".join(str(error).split())[:200])
        raise InputError(f"--cluster {one_line(address)}: no Dask scheduler answers there: "
                         f"{why or type(error).__name__}") from None


async def _shake_hands(address: str) -> None:
    from distributed.comm import connect

    comm = await connect(address, timeout=PATIENCE)
    await comm.close()


def _quiet() -> None:
    """Keep Dask from writing what is told here in one line."""
    for name in ("distributed", "distributed.client", "distributed.comm", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _refuse_other_models(client: Any, address: str) -> None:
    try:
        found: dict[str, str] = client.run(model_hash)
    except ModuleNotFoundError as error:
        raise InputError(f"--cluster {address}: a worker cannot import fraudsim: {error}; install this version there"
                         ) from None
    other = {worker: model for worker, model in found.items() if model != model_hash()}
    if other:
        worker, model = next(iter(other.items()))
        raise InputError(f"--cluster {address}: {len(other)} of {len(found)} workers have another version of fraudsim: "
                         f"{worker} has sources {model}, not {model_hash()}; install this version there")
