"""Tables and figures of sensitivity analyses; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import (
    arm_label,
    print_notes,
    records,
    rows_of,
    said_of,
    short_label,
    sums_said,
    unit_of,
    wrapped,
)
from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import number, scale

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from fraudsim.report.figures import Chart

KEYS = ["arm", "of", "outcome"]
MOST_PANELS = 12


def sensitivity_table(to: Console, indices: pd.DataFrame, variance: pd.DataFrame, *, title: str, currency: str,
                      notes: Iterable[str], most: int) -> None:
    """Print the strongest factors of each arm and outcome.

    Parameters
    ----------
    to : Console
    indices, variance : DataFrame
        Tables of :class:`fraudsim.study.questions.sensitivity.Sensitivity`.
    title, currency : str
    notes : iterable of str
    most : int
        Factors shown for each.
    """
    to.print(Text(title, style="bold"))
    for panel in records(variance):
        to.print()
        to.print(Text(_head(panel, currency), style="bold"))
        to.print(Text(_spread(panel)))
        if panel["sd"]:
            _factors(to, _strongest(indices, panel), most)
    print_notes(to, (*sums_said(dict.fromkeys(variance["outcome"])), *notes))


def _factors(to: Console, rows: pd.DataFrame, most: int) -> None:
    moving = rows[rows["mu_star" if "mu_star" in rows else "total"] != 0]
    (_morris_rows if "mu_star" in rows else _sobol_rows)(to, moving.head(most))
    if len(moving) > most:
        to.print(Text(f"{len(moving) - most} weaker ones: {', '.join(moving['factor'][most:])}."))
    if len(moving) < len(rows):
        to.print(Text(f"No effect at all: {', '.join(rows['factor'][~rows['factor'].isin(moving['factor'])])}."))


def _head(panel: dict[str, Any], currency: str) -> str:
    return f"{short_label(panel['outcome'])} ({unit_of(panel['unit'], currency)}): {said_of(panel['arm'], panel['of'])}"


def _spread(panel: dict[str, Any]) -> str:
    if not panel["sd"]:
        return f"{number(panel['mean'])} at every point: nothing can be said."
    chance = "the share of chance in it is not known" if not np.isfinite(panel["noise"]) else (
        f"chance makes {100 * panel['noise']:.0f}% of the variance")
    return f"Over the points: mean {number(panel['mean'])}, standard deviation {number(panel['sd'])}; {chance}."


def _strongest(indices: pd.DataFrame, panel: dict[str, Any]) -> pd.DataFrame:
    rows = indices
    for key in KEYS:
        rows = rows[rows[key] == panel[key]]
    by = "mu_star" if "mu_star" in rows else "total"
    return rows.sort_values(by, ascending=False, kind="stable")


def _morris_rows(to: Console, rows: pd.DataFrame) -> None:
    fit = scale([], [*rows["mu_star"], *rows["mu_low"].dropna(), *rows["mu_high"].dropna()])
    columns: list[Heading] = [("Factor", "left", 0), (f"mu* {fit.letter}".strip(), "right", 7), ("mu", "right", 8),
                              ("95% interval", "right", 16), ("sigma/mu*", "right", 9), ("Noise", "right", 5),
                              ("Clear", "right", 5)]
    draw(to, columns, [
        (row.factor, fit.level(row.mu_star), fit.change(row.mu),
         "-" if np.isnan(row.mu_low) else fit.span(row.mu_low, row.mu_high),
         "-" if np.isnan(row.ratio) else f"{row.ratio:.2f}", "?" if np.isnan(row.noise) else f"{100 * row.noise:.0f}%",
         _clear_said(row.clear)) for row in rows_of(rows)])


def _clear_said(clear: bool | None) -> str:
    return "?" if clear is None else "yes" if clear else "no"


def _sobol_rows(to: Console, rows: pd.DataFrame) -> None:
    columns: list[Heading] = [("Factor", "left", 0), ("First", "right", 5), ("95% interval", "right", 14),
                              ("Total", "right", 5), ("95% interval", "right", 14),
                              ("Chance", "right", 6)]
    draw(to, columns, [(row.factor, _share(row.first), _span(row.first_low, row.first_high), _share(row.total),
                        _span(row.total_low, row.total_high),
                        "?" if np.isnan(row.total_noise) else _share(row.total_noise)) for row in rows_of(rows)])
    to.print(Text(f"First orders sum to {_share(rows['first'].sum())}."))


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def _span(low: float, high: float) -> str:
    return "-" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


# Figures


def sensitivity_figure(indices: pd.DataFrame, variance: pd.DataFrame, currency: str, title: str,
                       most: int = 12) -> Chart:
    """Draw a panel for each arm and outcome: the strongest factors with 95% intervals.

    Parameters
    ----------
    indices, variance : DataFrame
        Tables of :class:`fraudsim.study.questions.sensitivity.Sensitivity`.
    currency, title : str
    most : int
        Factors in a panel.
    """
    from fraudsim.report.figures import Chart, head

    moving = variance[variance["sd"] > 0]
    panels = records(moving if len(moving) else variance)[:MOST_PANELS]
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    shown = min(most, indices["factor"].nunique())
    figure = Chart(figsize=(10.5 if columns > 1 else 8.0, 1.2 + rows * (1.05 + 0.26 * shown)))
    figure.set_layout_engine("constrained", w_pad=0.12)
    grid = figure.subplots(rows, columns, squeeze=False)
    morris = "mu_star" in indices
    for axes, panel in zip(grid.flat, panels, strict=False):
        (_morris if morris else _sobol)(axes, _strongest(indices, panel).head(most))
        name = wrapped(f"{short_label(panel['outcome'])}: {arm_label(panel['arm'])}, {panel['of']}", 54)
        axes.set_title(name, fontsize=9.5, loc="left")
        axes.set_xlabel(_below(panel, currency, morris), fontsize=8.5)
    for axes in grid.flat[len(panels):]:
        axes.set_visible(False)
    more = f" {len(moving) - MOST_PANELS} more panels: ask for fewer outcomes or arms." * (len(moving) > MOST_PANELS)
    head(figure, title, (MORRIS_CAPTION if morris else SOBOL_CAPTION) + more, 140 if columns > 1 else 105)
    return figure


def _below(panel: dict[str, Any], currency: str, morris: bool) -> str:
    share = panel["noise"]
    noise = "; ONE REPLICATION, chance unknown" if not np.isfinite(share) else (
        f"; chance makes {100 * share:.0f}% of the variance")
    return (f"mu* and mu, {unit_of(panel['unit'], currency)}" if morris else "share of the variance") + noise


def _frame(axes: Axes, rows: pd.DataFrame) -> None:
    from fraudsim.report.figures import tidy

    axes.set_yticks(range(len(rows))[::-1], list(rows["factor"]))
    axes.set_ylim(-0.7, len(rows) - 0.3)
    tidy(axes)


def _morris(axes: Axes, rows: pd.DataFrame) -> None:
    from fraudsim.report.figures import BLACK, NUMBER, OKABE_ITO

    for y, row in zip(range(len(rows))[::-1], rows_of(rows), strict=True):
        for value, low, high, up, shade, mark in (
                (row.mu_star, max(0.0, row.mu_star_low), row.mu_star_high, 0.14, OKABE_ITO[0], "o"),
                (row.mu, row.mu_low, row.mu_high, -0.14, OKABE_ITO[1], "s")):
            axes.plot([low, high], [y + up, y + up], color=shade, linewidth=2, solid_capstyle="butt", zorder=2)
            axes.plot([value], [y + up], marker=mark, color=shade, markersize=5.5, zorder=3,
                      markerfacecolor=shade if row.clear else "white")
        if np.isfinite(row.ratio):
            axes.annotate(f"{row.ratio:.1f}", (1.0, y), xycoords=("axes fraction", "data"), fontsize=8, ha="right",
                          va="center", color="#555555")
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    bounds = rows[["mu", "mu_low", "mu_high", "mu_star_high"]].to_numpy(float)
    low, high = (min(0.0, float(np.nanmin(bounds))), float(np.nanmax(bounds))) if len(rows) else (0.0, 0.0)
    axes.set_xlim(low - 0.04 * (high - low), high + 0.12 * (high - low) or 1.0)
    _frame(axes, rows)
    axes.xaxis.set_major_formatter(NUMBER)


def _sobol(axes: Axes, rows: pd.DataFrame) -> None:
    from fraudsim.report.figures import BLACK, GREY, OKABE_ITO

    for y, row in zip(range(len(rows))[::-1], rows_of(rows), strict=True):
        for value, low, high, up, shade, mark in ((row.first, row.first_low, row.first_high, 0.14, OKABE_ITO[0], "o"),
                                                  (row.total, row.total_low, row.total_high, -0.14, OKABE_ITO[1], "s")):
            axes.plot([low, high], [y + up, y + up], color=shade, linewidth=2, solid_capstyle="butt", zorder=2)
            axes.plot([value], [y + up], marker=mark, color=shade, markersize=5.5, zorder=3)
        if np.isfinite(row.total_noise):
            axes.barh(y - 0.14, row.total_noise, height=0.26, color=GREY, alpha=0.45, linewidth=0, zorder=0)
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    _frame(axes, rows)
    bounds = rows[["first_low", "first_high", "total_low", "total_high"]].to_numpy(float)
    if np.isfinite(bounds).any():
        axes.set_xlim(min(-0.05, float(np.nanmin(bounds)) - 0.03), max(1.0, float(np.nanmax(bounds)) + 0.03))


MORRIS_CAPTION = (
    "Change when a factor moves through its range. Blue circles: mu*, its mean size, with 95% bootstrap intervals. "
    "Orange squares: mu, its mean, with 95% t intervals over trajectories and seeds. Hollow: not clear of chance. At "
    "the right: sigma/mu*, near 0 the same everywhere, near 1 bent, dependent on others, or chance. Changes are "
    "against no intervention."
)
SOBOL_CAPTION = (
    "Blue circles: first order, the share of variance that goes when the factor is known. Orange squares: total "
    "order, the share that stays when all others are known; grey: the part of it that is chance. 95% bootstrap "
    "intervals. Changes are against no intervention."
)
