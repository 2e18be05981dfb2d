"""Loops of first contacts: dens split their time over channels, and what can engage nobody is counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.distributions import poisson_at
from fraudsim.core.draws import _unit as unit

# The loops are not counted as covered: a tracer cannot see into compiled code.


@compiled
def split(time: Any, stop: Any, shift: Any, out: Any) -> int:  # pragma: no cover - compiled
    """Split a den's time over channels: usual shares, times the share let through to the power ``shift``.

    Blocking one channel so raises the others. Where only one is used, or nothing gets through, the usual
    shares stand.

    Returns
    -------
    int
        The channel, where only one is used; else -1.
    """
    only, used, total, usual = -1, 0, 0.0, 0.0
    for x in range(time.size):
        if time[x] > 0.0:
            only, used = x, used + 1
    for x in range(time.size):
        out[x] = time[x]
        if used > 1 and time[x] > 0.0:
            out[x] *= (1.0 - stop[x]) ** shift
        total, usual = total + out[x], usual + time[x]
    for x in range(time.size):
        out[x] = out[x] / total if total > 0.0 else time[x] / usual
    return only if used == 1 else -1


@compiled
def keep_numbers(callers: Any, each: Any, thrift: Any) -> Any:  # pragma: no cover - compiled
    """Return the numbers that a den keeps, and what it lacks of the usual ones, as a share."""
    usual = np.rint(callers * each)
    kept = min(usual, np.rint(callers * each * thrift))
    return np.int64(kept), (1.0 - kept / usual if usual > 0.0 else 0.0)


@compiled
def place(columns: Any, day: Any, run: Any, active: Any, engaging: Any, time: Any, needs_site: Any, block: Any,
          price: Any, thrift: Any, site_cents: Any, work: Any, numbered: Any, rest: Any, today: Any, series: Any,
          site_hours: Any, hours_per_day: Any, each: Any, shift: Any, lead_wear: Any,
          lead_recovery: Any) -> Any:  # pragma: no cover - compiled
    """Let dens call and write, book the cost, count what can engage nobody, and wear the lists of contacts.

    What limits a den is live talk: later stages take their hours first, at most three quarters, and a blocked
    contact costs only the time to place it. So blocking raises the price of a conversation.

    Parameters
    ----------
    time : float64, shape (scripts, channels)
        Usual share of the time for first contacts.
    block : float64, shape (channels, countries)
        Contacts that filters stop; where a den has fewer numbers than usual, more of them.
    work : float64, shape (5, channels)
        Of a contact: seconds, share answered, seconds of talk, price, further price where it is blocked.

    Returns
    -------
    contacts, stops : float64, shape (dens, channels)
        Contacts that each den is expected to place, and the share of them that filters stop.
    only : int64, shape (dens,)
        The channel a den uses; -1 where there are several, or none.
    calling : int
        Dens that call or write.
    draws : int
        Draws made.
    """
    of_dens, of_countries = opened("dens", columns), opened("countries", columns)
    status, adjacent, dens_callers = of_dens.status, of_dens.adjacent, of_dens.callers
    dens_target, dens_script, stage_seconds = of_dens.target, of_dens.script, of_dens.stage_seconds
    numbers, line_costs = of_dens.numbers, of_dens.line_costs
    country_key, adults, lead_quality = of_countries.key, of_countries.adults, of_countries.lead_quality
    n, countries, channels = status.size, adults.size, time.shape[1]
    contacts, stops = np.zeros((n, channels)), np.zeros((n, channels))
    only, share = np.full(n, -1, np.int64), np.empty(channels)
    blocked, silent = np.zeros((channels, countries)), np.zeros((channels, countries))
    ended, calls, sites = np.zeros((channels, countries)), np.zeros(countries), np.zeros(countries)
    calling = 0
    for den in range(n):
        if status[den] != active:
            continue
        if adjacent[den]:
            numbers[den] = 0
            continue
        at, script, callers = dens_target[den], dens_script[den], dens_callers[den]
        if needs_site[script]:
            sites[at] += 1.0
            line_costs[den] += site_cents[at]
        numbers[den], scarce = keep_numbers(callers, each, thrift[at])
        if callers <= 0:
            continue
        for x in range(channels):
            stop = block[x, at]
            # The same calls from fewer numbers stand out more.
            stops[den, x] = stop + stop * (1.0 - stop) * scarce if numbered[x] else stop
        only[den] = split(time[script], stops[den], shift, share)
        hours = callers * hours_per_day
        free = max(hours - stage_seconds[den] / 3600.0, 0.25 * hours)
        stage_seconds[den] = 0
        for x in range(channels):
            if share[x] <= 0.0:
                continue
            stop, answered, engages = stops[den, x], work[1, x], engaging[script, at]
            own = free * 3600.0 * share[x] / (work[0, x] + (1.0 - stop) * answered * work[2, x])
            times = price[at] if numbered[x] else 1.0
            line_costs[den] += np.int64(np.rint(100.0 * own * (work[3, x] + stop * work[4, x]) * times))
            through = own * (1.0 - stop)
            blocked[x, at] += own * stop * (1.0 - answered * engages)
            silent[x, at] += through * (1.0 - answered)
            ended[x, at] += through * answered * (1.0 - engages)
            calls[at] += np.rint(through)  # whole contacts: their sum has no order; a blocked one wears no list
            contacts[den, x] = own
        calling += 1
    draws = count_rest(day, run, blocked, silent, ended, country_key, rest, today, series)
    for at in range(countries):
        today[site_hours, at] += np.int64(np.rint(24.0 * sites[at] * (1.0 - block[channels - 1, at])))
        wear, quality = lead_wear * calls[at] / max(adults[at], 1), lead_quality[at]
        lead_quality[at] = quality + (lead_recovery * (1.0 - quality) - min(wear, 1.0) * quality)
    return contacts, stops, only, calling, draws


@compiled
def count_rest(day: Any, run: Any, blocked: Any, silent: Any, ended: Any, country_key: Any, rest: Any, today: Any,
               series: Any) -> Any:  # pragma: no cover - compiled
    """Draw, by channel and country, how many of the contacts that can engage nobody end in which way."""
    draws = 0
    for x in range(blocked.shape[0]):
        used = False
        for at in range(country_key.size):
            if blocked[x, at] + silent[x, at] + ended[x, at] > 0.0:
                key, used = country_key[at], True
                stopped = poisson_at(unit(run, key, rest[x, 0], day, 0), blocked[x, at])
                unheard = poisson_at(unit(run, key, rest[x, 1], day, 0), silent[x, at])
                refused = poisson_at(unit(run, key, rest[x, 2], day, 0), ended[x, at])
                today[series[x, 1], at] += stopped
                today[series[x, 2], at] += unheard
                today[series[x, 3], at] += refused
                today[series[x, 0], at] += stopped + unheard + refused
        draws += 3 * country_key.size if used else 0
    return draws
