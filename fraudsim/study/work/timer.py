"""A time limit for what runs in this thread. An executor cannot stop a running task, so the worker stops itself."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GRACE = 5.0
"""Seconds after which a run that did not stop when told takes its process with it."""


class TooLong(BaseException):
    """A run took longer than it may. No Exception, so that nothing on the way takes it for one of its own."""


@contextmanager
def time_limit(seconds: float | None, grace: float = GRACE) -> Iterator[None]:
    """Stop what runs in this thread after some seconds.

    First an exception is raised in it, which it meets at the next step of Python. What has not ended by then, in
    compiled code or asleep, ends with its process ``grace`` seconds later, and whoever gave the work hears of that.

    Raises
    ------
    TooLong
    """
    if seconds is None:
        yield
        return
    watch = _Watch(seconds, grace)
    try:
        watch.start()  # a short limit may strike before this returns
        yield
    finally:
        try:
            watch.finish()
        finally:
            watch.done.set()  # the exception may have come in the midst of the line above; it comes only once


class _Watch(threading.Thread):
    def __init__(self, seconds: float, grace: float) -> None:
        super().__init__(daemon=True)
        self.seconds, self.grace = seconds, grace
        self.watched = threading.get_ident()
        self.done, self.lock, self.told = threading.Event(), threading.Lock(), False

    def run(self) -> None:
        if self.done.wait(self.seconds):
            return
        with self.lock:
            if self.done.is_set():
                return
            self.told = True
            _raise_in(self.watched, ctypes.py_object(TooLong))
        if not self.done.wait(self.grace):
            os._exit(124)

    def finish(self) -> None:
        """End the watch; what it said too late, or what was not heard, is said here and not somewhere later.

        An exception may go unheard where Python ignores all: when an object is taken down, say.
        """
        with self.lock:
            self.done.set()
            if self.told:
                _raise_in(self.watched, None)
        if self.told and not isinstance(sys.exc_info()[1], TooLong):
            raise TooLong


def _raise_in(thread: int, kind: Any) -> None:
    """Let an exception be raised in a thread, at its next step; None takes back what was not yet raised."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), kind)

