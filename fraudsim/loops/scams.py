"""The loop of the scams: everybody who is engaged plays the stages that are due."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.draws import _unit as unit

# The loops are not counted as covered: a tracer cannot see into compiled code.

SCAM = 512  # draws of one scam: up to 16 stages for each of 32 payments


@compiled_inline
def draw_number(scams: Any, payments: Any, stage: Any) -> Any:  # pragma: no cover - compiled
    """Return which of a person's draws decides a stage."""
    return scams * SCAM + stage + 16 * min(payments, 31)


@compiled
def play(day: Any, run: Any, rows: Any, dens_status: Any, stage_seconds: Any, active: Any, key: Any, status: Any,
         engaged: Any, den: Any, script: Any, stage: Any, susceptibility: Any, scams: Any, payments: Any, due: Any,
         country: Any, wary: Any, wary_since: Any, stages: Any, success: Any, seconds: Any, delay: Any, code: Any,
         wary_after: Any, today: Any, left_at: Any) -> Any:  # pragma: no cover - compiled
    """Play the stages due today, one person after the other; one without delay is followed by the next at once.

    Returns
    -------
    left, paying, waiting : int64
        Rows of who leaves, who is to pay, and who goes on another day; the column ``due`` holds the day.
    draws : int
        Draws made.
    """
    left, paying, waiting = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n_left, n_paying, n_waiting, draws = 0, 0, 0, 0
    for i in range(rows.size):
        row = rows[i]
        if status[row] != engaged:
            continue
        own, plays, now, when = den[row], script[row], np.int64(stage[row]), day
        last, stays = stages[plays], dens_status[own] == active
        while stays and when == day:
            standard = success[plays, now]
            # Susceptibility multiplies the odds, so that it can never push a chance past 1.
            weighed = standard * susceptibility[row]
            chance = weighed / (1.0 - standard + weighed)
            stays = unit(run, key[row], code, 0, draw_number(scams[row], payments[row], now)) < chance
            draws += 1
            stage_seconds[own] += seconds[plays, now]
            if stays:
                when, now = day + delay[plays, now], min(now + 1, last)
                due[row], stage[row] = when, now
                if now == last:
                    break
        if not stays:
            left[n_left] = row
            n_left += 1
            wary[row], wary_since[row] = wary_after, day
            today[left_at, country[row]] += 1
        elif now == last:
            paying[n_paying] = row
            n_paying += 1
        else:
            waiting[n_waiting] = row
            n_waiting += 1
    return left[:n_left], paying[:n_paying], waiting[:n_waiting], draws
