from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fraudsim.report.words import TABLE

UNITS = {"loss_net": "currency", "public_cost": "currency", "captive_days": "person-days"}
GOOD = {"arrests": "none", "handed_over": "none", "sites_per_strike": "up"}


def row(arm, outcome, difference, half, baseline=1000.0):
    good = GOOD.get(outcome, "down")
    return {"arm": arm, "outcome": outcome, "unit": UNITS.get(outcome, "persons"), "good": good, "baseline": baseline,
            "mean": baseline + difference, "difference": difference, "low": difference - half,
            "high": difference + half, "relative": difference / baseline if baseline else np.nan,
            "share_better": np.nan if good == "none" else 0.75, "pairs": 20, "variance_ratio": 3.0}


@pytest.fixture
def table():
    rows = [row(arm, name, -100.0 * (i + 1), 50.0) for i, arm in enumerate(["raids", "filters"]) for name in TABLE]
    return pd.DataFrame(rows)


@pytest.fixture
def displacement():
    rows = []
    for arm, change in (("raids", -3.0), ("filters", 0.0)):
        for outcome, unit in (("dens_active", "dens"), ("loss_by_host", "currency")):
            for place, factor in (("total", 0.5), ("acts here", 1.0), ("elsewhere", -0.5), ("TA", 0.0), ("HO", 1.0),
                                  ("XX", -0.5)):
                base = 0.0 if place == "TA" else 10.0
                rows.append({"arm": arm, "outcome": outcome, "unit": unit, "good": "down", "country": place,
                             "baseline": base, "mean": base + change * factor, "difference": change * factor,
                             "low": change * factor - 1, "high": change * factor + 1, "pairs": 20})
    frame = pd.DataFrame(rows)
    frame.loc[frame["country"] == "TA", ["low", "high"]] = 0.0
    return frame


@pytest.fixture
def daily():
    days = pd.date_range("2016-03-01", periods=400)
    return pd.concat([
        pd.DataFrame({"arm": arm, "series": series, "day": range(400), "date": days, "mean": level, "low": level - 2.0,
                      "high": level + 2.0})
        for level, arm in ((10.0, "baseline"), (8.0, "raids"), (6.0, "filters"))
        for series in ("paid", "dens_active", "staff", "captive")])
