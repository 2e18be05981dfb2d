"""Calibration: a parameter that facts settle is found, held-out facts are never aimed at, and nothing runs twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pretend import ANSWER, DRIFT, FREEZE, HERE, chance, file, share, stored

from fraudsim.errors import InputError
from fraudsim.study.questions.facts import accepted, distances, gaps, scales, targets
from fraudsim.study.questions.measuring import measure
from fraudsim.study.questions.posterior import _differs, _half, power
from fraudsim.study.work.unit import Base, Job
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import Fact

FACTS = (
    Fact(name="revenue", role="calibration", low=68.0, high=72.0, unit="USD", source="x", measure="revenue_per_worker"),
    Fact(name="payments", role="held-out", low=700.0, unit="payments", source="x", measure="payments_per_victim"),
    Fact(name="losses", role="held-out", low=1.0, unit="USD", source="x", measure="loss_per_victim"),
    Fact(name="people", role="input", low=5.0, unit="persons", source="x", measure="people_at_start"),
    Fact(name="month", role="calibration", low=5.0, unit="months", source="x"),
)


def measures(base, job):
    """Revenue is 100 times ANSWER's share, payments ten times that, losses hang on FREEZE; all with some chance."""
    revenue = 100 * share(job.settings, ANSWER) + chance(job.seed)
    found = {"revenue_per_worker": revenue, "payments_per_victim": 10 * revenue,
             "loss_per_victim": 50 + 10 * share(job.settings, FREEZE), "people_at_start": 5.0}
    return {"values": [[found[name] for name in base.outcomes]], "drift": DRIFT}


def never(base, job):
    raise AssertionError("nothing is run twice")


@pytest.fixture(scope="module")
def world():
    return load_world("tutorial", {"burn_in_days": 0, "days": 3}).model_copy(update={"facts": FACTS})


@pytest.fixture
def results(tmp_path, world):
    study = file({"kind": "latin-hypercube", "points": 2}, (ANSWER, FREEZE)) | {"world": world, "overrides": {}}
    return stored(tmp_path / "s", study, lambda base, job: {"values": [[1.0] * len(base.outcomes)], "drift": DRIFT})


def ask(results, work=measures, **more):
    return results.calibrate(**({"draws": 100, "accept": 0.1, "trials": 20, "fresh": 10, "progress": False,
                                 "executor": HERE, "work": work} | more))


def test_what_the_fact_settles_is_found_and_what_it_does_not_is_the_prior(results):
    answer = ask(results)
    posterior = answer.table().set_index("factor")
    told = posterior.loc["answer_share"]
    assert told["median"] == pytest.approx(0.05 + 0.7 * 0.2, abs=0.006)
    assert told["informed"]
    assert told["shrinkage"] > 0.8
    assert told["best"] == pytest.approx(0.05 + 0.7 * 0.2, abs=0.006)
    assert not posterior.loc["freeze_success", "informed"]
    assert answer.notes[0].startswith("1 fact against 2 parameters: the facts cannot settle the parameters. In at "
                                      "least 1 direction ")


def test_the_held_out_check_uses_fresh_seeds_and_says_what_lies_outside(results):
    answer = ask(results)
    facts = answer.tables["facts"].set_index("fact")
    assert facts["verdict"].to_dict() == {"revenue": "inside", "payments": "inside", "losses": "outside",
                                          "people": "inside"}
    assert facts["used"].to_dict() == {"revenue": True, "payments": False, "losses": False, "people": False}
    assert facts.loc["payments", "posterior_high"] - facts.loc["payments", "posterior_low"] < 200
    assert facts.loc["payments", "prior_high"] - facts.loc["payments", "prior_low"] > 800


def test_every_draw_has_a_seed_of_its_own_and_none_is_used_for_choosing_and_testing(results):
    seen = {}

    def work(base, job):
        seen.setdefault(job.seed, []).append(tuple(job.settings.values()))
        return measures(base, job)

    ask(results, work)
    runs = {seed: len(points) for seed, points in seen.items()}
    assert sorted(seen) == list(range(100 + 3 + 10 + 10))
    assert all(runs[seed] == 1 for seed in range(100))
    assert all(runs[seed] == 20 for seed in range(100, 103))
    assert all(runs[seed] == 1 for seed in range(103, 123))
    best = {points[0] for seed, points in seen.items() if seed >= 113}
    assert len(best) == 1
    assert len({point for seed, points in seen.items() if seed < 100 for point in points}) == 100


def test_asked_again_nothing_is_run_and_the_answer_is_the_same(results):
    assert ask(results).to_json() == ask(results, never).to_json()


def test_a_kept_answer_holds_the_posterior_as_points_of_another_study(results, tmp_path):
    answer = ask(results)
    answer.points().to_csv(tmp_path / "posterior.csv", index=False)
    study = file({"kind": "csv", "file": str(tmp_path / "posterior.csv")}, (ANSWER, FREEZE))
    from fraudsim.study.study import Study

    assert len(Study(study).points()) == answer.tables["draws"]["accepted"].sum()
    place = answer.save(results.directory)
    assert (place / "runs").is_dir()
    assert (place / "posterior.csv").is_file()


def test_draws_without_a_value_are_never_kept(results):
    def work(base, job):
        found = measures(base, job)
        if share(job.settings, ANSWER) > 0.65:
            found["values"] = [[None] * len(base.outcomes)]
        return found

    answer = ask(results, work, trials=0)
    draws = answer.tables["draws"]
    assert not draws["accepted"][np.isinf(draws["distance"])].any()
    assert any("gave a fact no value" in note for note in answer.notes)
    assert answer.table().set_index("factor").loc["answer_share", "high"] < 0.05 + 0.65 * 0.2 + 1e-9
    assert answer.tables["search"].empty
    with pytest.raises(InputError, match="no draw gives all facts a value"):
        ask(results, lambda base, job: {"values": [[None] * len(base.outcomes)], "drift": DRIFT}, seed=1)


def test_the_figure_and_the_words(results):
    answer = ask(results)
    assert "held-out" in str(answer)
    figure = answer.plot()
    labels = {axes.get_xlabel() for axes in figure.axes}
    assert {"answer share", "freeze success", "simulated, as a multiple of the (higher) recorded value"} <= labels


WRONG = {
    "payments": "'payments' is held-out: only facts that set nothing can test the model; calibration: revenue",
    "people": "'people' is input: it has been put into the model already; calibration: revenue",
    "month": "names no measure", "revenu": "nearest: revenue",
}


def test_which_facts_may_be_aimed_at(world):
    assert [fact.name for fact in targets(world, None)[0]] == ["revenue"]
    for name, said in WRONG.items():
        found, lines = targets(world, [name])
        assert found == []
        assert said in lines[0]
    assert "marks no recorded fact as calibration" in targets(world.model_copy(update={"facts": ()}), None)[1][0]


def test_what_cannot_be_asked(results):
    with pytest.raises(InputError) as error:
        results.calibrate("payments", draws=3, accept=0.9, trials=-1, fresh=1, jobs=0, timeout=-1, progress=3)
    said = "\n".join(error.value.lines)
    assert len(error.value.lines) == 8
    for part in ("is held-out", "draws: 3; allowed: 20 and more", "accept: 0.9", "trials: -1", "fresh: 1", "jobs: 0",
                 "timeout: -1", "progress: 3"):
        assert part in said


# Distances


def fact(low, high=None):
    return Fact(name="f", role="calibration", low=low, high=high, unit="x", source="x", measure="revenue_per_worker")


def test_gaps_and_distances_by_hand():
    facts = [fact(10.0), fact(2.0, 4.0)]
    values = np.array([[10.0, 3.0], [13.0, 8.0], [8.0, 1.0], [np.nan, 3.0]])
    assert gaps(values, facts)[:3].tolist() == [[0.0, 0.0], [3.0, 4.0], [-2.0, -1.0]]
    found = distances(values, facts, np.array([1.0, 2.0]))
    assert found[:3] == pytest.approx([0.0, np.sqrt((9 + 4) / 2), np.sqrt((4 + 0.25) / 2)])
    assert np.isinf(found[3])


def test_a_scale_is_never_zero():
    values = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, np.nan], [8.0, 5.0, np.nan]])
    assert scales(values, [fact(2.0), fact(7.0), fact(0.0)]).tolist() == [2.0, 7.0, 1.0]


@given(arrays(np.float64, 40, elements=st.floats(0, 10) | st.just(np.inf)), st.floats(0.025, 0.5))
def test_what_is_kept_is_nearest_and_enough(distance, part):
    kept, limit = accepted(distance, part)
    assert not np.isinf(distance[kept]).any()
    if kept.any():
        assert distance[kept].max() <= limit
        assert kept.all() or distance[~kept].min() > distance[kept].max()
    assert kept.sum() >= min(max(1, round(part * 40)), np.isfinite(distance).sum())


# What is said of an answer


def test_a_weak_test_of_the_posterior_says_how_weak_it_is(results):
    assert power(20, 1) == pytest.approx(0.03, abs=0.015)
    assert power(20, 9) < 0.005
    assert power(100, 9) > 0.99
    answer = ask(results)
    assert "not shown" in str(answer)
    assert any("with 10 draws kept" in note and "found in 0% of cases" in note for note in answer.notes)


def test_power_is_how_often_the_middle_half_is_called_informed():
    rng = np.random.default_rng(1)
    called = [_differs(rng.uniform(0.25, 0.75, 50), 9) for _ in range(400)]
    assert np.mean(called) == pytest.approx(power(50, 9), abs=0.1)  # 4 standard errors


def test_parameters_that_are_settled_only_together_are_told(results):
    def work(base, job):  # the fact knows their sum only
        both = 50 * (share(job.settings, ANSWER) + share(job.settings, FREEZE))
        return {"values": [[both if name == "revenue_per_worker" else 1.0 for name in base.outcomes]], "drift": DRIFT}

    notes = ask(results, work, trials=0).notes
    assert any("answer_share and freeze_success -" in note and note.startswith("Ridges") for note in notes)
    assert any(note.startswith("No two parameters") for note in ask(results, seed=1, draws=200).notes)


def test_half_the_tolerance_shows_whether_the_answer_moves(results):
    coarse = ask(results, trials=0, accept=0.5, draws=200)  # the fact is met at 0.7 of the range, all above is kept
    posterior = coarse.table().set_index("factor")
    assert posterior["half_median"].notna().all()
    assert not posterior.loc["freeze_success", "moved"]
    assert any(note.startswith("At half the tolerance") and "draws:" in note for note in coarse.notes)

    def work(base, job):  # the fact is met beyond the range's upper end: the nearer, the higher
        found = measures(base, job)
        found["values"][0][base.outcomes.index("revenue_per_worker")] -= 40
        return found

    moving = ask(results, work, trials=0, accept=0.5, draws=200, seed=1)
    assert moving.table().set_index("factor").loc["answer_share", "moved"]
    assert any("medians of answer_share move" in note for note in moving.notes)


def test_too_few_draws_at_half_the_tolerance_are_told():
    distance, kept = np.array([0.1, 0.9, 0.9, 0.9]), np.ones(4, bool)
    assert "1 draw is left, too few" in _half(pd.DataFrame(), distance, kept, 0.9)
    assert "nothing can move" in _half(pd.DataFrame(), np.zeros(4), kept, 0.0)
    endless = np.array([0.1, 0.2, np.inf, np.inf])  # the tolerance is endless where too few draws have a value
    assert "nothing can move" in _half(pd.DataFrame(), endless, np.isfinite(endless), np.inf)


def test_prior_and_posterior_verdicts_stand_side_by_side(results):
    facts = ask(results).tables["facts"].set_index("fact")
    assert facts["prior_verdict"].to_dict() == {"revenue": "inside", "payments": "inside", "losses": "outside",
                                                "people": "inside"}
    assert facts.loc["payments", "width"] < 0.3
    assert 0.7 < facts.loc["losses", "width"] < 1.1
    assert np.isnan(facts.loc["people", "width"])


def test_the_figure_needs_no_best_point(results):
    ask(results, trials=0).plot()


# The model itself


FURTHER = "scripts[0].further_demand"


def test_known_parameters_are_found_again_with_the_model_itself(tmp_path):
    """Revenue and payments of ten runs at known parameters are the facts; the draws have other seeds."""
    from fraudsim.study.check import check

    truth = {ANSWER: 0.1, FURTHER: 0.6}
    facts = tuple(Fact(name=name, role="calibration", low=1.0, unit="x", source="x", measure=name)
                  for name in ("revenue_per_worker", "payments_per_victim"))
    world = load_world("tutorial", {"burn_in_days": 30, "days": 30}).model_copy(update={"facts": facts})
    seen = {fact.name: fact.median for fact in check(world, 10, seed=90_000, overrides=truth).facts}
    facts = tuple(fact.model_copy(update={"low": seen[fact.name]}) for fact in facts)
    study = file({"kind": "latin-hypercube", "points": 2}, ()) | {
        "world": world.model_copy(update={"facts": facts}), "overrides": {}, "uncertainties": {
            ANSWER: {"low": 0.03, "high": 0.2}, FURTHER: {"low": 0.1, "high": 0.95}}}
    asked = stored(tmp_path / "s", study, lambda base, job: {"values": [[1.0] * len(base.outcomes)], "drift": DRIFT})
    answer = asked.calibrate(draws=100, accept=0.1, trials=0, fresh=2, progress=False, executor=HERE)
    for path, value in truth.items():
        row = answer.table().set_index("path").loc[path]
        assert row["low"] < value < row["high"], path
        assert row["shrinkage"] > 0.4, path


def test_a_run_is_measured_as_a_check_measures_it(world):
    from fraudsim.study.check import check

    base = Base(world, (), 3, ("revenue_per_worker", "loss_per_victim", "people_at_start"), False, False, "")
    found = measure(base, Job("r", 0, 0, 7, {ANSWER: 0.08}))
    checked = check(world, 1, seed=7, overrides={ANSWER: 0.08})
    medians = {fact.measure: fact.median for fact in checked.facts}
    assert found["values"] == [[medians[name] for name in base.outcomes]]
    assert len(found["drift"]) == 5
