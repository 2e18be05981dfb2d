from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from fraudsim.ledgers.flows import SERIES
from fraudsim.outcomes.breakdowns import parts
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.comparison import Comparison
from fraudsim.study.run import BANDS, ArmResult, ReplicationResult
from fraudsim.study.statistics import interval, ratio
from fraudsim.worlds.loader import load_world


def comparison(base: dict[str, list[float]], acted: dict[str, list[float]]) -> Comparison:
    """Return a comparison with outcomes by hand; all others are 0."""
    n = len(next(iter(base.values())))
    results = []
    for i in range(n):
        arms = []
        for given in (base, acted):
            every = {o.name: 0.0 for o in OUTCOMES} | {name: values[i] for name, values in given.items()}
            arms.append(ArmResult(every, parts(np.zeros((2, len(SERIES), 3), np.int64)),
                                  np.zeros((2, len(BANDS)), np.int64)))
        results.append(ReplicationResult(i, tuple(arms)))
    return Comparison(load_world("tutorial"), ("joint-raids",), 0, 2, tuple(results))


SURE = comparison({"loss_net": [1000, 1100, 900], "captive_days": [50, 60, 70], "public_cost": [0, 0, 0],
                   "custody_cost": [10, 10, 10]},
                  {"loss_net": [800, 880, 720], "captive_days": [50, 61, 69], "public_cost": [40, 50, 60],
                   "custody_cost": [12, 12, 12]})


def test_net_benefit_by_hand():
    rows = SURE.benefit().set_index("measure")
    assert rows.loc["loss_averted", "value"] == pytest.approx(200)  # 200, 220, 180
    assert rows.loc["cost", "value"] == pytest.approx(52)  # 42, 52, 62
    assert rows.loc["net_benefit", "value"] == pytest.approx(148)  # 158, 168, 118
    low, high = stats.t.interval(0.95, 2, loc=148, scale=np.std([158, 168, 118], ddof=1) / 3**0.5)
    assert rows.loc["net_benefit", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert "left" in rows.loc["net_benefit", "meaning"]  # says that harm is left out


def test_a_ratio_is_shown_only_where_its_denominator_is_not_zero():
    rows = SURE.benefit().set_index("measure")
    shown = rows.loc["cost_per_loss_averted"]
    assert shown["value"] == pytest.approx(52 / 200)
    assert shown["low"] < shown["value"] < shown["high"]
    assert shown["note"] == ""
    hidden = rows.loc["cost_per_captive_day_averted"]  # 0, -1, 1: the interval contains zero
    assert np.isnan(hidden["value"])
    assert np.isnan(hidden["low"])
    assert hidden["note"] == "not shown: the interval of captive person-days averted contains zero"


def test_a_ratio_to_something_that_rose_is_not_shown():
    worse = comparison({"loss_net": [100, 100, 101]}, {"loss_net": [200, 201, 200]})
    notes = worse.benefit().set_index("measure")["note"]
    assert notes["cost_per_loss_averted"] == "not shown: net loss averted is below zero"
    assert notes["captive_days_averted_per_cost"] == "not shown: the interval of cost contains zero"


def test_one_pair_shows_no_ratio():
    rows = comparison({"loss_net": [100.0]}, {"loss_net": [50.0]}).benefit().set_index("measure")
    assert rows.loc["net_benefit", "value"] == 50
    assert np.isnan(rows.loc["net_benefit", "low"])
    assert rows.loc["cost_per_loss_averted", "note"].startswith("not shown: one pair")


def test_json_and_text_say_what_is_not_shown():
    content = SURE.to_json()
    json.dumps(content, allow_nan=False)
    rows = {row["measure"]: row for row in content["benefit"]}
    assert rows["cost_per_captive_day_averted"]["value"] is None
    text = " ".join(str(SURE).split())
    assert "Cost per captive person-day averted not shown: the interval" in text
    assert "leaves workers' harm out" in text


def test_fieller_covers_at_its_level():
    """95% intervals cover the true ratio in 19 of 20 samples: 4,000 samples, two-sided binomial test at 1e-6."""
    rng = np.random.default_rng(1)
    hits = shown = 0
    for _ in range(4000):
        noise = rng.normal(size=(2, 10))
        top, bottom = 2.0 + noise[0] + 0.5 * noise[1], 4.0 + noise[1]
        found = ratio(top, bottom)
        shown += found is not None
        hits += found is not None and found[1] <= 0.5 <= found[2]
    assert shown == 4000
    assert stats.binomtest(hits, shown, 0.95).pvalue > 1e-6


def test_a_ratio_has_an_interval_exactly_where_its_bottom_excludes_zero():
    rng = np.random.default_rng(2)
    for _ in range(300):
        top, bottom = rng.normal(size=5), rng.normal(size=5) + rng.uniform(-2, 2)
        low, high = interval(bottom)
        assert (ratio(top, bottom) is None) == (low <= 0 <= high)


def test_an_exact_bottom_leaves_the_interval_of_the_top():
    top = np.array([1.0, 2.0, 4.0])
    low, high = interval(top)
    assert ratio(top, np.full(3, 2.0)) == pytest.approx((top.mean() / 2, low / 2, high / 2))
