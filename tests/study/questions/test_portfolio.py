"""Portfolios: the best packages are found within the budget, the winner's curse shows, nothing is run twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import works
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pretend import ANSWER, DRIFT, HERE, chance, file, share, stored

from fraudsim.errors import InputError
from fraudsim.study.questions.fronts import crowding, dominated_share, nondominated, spread_out, unbeaten
from fraudsim.study.questions.hunt import rising, welch_half
from fraudsim.study.questions.nested import Means
from fraudsim.study.questions.packages import candidates, parts, written
from fraudsim.study.questions.portfolio import portfolio

WORTH = {"call-interception": (-8.0, 0.0, 6.0, 1.0), "site-blocking": (-5.0, 0.0, 1.0, 1.0),
         "joint-raids": (-1.0, 9.0, 0.0, 5.0), "public-education": (-3.0, 0.0, 0.0, 2.0)}
"""Change in losses, captivity, wrong hits and cost that each intervention brings; a package brings their sum."""

OBJECTIVES = ["loss_net", "captive_days", "bystanders_hit", "public_cost"]


def worth(package):
    return np.sum([WORTH[name] for name in parts(package)], axis=0) if package else np.zeros(4)


def additive(base, job):
    """Every package is worth the sum of its parts, and chance that differs from package to package."""
    rows = []
    for i, package in enumerate(["", *base.arms]):
        values = dict(zip(OBJECTIVES, 100.0 + worth(package) * (1 + share(job.settings, ANSWER))))
        values["loss_net"] += 0.5 * chance(job.seed, len(package), i) if package else 0.0
        rows.append([values.get(name, 0.0) for name in base.outcomes])
    return {"values": rows, "drift": DRIFT}


@pytest.fixture
def results(tmp_path):
    study = file({"kind": "latin-hypercube", "points": 2}, (ANSWER,), arms=list(WORTH))
    return stored(tmp_path / "s", study, works.quick)


def ask(results, work=additive, **more):
    usual = {"budget": 5.0, "objectives": OBJECTIVES, "population": 12, "generations": 4, "situations": 4, "fresh": 12,
             "progress": False, "executor": HERE, "work": work}
    return results.portfolio(**(usual | more))


def test_the_pareto_set_within_the_budget_is_found(results):
    """Mean worth is 1.5 times the sum. Nothing that holds joint-raids fits the budget of 5."""
    answer = ask(results)
    packages = answer.table()
    names = {frozenset(parts(package)) for package in packages["package"]}
    assert frozenset({"site-blocking", "public-education"}) in names
    assert frozenset({"call-interception", "site-blocking"}) in names
    assert not any("joint-raids" in some for some in names)
    assert (packages["spend_search"] <= 5.0).all()
    values = {row["package"]: row["mean"] for row in answer.tables["objectives"].to_dict("records")
              if row["objective"] == "bystanders_hit"}
    for package, mean in values.items():
        assert mean == pytest.approx(1.5 * worth(package)[2], rel=0.1)


def test_changes_are_paired_and_tested_in_situations_that_chose_nothing(results):
    seen = {}

    def work(base, job):
        seen.setdefault(job.seed, set()).add(job.settings[ANSWER])
        return additive(base, job)

    answer = ask(results, work)
    assert sorted(seen) == list(range(4 + 12))
    assert all(len(draws) == 1 for draws in seen.values())
    assert len({draw for draws in seen.values() for draw in draws}) == 16
    assert (answer.tables["objectives"]["situations"] == 12).all()


def test_the_winners_curse_shows_in_what_was_chosen_and_not_in_the_rest(results):
    """All packages are worth the same; those chosen looked better by luck, and fall back with fresh seeds."""
    def luck(base, job):
        rows = []
        for package in ("", *base.arms):
            values = dict.fromkeys(OBJECTIVES, 100.0)
            values["public_cost"] += len(parts(package))
            values["loss_net"] += (10.0 * chance(job.seed, *package.encode()) if package else 0.0)
            rows.append([values.get(name, 0.0) for name in base.outcomes])
        return {"values": rows, "drift": DRIFT}

    curse = ask(results, luck, fresh=60).tables["curse"].set_index("objective").loc["loss_net"]
    assert curse["search"] < -3.0
    assert abs(curse["fresh"]) < 2.0
    assert curse["difference"] > 3.0
    assert abs(curse["others"]) < curse["difference"]


def test_asked_again_nothing_is_run_and_the_answer_is_the_same(results):
    def never(base, job):
        raise AssertionError("nothing is run twice")

    assert ask(results).to_json() == ask(results, never).to_json()


def test_a_search_does_not_hang_on_how_python_orders_sets(tmp_path, results):
    """Stored runs are found again by another process only if it asks for the same packages."""
    before = ask(results)
    code = (f"import sys; sys.path[:0] = {[str(Path(__file__).parent), str(Path(works.__file__).parent)]!r}\n"
            "import test_portfolio as t\nfrom fraudsim.study.opened import open_study\n"
            "def never(base, job):\n    raise AssertionError\n"
            f"print(t.ask(open_study({str(results.directory)!r}), never).table()['package'].tolist())")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONHASHSEED": "12345"})
    assert done.stdout.strip() == str(before.table()["package"].tolist())


def test_situations_whose_run_failed_are_left_out_and_told(results):
    def work(base, job):
        if job.point == 1:
            raise ValueError("no dens")
        return additive(base, job)

    answer = ask(results, work)
    assert (answer.tables["objectives"]["situations"] == 11).all()
    assert any("runs failed and are left out" in note for note in answer.notes)


def test_nothing_within_the_budget_is_an_answer(results):
    answer = ask(results, budget=0.5, generations=1)
    assert answer.table().empty
    assert any("keeps the budget" in note for note in answer.notes)
    assert "Packages within" in str(answer)
    answer.plot()


def test_the_words_and_the_figure(results):
    answer = ask(results)
    text = str(answer)
    assert "Winner's curse" in text
    assert "site-blocking + public-education" in " ".join(text.split())
    figure = answer.plot()
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Package", "Net loss", "Person-days in captivity", "Wrong hits", "Public cost", "Workers: held or confined",
        "Workers: in custody", "Workers: stranded", "Workers: deaths", "Workers: punished"]
    assert {tick.get_text() for tick in figure.axes[0].get_xticklabels()} <= set(WORTH)


def test_what_cannot_be_asked(results):
    with pytest.raises(InputError) as error:
        results.portfolio(0, ["loss_net"], ["raids"], population=2, generations=0, situations=1, keep=0, jobs=0)
    said = "\n".join(error.value.lines)
    for part in ("nearest: joint-raids", "budget: 0", "loss_net alone; allowed: two and more", "population: 2",
                 "generations: 0", "situations: 1", "keep: 0", "jobs: 0"):
        assert part in said
    with pytest.raises(InputError, match="neither more nor less"):
        results.portfolio(1.0, ["loss_net", "arrests"])


def test_every_intervention_is_tried_alone(results):
    found = ask(results, population=4, generations=2).tables["evaluated"]
    tried = {tuple(parts(package)) for package in found["package"]}
    assert {(name,) for name in WORTH} <= tried
    assert any("Never tried alone" in note for note in ask(results, population=4, generations=1).notes)


def test_hypervolume_never_falls_and_whether_it_still_rose_is_said(results):
    answer = ask(results)
    assert (np.diff(answer.tables["search"]["hypervolume"]) >= 0).all()
    assert answer.tables["search"]["tried"].iloc[-1] == len(answer.tables["evaluated"])
    assert "hypervolume rose by" in answer.notes[0]
    assert rising([0.5, 0.5, 0.6]).endswith("more generations would find better packages.")
    assert "little more" in rising([0.3, 0.6, 0.6])


def test_harm_stands_in_parts_and_packages_beside_are_tried_too(results):
    def work(base, job):
        found = additive(base, job)
        for row, package in zip(found["values"], ("", *base.arms), strict=True):
            for i, name in enumerate(base.outcomes):
                row[i] += {"captive_days": -50.0, "trafficked_detained_days": 30.0}.get(name, 0.0) \
                    * ("joint-raids" in package)
        return found

    workers = "captive_days+trafficked_detained_days+stranded_days"
    answer = portfolio(results, 20.0, ["loss_net", workers, "bystanders_hit", "public_cost"], population=12,
                       generations=2, situations=3, fresh=6, means=Means(progress=False, executor=HERE, work=work),
                       beside=["joint-raids", "public-education"])
    found = answer.tables["objectives"].set_index(["package", "objective"])
    assert found["verdict"]["joint-raids", workers] == "mixed"
    assert not found["modelled"]["public-education", "bystanders_hit"]
    harm = answer.tables["harm"].set_index(["package", "objective"])
    assert harm["verdict"]["joint-raids", "trafficked_detained_days"] == "worse"
    assert {"deaths+route_deaths", "trafficked_punished"} <= set(answer.tables["harm"]["objective"])
    packages = answer.table().set_index("package")
    assert {"joint-raids", "public-education"} <= set(packages.index)
    assert ((packages["unbeaten"] >= 0) & (packages["unbeaten"] <= 1)).all()
    with pytest.raises(InputError, match="beside"):
        portfolio(results, 20.0, beside=["joint-raid"])


# Packages


def test_a_package_is_written_as_an_arm(tmp_path):
    study = file({"kind": "latin-hypercube", "points": 2}, (ANSWER,),
                 arms=["joint-raids:start=1+site-blocking", "site-blocking", "liaison-teams"],
                 levers={"joint-raids.strength": {"low": 0.2, "high": 0.8},
                         "liaison-teams.officers": {"low": 2, "high": 9}})
    found, lines = candidates(stored(tmp_path / "s", study, works.quick), None)
    assert lines == []
    shares = {"joint-raids.strength": 0.123456, "liaison-teams.officers": 1.0}
    both = written(found, ["site-blocking", "joint-raids"], shares)
    assert both == "joint-raids:start=1,strength=0.274+site-blocking"
    assert written(found, ["liaison-teams"], shares) == "liaison-teams:officers=9"
    assert written(found, [], shares) == ""


def test_an_intervention_set_in_two_ways_is_refused(tmp_path):
    study = file({"kind": "latin-hypercube", "points": 2}, (ANSWER,),
                 arms=["site-blocking", "site-blocking:blocked=0.9"])
    lines = candidates(stored(tmp_path / "s", study, works.quick), None)[1]
    assert "site-blocking stands in arms with different settings" in lines[0]


# Fronts


def test_unbeaten_keeps_the_budget_and_beats_nothing_in_something():
    values = np.array([[-3.0, 1.0], [-2.0, 2.0], [-9.0, -9.0], [0.0, 1.0]])
    assert unbeaten(values, np.array([True, True, False, True])).tolist() == [True, False, False, False]


def test_hypervolume_by_hand():
    """Two rectangles of a unit square: 0.5 x 1 and 1 x 0.25, which overlap in 0.5 x 0.25."""
    found = dominated_share(np.array([[0.5, 0.0], [0.0, 0.75]]), np.zeros(2), np.ones(2))
    assert found == pytest.approx(0.5 + 0.25 - 0.125, abs=0.002)


def test_intervals_with_three_situations_are_as_wide_as_they_must_be():
    """Welch with 3 and 16 values is off by 3%: it holds the truth in 92%, where 1.96 standard errors do in 87%.

    4,000 draws: a standard error of 0.4%.
    """
    rng = np.random.default_rng(5)
    hit = [abs(a.mean() - b.mean()) <= welch_half(a, b)
           for a, b in ((rng.normal(size=3), rng.normal(size=16)) for _ in range(4000))]
    assert 0.905 < np.mean(hit) < 0.97

SOME = arrays(np.float64, (12, 3), elements=st.integers(0, 4).map(float))


@given(SOME)
def test_a_front_is_what_nothing_beats(values):
    front = nondominated(values)
    assert front.any()
    for i, row in enumerate(values):
        beaten = ((values <= row).all(axis=1) & (values < row).any(axis=1)).any()
        assert front[i] == (not beaten)


@given(SOME, st.integers(1, 12))
def test_what_is_kept_is_spread_and_never_more_than_asked(values, most):
    kept = spread_out(values, most)
    assert len(kept) == min(most, 12)
    assert len(set(kept.tolist())) == len(kept)


def test_the_ends_of_a_front_are_kept():
    values = np.array([[0.0, 10.0], [1.0, 9.0], [1.1, 8.9], [5.0, 5.0], [10.0, 0.0]])
    assert spread_out(values, 3).tolist() == [0, 3, 4]
    assert np.isinf(crowding(values)[[0, 4]]).all()


def test_who_asks_the_same_at_the_same_time_is_told_to_wait(results):
    said = []

    def asked_meanwhile(base, job):
        if not said:
            with pytest.raises(InputError) as caught:
                ask(results)
            said.extend(caught.value.lines)
        return additive(base, job)

    ask(results, work=asked_meanwhile)
    assert len(said) == 1
    assert f"process {os.getpid()} on " in said[0]
    assert said[0].endswith(" is at work on the same question; wait for it: its runs will be there")
