from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from fraudsim.errors import InputError
from fraudsim.study import sweep as sweep_module
from fraudsim.study.compare import compare
from fraudsim.study.sweep import CORNERS, SweptSetting, Task, pairs, runs


def test_the_corners_are_those_asked_for():
    assert [tuple(corner.values()) for corner in CORNERS] == [(0.03, 1.0), (0.03, 24.0), (0.6, 1.0), (0.6, 24.0)]
    assert [pairs(n) for n in (1, 20, 39, 100)] == [2, 2, 3, 10]
    assert str(Task(3, 0)) == "3 (choice_scale 0.03, relocation_weeks 1)"
    assert str(Task(3)) == "3"


def test_a_sweep_runs_each_corner_with_the_same_seeds(swept):
    assert [s.setting for s in swept.sweep] == list(CORNERS)
    assert [[r.seed for r in s.results] for s in swept.sweep] == [[0, 1]] * 4
    levels = {tuple(arm.outcomes["loss_gross"] for r in s.results for arm in r.arms) for s in swept.sweep}
    assert len(levels) > 1  # the settings matter


def test_a_corner_is_the_world_with_that_setting(swept, short_world):
    setting = {f"parameters.adaptation.{name}": value for name, value in CORNERS[2].items()}
    alone = compare(short_world, swept.arms, 2, days=30, overrides=setting, sweep=False)
    assert [r.arms[1].outcomes for r in alone.results] == [r.arms[1].outcomes for r in swept.sweep[2].results]


def test_the_main_results_do_not_depend_on_the_sweep_nor_on_jobs(swept, short_world):
    alone = compare(short_world, swept.arms, 2, days=30, sweep=False)
    assert alone.table().equals(swept.table())
    again = compare(short_world, swept.arms, 2, days=30, jobs=2)
    assert again.displaced().equals(swept.displaced())
    assert again.to_json() == swept.to_json()


def test_progress_counts_the_runs_of_the_sweep(short_world):
    done = []
    compare(short_world, "call-interception", 1, days=2, progress=done.append)
    assert sum(done) == runs(1, True) == 9


def test_ranges_by_hand(by_hand):
    first, second = by_hand.results  # dens in HO: -4 and -2; elsewhere +2 and +1
    swept = (SweptSetting(CORNERS[0], (first,)), SweptSetting(CORNERS[1], (second,)))
    result = dataclasses.replace(by_hand, sweep=swept)
    row = result.displacement().query("outcome == 'dens_active'").set_index("country").loc["acts here"]
    assert (row["sweep_low"], row["sweep_high"]) == (-4.0, -2.0)
    shares = result.displaced().set_index("outcome").loc["dens_active"]
    assert (shares["here"], shares["elsewhere"]) == (-3.0, 1.5)
    assert np.isnan(shares["share"])  # two pairs are too few to tell the fall from zero
    assert "contains zero" in shares["note"]
    assert np.isnan(shares["share_sweep_low"])  # nor are two over the sweep


def test_a_share_displaced_by_hand(by_hand):
    first, second = by_hand.results
    many = tuple(dataclasses.replace(r, seed=i) for i, r in enumerate([first, second] * 6))
    swept = (SweptSetting(CORNERS[0], many), SweptSetting(CORNERS[1], (second,) * 2))
    row = dataclasses.replace(by_hand, results=many, sweep=swept).displaced().set_index("outcome").loc["dens_active"]
    assert row["share"] == pytest.approx(0.5)  # elsewhere +1.5 for -3 here
    assert row["share_low"] == row["share_high"] == 0.5  # it is a half in every pair
    assert (row["share_sweep_low"], row["share_sweep_high"]) == (0.5, 0.5)


def test_benefits_that_diffuse_are_told(by_hand):
    base, acted = by_hand.results[0].arms
    everywhere = dataclasses.replace(acted, parts={side: values - 20 for side, values in base.parts.items()})
    result = dataclasses.replace(by_hand.results[0], arms=(base, everywhere))
    nearly = dataclasses.replace(everywhere, parts={side: v - 1 for side, v in everywhere.parts.items()})
    results = (result, dataclasses.replace(result, arms=(base, nearly))) * 4
    compared = dataclasses.replace(by_hand, results=results, sweep=(SweptSetting(CORNERS[0], results),))
    note = compared.displaced().set_index("outcome").loc["dens_active", "note"]
    assert "fell elsewhere too: benefits diffuse" in note
    assert "1 of 1 settings" in note


def test_breakdowns_by_hand(by_hand):
    rows = by_hand.breakdown().set_index(["by", "outcome", "part"])
    assert rows.loc[("target", "loss_gross", "XX"), "difference"] == 1.5
    assert rows.loc[("channel", "engaged", "sms"), "difference"] == -3.0
    assert rows.loc[("script", "victims", "investment"), "baseline"] == 9.0
    assert set(by_hand.breakdown("time")["part"]) <= {"before it acts", "while it acts", "after it ended"}
    with pytest.raises(InputError, match="allowed: place, target"):
        by_hand.breakdown("colour")


def test_time_is_cut_where_arms_start_and_end(short_world):
    result = compare(short_world, "call-interception:start=5,end=12", 1, days=20, sweep=False)
    rows = result.breakdown("time").set_index("part")
    assert list(rows.index) == ["before it acts", "while it acts", "after it ended"]
    assert rows.loc["before it acts", "difference"] == 0.0
    assert rows["baseline"].sum() == pytest.approx(result.values(0, "loss_gross")[0])


def test_without_a_sweep_the_table_says_so(real, swept):
    assert "one value only (choice_scale 0.15, relocation_weeks 6)" in " ".join(str(real).split())
    assert "one value only" not in str(swept)
    assert "choice_scale from 0.03 to 0.6 and relocation_weeks from 1 to 24" in " ".join(str(swept).split())


def test_all_stands_for_every_intervention_of_the_world(short_world):
    result = compare(short_world, "all", 1, days=2, sweep=False)
    assert list(result.arms) == list(short_world.interventions)
    bare = short_world.model_copy(update={"interventions": {}})
    with pytest.raises(InputError, match="it has none"):
        compare(bare, "all", 1, days=2)
    with pytest.raises(InputError, match="stands 2 times"):
        compare(short_world, ["all", "joint-raids"], 1, days=2)


def test_a_sweep_is_true_or_false(short_world):
    with pytest.raises(InputError, match="sweep: 3"):
        compare(short_world, "joint-raids", sweep=3)


def test_a_failure_in_the_sweep_names_seed_and_setting(short_world, monkeypatch):
    def broken(world, arms, days, seed):
        if world.parameters.adaptation.relocation_weeks == 24.0:
            raise ValueError("no dens")

    monkeypatch.setattr(sweep_module, "replicate", broken)
    with pytest.raises(RuntimeError, match=r"seed 0 \(choice_scale 0.03, relocation_weeks 24\) failed: ValueError"):
        compare(short_world, "joint-raids", 1, days=2)


def test_many_arms_stand_in_one_table_first(short_world):
    arms = [f"joint-raids:start=1,strength=0.{i}" for i in range(1, 6)]
    result = compare(short_world, arms, 2, days=30, sweep=False)
    policy = result.policy()
    assert list(policy["arm"]) == arms
    for panel, outcome, sign in (("benefit", "loss_net", -1), ("workers", "captive_days", 1),
                                 ("bystanders", "bystanders_hit", 1)):
        assert policy[panel].tolist() == pytest.approx([sign * result.paired(a, outcome).difference for a in arms])
    assert (policy["cost"] > 0).all()
    assert set(policy["displacement_by"]) == {"place"}
    text = str(result)
    assert text.index("What each arm brings and costs") < text.index(f"{arms[0]}, compared with")
    assert max(map(len, text.split("\n")[:-1])) <= 80  # the last line is a note
    assert "What each arm brings" not in str(dataclasses.replace(result, arms=result.arms[:4], results=tuple(
        dataclasses.replace(r, arms=r.arms[:5]) for r in result.results)))
