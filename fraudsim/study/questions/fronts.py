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


def dominated_share(values: Values, best: Values, worst: Values) -> float:
    """Return the hypervolume of a set: the share of the box from best to worst in which something is as good.

    Estimated at 2**14 points of a scrambled Sobol sequence, always the same.

    Parameters
    ----------
    values : float64, shape (options, objectives)
        Less is better.
    best, worst : float64, shape (objectives,)
        Corners of the box; an objective in which they agree is left out.

    Examples
    --------
    >>> dominated_share(np.array([[0.5, 0.0]]), np.zeros(2), np.ones(2))
    0.5
    """
    from scipy.stats import qmc

    wide = worst > best
    if not len(values) or not wide.any():
        return 0.0
    scaled = ((values - best) / np.where(wide, worst - best, 1.0))[:, wide]
    points = qmc.Sobol(int(wide.sum()), rng=0).random_base2(14)
    found = np.zeros(len(points), np.bool_)
    for row in scaled[nondominated(scaled)]:
        found |= (row <= points).all(axis=1)
    return float(found.mean())


def unbeaten(values: Values, fits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which options keep the budget and are beaten neither by another that does, nor by doing nothing.

    Parameters
    ----------
    values : float64, shape (options, objectives)
        Changes against doing nothing; less is better.
    fits : bool, shape (options,)
        Which keep the budget.
    """
    rivals = np.concatenate([np.where(fits[:, None], values, np.inf), np.zeros((1, values.shape[1]))])
    result: NDArray[np.bool_] = nondominated(rivals)[:-1] & fits & (values < 0).any(axis=1)
    return result


def unbeaten_share(changes: Values, spending: Values, budget: float, times: int, seed: int) -> Values:
    """Return how often each option stays unbeaten where the situations are drawn again, with replacement.

    Parameters
    ----------
    changes : float64, shape (options, situations, objectives)
    spending : float64, shape (options, situations)
    budget : float
    times, seed : int
        Resamples, and the seed of drawing them.
    """
    rng = np.random.default_rng(seed)
    found = np.zeros(len(changes))
    for _ in range(times):
        sample = rng.integers(0, changes.shape[1], changes.shape[1])
        found += unbeaten(changes[:, sample].mean(axis=1), spending[:, sample].mean(axis=1) <= budget)
    return found / times
