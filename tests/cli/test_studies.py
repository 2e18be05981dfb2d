"""The commands for studies, from a file to an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

TINY = """name = "tiny"
world = "tutorial"
days = 4
replications = 2
arms = ["joint-raids:start=1"]
outcomes = ["loss_net", "victims"]
[overrides]
burn_in_days = 0
[design]
kind = "full-factorial"
levels = 2
[uncertainties]
parameters.calls.answer_share = { low = 0.03, high = 0.2 }
"""


@pytest.fixture(autouse=True)
def _place(monkeypatch, tmp_path):
    """Work in a directory that holds a small study."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY)


def test_from_nothing_to_an_answer(call, tmp_path):
    assert call("study", "init", "mine.toml")[0] == 0
    assert call("study", "check", "mine.toml", "--no-pilot")[1].startswith("first-study: tutorial, 90 days, 3 arms")
    code, out, err = call("sweep", "tiny.toml", "--out", "s")
    assert (code, out.splitlines()[0]) == (0, "s: 4 of 4 runs done.")
    assert "4 of 4 runs done, 0 failed" in err
    code, out, _ = call("query", "s", "select arm, count(*) as runs from runs group by arm order by arm")
    assert (code, out.split()) == (0, ["arm", "runs", "baseline", "4", "joint-raids:start=1", "4"])
    assert json.loads(call("query", "s", "select 1 as x", "--json")[1]) == [{"x": 1}]
    assert call("query", "s", "select 1 as x", "--csv")[1] == "x\n1\n"
    assert call("query", "s", "select 1 as x", "--csv", "--json") == (
        2, "", "--csv and --json: allowed is one of them\n")
    assert "answer_share" in call("query", "s")[1]
    for kind in ("csv", "excel", "duckdb", "canonical"):
        assert call("export", "s", f"e.{kind}", "--to", kind) == (0, f"Wrote e.{kind}\n", "")
        assert (tmp_path / f"e.{kind}").stat().st_size


def test_a_sweep_goes_on_with_shards(call, tmp_path):
    assert call("sweep", "tiny.toml", "--out", "s", "--shard", "1/2")[1].startswith("s: 2 of 4 runs done, 2 left.")
    assert call("sweep", "tiny.toml", "--out", "s", "--shard", "2/2")[1].startswith("s: 4 of 4 runs done.")
    assert call("sweep", "tiny.toml", "--out", "s")[1].startswith("s: 4 of 4 runs done.")
    call("sweep", "tiny.toml", "--out", "t")
    for name in "st":
        call("export", name, f"{name}.jsonl", "--to", "canonical")
    assert (tmp_path / "s.jsonl").read_bytes() == (tmp_path / "t.jsonl").read_bytes()


def test_check_measures_a_pilot(call):
    code, out, err = call("study", "check", "tiny.toml", "--jobs", 2)
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines()] == ["tiny", "Factors", "Runs", "Time", "Disk"]
    assert max(map(len, out.splitlines())) <= 80
    found = json.loads(call("study", "check", "tiny.toml", "--json")[1])
    assert (found["runs"], found["arms"], found["points"], found["pilot"]) == (4, 2, 2, 2)
    assert 0 < found["seconds_per_run"] < 60
    assert 0 < found["bytes_per_run"] < 10_000


def test_failing_runs_are_counted_and_give_the_exit_code_1(call, monkeypatch):
    code, out, _ = call("sweep", "tiny.toml", "--out", "s", "--timeout", 0.0001, "--retries", 0)
    assert code == 1
    assert out.splitlines()[:2] == ["s: 0 of 4 runs done, 4 failed.",
                                    "What failed, and why: fraudsim query s 'select * from failures'"]
    assert "took longer than the time limit of 0.0001 s" in call("query", "s", "select * from failures")[1]
    assert call("sweep", "tiny.toml", "--out", "s")[0] == 0


@pytest.mark.parametrize(("arguments", "part"), [
    (("sweep", "nowhere.toml", "--out", "s"), "no such file; `fraudsim study init` writes one"),
    (("sweep", "tiny.toml", "--out", "s", "--shard", "5/4"), "shard: '5/4'; allowed: k/n"),
    (("sweep", "tiny.toml", "--out", "tiny.toml"), "is a file, not a directory"),
    (("sweep", "tiny.toml", "--out", "a/b"), "is no directory; create it first"),
    (("sweep", "tiny.toml", "--out", "s", "--jobs", "0"), "jobs: 0; allowed: 1 and more"),
    (("sweep", "tiny.toml", "--out", "s", "--timeout", "-1"), "timeout: -1.0; allowed: seconds, above 0"),
    (("sweep", "tiny.toml", "--out", "s", "--cluster", "nonsense"), "no Dask scheduler answers there"),
    (("query", "nowhere", "select 1"), "no such directory; `fraudsim sweep STUDY --out nowhere` makes one"),
    (("export", ".", "x", "--to", "csv"), "holds no sweep"), (("study", "init", "tiny.toml"), "is there already"),
    (("study", "check", "nowhere.toml"), "no such file")])
def test_bad_input_is_told_in_one_line_and_leaves_nothing(call, tmp_path, arguments, part):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert part in err
    assert len(err.strip().splitlines()) == 1
    assert os.listdir(tmp_path) == ["tiny.toml"]


def test_all_mistakes_of_a_study_come_at_once(call, tmp_path):
    (tmp_path / "bad.toml").write_text(TINY.replace("days = 4", "days = 0").replace("victims", "victim")
                                       .replace("answer_share", "answer_shar").replace("levels = 2", "level = 2"))
    code, _, err = call("sweep", "bad.toml", "--out", "s")
    assert code == 2
    assert len(err.strip().splitlines()) == 4
    assert all(line.startswith("bad.toml: ") for line in err.strip().splitlines())


def test_it_runs_as_a_module_too():
    done = subprocess.run([sys.executable, "-m", "fraudsim.cli", "--version"], capture_output=True, text=True,
                          check=True)
    assert done.stdout.startswith("fraudsim, version ")
    assert find_spec("fraudsim.cli.__main__") is not None
