"""Loops of the calls: those that could engage anybody, one after the other, and whom they engage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.distributions import _normal as normal
from fraudsim.core.draws import _arrivals as arrivals
from fraudsim.core.draws import _several_each as several_each
from fraudsim.core.draws import _uniforms as uniforms
from fraudsim.core.draws import _unit as unit
from fraudsim.core.draws import child_key
from fraudsim.core.index import insert_row, row_of
from fraudsim.core.kernels import enter_row, rows_with, set_code

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def openness(status: Any, wary: Any, days: Any, paying: Any, half: Any) -> Any:  # pragma: no cover - compiled
    """Return how open to a call somebody is who was engaged before: 0 during a scam, less than 1 some days after."""
    if status <= paying:
        return 0.0
    return 1.0 - wary / (1.0 + days / half)


@compiled_inline
def _band(steps: Any, at: Any, script: Any, u: Any) -> Any:  # pragma: no cover - compiled
    last, band = steps.shape[2] - 1, 0
    aim = u * steps[at, script, last]
    for k in range(last):  # no early end: a branch that nobody can foresee costs more than the rest
        band += aim >= steps[at, script, k]
    return band


@compiled
def by_channel(expected: Any, reply: Any, u: Any) -> Any:  # pragma: no cover - compiled
    """Choose a channel in proportion to the answers expected by it; ``expected`` are a den's contacts."""
    total, channel = 0.0, -1
    for x in range(reply.size):
        total += expected[x] * reply[x]
    aim, sum_ = u * total, 0.0
    for x in range(reply.size):
        if expected[x] * reply[x] > 0.0 and (channel < 0 or aim >= sum_):
            channel = x
        sum_ += expected[x] * reply[x]
    return channel


@compiled_inline
def _member(whole: Any, start: Any, share: Any, u: Any) -> Any:  # pragma: no cover - compiled
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
def candidates(day: Any, run: Any, contacts: Any, dens_callers: Any, dens_target: Any, dens_script: Any,
               worker_key: Any, callers: Any, worker_den: Any, reply: Any, engaging: Any,
               code: Any) -> Any:  # pragma: no cover - compiled
    """Draw how many candidates each caller has: Poisson, at the rate of the bound over all channels."""
    rate = np.zeros(dens_callers.size)
    for d in range(rate.size):
        for x in range(reply.size):
            if contacts[d, x] > 0.0:
                rate[d] += contacts[d, x] / dens_callers[d] * (reply[x] * engaging[dens_script[d], dens_target[d]])
    return arrivals(run, worker_key, callers, worker_den, rate, code, day)


@compiled
def reach(day: Any, run: Any, contacts: Any, stops: Any, only: Any, dens_callers: Any, dens_target: Any,
          dens_script: Any, worker_key: Any, worker_status: Any, worker_role: Any, worker_den: Any,
          nationality: Any, working: Any, caller_role: Any, country_key: Any, adults: Any, lead_quality: Any,
          awareness: Any, understood: Any, reply: Any, engages: Any, bound: Any, engaging: Any, steps: Any,
          start: Any, share: Any, index_keys: Any, index_rows: Any, victim_status: Any, wary: Any, wary_since: Any,
          paying: Any, candidates_code: Any, contact: Any, channel_code: Any, susceptibility_code: Any,
          resident_kind: Any, today: Any, series: Any, candidates_at: Any, low: Any, high: Any,
          half: Any) -> Any:  # pragma: no cover - compiled
    """Draw every contact that could engage anybody, whom it reaches, and what comes of it.

    Returns
    -------
    draws, new : int
        Draws made; residents who are engaged for the first time.
    whom : int64, shape (6, engaged)
        Whom the contacts engage, in the order of their keys: row of ``victims``, -1 for the new; den, country,
        resident, age band, channel.
    key, susceptibility : arrays, shape (engaged,)
    """
    callers = rows_with(worker_status, working, worker_role, caller_role)
    who, ordinal = candidates(day, run, contacts, dens_callers, dens_target, dens_script, worker_key, callers,
                              worker_den, reply, engaging, candidates_code)
    n = who.size
    # Draws first, in loops of their own: the compiler takes several at a time.
    caller, u = worker_key[who], np.empty((contact.size, n))
    several_each(run, caller, contact, day, ordinal, u)
    draws = callers.size + (contact.size + 1) * n
    aim, place, stop, go_on = u[0], u[1], u[2], u[3]
    key, resident, band = np.empty(n, np.uint64), np.empty(n, np.int64), np.empty(n, np.int64)
    channel = np.empty(n, np.int64)
    for i in range(n):
        den = worker_den[who[i]]
        at = dens_target[den]
        b = _band(steps, at, dens_script[den], aim[i])
        r = _member(adults[at], start[b], share[b], place[i])
        band[i], resident[i], key[i] = b, r, child_key(country_key[at], resident_kind, r)
        channel[i] = only[den]
        if channel[i] < 0:
            channel[i] = by_channel(contacts[den], reply, unit(run, caller[i], channel_code, day, ordinal[i]))
            draws += 1
    susceptibility = np.empty(n)
    uniforms(run, key, susceptibility_code, 0, 0, susceptibility)
    answering, aims, chances, answers = np.empty(n, np.int64), np.empty(n), np.empty(n), 0
    for i in range(n):
        den, way = worker_den[who[i]], channel[i]
        at, script = dens_target[den], dens_script[den]
        today[candidates_at, at] += 1
        today[series[way, 0], at] += 1
        v = susceptibility[i]
        susceptibility[i] = low + (high - low) * (v * v * v)
        chance = engages[script, band[i]] * susceptibility[i] * lead_quality[at] * (1.0 - awareness[at])
        limit = bound[at, script, band[i]]
        if chance > limit * (1.0 + 1e-12) and limit < 1.0:
            raise AssertionError("a resident's chance exceeds its bound: thinning would not be exact")
        if stop[i] < stops[den, way]:
            today[series[way, 1], at] += 1
            continue
        today[series[way, 3], at] += 1
        chance *= understood[nationality[who[i]], at]
        if go_on[i] * limit < chance:
            answering[answers], aims[answers], chances[answers] = i, go_on[i] * limit, chance
            answers += 1
    # Only now is it looked up who the resident is, in a loop of its own: rows all over a large table are slow to
    # come by, unless the processor can fetch several at a time.
    row, engaged, m = np.empty(n, np.int64), np.empty(n, np.int64), 0
    for i in answering[:answers]:
        row[i] = row_of(index_keys, index_rows, key[i])
    for j in range(answers):
        chance, known = chances[j], row[answering[j]]
        if known >= 0:
            chance *= openness(victim_status[known], wary[known], day - wary_since[known], paying, half)
        if aims[j] < chance:
            engaged[m] = answering[j]
            m += 1
    first, new = first_calls(engaged[:m], key, caller), 0
    whom = np.empty((6, first.size), np.int64)
    for j in range(first.size):
        i = first[j]
        den, way = worker_den[who[i]], channel[i]
        at = dens_target[den]
        whom[0, j], whom[1, j], whom[2, j], whom[3, j], whom[4, j], whom[5, j] = row[i], den, at, resident[i], band[i], way
        today[series[way, 4], at] += 1
        today[series[way, 3], at] -= 1
        new += row[i] < 0
    return draws, new, whom, key[first], susceptibility[first]


@compiled
def engage(day: Any, run: Any, whom: Any, key: Any, susceptibility: Any, first_new: Any, dens_script: Any, delay: Any,
           income: Any, savings_code: Any, median_incomes: Any, sigma: Any, index_keys: Any, index_rows: Any,
           stage_rows: Any, stage_days: Any, stage_span: Any, engaged: Any, allowed: Any, status: Any, victim_key: Any,
           victim_country: Any, victim_resident: Any, victim_band: Any, victim_susceptibility: Any,
           victim_savings: Any, victim_den: Any, victim_script: Any, victim_channel: Any, victim_tries: Any,
           victim_stage: Any, victim_scams: Any, victim_payments: Any,
           victim_due: Any) -> None:  # pragma: no cover - compiled
    """Open a scam with everybody engaged; who is so for the first time fills the next of the new rows.

    Parameters
    ----------
    whom, key, susceptibility : arrays
        See :func:`reach`.
    index_keys, index_rows, stage_rows, stage_days, stage_span : arrays
        Index of residents, and agenda of stages, with room for all of them.
    """
    new = first_new
    for i in range(key.size):
        who, den, at = whom[0, i], whom[1, i], whom[2, i]
        if who < 0:
            who = new
            median = median_incomes * income[at]
            u = unit(run, key[i], savings_code, 0, 0)
            victim_key[who], victim_country[who], victim_resident[who] = key[i], at, whom[3, i]
            victim_band[who], victim_susceptibility[who] = whom[4, i], susceptibility[i]
            victim_savings[who] = round(median * math.exp(sigma * normal(u)))
            status[who] = engaged
            insert_row(index_keys, index_rows, key[i], who)
            new += 1
        else:
            set_code(status, who, allowed, engaged)
        script = dens_script[den]
        due = delay[script, 0] + day
        victim_den[who], victim_script[who], victim_stage[who], victim_due[who] = den, script, 1, due
        victim_channel[who], victim_tries[who], victim_payments[who] = whom[5, i], 0, 0
        victim_scams[who] += 1
        enter_row(stage_rows, stage_days, stage_span, who, due)
