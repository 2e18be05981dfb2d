"""Scenario discovery: a box that was put in is found, by PRIM and by CART, and what is not there is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pretend import ANSWER, FREEZE, LEAK, OPEN, answered, chance, file, share, stored

from fraudsim.errors import InputError
from fraudsim.study.questions import boxes as found_boxes
from fraudsim.study.questions.boxes import box_of, inside, leaves, pruned, quasi_p
from fraudsim.study.questions.discover import rule, touching

POINTS = {"kind": "sobol", "points": 128}


def corner(settings, seed, arm):
    """The arm saves 10, and loses 10 where many calls are answered and few reports lead to a freeze."""
    fails = share(settings, ANSWER) > 0.6 and share(settings, FREEZE) < 0.5
    return 100.0 + 5.0 * chance(seed) + arm * (10.0 if fails else -10.0)


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    study = file(POINTS, (ANSWER, FREEZE, OPEN, LEAK), arms=["joint-raids"])
    return stored(tmp_path_factory.mktemp("d") / "s", study, answered(corner)).discover()


def test_the_box_that_was_put_in_is_found(answer):
    box = answer.table().set_index("factor")
    assert set(box.index) == {"answer_share", "freeze_success"}
    assert box.loc["answer_share", "low"] == pytest.approx(0.05 + 0.6 * 0.2, abs=0.01)
    assert box.loc["answer_share", "high"] == box.loc["answer_share", "range_high"]
    assert box.loc["freeze_success", "high"] == pytest.approx(0.5, abs=0.03)
    summary = answer.tables["summary"].iloc[0]
    assert summary["coverage"] > 0.9
    assert summary["density"] > 0.9
    assert summary["coverage_new"] > 0.75
    assert box.loc["answer_share", "quasi_p_low"] < 1e-6
    assert np.isnan(box.loc["answer_share", "quasi_p_high"])


def test_the_tree_finds_it_too(answer):
    leaf = answer.tables["leaves"].iloc[0]
    assert leaf["density"] > 0.95
    assert leaf["coverage"] > 0.9
    assert "answer_share >=" in leaf["rule"]
    assert "freeze_success <=" in leaf["rule"]


def test_the_answer_in_words_and_as_a_figure(answer):
    text = " ".join(str(answer).split())
    assert text.startswith("Where joint-raids fails in pretend (tutorial, 3 days): change in net loss at least 0")
    assert "It fails at" in text
    figure = answer.plot()
    assert [axes.get_title(loc="left").split(":")[0] for axes in figure.axes] == [
        "PRIM's way", "The box", "Design points by the two factors it restricts most", "CART"]
    assert figure.axes[2].get_xlabel() in ("answer_share", "freeze_success")


def test_no_box_is_told_from_chance_where_there_is_none(tmp_path):
    """Failing hangs on nothing: a box remains only where quasi-p-values, which are too small, let one through."""
    work = answered(lambda settings, seed, arm: arm * chance(seed, int(1e9 * share(settings, ANSWER))))
    study = file(POINTS, (ANSWER, FREEZE, OPEN, LEAK), arms=["joint-raids"], replications=1)
    summary = stored(tmp_path / "s", study, work).discover().tables["summary"].iloc[0]
    assert np.isnan(summary["density_new"]) or summary["density_new"] < 0.7


def test_an_arm_that_never_fails_is_an_answer(tmp_path):
    study = file({"kind": "sobol", "points": 8}, arms=["joint-raids"])
    answer = stored(tmp_path / "s", study, answered(lambda settings, seed, arm: -arm)).discover()
    assert answer.table().empty
    assert "fails at 0 of 8 points" in answer.notes[0]
    assert "nothing to tell apart" in str(answer)
    answer.plot()


def test_without_the_workbench_the_tree_stands_alone(tmp_path, monkeypatch):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec",
                        lambda name, *more: None if name == "ema_workbench" else real(name, *more))
    study = file({"kind": "sobol", "points": 32}, arms=["joint-raids"])
    answer = stored(tmp_path / "s", study, answered(corner)).discover()
    assert answer.table().empty
    assert len(answer.tables["leaves"]) > 1
    assert any("PRIM is left out" in note and "fraudsim[ema]" in note for note in answer.notes)
    answer.plot()


# Boxes


@pytest.fixture
def mixed():
    """A hundred points with a number, a whole number and a text; hits where the number is high and the text is v."""
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"a": rng.random(200), "n": rng.integers(0, 5, 200),
                      "t": np.array(["u", "v", "w"], dtype=object)[rng.integers(0, 3, 200)]})
    return x, ((x["a"] > 0.5) & (x["t"] == "v")).to_numpy()


def test_a_box_of_numbers_and_texts(mixed):
    x, hit = mixed
    trajectory = found_boxes.peeled(x, hit)
    best = trajectory[found_boxes.chosen(trajectory)]
    assert best.limits["t"] == frozenset({"v"})
    assert best.limits["a"][0] == pytest.approx(0.5, abs=0.03)
    assert "n" not in best.limits
    assert rule(best.limits, x).endswith("t is v")
    leaf = leaves(x, hit)[0]
    assert leaf.limits["t"] == frozenset({"v"})
    assert leaf.density == 1.0


def test_quasi_p_by_hand():
    """Ten points, three hits among the three above 0.65; without the limit three of ten are hits: 0.3 to the third."""
    x = pd.DataFrame({"a": np.arange(10) / 10})
    hit = (x["a"] > 0.65).to_numpy()
    low, high = quasi_p(x, hit, {"a": (0.65, 0.9)})["a"]
    assert low == pytest.approx(0.3**3)
    assert np.isnan(high)


def test_limits_that_chance_explains_are_lifted():
    rng = np.random.default_rng(1)
    x = pd.DataFrame({"a": rng.random(200), "b": rng.random(200)})
    hit = (x["a"] > 0.5).to_numpy()
    box = pruned(x, hit, box_of(x, hit, {"a": (0.5, float(x["a"].max())), "b": (0.1, float(x["b"].max()))}))
    assert set(box.limits) == {"a"}
    assert inside(x, box.limits).sum() == box.points
    assert pruned(x, hit, box_of(x, hit, {"b": (0.1, 0.9)})).limits == {}


def test_what_cannot_be_asked(tmp_path):
    study = file({"kind": "sobol", "points": 32}, arms=["joint-raids", "call-interception"])
    results = stored(tmp_path / "s", study, answered(corner))
    with pytest.raises(InputError, match="arm: the study has 2; name one: joint-raids, call-interception"):
        results.discover()
    with pytest.raises(InputError) as error:
        results.discover("joint-raid", ["loss_net>>1", "victims>0"])
    assert len(error.value.lines) == 3
    with pytest.raises(InputError, match="box: 99; allowed: 0 to"):
        results.discover("joint-raids", box=99)
    with pytest.raises(InputError, match="no condition given"):
        results.discover("joint-raids", [])


def test_settings_of_other_arms_are_not_offered(tmp_path):
    study = file(POINTS, (ANSWER,), arms=["joint-raids", "public-education"])
    study["uncertainties"] |= {"interventions.public-education.effect": {"low": 0, "high": 0.5},
                               "interventions.joint-raids.strength": {"low": 0.2, "high": 0.8}}
    results = stored(tmp_path / "s", study, answered(corner_of_one))
    assert {f.name for f in touching(results.factors, "joint-raids")} == {"answer_share", "strength"}
    assert {f.name for f in touching(results.factors, "public-education:start=1")} == {"answer_share", "effect"}
    answer = results.discover("joint-raids")
    assert "1 factors that set interventions" in str(answer)
    assert not answer.tables["leaves"]["rule"].str.contains("effect").any()


def corner_of_one(settings, seed, arm):
    return 100.0 + arm * (10.0 if share(settings, ANSWER) > 0.6 else -10.0)


def test_leaves_of_chance_are_not_expected_at_points_that_were_not_seen(tmp_path, answer):
    """Where nothing is to be found, the purest leaf flatters; where something is, unseen points show it too."""
    work = answered(lambda settings, seed, arm: arm * chance(seed, int(1e9 * share(settings, ANSWER))))
    study = file(POINTS, (ANSWER, FREEZE, OPEN, LEAK), arms=["joint-raids"], replications=1)
    leaf = stored(tmp_path / "s", study, work).discover().tables["leaves"].iloc[0]
    assert leaf["density_new"] < leaf["density"] - 0.1
    assert answer.tables["leaves"].iloc[0]["density_new"] > 0.85
