"""Treaties: under which terms suspects pass from one country to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fraudsim.core.table import Rows
    from fraudsim.state import State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """Terms of every treaty: those of the world file in their order, then one a pair for new agreements.

    Attributes
    ----------
    standing : int
        Treaties of the world file. An agreement between host h and requester r of n countries has
        the position ``standing + n h + r``.
    host, requester : int64, shape (treaties,)
    median, sigma, refusal : float64, shape (treaties,)
    batch : int64, shape (treaties,)
        Days between hand-overs.
    """

    standing: int
    host: Rows
    requester: Rows
    median: Floats
    sigma: Floats
    refusal: Floats
    batch: NDArray[np.int64]


def terms(state: State) -> Terms:
    """Return the terms of all treaties; see ``state.fixed``."""
    names, treaties, p = state.country_names, state.world.treaties, state.world.parameters.justice
    n = len(names)
    host, requester = np.divmod(np.arange(n * n), n)
    pairs = n * n

    def joined(given: list[float], agreed: float) -> Floats:
        return np.array(given + [agreed] * pairs, np.float64)

    return Terms(
        len(treaties), np.append([names.index(t.host) for t in treaties], host).astype(np.int64),
        np.append([names.index(t.requester) for t in treaties], requester).astype(np.int64),
        joined([t.median_days for t in treaties], p.agreement_days),
        joined([t.sigma for t in treaties], p.agreement_sigma),
        joined([t.refusal for t in treaties], p.agreement_refusal),
        joined([t.batch_days for t in treaties], p.agreement_batch_days).astype(np.int64))


def standing(state: State) -> NDArray[np.int64]:
    """Return the world's treaty between every host (row) and requester (column), -1 for none."""
    known, n = state.fixed(terms), len(state.country_names)
    table = np.full((n, n), -1)
    table[known.host[: known.standing], known.requester[: known.standing]] = np.arange(known.standing)
    return table


def in_force(state: State) -> NDArray[np.int64]:
    """Return today's treaty between every host (row) and requester (column), -1 for none.

    Where no treaty stands, an agreement counts as one.
    """
    table = state.fixed(standing)
    if not state.levers.moved("agreement"):
        return table
    agreed = state.fixed(terms).standing + np.arange(table.size).reshape(table.shape)
    return np.where((table < 0) & (state.levers.agreement > 0.0), agreed, table)


def median_days(state: State, treaty: Rows) -> Floats:
    """Return median times to a hand-over today; what policy saves concerns treaties that stood before."""
    known = state.fixed(terms)
    times = state.levers.treaty_delay[known.host[treaty], known.requester[treaty]]
    return known.median[treaty] * np.where(treaty < known.standing, times, 1.0)


def refusals(state: State, treaty: Rows) -> Floats:
    """Return shares of requests refused today; what policy saves concerns treaties that stood before."""
    known = state.fixed(terms)
    times = state.levers.treaty_refusal[known.host[treaty], known.requester[treaty]]
    return known.refusal[treaty] * np.where(treaty < known.standing, times, 1.0)
