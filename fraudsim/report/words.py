"""How numbers and outcomes are written for people."""

from __future__ import annotations

import math

from fraudsim.outcomes.catalogue import OUTCOMES

HEADLINE = ("loss_net", "victims", "captive_days", "trafficked_punished", "wanted_calls_blocked",
            "travellers_stopped_wrongly", "searches_empty", "dens_active", "public_cost")
"""Outcomes that stand in every figure: losses never without harm to workers and bystanders."""

TABLE = (*HEADLINE[:8], "arrests", "handed_over", "public_cost")
"""Outcomes of the table on the terminal."""

LABELS = {
    "loss_net": "Net loss", "loss_gross": "Money paid", "victims": "Victims", "payments": "Payments",
    "severe_harm": "Severely harmed", "money_frozen": "Money frozen", "captive_days": "Days in captivity",
    "trafficked_days": "Days of trafficked", "abuse": "Acts of violence", "deaths": "Deaths in dens",
    "trafficked_punished": "Trafficked punished", "rescued": "Rescued", "escapes": "Escapes",
    "smuggled": "Smuggled recruits", "wanted_calls_blocked": "Wanted calls blocked",
    "travellers_stopped_wrongly": "Travellers stopped", "searches_empty": "Empty searches",
    "offenders_rescued": "Offenders let go", "dens_active": "Active dens", "staff": "People in dens",
    "dens_dismantled": "Dens dismantled", "arrivals_from": "Recruits arrived", "calls_answered": "Calls answered",
    "sites_per_strike": "Dens per strike day", "searches": "Searches", "arrests": "Arrests",
    "handed_over": "Handed over", "syndicate_profit": "Syndicate profit", "public_cost": "Public cost",
    "loss_by_host": "Losses by dens' place", "paid": "Money paid a day", "captive": "People held captive",
}

HEADINGS = {
    "victims": "Victims", "workers": "Workers held or trafficked", "bystanders": "Bystanders", "dens": "Dens",
    "police": "Police", "money": "Money of syndicates", "cost": "Cost",
}
"""Headings of the table by group of outcomes, in their order."""


def label(name: str) -> str:
    """Return an outcome's name for people.

    Examples
    --------
    >>> label("loss_net"), label("dens_opened")
    ('Net loss', 'Dens opened')
    """
    return LABELS.get(name, name.replace("_", " ").capitalize())


def heading(name: str) -> str:
    """Return the heading under which an outcome stands."""
    return HEADINGS[next(outcome.group for outcome in OUTCOMES if outcome.name == name)]


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
    for size, letter in ((1e12, "T"), (1e9, "bn"), (1e6, "M")):
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


def interval_text(low: float | None, high: float | None, signed: bool = True) -> str:
    """Write an interval; nothing where there is none.

    Examples
    --------
    >>> interval_text(-1.5e6, 2000), interval_text(None, None)
    ('-1.5 M to +2,000', '-')
    """
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return "-"
    return "0" if low == high == 0 else f"{number(low, signed)} to {number(high, signed)}"
