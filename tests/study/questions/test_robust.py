"""Robustness: a table worked out by hand, and what regret must always be."""

from __future__ import annotations

import numpy as np
import pytest
import works
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pretend import ANSWER, DRIFT, answered, chance, file, share, stored

from fraudsim.errors import InputError
from fraudsim.study.questions.robust import regrets

ARMS = ["joint-raids", "call-interception"]
POINTS = {"kind": "full-factorial", "levels": 2}


@pytest.fixture
def by_hand(tmp_path):
    """Two points and three arms; the second replication is the first plus 10 for all arms.

    ======== ======== =========== =================
    answer   baseline joint-raids call-interception
    lowest   100      60          90
    highest  100      120         80
    ======== ======== =========== =================
    """
    table = {0.0: (100.0, 60.0, 90.0), 1.0: (100.0, 120.0, 80.0)}

    def value(settings, seed, arm):
        return table[round(share(settings, ANSWER))][arm] + 10.0 * seed

    return stored(tmp_path / "s", file(POINTS, (ANSWER,), arms=ARMS), answered(value))


def test_regret_by_hand(by_hand):
    answer = by_hand.robust("loss_net", ["loss_net<0", "loss_net<=-15%", "level:loss_net<=95"])
    arms = answer.table().set_index("arm")
    assert arms["mean"].tolist() == [105.0, 95.0, 90.0]
    assert arms["worst"].tolist() == [105.0, 125.0, 95.0]
    assert arms["worst_point"].tolist() == [0, 1, 0]
    assert arms["regret_mean"].tolist() == [30.0, 20.0, 15.0]
    assert arms["regret_max"].tolist() == [40.0, 40.0, 30.0]
    assert arms["regret_point"].tolist() == [0, 1, 0]
    assert arms["best_share"].tolist() == [0.0, 0.5, 0.5]
    assert arms["chance"].tolist() == [0.0, 0.0, 0.0]
    criteria = answer.tables["criteria"].pivot(index="criterion", columns="arm", values="share")
    assert criteria.loc["loss_net<0", ["baseline", *ARMS]].tolist() == [0.0, 0.5, 1.0]
    assert criteria.loc["loss_net<=-15%", ARMS].tolist() == [0.5, 0.5]
    assert criteria.loc["level:loss_net<=95", ARMS].tolist() == [0.5, 1.0]
    assert criteria.loc["all of them", ARMS].tolist() == [0.5, 0.5]


def test_what_each_rule_chooses(by_hand):
    choices = by_hand.robust("loss_net", "loss_net<0").tables["choices"].set_index("rule")["arms"]
    assert choices["best mean"] == choices["maximin"] == choices["minimax regret"] == "call-interception"
    assert choices["satisficing"] == "call-interception"


def test_an_outcome_of_which_more_is_better_turns_around(by_hand):
    assert regrets(np.array([[1.0, 5.0], [3.0, 4.0]]), "up").tolist() == [[2.0, 0.0], [0.0, 1.0]]


@given(arrays(np.float64, (3, 7), elements=st.floats(-1e6, 1e6)), st.sampled_from(["up", "down"]))
def test_regret_is_never_below_zero_and_somebody_has_none(values, good):
    found = regrets(values, good)
    assert (found >= 0).all()
    assert (found.min(axis=0) == 0).all()


def test_the_chance_in_a_regret_is_its_standard_error(tmp_path):
    """Arms differ by chance of variance 1 each: differences from the best have standard error sqrt(2/8), within 10%.

    600 points of 8 replications: the mean of so many standard errors misses by 10% once in a million.
    """
    value = answered(lambda settings, seed, arm: 100.0 * arm + chance(seed, arm, int(1e9 * share(settings, ANSWER))))
    study = file({"kind": "latin-hypercube", "points": 600}, (ANSWER,), arms=["joint-raids"], replications=8)
    arms = stored(tmp_path / "s", study, value).robust("loss_net").table().set_index("arm")
    assert arms.loc["joint-raids", "chance"] == pytest.approx(0.5, rel=0.1)
    assert arms.loc["baseline", "chance"] == 0.0


def test_unless_told_losses_must_fall_and_no_part_of_harm_must_rise_by_more_than_a_margin(by_hand):
    answer = by_hand.robust()
    assert answer.asked["criteria"] == ["loss_net<=-1%", "captive_days<=1%", "trafficked_detained_days<=1%",
                                        "stranded_days<=1%"]
    assert "Workers' harm" in str(answer)


def test_points_whose_interval_holds_the_limit_are_counted_apart(tmp_path):
    """The arm takes away 5 or nothing at all, give or take; where it is nothing, no replications tell the sign."""
    def value(settings, seed, arm):
        worth = 5.0 if share(settings, ANSWER) > 0.5 else 0.0
        return 100.0 + arm * (0.1 * (-1) ** seed - worth)

    results = stored(tmp_path / "s", file(POINTS, (ANSWER,), arms=ARMS[:1]), answered(value))
    answer = results.robust("loss_net", "loss_net<0")
    row = answer.tables["criteria"].set_index("arm").loc["joint-raids"]
    assert (row["clear"], row["unclear"]) == (0.5, 0.5)


def harmed(base, job):
    """Raids take away 50 days of captivity and bring 30 in custody; border policing takes away 4 and brings nothing."""
    rows = []
    for arm in ("", *base.arms):
        values = dict.fromkeys(base.outcomes, 100.0)
        raids, border = "joint-raids" in arm, "border-policing" in arm
        values["captive_days"] += (chance(job.seed) - 50.0) * raids - 4.0 * border
        values["trafficked_detained_days"] += 30.0 * raids
        rows.append(list(values.values()))
    return {"values": rows, "drift": DRIFT}


def test_a_sum_is_not_better_where_a_part_of_it_is_worse(tmp_path):
    study = file({"kind": "latin-hypercube", "points": 6}, arms=["joint-raids", "border-policing"])
    study["outcomes"] = [*study["outcomes"], "bystanders_hit"]
    answer = stored(tmp_path / "s", study, harmed).robust()
    harm = answer.tables["harm"].set_index(["arm", "objective"])["verdict"]
    workers = "captive_days+trafficked_detained_days+stranded_days"
    assert harm["joint-raids", workers] == "mixed"
    assert harm["joint-raids", "captive_days"] == "better"
    assert harm["joint-raids", "trafficked_detained_days"] == "worse"
    assert harm["border-policing", workers] == "better"
    hits = answer.table().set_index(["outcome", "arm"])["modelled"]
    assert hits["bystanders_hit", "joint-raids"]
    assert not hits["bystanders_hit", "border-policing"]
    assert "n.m." in str(answer)
    assert "not modelled" in [text.get_text() for axes in answer.plot().axes for text in axes.texts]
    chosen = answer.tables["choices"]
    assert not chosen[chosen["outcome"] == "bystanders_hit"]["arms"].str.contains("border-policing").any()


def test_what_seeds_do_to_all_points_widens_intervals_where_points_share_them(tmp_path):
    """A seed moves the arm alike at all points: without seeds of their own, more points do not average that out."""
    widths = {}
    for shared in (True, False):
        study = file({"kind": "latin-hypercube", "points": 60}, (ANSWER,), arms=["joint-raids"], replications=4)
        work = answered(lambda settings, seed, arm: 100.0 + arm * (20.0 + chance(seed)))
        results = stored(tmp_path / str(shared), study | {"same_seeds": shared}, work)
        row = results.robust("loss_net").table().set_index("arm").loc["joint-raids"]
        widths[shared] = row["regret_mean_high"] - row["regret_mean_low"]
    assert widths[True] > 3 * widths[False]


def test_points_with_missing_runs_are_left_out_and_told(tmp_path):
    def work(base, job):
        if job.point == 2:
            raise ValueError("no dens")
        return works.quick(base, job)

    study = file({"kind": "latin-hypercube", "points": 5}, arms=ARMS)
    answer = stored(tmp_path / "s", study, work).robust("loss_net")
    assert answer.notes[0].startswith("1 of 5 points are left out")
    assert answer.tables["points"]["point"].nunique() == 4


def test_the_figure_shows_every_arm(by_hand):
    figure = by_hand.robust("loss_net", ["loss_net<0", "captive_days<=0"]).plot()
    labels = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert labels == ["no intervention", *ARMS]
    assert figure.axes[0].get_title(loc="left") == "Net loss: regret"
    assert figure.axes[1].get_title(loc="left") == "Points that meet both criteria"


def test_what_cannot_be_asked(tmp_path):
    study = {key: value for key, value in file(POINTS).items() if key not in ("design", "uncertainties")}
    results = stored(tmp_path / "s", study | {"outcomes": ["arrests"]}, works.quick)
    with pytest.raises(InputError) as error:
        results.robust("arrests", "arrest<1")
    said = "\n".join(error.value.lines)
    for part in ("neither more nor less of it is better", "nearest: arrests", "needs an arm beside the baseline",
                 "no uncertainties"):
        assert part in said
