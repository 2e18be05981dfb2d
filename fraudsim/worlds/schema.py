"""What a world file may say."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from fraudsim.worlds.parameters import Group, Parameters
from fraudsim.worlds.quantity import quantity as q


def _drawable(text: str) -> str:
    if "$" in text or not text.isprintable():
        raise ValueError("text may hold no dollar sign (mathematics in figures) and no line break")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_drawable)]
"""Text that people see in tables and figures."""


class AgeBand(Group):
    """A stratum of residents."""

    name: Name = Field(description="name of the band, as in '60+'")
    share: float = q(..., "share of adults", 0.0, 1.0, "size of the band; the bands add up to 1")
    engagement: float = q(1.0, "odds ratio", 0.0, 10.0, "engagement of the band, against the average adult")


class Zone(Group):
    """A place where dens may stand."""

    name: Name = Field(description="name, unique in the world")
    protection: float = q(0.1, "share", 0.0, 1.0, "how far officials or armed groups shield dens")
    attraction: float = q(0.0, "log odds", -10.0, 10.0, "appeal beyond profit and risk; an assumption, swept")
    rent: float = q(100.0, "currency/day", 0.0, 1e6, "rent and protection of one den")
    holder: Literal["state", "militia"] = Field("state", description="who holds the place: where a militia does, the "
                                                "country's police cannot search alone")


class Police(Group):
    """A country's anti-fraud police."""

    investigators: float = q(40.0, "investigators", 0.0, 1e6, "investigators and analysts on cross-border fraud")
    officers: int = q(120, "officers", 0, 10**7, "officers available on one day for raids on dens")


class Country(Group):
    """A country: host, target, source, often several at once."""

    iso: str = Field(min_length=2, max_length=3, description="ISO 3166 alpha-2 code, or a code of your own: the name "
                     "of the country's random draws")
    name: Name = Field(description="name for people")
    region: Name = Field(description="region; choices of place are nested in regions")
    adults: int = q(..., "persons", 0, 10**10, "adult residents")
    income: float = q(10000.0, "currency/person/year", 0.0, 1e10, "income per adult, in the country's currency")
    currency: str = Field("", max_length=20, description="currency of its income, one of rates; empty: the accounting "
                          "currency")
    at_risk: int = q(0, "persons", 0, 10**9, "people recruiters may win")
    report_share: float = q(0.10, "share", 0.0, 1.0, "victims who report a payment to the police; 5-17% by country",
                            "R", "GASA 2022, 2024")
    wanted_calls: float = q(2.0, "calls/adult/day", 0.0, 100.0, "wanted calls from unknown or foreign numbers that a "
                            "voice filter sees")
    wanted_messages: float = q(2.0, "messages/adult/day", 0.0, 100.0, "wanted messages that a message filter sees")
    transfers: float = q(0.3, "transfers/adult/day", 0.0, 100.0, "ordinary transfers that a bank's check sees")
    languages: tuple[str, ...] = Field((), description="languages most adults speak, ISO 639 codes such as 'zh'; none: "
                                       "everybody is understood")
    legal: str = Field("", description="legal tradition, as in 'civil' or 'common'; evidence passes more easily "
                       "within one")
    call_filter: float = q(0.0, "share of scam calls", 0.0, 1.0, "scam calls that operators stop without policy, where "
                           "controls reach")
    bank_check: float = q(0.0, "share of scam payments", 0.0, 1.0, "scam payments that banks hold without policy, "
                          "where "
                          "controls reach")
    control_reach: float = q(1.0, "share", 0.0, 1.0, "share of telecom, network and bank services that controls cover")
    target: bool = Field(False, description="whether residents are called [yes/no]")
    elsewhere: bool = Field(False, description="whether this stands for the rest of the world [yes/no]")
    source: str = Field("assumption", description="where these numbers come from")
    police: Police = Police()
    zones: tuple[Zone, ...] = ()


class Treaty(Group):
    """How suspects pass from one country to another."""

    host: str = Field(description="ISO code of the country that holds the suspect")
    requester: str = Field(description="ISO code of the country that asks")
    kind: Literal["border", "charter", "court"] = Field(description="border hand-over (days), charter flight (weeks) "
                                                        "or court extradition (years)")
    median_days: float = q(..., "days", 1.0, 20000.0, "median time from the end of screening to readiness to hand over")
    sigma: float = q(0.4, "log units", 0.0, 3.0, "spread of that time between cases")
    refusal: float = q(0.05, "share", 0.0, 1.0, "requests that are refused")
    batch_days: int = q(90, "days", 1, 3650, "days between hand-over flights")


class Stage(Group):
    """One stage of a script."""

    role: Name = Field(description="part that is played")
    channel: Literal["voice", "sms", "social", "web"] = Field(description="channel of the stage")
    hours: float = q(..., "hours", 0.0, 100.0, "live conversation it takes")
    success: float = q(..., "share", 0.0, 1.0, "standard persons who go on to the next stage; for the first stage, of "
                       "answered calls")
    delay_days: int = q(1, "days", 0, 365, "days until the next stage")


class Script(Group):
    """A scam: stages, then a demand."""

    name: Name = Field(description="name of the script")
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=15, description="stages in order, the first being the "
                                      "first contact")
    demand_median: float = q(..., "currency", 0.01, 1e12, "median of the first demand, in the script's currency")
    currency: str = Field("", max_length=20, description="currency of its demands, one of rates; empty: the accounting "
                          "currency")
    demand_sigma: float = q(1.4, "log units", 0.0, 4.0, "spread of demands: standard deviation of the logarithm")
    further_demand: float = q(0.4, "share", 0.0, 1.0, "victims who paid and hear a further demand, which must succeed "
                              "once more; 62% paid more than once in mail fraud (Langton 2024, R)")
    severe_harm: float = q(0.002, "share", 0.0, 1.0, "severe harm among victims who lose all they have")
    contacts: dict[Literal["voice", "sms", "social", "web"], float] = Field(
        default_factory=dict, description="channel of first contacts to share of the callers' time, adding up to 1; "
        "none: "
        "the first stage's channel [share]")
    needs_site: bool = Field(False, description="whether victims pay through a site of the den's [yes/no]")


class Line(Group):
    """A script played on a target: what a syndicate may turn to."""

    script: Name = Field(description="script")
    target: str = Field(description="ISO code of the country called")


class Syndicate(Group):
    """An owner of dens."""

    name: Name = Field(description="name, unique in the world; the name of its random draws")
    home: str = Field(description="ISO code of the country its leaders sit in")
    target: str = Field(description="ISO code of the country it calls")
    script: Name = Field(description="script it plays")
    dens: int = q(..., "dens", 0, 10**5, "dens it starts with")
    dens_most: int = q(..., "dens", 1, 10**5, "span of control: most dens it can run")
    den_capacity: int = q(50, "seats", 1, 10**4, "seats in a den", "S", "004: up to 50 callers in a villa")
    staff: int = q(..., "persons", 0, 10**4, "staff of a den when the burn-in begins")
    capital: float = q(500000.0, "currency", 0.0, 1e12, "capital when the burn-in begins")
    coercion: float = q(0.3, "share", 0.0, 1.0, "how often deceived recruits are confined rather than indebted")
    sources: dict[str, float] = Field(description="people at risk whom its recruiters can reach: ISO "
                                     "code to share, 0 to 1 [share]")
    lines: tuple[Line, ...] = Field((), description="further scripts and targets its new dens may turn to")
    leaders: int = q(3, "persons", 1, 1000, "leaders")
    hideout: str = Field("", description="ISO code of the country its leaders hide in; empty: their home")
    start_zones: dict[str, int] = Field(default_factory=dict, description="zone name to dens it starts with there; the "
                                        "rest is placed by its own choice [dens]")


class Fact(Group):
    """A recorded fact, and the output it is checked against."""

    name: Name = Field(description="what was recorded")
    role: Literal["input", "calibration", "held-out"] = Field(description="how the fact is used: never two roles")
    low: float = Field(description="recorded value, or the lower of two that differ")
    high: float | None = Field(None, description="the higher value, where sources differ")
    unit: str = Field(description="unit")
    source: str = Field(description="document")
    measure: str = Field("", description="measure of fraudsim.study.check it is compared with; empty: not compared")
    note: str = Field("", description="what a reader must know")


class World(Group):
    """A world: places, people, numbers, interventions, recorded facts."""

    name: Name = Field(description="short name")
    title: str = Field(description="one line")
    description: str = Field(description="what it stands for, and what it leaves out")
    start: dt.date = Field(description="date of day 0, in the years 1900 to 2500")
    days: int = q(..., "days", 1, 32000, "days of a full run")
    burn_in_days: int = q(365, "days", 0, 10000, "days lived before day 0")
    currency: Name = Field("USD", description="accounting currency")
    price_year: int = q(2016, "year", 1900, 2100, "year of prices", "A", "convention")
    rates: dict[str, float] = Field(default_factory=dict, description="what a unit of another currency is worth in the "
                                    "accounting currency, at the rates of the price year [accounting currency/unit]")
    country_table: str = Field("", description="shipped table of public statistics; what it knows of a country holds "
                               "where the world file says nothing else")
    age_bands: tuple[AgeBand, ...] = Field(min_length=1, description="strata of residents")
    countries: tuple[Country, ...] = Field(min_length=1, description="countries; one of them is the elsewhere")
    treaties: tuple[Treaty, ...] = ()
    shipped_scripts: tuple[str, ...] = Field((), description="names of scripts from the shipped library")
    scripts: tuple[Script, ...] = ()
    syndicates: tuple[Syndicate, ...] = Field(min_length=1, description="owners of dens")
    parameters: Parameters = Parameters()
    interventions: dict[str, dict[str, Any]] = Field(default_factory=dict, description="settings of interventions here")
    facts: tuple[Fact, ...] = ()
    happened: str = Field("", description="the arm that happened, for checks against recorded facts")

    def in_one_currency(self) -> World:
        """Return the world with all incomes and demands in the accounting currency."""
        if not any([*(c.currency for c in self.countries), *(s.currency for s in self.scripts)]):
            return self
        worth = {"": 1.0, self.currency: 1.0, **self.rates}
        countries = tuple(c.model_copy(update={"income": c.income * worth[c.currency], "currency": ""})
                          for c in self.countries)
        scripts = tuple(s.model_copy(update={"demand_median": s.demand_median * worth[s.currency], "currency": ""})
                        for s in self.scripts)
        return self.model_copy(update={"countries": countries, "scripts": scripts})

    @field_validator("age_bands")
    @classmethod
    def _bands_add_up(cls, bands: tuple[AgeBand, ...]) -> tuple[AgeBand, ...]:
        total = sum(band.share for band in bands)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the shares of the age bands add up to {total:g}, not to 1")
        return bands

    @field_validator("start")
    @classmethod
    def _start_can_be_drawn(cls, start: dt.date) -> dt.date:
        if not 1900 <= start.year <= 2500:
            raise ValueError(f"{start}; allowed: the years 1900 to 2500")
        return start

    @model_validator(mode="after")
    def _names_agree(self) -> World:
        from fraudsim.worlds.consistency import contradictions

        found = contradictions(self)
        if found:
            raise ValueError("\n".join(found))
        return self
