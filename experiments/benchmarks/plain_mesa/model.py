"""The model: places, people, and the order of a day."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import mesa

from plain_mesa.dens import Den
from plain_mesa.police import Force
from plain_mesa.residents import FIRST_HOUR, LAST_HOUR, Payment, Person, QuietResident, SteppingResident
from plain_mesa.workers import Control, Recruited, Status, Worker

OUTCOMES = ("calls", "blocked", "answered", "engaged", "scams_left", "victims", "payments", "paid", "holds",
            "severe_harm", "reports", "frozen", "offers", "departures", "smuggled", "smuggled_deaths", "arrivals",
            "staff_days", "captive_days", "trafficked_days", "abuse", "escapes", "quits", "ransoms", "resold", "deaths",
            "stranded_days", "homecomings", "re_recruited", "searches", "searches_empty", "dismantled", "arrests",
            "rescued")
"""What is counted over a run; money in cents."""


class Country:
    """The ground: who lives there, who may be recruited, who polices it."""

    def __init__(self, model: PlainModel, data: Any) -> None:
        self.iso, self.adults, self.income = data.iso, data.adults, data.income
        self.at_risk = self.at_risk_at_start = data.at_risk
        self.call_filter = data.call_filter * data.control_reach
        self.bank_check = data.bank_check * data.control_reach
        self.report_share, self.lead_quality = data.report_share, 1.0
        self.force = Force(model, self, data.police.investigators, data.police.officers)
        self.residents: list[Person] = []
        self.rung_today = 0  # calls that arrived


class Owner:
    """A syndicate, as far as it matters here: it decides nothing."""

    def __init__(self, model: PlainModel, data: Any) -> None:
        self.coercion, self.den_capacity, self.staff = data.coercion, data.den_capacity, data.staff
        self.reach = {country: data.sources.get(country.iso, 0.0) for country in model.countries.values()}
        self.target = model.countries[data.target]
        self.script = next(script for script in model.world.scripts if script.name == data.script)


class PlainModel(mesa.Model):
    """A world file, lived by objects.

    Parameters
    ----------
    world : fraudsim.worlds.schema.World
        Read for its numbers only.
    stepping : bool
        Whether every resident is an agent that steps every day.
    rng : int
        Seed.
    bulk : bool
        Whether workers draw how many calls are blocked and answered, and no resident is looked for in vain.
    thin : bool
        Whether workers besides pass over answered calls as an upper bound on the chance to engage allows.
    """

    def __init__(self, world: Any, stepping: bool = True, rng: int | None = None, bulk: bool = False,
                 thin: bool = False) -> None:
        super().__init__(rng=rng)
        self.world, self.p = world, world.parameters
        self.today = -1
        self.count: Counter[str] = Counter()
        self.answer_share = self.p.calls.answer_share
        self.bands = world.age_bands
        self.most_engaged = max(band.engagement for band in world.age_bands) * self.p.residents.susceptibility_high
        self.band_shares = [band.share for band in world.age_bands]
        self.hazards = hazards(self.p.captivity)
        self.reports: defaultdict[int, list[Payment]] = defaultdict(list)
        self.returns: defaultdict[int, list[Payment]] = defaultdict(list)
        self.countries = {data.iso: Country(self, data) for data in world.countries}
        self.dens: list[Den] = []
        self.stepping, self.bulk, self.thin = stepping, bulk, thin
        self.people_targets()
        self.found_dens()
        self.wear_lists_at_first()
        self.datacollector = mesa.DataCollector(
            {name: (lambda model, name=name: model.count[name]) for name in OUTCOMES})

    def people_targets(self) -> None:
        """Let residents of the countries that are called move in."""
        kind = SteppingResident if self.stepping else QuietResident
        for data, country in zip(self.world.countries, self.countries.values()):
            if data.target:
                country.residents = [kind(self, country) for _ in range(country.adults)]

    def found_dens(self) -> None:
        """Place the first dens by appeal, or where the world file says, with their first people."""
        zones = [(zone, self.countries[data.iso]) for data in self.world.countries for zone in data.zones]
        appeal = [math.exp(zone.attraction) for zone, _ in zones]
        for data in self.world.syndicates:
            owner = Owner(self, data)
            places = [place for place in zones for _ in range(data.start_zones.get(place[0].name, 0))]
            places += self.random.choices(zones, appeal, k=data.dens - len(places))
            for zone, country in places:
                den = Den(self, owner, country, zone.protection)
                self.dens.append(den)
                for _ in range(owner.staff):
                    self.found_worker(den)

    def found_worker(self, den: Den) -> None:
        """Put a first worker into a den: kinds are as frequent as they come, times how long they stay."""
        c, r, grip = self.p.captivity, self.p.recruitment, den.owner.coercion
        kinds = {(Recruited.VOLUNTARY, Control.FREE): (1.0 - r.deceived_share - r.coerced_share) / c.quit_free,
                 (Recruited.DECEIVED, Control.INDEBTED):
                     r.deceived_share * (1.0 - grip) / (c.quit_indebted + c.flee_indebted),
                 (Recruited.DECEIVED, Control.CONFINED):
                     r.deceived_share * grip / (c.flee_confined + c.ransom_confined + c.death_confined),
                 (Recruited.COERCED, Control.CONFINED):
                     r.coerced_share / (c.flee_confined + c.ransom_confined + c.death_confined)}
        recruited, control = self.random.choices(list(kinds), list(kinds.values()))[0]
        sources = list(den.owner.reach)
        source = self.random.choices(sources, [den.owner.reach[s] * s.at_risk for s in sources])[0]
        worker = Worker(self, source, recruited, self.random.random() < r.caller_share)
        source.at_risk -= 1
        worker.den, worker.control, worker.status = den, control, Status.WORKING
        worker.debt = 0.0 if control is Control.FREE else r.debt
        den.workers.append(worker)

    def wear_lists_at_first(self) -> None:
        """Start contact lists as worn as the first dens would leave them in the long run."""
        for country in self.countries.values():
            calls = 0.0
            for den in self.dens:
                if den.target is country:
                    den.open()
                    callers = sum(worker.is_calling for worker in den.workers)
                    calls += callers * den.calls_each * (1.0 - country.call_filter)
            worn = self.p.calls.lead_wear * calls / max(country.adults, 1)
            if self.p.calls.lead_recovery:
                country.lead_quality = self.p.calls.lead_recovery / (self.p.calls.lead_recovery + worn)

    def lognormal(self, median: float, sigma: float) -> float:
        """Draw from a lognormal distribution given by its median."""
        return median * math.exp(self.random.gauss(0.0, sigma))

    def step(self) -> None:
        """Live a day."""
        self.today += 1
        self.recruit()
        self.agents_by_type[Den].do("open")
        self.agents_by_type[Worker].shuffle_do("step")
        self.wear_lists()
        if self.stepping:
            self.agents_by_type[SteppingResident].do("step")
        else:
            self.agents_by_type[Den].do("step")
        self.take_reports()
        self.agents_by_type[Force].do("step")
        self.count_people()
        self.datacollector.collect(self)

    def count_people(self) -> None:
        """Count, at the end of the day, who is in a den, how they are kept, and who is stranded outside."""
        inside = [worker for den in self.dens for worker in den.workers]
        self.count["staff_days"] += len(inside)
        self.count["captive_days"] += sum(worker.is_captive for worker in inside)
        self.count["trafficked_days"] += sum(worker.is_trafficked for worker in inside)
        self.count["stranded_days"] += sum(worker.is_stranded for worker in self.agents_by_type[Worker])

    def seats_to_fill(self) -> list[Den]:
        """Return every vacant seat of dens that call, as the den it stands in."""
        return [den for den in self.dens if den.calls for _ in range(den.vacant)]

    def recruit(self) -> None:
        """Let people at risk meet recruiters; each meeting is for one vacant seat, drawn among all."""
        p, seats = self.p.recruitment, self.seats_to_fill()
        if self.today % 7 == 0:
            for country in self.countries.values():
                country.at_risk += round(7 * p.renewal * (country.at_risk_at_start - country.at_risk))
        meetings = {country: country.at_risk * p.offers_per_at_risk for country in self.countries.values()}
        vacant = len(seats)
        for country, mean in meetings.items():
            for _ in range(self.rng.poisson(mean)):
                if not seats:
                    return
                den = self.random.choice(seats)
                per_seat = sum(meetings[s] * reach for s, reach in den.owner.reach.items()) / vacant
                within_cap = min(1.0, p.offers_per_seat_cap / per_seat) if per_seat else 0.0
                if self.random.random() < den.owner.reach[country] * within_cap and self.win(country, den):
                    seats.remove(den)

    def win(self, country: Country, den: Den) -> bool:
        """Make somebody an offer; tell whether they go."""
        p, u = self.p.recruitment, self.random.random()
        self.count["offers"] += 1
        recruited = (Recruited.COERCED if u < p.coerced_share
                     else Recruited.DECEIVED if u < p.coerced_share + p.deceived_share else Recruited.VOLUNTARY)
        if country.at_risk < 1:
            return False
        if recruited is not Recruited.COERCED and self.random.random() >= p.accept_share:
            return False
        country.at_risk -= 1
        Worker(self, country, recruited, self.random.random() < p.caller_share).set_out(den)
        return True

    def wear_lists(self) -> None:
        """Wear contact lists by the calls that arrived today, and let them recover."""
        p = self.p.calls
        for country in self.countries.values():
            if country.residents:
                q, worn = country.lead_quality, min(1.0, p.lead_wear * country.rung_today / country.adults)
                country.lead_quality += p.lead_recovery * (1.0 - q) - worn * q
                country.rung_today = 0

    def report_perhaps(self, resident: Person, den: Den, cents: int) -> None:
        """Fix whether and when a payment will be reported, and when it leaves the first mule account."""
        if self.random.random() >= resident.country.report_share:
            return
        p = self.p.money
        hour = 24 * self.today + self.random.randint(FIRST_HOUR, LAST_HOUR)
        report = hour + round(self.lognormal(p.report_delay_hours, p.report_delay_sigma))
        clear = hour + round(self.random.expovariate(1.0 / p.clear_hours))
        self.reports[report // 24].append(Payment(resident, den, cents, report, clear))

    def take_reports(self) -> None:
        """Book today's reports: some lead to the den, some come in time for a freeze; frozen money goes back."""
        for payment in self.reports.pop(self.today, ()):
            self.count["reports"] += 1
            if self.random.random() < self.p.investigation.trace_share:
                payment.resident.country.force.confirm(payment.den)
            if payment.report_hour < payment.clear_hour and self.random.random() < self.p.money.freeze_success:
                self.count["frozen"] += payment.cents
                self.returns[self.today + self.p.money.return_days].append(payment)
        for payment in self.returns.pop(self.today, ()):
            payment.resident.savings += payment.cents


def hazards(c: Any) -> dict[tuple[Status, Control], list[tuple[float, str]]]:
    """Return, for every position in a den, the chances a day of what may happen there."""
    held = [(c.flee_held, "flee"), (c.ransom_held, "be_ransomed"), (c.resell, "be_resold"), (c.death_held, "die"),
            (c.comply, "comply"), (c.abuse_held, "be_abused")]
    return {
        (Status.WORKING, Control.FREE): [(c.quit_free, "quit")],
        (Status.WORKING, Control.INDEBTED): [(c.quit_indebted, "quit"), (c.flee_indebted, "flee"), (c.hold, "be_held")],
        (Status.WORKING, Control.CONFINED): [
            (c.flee_confined, "flee"), (c.ransom_confined, "be_ransomed"), (c.resell, "be_resold"),
            (c.death_confined, "die"), (c.hold, "be_held"), (c.abuse_confined, "be_abused")],
        (Status.HELD, Control.CONFINED): held,
    }
