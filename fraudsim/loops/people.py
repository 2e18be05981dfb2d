"""What several processes do to a person: change status, take a seat, leave a den."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.columns import opened
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
def move(row: Any, to: Any, workers: Any, day: Any, allowed: Any) -> None:  # pragma: no cover - compiled
    """Move a person to a status and stamp the day; refuse, as ``Lifecycle.move`` does, what is not allowed.

    Raises
    ------
    ValueError
        With the row, the status that the person has, and the one refused, if ``not allowed[status[row], to]``.
        Who calls a loop says their names: :meth:`fraudsim.core.lifecycle.Lifecycle.named`.
    """
    if not allowed[workers.status[row], to]:
        raise ValueError(REFUSED, row, workers.status[row], to)
    workers.status[row], workers.since[row] = to, day


@compiled
def leave_den(row: Any, calls: Any, workers: Any, seats: Any, dens: Any,
              day: Any) -> None:  # pragma: no cover - compiled
    """Take a person out of the den: the seat falls vacant, staff and callers shrink, the debt is gone.

    Somebody without a seat is in no den already.
    """
    own, den = workers.seat[row], workers.den[row]
    if own < 0:
        return
    seats.holder[own], seats.vacant_since[own], workers.seat[row] = -1, day, -1
    if workers.started[row] < NEVER:
        dens.staff[den] -= 1
        dens.callers[den] -= calls
        workers.started[row] = NEVER
    workers.debt[row] = 0


@compiled
def leave_dens(columns: Any, rows: Any, day: Any, working: Any, caller: Any) -> None:  # pragma: no cover - compiled
    """Take people out of their den, one after the other."""
    workers, seats, dens = opened("workers", columns), opened("seats", columns), opened("dens", columns)
    for row in rows:
        calls = workers.status[row] == working and workers.role[row] == caller
        leave_den(row, calls, workers, seats, dens, day)


@compiled
def change_seat(row: Any, new: Any, calls: Any, workers: Any, seats: Any, dens: Any,
                day: Any) -> None:  # pragma: no cover - compiled
    """Move a person, as they are, to a vacant seat of another den."""
    old, left, joined = workers.seat[row], workers.den[row], seats.den[new]
    seats.holder[old], seats.vacant_since[old] = -1, day
    dens.staff[left] -= 1
    dens.callers[left] -= calls
    seats.holder[new], workers.seat[row], workers.den[row] = row, new, joined
    seats.holders[new] += 1
    workers.place[row] = dens.country[joined]
    dens.staff[joined] += 1
    dens.callers[joined] += calls


@compiled
def change_seats(columns: Any, rows: Any, new: Any, day: Any, working: Any,
                 caller: Any) -> None:  # pragma: no cover - compiled
    """Move people, as they are, to vacant seats of other dens, one after the other."""
    workers, seats, dens = opened("workers", columns), opened("seats", columns), opened("dens", columns)
    for i in range(rows.size):
        row = rows[i]
        calls = workers.status[row] == working and workers.role[row] == caller
        change_seat(row, new[i], calls, workers, seats, dens, day)
