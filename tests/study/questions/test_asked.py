"""What can be asked about: sums of outcomes, arms, conditions; and every mistake in one line."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from fraudsim.interventions import interventions
from fraudsim.study.questions import asked
from fraudsim.study.questions.asked import chosen_arms, condition, conditions, default_terms, term, terms

KEPT = ("loss_net", "victims", "captive_days", "stranded_days", "bystanders_hit", "public_cost", "net_per_attempted")


def test_a_sum_of_outcomes_of_one_unit():
    found, lines = term(" captive_days + stranded_days ", KEPT)
    assert lines == []
    assert (found.name, found.unit, found.good) == ("captive_days+stranded_days", "person-days", "down")
    frame = pd.DataFrame({"captive_days": [1.0, np.nan], "stranded_days": [2.0, 3.0]})
    assert found.of(frame)[0] == 3.0
    assert np.isnan(found.of(frame)[1])


@pytest.mark.parametrize(("text", "said"), [
    ("lossnet", "no outcome 'lossnet'; nearest: loss_net; kept: loss_net"),
    ("deaths", "deaths is not kept by this study"),
    ("loss_net+victims", "cannot be added: currency (down) and persons (down)"),
    ("victims+victims", "victims stands twice"),
    ("", "allowed: the name of an outcome"),
    (3, "allowed: the name of an outcome"),
])
def test_a_term_that_is_none(text, said):
    found, lines = term(text, KEPT)
    assert found is None
    assert said in " ".join(lines)


def test_unless_told_losses_stand_beside_harm_and_cost():
    assert default_terms(KEPT) == ["loss_net", "captive_days+stranded_days", "bystanders_hit", "public_cost"]
    assert default_terms(["dens_active", "arrests"]) == ["dens_active", "arrests"]
    assert [t.name for t in terms(None, KEPT)[0]] == default_terms(KEPT)
    assert terms([], KEPT)[1] == [f"outcomes: none given; kept: {', '.join(KEPT)}"]


@pytest.mark.parametrize(("text", "of", "limit", "relative", "again"), [
    ("loss_net>=0", "change", 0.0, False, "loss_net>=0"),
    ("loss_net <= -10%", "change", -0.1, True, "loss_net<=-10%"),
    ("level:victims<5,000", "level", 5000.0, False, "level:victims<5000"),
    ("change: captive_days+stranded_days > 1e3", "change", 1000.0, False, "captive_days+stranded_days>1000"),
])
def test_a_condition_is_read_and_written_again(text, of, limit, relative, again):
    found, lines = condition(text, KEPT)
    assert lines == []
    assert (found.of, found.limit, found.relative, found.text) == (of, limit, relative, again)
    assert condition(found.text, KEPT)[0] == found


def test_a_condition_holds_at_points():
    below = condition("loss_net<=-10%", KEPT)[0]
    assert below.holds(np.array([-10.0, -9.0, -1.0]), np.array([100.0, 100.0, -10.0])).tolist() == [True, False, True]
    assert condition("loss_net>=0", KEPT)[0].holds(np.array([0.0, -1.0]), np.zeros(2)).tolist() == [True, False]


@pytest.mark.parametrize(("text", "said"), [
    ("loss_net=3", "allowed: such as 'loss_net>=0'"),
    ("loss_net>=many", "'many' is no number"),
    ("loss_net>=nan", "'nan' is no number"),
    ("mean:loss_net>=1", "mean: allowed: change or level"),
    ("level:loss_net<=10%", "a limit in per cent is a share of the baseline"),
    ("los_net>=1", "nearest: loss_net"),
    (None, "allowed: such as"),
])
def test_a_condition_that_is_none(text, said):
    found, lines = condition(text, KEPT)
    assert found is None
    assert said in " ".join(lines)


def test_all_mistakes_are_told_at_once():
    assert len(conditions(["x>1", "loss_net~2", "victims<1"], KEPT, "fails")[1]) == 2
    names, lines = chosen_arms(["joint-raid", "baseline"], ["baseline", "joint-raids"])
    assert names == ["baseline"]
    assert lines == ["arms: no arm 'joint-raid' in this study; nearest: joint-raids; arms: baseline, joint-raids"]


# What stands behind a sum


def test_every_lever_of_mistakes_is_known_to_have_a_series_or_not():
    """A new intervention that hits bystanders in another way must be given its place."""
    levers = {word for found in interventions().values() for word in re.findall(r"\w+_wrong", found.lever)}
    assert levers - asked.NO_SERIES == {name for name in levers if name != "screening_wrong"}
    without = {name for name in interventions() if not asked.hits_bystanders(name)}
    assert without == {"anti-fraud-law", "border-policing", "extradition-agreement", "leader-warrants",
                       "public-education", "real-name-sim", "rescue-and-reintegration"}
    assert asked.hits_bystanders("baseline")
    assert asked.hits_bystanders("border-policing+exit-restrictions:screening=0.5")


@pytest.mark.parametrize(("low", "high", "parts", "found"), [
    (-3.0, -1.0, [], "better"), (-3.0, -1.0, ["better", "unclear"], "better"), (-3.0, -1.0, ["worse"], "mixed"),
    (-1.0, 1.0, ["worse", "better"], "mixed"), (-1.0, 1.0, ["worse"], "unclear"), (1.0, 3.0, ["better"], "worse")])
def test_a_sum_is_mixed_where_its_parts_are(low, high, parts, found):
    assert asked.verdict((low + high) / 2, low, high, "down", parts) == found
    assert asked.verdict(-(low + high) / 2, -high, -low, "up", parts) == found
