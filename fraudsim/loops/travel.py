"""Travel: the border, the smuggler, and the terms on which a den receives people."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit
from fraudsim.loops.people import leave_den, move


@compiled
def depart(run: Any, codes: Any, day: Any, rows: Any, shares: Any, days: Any, names: Any, series: Any, flows: Any,
           allowed: Any, ban: Any, screening: Any, belief: Any, owner: Any, key: Any, nationality: Any, den: Any,
           recruited_as: Any, trips: Any, status: Any, since: Any, seat: Any, started: Any, debt: Any, smuggled: Any,
           due: Any, holder: Any, vacant_since: Any, staff: Any, callers: Any) -> Any:  # pragma: no cover - compiled
    """Send people off, through exit control or by smuggler, and return those who are on the way.

    Parameters
    ----------
    codes : uint64, shape (4,)
        Draws of the route, of a stop, of a retry, and of whom the police know by name.
    shares : tuple of float
        Smuggled in any case; of the others, smuggled where every recruit is stopped; stopped who try again;
        known by name on the first trip.
    days : tuple of int
        Of the journey; that a smuggler adds.
    names : tuple of int
        Coerced. Status: stopped, smuggled, home, at risk.
    series : tuple of int
        Rows of ``flows``: departures, border stops, smuggled.
    """
    smuggled_share, evading_share, retry_share, named_share = shares
    coerced, is_stopped, goes_smuggled, home, at_risk = names
    departures, stops, smugglings = series
    on_the_way, n = np.empty(rows.size, np.int64), 0
    for i in range(rows.size):
        row, trip = rows[i], np.int64(trips[rows[i]])
        me, source = key[row], nationality[row]
        evading = smuggled_share + evading_share * (1.0 - belief[owner[den[row]], source])
        by_smuggler = unit(run, me, codes[0], 0, trip) < evading or recruited_as[row] == coerced
        named = trip > 1 or unit(run, me, codes[3], 0, 0) < named_share
        passing = (1.0 - (ban[source] if named else 0.0)) * (1.0 - screening[source])
        stopped = not by_smuggler and unit(run, me, codes[1], 0, trip) >= passing
        again = stopped and unit(run, me, codes[2], 0, trip) < retry_share
        flows[departures, source] += not by_smuggler
        smuggled[row] = by_smuggler or again
        if stopped:
            flows[stops, source] += 1
            move(row, is_stopped, status, since, day, allowed)
        if smuggled[row]:
            flows[smugglings, source] += 1
            move(row, goes_smuggled, status, since, day, allowed)
        if stopped and not again:  # back home, as much at risk as before
            leave_den(row, seat, started, debt, den, False, holder, vacant_since, staff, callers, day)
            move(row, home, status, since, day, allowed)
            move(row, at_risk, status, since, day, allowed)
        else:
            due[row] = day + days[0] + smuggled[row] * days[1]
            on_the_way[n] = row
            n += 1
    return on_the_way[:n]


@compiled
def arrive(run: Any, codes: Any, day: Any, rows: Any, loan_share: Any, numbers: Any, names: Any, series: Any,
           flows: Any, allowed: Any, coercion: Any, capital: Any, owner: Any, den_status: Any, country: Any,
           staff: Any, callers: Any, holder: Any, vacant_since: Any, key: Any, nationality: Any, place: Any, den: Any,
           seat: Any, recruited_as: Any, role: Any, trips: Any, status: Any, since: Any, smuggled: Any, control: Any,
           debt: Any, started: Any, due: Any) -> Any:  # pragma: no cover - compiled
    """Let people come to their den, where they are bound, confined or free; or strand where it is gone.

    Parameters
    ----------
    codes : uint64, shape (2,)
        Draws of whether the deceived are confined, and whether volunteers travelled on a loan.
    loan_share : float
        Volunteers whose travel is a debt.
    numbers : tuple of int
        Debt at the start, debt for the smuggler, the recruiter's fee (cents); days stranded.
    names : tuple of int
        Deceived, coerced. Status: travelling, arrived, working, held, stranded. A den that lies low; caller.
    series : tuple of int
        Rows of ``flows``: arrivals by host, arrivals by nationality.

    Returns
    -------
    stranded : int64
        Who found no den.
    """
    first_debt, smuggler_debt, fee, stranded_days = numbers
    deceived, coerced, travelling, arrived, working, held, is_stranded, lying_low, caller = names
    stranded, n = np.empty(rows.size, np.int64), 0
    for i in range(rows.size):
        row = rows[i]
        here, trip = den[row], np.int64(trips[row])
        place[row] = country[here]
        if status[row] == travelling:
            move(row, arrived, status, since, day, allowed)
        if den_status[here] > lying_low:
            leave_den(row, seat, started, debt, den, False, holder, vacant_since, staff, callers, day)
            move(row, is_stranded, status, since, day, allowed)
            due[row], stranded[n] = day + stranded_days, row
            n += 1
            continue
        lured = recruited_as[row] == deceived
        grip = coercion[owner[here]]
        if smuggled[row]:  # without papers easier to confine: the chance to escape confinement is squared
            grip = 1.0 - (1.0 - grip) * (1.0 - grip)
        confined = recruited_as[row] == coerced or (lured and unit(run, key[row], codes[0], 0, trip) < grip)
        bound = confined or lured or smuggled[row] or unit(run, key[row], codes[1], 0, trip) < loan_share
        control[row] = np.int64(bound) + confined  # free is 0, indebted 1, confined 2
        debt[row] = bound * (first_debt + smuggled[row] * smuggler_debt)
        move(row, held if confined else working, status, since, day, allowed)
        started[row] = day
        staff[here] += 1
        callers[here] += not confined and role[row] == caller
        flows[series[0], country[here]] += 1
        flows[series[1], nationality[row]] += 1
        capital[owner[here]] -= fee
    return stranded[:n]
