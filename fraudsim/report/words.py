"""How numbers and outcomes are written for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fraudsim.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

HEADLINE = ("loss_net", "victims", "captive_days", "trafficked_detained_days", "wanted_calls_blocked",
            "travellers_stopped_wrongly", "searches_empty", "dens_active", "public_cost")
"""Outcomes that stand in every figure: losses never without harm to workers and bystanders."""

TABLE = (*HEADLINE[:8], "wanted_messages_blocked", "transfers_held_wrongly", "warnings_wrong",
         "helpers_punished_wrongly", "kin_pressured", "trafficked_punished", "stranded_days", "arrests", "handed_over",
         "public_cost", "custody_cost")
"""Outcomes of the table on the terminal."""

LABELS = {
    "loss_net": "Net loss", "loss_gross": "Gross loss", "victims": "Victims", "payments": "Payments",
    "severe_harm": "Severely harmed", "money_frozen": "Money frozen", "captive_days": "Person-days in captivity",
    "trafficked_days": "Person-days, trafficked", "abuse": "Acts of violence", "deaths": "Deaths in dens",
    "trafficked_punished": "Trafficked punished", "trafficked_deported": "Trafficked deported",
    "trafficked_detained_days": "Trafficked days in custody", "stranded_days": "Person-days stranded",
    "abandoned": "Captives left behind", "resold": "People sold on", "ransom_paid": "Ransom paid",
    "rescued": "Rescued", "escapes": "Escapes",
    "smuggled": "Smuggled recruits", "wanted_calls_blocked": "Wanted calls blocked",
    "travellers_stopped_wrongly": "Travellers wrongly stopped", "searches_empty": "Empty searches",
    "offenders_rescued": "Offenders let go", "dens_active": "Active dens", "staff": "People in dens",
    "dens_dismantled": "Dens dismantled", "arrivals_from": "Recruits arrived", "calls_answered": "Calls answered",
    "sites_per_strike": "Dens per strike day", "searches": "Searches", "arrests": "Arrests",
    "handed_over": "Handed over", "syndicate_profit": "Syndicate profit", "public_cost": "Public cost",
    "loss_by_host": "Gross loss", "paid": "Money paid", "captive": "People held captive",
    "attempted": "Attempted loss", "stopped": "Stopped by banks", "recalled": "Money called back",
    "returned": "Frozen money returned", "restituted": "Paid back by courts",
    "net_per_attempted": "Net loss per attempted", "messages_delivered": "Messages delivered",
    "engagement_rate": "Engaged per answered", "site_hours": "Hours of scam sites",
    "control_reach": "Reach of controls",
    "route_deaths": "Deaths on routes", "ransoms": "Ransomed", "quits": "Left with leave",
    "surrenders_lenient": "Surrendered, unpunished", "aftercare": "Helped at home",
    "re_recruited": "Recruited once more",
    "re_recruitment": "Re-recruited per return", "smuggled_stopped": "Smuggled, caught",
    "smuggled_arrivals": "Arrived by smuggler", "wanted_messages_blocked": "Wanted messages blocked",
    "sites_blocked_wrongly": "Sites wrongly blocked", "transfers_held_wrongly": "Transfers wrongly held",
    "warnings_wrong": "Warnings in no scam", "helpers_punished_wrongly": "Lenders wrongly punished",
    "kin_pressured": "Families pressed", "bystanders_hit": "Wrong hits in all",
    "dens_adjacent": "Dens in other business", "dens_switched": "Dens that switched",
    "departures_passed": "Departures not stopped", "numbers_per_den": "Numbers per den",
    "days_to_ready": "Days to readiness", "request_days": "Days for an answer", "files_leaked": "Shared files leaked",
    "leaders_in_post": "Leaders in post", "queue_days": "Days in the queue", "refused": "Extraditions refused",
    "helpers_punished": "Lenders punished", "recorded_crime": "Reports", "recorded_cases": "Cases registered",
    "recorded_solved": "Cases called solved", "recorded_calls_stopped": "Calls stopped",
    "recorded_messages_stopped": "Messages stopped", "recorded_transfers_stopped": "Transfers stopped",
    "recorded_money_stopped": "Money stopped", "account_price": "Price of an account",
    "syndicate_revenue": "Syndicate revenue", "adjacent_income": "Other illegal income",
    "syndicate_capital": "Syndicate capital", "custody_cost": "Cost of custody",
    "placed": "Contacts placed", "blocked": "Contacts blocked", "answered": "Contacts answered",
    "engaged": "Contacts that engage",
}

SAID = ("persons", "person-days", "calls", "sites", "dens", "operations", "payments", "reports", "events",
        "contacts", "messages", "transfers", "warnings", "scams", "files", "cases", "meetings", "leaders", "syndicates",
        "accounts", "numbers", "days", "hours")
"""Units that the labels of outcomes say themselves."""

SIZES = ((1e12, "T"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
HEADINGS = {
    "victims": "Victims", "contacts": "Contacts and controls", "workers": "Workers held or trafficked",
    "bystanders": "Bystanders", "dens": "Dens", "police": "Police", "recorded": "Recorded crime, as agencies count it",
    "money": "Money of syndicates", "cost": "Cost",
}
"""Headings of the table by group of outcomes, in their order."""

GROUPS = {outcome.name: outcome.group for outcome in OUTCOMES}


def label(name: str) -> str:
    """Return an outcome's name for people.

    Examples
    --------
    >>> label("loss_net"), label("dens_opened")
    ('Net loss', 'Dens opened')
    """
    return LABELS.get(name, name.replace("_", " ").capitalize())


def with_unit(name: str, measure: str, currency: str, letter: str = "") -> str:
    """Return an outcome's label with the scale of its numbers, and the unit where the label does not say it.

    Examples
    --------
    >>> with_unit("loss_net", "currency", "USD", "M"), with_unit("victims", "persons", "USD")
    ('Net loss, M USD', 'Victims')
    """
    words = " ".join(part for part in (letter, "" if measure in SAID else unit(measure, currency)) if part)
    return f"{label(name)}, {words}" if words else label(name)


def heading(name: str) -> str:
    """Return the heading under which an outcome stands."""
    return HEADINGS[GROUPS[name]]


def silent(table: pd.DataFrame) -> list[str]:
    """Return the outcomes that are zero in every arm and in the baseline, unless all are."""
    levels = table[["baseline", "mean", "difference", "low", "high"]].fillna({"low": 0.0, "high": 0.0})
    zero = (levels == 0).all(axis=1).groupby(table["outcome"], sort=False).all()
    return [] if zero.all() else [str(name) for name in zero.index[zero]]


def silent_line(names: Iterable[str]) -> str:
    """Return the sentence that stands for rows left out; empty without any.

    Examples
    --------
    >>> silent_line(["searches_empty", "deaths"])
    'Zero throughout, with and without every arm: empty searches, deaths in dens.'
    """
    said = ", ".join(label(name).lower() for name in names)
    return f"Zero throughout, with and without every arm: {said}." if said else ""


def unit(name: str, currency: str) -> str:
    """Return a unit for people: the world's currency instead of 'currency'."""
    return name.replace("currency", currency)


def number(value: float | None, signed: bool = False) -> str:
    """Write a number with about three digits.

    Examples
    --------
    >>> [number(x) for x in (1234567, 12345, 3.14159, 0, None)]
    ['1.23 M', '12,345', '3.14', '0', '-']
    >>> number(12.3, signed=True), number(-2.5e9)
    ('+12.3', '-2.5 bn')
    """
    if value is None or math.isnan(value):
        return "-"
    text = _plain(abs(value))
    if text == "0":
        return text
    return ("-" if value < 0 else "+" if signed else "") + text


def _plain(value: float) -> str:
    for size, letter in SIZES[:3]:
        if value >= 0.9995 * size:
            return f"{_digits(value / size)} {letter}"
    return _digits(value)


def _digits(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    if value == 0:
        return "0"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.1e}"


def percent(value: float | None) -> str:
    """Write a share as a signed percentage.

    Examples
    --------
    >>> percent(-0.256), percent(0.004), percent(None)
    ('-26%', '+0.4%', '-')
    """
    if value is None or math.isnan(value):
        return "-"
    points = 100 * value
    if points == 0:
        return "0%"
    return f"{points:+,.0f}%" if abs(points) >= 9.95 else f"{points:+.1g}%" if abs(points) < 0.95 else f"{points:+.1f}%"


def share(value: float | None) -> str:
    """Write a share in per cent, unsigned unless negative.

    Examples
    --------
    >>> share(0.256), share(1.5), share(None)
    ('26%', '150%', '-')
    """
    return "-" if _missing(value) else f"{100 * value:,.0f}%"  # type: ignore[operator]


def interval_text(low: float | None, high: float | None) -> str:
    """Write an interval; '-' where there is none.

    Examples
    --------
    >>> interval_text(1.5e6, 2e6), interval_text(None, None)
    ('1.5 M to 2 M', '-')
    """
    return "-" if _missing(low) or _missing(high) else f"{number(low)} to {number(high)}"


@dataclass(frozen=True)
class Scale:
    """One scale for all numbers of a row, so that they can be compared at a glance.

    Attributes
    ----------
    size : float
        What numbers are divided by.
    letter : str
        Its name: '', 'k', 'M', 'bn' or 'T'.
    decimals : int
        Decimals of changes and their intervals.
    """

    size: float
    letter: str
    decimals: int

    def level(self, value: float | None) -> str:
        """Write a level, with about three digits."""
        if _missing(value):
            return "-"
        scaled = value / self.size  # type: ignore[operator]
        return number(scaled) if scaled == round(scaled) or abs(scaled) >= 99.95 else f"{scaled:#.3g}"

    def change(self, value: float | None) -> str:
        """Write a change with its sign; a true zero is '0'."""
        if _missing(value):
            return "-"
        return "0" if value == 0 else f"{value / self.size:+,.{self.decimals}f}"  # type: ignore[operator]

    def span(self, low: float | None, high: float | None) -> str:
        """Write the interval of a change; '-' where there is none."""
        if _missing(low) or _missing(high):
            return "-"
        return "0" if low == high == 0 else f"{self.change(low)} to {self.change(high)}"


def scale(levels: Iterable[float | None], changes: Iterable[float | None]) -> Scale:
    """Choose the scale of a row from its levels and changes.

    Examples
    --------
    >>> row = scale([10_720_000], [-333_534, -1_090_000, 437_928])
    >>> row.letter, row.level(10_720_000), row.change(-333_534), row.span(-1_090_000, 437_928)
    ('M', '10.7', '-0.33', '-1.09 to +0.44')
    """
    widest = max((abs(value) for value in changes if value is not None and not math.isnan(value)), default=0.0)
    largest = max([widest, *(abs(value) for value in levels if value is not None and not math.isnan(value))])
    size, letter = next(((size, letter) for size, letter in SIZES if largest >= size), (1.0, ""))
    if largest < 1e5:
        size, letter = 1.0, ""
    decimals = 2 - math.floor(math.log10(widest / size)) if widest > 0 else 0
    return Scale(size, letter, min(max(decimals, 0), 6))


def _missing(value: float | None) -> bool:
    return value is None or math.isnan(value)
