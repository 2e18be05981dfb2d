"""Net benefit of an arm, and what a unit of it costs, with intervals over the pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fraudsim.study.statistics import interval, ratio, values

if TYPE_CHECKING:
    from fraudsim.study.comparison import Comparison

NUMBERS = ("value", "low", "high")
type Values = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """One measure of what an arm brought or cost.

    Attributes
    ----------
    name, unit, meaning : str
    good : {"up", "down"}
    terms : dict of str to float
        Outcomes and their weights: the measure is the mean over the pairs of their weighted changes.
    per : str
        Measure that it is divided by; '' for none.
    """

    name: str
    unit: str
    good: str
    meaning: str
    terms: dict[str, float]
    per: str = ""


COSTS = {"public_cost": 1.0, "custody_cost": 1.0}
MEASURES: tuple[Measure, ...] = (
    Measure("loss_averted", "currency", "up", "net loss without the arm less that with it", {"loss_net": -1.0}),
    Measure("cost", "currency", "down", "public spending on the arm, and what it changes in custody and prison", COSTS),
    Measure("net_benefit", "currency", "up", "net loss averted less that cost; harm to workers and bystanders is left "
            "out", {"loss_net": -1.0, "public_cost": -1.0, "custody_cost": -1.0}),
    Measure("captive_days_averted", "person-days", "up", "person-days in captivity without the arm less those with it",
            {"captive_days": -1.0}),
    Measure("cost_per_loss_averted", "currency/currency", "down", "cost of averting one unit of net loss", COSTS,
            "loss_averted"),
    Measure("cost_per_captive_day_averted", "currency/person-day", "down", "cost of averting one person-day in "
            "captivity", COSTS, "captive_days_averted"),
    Measure("captive_days_averted_per_cost", "person-days/1,000 currency", "up", "person-days in captivity averted "
            "with 1,000 units of currency", {"captive_days": -1000.0}, "cost"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
SAID = {"loss_averted": "net loss averted", "captive_days_averted": "captive person-days averted", "cost": "cost"}


def benefit_frame(of: Comparison) -> pd.DataFrame:
    """Return a row for every arm and measure: see :meth:`Comparison.benefit`."""
    rows = [row for arm in range(len(of.arms)) for row in measured(of, arm)]
    frame = pd.DataFrame(rows, columns=["arm", "measure", "unit", "good", *NUMBERS, "pairs", "note", "meaning"])
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def measured(of: Comparison, arm: int) -> Iterator[dict[str, Any]]:
    """Yield all measures of one arm; what has no meaning is None, and a note says why."""
    for measure in MEASURES:
        top = changes(of, arm, measure)
        value, low, high, note = _per(of, arm, measure, top) if measure.per else _mean(top)
        yield {"arm": of.arms[arm], "measure": measure.name, "unit": measure.unit, "good": measure.good,
               "value": value, "low": low, "high": high, "pairs": int(np.isfinite(top).sum()), "note": note,
               "meaning": measure.meaning}


def changes(of: Comparison, arm: int, measure: Measure) -> Values:
    """Return a measure's weighted change in every replication; NaN where an outcome has no value."""
    result = np.zeros(of.replications)
    for outcome, weight in measure.terms.items():
        result += weight * (values(of.values(arm + 1, outcome)) - values(of.values(0, outcome)))
    return result


def _mean(change: Values) -> tuple[float | None, float | None, float | None, str]:
    known = change[np.isfinite(change)]
    low, high = interval(known)
    return (float(known.mean()) if known.size else None), low, high, ""


def _per(of: Comparison, arm: int, measure: Measure,
         top: Values) -> tuple[float | None, float | None, float | None, str]:
    bottom = changes(of, arm, BY_NAME[measure.per])
    both = np.isfinite(top) & np.isfinite(bottom)
    found, name = ratio(top[both], bottom[both]), SAID[measure.per]
    if both.sum() < 2:
        return None, None, None, f"not shown: one pair gives {name} no interval"
    if found is None:
        return None, None, None, f"not shown: the interval of {name} contains zero"
    if bottom[both].mean() < 0:
        return None, None, None, f"not shown: {name} is below zero"
    return (*found, "")
