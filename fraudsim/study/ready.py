"""Importing this makes a process ready to run worlds: everything is imported, and all loops are loaded.

See :func:`fraudsim.study.workers.prepare`. Where it fails nothing is said: each worker meets the error by itself, with
somebody to tell it to. A server hears of its session's end only after this, which may take a minute where loops have
to be compiled: until then it looks by itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

EVERY = 0.25
"""Seconds between two looks."""


@contextlib.contextmanager
def ending_with_parent() -> Iterator[None]:
    """End this process at once when the one that started it has ended."""
    parent = os.getppid()

    def look(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def get_ready() -> None:
    """Import everything that a worker needs, and use its loops."""
    import fraudsim.study.sweep
    import fraudsim.study.work.unit  # noqa: F401
    from fraudsim.simulation import live_a_little

    live_a_little(days=42)


with contextlib.suppress(Exception), ending_with_parent():
    get_ready()
