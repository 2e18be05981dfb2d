"""Homecoming: the next step of those who left a den, and of those at risk once more."""

from __future__ import annotations

from typing import Any

from fraudsim.core.agenda import enter_row, take_due
from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit
from fraudsim.core.kernels import rows_between
from fraudsim.loops.people import NEVER, drawn, move


@compiled
def resettle(workers: Any, run: Any, code: Any, day: Any, chance: Any, series: Any, flows: Any, allowed: Any,
             at_risk: Any, settled: Any) -> Any:  # pragma: no cover - compiled
    """Let some of those at risk once more find other work for good; return how many were at risk, one draw each."""
    rows = rows_between(workers.status, at_risk, at_risk)
    for row in drawn(rows, workers.key, run, code, day, chance):
        move(row, settled, workers, day, allowed)
        flows[series, workers.nationality[row]] += workers.came_home[row]
    return rows.size


@compiled
def next_step(workers: Any, run: Any, codes: Any, day: Any, life_list: Any, life_heads: Any, chances: Any, waits: Any,
              names: Any, series: Any, flows: Any, aftercare: Any, allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let people settle or relapse, if they were at home; else come home or be stranded, the stranded but once.

    Who is no longer due today is passed over.

    Parameters
    ----------
    life_list, life_heads : arrays
        Agenda of the next steps.
    codes : uint64, shape (3,)
        Draws of who is stranded, of who comes to be at risk again, and of who is helped.
    chances : tuple of float
        To be stranded; to be at risk again, without help; relapse that help prevents, as a share.
    waits : tuple of int
        Days stranded; days at home before the next step.
    names : int64
        Status: home, stranded, at risk, reintegrated.
    series : int64
        Rows of ``flows``: homecomings, people helped, people settled.
    aftercare : float64, shape (countries,)
        People who come home and are helped.

    Returns
    -------
    made : int
        Draws.
    """
    home, stranded, at_risk, settled = names[0], names[1], names[2], names[3]
    key, status, due, aided, made = workers.key, workers.status, workers.due, workers.aided, 0
    for row in take_due(life_list, life_heads, day):
        here = workers.nationality[row]
        if due[row] != day:
            continue
        if status[row] == home:
            prevented = chances[2] if aided[row] else 0.0
            relapses = unit(run, key[row], codes[1], day, 0) < chances[1] * (1.0 - prevented)
            made += 1
            move(row, at_risk if relapses else settled, workers, day, allowed)
            flows[series[2], here] += not relapses
            due[row] = NEVER
            continue
        stuck = False
        if status[row] != stranded:
            stuck = unit(run, key[row], codes[0], day, 0) < chances[0]
            made += 1
        move(row, stranded if stuck else home, workers, day, allowed)
        if not stuck:
            workers.place[row], workers.came_home[row], aided[row] = here, True, False
            flows[series[0], here] += 1
            if aftercare[here] > 0.0:
                aided[row] = unit(run, key[row], codes[2], day, 0) < aftercare[here]
                flows[series[1], here] += aided[row]
                made += 1
        until = day + (waits[0] if stuck else waits[1])
        due[row] = min(until, 32766)
        enter_row(life_list, life_heads, row, until)
    return made


@compiled
def go_on(columns: Any, run: Any, resettle_code: Any, codes: Any, day: Any, life_list: Any, life_heads: Any,
          resettled: Any, chances: Any, waits: Any, names: Any, series: Any, flows: Any, aftercare: Any,
          allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let lives outside dens go on for a day: see :func:`resettle` and :func:`next_step`; return the draws made."""
    workers = opened("workers", columns)
    made = resettle(workers, run, resettle_code, day, resettled, series[2], flows, allowed, names[2], names[3])
    return made + next_step(workers, run, codes, day, life_list, life_heads, chances, waits, names, series, flows,
                            aftercare, allowed)
