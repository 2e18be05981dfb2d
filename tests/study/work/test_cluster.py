"""A sweep on a real Dask scheduler with workers in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import works

from fraudsim.errors import InputError
from fraudsim.study.study import Study
from fraudsim.study.work import cluster as module

pytest.importorskip("distributed")


def python(*arguments, where):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(works.__file__).parent), *sys.path])}
    log = (where / "log").open("ab")
    return subprocess.Popen([sys.executable, "-m", *map(str, arguments)], env=environment, stdout=log, stderr=log,
                            start_new_session=True)


def ended(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, without nannies, each a process; address and processes."""
    place = tmp_path / "cluster"
    place.mkdir()
    found = place / "scheduler.json"
    scheduler = python("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard",
                       "--scheduler-file", found, where=place)
    workers = [python("distributed.cli.dask_worker", "--scheduler-file", found, "--nthreads", 1, "--no-nanny",
                      "--no-dashboard", "--local-directory", place, where=place) for _ in range(2)]
    try:
        yield _address(found), scheduler, workers
    finally:
        for process in (*workers, scheduler):
            ended(process)


def _address(file):
    import json

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return json.loads(file.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("no scheduler came up")


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(tmp_path, small, cluster):
    address, _, workers = cluster
    study, done = Study(small | {"replications": 100}), []

    def report(fine, failed):
        done.append(fine)
        if sum(done) > 50 and workers[0].poll() is None:
            os.kill(workers[0].pid, signal.SIGKILL)

    there = study.run(tmp_path / "there", cluster=address, work=works.slow, progress=report)
    assert workers[0].poll() is not None
    assert there.status() == {"runs": 400, "done": 400, "failed": 0, "left": 0}
    here = study.run(tmp_path / "here", jobs=1, work=works.quick, progress=False)
    files = [results.export(tmp_path / f"{i}.jsonl", "canonical").read_bytes()
             for i, results in enumerate((here, there))]
    assert files[0] == files[1]


def test_nobody_at_the_address_is_told_in_seconds_and_nothing_is_written(tmp_path, small, monkeypatch):
    assert module.PATIENCE <= 5
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    began = time.monotonic()
    with pytest.raises(InputError, match=r"--cluster tcp://127\.0\.0\.1:9: no Dask scheduler answers there") as caught:
        Study(small).run(tmp_path / "s", cluster="tcp://127.0.0.1:9", work=works.quick)
    assert len(caught.value.lines) == 1
    assert time.monotonic() - began < 15
    assert not list(tmp_path.iterdir())


def test_whoever_else_answers_there_is_told(tmp_path, small):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)
            connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(InputError, match="no Dask scheduler answers there"):
            Study(small).run(tmp_path / "s", cluster=f"tcp://127.0.0.1:{server.getsockname()[1]}", work=works.quick)
        thread.join(5)
