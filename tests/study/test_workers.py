"""Workers start from a server that has everything loaded, where there is one and its sources still stand."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import descendants

from fraudsim.errors import InputError
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


def comparison(tmp_path, world):
    """Begin a comparison on a machine where nothing has been compiled: the server takes long to get ready."""
    return subprocess.Popen(
        [sys.executable, "-m", "fraudsim.cli", "compare", world, "joint-raids", "--jobs", "2"],
        env={**os.environ, "FRAUDSIM_CACHE_DIR": str(tmp_path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))


def gone(pids, seconds=20):
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@linux
def test_ctrl_c_is_heard_while_the_server_gets_ready(tmp_path):
    study = comparison(tmp_path, "tutorial")
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("compiled-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3.0)  # by now the parent waits for it
    started = descendants(study.pid)
    study.send_signal(signal.SIGINT)
    _, err = study.communicate(timeout=20)
    assert study.returncode == 130, err
    assert "Traceback" not in err
    assert gone(started)


@linux
def test_wrong_input_waits_for_no_server(tmp_path):
    study = comparison(tmp_path, "nowhere")
    out, err = study.communicate(timeout=30)  # until nobody holds the pipes any more
    assert (study.returncode, out) == (2, "")
    assert "nowhere" in err


@linux
def test_a_parent_that_is_killed_takes_the_server_along(tmp_path):
    study = comparison(tmp_path, "tutorial")
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("compiled-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    started = descendants(study.pid)
    study.kill()
    study.communicate(timeout=20)
    assert gone(started)


def test_without_a_directory_to_start_from_it_is_told(tmp_path, monkeypatch):
    place = tmp_path / "soon gone"
    place.mkdir()
    monkeypatch.chdir(place)
    place.rmdir()
    with pytest.raises(InputError, match="working directory is gone"):
        for_seeds(abs, range(2), 2)


def inside(jobs):
    return for_seeds(abs, range(-2, 0), jobs)


def test_a_process_that_may_start_none_does_the_work_itself():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(inside, (2,)) == [2, 1]
