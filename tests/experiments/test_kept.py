"""The studies kept in experiments/: each runs in a reduced form, and its stored summary is of its study file."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from fraudsim.study.study import Study
from fraudsim.study.work.local import InlineExecutor

PLACE = Path(__file__).resolve().parents[2] / "experiments"
STUDIES = {"policies": ["study"], "portfolio": ["study"],
           "exit-restrictions": ["screening", "sobol", "contrast", "spread"]}


@pytest.fixture
def script(monkeypatch):
    """Load the script of a folder; runs are done in this process."""
    for module in ("work.driver", "questions.nested"):
        monkeypatch.setattr(f"fraudsim.study.{module}.LocalExecutor", lambda jobs: InlineExecutor())
    monkeypatch.setattr(sys, "path", list(sys.path))
    return lambda name: runpy.run_path(str(PLACE / name / "run.py"))


@pytest.mark.parametrize("name", STUDIES)
def test_a_reduced_form_runs_and_has_what_is_stored(script, name, tmp_path, capsys):
    found = script(name)
    said = found["main"](found["Kept"](PLACE / name, tmp_path / "out", quick=True))
    assert said.endswith("the summary is not as stored.\n")
    ours, stored = (json.loads((place / "summary.json").read_text()) for place in (tmp_path / "out", PLACE / name))
    assert ours.keys() == stored.keys()
    for key in ours:
        if isinstance(ours[key], list) and ours[key] and stored[key] and isinstance(ours[key][0], dict):
            assert ours[key][0].keys() == stored[key][0].keys()
    assert (tmp_path / "out" / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", STUDIES)
def test_what_is_stored_is_of_the_study_file(name):
    stored = json.loads((PLACE / name / "summary.json").read_text())
    all_of_them = [*(stored.get("studies") or [stored["study"]]), *stored.get("others", [])]
    for about, file in zip(all_of_them, STUDIES[name], strict=True):
        study = Study(PLACE / name / f"{file}.toml")
        assert about["name"] == study.plan.file.name
        assert (about["days"], about["seed"], about["replications"], about["points"]) == (
            study.plan.days, study.plan.file.seed, study.plan.replications, len(study.plan.points.rows))


def test_a_summary_is_held_against_the_stored_one(script, tmp_path):
    import pandas as pd

    kept = script("policies")["Kept"](tmp_path, tmp_path / "out", keep=True)
    kept.out.mkdir()
    table = {"rows": pd.DataFrame({"a": [1 / 3, float("nan")]})}
    assert kept.finish(table, {}).endswith("not as stored.\n")
    assert json.loads((tmp_path / "summary.json").read_text())["rows"] == [{"a": 0.333333}, {"a": None}]
    assert kept.finish(table, {}).endswith("is as stored.\n")
    assert kept.finish({"rows": table["rows"] * 2}, {}).endswith("not as stored.\n")
