"""Captivity: who in a den meets with an event today, and what the event does to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit
from fraudsim.core.kernels import rows_between
from fraudsim.loops.people import change_seat, leave_den, move

EVENTS = ("quit", "flee", "ransom", "resell", "die", "comply", "hold", "abuse")
"""What may happen to a person on a day, in the order in which it happens to all."""

QUIT, FLEE, RANSOM, RESELL, DIE, COMPLY, HOLD, ABUSE = range(8)


@compiled
def work_off(row: Any, paid: Any, debt: Any, control: Any, free: Any) -> None:  # pragma: no cover - compiled
    """Let a person pay off debt; whoever owes nothing any more is free."""
    debt[row] -= paid
    if debt[row] <= 0:
        debt[row], control[row] = 0, free


@compiled
def events(run: Any, code: Any, day: Any, paid: Any, steps: Any, names: Any, key: Any, status: Any, control: Any,
           debt: Any, days_captive: Any) -> Any:  # pragma: no cover - compiled
    """Count the days of captives, let the indebted work, and draw at most one event a person in a den.

    Parameters
    ----------
    paid : int
        Debt that is worked off today: nothing except once a week.
    steps : float64, shape (4 classes, 8 events)
        Cumulative chances by class: a worker's control, or ``held``.
    names : tuple of int
        Status: working, held (the code after it). Class: free, indebted, confined, held.

    Returns
    -------
    rows, event : int64
        Those to whom something happens, and what.
    drawn : int
        People in dens, one draw each.
    """
    working, held, free, indebted, confined, locked_up = names
    inside = rows_between(status, working, held)
    n = inside.size
    own, u, group = key[inside], np.empty(n), np.empty(n, np.int64)
    for i in range(n):  # draws in a loop of their own: the compiler takes several at a time
        u[i] = unit(run, own[i], code, day, 0)
        group[i] = locked_up if status[inside[i]] == held else control[inside[i]]
    rows, event, hits, last = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64), 0, steps.shape[1] - 1
    for i in range(n):
        days_captive[inside[i]] += group[i] >= confined
        if paid > 0 and group[i] == indebted:
            work_off(inside[i], paid, debt, control, free)
        rows[hits] = i
        hits += u[i] < steps[group[i], last]
    for k in range(hits):
        i = rows[k]
        rows[k], event[k] = inside[i], 0
        while u[i] >= steps[group[i], event[k]]:
            event[k] += 1
    return rows[:hits], event[:hits], n


@compiled
def seat_elsewhere(run: Any, code: Any, day: Any, me: Any, mine: Any, holder: Any, seat_den: Any, den_key: Any,
                   den_status: Any, active: Any) -> Any:  # pragma: no cover - compiled
    """Find a buyer among the other dens that call and have a vacant seat: the one with the highest draw.

    Returns
    -------
    seat, drawn : int
        The first vacant seat of that den, -1 where there is no buyer; how many were asked, one draw each.
    """
    first = np.full(den_key.size, -1)
    for seat in range(holder.size - 1, -1, -1):
        if holder[seat] < 0:
            first[seat_den[seat]] = seat
    first[mine] = -1
    chosen, highest, drawn = -1, -1.0, 0
    for den in range(den_key.size):
        if first[den] >= 0 and den_status[den] == active:
            wish = unit(run, den_key[den] ^ me, code, day, 0)
            drawn += 1
            if wish > highest:
                chosen, highest = first[den], wish
    return chosen, drawn


@compiled
def happen(run: Any, codes: Any, day: Any, rows: Any, event: Any, numbers: Any, testimony: Any, names: Any,
           series: Any, flows: Any, allowed: Any, key: Any, status: Any, since: Any, seat: Any, den: Any, place: Any,
           role: Any, control: Any, debt: Any, started: Any, due: Any, abuse: Any, seat_den: Any, holder: Any,
           vacant_since: Any, den_key: Any, den_status: Any, country: Any, owner: Any, staff: Any, callers: Any,
           capital: Any) -> Any:  # pragma: no cover - compiled
    """Let today's events happen, one kind after the other, and within a kind in the order of people's keys.

    Parameters
    ----------
    codes : uint64, shape (2,)
        Draws of who buys a person, and of who testifies.
    numbers : tuple of int
        Ransom, price of a person (cents), days home.
    testimony : float
        Share of those who fled or were ransomed who testify.
    names : tuple of int
        Status: working, held, quit, fled, ransomed, resold, died. Active den, caller, confined.
    series : tuple of int
        Rows of ``flows``: quits, escapes, ransoms, ransom paid, resold, deaths, abuse.

    Returns
    -------
    gone : int64
        Who left for good and is on the way home.
    fled, freed : int64
        Who testifies, of those who fled and of those for whom ransom was paid.
    ransoms, drawn : int
        People ransomed; draws made.
    """
    ransom, price, home_days = numbers
    working, held, has_quit, has_fled, ransomed, resold, died, active, caller, confined = names
    quits, escapes, ransoms, ransom_paid, sales, deaths, violence = series
    gone, witnesses, leaving, drawn = np.empty(rows.size, np.int64), np.zeros(rows.size, np.int64), 0, 0
    order = np.argsort(key[rows])
    for kind in range(QUIT, ABUSE + 1):
        for i in order:
            if event[i] != kind:
                continue
            row = rows[i]
            home, at = den[row], country[den[row]]
            calls = status[row] == working and role[row] == caller
            if kind in (FLEE, RANSOM):
                witnesses[i] = kind * (unit(run, key[row], codes[1], 0, 0) < testimony)
                drawn += 1
            if kind == RANSOM:
                capital[owner[home]] += ransom
                flows[ransom_paid, at] += ransom
            if kind in (QUIT, FLEE, RANSOM, DIE):
                leave_den(row, seat, started, debt, den, calls, holder, vacant_since, staff, callers, day)
            if kind == DIE:
                flows[deaths, at] += 1
                move(row, died, status, since, day, allowed)
            elif kind <= RANSOM:
                flows[quits if kind == QUIT else escapes if kind == FLEE else ransoms, at] += 1
                to = has_quit if kind == QUIT else has_fled if kind == FLEE else ransomed
                move(row, to, status, since, day, allowed)
                gone[leaving], due[row] = row, day + home_days
                leaving += 1
            elif kind == RESELL:
                new, asked = seat_elsewhere(run, codes[0], day, key[row], home, holder, seat_den, den_key, den_status,
                                            active)
                drawn += asked
                if new >= 0:
                    flows[sales, at] += 1
                    change_seat(row, new, calls, seat, den, place, seat_den, holder, vacant_since, staff, callers,
                                country, day)
                    callers[den[row]] -= calls
                    capital[owner[den[row]]] -= price
                    capital[owner[home]] += price
                    debt[row] += price
                    control[row], started[row] = confined, day
                    move(row, resold, status, since, day, allowed)
                    move(row, held, status, since, day, allowed)
            elif kind == COMPLY:
                move(row, working, status, since, day, allowed)
                callers[home] += role[row] == caller
            elif kind == HOLD:
                callers[home] -= calls
                control[row] = confined
                move(row, held, status, since, day, allowed)
            elif kind == ABUSE:
                abuse[row] += 1
                flows[violence, at] += 1
    return gone[:leaving], rows[witnesses == FLEE], rows[witnesses == RANSOM], np.sum(event == RANSOM), drawn
