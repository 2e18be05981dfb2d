from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from fraudsim.errors import InputError
from fraudsim.study import store
from fraudsim.study.compare import compare
from fraudsim.study.run import run

FIGURES = {f"figures/{name}.{kind}" for name in ("differences", "daily", "displacement", "policy")
           for kind in ("png", "svg")}
COMPARISON = FIGURES | {"comparison.csv", "daily.parquet", "displacement.csv", "manifest.json", "runs.parquet",
                        "world.json", "breakdown.csv", "displaced.csv", "benefit.csv", "policy.csv"}


def contents(path: Path) -> dict[str, bytes]:
    return {f.relative_to(path).as_posix(): f.read_bytes() for f in path.rglob("*") if f.is_file()}


@pytest.fixture
def quick_figures(monkeypatch):
    """Write figures as empty files where the test is not about them."""

    def write(figure, path):
        path.with_suffix(".svg").write_text("")
        path.with_suffix(".png").write_text("")

    monkeypatch.setattr(store, "write_figure", write)


@pytest.fixture(scope="module")
def saved(real, tmp_path_factory):
    return real.save(tmp_path_factory.mktemp("studies") / "first", "fraudsim compare ...")


def test_a_comparison_leaves_these_files(saved, real):
    assert set(contents(saved)) == COMPARISON
    assert [p.name for p in saved.parent.iterdir()] == ["first"]
    runs = pd.read_parquet(saved / "runs.parquet")
    pd.testing.assert_frame_equal(runs, real.runs(), check_dtype=False)
    daily = pd.read_parquet(saved / "daily.parquet")
    assert len(daily) == 3 * 3 * 40
    table = pd.read_csv(saved / "comparison.csv")
    pd.testing.assert_frame_equal(table, real.table(), check_dtype=False, check_exact=False)


def test_the_manifest_says_what_made_it(saved, real):
    about = json.loads((saved / "manifest.json").read_text())
    assert about["input_hash"] == real.inputs().hash()
    assert (about["world"], about["arms"], about["replications"]) == ("tutorial", list(real.arms), 3)
    assert {"python", "fraudsim", "numpy", "mesa", "numba"} <= set(about["versions"])
    assert about["command"] == "fraudsim compare ..."
    assert about["written"].endswith("+00:00")
    held = {name: hashlib.sha256(data).hexdigest() for name, data in contents(saved).items() if name != "manifest.json"}
    assert about["files"] == held


def test_the_same_study_writes_the_same_bytes(saved, real, short_world, tmp_path):
    again = compare(short_world, list(real.arms), replications=3, days=40, jobs=2, sweep=False).save(tmp_path / "again")
    first, second = contents(saved), contents(again)
    assert {name for name in first if first[name] != second.get(name)} == {"manifest.json"}


def test_no_file_tells_a_date_or_a_version(saved):
    version = metadata.version("matplotlib").encode()
    for name, data in contents(saved).items():
        if name.endswith((".svg", ".png")):
            assert version not in data[:2000], name
            assert b"<dc:date>" not in data, name


def test_the_same_study_again_replaces_what_is_there(real, tmp_path, quick_figures):
    path = real.save(tmp_path / "study")
    old = json.loads((path / "manifest.json").read_text())
    (path / "left.csv").write_text("from an older version")
    (path / "manifest.json").write_text(json.dumps(old | {"files": old["files"] | {"left.csv": ""}}))
    (path / "comparison.csv").write_text("spoilt")
    real.save(path)
    assert set(contents(path)) == COMPARISON
    assert (path / "comparison.csv").read_text() != "spoilt"


def test_an_empty_directory_is_taken(real, tmp_path, quick_figures):
    assert set(contents(real.save(tmp_path))) == COMPARISON


def test_a_manifest_cannot_reach_outside(real, tmp_path, quick_figures):
    victim = tmp_path / "precious.txt"
    victim.write_text("mine")
    path = real.save(tmp_path / "study")
    about = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(about | {"files": {"../precious.txt": ""}}))
    with pytest.raises(InputError, match="outside"):
        real.save(path)
    assert victim.read_text() == "mine"


def test_another_study_is_refused_and_left_alone(saved, real):
    before = contents(saved)
    other = dataclasses.replace(real, seed=1)
    with pytest.raises(InputError, match="another study") as caught:
        other.save(saved)
    assert len(caught.value.lines) == 1
    assert contents(saved) == before


def test_every_input_counts(real):
    first = real.inputs()
    world = first.world.model_copy(update={"price_year": 1999})
    changes = ({"seed": 1}, {"days": 39}, {"replications": 2}, {"arms": ("joint-raids",)}, {"world": world},
               {"kind": "run"}, {"sweep": True})
    assert len({first.hash(), *(dataclasses.replace(first, **change).hash() for change in changes)}) == 8


def test_places_that_cannot_be_written_are_refused_in_one_line(real, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("")
    for place, reason in (("file", "is a file"), ("full", "holds no study"), ("absent/study", "parent"),
                          ("file/study", "parent")):
        with pytest.raises(InputError, match=reason) as caught:
            store.claim(tmp_path / place, real.inputs())
        assert len(caught.value.lines) == 1


def test_a_directory_without_leave_to_write_is_refused(real, tmp_path, monkeypatch):
    def denied(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", denied)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        store.claim(tmp_path / "study", real.inputs())


def test_a_failure_leaves_nothing_half_written(real, tmp_path, monkeypatch):
    def broken(figure, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_figure", broken)
    with pytest.raises(KeyboardInterrupt):
        real.save(tmp_path / "study")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_an_earlier_study_whole(real, tmp_path, quick_figures, monkeypatch):
    path = real.save(tmp_path / "study")
    before = contents(path)
    monkeypatch.setattr(store, "write_figure", lambda figure, path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        real.save(path)
    assert contents(path) == before


def test_a_run_leaves_these_files(short_world, tmp_path):
    result = run(short_world, "joint-raids:start=3", days=10)
    path = result.save(tmp_path / "run")
    assert set(contents(path)) == {"daily.parquet", "runs.parquet", "world.json", "manifest.json", "figures/daily.png",
                                   "figures/daily.svg"}
    daily = pd.read_parquet(path / "daily.parquet")
    assert daily["paid"].sum() == pytest.approx(result.outcomes["loss_gross"])
    row = pd.read_parquet(path / "runs.parquet").iloc[0]
    assert (row["digest"], row["arm"]) == (result.digest, "joint-raids:start=3")


def test_the_world_on_disk_is_the_world_that_ran(saved, short_world):
    assert json.loads((saved / "world.json").read_text()) == short_world.model_dump(mode="json")


def test_the_commit_is_the_package_s_own_or_none(tmp_path, monkeypatch):
    found = store.commit()
    assert found is None or len(found.rstrip("+")) == 40
    elsewhere = tmp_path / "repo" / "lib" / "fraudsim" / "study"
    elsewhere.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    monkeypatch.setattr(store, "__file__", str(elsewhere / "store.py"))
    assert store.commit() is None
