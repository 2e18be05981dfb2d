"""Sweeps with work that stands in for the model: whatever fails, the rest is done."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import pytest
import works

from fraudsim.errors import InputError
from fraudsim.study.opened import open_study
from fraudsim.study.plan.checked import checked
from fraudsim.study.pool import StudyError
from fraudsim.study.storage.store import Store
from fraudsim.study.study import Study
from fraudsim.study.work.dispatch import Dispatcher, Rules
from fraudsim.study.work.local import InlineExecutor
from fraudsim.study.work.unit import OtherModel


def sweep(small, out, work, **more):
    return Study(small).run(out, work=work, progress=False, **more)


def canonical(results, file):
    return results.export(file, "canonical").read_bytes()


def test_every_way_of_running_gives_the_same_bytes(tmp_path, small):
    counts = []
    one = sweep(small, tmp_path / "one", works.quick)
    two = Study(small).run(tmp_path / "two", jobs=2, work=works.quick, progress=lambda *n: counts.append(n))
    for k in (3, 1, 2):
        three = sweep(small, tmp_path / "three", works.quick, shard=f"{k}/3")
    assert one.status() == {"runs": 12, "done": 12, "failed": 0, "left": 0}
    assert sum(done for done, _ in counts) == 12
    files = {canonical(results, tmp_path / f"{i}.jsonl") for i, results in enumerate((one, two, three))}
    assert len(files) == 1
    assert files.pop().count(b"\n") == 13


@pytest.mark.parametrize(("work", "error"), [
    (works.raises, "ValueError: no dens"), (works.dies, "its process died (exit code -9), perhaps for lack of memory")])
def test_failing_runs_are_recorded_and_the_rest_is_done(tmp_path, small, work, error):
    results = sweep(small, tmp_path / "s", work, jobs=2)
    assert results.status() == {"runs": 12, "done": 8, "failed": 4, "left": 0}
    failures = results.failures()
    assert set(failures["error"]) == {error}
    assert set(failures["attempts"]) == {2}
    assert list(failures["seed"]) == [1] * 4
    assert list(failures["answer_share"]) == list(results.points()["answer_share"])
    assert "4 failed" in results.closing()[0]
    again = sweep(small, tmp_path / "s", works.quick)
    assert again.status()["done"] == 12
    assert canonical(again, tmp_path / "a") == canonical(sweep(small, tmp_path / "t", works.quick), tmp_path / "b")


@pytest.mark.parametrize("work", [works.raises_once, works.dies_once])
def test_a_second_attempt_makes_good(tmp_path, small, work):
    one = small | {"design": {"kind": "latin-hypercube", "points": 1}}
    assert sweep(one, tmp_path / "s", work).status()["done"] == 3
    assert sweep(one, tmp_path / "t", work, retries=0).status()["failed"] == 1


def test_a_run_that_takes_too_long_is_ended(tmp_path, small):
    results = sweep(small, tmp_path / "s", works.spins, jobs=2, timeout=0.8, retries=0)
    assert results.status() == {"runs": 12, "done": 8, "failed": 4, "left": 0}
    assert set(results.failures()["error"]) == {"took longer than the time limit of 0.8 s"}


def test_a_run_that_does_not_listen_goes_with_its_process(tmp_path, small, monkeypatch):
    one = small | {"design": {"kind": "latin-hypercube", "points": 1}, "replications": 2}
    began = time.monotonic()
    results = sweep(one, tmp_path / "s", works.sleeps, timeout=0.3, retries=0)
    assert results.status() == {"runs": 2, "done": 1, "failed": 1, "left": 0}
    assert set(results.failures()["error"]) == {"took longer than the time limit of 0.3 s"}
    assert time.monotonic() - began < 30


def test_workers_that_never_do_anything_end_the_sweep(tmp_path, small, monkeypatch):
    monkeypatch.setattr("fraudsim.study.work.dispatch.HOPELESS", 5)
    with pytest.raises(StudyError, match=r"5 workers were lost one after the other.*the same command goes on"):
        sweep(small | {"replications": 30}, tmp_path / "s", works.always_dies, jobs=2, retries=9)


def test_bad_input_of_one_point_is_not_tried_again(tmp_path, small):
    results = sweep(small, tmp_path / "s", works.refuses)
    assert set(results.failures()["error"]) == {"first / second"}
    assert set(results.failures()["attempts"]) == {1}


# Against any executor


def dispatched(tmp_path, small, executor, slots=lambda: 2, **more):
    plan = checked(small)
    with Store(tmp_path / "s", plan) as store:
        return Dispatcher(plan, store, executor, slots, **more).run(plan.blocks())


def test_any_executor_will_do(tmp_path, small):
    with ThreadPoolExecutor(3) as threads:
        tally = dispatched(tmp_path, small, threads, work=works.quick)
    assert (tally.done, tally.failed) == (12, 0)


class Watched(InlineExecutor):
    """Counts how much work it holds at once; it takes its time, so that it is given all that it may hold."""

    def __init__(self):
        self.most, self.given = 0, []

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        self.given.append((future, fn, args))
        self.most = max(self.most, len(self.given))
        if len(self.given) == 1:
            threading.Timer(0.05, self.work).start()
        return future

    def work(self):
        given, self.given = self.given, []
        for future, fn, args in given:
            future.set_result(fn(*args))


def test_no_more_work_is_handed_in_than_there_is_room_for(tmp_path, small):
    executor = Watched()
    dispatched(tmp_path, small | {"replications": 30, "levers": {}}, executor, lambda: 3, work=works.slow)
    assert executor.most == 3


class Breaks(Executor):
    def submit(self, fn, /, *args, **kwargs):
        raise BrokenExecutor("gone")


class Other(InlineExecutor):
    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        future.set_exception(OtherModel("a worker has another version of fraudsim"))
        return future


@pytest.mark.parametrize(("executor", "words"), [
    (Breaks(), "no work can be handed in: BrokenExecutor: gone"), (Other(), "a worker has another version")])
def test_an_executor_that_is_of_no_use_ends_the_sweep(tmp_path, small, executor, words):
    with pytest.raises(StudyError, match=words):
        dispatched(tmp_path, small, executor, work=works.quick)


def test_what_came_back_before_an_interrupt_is_kept(tmp_path, small):
    def interrupt(done, failed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dispatched(tmp_path, small, InlineExecutor(), lambda: 4, work=works.quick, report=interrupt, rules=Rules())
    assert open_study(tmp_path / "s").status()["done"] >= 4


@pytest.mark.parametrize(("more", "part"), [
    ({"shard": "5/4"}, "'5/4'; allowed: k/n"), ({"shard": "0/4"}, "allowed: k/n"), ({"shard": "x"}, "allowed: k/n"),
    ({"jobs": 0}, "jobs: 0"), ({"retries": -1}, "retries: -1"), ({"timeout": 0}, "timeout: 0"),
    ({"timeout": float("nan")}, "timeout: nan"), ({"progress": 3}, "progress: 3"), ({"out": 3}, "out: 3")])
def test_bad_arguments_are_told_before_anything_is_written(tmp_path, small, more, part):
    with pytest.raises(InputError, match=part):
        Study(small).run(**({"out": tmp_path / "s", "work": works.quick} | more))
    assert not os.listdir(tmp_path)


# The real thing, small


def test_real_runs_are_those_of_a_comparison(tmp_path, small):
    from fraudsim.study.compare import compare

    study = small | {"uncertainties": {}, "levers": {}, "daily": True, "breakdown": True}
    results = Study({key: value for key, value in study.items() if key != "design"}).run(tmp_path / "s", progress=False)
    same = compare("tutorial", study["arms"], 3, days=6, overrides={"burn_in_days": 0}, sweep=False)
    runs, there = results.runs(), same.runs()
    assert runs[["victims", "loss_net"]].equals(there[["victims", "loss_net"]])
    summary = results.summary("loss_net").set_index("arm")
    for arm in study["arms"]:
        found = same.paired(arm, "loss_net")
        for name in ("baseline", "mean", "difference", "low", "high", "relative", "share_better", "pairs"):
            assert summary.loc[arm, name] == pytest.approx(getattr(found, name), rel=1e-12), name
    daily, curves = results.daily(), same.daily()
    assert daily[["arm", "series", "day", "mean", "low", "high"]].equals(curves.drop(columns="date"))
    parts = results.breakdown()
    total = parts[(parts["by"] == "target") & (parts["outcome"] == "loss_net")].groupby("run")["value"].sum()
    assert total.to_numpy() == pytest.approx(runs.groupby("run")["loss_net"].sum().to_numpy())
