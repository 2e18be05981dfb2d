"""Where the time of a run goes: a clock around every process of the day, while a block lasts.

Ordinary runs carry no clock: the day's order is replaced by one with clocks and put back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, cast

from fraudsim import day
from fraudsim.ledgers.flows import positions

if TYPE_CHECKING:
    from fraudsim.core.process import Process
    from fraudsim.state import State

PLACED = ("calls_placed", "sms_placed", "social_placed", "web_placed")


class Profile:
    """What the days of a run cost; its burn-in is left out, and so is what another state lived before.

    Attributes
    ----------
    days : int
        Days lived under the clock.
    spent : dict of str to int
        Nanoseconds by process, in the day's order.
    draws : int
        Random numbers asked for, those that count contacts in bulk included.
    contacts, candidates : int
        Contacts placed on all channels, and those of them that were drawn one by one.
    """

    def __init__(self) -> None:
        self.spent: dict[str, int] = {happen.__name__: 0 for happen in day.DAY}
        self._placed, self._candidates = positions(*PLACED), positions("candidates")
        self._of: State | None = None
        self._start(None)

    def _start(self, state: State | None) -> None:
        self._of = state
        self.days = self.draws = self.contacts = self.candidates = 0
        self.spent.update(dict.fromkeys(self.spent, 0))

    def day_with_clocks(self, usual: tuple[Process, ...]) -> tuple[Process, ...]:
        """Return the order of the day with a clock around every process, and the day's counts at its end."""
        before = 0

        def begin(state: State) -> None:
            nonlocal before
            if state is not self._of:
                self._start(state)
            before = state.draws.made

        def end(state: State) -> None:
            if state.day < 0:
                return
            self.days += 1
            self.draws += state.draws.made - before
            self.contacts += int(state.yesterday[self._placed].sum())  # the record has just written today's counts
            self.candidates += int(state.yesterday[self._candidates].sum())

        return cast("tuple[Process, ...]", (begin, *map(self._with_clock, usual), end))

    def _with_clock(self, happen: Process) -> Callable[[Any], None]:
        name, spent = happen.__name__, self.spent

        def timed(state: State) -> None:
            start = perf_counter_ns()
            happen(state)
            if state.day >= 0:
                spent[name] += perf_counter_ns() - start

        return timed

    def to_json(self) -> dict[str, Any]:
        """Return microseconds a day by process, and counts a day, as plain data."""
        per = max(self.days, 1)
        return {"days": self.days, "microseconds_a_day": {name: ns / 1000 / per for name, ns in self.spent.items()},
                "draws_a_day": self.draws / per, "contacts_a_day": self.contacts / per,
                "candidates_per_contact": self.candidates / self.contacts if self.contacts else None}


@contextmanager
def profiled() -> Iterator[Profile]:
    """Put a clock around every process while a block runs.

    Yields
    ------
    Profile
        Filled day by day.

    Examples
    --------
    >>> from fraudsim import run
    >>> with profiled() as profile:
    ...     result = run("tutorial", days=3)
    >>> profile.days
    3
    """
    profile, usual = Profile(), day.DAY
    day.DAY = profile.day_with_clocks(usual)
    try:
        yield profile
    finally:
        day.DAY = usual
