"""Means, intervals and paired differences of every point at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.curves import money, trailing_mean
from fraudsim.study.statistics import ROUNDING

if TYPE_CHECKING:
    import pandas as pd

type Grid = NDArray[np.float64]

BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
NUMBERS = ("mean", "mean_low", "mean_high", "baseline", "difference", "low", "high", "relative", "share_better",
           "variance_ratio")
COLUMNS = ("point", "arm", "outcome", "unit", "good", "replications", *NUMBERS[:3], *NUMBERS[3:9], "pairs", NUMBERS[9])


def summary_frame(runs: pd.DataFrame, arms: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Return a row for every point, arm and outcome: see :meth:`fraudsim.study.reading.results.StudyResults.summary`.

    Parameters
    ----------
    runs : DataFrame
        ``point``, ``replication``, ``arm`` and the outcomes.
    arms : sequence of str
        The baseline first.
    outcomes : sequence of str
    """
    import pandas as pd

    points, row = np.unique(runs["point"].to_numpy(), return_inverse=True)
    replications, column = np.unique(runs["replication"].to_numpy(), return_inverse=True)
    of_arm = [np.flatnonzero((runs["arm"] == arm).to_numpy()) for arm in arms]
    frames = []
    for name in outcomes:
        values = runs[name].to_numpy(np.float64)
        grids = [_grid(values[rows], row[rows], column[rows], (len(points), len(replications))) for rows in of_arm]
        frames += [pd.DataFrame({"point": points, "arm": arm, "outcome": name, **_arm(grid, grids[0], i, name)})
                   for i, (arm, grid) in enumerate(zip(arms, grids))]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = pd.concat(frames, ignore_index=True)[list(COLUMNS)]
    order = {arm: i for i, arm in enumerate(arms)}, {name: i for i, name in enumerate(outcomes)}
    at = np.lexsort((whole["outcome"].map(order[1]), whole["arm"].map(order[0]), whole["point"]))
    return whole.iloc[at].reset_index(drop=True)


def _grid(values: Grid, row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]) -> Grid:
    grid = np.full(shape, np.nan)
    grid[row, column] = values
    return grid


def _arm(grid: Grid, base: Grid, position: int, name: str) -> dict[str, Any]:
    mean, low, high, n = intervals(grid)
    found: dict[str, Any] = {"unit": BY_NAME[name].unit, "good": BY_NAME[name].good, "replications": n, "mean": mean,
                             "mean_low": low, "mean_high": high, "baseline": intervals(base)[0]}
    if position == 0:
        return found | dict.fromkeys(("difference", "low", "high", "relative", "share_better", "variance_ratio"),
                                     np.nan) | {"pairs": 0}
    return found | _pairs(grid, base, BY_NAME[name].good)


def _pairs(grid: Grid, base: Grid, good: str) -> dict[str, Any]:
    both = np.isfinite(grid) & np.isfinite(base)
    before, after = np.where(both, base, np.nan), np.where(both, grid, np.nan)
    change, low, high, n = intervals(after - before)
    middle = intervals(before)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(middle == 0, np.nan, change / middle)
        wins = (after > before) if good == "up" else (after < before)
        share = np.where(n > 0, wins.sum(axis=1) / n, np.nan) if good != "none" else np.full(len(n), np.nan)
    return {"difference": change, "low": low, "high": high, "relative": relative, "share_better": share, "pairs": n,
            "variance_ratio": _gain(before, after)}


def intervals(grid: Grid) -> tuple[Grid, Grid, Grid, NDArray[np.int64]]:
    """Return mean, 95% Student-t interval and count of every row, without what is not finite.

    Parameters
    ----------
    grid : float64, shape (points, replications)
    """
    n = np.isfinite(grid).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.nansum(grid, axis=1) / n
        half = stdtrit(n - 1, 0.975) * _spread(grid) / np.sqrt(n)
    mean[n == 0] = np.nan
    half[n < 2] = np.nan
    return mean, mean - half, mean + half, n


def _spread(grid: Grid) -> Grid:
    """Return the standard deviation of every row; NaN below two numbers."""
    n = np.isfinite(grid).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.nansum(grid, axis=1) / n
        result: Grid = np.sqrt(np.nansum((grid - mean[:, None]) ** 2, axis=1) / (n - 1))
    result[n < 2] = np.nan
    return result


def _gain(before: Grid, after: Grid) -> Grid:
    spread = _spread(after - before)
    most = np.nan_to_num(np.abs(np.concatenate([before, after], axis=1))).max(axis=1, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        result = (_spread(after) / spread) ** 2 + (_spread(before) / spread) ** 2
    result[~(spread > ROUNDING * most)] = np.nan
    return result


def daily_frame(rows: pd.DataFrame, bands: Sequence[str], arms: Sequence[str], smooth: int,
                start: np.datetime64) -> pd.DataFrame:
    """Return daily curves with bands over the replications: see ``StudyResults.daily``."""
    import pandas as pd

    frames = [frame for point, of_point in rows.groupby("point", sort=True) for arm in arms
              for frame in _curves(of_point[of_point["arm"] == arm], int(str(point)), arm, bands, smooth, start)]
    columns = ["point", "arm", "series", "day", "date", "mean", "low", "high"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _curves(rows: pd.DataFrame, point: int, arm: str, bands: Sequence[str], smooth: int,
            start: np.datetime64) -> Iterator[pd.DataFrame]:
    import pandas as pd

    for name in bands if len(rows) else ():
        level = trailing_mean(money(name, np.stack(list(rows[f"daily_{name}"]))), smooth)
        low, high = np.quantile(level, [0.025, 0.975], axis=0)
        days = np.arange(level.shape[1])
        yield pd.DataFrame({"point": point, "arm": arm, "series": name, "day": days, "date": start + days,
                            "mean": level.mean(axis=0), "low": low, "high": high})
