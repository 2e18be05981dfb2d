"""Figures of comparisons: what changed, when, and where.

They draw DataFrames and know no study; see :class:`fraudsim.study.compare.Comparison` for the columns.
Figures are built without pyplot, so that nothing global changes in the caller's session.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from fraudsim.report.words import HEADLINE, label, number, percent, silent, silent_line, with_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

BLACK, GREY = "#000000", "#8a8a8a"
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
"""Colours of the arms, told apart by colour-blind readers (Okabe and Ito); the baseline is black."""

MOST_CURVES = 7
"""Arms of which a figure of curves shows no more: as many as there are colours."""

MOST_BANDS = 4
"""Arms above which bands would hide one another."""

MANY_ARMS = 6
"""More arms than these stand in a grid of squares instead of bars."""

MARKS = ("o", "s", "D", "^", "v", "P", "X")
SERIES_UNITS = {"paid": "currency a day", "dens_active": "dens", "staff": "persons", "captive": "persons"}
CURVES = tuple(SERIES_UNITS)
PLACES = ("dens_active", "loss_by_host")
BLUE_ORANGE = LinearSegmentedColormap.from_list("change", [OKABE_ITO[0], "#ffffff", OKABE_ITO[1]])
PERCENT = FuncFormatter(lambda value, _: percent(value))
NUMBER = FuncFormatter(lambda value, _: number(value))
SIGNED = FuncFormatter(lambda value, _: number(value, signed=True))


class Chart(Figure):
    """A matplotlib figure that a notebook shows without any set-up."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=100)
        return picture.getvalue()


def colour(position: int) -> str:
    """Return the colour of arm number ``position``."""
    return OKABE_ITO[position % len(OKABE_ITO)]


def difference_figure(table: pd.DataFrame, currency: str = "currency", title: str = "",
                      outcomes: Sequence[str] = HEADLINE,
                      by: Literal["difference", "relative"] = "difference") -> Chart:
    """Draw what each arm changed: a panel for each outcome, a row for each arm, 95% intervals.

    Parameters
    ----------
    table : DataFrame
        ``arm``, ``outcome``, ``unit``, ``good``, ``baseline``, ``difference``, ``low``, ``high``, ``relative``.
    currency, title : str
    outcomes : sequence of str
    by : {"difference", "relative"}
        Units of the outcome, or share of the baseline.
    """
    arms = list(dict.fromkeys(table["arm"]))
    left_out = silent(table[table["outcome"].isin(outcomes)])
    shown = [name for name in outcomes if name in set(table["outcome"]) and name not in left_out]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Chart(figsize=(10.5, 1.2 + rows * (1.0 + 0.26 * len(arms))), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, name in zip(grid.flat, shown, strict=False):
        _differences(axes, table[table["outcome"] == name].set_index("arm").loc[arms], by, currency)
        if axes not in grid[:, 0]:
            axes.set_yticklabels([])
    for axes in grid.flat[len(shown):]:
        axes.set_visible(False)
    head(figure, title, "Change against no intervention; 95% intervals of paired differences. Left of the line is "
          f"better unless marked; hollow: contains zero. {silent_line(left_out)}".rstrip())
    return figure


def _differences(axes: Axes, rows: pd.DataFrame, by: str, currency: str) -> None:
    scale = _scales(rows) if by == "relative" else np.ones(len(rows))
    centre, low, high = (rows[name].to_numpy() * scale for name in ("difference", "low", "high"))
    for i in range(len(rows)):
        _whisker(axes, (centre[i], low[i], high[i]), len(rows) - 1 - i, i)
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(rows))[::-1], list(rows.index))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    room(axes)
    first = rows.iloc[0]
    name = label(str(first.outcome)) if by == "relative" else with_unit(str(first.outcome), str(first.unit), currency)
    axes.set_title(name + (" (right is better)" if first.good == "up" else ""), fontsize=9.5, loc="left")
    if by == "difference":
        axes.set_xlabel(f"without: {number(float(first.baseline))}", loc="right", fontsize=8, color="#555555")
    axes.xaxis.set_major_formatter(PERCENT if by == "relative" else SIGNED)
    tidy(axes)


def _scales(rows: pd.DataFrame) -> Any:
    """Return what turns a difference into a share of the baseline; NaN where it has no meaning."""
    difference = rows["difference"].to_numpy(dtype=float)
    shares = np.divide(rows["relative"].to_numpy(dtype=float), difference, out=np.zeros(len(rows)),
                       where=difference != 0)
    return np.where(rows["relative"].isna(), np.nan, shares)


def _whisker(axes: Axes, values: tuple[float, float, float], y: float, arm: int) -> None:
    centre, low, high = values
    if not np.isfinite(centre):
        return
    if np.isfinite(low):
        axes.plot([low, high], [y, y], color=colour(arm), linewidth=2, solid_capstyle="butt", zorder=2)
    clear = low > 0 or high < 0
    axes.plot([centre], [y], marker=MARKS[arm % len(MARKS)], color=colour(arm), markersize=6,
              markerfacecolor=colour(arm) if clear else "white", zorder=3)


def room(axes: Axes) -> None:
    """Leave room at both ends, and a visible scale where nothing changed."""
    low, high = axes.get_xlim()
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.08 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)


def daily_figure(daily: pd.DataFrame, currency: str = "currency", title: str = "", series: Sequence[str] = CURVES,
                 smooth: int = 1) -> Chart:
    """Draw daily curves with bands, a panel for each series and a line for each arm.

    Parameters
    ----------
    daily : DataFrame
        ``arm``, ``series``, ``date``, ``mean``, ``low``, ``high``; the first arm is the baseline. NaN bounds
        draw no band.
    currency, title : str
    series : sequence of str
    smooth : int
        Days over which the curves were averaged, for the caption.
    """
    every = list(dict.fromkeys(daily["arm"]))
    arms = every if len(every) <= MOST_CURVES + 1 else _most_changed(daily, every, series[0])
    figure = Chart(figsize=(10.5, 6.4), layout="constrained")
    rows = -(-len(series) // 2)
    grid = figure.subplots(rows, 2, squeeze=False, sharex=True)
    for axes, name in zip(grid.flat, series, strict=False):
        _curves(axes, daily[daily["series"] == name], arms)
        axes.set_title(with_unit(name, SERIES_UNITS.get(name, ""), currency), fontsize=9.5, loc="left")
    _legend(figure, grid.flat[0])
    parts = [f"Trailing means of {smooth} days." if smooth > 1 else "",
             "" if daily["low"].isna().all() else "Line: mean of the replications; band: central 95% of them."
             if len(arms) <= MOST_BANDS + 1 else "Lines: means of the replications.",
             f"Shown: the {len(arms) - 1} of {len(every) - 1} arms that change {label(series[0]).lower()} most."
             if len(arms) < len(every) else ""]
    head(figure, title, " ".join(part for part in parts if part))
    return figure


def _most_changed(daily: pd.DataFrame, arms: list[str], series: str) -> list[str]:
    """Return the baseline and the arms whose curve lies farthest from it, in their order."""
    level = daily[daily["series"] == series].groupby("arm", sort=False)["mean"].mean()
    chosen = set((level[arms[1:]] - level[arms[0]]).abs().nlargest(MOST_CURVES).index)
    return [arms[0], *(arm for arm in arms[1:] if arm in chosen)]


def _curves(axes: Axes, daily: pd.DataFrame, arms: list[str]) -> None:
    for i, arm in enumerate(arms):
        curve = daily[daily["arm"] == arm]
        shade = BLACK if i == 0 else colour(i - 1)
        days = curve["date"].to_numpy()
        if len(arms) <= MOST_BANDS + 1:
            axes.fill_between(days, curve["low"].to_numpy(), curve["high"].to_numpy(), color=shade, alpha=0.12,
                              linewidth=0)
        axes.plot(days, curve["mean"].to_numpy(), color=shade, linewidth=1.5,
                  linestyle=("-", "--", "-.", ":")[i % 4], label="no intervention" if arm == "baseline" else arm)
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    axes.yaxis.set_major_formatter(NUMBER)
    locator = AutoDateLocator(minticks=3)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    tidy(axes, grid="y")


def displacement_figure(displacement: pd.DataFrame, currency: str = "currency", title: str = "",
                        outcomes: Sequence[str] = PLACES, names: Mapping[str, str] | None = None) -> Chart:
    """Draw what changed country by country, with 95% intervals; countries without any change are left out.

    Parameters
    ----------
    displacement : DataFrame
        ``arm``, ``outcome``, ``unit``, ``country``, ``baseline``, ``difference``, ``low``, ``high``.
    currency, title : str
    outcomes : sequence of str
    names : dict, optional
        ISO code to the country's name for people.
    """
    arms = list(dict.fromkeys(displacement["arm"]))
    chosen = displacement[displacement["outcome"].isin(outcomes)]
    places = _moved(chosen)
    if len(arms) > MANY_ARMS:
        return _squares_figure(chosen, arms, places, outcomes, currency, title, names or {})
    height = 1.6 + len(places) * (0.16 + 0.15 * len(arms))
    figure = Chart(figsize=(10.5, height), layout="constrained")
    grid = figure.subplots(1, len(outcomes), squeeze=False, sharey=True)
    for axes, name in zip(grid.flat, outcomes, strict=True):
        rows = chosen[chosen["outcome"] == name]
        _bars(axes, rows, arms, places)
        axes.set_title(with_unit(name, str(rows["unit"].iloc[0]), currency), fontsize=9.5, loc="left")
    grid[0, 0].set_yticklabels(["all countries" if p == "total" else (names or {}).get(p, p) for p in places])
    _legend(figure, grid.flat[0])
    head(figure, title, "Change against no intervention by the country of the den, with 95% intervals of paired "
          "differences.")
    return figure


def _squares_figure(rows: pd.DataFrame, arms: list[str], places: list[str], outcomes: Sequence[str], currency: str,
                    title: str, names: Mapping[str, str]) -> Chart:
    """Draw a square for each arm and country: its colour says how much changed, a dot that it is clear."""
    size = (max(8.0, 3.4 + 0.42 * len(places)), 1.6 + (0.9 + 0.26 * len(arms)) * len(outcomes))
    figure = Chart(figsize=size, layout="constrained")
    grid = figure.subplots(len(outcomes), 1, squeeze=False, sharex=True)
    for axes, name in zip(grid.flat, outcomes, strict=True):
        mine = rows[rows["outcome"] == name]
        _squares(figure, axes, mine, arms, places)
        axes.set_xticks(range(len(places)), ["all" if p == "total" else names.get(p, p) for p in places], rotation=90)
        axes.set_title(with_unit(name, str(mine["unit"].iloc[0]), currency), fontsize=9.5, loc="left")
        axes.set_yticks(range(len(arms)), arms)
        axes.tick_params(labelsize=8.5, length=0)
    head(figure, title, "Change against no intervention by the country of the den. Blue: less; orange: more; dot: the "
         "95% interval of paired differences excludes zero. The colours end at the largest change of a country; 'all' "
         "may exceed it.", 110)
    return figure


def _squares(figure: Figure, axes: Axes, rows: pd.DataFrame, arms: list[str], places: list[str]) -> None:
    table = {name: rows.pivot(index="arm", columns="country", values=name).loc[arms, places].to_numpy(float)
             for name in ("difference", "low", "high")}
    single = table["difference"][:, 1:] if len(places) > 1 else table["difference"]
    most = float(np.nanmax(np.abs(single), initial=0.0)) or 1.0
    picture = axes.imshow(table["difference"], cmap=BLUE_ORANGE, vmin=-most, vmax=most, aspect="auto")
    y, x = np.nonzero((table["low"] > 0) | (table["high"] < 0))
    axes.scatter(x, y, s=7, color=BLACK)
    axes.axvline(0.5, color=GREY, linewidth=0.8)
    axes.spines[:].set_visible(False)
    figure.colorbar(picture, ax=axes, shrink=0.8, aspect=30, format=SIGNED, pad=0.01)


def _moved(rows: pd.DataFrame) -> list[str]:
    """Return the total, then the countries in which anything changed."""
    change = rows.groupby("country", sort=False)["difference"].apply(lambda d: bool((d != 0).any()))
    return [str(place) for place in change.index if place == "total" or (change[place] and " " not in str(place)
                                                                         and place != "elsewhere")]


def _bars(axes: Axes, rows: pd.DataFrame, arms: list[str], places: list[str]) -> None:
    thick = 0.8 / len(arms)
    for i, arm in enumerate(arms):
        mine = rows[rows["arm"] == arm].set_index("country").loc[places]
        y = np.arange(len(places)) + (i - (len(arms) - 1) / 2) * thick
        axes.barh(y, mine["difference"].to_numpy(), thick * 0.9, color=colour(i), label=arm, zorder=2)
        spans = mine[["low", "high"]].to_numpy()
        for position, (low, high) in zip(y, spans, strict=True):
            axes.plot([low, high], [position, position], color=BLACK, linewidth=0.9, zorder=3)
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=3)
    axes.axhline(0.5, color=GREY, linewidth=0.6)
    axes.set_yticks(np.arange(len(places)))
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(SIGNED)
    tidy(axes)


def _legend(figure: Figure, axes: Axes) -> None:
    """Put a legend below all panels, with as many names beside one another as fit."""
    handles, names = axes.get_legend_handles_labels()
    columns = max(1, min(len(names), 130 // (max(map(len, names), default=1) + 8)))
    figure.legend(handles, names, loc="outside lower center", ncols=columns, frameon=False, fontsize=9)


def tidy(axes: Axes, grid: Literal["x", "y"] = "x", ticks: int = 5) -> None:
    """Take away what says nothing: two spines, crowded ticks."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8.5)
    axes.grid(axis=grid, color="#dddddd", linewidth=0.6, zorder=0)
    axes.set_axisbelow(True)
    if grid == "x":
        axes.xaxis.set_major_locator(MaxNLocator(ticks))


def head(figure: Figure, title: str, caption: str, width: int = 140) -> None:
    """Put a title and what the marks mean above all panels."""
    words = "\n".join(part for part in (title, textwrap.fill(caption, width)) if part)
    figure.suptitle(words, x=0.01, ha="left", fontsize=9.5)
