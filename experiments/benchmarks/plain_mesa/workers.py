"""Workers: recruited, on the way, in a den, and on the way home."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from plain_mesa.dens import Den
    from plain_mesa.model import Country


class Recruited(Enum):
    """How a person came; never changes."""

    VOLUNTARY = auto()
    DECEIVED = auto()
    COERCED = auto()


class Control(Enum):
    """How a person is kept."""

    FREE = auto()
    INDEBTED = auto()
    CONFINED = auto()


class Status(Enum):
    """Where a person is."""

    TRAVELLING = auto()
    WORKING = auto()
    HELD = auto()
    LEAVING = auto()
    STRANDED = auto()
    HOME = auto()
    AT_RISK = auto()
    ARRESTED = auto()


class Worker(mesa.Agent):
    """A recruited person."""

    def __init__(self, model: Any, nationality: Country, recruited: Recruited, caller: bool) -> None:
        super().__init__(model)
        self.nationality, self.recruited, self.caller = nationality, recruited, caller
        self.control, self.status = Control.FREE, Status.AT_RISK
        self.den: Den | None = None
        self.smuggled = self.was_captive = False
        self.debt = 0.0
        self.due: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether the person is locked up and does not work."""
        return self.status is Status.HELD

    @property
    def is_calling(self) -> bool:
        """Whether the person calls today."""
        return self.caller and self.status is Status.WORKING

    @property
    def is_captive(self) -> bool:
        """Whether the person is held, or confined while working."""
        return self.status is Status.HELD or (self.status is Status.WORKING and self.control is Control.CONFINED)

    @property
    def is_trafficked(self) -> bool:
        """Whether the person was deceived or coerced, or was ever a captive."""
        return self.recruited is not Recruited.VOLUNTARY or self.was_captive

    @property
    def is_stranded(self) -> bool:
        """Whether the person is out of a den and cannot go home."""
        return self.status is Status.STRANDED

    def step(self) -> None:
        """Live a day."""
        if self.due == self.model.today:
            self.reach_what_is_due()
        elif self.status is Status.AT_RISK:
            self.look_for_work()
        if self.status is Status.WORKING or self.status is Status.HELD:
            self.was_captive |= self.is_captive
            self.live_in_den()
        if self.is_calling:
            self.call()

    def set_out(self, den: Den) -> None:
        """Leave for a seat in a den, by smuggler or past the border control."""
        model, p = self.model, self.model.p.travel
        self.status, self.den = Status.TRAVELLING, den
        den.expected += 1
        self.smuggled = self.recruited is Recruited.COERCED or model.random.random() < p.smuggled_share
        self.due = model.today + p.days + (p.smuggled_extra_days if self.smuggled else 0)
        model.count["departures"] += 1
        model.count["smuggled"] += self.smuggled

    def reach_what_is_due(self) -> None:
        """Arrive at the den, at home, or at the end of the time it takes to settle."""
        model, p = self.model, self.model.p.captivity
        if self.status is Status.TRAVELLING:
            self.arrive()
        elif self.status is Status.LEAVING and model.random.random() < p.stranded_share:
            self.await_(Status.STRANDED, p.stranded_days)
        elif self.status in (Status.LEAVING, Status.STRANDED):
            model.count["homecomings"] += 1
            self.await_(Status.HOME, p.aftercare_days)
        elif model.random.random() < p.at_risk_share:
            self.status, self.due = Status.AT_RISK, None
        else:
            self.remove()

    def await_(self, status: Status, days: int) -> None:
        """Be somewhere for some days."""
        self.status, self.due = status, self.model.today + days

    def arrive(self) -> None:
        """Come to the den and learn on what terms."""
        model, p = self.model, self.model.p
        self.due = None
        self.den.expected -= 1
        if self.smuggled and model.random.random() < p.travel.smuggled_death:
            model.count["smuggled_deaths"] += 1
            self.remove()
        elif not self.den.calls:
            self.den = None
            self.await_(Status.STRANDED, p.captivity.stranded_days)
        else:
            self.take_seat()

    def take_seat(self) -> None:
        """Be confined, in debt or free, by how one came."""
        model, p, grip = self.model, self.model.p, self.den.owner.coercion
        confining = {Recruited.VOLUNTARY: 0.0, Recruited.COERCED: 1.0,
                     Recruited.DECEIVED: 1.0 - (1.0 - grip) ** 2 if self.smuggled else grip}
        self.den.workers.append(self)
        model.count["arrivals"] += 1
        if model.random.random() < confining[self.recruited]:
            self.control, self.status = Control.CONFINED, Status.HELD
        else:
            self.status = Status.WORKING
            bound = (self.recruited is Recruited.DECEIVED or self.smuggled
                     or model.random.random() < p.recruitment.travel_loan_share)
            self.control = Control.INDEBTED if bound else Control.FREE
        if self.control is not Control.FREE:
            self.debt = p.recruitment.debt + (p.travel.smuggler_debt if self.smuggled else 0.0)

    def live_in_den(self) -> None:
        """Meet at most one of the events that one's position allows; work off a debt."""
        chance = self.model.random.random()
        for hazard, event in self.model.hazards[self.status, self.control]:
            chance -= hazard
            if chance < 0.0:
                getattr(self, event)()
                break
        if self.status is Status.WORKING and self.control is Control.INDEBTED:
            self.debt -= self.model.p.captivity.repay
            if self.debt <= 0.0:
                self.control = Control.FREE

    def quit(self) -> None:
        """End the contract, or be let go."""
        self.model.count["quits"] += 1
        self.go_home()

    def flee(self) -> None:
        """Get away, and perhaps tell the police at home."""
        self.model.count["escapes"] += 1
        self.testify()
        self.go_home()

    def be_ransomed(self) -> None:
        """Be bought free by kin, and perhaps tell the police at home."""
        self.model.count["ransoms"] += 1
        self.testify()
        self.go_home()

    def be_resold(self) -> None:
        """Be sold to another den with a vacant seat, and held there."""
        dens = [den for den in self.model.seats_to_fill() if den is not self.den]
        if dens:
            self.model.count["resold"] += 1
            self.den.workers.remove(self)
            self.den = self.random.choice(dens)
            self.den.workers.append(self)
            self.status = Status.HELD

    def die(self) -> None:
        """Die in the den."""
        self.model.count["deaths"] += 1
        self.den.workers.remove(self)
        self.remove()
        self.status = Status.LEAVING

    def comply(self) -> None:
        """Start to work, confined."""
        self.status = Status.WORKING

    def be_held(self) -> None:
        """Be locked up as a punishment."""
        self.control, self.status = Control.CONFINED, Status.HELD

    def be_abused(self) -> None:
        """Suffer violence."""
        self.model.count["abuse"] += 1

    def testify(self) -> None:
        """Confirm the den to the police of one's own country."""
        if self.model.random.random() < self.model.p.investigation.testimony:
            self.nationality.force.confirm(self.den)

    def go_home(self) -> None:
        """Leave the den for home."""
        self.den.workers.remove(self)
        self.den = None
        self.await_(Status.LEAVING, self.model.p.captivity.home_days)

    def be_arrested(self) -> None:
        """Be taken by the police, for good: what courts do is not in this model."""
        self.den.workers.remove(self)
        self.den, self.due = None, None
        self.status = Status.ARRESTED

    def look_for_work(self) -> None:
        """At risk once more: take a new offer, or find other work for good."""
        model, p = self.model, self.model.p.captivity
        if model.random.random() < p.re_enlist and (dens := model.seats_to_fill()):
            model.count["re_recruited"] += 1
            self.set_out(self.random.choice(dens))
        elif model.random.random() < p.resettle:
            self.remove()

    def call(self) -> None:
        """Call strangers until one's time is up."""
        placed = self.model.rng.poisson(self.den.calls_each)
        self.model.count["calls"] += placed
        if self.model.thin:
            self.call_thinned(placed)
        elif self.model.bulk:
            self.call_in_bulk(placed)
        else:
            self.call_one_by_one(placed)

    def call_one_by_one(self, placed: int) -> None:
        """Let every call find a resident, who may never hear of it."""
        model, den, target = self.model, self.den, self.den.target
        for _ in range(placed):
            resident = model.random.choice(target.residents)
            if target.call_filter and model.random.random() < target.call_filter:
                model.count["blocked"] += 1
            else:
                target.rung_today += 1
                resident.ring(den)

    def answered_of(self, placed: int) -> int:
        """Draw how many calls are blocked and how many of the others are answered."""
        model, target = self.model, self.den.target
        blocked = int(model.rng.binomial(placed, target.call_filter))
        model.count["blocked"] += blocked
        target.rung_today += placed - blocked
        return int(model.rng.binomial(placed - blocked, model.answer_share))

    def call_in_bulk(self, placed: int) -> None:
        """Draw how many calls are blocked and answered, and find residents for the answered only: the same odds."""
        for resident in self.model.random.choices(self.den.target.residents, k=self.answered_of(placed)):
            resident.pick_up(self.den)

    def call_thinned(self, placed: int) -> None:
        """Draw in bulk, and find residents only for calls within a bound on the chance to engage: the same odds."""
        model, target, answered = self.model, self.den.target, self.answered_of(placed)
        model.count["answered"] += answered
        bound = min(1.0, self.den.script.stages[0].success * model.most_engaged * target.lead_quality)
        for resident in model.random.choices(target.residents, k=int(model.rng.binomial(answered, bound))):
            resident.consider(self.den, bound)
