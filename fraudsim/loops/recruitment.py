"""Recruitment: who is made an offer, who takes it, and who takes a vacant seat once more."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import enter_row
from fraudsim.core.columns import opened, opened_wide
from fraudsim.core.compiled import compiled
from fraudsim.core.distributions import lognormal_at
from fraudsim.core.draws import child_key, race_at, unit
from fraudsim.core.kernels import free_rows, lowest_first, row_sum, rows_between
from fraudsim.loops.people import drawn, move


@compiled
def offer_rates(vacant: Any, reach: Any, at_risk: Any, per_person: Any, cap: Any) -> Any:  # pragma: no cover - compiled
    """Return offers a vacant seat and day, by syndicate and source, and their sums by syndicate.

    Everybody at risk meets recruiters at a rate; a meeting counts for one vacant seat, drawn among all,
    and comes to an offer if the seat's owner has the reach. So dens compete for the same people, and
    seats in plenty bring no more people.

    Parameters
    ----------
    vacant : int
        Vacant seats of all owners.
    reach : float64, shape (syndicates, countries)
    at_risk : int64, shape (countries,)
    per_person, cap : float
        Offers a person at risk and day; most offers a seat and day.

    Returns
    -------
    rates : float64, shape (syndicates, countries)
    total : float64, shape (syndicates,)
    """
    rates, total = np.empty(reach.shape), np.empty(reach.shape[0])
    for owner in range(total.size):
        for source in range(at_risk.size):
            rates[owner, source] = reach[owner, source] * (at_risk[source] * per_person / max(vacant, 1))
        kept = min(1.0, cap / max(row_sum(rates[owner]), 1e-300))
        for source in range(at_risk.size):
            rates[owner, source] *= kept
        total[owner] = row_sum(rates[owner])
    return rates, total


@compiled
def set_out(row: Any, own: Any, workers: Any, seats: Any, day: Any, allowed: Any,
            travelling: Any) -> None:  # pragma: no cover - compiled
    """Let a person take a seat and leave for its den."""
    workers.seat[row], workers.den[row], seats.holder[own] = own, seats.den[own], row
    workers.trips[row] += 1
    workers.due[row] = day
    move(row, travelling, workers, day, allowed)


@compiled
def re_enlist(workers: Any, seats: Any, run: Any, code: Any, day: Any, chance: Any, vacant: Any, series: Any,
              flows: Any, allowed: Any, at_risk: Any, prospect: Any,
              travelling: Any) -> Any:  # pragma: no cover - compiled
    """Let people at risk once more take vacant seats: both in the order of their keys.

    Parameters
    ----------
    series : int
        Row of ``flows`` that counts those among them who had come home from a den.

    Returns
    -------
    rows, left : int64
        Who set out; the seats still vacant.
    drawn : int
        People at risk, one draw each.
    """
    if vacant.size == 0:
        return vacant, vacant, 0
    again = rows_between(workers.status, at_risk, at_risk)
    willing = drawn(again, workers.key, run, code, day, chance)
    n = min(willing.size, vacant.size)
    if n == 0:
        return willing[:0], vacant, again.size
    rows, first = willing[lowest_first(workers.key[willing], n)], lowest_first(seats.key[vacant], n)
    for i in range(n):
        move(rows[i], prospect, workers, day, allowed)
        set_out(rows[i], vacant[first[i]], workers, seats, day, allowed, travelling)
        seats.holders[vacant[first[i]]] += 1
        flows[series, workers.nationality[rows[i]]] += workers.came_home[rows[i]]
    taken, left, k = np.zeros(vacant.size, np.bool_), np.empty(vacant.size, np.int64), 0
    taken[first] = True
    for i in range(vacant.size):
        left[k] = vacant[i]
        k += not taken[i]
    return rows, left[:k], again.size


@compiled
def offered_seats(run: Any, code: Any, day: Any, vacant: Any, key: Any, den: Any, owner: Any,
                  chance: Any) -> Any:  # pragma: no cover - compiled
    """Draw for which of the vacant seats an offer is made today, by their owners' chances."""
    own, u, offered = key[vacant], np.empty(vacant.size), np.empty(vacant.size + 1, np.int64)
    for i in range(vacant.size):  # draws in a loop of their own: the compiler takes several at a time
        u[i] = unit(run, own[i], code, day, 0)
    n = 0
    for i in range(vacant.size):
        offered[n] = vacant[i]
        n += u[i] < chance[owner[den[vacant[i]]]]
    return offered[:n]


@compiled
def fill(columns: Any, run: Any, codes: Any, day: Any, again: Any, chances: Any, calling: Any, series: Any, flows: Any,
         allowed: Any, at_risk: Any, prospect: Any, travelling: Any) -> Any:  # pragma: no cover - compiled
    """Let people at risk once more take vacant seats of dens that call, and draw which of the others are offered.

    Parameters
    ----------
    codes : uint64, shape (2,)
        Draws of who is won again, and of the seats that are offered.
    again : float
        Chance that a person at risk once more is won again.
    chances : tuple of float
        Offers a person at risk and day; most offers a seat and day.
    series : int
        Row of ``flows`` that counts those won again who had come home from a den.

    Returns
    -------
    rows, offered : int64
        Who set out; seats for which an offer is made.
    rates : float64, shape (syndicates, countries)
        See :func:`offer_rates`.
    drawn : int
    """
    workers, seats, dens = opened("workers", columns), opened("seats", columns), opened("dens", columns)
    reach, people_at_risk = opened("syndicates", columns).reach, opened("countries", columns).at_risk
    vacant = free_rows(seats.holder, seats.den, dens.status, calling)
    rows, vacant, drawn = re_enlist(workers, seats, run, codes[0], day, again, vacant, series, flows, allowed, at_risk,
                                    prospect, travelling)
    rates, chance = offer_rates(vacant.size, reach, people_at_risk, chances[0], chances[1])
    offered = offered_seats(run, codes[1], day, vacant, seats.key, seats.den, dens.syndicate, chance)
    return rows, offered, rates, drawn + vacant.size


@compiled
def keep_within(accepts: Any, source: Any, keys: Any, at_risk: Any) -> None:  # pragma: no cover - compiled
    """Where more accept than are at risk, let only those with the lowest keys do so."""
    for country in range(at_risk.size):
        of = np.flatnonzero(accepts & (source == country))
        if of.size > at_risk[country]:
            accepts[of[np.argsort(keys[of])][at_risk[country]:]] = False


@compiled
def meet(columns: Any, run: Any, codes: Any, source_code: Any, day: Any, first: Any, offered: Any, rates: Any,
         shares: Any, age_of: Any, names: Any, series: Any, flows: Any, allowed: Any, agenda_list: Any,
         agenda_heads: Any) -> None:  # pragma: no cover - compiled
    """Make one offer a seat, each to a new person, in rows from ``first`` on; those who accept set out today.

    Parameters
    ----------
    codes : uint64, shape (4,)
        Draws of how a person is recruited, of the role, the age and the answer.
    rates : float64, shape (syndicates, countries)
        Weights of the sources.
    shares : float64
        Coerced; coerced or deceived; callers; offers that are accepted.
    age_of : tuple of float
        Median and spread of the age.
    names : int64
        Kind of the key; voluntary, deceived, coerced; caller, guard; prospect, declined, travelling.
    agenda_list, agenda_heads : arrays
        Agenda of departures, with room for all of them.
    """
    coerced_share, forced_share, caller_share, accept_share = shares[0], shares[1], shares[2], shares[3]
    kind, voluntary, deceived, coerced, caller, guard, prospect, declined, travelling = (
        names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7], names[8])
    workers, seats, countries = opened_wide("workers", columns), opened("seats", columns), opened("countries", columns)
    nationality, at_risk, owner = workers.nationality, countries.at_risk, opened("dens", columns).syndicate
    accepts = np.empty(offered.size, np.bool_)
    for i in range(offered.size):
        row, own = first + i, offered[i]
        me = child_key(seats.key[own], np.uint64(kind), seats.holders[own])
        seats.holders[own] += 1
        how, part = unit(run, me, codes[0], 0, 0), unit(run, me, codes[1], 0, 0)
        source = race_at(run, source_code, me, countries.key, rates[owner[seats.den[own]]])
        workers.key[row], nationality[row], workers.place[row] = me, source, source
        workers.since[row], workers.status[row] = day, prospect
        workers.recruited_as[row] = coerced if how < coerced_share else deceived if how < forced_share else voluntary
        workers.role[row] = caller if part < caller_share else guard
        workers.age[row] = min(max(lognormal_at(unit(run, me, codes[2], 0, 0), age_of[0], age_of[1]), 16), 70)
        accepts[i] = unit(run, me, codes[3], 0, 0) < accept_share or how < coerced_share
        flows[series, source] += 1
    last = first + offered.size
    keep_within(accepts, nationality[first:last], workers.key[first:last], at_risk)
    for i in range(offered.size):
        row = first + i
        if accepts[i]:
            at_risk[nationality[row]] -= 1
            countries.away[nationality[row]] += 1
            set_out(row, offered[i], workers, seats, day, allowed, travelling)
            enter_row(agenda_list, agenda_heads, row, day)
        else:
            move(row, declined, workers, day, allowed)
