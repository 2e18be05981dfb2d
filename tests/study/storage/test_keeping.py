"""The store: what is kept, who may write, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import works

from fraudsim.errors import InputError
from fraudsim.study.opened import open_study
from fraudsim.study.plan.checked import checked
from fraudsim.study.pool import StudyError
from fraudsim.study.storage import store as module
from fraudsim.study.storage.layout import Shard, files
from fraudsim.study.storage.store import Store
from fraudsim.study.work.unit import Base, job_of, line_of

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def lines_of(plan, count=None, **more):
    base = Base(plan.world, plan.arms, plan.days, plan.outcomes, False, False, "")
    units = [unit for block in plan.blocks() for unit in block][:count]
    return [line_of(job_of(plan, unit), works.quick(base, job_of(plan, unit)) | more, 0.1) for unit in units]


@pytest.fixture
def plan(small):
    return checked(small)


def test_journals_become_parts_and_nothing_changes(tmp_path, plan, monkeypatch):
    monkeypatch.setattr(module, "MOST_LINES", 5)
    lines = lines_of(plan)
    with Store(tmp_path / "s", plan) as store:
        seen = []
        for line in lines:
            store.keep([line])
            seen.append(open_study(tmp_path / "s").status()["done"])
        assert [path.name for path in files(tmp_path / "s").parts] == ["000001.parquet", "000002.parquet"]
        assert [path.name for path in files(tmp_path / "s").journals] == ["000003.jsonl"]
        frame = open_study(tmp_path / "s").runs()
    assert seen == list(range(1, 13))
    assert not files(tmp_path / "s").journals
    assert open_study(tmp_path / "s").runs().equals(frame)


def test_what_is_there_is_known_to_the_next_writer(tmp_path, plan):
    with Store(tmp_path / "s", plan) as store:
        assert not store.done().any()
        store.keep(lines_of(plan, 5))
    with Store(tmp_path / "s", plan, Shard(2, 3)) as store:
        assert store.done().sum() == 5
        store.keep(lines_of(plan)[5:7])
    with Store(tmp_path / "s", plan) as store:
        assert store.done().sum() == 7


def test_a_part_that_was_finished_before_the_kill_counts_in_place_of_its_journal(tmp_path, plan):
    with Store(tmp_path / "s", plan) as store:
        store.keep(lines_of(plan, 4))
        journal = store._journal.path
        text = journal.read_bytes()
    journal.write_bytes(text)  # the kill came after the part was moved to its place and before the journal was removed
    (journal.parent / ".fraudsim-part-abc").write_bytes(b"half a part")
    assert open_study(tmp_path / "s").runs()["run"].nunique() == 4
    assert len(open_study(tmp_path / "s").stored.rows(["run"])) == 12
    with Store(tmp_path / "s", plan) as store:
        assert not journal.exists()
        assert store.done().sum() == 4
    assert sorted(os.listdir(journal.parent)) == ["000001.parquet", "lock", "writer.json"]


def test_runs_that_two_shards_did_count_once(tmp_path, plan):
    for k in (1, 2):
        with Store(tmp_path / "s", plan, Shard(k, 2)) as store:
            store.keep(lines_of(plan, 7 + k))
    results = open_study(tmp_path / "s")
    assert len(results.stored.rows(["run"])) == 3 * (8 + 9)
    assert len(results.runs()) == 3 * 9
    assert results.status()["done"] == 9
    assert results.sql("select count(*) as n from runs")["n"].item() == 3 * 9


def test_a_run_that_failed_and_was_made_good_has_not_failed(tmp_path, plan):
    job = job_of(plan, next(plan.blocks())[0])
    with Store(tmp_path / "s", plan) as store:
        store.keep([line_of(job, {"error": "no dens", "attempts": 1, "settings": job.settings}, 0.1)])
        assert open_study(tmp_path / "s").status()["failed"] == 1
        assert not store.done().any()
        store.keep(lines_of(plan, 1))
        results = open_study(tmp_path / "s")
        assert (results.status()["failed"], results.status()["done"], len(results.failures())) == (0, 1, 0)
        assert len(results.sql("select * from failures")) == 0


# Who may write


def test_there_is_one_writer_a_shard(tmp_path, plan):
    with Store(tmp_path / "s", plan):
        with pytest.raises(InputError, match=f"is being written by process {os.getpid()} on "):
            Store(tmp_path / "s", plan)
        Store(tmp_path / "s", plan, Shard(1, 2)).close()
    Store(tmp_path / "s", plan).close()


HOLD = """
import os, sys
from filelock import FileLock
FileLock(sys.argv[1]).acquire()
print("held", flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_dead_holder_is_noticed(tmp_path, plan):
    Store(tmp_path / "s", plan).close()
    lock = tmp_path / "s" / "shards" / "1-of-1" / "lock"
    assert subprocess.run([sys.executable, "-c", HOLD, str(lock)], capture_output=True, check=False).stdout == b"held\n"
    Store(tmp_path / "s", plan).close()


def refused(out, plan):
    with pytest.raises(InputError) as caught:
        Store(out, plan)
    return caught.value.lines


def test_another_study_is_refused_with_the_difference(tmp_path, small, plan):
    Store(tmp_path / "s", plan).close()
    before = sorted(p.name for p in (tmp_path / "s").rglob("*"))
    other = small | {"replications": 9, "outcomes": ["victims", "captive_days"], "days": 5,
                     "overrides": {"burn_in_days": 0, "parameters.calls.dial_seconds": 6.0}}
    lines = refused(tmp_path / "s", checked(other))
    assert "holds another study" in lines[0]
    assert set(lines[1:]) == {
        "  replications: 3 there, 9 here", "  outcomes: loss_net there, captive_days here", "  days: 6 there, 5 here",
        "  world.parameters.calls.dial_seconds: 20.0 there, 6.0 here"}
    assert sorted(p.name for p in (tmp_path / "s").rglob("*")) == before


def test_another_model_is_refused(tmp_path, plan):
    Store(tmp_path / "s", plan).close()
    from dataclasses import replace

    lines = refused(tmp_path / "s", replace(plan, model={"version": "0.1.0", "sources": "0123"}))
    assert [line for line in lines[1:] if not line.startswith("  model.sources: ")] == []


def test_names_and_words_may_change(tmp_path, small, plan):
    Store(tmp_path / "s", plan).close()
    Store(tmp_path / "s", checked(small | {"name": "other", "question": "What?"})).close()


def test_a_newer_store_is_refused_and_left_alone(tmp_path, plan):
    Store(tmp_path / "s", plan).close()
    path = tmp_path / "s" / "study.json"
    content = json.loads(path.read_text()) | {"format": 2}
    path.write_text(json.dumps(content))
    assert "newer fraudsim" in refused(tmp_path / "s", plan)[0]
    with pytest.raises(InputError, match="newer fraudsim"):
        open_study(tmp_path / "s")
    assert json.loads(path.read_text()) == content


@pytest.mark.parametrize(("make", "part"), [
    (lambda p: p.write_text("x"), "is a file"), (lambda p: (p.mkdir(), (p / "mine").touch()), "holds no sweep"),
    (lambda p: (p.mkdir(), (p / "study.json").write_text("{")), "cannot be read")])
def test_a_bad_place_is_told_and_left_alone(tmp_path, plan, make, part):
    make(tmp_path / "s")
    before = sorted(p.name for p in tmp_path.rglob("*"))
    assert part in refused(tmp_path / "s", plan)[0]
    assert sorted(p.name for p in tmp_path.rglob("*")) == before
    assert "no directory" in refused(tmp_path / "a" / "b", plan)[0]


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_read_only_directory_is_told(tmp_path, plan):
    tmp_path.chmod(0o555)
    assert "cannot be written: Permission denied" in refused(tmp_path / "s", plan)[0]


def test_what_cannot_be_written_is_told(tmp_path, plan, monkeypatch):
    def read_only(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("fraudsim.study.storage.manifest.put", read_only)
    assert refused(tmp_path / "s", plan) == [f"--out {tmp_path / 's'}: cannot be written: Read-only file system"]


def test_a_full_disk_stops_cleanly_and_is_gone_on_with(tmp_path, plan, monkeypatch):
    monkeypatch.setattr(module, "MOST_LINES", 4)

    def full(*args):
        raise OSError(28, "No space left on device")

    lines = lines_of(plan)
    with Store(tmp_path / "s", plan) as store:
        store.keep(lines[:3])
        with monkeypatch.context() as while_full:
            while_full.setattr(module, "write_part", full)
            with pytest.raises(StudyError, match="No space left on device; all runs that were finished"):
                store.keep(lines[3:6])
        # The lines were on the disk already: it was the part that there was no room for.
        assert open_study(tmp_path / "s").status()["done"] == 6
    with Store(tmp_path / "s", plan) as store:
        assert store.done().sum() == 6
        store.keep(lines[6:])
    assert open_study(tmp_path / "s").status()["left"] == 0
    assert not list((tmp_path / "s").rglob(".fraudsim-part-*"))


def test_two_shards_may_begin_at_the_same_moment(tmp_path, plan, small):
    (tmp_path / "s").mkdir()
    from fraudsim.study.storage import manifest

    manifest._write(tmp_path / "s", plan)
    manifest._write(tmp_path / "s", plan)  # the second sees that the first was there, and leaves it
    other = checked(small | {"days": 5})
    manifest._write(tmp_path / "s", other)
    assert open_study(tmp_path / "s").stored.about["fingerprint"] == plan.fingerprint
    assert "holds another study" in refused(tmp_path / "s", other)[0]
