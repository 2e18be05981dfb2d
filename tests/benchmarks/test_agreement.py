"""No difference is found between fraudsim and the plain program: see experiments/benchmarks/README.md.

The sample of the plain program (200 seeds) is kept; eighty fresh seeds of fraudsim are compared with it. All tests
together would raise a false alarm for two programs that do the same in 0.5% of draws of the seeds; these are fixed.
"""

from __future__ import annotations

import ast
from functools import partial

import numpy as np
import pytest

import agreement
import like_work
from agreement import OUTCOMES, SETTINGS, TESTS, bar, compare, kept, live_fraudsim, live_plain, sample
from fraudsim.day import DAY
from fraudsim.interventions import interventions
from fraudsim.simulation import Simulation
from like_work import CHECK_WORLD, live_core, outcomes, reduced

SEEDS = range(5000, 5080)
NAMED = {"victims", "paid", "arrests", "captive_days", "arrivals", "engaged"}


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_difference_between_the_two_programs_is_found(setting):
    found = compare(sample(partial(live_fraudsim, setting), SEEDS), kept(setting), bar())
    compared = {one.outcome for one in found}
    assert compared >= (NAMED if setting == "raided" else NAMED - {"arrests"})
    assert not [(one.outcome, test, p) for one in found for test, p in zip(TESTS, one.chances) if p < bar()]


@pytest.mark.parametrize(("path", "times"), [
    ("parameters__calls__talk_seconds", 0.7), ("parameters__residents__wary_half_days", 6),
    ("parameters__captivity__comply", 2.5), ("parameters__travel__smuggled_share", 2.0)])
def test_a_difference_between_two_programs_is_found(path, times):
    group, name = path.split("__")[1:]
    usual = getattr(getattr(reduced(CHECK_WORLD).parameters, group), name)
    world = reduced(CHECK_WORLD, **SETTINGS["calm"], **{path: type(usual)(usual * times)})
    other = []
    for seed in range(30):
        simulation = Simulation(world, (), seed)
        live_core(simulation, world.days)
        other.append(outcomes(simulation, OUTCOMES))
    found = compare(np.array(other, float), kept("calm"), bar())
    assert min(min(one.chances) for one in found) < bar()


def test_the_kept_sample_is_what_the_plain_program_gives():
    for seed in (0, 1):  # quiet and stepping residents
        assert live_plain("raided", seed) == kept("raided")[seed].tolist(), "agreement.py renews the sample"


@pytest.mark.parametrize("variant", agreement.VARIANTS)
def test_calls_drawn_otherwise_change_no_outcome(variant):
    drawn = sample(partial(live_plain, "calm", **{variant: True}), range(7000, 7025))
    found = compare(drawn, kept("calm"), bar())
    assert {one.outcome for one in found} >= {"calls", "blocked", "answered", "engaged", "victims"}
    assert not [(one.outcome, test, p) for one in found for test, p in zip(TESTS, one.chances) if p < bar()]


def test_the_verdict_says_what_it_cannot_see():
    found = {"raided": [agreement.Comparison("rescued", 2.9, 2.8, (0.9, 0.9, 0.9), 0.402),
                        agreement.Comparison("calls", 9.0, 9.0, (0.9, 0.9, 0.9), 0.05)]}
    said = agreement.limits(found)
    assert "rescued (raided, 40%)" in said
    assert "calls (" not in said
    for part in ("custody", "mule accounts", "trust", "joint strikes", "coercion as it changes", "sms", "joint-raids"):
        assert part in said, part


def test_all_that_is_left_out_is_named():
    assert set(like_work.LEFT_OUT) == {happen.__name__ for happen in DAY} - set(like_work.PROCESSES)
    said = " ".join(like_work.left_out())
    assert all(name in said for name in (*like_work.LEFT_OUT, *interventions()))


def test_the_verdict_accepts_no_null_hypothesis():
    said = agreement.verdict([], 189)
    assert "No difference found" in said
    assert "agree" not in said
    assert "calm: calls" in agreement.verdict(["calm: calls (mean, p = 1e-06)"], 189)


def test_intervals_of_ratios_hold_the_true_one_as_often_as_they_say():
    rng = np.random.default_rng(20261129)
    found = [agreement.ratio(rng.gamma(4.0, 3.0, 60), rng.gamma(4.0, 2.0, 80)) for _ in range(1000)]
    held = np.mean([low < 1.5 < high for _, low, high in found])
    assert 0.92 < held < 0.975  # 0.95, and 3 standard errors on either side


def test_a_small_difference_that_settings_share_is_seen_in_the_pool():
    rng = np.random.default_rng(20261129)
    seeds = rng.normal(0.0, 5.0, (2, 200, len(OUTCOMES)))  # what the runs of a seed have in common
    own, other = ([100.0 * scale + both + rng.normal(0.0, 5.0, both.shape) for _ in SETTINGS]
                  for scale, both in zip((1.015, 1.0), seeds))
    for x in (own[1], other[1]):
        x[:, 0] = 0.0  # never there in the second setting
    found = compare(agreement.pooled(own, other), agreement.pooled(other, other), bar())
    assert len(found) == len(OUTCOMES) - 1
    assert np.median([one.chances[0] for one in found]) < agreement.USUAL
    said = agreement.report_pooled(found)
    assert f"{sum(one.chances[0] < 0.05 for one in found)} of {len(found)} outcomes" in said


def test_what_settings_have_in_common_makes_no_difference_in_the_pool():
    rng = np.random.default_rng(20261129)
    low = []
    for _ in range(40):
        own, other = ([100.0 + both + rng.normal(0.0, 1.0, both.shape) for _ in SETTINGS]
                      for both in rng.normal(0.0, 5.0, (2, 100, len(OUTCOMES))))
        found = compare(agreement.pooled(own, other), agreement.pooled(other, other), bar())
        low += [one.chances[0] < agreement.USUAL for one in found]
    assert 0.03 < np.mean(low) < 0.07  # 0.05 of 1,360, and 3 standard errors; 0.16 if settings passed for independent


def test_a_sample_of_another_program_is_refused(monkeypatch):
    monkeypatch.setattr(agreement, "sources", lambda: "another")
    with pytest.raises(SystemExit, match="renews it"):
        kept("calm")


def test_the_plain_program_shares_no_code_with_fraudsim():
    for path in CHECK_WORLD.parent.glob("*.py"):
        imported = {name for node in ast.walk(ast.parse(path.read_text()))
                    for name in ([node.module] if isinstance(node, ast.ImportFrom) else
                                 [alias.name for alias in node.names] if isinstance(node, ast.Import) else [])}
        assert not [name for name in imported if name and name.startswith("fraudsim")], path.name
