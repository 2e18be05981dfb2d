"""Loops of the calls: those that could engage anybody, one after the other, and whom they engage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fraudsim.core.agenda import enter_row
from fraudsim.core.columns import opened, opened_wide
from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.distributions import _normal as normal
from fraudsim.core.draws import _arrivals as arrivals
from fraudsim.core.draws import _several_each as several_each
from fraudsim.core.draws import _uniforms as uniforms
from fraudsim.core.draws import _uniforms_each as uniforms_each
from fraudsim.core.index import home_of, insert_row, row_of
from fraudsim.core.kernels import key_order, rows_with, set_code
from fraudsim.core.keys import kind_stem, stem_key
from fraudsim.core.prefetch import AHEAD, prefetch
from fraudsim.core.spare import take_back
from fraudsim.loops.residents import recalled

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def openness(status: Any, wary: Any, days: Any, paying: Any, half: Any) -> Any:  # pragma: no cover - compiled
    """Return how open to a call somebody in the table is: 0 during a scam, less than 1 some days after."""
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
def running_answers(contacts: Any, reply: Any) -> Any:  # pragma: no cover - compiled
    """Return the answers each den expects by all channels up to each, and then by all: shape (dens, channels + 1)."""
    sums = np.zeros((contacts.shape[0], reply.size + 1))
    for den in range(contacts.shape[0]):
        for x in range(reply.size):
            sums[den, x + 1] = sums[den, x] + contacts[den, x] * reply[x]
    return sums


@compiled_inline
def by_channel(sums: Any, u: Any) -> Any:  # pragma: no cover - compiled
    """Choose a channel in proportion to the answers expected by it; ``sums`` are those of a den up to each."""
    last = sums.size - 1
    aim, channel = u * sums[last], -1
    for x in range(last):  # no branches: nobody can foresee them
        channel = x if (sums[x + 1] > sums[x]) & ((channel < 0) | (aim >= sums[x])) else channel
    return channel


@compiled_inline
def _member(whole: Any, start: Any, share: Any, u: Any) -> Any:  # pragma: no cover - compiled
    return min(np.int64(np.floor(whole * start) + np.floor(u * (whole * share))), whole - 1)


@compiled
def first_calls(engaged: Any, key: Any, caller: Any) -> Any:  # pragma: no cover - compiled
    """Put calls in the order of the residents' keys, one a resident; return their positions in ``engaged``.

    Of two calls to one resident on one day the one whose caller's key is lower comes first; of two by one
    caller, the one that stands first in ``engaged``.
    """
    first, n, last = np.empty(engaged.size, np.int64), 0, np.uint64(0)
    for j in key_order(key[engaged]):  # keeps the order of equal keys
        if n == 0 or key[engaged[j]] != last:
            first[n], last = j, key[engaged[j]]
            n += 1
        elif caller[engaged[j]] < caller[engaged[first[n - 1]]]:
            first[n - 1] = j
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
def channels(day: Any, run: Any, den: Any, ordinal: Any, caller: Any, only: Any, contacts: Any, reply: Any,
             code: Any) -> Any:  # pragma: no cover - compiled
    """Return by which channel each candidate is reached, and how many draws that took: one where a den uses several."""
    channel, u, sums, drawn = np.empty(den.size, np.int64), np.empty(den.size), running_answers(contacts, reply), 0
    for i in range(den.size):
        drawn += only[den[i]] < 0
    if drawn > 0:  # for all, then: several together are quicker than some one by one
        uniforms_each(run, caller, code, day, ordinal, u)
    for i in range(den.size):
        channel[i] = only[den[i]]
        if channel[i] < 0:
            channel[i] = by_channel(sums[den[i]], u[i])
    return channel, drawn


@compiled
def residents(den: Any, target: Any, script: Any, aim: Any, place: Any, steps: Any, adults: Any, start: Any, share: Any,
              country_key: Any, kind: Any) -> Any:  # pragma: no cover - compiled
    """Return age band, number and key of the resident whom each candidate would reach."""
    band, number, key = np.empty(den.size, np.int64), np.empty(den.size, np.int64), np.empty(den.size, np.uint64)
    stem = np.empty(country_key.size, np.uint64)
    for at in range(stem.size):
        stem[at] = kind_stem(country_key[at], kind)
    for i in range(den.size):
        at = target[den[i]]
        b = _band(steps, at, script[den[i]], aim[i])
        band[i], number[i], key[i] = b, _member(adults[at], start[b], share[b], place[i]), stem[at]
    for i in range(den.size):
        key[i] = stem_key(key[i], number[i])
    return band, number, key


@compiled
def answers(den: Any, target: Any, script: Any, channel: Any, band: Any, susceptibility: Any, engages: Any,
            lead_quality: Any, awareness: Any, bound: Any, stop: Any, stops: Any, understood: Any, nationality: Any,
            go_on: Any, today: Any, series: Any, candidates_at: Any) -> Any:  # pragma: no cover - compiled
    """Count the candidates, and return those who would be engaged if they never were before.

    Without branches, which nobody can foresee: whoever is not taken is written over by the next.

    Returns
    -------
    who : int64
        Positions among the candidates.
    aim, chance : float64
        Of each: the draw, and the chance that it must stay below.
    """
    who, aims, chances, n = np.empty(den.size, np.int64), np.empty(den.size), np.empty(den.size), 0
    count, above = np.zeros((stops.shape[1], target.size, 2), np.int64), False
    for i in range(den.size):
        at, way, plays = target[den[i]], channel[i], script[den[i]]
        limit = bound[at, plays, band[i]]
        chance = engages[plays, band[i]] * susceptibility[i] * lead_quality[at] * (1.0 - awareness[at])
        above |= (chance > limit * (1.0 + 1e-12)) & (limit < 1.0)
        stopped = stop[i] < stops[den[i], way]
        count[way, den[i], np.int64(stopped)] += 1
        who[n], aims[n], chances[n] = i, go_on[i] * limit, chance * understood[nationality[i], at]
        n += (not stopped) & (aims[n] < chances[n])
    if above:
        raise AssertionError("a resident's chance exceeds its bound: thinning would not be exact")
    for way in range(count.shape[0]):
        for d in range(target.size):
            at, arrived, stopped = target[d], count[way, d, 0], count[way, d, 1]
            if arrived + stopped > 0:
                today[candidates_at, at] += arrived + stopped
                today[series[way, 0], at] += arrived + stopped
                today[series[way, 1], at] += stopped
                today[series[way, 3], at] += arrived
    return who[:n], aims[:n], chances[:n]


@compiled
def known_residents(key: Any, slots: Any) -> Any:  # pragma: no cover - compiled
    """Return the row of ``victims`` of each resident, -1 for strangers, less for those who are only remembered.

    In loops of their own: slots all over a large index are slow to come by, unless the processor can fetch several
    at a time. Most residents are strangers, whose first slot is free.
    """
    rows, taken, n = np.empty(key.size, np.int64), np.empty(key.size, np.int64), 0
    for i in range(key.size):
        rows[i] = slots[home_of(slots, key[i]), 2]
    for i in range(key.size):
        taken[n] = i
        n += rows[i] != 0
        rows[i] = -1
    for i in taken[:n]:
        rows[i] = row_of(slots, key[i])
    return rows


@compiled
def reach(columns: Any, day: Any, run: Any, contacts: Any, stops: Any, only: Any, working: Any, caller_role: Any,
          understood: Any, reply: Any, engages: Any, bound: Any, engaging: Any, steps: Any, start: Any, share: Any,
          slots: Any, paying: Any, candidates_code: Any, contact: Any, channel_code: Any, susceptibility_code: Any,
          resident_kind: Any, today: Any, series: Any, candidates_at: Any, low: Any, high: Any, half: Any,
          wary_after: Any) -> Any:  # pragma: no cover - compiled
    """Draw every contact that could engage anybody, whom it reaches, and what comes of it.

    Returns
    -------
    draws, new, strangers : int
        Draws made; residents who are engaged and have no row; of these, those engaged for the first time.
    whom : int64, shape (6, engaged)
        Whom the contacts engage, in the order of their keys: as :func:`known_residents` knows them; den, country,
        resident, age band, channel.
    key, susceptibility : arrays, shape (engaged,)
    """
    dens, workers, victims, countries = (opened("dens", columns), opened("workers", columns),
                                         opened("victims", columns), opened("countries", columns))
    target, script, lead_quality, awareness = dens.target, dens.script, countries.lead_quality, countries.awareness
    victim_status, wary, wary_since = victims.status, victims.wary, victims.wary_since
    callers = rows_with(workers.status, working, workers.role, caller_role)
    who, ordinal = candidates(day, run, contacts, dens.callers, target, script, workers.key, callers, workers.den,
                              reply, engaging, candidates_code)
    caller, den, u = workers.key[who], workers.den[who], np.empty((contact.size, who.size))
    several_each(run, caller, contact, day, ordinal, u)
    channel, drawn = channels(day, run, den, ordinal, caller, only, contacts, reply, channel_code)
    band, number, key = residents(den, target, script, u[0], u[1], steps, countries.adults, start, share,
                                  countries.key, resident_kind)
    susceptibility = np.empty(who.size)
    uniforms(run, key, susceptibility_code, 0, 0, susceptibility)
    for i in range(who.size):
        v = susceptibility[i]
        susceptibility[i] = low + (high - low) * (v * v * v)
    answer, aim, chance = answers(den, target, script, channel, band, susceptibility, engages, lead_quality, awareness,
                                  bound, u[2], stops, understood, workers.nationality[who], u[3], today, series,
                                  candidates_at)
    row, engaged, m = known_residents(key[answer], slots), np.empty(answer.size, np.int64), 0
    for j in range(answer.size):
        known = row[j]
        if known >= 0:
            chance[j] *= openness(victim_status[known], wary[known], day - wary_since[known], paying, half)
        elif known < -1:
            chance[j] *= openness(paying + 1, wary_after, day - recalled(known)[0], paying, half)
        engaged[m] = j
        m += aim[j] < chance[j]
    engaged = engaged[:m]
    first = engaged[first_calls(answer[engaged], key, caller)]
    whom, new, strangers = np.empty((6, first.size), np.int64), 0, 0
    for j in range(first.size):
        prefetch((den, channel, number, band), answer[first[min(j + AHEAD, first.size - 1)]])
        i, known = answer[first[j]], row[first[j]]
        at, way = target[den[i]], channel[i]
        whom[0, j], whom[1, j], whom[2, j] = known, den[i], at
        whom[3, j], whom[4, j], whom[5, j] = number[i], band[i], way
        today[series[way, 4], at] += 1
        today[series[way, 3], at] -= 1
        new += known < 0
        strangers += known == -1
    draws = callers.size + (contact.size + 1) * who.size + drawn
    return draws, new, strangers, whom, key[answer[first]], susceptibility[answer[first]]


@compiled
def engage(columns: Any, day: Any, run: Any, whom: Any, key: Any, susceptibility: Any, first_new: Any, spare: Any,
           spares: Any, delay: Any, income: Any, savings_code: Any, median_incomes: Any, sigma: Any, wary_after: Any,
           never: Any, slots: Any, stage_list: Any, stage_heads: Any, engaged: Any,
           allowed: Any) -> Any:  # pragma: no cover - compiled
    """Open a scam with everybody engaged. Who has no row gets one, a spare one if there is one, and what is remembered.

    Nobody who gave a spare row back was ever asked for money: what is not written here is 0 in it, as in a new one.

    Parameters
    ----------
    whom, key, susceptibility : arrays
        See :func:`reach`.
    spare, spares : arrays
        See :class:`fraudsim.core.spare.Spare`.
    slots, stage_list, stage_heads : arrays
        Index of residents, and agenda of stages, with room for all of them.

    Returns
    -------
    int
        New rows that were filled, from ``first_new`` on.
    """
    dens, victims = opened("dens", columns), opened_wide("victims", columns)
    dens_script, status, victim_key, victim_country = dens.script, victims.status, victims.key, victims.country
    victim_resident, victim_band, victim_susceptibility = victims.resident, victims.age_band, victims.susceptibility
    victim_savings, victim_den, victim_script, victim_channel = (victims.savings, victims.den, victims.script,
                                                                 victims.channel)
    victim_tries, victim_stage, victim_scams, victim_payments = (victims.tries, victims.stage, victims.scams,
                                                                 victims.payments_this_scam)
    victim_due, wary, wary_since, warnings = victims.due, victims.wary, victims.wary_since, victims.warnings
    new, filled, u = 0, np.full(key.size, -1), np.empty(key.size)
    uniforms(run, key, savings_code, 0, 0, u)
    for i in range(key.size):
        known, den, at = whom[0, i], whom[1, i], whom[2, i]
        who = known
        if known >= 0:
            set_code(status, who, allowed, engaged)
        else:
            who = take_back(spare, spares)
            if who < 0:
                who, new = first_new + new, new + 1
            median = median_incomes * income[at]
            victim_key[who], victim_country[who], victim_resident[who] = key[i], at, whom[3, i]
            victim_band[who], victim_susceptibility[who] = whom[4, i], susceptibility[i]
            victim_savings[who] = round(median * math.exp(sigma * normal(u[i])))
            status[who] = engaged
            wary[who], wary_since[who], victim_scams[who], warnings[who] = 0.0, never, 0, 0
            if known < -1:
                wary[who] = wary_after
                wary_since[who], victim_scams[who], warnings[who] = recalled(known)
            filled[i] = who
        script = dens_script[den]
        due = delay[script, 0] + day
        victim_den[who], victim_script[who], victim_stage[who], victim_due[who] = den, script, 1, due
        victim_channel[who], victim_tries[who], victim_payments[who] = whom[5, i], 0, 0
        victim_scams[who] += 1
        enter_row(stage_list, stage_heads, who, due)
    # In a loop of its own: slots all over a large index are slow to come by, unless several are fetched at a time.
    for i in range(key.size):
        prefetch((slots,), home_of(slots, key[min(i + AHEAD, key.size - 1)]))
        if filled[i] >= 0:
            insert_row(slots, key[i], filled[i])
    return new
