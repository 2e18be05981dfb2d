"""Paired comparison: what an arm changed, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Good = Literal["up", "down", "none"]
Values = NDArray[np.float64]

ROUNDING = 8 * np.finfo(np.float64).eps
"""Differences that vary by less than this, relative to the values compared, vary by rounding only."""


@dataclass(frozen=True)
class Paired:
    """One outcome of one arm, compared with the baseline run that shares its draws.

    Attributes
    ----------
    baseline, mean : float or None
        Mean of the baseline and of the arm, each over the replications in which it has a value.
    difference : float or None
        Mean of arm - baseline over the pairs.
    low, high : float or None
        95% Student-t interval of that mean; None with fewer than two pairs.
    relative : float or None
        ``difference`` divided by the baseline's mean over the same pairs; None where that mean is 0.
    share_better : float or None
        Share of pairs in which the arm is strictly better. A tie is not better, so an arm that changes
        nothing scores 0. None where the outcome has no good direction, or without pairs.
    pairs : int
        Replications in which both arms have a value.
    variance_ratio : float or None
        (var(arm) + var(baseline)) / var(difference): how many times the replications that unpaired arms
        would need for the same precision. None with fewer than two pairs, or if the difference does not vary.
    """

    baseline: float | None
    mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    relative: float | None
    share_better: float | None
    pairs: int
    variance_ratio: float | None


def values(numbers: ArrayLike | Sequence[float | None]) -> Values:
    """Return floats, with NaN for what has no value (None, NaN, infinities).

    Examples
    --------
    >>> values([1, None]).tolist()
    [1.0, nan]
    """
    result = np.array(numbers, dtype=np.float64, ndmin=1)
    result[~np.isfinite(result)] = np.nan
    return result


def mean(numbers: ArrayLike | Sequence[float | None]) -> float | None:
    """Return the mean of the numbers that have a value; None if there is none."""
    known = values(numbers)
    known = known[~np.isnan(known)]
    return float(known.mean()) if known.size else None


def interval(numbers: Values, level: float = 0.95) -> tuple[float, float] | tuple[None, None]:
    """Return the Student-t interval of a mean; (None, None) for fewer than two numbers."""
    n = numbers.size
    if n < 2:
        return None, None
    half = float(stdtrit(n - 1, 0.5 + level / 2) * numbers.std(ddof=1) / np.sqrt(n))
    centre = float(numbers.mean())
    return centre - half, centre + half


def ratio(top: Values, bottom: Values, level: float = 0.95) -> tuple[float, float, float] | None:
    """Return a ratio of means with its interval by Fieller's theorem; None where the bottom may be zero.

    The interval is bounded exactly where the Student-t interval of the bottom's mean, at the same level,
    excludes zero: there, and only there, the ratio has a meaning.

    Parameters
    ----------
    top, bottom : float64, shape (n,)
        Values of one replication each at the same position.
    level : float

    Examples
    --------
    >>> ratio(np.array([1.0, 3.0]), np.array([4.0, 4.0]))[0]
    0.5
    >>> ratio(np.array([1.0, 3.0]), np.array([4.0, -4.0])) is None
    True
    """
    low, high = interval(bottom, level)
    if low is None or high is None or low <= 0 <= high:
        return None
    n, a, b = top.size, float(top.mean()), float(bottom.mean())
    t2 = float(stdtrit(n - 1, 0.5 + level / 2)) ** 2 / n
    (aa, ab), (_, bb) = np.cov(top, bottom)
    square, middle, rest = b * b - t2 * bb, a * b - t2 * ab, a * a - t2 * aa
    half = float(np.sqrt(max(middle * middle - square * rest, 0.0)))
    return a / b, float(middle - half) / square, float(middle + half) / square


def paired(base: ArrayLike | Sequence[float | None], arm: ArrayLike | Sequence[float | None],
           good: Good = "none") -> Paired:
    """Compare an arm with its baseline, replication by replication.

    Parameters
    ----------
    base, arm : array of float or None, shape (n,)
        Values of one outcome; position i of both comes from replication i.
    good : {"up", "down", "none"}
        Direction that is better.

    Returns
    -------
    Paired
        What has no meaning is None, never NaN.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> result = paired([4, 5, 6], [3, 3, 6], "down")
    >>> result.difference, round(result.share_better, 2), result.pairs
    (-1.0, 0.67, 3)
    """
    all_base, all_arm = values(base), values(arm)
    if all_base.shape != all_arm.shape or all_base.ndim != 1:
        raise ValueError(f"arrays of one length are needed, not {all_base.shape} and {all_arm.shape}")
    both = ~(np.isnan(all_base) | np.isnan(all_arm))
    before, after = all_base[both], all_arm[both]
    change = after - before
    low, high = interval(change)
    return Paired(
        mean(all_base), mean(all_arm), mean(change), low, high, _relative(change, before),
        _share_better(change, good), change.size, _variance_ratio(before, after),
    )


def _relative(change: Values, before: Values) -> float | None:
    if not change.size or before.mean() == 0:
        return None
    ratio = float(change.mean()) / float(before.mean())
    return ratio if np.isfinite(ratio) else None


def _share_better(change: Values, good: Good) -> float | None:
    if good == "none" or not change.size:
        return None
    return float(np.mean(change > 0 if good == "up" else change < 0))


def _variance_ratio(before: Values, after: Values) -> float | None:
    if before.size < 2:
        return None
    spread = float((after - before).std(ddof=1))
    if spread <= ROUNDING * float(np.abs(np.concatenate([before, after])).max()):
        return None
    return float((after.std(ddof=1) / spread) ** 2 + (before.std(ddof=1) / spread) ** 2)
