"""What several processes do to a person: change status, take a seat, leave a den."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit

REFUSED = "not an allowed move (row, from, to)"
NEVER = 32767
"""Day that never comes, as in the columns of days."""


@compiled
def drawn(rows: Any, key: Any, run: Any, code: Any, day: Any, chance: Any) -> Any:  # pragma: no cover - compiled
    """Pick among people by one draw each: ``rows[uniform(code, key[rows], day) < chance]``."""
    own, u, picked = key[rows], np.empty(rows.size), np.empty(rows.size + 1, np.int64)
    for i in range(rows.size):  # draws in a loop of their own: the compiler takes several at a time
        u[i] = unit(run, own[i], code, day, 0)
    n = 0
    for i in range(rows.size):
        picked[n] = rows[i]
        n += u[i] < chance
    return picked[:n]


@compiled
def move(row: Any, to: Any, status: Any, since: Any, day: Any, allowed: Any) -> None:  # pragma: no cover - compiled
    """Move a person to a status and stamp the day; refuse, as ``Lifecycle.move`` does, what is not allowed.

    Raises
    ------
    ValueError
        With the row, the status that the person has, and the one refused, if ``not allowed[status[row], to]``.
        Who calls a loop says their names: :meth:`fraudsim.core.lifecycle.Lifecycle.named`.
    """
    if not allowed[status[row], to]:
        raise ValueError(REFUSED, row, status[row], to)
    status[row], since[row] = to, day


@compiled
def leave_den(row: Any, seat: Any, started: Any, debt: Any, den: Any, calls: Any, holder: Any, vacant_since: Any,
              staff: Any, callers: Any, day: Any) -> None:  # pragma: no cover - compiled
    """Take a person out of the den: the seat falls vacant, staff and callers shrink, the debt is gone.

    Somebody without a seat is in no den already.
    """
    own = seat[row]
    if own < 0:
        return
    holder[own], vacant_since[own], seat[row] = -1, day, -1
    if started[row] < NEVER:
        staff[den[row]] -= 1
        callers[den[row]] -= calls
        started[row] = NEVER
    debt[row] = 0


@compiled
def leave_dens(rows: Any, seat: Any, started: Any, debt: Any, den: Any, status: Any, role: Any, holder: Any,
               vacant_since: Any, staff: Any, callers: Any, day: Any, working: Any,
               caller: Any) -> None:  # pragma: no cover - compiled
    """Take people out of their den, one after the other."""
    for i in range(rows.size):
        row = rows[i]
        calls = status[row] == working and role[row] == caller
        leave_den(row, seat, started, debt, den, calls, holder, vacant_since, staff, callers, day)


@compiled
def change_seat(row: Any, new: Any, calls: Any, seat: Any, den: Any, place: Any, seat_den: Any, holder: Any,
                holders: Any, vacant_since: Any, staff: Any, callers: Any, country: Any,
                day: Any) -> None:  # pragma: no cover
    """Move a person, as they are, to a vacant seat of another den."""
    old = seat[row]
    holder[old], vacant_since[old] = -1, day
    staff[den[row]] -= 1
    callers[den[row]] -= calls
    holder[new], seat[row], den[row] = row, new, seat_den[new]
    holders[new] += 1
    place[row] = country[den[row]]
    staff[den[row]] += 1
    callers[den[row]] += calls


@compiled
def change_seats(rows: Any, new: Any, seat: Any, den: Any, place: Any, status: Any, role: Any, seat_den: Any,
                 holder: Any, holders: Any, vacant_since: Any, staff: Any, callers: Any, country: Any, day: Any,
                 working: Any, caller: Any) -> None:  # pragma: no cover - compiled
    """Move people, as they are, to vacant seats of other dens, one after the other."""
    for i in range(rows.size):
        row = rows[i]
        calls = status[row] == working and role[row] == caller
        change_seat(row, new[i], calls, seat, den, place, seat_den, holder, holders, vacant_since, staff, callers,
                    country, day)
