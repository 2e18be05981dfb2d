"""Captivity: who in a den meets with an event today, and what the event does to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.columns import opened
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
def violence(columns: Any, rise: Any) -> Any:  # pragma: no cover - compiled
    """Return by how many times violence rises in every den: with the shortfall of income from what the owner expects.

    An owner who expects nothing misses nothing. ``rise`` is that where a den brings nothing in.
    """
    dens, expected = opened("dens", columns), opened("syndicates", columns).profit_belief
    owner, zone, profit = dens.syndicate, dens.zone, dens.profit_mean
    times = np.ones(owner.size)
    for den in range(owner.size):
        hoped = expected[owner[den], zone[den]]
        if hoped > 0.0:
            times[den] += rise * min(max(1.0 - profit[den] / hoped, 0.0), 1.0)
    return times


@compiled
def events(columns: Any, run: Any, code: Any, day: Any, paid: Any, steps: Any, times: Any,
           names: Any) -> Any:  # pragma: no cover - compiled
    """Count the days of captives, let the indebted work, and draw at most one event a person in a den.

    Parameters
    ----------
    paid : int
        Debt that is worked off today: nothing except once a week.
    steps : float64, shape (4 classes, 8 events)
        Cumulative chances by class: a worker's control, or ``held``.
    times : float64, shape (dens,)
        By how many times violence, the last event, is more frequent than that.
    names : int64
        Status: working, held (the code after it). Class: free, indebted, confined, held.

    Returns
    -------
    rows, event : int64
        Those to whom something happens, and what.
    drawn : int
        People in dens, one draw each.
    """
    working, held, free, indebted, confined, locked_up = names[0], names[1], names[2], names[3], names[4], names[5]
    workers = opened("workers", columns)
    key, status, control, debt, den = workers.key, workers.status, workers.control, workers.debt, workers.den
    days_captive, inside = workers.days_captive, rows_between(status, working, held)
    n, last, highest = inside.size, steps.shape[1] - 1, 0.0
    worst = max(times.max(), 1.0) if times.size else 1.0
    for g in range(steps.shape[0]):
        highest = max(highest, steps[g, last - 1] + worst * (steps[g, last] - steps[g, last - 1]))
    own, u = key[inside], np.empty(n)
    for i in range(n):  # draws in a loop of their own: the compiler takes several at a time
        u[i] = unit(run, own[i], code, day, 0)
    for row in range(status.size):  # all rows, in a loop of its own: the compiler takes many at a time
        days_captive[row] += (status[row] == held) | ((status[row] == working) & (control[row] >= confined))
    # Nothing happens to most, whatever their class and den: those are told by one comparison.
    maybe, m, hits = np.empty(n + 1, np.int64), 0, 0
    for i in range(n):
        maybe[m] = i
        m += u[i] < highest
    rows, event = np.empty(m, np.int64), np.empty(m, np.int64)
    for k in range(m):
        i = maybe[k]
        row = inside[i]
        group = locked_up if status[row] == held else control[row]
        before = steps[group, last - 1]
        if u[i] < before + times[den[row]] * (steps[group, last] - before):
            rows[hits], event[hits] = row, 0
            while event[hits] < last and u[i] >= steps[group, event[hits]]:
                event[hits] += 1
            hits += 1
    if paid > 0:
        for row in inside:
            if status[row] != held and control[row] == indebted:
                work_off(row, paid, debt, control, free)
    return rows[:hits], event[:hits], n


@compiled
def first_vacant(holder: Any, seat_den: Any, dens: Any) -> Any:  # pragma: no cover - compiled
    """Return the first vacant seat of every den, -1 where there is none."""
    first = np.full(dens, -1)
    for seat in range(holder.size):
        if first[seat_den[seat]] < 0 and holder[seat] < 0:  # in this order: half the seats may be vacant, at random
            first[seat_den[seat]] = seat
    return first


@compiled
def seat_elsewhere(run: Any, code: Any, day: Any, me: Any, mine: Any, first: Any, den_key: Any, den_status: Any,
                   active: Any) -> Any:  # pragma: no cover - compiled
    """Find a buyer among the other dens that call and have a vacant seat: the one with the highest draw.

    Returns
    -------
    seat, drawn : int
        The first vacant seat of that den, -1 where there is no buyer; how many were asked, one draw each.
    """
    chosen, highest, drawn, wish = -1, -1.0, 0, np.empty(first.size)
    for den in range(first.size):  # draws in a loop of their own: the compiler takes several at a time
        wish[den] = unit(run, den_key[den] ^ me, code, day, 0)
    for den in range(first.size):  # without branches: nobody can foresee them
        buys = (first[den] >= 0) & (den != mine) & (den_status[den] == active)
        drawn += buys
        wish[den] = wish[den] if buys else -1.0
    for den in range(first.size):
        if wish[den] > highest:
            chosen, highest = first[den], wish[den]
    return chosen, drawn


@compiled
def seat_changed(left: Any, taken: Any, first: Any, holder: Any, seat_den: Any) -> None:  # pragma: no cover - compiled
    """Keep the first vacant seats of dens up to date: one falls vacant, another is taken. A den's lie side by side."""
    den, seat = seat_den[taken], taken
    while seat < holder.size and seat_den[seat] == den and holder[seat] >= 0:
        seat += 1
    first[den] = seat if seat < holder.size and seat_den[seat] == den else -1
    den = seat_den[left]
    if first[den] < 0 or left < first[den]:
        first[den] = left


@compiled
def happen(columns: Any, run: Any, codes: Any, day: Any, rows: Any, event: Any, numbers: Any, testimony: Any,
           names: Any, series: Any, flows: Any, allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let today's events happen, one kind after the other, and within a kind in the order of people's keys.

    Parameters
    ----------
    codes : uint64, shape (2,)
        Draws of who buys a person, and of who testifies.
    numbers : int64
        Ransom, price of a person (cents), days home.
    testimony : float
        Share of those who fled or were ransomed who testify.
    names : int64
        Status: working, held, quit, fled, ransomed, resold, died. Active den, caller, confined.
    series : int64
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
    ransom, price, home_days = numbers[0], numbers[1], numbers[2]
    working, held, has_quit, has_fled, ransomed, resold, died, active, caller, confined = (
        names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7], names[8], names[9])
    quits, escapes, ransoms, ransom_paid, sales, deaths, violence = (
        series[0], series[1], series[2], series[3], series[4], series[5], series[6])
    workers, dens, seats = opened("workers", columns), opened("dens", columns), opened("seats", columns)
    key, status, den, role, owner = workers.key, workers.status, workers.den, workers.role, dens.syndicate
    capital = opened("syndicates", columns).capital
    gone, witnesses, leaving, drawn = np.empty(rows.size, np.int64), np.zeros(rows.size, np.int64), 0, 0
    order, first = np.argsort(key[rows]), np.empty(0, np.int64)
    for kind in range(QUIT, ABUSE + 1):
        for i in order:
            if event[i] != kind:
                continue
            row = rows[i]
            home, at = den[row], dens.country[den[row]]
            calls = status[row] == working and role[row] == caller
            if kind in (FLEE, RANSOM):
                witnesses[i] = kind * (unit(run, key[row], codes[1], 0, np.int64(workers.trips[row])) < testimony)
                drawn += 1
            if kind == RANSOM:
                capital[owner[home]] += ransom
                flows[ransom_paid, at] += ransom
            if kind in (QUIT, FLEE, RANSOM, DIE):
                leave_den(row, calls, workers, seats, dens, day)
            if kind == DIE:
                flows[deaths, at] += 1
                move(row, died, workers, day, allowed)
            elif kind <= RANSOM:
                flows[quits if kind == QUIT else escapes if kind == FLEE else ransoms, at] += 1
                to = has_quit if kind == QUIT else has_fled if kind == FLEE else ransomed
                move(row, to, workers, day, allowed)
                gone[leaving], workers.due[row] = row, day + home_days
                leaving += 1
            elif kind == RESELL:
                if first.size == 0:
                    first = first_vacant(seats.holder, seats.den, owner.size)
                new, asked = seat_elsewhere(run, codes[0], day, key[row], home, first, dens.key, dens.status, active)
                drawn += asked
                if new >= 0:
                    flows[sales, at] += 1
                    old = workers.seat[row]
                    change_seat(row, new, calls, workers, seats, dens, day)
                    seat_changed(old, new, first, seats.holder, seats.den)
                    dens.callers[den[row]] -= calls
                    capital[owner[den[row]]] -= price
                    capital[owner[home]] += price
                    workers.debt[row] += price
                    workers.control[row], workers.started[row] = confined, day
                    move(row, resold, workers, day, allowed)
                    move(row, held, workers, day, allowed)
            elif kind == COMPLY:
                move(row, working, workers, day, allowed)
                dens.callers[home] += role[row] == caller
            elif kind == HOLD:
                dens.callers[home] -= calls
                workers.control[row] = confined
                move(row, held, workers, day, allowed)
            elif kind == ABUSE:
                workers.abuse[row] += 1
                flows[violence, at] += 1
    return gone[:leaving], rows[witnesses == FLEE], rows[witnesses == RANSOM], np.sum(event == RANSOM), drawn


@compiled
def endure(columns: Any, run: Any, event_code: Any, codes: Any, day: Any, paid: Any, steps: Any, rise: Any,
           classes: Any, numbers: Any, testimony: Any, names: Any, series: Any, flows: Any,
           allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let a day in dens pass: see :func:`violence`, :func:`events` and :func:`happen`, whose results it returns."""
    times = violence(columns, rise)
    rows, event, inside = events(columns, run, event_code, day, paid, steps, times, classes)
    gone, fled, freed, ransoms, drawn = happen(columns, run, codes, day, rows, event, numbers, testimony, names, series,
                                               flows, allowed)
    return gone, fled, freed, ransoms, drawn + inside


@compiled
def press_kin(columns: Any, run: Any, code: Any, share: Any, series: Any, flows: Any,
              names: Any) -> Any:  # pragma: no cover - compiled
    """Press the kin of nationals in dens, of the free and of the confined alike; return the draws made.

    One draw a person and life: as the share grows, further families are added to those pressed before.

    Parameters
    ----------
    share : float64, shape (countries,)
        Nationals in dens whose kin are pressed.
    series : int
        Row of ``flows``: families newly pressed.
    names : tuple of int
        Status: working, held (the code after it).
    """
    workers = opened("workers", columns)
    key, nationality, pressed = workers.key, workers.nationality, workers.kin_pressed
    inside, drawn = rows_between(workers.status, names[0], names[1]), 0
    for row in inside:
        here = nationality[row]
        if share[here] > 0.0 and not pressed[row]:
            pressed[row] = unit(run, key[row], code, 0, 0) < share[here]
            flows[series, here] += pressed[row]
            drawn += 1
    return drawn


@compiled
def surrender(columns: Any, run: Any, codes: Any, day: Any, terms: Any, home_days: Any, names: Any, series: Any,
              flows: Any, hazard: Any, leniency: Any, allowed: Any) -> Any:  # pragma: no cover - compiled
    """Let workers who can leave follow a call to surrender; the confined and the held cannot.

    Parameters
    ----------
    codes : uint64, shape (3,)
        Draws of who surrenders, of who goes unpunished, and of who testifies.
    terms : tuple of float
        Indebted workers who can follow, against free ones; rise where kin are pressed; testimony.
    names : tuple of int
        Status: working, surrendered. Control: free, indebted. Voluntary; caller.
    series : tuple of int
        Rows of ``flows``: surrenders and lenient ones by nationality, trafficked people punished by host.
    hazard, leniency : float64, shape (countries,)
        By nationality: chance a day to surrender; share of them who go unpunished.

    Returns
    -------
    gone, witnesses : int64
        Who surrendered; who of them testifies.
    drawn : int
        Draws.
    """
    indebted_share, kin_effect, testimony = terms
    working, surrendered, free, indebted, voluntary, caller = names
    workers, dens, seats = opened("workers", columns), opened("dens", columns), opened("seats", columns)
    key, nationality, control, pressed = workers.key, workers.nationality, workers.control, workers.kin_pressed
    inside, drawn = rows_between(workers.status, working, working), 0
    gone, n, witnesses, w = np.empty(inside.size, np.int64), 0, np.empty(inside.size, np.int64), 0
    for row in inside:
        here, bond = nationality[row], control[row]
        if hazard[here] <= 0.0 or (bond != free and bond != indebted):
            continue
        chance = hazard[here] * (1.0 if bond == free else indebted_share) * (1.0 + kin_effect * pressed[row])
        drawn += 1
        if unit(run, key[row], codes[0], day, 0) >= chance:
            continue
        at, trip = dens.country[workers.den[row]], np.int64(workers.trips[row])
        leave_den(row, workers.role[row] == caller, workers, seats, dens, day)
        move(row, surrendered, workers, day, allowed)
        workers.due[row] = day + home_days
        spared = unit(run, key[row], codes[1], 0, trip) < leniency[here]
        flows[series[0], here] += 1
        flows[series[1], here] += spared
        workers.lenient[row] |= spared
        workers.punished[row] |= not spared
        wronged = workers.recruited_as[row] != voluntary or workers.days_captive[row] > 0
        flows[series[2], at] += not spared and wronged
        drawn += 2
        gone[n] = row
        n += 1
        witnesses[w] = row
        w += unit(run, key[row], codes[2], 0, trip) < testimony
    return gone[:n], witnesses[:w], drawn
