"""Residents: they answer calls, are drawn in or not, go from stage to stage, and pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from plain_mesa.dens import Den
    from plain_mesa.model import Country

FURTHER_DEMAND_DAYS = 3
FIRST_HOUR, LAST_HOUR = 8, 21


@dataclass
class Payment:
    """A sum on its way through a first mule account."""

    resident: Person
    den: Den
    cents: int
    report_hour: int
    clear_hour: int


class Person:
    """What a resident is and does; the two subclasses differ in who wakes them on the day that is theirs."""

    model: Any
    country: Country
    den: Den | None
    due: int | None

    def settle_in(self, country: Country) -> None:
        """Take an age band, a susceptibility and savings."""
        model, p = self.model, self.model.p.residents
        band = model.random.choices(model.bands, model.band_shares)[0]
        median = 100 * p.savings_median_incomes * country.income
        self.country, self.engagement = country, band.engagement
        self.susceptibility = (p.susceptibility_low
                               + (p.susceptibility_high - p.susceptibility_low) * model.random.random() ** 3)
        self.savings = round(model.lognormal(median, p.savings_sigma))
        self.den, self.due, self.stage = None, None, 0
        self.held = 0  # a sum that the bank stopped and that will be tried again
        self.left_on: int | None = None
        self.has_paid = False

    def openness(self) -> float:
        """Return how open the person is to one more caller."""
        if self.den is not None:
            return 0.0
        if self.left_on is None:
            return 1.0
        p = self.model.p.residents
        return 1.0 - p.wary_after_scam / (1.0 + (self.model.today - self.left_on) / p.wary_half_days)

    def ring(self, den: Den) -> None:
        """Answer the telephone, or not."""
        if self.model.random.random() < self.model.answer_share:
            self.pick_up(den)

    def pick_up(self, den: Den) -> None:
        """Answer the telephone and be drawn in, or hang up."""
        self.model.count["answered"] += 1
        self.consider(den)

    def consider(self, den: Den, bound: float = 1.0) -> None:
        """Be drawn in, or not; ``bound`` is the share of answered calls that thinning lets pass."""
        model = self.model
        chance = (den.script.stages[0].success * self.engagement * self.susceptibility
                  * self.country.lead_quality * self.openness())
        if model.random.random() < chance / bound:
            model.count["engaged"] += 1
            self.den, self.stage = den, 1
            self.wait(den.script.stages[0].delay_days)

    def wait(self, days: int) -> None:
        """Put off what comes next."""
        self.due = self.model.today + days

    def go_on(self) -> None:
        """Live all that is due today: stages, and the payment at their end."""
        while self.due == self.model.today:
            if not self.den.calls:
                self.walk_away()
            elif self.stage < len(self.den.script.stages):
                self.listen()
            else:
                self.pay()

    def listen(self) -> None:
        """Go through a stage, and on to the next or out."""
        stage = self.den.script.stages[self.stage]
        self.den.hours_today += stage.hours
        success, odds = stage.success, self.susceptibility
        if self.model.random.random() < success * odds / (1.0 - success + success * odds):
            self.stage += 1
            self.wait(stage.delay_days)
        else:
            self.walk_away()

    def walk_away(self) -> None:
        """Leave before the payment that was asked for."""
        self.model.count["scams_left"] += 1
        self.leave()

    def leave(self) -> None:
        """Come out of the scam, wary."""
        self.den, self.due, self.held = None, None, 0
        self.left_on = self.model.today

    def pay(self) -> None:
        """Pay what is asked, as far as savings go and the bank lets it pass."""
        model, den, script = self.model, self.den, self.den.script
        asked = self.held or round(model.lognormal(100 * script.demand_median, script.demand_sigma))
        cents = min(asked, self.savings)
        if cents == 0:
            self.leave()
        elif model.random.random() < self.country.bank_check:
            self.be_held(cents)
        else:
            self.lose(cents)
            if model.random.random() < script.further_demand:
                self.stage = len(script.stages) - 1
                self.wait(FURTHER_DEMAND_DAYS)
            else:
                self.leave()
            model.report_perhaps(self, den, cents)

    def be_held(self, cents: int) -> None:
        """Try again another day, or give up."""
        self.model.count["holds"] += 1
        if self.model.random.random() < self.model.p.money.attempt_retry:
            self.held = cents
            self.wait(self.model.p.money.retry_days)
        else:
            self.leave()

    def lose(self, cents: int) -> None:
        """Book a payment and the harm it may do."""
        model = self.model
        if not self.has_paid:
            self.has_paid = True
            model.count["victims"] += 1
        model.count["payments"] += 1
        model.count["paid"] += cents
        if model.random.random() < self.den.script.severe_harm * cents / self.savings:
            model.count["severe_harm"] += 1
        self.savings -= cents
        self.held = 0


class SteppingResident(Person, mesa.Agent):
    """A resident who is an agent of Mesa and looks every day whether anything is due."""

    def __init__(self, model: Any, country: Country) -> None:
        super().__init__(model)
        self.settle_in(country)

    def step(self) -> None:
        """Go on with the scam if today is the day."""
        if self.due == self.model.today:
            self.go_on()


class QuietResident(Person):
    """A resident who is a plain object: the den keeps a calendar of those it talks with."""

    def __init__(self, model: Any, country: Country) -> None:
        self.model = model
        self.settle_in(country)

    def wait(self, days: int) -> None:
        """Put off what comes next, and have the den note the day."""
        super().wait(days)
        self.den.calendar[self.due].append(self)
