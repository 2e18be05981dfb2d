"""Choice among options in nests: McFadden's nested logit, with one draw an option.

In a flat logit every option that is added draws from all others alike, so a map with more countries shows more
displacement whatever happens. In nests an added option draws mostly from those like it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def nest_values(appeal: Floats, nest: NDArray[Any], similarity: float, nests: int) -> Floats:
    """Return the inclusive value of every nest: similarity x log sum exp(appeal / similarity).

    Parameters
    ----------
    appeal : float64, shape (options,)
        Log odds; minus infinity for an option that is not on offer.
    nest : int, shape (options,)
    similarity : float
        Dissimilarity parameter of the nests, above 0 and at most 1.
    nests : int
        Number of nests; one without options on offer is worth minus infinity.

    Returns
    -------
    float64, shape (nests,)
    """
    values = np.full(nests, -np.inf)
    for i in range(nests):
        inside = appeal[nest == i] / similarity
        top = inside.max() if inside.size else -np.inf
        if np.isfinite(top):
            values[i] = similarity * (top + np.log(np.exp(inside - top).sum()))
    return values


def nested_choice(appeal: Floats, nest: NDArray[Any], similarity: float, nest_noise: Floats,
                  option_noise: Floats) -> int:
    """Choose a nest, then an option in it.

    Parameters
    ----------
    appeal : float64, shape (options,)
    nest : int, shape (options,)
    similarity : float
    nest_noise : float64, shape (nests,)
        Standard Gumbel values, each named by its nest.
    option_noise : float64, shape (options,)
        Standard Gumbel values, each named by its option: an added option disturbs no other.

    Returns
    -------
    int
        Position of the option.

    References
    ----------
    McFadden 1978.
    """
    best = int(np.argmax(nest_values(appeal, nest, similarity, nest_noise.size) + nest_noise))
    inside = np.flatnonzero(nest == best)
    return int(inside[np.argmax(appeal[inside] / similarity + option_noise[inside])])
