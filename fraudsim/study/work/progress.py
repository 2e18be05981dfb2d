"""How far a sweep is: a bar in a terminal or a notebook, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

type Report = Callable[[int, int], None]
"""Called with runs done and failed since the last call, once they are safe."""

EVERY = 30.0
"""Seconds between two lines in a log."""


@contextmanager
def shown(progress: bool | Report, total: int, before: int, at_most: bool = False) -> Iterator[Report]:
    """Give what is to be called when runs are done.

    Parameters
    ----------
    progress : bool or callable
        Whether to show anything; or what to call instead.
    total, before : int
        Runs in all; runs that were done before.
    at_most : bool
        Whether the total is the most there may be, so that fewer are all where it ends with fewer.
    """
    if callable(progress):
        yield progress
    elif not progress or before == total:
        yield lambda done, failed: None
    elif in_notebook() or sys.stderr.isatty():
        with _bar(total, before, at_most) as report:
            yield report
    else:
        lines = Lines(total, before, sys.stderr)
        yield lines.report
        lines.total = lines.done + lines.failed if at_most else total
        lines.say()


def in_notebook() -> bool:
    """Tell whether this is a cell of a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


@contextmanager
def _bar(total: int, before: int, at_most: bool) -> Iterator[Report]:
    with _tqdm()(total=total, initial=before, unit=" runs", dynamic_ncols=True, smoothing=0.1) as bar:
        bad: list[int] = []

        def report(done: int, failed: int) -> None:
            if failed:
                bad.append(failed)
                bar.set_postfix_str(f"{sum(bad):,} failed", refresh=False)
            bar.update(done + failed)

        yield report
        if at_most:
            bar.total = bar.n


def _tqdm() -> Any:
    if not in_notebook():
        from tqdm import tqdm

        return tqdm
    try:
        import ipywidgets  # noqa: F401 - without it the notebook's bar cannot be drawn
        from tqdm.notebook import tqdm as notebook_bar
    except ImportError:
        from tqdm import tqdm

        return tqdm
    return notebook_bar


class Lines:
    """Plain lines at intervals.

    Parameters
    ----------
    total, before : int
    to : text file
    every : float
        Seconds.
    clock : callable
        Returns seconds.
    """

    def __init__(self, total: int, before: int, to: TextIO, every: float = EVERY,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.done, self.failed, self.to = total, before, 0, to
        self.every, self.clock = every, clock
        self.before = before
        self.began = self.said = clock()

    def report(self, done: int, failed: int) -> None:
        """Count runs, and say how far it is if it is time to."""
        self.done += done
        self.failed += failed
        if self.clock() - self.said >= self.every:
            self.say()

    def say(self) -> None:
        """Say how far it is."""
        self.said = self.clock()
        print(self.line(), file=self.to, flush=True)

    def line(self) -> str:
        """Return runs done, failed, per second, and time left."""
        passed = max(self.clock() - self.began, 1e-9)
        rate = (self.done + self.failed - self.before) / passed
        left = self.total - self.done - self.failed
        remaining = f", {duration(left / rate)} left" if left and rate else ""
        return (f"{self.done:,} of {self.total:,} runs done, {self.failed:,} failed, {rate:.3g} per second, "
                f"{duration(passed)} gone{remaining}")


def duration(seconds: float) -> str:
    """Return a time in words.

    Examples
    --------
    >>> duration(8.2), duration(200), duration(9000), duration(200000)
    ('8 s', '3 min 20 s', '2 h 30 min', '2 d 7 h')
    """
    whole = round(seconds)
    for unit, size, below, smaller in (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {below}"
    return f"{whole} s" if seconds >= 1 or seconds == 0 else f"{seconds:.2g} s"
