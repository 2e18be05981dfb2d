"""Whether a world has settled by the end of its burn-in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.ledgers.flows import POSITION

WATCHED = {"dens_active": "dens", "staff": "staff", "captive": "people held captive",
           "capital": "capital", "paid": "losses"}
"""Series that must be stationary when day 0 comes, with their names for people."""

TOLERANCE = 0.15
"""Relative drift, from one quarter of the burn-in to the next, above which a world is called unsettled."""


def drift(burn_in: NDArray[np.int64]) -> dict[str, float | None]:
    """Return the relative change from the last but one to the last quarter of the burn-in.

    Parameters
    ----------
    burn_in : int64, shape (days, series, countries)
        Record of the burn-in: :meth:`fraudsim.simulation.Simulation.burn_in_record`.

    Returns
    -------
    dict of str to float
        By series of :data:`WATCHED`; None where the burn-in is shorter than eight weeks or there was
        nothing to compare with.
    """
    quarter = len(burn_in) // 4
    if quarter < 14:
        return dict.fromkeys(WATCHED)
    result: dict[str, float | None] = {}
    for name in WATCHED:
        daily = burn_in[:, POSITION[name], :].sum(axis=1)
        before, after = float(daily[-2 * quarter: -quarter].mean()), float(daily[-quarter:].mean())
        result[name] = (after - before) / abs(before) if before != 0.0 else None
    return result


def unsettled(drifts: list[dict[str, float | None]]) -> list[str]:
    """Return a line for every series that still drifts, over replications.

    A series is called unsettled where the mean drift exceeds :data:`TOLERANCE` and, with two
    replications or more, lies over three standard errors from zero (false alarms: at most 1.5% a series at
    ten replications, by Student's t).

    Parameters
    ----------
    drifts : list of dict
        One result of :func:`drift` a replication.
    """
    if any(drifts) and all(value is None for d in drifts for value in d.values()):
        return ["burn-in: too short, or too empty, to tell whether the world has settled; lengthen burn_in_days"]
    lines = []
    for name, words in WATCHED.items():
        values: NDArray[Any] = np.array([d[name] for d in drifts if d.get(name) is not None], np.float64)
        if values.size == 0:
            continue
        mean = float(values.mean())
        error = float(values.std(ddof=1)) / values.size**0.5 if values.size > 1 else 0.0
        if abs(mean) > TOLERANCE and abs(mean) > 3.0 * error:
            lines.append(f"burn-in: {words} still change by {mean:+.0%} a quarter of the burn-in: the world has not "
                         "settled; lengthen burn_in_days")
    return lines
