from __future__ import annotations

import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from fraudsim.errors import InputError
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.report.tables import console
from fraudsim.study.compare import compare
from fraudsim.study.curves import trailing_mean
from fraudsim.study.displacement import ACTS, ELSEWHERE, TOTAL

FIELDS = {"mean", "difference", "low", "high", "relative", "share_better", "pairs", "variance_ratio"}


def test_a_table_worked_out_by_hand(by_hand):
    table = by_hand.table(["victims", "rescued"])
    assert list(table["outcome"]) == ["victims", "rescued"]
    row = table.iloc[0]
    assert (row["arm"], row["baseline"], row["mean"], row["difference"]) == ("joint-raids", 80.0, 70.0, -10.0)
    assert (row["relative"], row["share_better"], row["pairs"]) == (-0.125, 0.5, 2)
    assert np.isnan(table.iloc[1]["share_better"])  # no direction is better
    assert len(by_hand.table()) == len(OUTCOMES)


def test_displacement_worked_out_by_hand(by_hand):
    rows = by_hand.displacement().query("outcome == 'dens_active'").set_index("country")["difference"]
    assert list(rows.index) == [TOTAL, ACTS, ELSEWHERE, "TA", "HO", "XX"]
    assert rows[TOTAL] == -1.5
    assert rows["HO"] == rows[ACTS] == -3.0  # joint-raids acts in TA and HO; TA has no dens
    assert rows["XX"] == rows[ELSEWHERE] == 1.5
    assert rows["TA"] == 0.0


def test_displacement_intervals_are_of_paired_sums(by_hand):
    row = by_hand.displacement().query("outcome == 'dens_active' and country == 'HO'").iloc[0]
    assert row["low"] == pytest.approx(-3 - 12.706204736174698)  # differences -4 and -2, t of 1 degree of freedom
    assert row["high"] == pytest.approx(-3 + 12.706204736174698)


def test_daily_bands(by_hand):
    daily = by_hand.daily().query("series == 'paid'")
    assert list(dict.fromkeys(daily["arm"])) == ["baseline", "joint-raids"]
    first = daily.iloc[0]
    assert (first["mean"], first["low"], first["high"]) == (2.0, 1.05, 2.95)  # 1.00 and 3.00 currency
    assert by_hand.daily_runs().query("arm == 'baseline' and replication == 1")["paid"].tolist() == [3.0, 5.0]


def test_json_has_exactly_the_promised_shape(by_hand):
    content = by_hand.to_json()
    assert list(content) == ["world", "seed", "replications", "baseline", "arms", "benefit", "displaced", "sweep"]
    assert (content["world"], content["seed"], content["replications"]) == ("tutorial", 5, 2)
    assert set(content["baseline"]) == {o.name for o in OUTCOMES}
    (arm,) = content["arms"]
    assert list(arm) == ["name", "outcomes"]
    assert arm["name"] == "joint-raids"
    assert all(set(values) == FIELDS for values in arm["outcomes"].values())
    assert arm["outcomes"]["victims"]["mean"] == 70.0
    assert arm["outcomes"]["rescued"]["share_better"] is None
    json.dumps(content, allow_nan=False)


def test_missing_values_stay_null(by_hand):
    lost = dataclasses.replace(by_hand.results[0].arms[0], outcomes={o.name: None for o in OUTCOMES})
    first = dataclasses.replace(by_hand.results[0], arms=(lost, by_hand.results[0].arms[1]))
    content = dataclasses.replace(by_hand, results=(first, by_hand.results[1])).to_json()
    values = content["arms"][0]["outcomes"]["victims"]
    assert (values["pairs"], values["mean"], values["difference"], values["low"]) == (1, 70.0, 0.0, None)
    assert content["baseline"]["victims"] == 60.0


def test_one_row_a_replication_and_arm(real):
    runs = real.runs()
    assert list(runs["arm"]) == ["baseline", *real.arms] * 3
    assert list(runs["seed"]) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert runs["victims"].dtype == np.float64
    per_run = runs.pivot(index="replication", columns="arm", values="victims")
    expected = (per_run["call-interception:start=10"] - per_run["baseline"]).mean()
    table = real.table("victims").set_index("arm")
    assert table.loc["call-interception:start=10", "difference"] == pytest.approx(expected)


def test_jobs_do_not_change_anything(real, short_world):
    again = compare(short_world, list(real.arms), replications=3, days=40, jobs=2, sweep=False)
    assert json.dumps(again.to_json()) == json.dumps(real.to_json())
    pd.testing.assert_frame_equal(again.daily_runs(), real.daily_runs())
    pd.testing.assert_frame_equal(again.displacement(), real.displacement())


def test_arms_equal_the_baseline_until_they_act(real):
    daily = real.daily_runs()
    base = daily[daily["arm"] == "baseline"].drop(columns="arm").reset_index(drop=True)
    late = daily[daily["arm"] == real.arms[1]].drop(columns="arm").reset_index(drop=True)
    pd.testing.assert_frame_equal(base[base["day"] < 10], late[late["day"] < 10])
    assert not base.equals(late)


def test_no_intensity_changes_and_costs_nothing(short_world):
    result = compare(short_world, ["joint-raids:start=1,intensity=0"], replications=2, days=15, sweep=False)
    table = result.table()
    assert (table["difference"].dropna() == 0).all()
    assert table.set_index("outcome").loc["public_cost", "mean"] == 0
    assert (result.displacement()["difference"] == 0).all()


def test_replications_take_consecutive_seeds(short_world):
    done = []
    result = compare(short_world, "call-interception:start=1", replications=2, seed=7, days=5, progress=done.append,
                     sweep=False)
    assert [r.seed for r in result.results] == [7, 8]
    assert done == [1, 1]
    assert result.days == 5


def test_all_mistakes_are_told_at_once(short_world):
    with pytest.raises(InputError) as caught:
        compare(short_world, ["joint-raids", " joint-raids", "call-intercept", "baseline", "joint-raids:strength=7"],
                replications=0, jobs=0, seed=-1, days=0)
    text = "\n".join(caught.value.lines)
    for part in ("'joint-raids' stands 2 times", "nearest: call-interception", "'baseline' is what", "strength",
                 "replications: 0", "jobs: 0", "seed: -1", "days: 0"):
        assert part in text, part
    with pytest.raises(InputError, match="at least one"):
        compare(short_world, [])


def test_mistakes_beside_an_unknown_world():
    with pytest.raises(InputError) as caught:
        compare("tutoril", ["joint-raids"], replications=0)
    assert len(caught.value.lines) == 2
    assert "nearest: tutorial" in caught.value.lines[0]


def test_an_unknown_outcome_is_told(by_hand):
    with pytest.raises(InputError, match="nearest: loss_net"):
        by_hand.table(["loss_nett"])


def test_pictures_and_html(real):
    for figure in (real.plot(), real.plot_daily(), real.plot_displacement()):
        assert isinstance(figure, Figure)
    html = real._repr_html_()
    assert "joint-raids:start=3" in html
    assert "Wanted calls blocked" in html


def test_a_script_prints_the_table_of_the_command_line(real, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.StringIO()
    real.show(console(stream))
    lines = [line.rstrip() for line in stream.getvalue().rstrip().split("\n")]
    assert str(real).split("\n")[:len(lines)] == lines
    assert str(real).split("\n")[len(lines):] == [f"tutorial: {line}" for line in real.notes()]
    assert f"{real.arms[0]}, compared with no intervention" in str(real)


def test_an_outcome_that_is_zero_throughout_stays_in_tables_and_json(short_world):
    result = compare(short_world, ["joint-raids:start=1,intensity=0"], replications=1, days=3, sweep=False)
    assert "Zero throughout" in str(result)
    assert len(result.table()) == len(result.to_json()["arms"][0]["outcomes"]) == len(OUTCOMES)


def test_proximal_outcomes_and_places(real):
    assert real.proximal() == {real.arms[0]: ["sites_per_strike"], real.arms[1]: ["calls_answered"]}
    assert real.where() == {real.arms[0]: ["HO", "TA"], real.arms[1]: ["TA"]}


def test_trailing_mean():
    assert trailing_mean(np.array([1, 2, 3]), 1).tolist() == [1, 2, 3]
    assert trailing_mean(np.array([[1, 3, 8, 4]]), 3)[0, 2:].tolist() == [4.0, 5.0]
    assert np.isnan(trailing_mean(np.array([[1, 3, 8, 4]]), 3)[0, :2]).all()
