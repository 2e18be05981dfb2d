"""The loops of investigation: which files are worked, and what a week of work yields."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.distributions import poisson_at
from fraudsim.core.draws import unit


@compiled
def astir(borrowed: Any, owed: Any, lent: Any, status: Any, joint: Any, first: Any,
          last: Any) -> Any:  # pragma: no cover - compiled
    """Tell whether any force has people borrowed, owed or lent, or a joint operation is under way."""
    found = False
    for i in range(borrowed.size):
        found |= (borrowed[i] != 0.0) | (owed[i] != 0.0) | (lent[i] != 0.0)
    for i in range(status.size):
        found |= joint[i] & (status[i] >= first) & (status[i] <= last)
    return found


@compiled
def people_left(police: Any, owed: Any, borrowed: Any, dip: Any) -> Any:  # pragma: no cover - compiled
    """Return, by country, ``maximum(police - maximum(owed - dip * borrowed, 0), 0)``."""
    left = np.empty(police.size)
    for i in range(police.size):
        left[i] = max(police[i] - max(owed[i] - dip * borrowed[i], 0.0), 0.0)
    return left


@compiled
def files_of(wanted: Any, force: Any, strength: Any, astray: Any, key: Any,
             least: Any) -> Any:  # pragma: no cover - compiled
    """Return a force's files with more confirmations than ``least``, by key, and how many: right and astray."""
    rows = np.empty(force.size + 1, np.int64)
    n = 0
    for i in range(force.size):
        rows[n] = i
        n += (force[i] == wanted) & (strength[i] + astray[i] > least)
    rows = rows[:n][np.argsort(key[rows[:n]])]
    return rows, strength[rows] + astray[rows]


@compiled
def unasked_abroad(force: Any, den: Any, den_country: Any, strength: Any, asked: Any,
                   never: Any) -> Any:  # pragma: no cover - compiled
    """Return files with a confirmation or more on dens abroad of which the host has not been asked."""
    rows = np.empty(force.size + 1, np.int64)
    n = 0
    for i in range(force.size):
        rows[n] = i
        n += (asked[i] == never) & (strength[i] >= 1.0) & (den_country[den[i]] != force[i])
    return rows[:n]


@compiled
def notice(status: Any, protection: Any, key: Any, day: Any, run: Any, code: Any, chance: Any,
           open_codes: Any) -> Any:  # pragma: no cover - compiled
    """Draw which standing dens are noticed, less where dens are protected.

    Returns
    -------
    dens : int64
    drawn : int
    """
    active, lying_low = open_codes[0], open_codes[1]
    rows = np.empty(status.size, np.int64)
    n, drawn = 0, 0
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            drawn += 1
            if unit(run, key[i], code, day, 0) < chance * (1.0 - protection[i]):
                rows[n] = i
                n += 1
    return rows[:n], drawn


@compiled
def work(cases: Any, day: Any, run: Any, progress_code: Any, refute_code: Any, key: Any, den: Any, strength: Any,
         astray: Any, den_status: Any, progress: Any, precision: Any, refute: Any,
         lying_low: Any) -> None:  # pragma: no cover - compiled
    """Work on files for a week: a confirmation now and then; a wrong or empty address may show to be one.

    A force may choose the same file twice, or one that does not exist: it gains no more by the first, and
    the second is an IndexError.
    """
    right_now, astray_now = np.empty(cases.size), np.empty(cases.size)
    for i in range(cases.size):
        row = cases[i]
        if row >= key.size or row < -key.size:
            raise IndexError("a force chose a case that does not exist")
        gained = poisson_at(unit(run, key[row], progress_code, day, 0), progress)
        right = unit(run, key[row], progress_code, day, 1) < precision
        standing = den_status[den[row]] <= lying_low
        refuted = unit(run, key[row], refute_code, day, 0) < refute
        right_now[i] = strength[row] + (gained if right and standing else 0)
        astray_now[i] = astray[row] + (0 if right else gained)
        if refuted:
            astray_now[i] = 0.0
            if not standing:
                right_now[i] = 0.0
    for i in range(cases.size):
        strength[cases[i]], astray[cases[i]] = right_now[i], astray_now[i]
