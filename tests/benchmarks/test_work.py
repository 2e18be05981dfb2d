from __future__ import annotations

import sys

import pytest

import work

USUAL = {"w": {"draws": 100.0, "compiled_calls": 10.0}}


@pytest.mark.parametrize(("counts", "grew", "fell"), [
    ({"draws": 100.0, "compiled_calls": 10.0}, [], []),
    ({"draws": 150.0, "compiled_calls": 9.1}, [], []),
    ({"draws": 151.0, "compiled_calls": 5.0}, ["draws 151, kept 100: 1.51 times"],
     ["compiled_calls fell to 5 from 10"]),
    ({"draws": 100.0, "candidates": 0.1}, ["candidates 0.1, and none is kept"], [])])
def test_growth_fails_and_a_fall_is_told(counts, grew, fell):
    found = work.verdicts({"w": counts}, USUAL)
    for lines, wanted in zip(found, (grew, fell)):
        assert len(lines) == len(wanted)
        assert all(part in line for line, part in zip(lines, wanted))


def test_counts_repeat_and_leave_nothing_behind():
    from numba.core.registry import CPUDispatcher

    usual = CPUDispatcher.__call__
    first = work.count("tutorial", days=7)
    assert first == work.count("tutorial", days=7)
    assert CPUDispatcher.__call__ is usual
    assert sys.getprofile() is None
    assert all(value > 0 for value in first.values())


def test_more_calls_and_draws_are_counted(monkeypatch):
    from fraudsim import day

    def again(state):
        for key in state.dens.key:
            state.draws.uniform(key, state.dens.key[:1], state.day)

    usual = work.count("tutorial", days=7)
    monkeypatch.setattr(day, "DAY", (*day.DAY[:-1], again, day.DAY[-1]))
    more = work.count("tutorial", days=7)
    assert more["draws"] >= usual["draws"] + 30
    assert more["compiled_calls"] >= usual["compiled_calls"] + 30


def test_the_command_fails_where_work_has_multiplied(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(work, "KEPT", tmp_path / "work.toml")
    monkeypatch.setattr(sys, "argv", ["work.py", "--renew"])
    work.main(lambda name: {"draws": 10.0})
    monkeypatch.setattr(sys, "argv", ["work.py"])
    for draws, code in ((10.0, 0), (16.0, 1)):
        with pytest.raises(SystemExit) as stop:
            work.main(lambda name, draws=draws: {"draws": draws})
        assert stop.value.code == code
    assert "Work has multiplied" in capsys.readouterr().err
