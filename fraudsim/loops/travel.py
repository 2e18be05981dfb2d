"""Travel: the border, the smuggler, and the terms on which a den receives people."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import enter_row, take_due
from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit
from fraudsim.loops.people import NEVER, leave_den, move


@compiled
def depart(columns: Any, run: Any, codes: Any, day: Any, leave_list: Any, leave_heads: Any, come_list: Any,
           come_heads: Any, shares: Any, days: Any, names: Any, series: Any, flows: Any, allowed: Any, ban: Any,
           screening: Any, guard: Any, price: Any) -> Any:  # pragma: no cover - compiled
    """Send people off, through exit control or by smuggler, or both in turn; and those caught before, once more.

    A recruiter sends by smuggler the more, the more it believes that recruits pass that way.

    Parameters
    ----------
    leave_list, leave_heads, come_list, come_heads : arrays
        Agendas of departures and of arrivals, the latter with room for all who may leave.
    codes : uint64, shape (6,)
        Draws of the route, of a stop, of a retry, of whom the police know by name, of being caught on a smuggler's
        route, and of being sent again.
    shares : float64
        Smuggled in any case; of the others, smuggled where every recruit is stopped; stopped who try again;
        known by name on the first trip; caught who are sent again.
    days : tuple of int
        Of the journey; that a smuggler adds.
    names : int64
        Coerced. Status: stopped, smuggled, home, at risk.
    series : int64
        Rows of ``flows``: departures, border stops, smuggled, caught on a smuggler's route.
    ban, screening, guard : float64, shape (countries,)
        Stops by name, by screening, and on a smuggler's route out of or into a country.
    price : int64, shape (countries,)
        Of a smuggler's route out of a country, cents.

    Returns
    -------
    drawn : int
        Draws.
    """
    smuggled_share, evading_share, retry_share, named_share, caught_share = (
        shares[0], shares[1], shares[2], shares[3], shares[4])
    coerced, is_stopped, goes_smuggled, home, at_risk = names[0], names[1], names[2], names[3], names[4]
    departures, stops, smugglings, catches = series[0], series[1], series[2], series[3]
    workers, dens, seats = opened("workers", columns), opened("dens", columns), opened("seats", columns)
    owners, status, smuggled, due = opened("syndicates", columns), workers.status, workers.smuggled, workers.due
    drawn = 0
    for row in take_due(leave_list, leave_heads, day):
        drawn += 4
        trip, den = np.int64(workers.trips[row]), workers.den[row]
        me, source, owner = workers.key[row], workers.nationality[row], dens.syndicate[den]
        works = owners.route_belief[owner, source]
        evading = (smuggled_share + evading_share * (1.0 - owners.source_belief[owner, source])) * works
        by_smuggler = unit(run, me, codes[0], 0, trip) < evading or workers.recruited_as[row] == coerced
        by_smuggler |= status[row] == is_stopped  # caught before
        named = trip > 1 or unit(run, me, codes[3], 0, 0) < named_share
        passing = (1.0 - (ban[source] if named else 0.0)) * (1.0 - screening[source])
        stopped = not by_smuggler and unit(run, me, codes[1], 0, trip) >= passing
        again = stopped and unit(run, me, codes[2], 0, trip) < retry_share * works
        flows[departures, source] += not by_smuggler
        smuggled[row] = by_smuggler or again
        if stopped:
            flows[stops, source] += 1
            move(row, is_stopped, workers, day, allowed)
        caught, workers.debt[row] = False, smuggled[row] * price[source]
        if smuggled[row]:
            flows[smugglings, source] += 1
            risk = 1.0 - (1.0 - guard[source]) * (1.0 - guard[dens.country[den]])
            if risk > 0.0:
                caught = unit(run, me, codes[4], day, trip) < risk
                again = caught and unit(run, me, codes[5], day, trip) < caught_share * works
                drawn += 1 + caught
            flows[catches, source] += caught
        if caught and status[row] != is_stopped:
            move(row, is_stopped, workers, day, allowed)
        if smuggled[row] and not caught:
            move(row, goes_smuggled, workers, day, allowed)
        if (caught and not again) or (stopped and not smuggled[row]):  # back home, as much at risk as before
            leave_den(row, False, workers, seats, dens, day)
            move(row, home, workers, day, allowed)
            move(row, at_risk, workers, day, allowed)
            due[row] = NEVER
        elif caught:
            due[row] = day + max(days[1], 1)
            enter_row(leave_list, leave_heads, row, due[row])
        else:
            due[row] = day + days[0] + smuggled[row] * days[1]
            enter_row(come_list, come_heads, row, due[row])
    return drawn


@compiled
def arrive(columns: Any, run: Any, codes: Any, day: Any, come_list: Any, come_heads: Any, life_list: Any,
           life_heads: Any, shares: Any, numbers: Any, names: Any, series: Any, flows: Any,
           allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let people come to their den, where they are bound, confined or free; or strand where it is gone.

    Who was smuggled may die on the way, and owes the price of the route. Who is no longer due today is passed over.

    Parameters
    ----------
    come_list, come_heads, life_list, life_heads : arrays
        Agendas of arrivals, and of the lives of those outside dens, with room for all who may come.
    codes : uint64, shape (3,)
        Draws of whether the deceived are confined, whether volunteers travelled on a loan, and of death on the way.
    shares : tuple of float
        Volunteers whose travel is a debt; the smuggled who die on the way.
    numbers : int64
        Debt at the start, the recruiter's fee (cents); days stranded.
    names : int64
        Deceived, coerced. Status: travelling, smuggled, arrived, working, held, stranded, died. A den that lies low;
        caller.
    series : int64
        Rows of ``flows``: arrivals by host; by nationality arrivals, smuggled arrivals, debt for smugglers, deaths on
        the way.

    Returns
    -------
    received, drawn : int
        People who joined a den; draws.
    """
    first_debt, fee, stranded_days = numbers[0], numbers[1], numbers[2]
    loan_share, death_share = shares
    deceived, coerced, travelling, by_smuggler, arrived, working, held, is_stranded, died, lying_low, caller = (
        names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7], names[8], names[9], names[10])
    workers, dens, seats = opened("workers", columns), opened("dens", columns), opened("seats", columns)
    owners, key, nationality, recruited_as = (opened("syndicates", columns), workers.key, workers.nationality,
                                              workers.recruited_as)
    status, smuggled, debt, due = workers.status, workers.smuggled, workers.debt, workers.due
    received, drawn = 0, 0
    for row in take_due(come_list, come_heads, day):
        here, trip = workers.den[row], np.int64(workers.trips[row])
        owner, country = dens.syndicate[here], dens.country[here]
        if due[row] != day:
            continue
        due[row] = NEVER
        if status[row] == by_smuggler:
            drawn += 1
            if unit(run, key[row], codes[2], 0, trip) < death_share:
                flows[series[4], nationality[row]] += 1
                leave_den(row, False, workers, seats, dens, day)
                move(row, died, workers, day, allowed)
                continue
        workers.place[row] = country
        if status[row] == travelling:
            move(row, arrived, workers, day, allowed)
        if dens.status[here] > lying_low:
            leave_den(row, False, workers, seats, dens, day)
            move(row, is_stranded, workers, day, allowed)
            due[row] = day + stranded_days
            enter_row(life_list, life_heads, row, due[row])
            continue
        lured = recruited_as[row] == deceived
        grip = owners.coercion[owner]
        if smuggled[row]:  # without papers easier to confine: the chance to escape confinement is squared
            grip = 1.0 - (1.0 - grip) * (1.0 - grip)
        confined = recruited_as[row] == coerced or (lured and unit(run, key[row], codes[0], 0, trip) < grip)
        bound = confined or lured or smuggled[row] or unit(run, key[row], codes[1], 0, trip) < loan_share
        workers.control[row] = np.int64(bound) + confined  # free is 0, indebted 1, confined 2
        flows[series[2], nationality[row]] += smuggled[row]
        flows[series[3], nationality[row]] += debt[row]
        debt[row] += bound * first_debt
        received += 1
        drawn += 2
        move(row, held if confined else working, workers, day, allowed)
        workers.started[row] = day
        dens.staff[here] += 1
        dens.callers[here] += not confined and workers.role[row] == caller
        flows[series[0], country] += 1
        flows[series[1], nationality[row]] += 1
        owners.capital[owner] -= fee
    return received, drawn
