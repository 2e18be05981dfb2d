"""Pareto sets: what is dominated, and how to keep a few that are spread out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Values = NDArray[np.float64]


def nondominated(values: Values) -> NDArray[np.bool_]:
    """Tell which rows no other row dominates: is as good in everything and better in something; less is better.

    Parameters
    ----------
    values : float64, shape (options, objectives)

    Examples
    --------
    >>> nondominated(np.array([[0.0, 2.0], [1.0, 1.0], [1.0, 2.0]]))
    array([ True,  True, False])
    """
    as_good = (values[:, None, :] <= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] < values[None, :, :]).any(axis=2)
    result: NDArray[np.bool_] = ~(as_good & better).any(axis=0)
    return result


def crowding(values: Values) -> Values:
    """Return how far apart the neighbours of every row are, summed over objectives; infinite at the ends.

    Parameters
    ----------
    values : float64, shape (options, objectives)
    """
    found = np.zeros(len(values))
    for column in values.T:
        order = np.argsort(column, kind="stable")
        width = column[order[-1]] - column[order[0]]
        if width > 0:
            found[order[[0, -1]]] = np.inf
            found[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / width
    return found


def spread_out(values: Values, most: int) -> NDArray[np.int64]:
    """Return rows of a Pareto set, at most so many: the least crowded; the one in the thickest crowd goes first.

    Parameters
    ----------
    values : float64, shape (options, objectives)
    most : int
    """
    kept = np.arange(len(values))
    while len(kept) > most:
        kept = np.delete(kept, int(np.argmin(crowding(values[kept]))))
    return kept
