"""Dens: where workers sit. They stay where they are until police dismantle them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from plain_mesa.model import Country, Owner
    from plain_mesa.residents import QuietResident
    from plain_mesa.workers import Worker

MOST_FOR_LATER_STAGES = 0.75


class Den(mesa.Agent):
    """A call centre with seats, a script and people inside."""

    def __init__(self, model: Any, owner: Owner, country: Country, protection: float) -> None:
        super().__init__(model)
        self.owner, self.country, self.protection = owner, country, protection
        self.script, self.target = owner.script, owner.target
        self.workers: list[Worker] = []
        self.expected = 0  # people who travel to a seat here
        self.calls = True
        self.hours_today = 0.0  # talk in later stages of scams
        self.calls_each = 0.0
        self.calendar: defaultdict[int, list[QuietResident]] = defaultdict(list)

    @property
    def vacant(self) -> int:
        """Seats that nobody fills or travels to."""
        return self.owner.den_capacity - len(self.workers) - self.expected

    def open(self) -> None:
        """Share out today's hours: the later stages of yesterday come first, at most three quarters of the time."""
        callers = sum(worker.is_calling for worker in self.workers)
        p = self.model.p.calls
        if callers:
            hours = callers * p.hours_per_day
            free = hours - min(MOST_FOR_LATER_STAGES * hours, self.hours_today)
            seconds = p.dial_seconds + (1.0 - self.target.call_filter) * p.answer_share * p.talk_seconds
            self.calls_each = free / callers * 3600.0 / seconds
        self.hours_today = 0.0

    def step(self) -> None:
        """Go on with those whose day it is: only where residents are no agents of their own."""
        for resident in self.calendar.pop(self.model.today, ()):
            resident.go_on()

    def dismantle(self) -> None:
        """End here: the held may be recognised as victims, the others are caught or flee."""
        model, p = self.model, self.model.p.raids
        self.calls = False
        model.count["dismantled"] += 1
        for worker in list(self.workers):
            if worker.is_held and model.random.random() < p.held_recognised:
                model.count["rescued"] += 1
                worker.go_home()
            elif model.random.random() < p.capture_share:
                model.count["arrests"] += 1
                worker.be_arrested()
            else:
                worker.go_home()
