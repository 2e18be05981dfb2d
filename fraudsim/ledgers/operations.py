"""Operations: what the forces of an operation know together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.table import Rows, where
from fraudsim.ledgers.evidence import court_weights

if TYPE_CHECKING:
    from fraudsim.state import State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pool:
    """Pooled evidence of an operation, one element a den.

    Attributes
    ----------
    den : int64, shape (n,)
        Dens on the territory of the operation that any of its forces has a file on. Some may have
        moved or closed: the forces cannot know.
    strength, astray : float64, shape (n,)
        Confirmations that point to the right and to a wrong address, over all its forces; those from
        abroad count as far as the host's courts accept them.
    """

    den: Rows
    strength: Floats
    astray: Floats


def pooled(state: State, op: int) -> Pool:
    """Pool the files of the forces in an operation."""
    e, o = state.evidence, state.operations
    member = o.hosts[op].copy()
    member[o.lead[op]] = True
    rows = where(member[e.force] & o.hosts[op][state.dens.country[e.den]])
    rows = rows[np.argsort(e.key[rows])]
    dens, group = np.unique(e.den[rows], return_inverse=True)
    weight = court_weights(state)[state.dens.country[e.den[rows]], e.force[rows]]
    # What a force had from another is in the other's file already.
    known = e.strength[rows] + e.astray[rows]
    weight = weight * np.maximum(0.0, 1.0 - np.minimum(e.received[rows], known) / np.maximum(known, 1e-9))
    return Pool(dens, np.bincount(group, weight * e.strength[rows], dens.size),
                np.bincount(group, weight * e.astray[rows], dens.size))


def ready_sites(pool: Pool, warrant: float) -> int:
    """Return how many sites have evidence enough for a warrant; wrong addresses look no different."""
    return int((pool.strength >= warrant).sum() + (pool.astray >= warrant).sum())


def known_sites(pool: Pool, warrant: float) -> int:
    """Return how many sites have a fourth of a warrant's evidence or more."""
    return int((pool.strength >= warrant / 4.0).sum() + (pool.astray >= warrant / 4.0).sum())
