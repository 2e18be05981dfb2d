"""Loops of the calls: dials and the rest, den by den; candidates, one after the other; whom they engage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.distributions import _normal as normal
from fraudsim.core.distributions import poisson_at
from fraudsim.core.draws import _arrivals as arrivals
from fraudsim.core.draws import _several_each as several_each
from fraudsim.core.draws import _uniforms as uniforms
from fraudsim.core.draws import _unit as unit
from fraudsim.core.draws import child_key
from fraudsim.core.index import row_of
from fraudsim.core.kernels import rows_with

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def expected_dials(callers: Any, booked: Any, block: Any, hours_per_day: Any, dial_seconds: Any, answered: Any,
                   talk_seconds: Any) -> Any:  # pragma: no cover - compiled
    """Return the calls that a den is expected to place in a day.

    What limits it is live talk: later stages (``booked`` seconds) take their hours first, at most three
    quarters, and a blocked call costs only the time to dial. So blocking raises the price of a conversation.
    """
    hours = callers * hours_per_day
    free = max(hours - booked / 3600.0, 0.25 * hours)
    return free * 3600.0 / (dial_seconds + (1.0 - block) * answered * talk_seconds)


@compiled
def place(day: Any, run: Any, dens_status: Any, dens_callers: Any, dens_target: Any, dens_script: Any,
          stage_seconds: Any, line_costs: Any, active: Any, country_key: Any, adults: Any, lead_quality: Any,
          block: Any, block_wrong: Any, engaging: Any, wanted: Any, rest: Any, wanted_code: Any, today: Any,
          series: Any, hours_per_day: Any, dial_seconds: Any, answered: Any, talk_seconds: Any, price: Any,
          blocked_price: Any, lead_wear: Any, lead_recovery: Any) -> Any:  # pragma: no cover - compiled
    """Let dens dial, book the cost, count the calls that can engage nobody, and wear the lists of contacts.

    Returns
    -------
    dials : float64, shape (dens,)
        Calls that each den is expected to place; 0 where it does not call.
    calling, filtered : int
        Dens that call; countries whose filter stops wanted calls.
    """
    blocked_at, silent_at, ended_at, placed_at, wanted_at = series[0], series[1], series[2], series[3], series[4]
    countries, calling, filtered = adults.size, 0, 0
    dials, calls = np.zeros(dens_status.size), np.zeros(countries)
    blocked, silent, ended = np.zeros(countries), np.zeros(countries), np.zeros(countries)
    for den in range(dens_status.size):
        if dens_status[den] != active or dens_callers[den] <= 0:
            continue
        at, engages = dens_target[den], engaging[dens_script[den]]
        stop = block[at]
        own = expected_dials(dens_callers[den], stage_seconds[den], stop, hours_per_day, dial_seconds, answered,
                             talk_seconds)
        line_costs[den] += np.int64(np.rint(100.0 * own * (price + stop * blocked_price)))
        stage_seconds[den] = 0
        ringing = own * (1.0 - stop)
        blocked[at] += own * stop * (1.0 - answered * engages)
        silent[at] += ringing * (1.0 - answered)
        ended[at] += ringing * answered * (1.0 - engages)
        calls[at] += np.rint(own)  # whole calls: their sum has no order
        dials[den] = own
        calling += 1
    for at in range(countries):
        key = country_key[at]
        if blocked[at] + silent[at] + ended[at] > 0.0:
            stopped = poisson_at(unit(run, key, rest[0], day, 0), blocked[at])
            unheard = poisson_at(unit(run, key, rest[1], day, 0), silent[at])
            refused = poisson_at(unit(run, key, rest[2], day, 0), ended[at])
            today[blocked_at, at] += stopped
            today[silent_at, at] += unheard
            today[ended_at, at] += refused
            today[placed_at, at] += stopped + unheard + refused
        if block_wrong[at] != 0.0:
            mean = wanted[at] * adults[at] * block_wrong[at]
            today[wanted_at, at] += poisson_at(unit(run, key, wanted_code, day, 0), mean)
            filtered += 1
        wear, quality = lead_wear * calls[at] / max(adults[at], 1), lead_quality[at]
        lead_quality[at] = quality + (lead_recovery * (1.0 - quality) - min(wear, 1.0) * quality)
    return dials, calling, filtered


@compiled
def openness(status: Any, wary: Any, days: Any, paying: Any, half: Any) -> Any:  # pragma: no cover - compiled
    """Return how open to a call somebody is who was engaged before: 0 during a scam, less than 1 some days after."""
    if status <= paying:
        return 0.0
    return 1.0 - wary / (1.0 + days / half)


@compiled_inline
def _band(steps: Any, script: Any, aim: Any) -> Any:  # pragma: no cover - compiled; the twin is kernels.choose
    options, band = steps.shape[1], 0
    for k in range(options - 1):  # no early end: a branch that nobody can foresee costs more than the rest
        band += aim * steps[script, options - 1] >= steps[script, k]
    return band


@compiled_inline
def _member(whole: Any, start: Any, share: Any, u: Any) -> Any:  # pragma: no cover - compiled; as kernels.members
    return min(np.int64(np.floor(whole * start) + np.floor(u * (whole * share))), whole - 1)


@compiled
def first_calls(engaged: Any, key: Any, caller: Any) -> Any:  # pragma: no cover - compiled
    """Put calls in the order of the residents' keys, one a resident.

    Of two calls to one resident on one day the one whose caller's key is lower comes first; of two by one
    caller, the one that stands first in ``engaged``.
    """
    first, n = np.empty(engaged.size, np.int64), 0
    for j in np.argsort(key[engaged], kind="mergesort"):  # keeps the order of equal keys
        i = engaged[j]
        if n == 0 or key[i] != key[first[n - 1]]:
            first[n] = i
            n += 1
        elif caller[i] < caller[first[n - 1]]:
            first[n - 1] = i
    return first[:n]


@compiled
def reach(day: Any, run: Any, dials: Any, dens_callers: Any, dens_target: Any, dens_script: Any, worker_key: Any,
          worker_status: Any, worker_role: Any, worker_den: Any, working: Any, caller_role: Any, country_key: Any,
          adults: Any, lead_quality: Any, block: Any, candidate: Any, engages: Any, bound: Any, steps: Any,
          start: Any, share: Any, index_keys: Any, index_rows: Any, victim_status: Any, wary: Any, wary_since: Any,
          paying: Any, candidates_code: Any, contact: Any, susceptibility_code: Any, resident_kind: Any, today: Any,
          series: Any, low: Any, high: Any, half: Any) -> Any:  # pragma: no cover - compiled
    """Draw every call that could engage anybody, whom it reaches, and what comes of it.

    Returns
    -------
    callers, candidates, new : int
        Draws are made for the first two; residents who are engaged for the first time.
    known : int64
        Rows of ``victims`` among the engaged.
    row, key, den, country, resident, band, susceptibility : arrays, shape (engaged,)
        Whom the calls engage, in the order of their keys; ``row`` of ``victims`` is -1 for the new.
    """
    blocked_at, ended_at, placed_at = series[0], series[2], series[3]
    engaged_at, candidates_at = series[5], series[6]
    rate = np.zeros(dials.size)
    for d in range(dials.size):
        if dials[d] > 0.0:
            rate[d] = dials[d] / dens_callers[d] * candidate[dens_script[d]]
    callers = rows_with(worker_status, working, worker_role, caller_role)
    who, ordinal = arrivals(run, worker_key, callers, worker_den, rate, candidates_code, day)
    n = who.size
    # Draws first, in loops of their own: the compiler takes several at a time.
    caller, u = worker_key[who], np.empty((contact.size, n))
    several_each(run, caller, contact, day, ordinal, u)
    aim, place, stop, go_on = u[0], u[1], u[2], u[3]
    key, resident, band = np.empty(n, np.uint64), np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        den = worker_den[who[i]]
        at = dens_target[den]
        b = _band(steps, dens_script[den], aim[i])
        r = _member(adults[at], start[b], share[b], place[i])
        band[i], resident[i], key[i] = b, r, child_key(country_key[at], resident_kind, r)
    susceptibility = np.empty(n)
    uniforms(run, key, susceptibility_code, 0, 0, susceptibility)
    row, engaged, m = np.empty(n, np.int64), np.empty(n, np.int64), 0
    for i in range(n):
        den = worker_den[who[i]]
        at, script = dens_target[den], dens_script[den]
        today[candidates_at, at] += 1
        today[placed_at, at] += 1
        v = susceptibility[i]
        susceptibility[i] = low + (high - low) * (v * v * v)
        chance = engages[script, band[i]] * susceptibility[i] * lead_quality[at]
        limit = bound[script, band[i]]
        if chance > limit * (1.0 + 1e-12) and limit < 1.0:
            raise AssertionError("a resident's chance exceeds its bound: thinning would not be exact")
        if stop[i] < block[at]:
            today[blocked_at, at] += 1
            continue
        today[ended_at, at] += 1
        if go_on[i] * limit >= chance:
            continue
        # Only now is it looked up who the resident is: rows all over a large table are slow to come by.
        row[i] = row_of(index_keys, index_rows, key[i])
        if row[i] >= 0:
            known = row[i]
            chance *= openness(victim_status[known], wary[known], day - wary_since[known], paying, half)
        if go_on[i] * limit < chance:
            engaged[m] = i
            m += 1
    first = first_calls(engaged[:m], key, caller)
    dens, rows, new = worker_den[who[first]], row[first], 0
    for j in range(first.size):
        at = dens_target[dens[j]]
        today[engaged_at, at] += 1
        today[ended_at, at] -= 1
        new += rows[j] < 0
    return (callers.size, n, new, rows[rows >= 0], rows, key[first], dens, dens_target[dens], resident[first],
            band[first], susceptibility[first])


@compiled
def engage(day: Any, run: Any, row: Any, key: Any, den: Any, country: Any, resident: Any, band: Any,
           susceptibility: Any, first_new: Any, dens_script: Any, delay: Any, income: Any, savings_code: Any,
           median_incomes: Any, sigma: Any, victim_key: Any, victim_country: Any, victim_resident: Any,
           victim_band: Any, victim_susceptibility: Any, victim_savings: Any, victim_den: Any, victim_script: Any,
           victim_stage: Any, victim_scams: Any, victim_payments: Any,
           victim_due: Any) -> Any:  # pragma: no cover - compiled
    """Open a scam with everybody engaged; who is so for the first time fills the next of the new rows.

    Returns
    -------
    due : int64, shape (engaged,)
        Day of the next stage. ``row`` is completed in place.
    """
    due, new = np.empty(row.size, np.int64), first_new
    for i in range(row.size):
        if row[i] < 0:
            row[i] = new
            median = median_incomes * income[country[i]]
            u = unit(run, key[i], savings_code, 0, 0)
            victim_key[new], victim_country[new], victim_resident[new] = key[i], country[i], resident[i]
            victim_band[new], victim_susceptibility[new] = band[i], susceptibility[i]
            victim_savings[new] = round(median * math.exp(sigma * normal(u)))
            new += 1
        who, script = row[i], dens_script[den[i]]
        due[i] = delay[script, 0] + day
        victim_den[who], victim_script[who], victim_stage[who], victim_due[who] = den[i], script, 1, due[i]
        victim_scams[who] += 1
        victim_payments[who] = 0
    return due
