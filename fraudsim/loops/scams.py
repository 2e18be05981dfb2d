"""The loop of the scams: everybody who is engaged plays the stages that are due."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import enter_row, take_due
from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.draws import _uniforms_each as uniforms_each
from fraudsim.core.draws import _unit as unit
from fraudsim.core.index import home_of, insert_row
from fraudsim.core.kernels import set_code
from fraudsim.core.prefetch import AHEAD, prefetch
from fraudsim.core.spare import give_back
from fraudsim.loops.residents import fits, memory

# The loops are not counted as covered: a tracer cannot see into compiled code.

SCAM = 512  # draws of one scam: up to 16 stages for each of 32 payments


@compiled_inline
def draw_number(scams: Any, payments: Any, stage: Any) -> Any:  # pragma: no cover - compiled
    """Return which of a person's draws decides a stage."""
    return scams * SCAM + stage + 16 * min(payments, 31)


@compiled
def first_draws(run: Any, code: Any, rows: Any, key: Any, scams: Any, payments: Any,
                stage: Any) -> Any:  # pragma: no cover - compiled
    """Draw the first stage of everybody; in loops of their own, in which the compiler takes several at a time."""
    own, number, u = key[rows], np.empty(rows.size, np.int64), np.empty(rows.size)
    for i in range(rows.size):
        number[i] = draw_number(np.int64(scams[rows[i]]), np.int64(payments[rows[i]]), np.int64(stage[rows[i]]))
    uniforms_each(run, own, code, 0, number, u)
    return u


@compiled
def play(columns: Any, day: Any, run: Any, stage_list: Any, stage_heads: Any, payment_list: Any, payment_heads: Any,
         active: Any, statuses: Any, allowed: Any, stages: Any, success: Any, seconds: Any, delay: Any, channel: Any,
         needs_site: Any, web: Any, most_tries: Any, codes: Any, warning: Any, heed: Any, down: Any, wary_after: Any,
         slots: Any, spare: Any, spares: Any, today: Any, series: Any) -> Any:  # pragma: no cover - compiled
    """Play the stages due today, one person after the other; one without delay is followed by the next at once.

    Before a stage a warning may reach the person. A stage on the web, and the payment, need the den's site where
    the script has one: while it is down they are put off by a day, at most ``most_tries`` times. Such a payment
    is a stage of its own, after the last: people wait for its day and are not yet said to pay.

    Who leaves before ever being asked for money is only remembered from then on: see
    :mod:`fraudsim.loops.residents`.

    Parameters
    ----------
    stage_list, stage_heads, payment_list, payment_heads : arrays
        Agendas: what is due today goes out of the one, who goes on comes in again, and who is to pay into the other.
    statuses : int64, shape (4,)
        Engaged, paying, left, broken off.
    warning, heed, down : float64, shape (countries,)
        Chance that a warning comes before a stage; that it is heeded; that a site is down.
    slots : array
        Index of residents.
    spare, spares : arrays
        Spare rows, with room for all who are due.

    Returns
    -------
    draws : int
        Draws made.
    """
    engaged, pays, has_left, has_broken_off = statuses[0], statuses[1], statuses[2], statuses[3]
    play_code, warned_code, heeded_code, site_code = codes[0], codes[1], codes[2], codes[3]
    left_at, warnings_at, broken_at = series[0], series[1], series[2]
    victims, dens = opened("victims", columns), opened("dens", columns)
    dens_status, dens_adjacent, stage_seconds = dens.status, dens.adjacent, dens.stage_seconds
    key, status, den, script, stage, country = (victims.key, victims.status, victims.den, victims.script, victims.stage,
                                                victims.country)
    susceptibility, scams, payments, due = (victims.susceptibility, victims.scams, victims.payments_this_scam,
                                            victims.due)
    wary, wary_since, warnings, tries, attempts = (victims.wary, victims.wary_since, victims.warnings, victims.tries,
                                                   victims.attempts)
    rows, draws, gone = take_due(stage_list, stage_heads, day), 0, 0
    first = first_draws(run, play_code, rows, key, scams, payments, stage)
    for i in range(rows.size):
        prefetch((status, den, script, stage, country, due, key, susceptibility, scams, payments, tries, wary,
                  wary_since, attempts, warnings), rows[min(i + AHEAD, rows.size - 1)])
        row = rows[i]
        if status[row] != engaged:
            continue
        own, plays, now, when, at = den[row], script[row], np.int64(stage[row]), day, country[row]
        fresh = True
        last, sited = stages[plays], needs_site[plays]
        stays, breaks_off = dens_status[own] == active and not dens_adjacent[own], False
        while stays and when == day:
            number = draw_number(scams[row], payments[row], now)
            demand = sited and now == last
            if warning[at] > 0.0 and tries[row] == 0 and not demand:
                draws += 1
                if unit(run, key[row], warned_code, 0, number) < warning[at]:
                    today[warnings_at, at] += 1
                    warnings[row] += 1
                    draws += 1
                    breaks_off = unit(run, key[row], heeded_code, 0, number) < heed[at]
                    if breaks_off:
                        break
            if down[at] > 0.0 and sited and (demand or channel[plays, now] == web):
                draws += 1
                if unit(run, key[row], site_code, day, now) < down[at]:
                    stays, when = tries[row] < most_tries, day + 1
                    tries[row] += 1
                    due[row] = when
                    break
            tries[row] = 0
            if demand:
                break
            standard = success[plays, now]
            # Susceptibility multiplies the odds, so that it can never push a chance past 1.
            weighed = standard * susceptibility[row]
            chance = weighed / (1.0 - standard + weighed)
            stays = (first[i] if fresh else unit(run, key[row], play_code, 0, number)) < chance
            fresh = False
            draws += 1
            stage_seconds[own] += seconds[plays, now]
            if stays:
                when, now = day + delay[plays, now], min(now + 1, last)
                due[row], stage[row] = when, now
                if now == last and not sited:
                    break
        if breaks_off or not stays:
            wary[row], wary_since[row] = wary_after, day
            today[broken_at if breaks_off else left_at, at] += 1
            set_code(status, row, allowed, has_broken_off if breaks_off else has_left)
            if attempts[row] == 0 and fits(scams[row], warnings[row]):
                rows[gone] = row
                gone += 1
        elif now == last and (when == day or not sited):
            set_code(status, row, allowed, pays)
            enter_row(payment_list, payment_heads, row, due[row])
        else:
            enter_row(stage_list, stage_heads, row, due[row])
    # In a loop of its own: slots all over a large index are slow to come by, unless several are fetched at a time.
    for i in range(gone):
        prefetch((slots,), home_of(slots, key[rows[min(i + AHEAD, gone - 1)]]))
        row = rows[i]
        insert_row(slots, key[row], memory(day, scams[row], warnings[row]))
        give_back(spare, spares, key, row)
    return draws
