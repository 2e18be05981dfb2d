"""The questions as commands: table, JSON, figure, and every mistake in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fraudsim.study.opened import OpenedStudy, open_study
from fraudsim.study.study import Study
from fraudsim.study.work.local import InlineExecutor

STUDY = """name = "tiny"
world = "tutorial"
days = 3
replications = 2
arms = ["call-interception:start=1"]
outcomes = ["loss_net", "captive_days", "bystanders_hit", "public_cost"]
[overrides]
burn_in_days = 0
[design]
kind = "{kind}"
{points}
[uncertainties]
parameters.calls.answer_share = {{ low = 0.03, high = 0.2 }}
parameters.money.freeze_success = {{ low = 0.2, high = 0.8 }}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two stored studies, run by the model itself."""
    found = tmp_path_factory.mktemp("asked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fraudsim.study.work.driver.LocalExecutor", lambda jobs: InlineExecutor())
        designs = {"morris": ("morris", "trajectories = 3"), "cube": ("latin-hypercube", "points = 12")}
        for name, (kind, points) in designs.items():
            (found / f"{name}.toml").write_text(STUDY.format(kind=kind, points=points))
            Study(found / f"{name}.toml").run(found / name, progress=False)
    return found


@pytest.fixture
def call(monkeypatch, place, call):
    """The command line, where the stored studies are."""
    monkeypatch.chdir(place)
    # Further runs are done here: starting a process for each command takes longer than all of them.
    monkeypatch.setattr("fraudsim.study.questions.nested.LocalExecutor", lambda jobs: InlineExecutor())
    return call


ASK = {
    "sensitivity": ("morris", "--outcome", "loss_net"),
    "robust": ("cube", "--criterion", "loss_net<0"),
    "discover": ("cube", "--fails", "bystanders_hit>100"),
}


@pytest.mark.parametrize("question", ASK)
def test_a_question_is_answered_in_words_in_json_and_as_a_figure(call, question, place):
    code, out, err = call(question, *ASK[question])
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines()[:-1])) <= 80
    figure = Path(out.splitlines()[-1].rpartition(" ")[2])
    assert figure.read_bytes().startswith(b"\x89PNG")
    code, out, err = call(question, *ASK[question], "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["question"] == question
    assert found["study"]["world"] == "tutorial"
    assert json.loads((figure.parent / "answer.json").read_text()) == found


def test_a_portfolio_from_a_study_file_and_again_from_its_directory(call, place):
    options = ("--budget", "1e6", "--population", 4, "--generations", 1, "--situations", 2, "--fresh", 2)
    code, out, err = call("portfolio", "cube.toml", "--out", "fresh", *options)
    assert code == 0, err
    assert out.startswith("Packages within 1,000,000 USD in tiny (tutorial, 3 days)")
    assert "call-interception:start=1" in out
    assert "4 of 4 runs done" in err
    again = call("portfolio", "fresh", *options)
    assert again == (0, out, "")


def test_a_calibration_needs_a_fact_that_may_be_aimed_at(call):
    code, out, err = call("calibrate", "cube")
    assert (code, out) == (2, "")
    assert err == ("cube: facts: tutorial marks no recorded fact as calibration that is compared with the model: there "
                   "is nothing to calibrate against\n")


@pytest.mark.parametrize(("arguments", "said"), [
    (("sensitivity", "cube"), "cube: the design is latin-hypercube; a sensitivity analysis needs one of kind morris"),
    (("sensitivity", "none"), "none: no such directory"),
    (("discover", "cube", "--fails", "loss>0"), "cube: fails: loss>0: no outcome 'loss'; nearest: loss_net"),
    (("robust", "cube", "--arm", "raids"), "cube: arms: no arm 'raids' in this study"),
    (("portfolio", "cube.toml", "--budget", "3"), "cube.toml: is a study file; name a directory for it with --out DIR"),
    (("portfolio", "none", "--budget", "3"), "none: neither the directory of a sweep nor a study file"),
    (("portfolio", "cube", "--out", "x", "--budget", "3"), "--out x: goes with a study file; cube is a directory"),
    (("portfolio", "cube.toml", "--out", "morris", "--budget", "3"), "--out morris: holds another study"),
])
def test_mistakes_are_told_in_a_line_and_nothing_is_written(call, arguments, said, place):
    before = sorted(place.rglob("*"))
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert sorted(place.rglob("*")) == before


def test_a_wrong_question_leaves_no_new_directory_behind(call, place, tmp_path):
    code, _, err = call("portfolio", str(place / "cube.toml"), "--out", str(tmp_path / "new"), "--budget", "-1")
    assert code == 2
    assert "budget" in err
    assert not (tmp_path / "new").exists()


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(call, monkeypatch):
    def full(*args, **more):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("fraudsim.study.questions.answer.put", full)
    code, out, err = call("robust", "cube")
    assert code == 1
    assert out.startswith("Robustness of arms")
    assert "Tables and figure" not in out
    assert "No space left on device; the answer is not kept" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(("question", "options"), [("portfolio", ("--budget", "3")), ("calibrate", ())])
def test_an_interruption_says_that_nothing_is_lost(call, monkeypatch, question, options):
    def stop(*args, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(OpenedStudy, question, stop)
    code, out, err = call(question, "cube", *options)
    assert (code, out) == (130, "")
    assert err.strip() == "Interrupted. The runs that were done are safe. The same command goes on."


def test_further_runs_are_done_by_processes_of_their_own(tmp_path, place):
    """Once without anything in their place: two spawned processes give what this one gives."""
    asked = {"budget": 1e6, "population": 4, "generations": 1, "situations": 2, "fresh": 2, "seed": 5,
             "progress": False}
    here = open_study(place / "cube").portfolio(**asked, executor=InlineExecutor())
    Study(place / "cube.toml").prepare(tmp_path / "there")
    there = open_study(tmp_path / "there").portfolio(**asked, jobs=2)
    assert there.tables["objectives"].equals(here.tables["objectives"])
