"""Killed at any moment, a sweep loses nothing that was acknowledged and counts nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sweep_until_killed
import works
from support import descendants

from fraudsim.study.opened import open_study

SCRIPT = Path(sweep_until_killed.__file__)
KILLS = int(os.environ.get("FRAUDSIM_KILLS", "3"))


def start(*arguments):
    return subprocess.Popen([sys.executable, str(SCRIPT), *map(str, arguments)], start_new_session=True)


def killed(process, after):
    """Kill a sweep, but not its workers, after some seconds; tell whether it was still running."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def acknowledged(told):
    return told.read_text().split() if told.exists() else []


def look(store, told):
    """What is acknowledged is stored, once; what is stored comes from a file that is whole."""
    safe = acknowledged(told)
    if not (store / "study.json").exists():
        assert not safe
        return 0
    results = open_study(store)
    runs = results.runs()
    assert Counter(runs["run"]).keys() >= set(safe)
    assert set(Counter(zip(runs["run"], runs["arm"])).values()) <= {1}
    assert len(runs) == 3 * runs["run"].nunique()
    stored = results.stored.rows(["run", "arm"])  # before doubles are dropped: there are none to drop
    assert not stored.duplicated().any()
    return runs["run"].nunique()


@pytest.mark.skipif(os.name == "nt", reason="kills")
def test_killed_at_random_moments(tmp_path):
    chance, replications = random.Random(5), 10 + 6 * KILLS
    store, told, seen = tmp_path / "store", tmp_path / "told", 0
    for _ in range(KILLS):
        assert killed(start(store, told, replications), chance.uniform(0.8, 2.8)), "it finished: raise the replications"
        now = look(store, told)
        assert now >= seen
        seen = now
    assert start(store, told, replications).wait() == 0
    alone = sweep_until_killed.study(replications).run(tmp_path / "alone", jobs=2, work=works.quick, progress=False)
    assert look(store, told) == alone.status()["done"] == 20 * replications
    files = [results.export(tmp_path / f"{i}.jsonl", "canonical").read_bytes()
             for i, results in enumerate((alone, open_study(store)))]
    assert files[0] == files[1]
    assert max(Counter(acknowledged(told)).values()) == 1


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
def test_workers_end_when_the_parent_is_killed(tmp_path):
    process = start(tmp_path / "store", tmp_path / "told", 1000)
    deadline = time.monotonic() + 30
    while len(acknowledged(tmp_path / "told")) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = descendants(process.pid)
    assert len(workers) >= 3  # two that work, and the server they come from
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
