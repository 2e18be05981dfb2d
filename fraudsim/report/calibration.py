"""Tables and figures of calibrations; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import print_notes, records, rows_of, wrapped
from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import interval_text, number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from fraudsim.report.figures import Chart

MOST_PAIRS = 5
LEAST = 0.01
"""Multiples of a recorded value below which, and above whose inverse, the figure does not reach."""


def calibration_table(to: Console, tables: Mapping[str, pd.DataFrame], *, title: str, notes: Iterable[str]) -> None:
    """Print the posterior and the facts.

    Parameters
    ----------
    to : Console
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.calibrate.Calibration`.
    title : str
    notes : iterable of str
    """
    first, *rest = notes
    to.print(Text(title, style="bold"))
    to.print(Text(first, style="bold"))
    to.print()
    columns: list[Heading] = [("Parameter", "left", 0), ("Prior 95%", "right", 14), ("Posterior\nmedian", "right", 9),
                              ("95%", "right", 14), ("At half\ntolerance", "right", 9), ("Shrinkage", "right", 9),
                              ("Informed", "right", 9), ("Best", "right", 6)]
    draw(to, columns, [_parameter(row) for row in records(tables["posterior"])])
    to.print()
    columns = [("Fact", "left", 0), ("Recorded", "right", 9), ("Prior runs", "right", 14), ("Verdict", "left", 7),
               ("Posterior\nruns", "right", 14), ("Verdict", "left", 7), ("Width", "right", 5), ("Best", "right", 7)]
    draw(to, columns, [_fact(row) for row in records(tables["facts"])])
    print_notes(to, rest)


def _parameter(row: dict[str, Any]) -> tuple[str, ...]:
    informed, best = "yes" if row["informed"] else "not shown", _best(row["best"])
    if row["values"]:
        return row["factor"], "", row["values"], "", "", "", informed, best
    half = f"{number(row['half_median'])}{'!' if row['moved'] in (True,) else ''}"
    return (row["factor"], interval_text(row["prior_low"], row["prior_high"]), number(row["median"]),
            interval_text(row["low"], row["high"]), half, f"{100 * row['shrinkage']:.0f}%", informed, best)


def _best(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "-"
    return str(value) if isinstance(value, str | bool) else number(float(value))


def _fact(row: dict[str, Any]) -> tuple[str | Text, ...]:
    low, high = row["recorded_low"], row["recorded_high"]
    role = row["role"] if row["used"] or row["role"] != "calibration" else "unused"
    return (f"{row['fact']} ({row['unit']}; {role})",
            number(low) if low == high else f"{number(low)} to {number(high)}",
            interval_text(row["prior_low"], row["prior_high"]), _verdict(row["prior_verdict"]),
            interval_text(row["posterior_low"], row["posterior_high"]), _verdict(row["verdict"]),
            "-" if np.isnan(row["width"]) else f"{100 * row['width']:.0f}%", number(row["best_median"]))


def _verdict(word: str) -> Text:
    return Text(word, style={"outside": "bold red", "inside": "green"}.get(word, ""))


# Figures


def calibration_figure(tables: Mapping[str, pd.DataFrame], title: str) -> Chart:
    """Draw the posterior in pairs of parameters, and the facts below.

    Parameters
    ----------
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.calibrate.Calibration`.
    title : str
    """
    from fraudsim.report.figures import Chart, head

    posterior, facts = tables["posterior"], tables["facts"]
    names = _shown(posterior)
    below = 1.0 + 0.34 * len(facts)
    figure = Chart(figsize=(10.5, 1.6 + 1.75 * max(len(names), 1) + below), layout="constrained")
    top, bottom = figure.subfigures(2, 1, squeeze=False, height_ratios=[1.75 * max(len(names), 1) + 1.2, below])[:, 0]
    _pairs(top, tables["draws"], posterior.set_index("factor"), names)
    _facts(bottom, facts)
    more = len(posterior) - len(names)
    said = f" Shown: the {len(names)} numbers that have narrowed most, of {len(posterior)} parameters." if more else ""
    head(top, title, CAPTION + said)
    return figure


def _shown(posterior: pd.DataFrame) -> list[str]:
    numbers = posterior[posterior["values"] == ""]
    chosen = set(numbers.sort_values("shrinkage", ascending=False, kind="stable")["factor"].head(MOST_PAIRS))
    return [name for name in numbers["factor"] if name in chosen]


def _pairs(figure: SubFigure, draws: pd.DataFrame, posterior: pd.DataFrame, names: list[str]) -> None:
    n = len(names)
    if not n:
        return
    grid = figure.subplots(n, n, squeeze=False)
    kept = draws["accepted"].to_numpy(bool)
    for i, down in enumerate(names):
        for j, across in enumerate(names):
            axes = grid[i, j]
            if i == j:
                _margin(axes, draws[down].to_numpy(float), kept, posterior.loc[down, "best"])
            elif i > j:
                _pair(axes, draws, kept, across, down, posterior)
            else:
                _correlation(axes, draws, kept, across, down)
            _dress(axes, names, i, j)


def _margin(axes: Axes, values: Any, kept: Any, best: Any) -> None:
    from fraudsim.report.figures import GREY, OKABE_ITO

    edges = np.linspace(values.min(), values.max(), 13)
    for mask, shade, alpha in ((np.ones(len(values), bool), GREY, 0.45), (kept, OKABE_ITO[0], 0.65)):
        axes.hist(values[mask], edges.tolist(), density=True, color=shade, alpha=alpha)
    if best is not None and np.isfinite(float(best)):
        axes.axvline(float(best), color=OKABE_ITO[1], linewidth=1.4)
    axes.set_yticks([])


def _pair(axes: Axes, draws: pd.DataFrame, kept: Any, across: str, down: str, posterior: pd.DataFrame) -> None:
    from fraudsim.report.figures import GREY, OKABE_ITO

    axes.scatter(draws[across][~kept], draws[down][~kept], s=4, color=GREY, alpha=0.35, linewidths=0)
    axes.scatter(draws[across][kept], draws[down][kept], s=14, color=OKABE_ITO[0], alpha=0.85, linewidths=0)
    best = posterior["best"]
    if best[across] is not None and np.isfinite(float(best[across])):
        axes.plot([float(best[across])], [float(best[down])], marker="*", color=OKABE_ITO[1], markersize=10)


def _correlation(axes: Axes, draws: pd.DataFrame, kept: Any, across: str, down: str) -> None:
    from scipy.stats import spearmanr

    value = spearmanr(draws[across][kept], draws[down][kept]).statistic if kept.sum() > 2 else np.nan
    axes.annotate("-" if np.isnan(value) else f"{value:+.2f}", (0.5, 0.5), xycoords="axes fraction", ha="center",
                  va="center", fontsize=9 + 5 * (0.0 if np.isnan(value) else abs(value)), color="#555555")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def _dress(axes: Axes, names: list[str], i: int, j: int) -> None:
    from matplotlib.ticker import MaxNLocator

    from fraudsim.report.figures import NUMBER

    n = len(names)
    if i >= j:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=7.5)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(NUMBER)
    if i > j:
        axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.yaxis.set_major_formatter(NUMBER)
    if i < n - 1 and i >= j:
        axes.set_xticklabels([])
    if j > 0 and i > j:
        axes.set_yticklabels([])
    if i == n - 1:
        axes.set_xlabel(wrapped(names[j].replace("_", " "), 20), fontsize=8.5)
    if j == 0:
        axes.set_ylabel(wrapped(names[i].replace("_", " "), 14), fontsize=8.5)


def _facts(figure: SubFigure, facts: pd.DataFrame) -> None:
    from fraudsim.report.figures import tidy

    axes = figure.subplots()
    axes.set_xscale("log")
    for y, row in zip(range(len(facts))[::-1], records(facts), strict=True):
        _fact_line(axes, row, y)
    axes.set_yticks(range(len(facts))[::-1], [wrapped(f"{row.fact} ({row.role})", 46) for row in rows_of(facts)])
    axes.set_ylim(-0.6, len(facts) - 0.4)
    axes.set_xlabel("simulated, as a multiple of the (higher) recorded value", fontsize=8.5)
    tidy(axes, grid="y")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.tick_params(axis="y", labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")
    axes.tick_params(axis="x", which="minor", labelsize=8)
    low, high = axes.get_xlim()
    axes.set_xlim(min(max(low, LEAST), 0.5), max(min(high, 1 / LEAST), 2.0))


def _fact_line(axes: Axes, row: dict[str, Any], y: int) -> None:
    from fraudsim.report.figures import GREY, OKABE_ITO

    size = row["recorded_high"] or 1.0
    low, high = row["recorded_low"] / size, row["recorded_high"] / size
    low, high = max(low, LEAST), max(high, LEAST)
    axes.fill_betweenx([y - 0.36, y + 0.36], low, high, color=OKABE_ITO[2], alpha=0.3, linewidth=0)
    axes.vlines([low, high], y - 0.36, y + 0.36, color=OKABE_ITO[2], linewidth=1.6)
    for key, up, shade, width in (("prior", 0.17, GREY, 2.0), ("posterior", -0.12, OKABE_ITO[0], 3.0)):
        if not np.isfinite(row[f"{key}_low"]):
            continue
        ends = [max(row[f"{key}_{end}"] / size, LEAST) for end in ("low", "high", "median")]
        axes.plot(ends[:2], [y + up, y + up], color=shade, linewidth=width, solid_capstyle="butt", zorder=3)
        axes.plot(ends[2:], [y + up], marker="o", color=shade, markersize=4.5, zorder=4)
    if row["best_median"] is not None and np.isfinite(row["best_median"]):
        axes.plot([max(row["best_median"] / size, LEAST)], [y - 0.12], marker="*", color=OKABE_ITO[1], markersize=9,
                  zorder=5)
    if not row["posterior_runs"]:
        axes.annotate("no value in any run", (1.08, y), fontsize=8, va="center", color="#555555")


CAPTION = (
    "Grey: prior; blue: draws kept (posterior); orange: best point. Upper right: rank correlations among the draws "
    "kept. Below: recorded values or ranges (green) and 2.5 to 97.5% quantiles of single runs with fresh "
    "seeds. Only held-out facts test the model."
)
