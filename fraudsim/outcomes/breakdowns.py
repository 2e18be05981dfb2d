"""What is shown part by part: by the place of the den, target, nationality, script and channel.

Displacement has several sides: crime that falls in one part may rise in another, of the same side or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fraudsim.outcomes.outcome import Floats, Folded, Outcome, Record

SCRIPTS = ("neighbour_chain", "safe_account", "click_farming", "investment", "other_script")
CHANNELS = {"voice": "calls", "sms": "sms", "social": "social", "web": "web"}

DISPLACEMENT: tuple[Outcome, ...] = (
    Outcome("dens_active", "dens", "down", "dens", "dens that call, mean over the days", ("dens_active",), how="mean"),
    Outcome("loss_by_host", "currency", "down", "victims", "payments by victims, by the country of the den",
            ("paid_to_host",), scale=0.01),
    Outcome("staff", "persons", "none", "dens", "people in dens, mean over the days", ("staff",), how="mean"),
    Outcome("captive_days", "person-days", "down", "workers", "days people were held, or confined while working",
            ("captive",)),
)
"""Outcomes that are shown country by country, by the country of the den."""

TARGETS: tuple[Outcome, ...] = (
    Outcome("loss_gross", "currency", "down", "victims", "payments by victims, by their country", ("paid",),
            scale=0.01),
    Outcome("loss_net", "currency", "down", "victims", "payments less what came back, by the victims' country",
            ("paid",), ("frozen", "recalled", "restituted"), scale=0.01),
    Outcome("victims", "persons", "down", "victims", "residents who paid for the first time", ("victims",)),
    Outcome("severe_harm", "persons", "down", "victims", "victims severely harmed after a loss", ("severe_harm",)),
)
"""Outcomes that are shown country by country, by the country of the victims."""

NATIONALITIES: tuple[Outcome, ...] = (
    Outcome("arrivals_from", "persons", "down", "dens", "recruits who arrived at a den", ("arrivals_from",)),
    Outcome("smuggled", "persons", "down", "workers", "recruits who travelled by smuggler", ("smuggled",)),
)
"""Outcomes that are shown country by country, by the nationality of recruits."""


@dataclass(frozen=True)
class Breakdown:
    """One outcome in parts, each with series of its own.

    Parameters
    ----------
    by : {"script", "channel"}
    name, unit : str
    good : {"down", "none"}
    meaning : str
    parts : tuple of (str, Outcome)
        Name of each part and how it follows from the record.
    """

    by: str
    name: str
    unit: str
    good: str
    meaning: str
    parts: tuple[tuple[str, Outcome], ...]


def _by_script(name: str, unit: str, meaning: str, series: str, scale: float = 1.0) -> Breakdown:
    parts = tuple((script.replace("_", "-"), Outcome(f"{name}_{script}", unit, "down", "victims", meaning,
                                                     (f"{series}_{script}",), scale=scale)) for script in SCRIPTS)
    return Breakdown("script", name, unit, "down", meaning, parts)


def _by_channel(name: str, unit: str, good: str, meaning: str, kinds: tuple[str, ...]) -> Breakdown:
    parts = tuple((channel, Outcome(f"{name}_{channel}", unit, "none", "contacts", meaning,
                                    tuple(f"{series}_{kind}" for kind in kinds)))
                  for channel, series in CHANNELS.items())
    return Breakdown("channel", name, unit, good, meaning, parts)


BREAKDOWNS: tuple[Breakdown, ...] = (
    _by_script("loss_gross", "currency", "payments by victims, by script", "paid", 0.01),
    _by_script("victims", "persons", "residents who paid for the first time, by the script of that payment", "victims"),
    Breakdown("channel", "loss_gross", "currency", "down", "payments by victims, by the first channel",
              tuple((channel, Outcome(f"loss_by_{channel}", "currency", "down", "victims", "payments by victims",
                                      (f"paid_by_{channel}",), scale=0.01)) for channel in CHANNELS)),
    _by_channel("placed", "contacts", "none", "scam contacts placed", ("placed",)),
    _by_channel("blocked", "contacts", "none", "scam contacts stopped by a filter", ("blocked",)),
    _by_channel("answered", "contacts", "down", "scam contacts answered", ("hung_up", "engaged")),
    _by_channel("engaged", "contacts", "down", "scam contacts that engaged a resident", ("engaged",)),
)
"""Outcomes that are shown script by script or channel by channel."""

BY_COUNTRY: dict[str, tuple[Outcome, ...]] = {
    "place": DISPLACEMENT, "target": TARGETS, "nationality": NATIONALITIES}
"""Sides of displacement on which parts are countries: of the den, of the victims, of the recruits."""

SIDES = (*BY_COUNTRY, "script", "channel")


def parts(record: Record) -> dict[str, Floats]:
    """Compute every outcome of every side of displacement.

    Parameters
    ----------
    record : int64, shape (days, series, countries)

    Returns
    -------
    dict of str to float64
        By side. Sides of countries: shape (outcomes, countries). Scripts and channels: shape (outcomes, parts).
    """
    folded = Folded(record)
    found = {side: np.stack([folded.by_country(outcome) for outcome in outcomes])
             for side, outcomes in BY_COUNTRY.items()}
    for side in ("script", "channel"):
        rows = [[folded.by_country(outcome).sum() for _, outcome in breakdown.parts]
                for breakdown in BREAKDOWNS if breakdown.by == side]
        found[side] = np.array(rows, np.float64)
    return found
