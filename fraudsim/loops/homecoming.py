"""Homecoming: the next step of those who left a den, and of those at risk once more."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit
from fraudsim.core.kernels import rows_between
from fraudsim.loops.people import drawn, move


@compiled
def resettle(run: Any, code: Any, day: Any, chance: Any, key: Any, status: Any, since: Any, allowed: Any, at_risk: Any,
             settled: Any) -> Any:  # pragma: no cover - compiled
    """Let some of those at risk once more find other work for good; return how many were at risk, one draw each."""
    rows = rows_between(status, at_risk, at_risk)
    found = drawn(rows, key, run, code, day, chance)
    for i in range(found.size):
        move(found[i], settled, status, since, day, allowed)
    return rows.size


@compiled
def next_step(run: Any, codes: Any, day: Any, rows: Any, chances: Any, waits: Any, names: Any, allowed: Any, key: Any,
              nationality: Any, status: Any, since: Any, due: Any, place: Any) -> Any:  # pragma: no cover - compiled
    """Let people settle or relapse, if they were at home; else come home or be stranded, the stranded but once.

    Parameters
    ----------
    codes : uint64, shape (2,)
        Draws of who is stranded, and of who comes to be at risk again.
    chances : tuple of float
        Of the same.
    waits : tuple of int
        Days stranded; days at home before the next step.
    names : tuple of int
        Status: home, stranded, at risk, reintegrated.

    Returns
    -------
    waiting, until : int64
        Who takes another step, and on which day.
    made : int
        Draws.
    """
    home, stranded, at_risk, settled = names
    waiting, until, n, made = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64), 0, 0
    for i in range(rows.size):
        row = rows[i]
        if status[row] == home:
            relapses = unit(run, key[row], codes[1], day, 0) < chances[1]
            made += 1
            move(row, at_risk if relapses else settled, status, since, day, allowed)
            continue
        stuck = False
        if status[row] != stranded:
            stuck = unit(run, key[row], codes[0], day, 0) < chances[0]
            made += 1
        move(row, stranded if stuck else home, status, since, day, allowed)
        if not stuck:
            place[row] = nationality[row]
        waiting[n], until[n] = row, day + (waits[0] if stuck else waits[1])
        due[row] = min(until[n], 32766)
        n += 1
    return waiting[:n], until[:n], made
