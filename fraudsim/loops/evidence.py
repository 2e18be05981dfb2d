"""The loop of evidence: confirmations are booked one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import child_key, unit
from fraudsim.core.index import row_of


@compiled
def add_confirmations(rows: Any, keys: Any, day: Any, run: Any, code: Any, precision: Any, strength: Any,
                      astray: Any) -> None:  # pragma: no cover - compiled
    """Book one confirmation a row of ``evidence``: to the den's address, or astray to a wrong one."""
    for i in range(rows.size):
        if unit(run, keys[i], code, day, 0) < precision:
            strength[rows[i]] += 1.0
        else:
            astray[rows[i]] += 1.0


@compiled
def ripened(strength: Any, astray: Any, ready_on: Any, warrant: Any, never: Any) -> Any:  # pragma: no cover - compiled
    """Return files with evidence enough for a warrant, right or astray, that never had it before."""
    rows = np.empty(strength.size + 1, np.int64)
    n = 0
    for i in range(strength.size):
        rows[n] = i
        n += (ready_on[i] == never) & ((strength[i] >= warrant) | (astray[i] >= warrant))
    return rows[:n]


@compiled
def unready_dens(force: Any, den: Any, ready_on: Any, country: Any, status: Any, never: Any,
                 last_open: Any) -> Any:  # pragma: no cover - compiled
    """Return standing dens on which some force has a file, and the host none that ever sufficed."""
    known, ready = np.zeros(status.size, np.bool_), np.zeros(status.size, np.bool_)
    for i in range(force.size):
        known[den[i]] = True
        if force[i] == country[den[i]] and ready_on[i] != never:
            ready[den[i]] = True
    rows = np.empty(status.size + 1, np.int64)
    n = 0
    for j in range(status.size):
        rows[n] = j
        n += known[j] and not ready[j] and status[j] <= last_open
    return rows[:n]


@compiled
def first_missing(keys: Any, rows: Any) -> Any:  # pragma: no cover - compiled
    """Return where the keys without a row stand, each once and in the order of the keys."""
    missing = np.flatnonzero(rows < 0)
    n = 0
    for i in missing[np.argsort(keys[missing], kind="mergesort")]:  # of equal keys the first comes first
        if n == 0 or keys[i] != keys[missing[n - 1]]:
            missing[n] = i
            n += 1
    return missing[:n]


@compiled
def find_files(force_key: Any, den_key: Any, kind: Any, forces: Any, dens: Any,
               slots: Any) -> Any:  # pragma: no cover - compiled
    """Look up the files of forces on dens.

    Returns
    -------
    keys : uint64, shape (n,)
    rows : int64, shape (n,)
        Row of ``evidence``, -1 where there is no file yet.
    new : int64
        Where the keys without a row stand: see :func:`first_missing`.
    """
    keys, rows = np.empty(forces.size, np.uint64), np.empty(forces.size, np.int64)
    for i in range(forces.size):
        keys[i] = child_key(force_key[forces[i]], kind, den_key[dens[i]])
        rows[i] = row_of(slots, keys[i])
    return keys, rows, first_missing(keys, rows)


@compiled
def confirm_known(force_key: Any, den_key: Any, kind: Any, forces: Any, dens: Any, slots: Any, keys: Any,
                  day: Any, run: Any, code: Any, precision: Any, strength: Any,
                  astray: Any) -> Any:  # pragma: no cover - compiled
    """Book one confirmation for each pair of force and den, unless one has no file yet; tell whether they all had."""
    _, rows, new = find_files(force_key, den_key, kind, forces, dens, slots)
    if new.size == 0:
        add_confirmations(rows, keys, day, run, code, precision, strength, astray)
    return new.size == 0
