from __future__ import annotations

import io
import sys

import pytest

from fraudsim.study.work.progress import Lines, shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_lines_in_a_log_come_at_intervals():
    now, log = [0.0], io.StringIO()
    lines = Lines(1000, 100, log, every=10.0, clock=lambda: now[0])
    for now[0] in (3.0, 6.0, 12.0, 15.0, 30.0):
        lines.report(49, 1)
    first, second = log.getvalue().splitlines()
    assert first == "247 of 1,000 runs done, 3 failed, 12.5 per second, 12 s gone, 1 min 0 s left"
    assert second.startswith("345 of 1,000 runs done, 5 failed, 8.33 per second")


def test_a_log_ends_with_a_line(monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with shown(True, 10, 0) as report:
        report(10, 0)
    assert log.getvalue().startswith("10 of 10 runs done, 0 failed, ")
    assert "left" not in log.getvalue()


def test_a_terminal_has_a_bar(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with shown(True, 10, 4) as report:
        report(1, 1)
        report(4, 0)
    assert "10/10" in screen.getvalue()
    assert "1 failed" in screen.getvalue()


def test_nothing_is_shown_where_nothing_is_asked_for_or_left(monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    for progress, total in ((False, 10), (True, 0)):
        with shown(progress, total, 0) as report:
            report(1, 0)
    assert log.getvalue() == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_where_fewer_were_needed_than_there_may_be_it_ends_with_those(terminal, monkeypatch):
    log = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with shown(True, 12, 0, at_most=True) as report:
        report(7, 1)
    last = log.getvalue().replace("\r", "\n").strip().splitlines()[-1]
    assert ("8/8" if terminal else "7 of 8 runs done, 1 failed") in last
