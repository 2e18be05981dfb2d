"""Daily curves of a comparison, and their bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fraudsim.interventions.parsing import BASELINE
from fraudsim.study.run import BANDS, dates, money_scale

if TYPE_CHECKING:
    from fraudsim.study.comparison import Comparison


def daily_runs(of: Comparison) -> pd.DataFrame:
    """Return world totals of every replication, arm and day; money in currency."""
    frames = []
    for i, result in enumerate(of.results):
        for name, arm in zip((BASELINE, *of.arms), result.arms, strict=True):
            keys = {"replication": i, "seed": result.seed, "arm": name, "day": np.arange(len(arm.daily)),
                    "date": dates(of.world, len(arm.daily))}
            totals = {band: money(band, arm.daily[:, k]) for k, band in enumerate(BANDS)}
            frames.append(pd.DataFrame(keys | totals))
    return pd.concat(frames, ignore_index=True)


def daily(of: Comparison, smooth: int) -> pd.DataFrame:
    """Return daily curves of world totals with bands: see :meth:`Comparison.daily`."""
    frames = []
    for a, name in enumerate((BASELINE, *of.arms)):
        days = np.stack([result.arms[a].daily for result in of.results])
        for k, band in enumerate(BANDS):
            level = trailing_mean(money(band, days[:, :, k]), smooth)
            low, high = np.quantile(level, [0.025, 0.975], axis=0)
            frames.append(pd.DataFrame({
                "arm": name, "series": band, "day": np.arange(level.shape[1]),
                "date": dates(of.world, level.shape[1]), "mean": level.mean(axis=0), "low": low, "high": high}))
    return pd.concat(frames, ignore_index=True)


def trailing_mean(level: NDArray[Any], days: int) -> NDArray[Any]:
    """Average over the day and those before, ``days`` in all, along the last axis; NaN before the first window.

    Examples
    --------
    >>> trailing_mean(np.array([1.0, 3.0, 5.0]), 2).tolist()
    [nan, 2.0, 4.0]
    """
    if days <= 1:
        return level
    means = np.full(level.shape, np.nan)
    means[..., days - 1:] = np.lib.stride_tricks.sliding_window_view(level, days, axis=-1).mean(axis=-1)
    return means


def money(band: str, level: NDArray[np.int64]) -> NDArray[Any]:
    """Return a series in currency where it counts cents."""
    return level / money_scale(band) if money_scale(band) > 1 else level
