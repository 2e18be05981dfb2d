"""Workers start from a server that has everything loaded, where there is one and its sources still stand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fraudsim.study import workers
from fraudsim.study.pool import for_seeds

linux = pytest.mark.skipif(sys.platform != "linux", reason="there is no server elsewhere")


def loaded(seed):
    """Return whether the loops are loaded before this worker has done anything, and who its parent is."""
    from fraudsim.loops.calls import reach

    return "fraudsim.simulation" in sys.modules and bool(reach.overloads), os.getppid()


@linux
def test_workers_come_from_one_server_with_all_loops_loaded():
    first, second = for_seeds(loaded, range(2), 2), for_seeds(loaded, range(2), 2)
    assert {ready for ready, _ in [*first, *second]} == {True}
    parents = {parent for _, parent in [*first, *second]}
    assert len(parents) == 1
    assert parents != {os.getpid()}


def test_without_a_server_or_with_other_origins_each_starts_by_itself(monkeypatch):
    monkeypatch.setattr(workers, "_origins", lambda: frozenset({("edited.py", 1)}))
    monkeypatch.setattr(workers, "_server", {"origins": frozenset()})
    assert workers.context().get_start_method() == "spawn"
    assert for_seeds(abs, range(-2, 0), 2) == [2, 1]
    monkeypatch.setattr(workers.sys, "platform", "win32")
    monkeypatch.setattr(workers, "_server", {})
    assert workers.context().get_start_method() == "spawn"
    assert not workers._server


def test_origins_that_are_written_anew_are_noticed(tmp_path, monkeypatch):
    module = tmp_path / "module.py"
    module.write_text("A = 1\n")
    monkeypatch.setattr(workers.fraudsim, "__file__", str(tmp_path / "__init__.py"))
    before = workers._origins()
    assert before == workers._origins()
    os.utime(module, ns=(1, 1))
    later = workers._origins()
    assert later != before
    monkeypatch.setenv("FRAUDSIM_CACHE_DIR", str(tmp_path))
    assert workers._origins() != later


@linux
def test_the_server_ends_with_the_session(tmp_path):
    script = tmp_path / "session.py"
    script.write_text("import os\nfrom fraudsim.study.pool import for_seeds\n"
                      "from fraudsim.study.workers import prepare\n"
                      "prepare()\nprint(for_seeds(abs, range(-1, 1), 2))\n"
                      "from multiprocessing.forkserver import _forkserver\nprint(_forkserver._forkserver_pid)\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True)
    said, server = done.stdout.splitlines()
    assert (said, done.stderr) == ("[1, 0]", "")
    deadline = time.monotonic() + 20
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()
