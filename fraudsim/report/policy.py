"""The policy figure: benefit, displacement, harm and cost of many arms, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fraudsim.report.figures import BLACK, GREY, NUMBER, Chart, head, room, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

GOOD, BAD, PLAIN = "#0072B2", "#D55E00", "#555555"
PANELS = {
    "benefit": ("Net loss averted", "{currency}", 1), "displacement": ("Gross loss elsewhere", "{currency}", -1),
    "workers": ("Captivity", "person-days", -1), "bystanders": ("Wrong hits", "events", -1),
    "cost": ("Public and custody cost", "{currency}", 0),
}
CAPTION = ("Change against no intervention; 95% intervals of paired differences. Blue: clearly better; orange: clearly "
           "worse; hollow: contains zero. Elsewhere: countries where the arm does not act, by the den's country{by}; "
           "grey bar: range over the sweep; blank: nothing elsewhere.")
BY_TARGET = ", or (v) the victims' where it guards those who are called"


def policy_figure(policy: pd.DataFrame, currency: str = "currency", title: str = "") -> Chart:
    """Draw five aligned panels, a row for each arm: a dot, its interval, filled where that excludes zero.

    Parameters
    ----------
    policy : DataFrame
        As :meth:`fraudsim.study.comparison.Comparison.policy` returns it.
    currency, title : str
    """
    figure = Chart(figsize=(13.5, 1.9 + 0.3 * len(policy)), layout="constrained")
    grid = figure.subplots(1, len(PANELS), squeeze=False, sharey=True)
    for axes, (panel, (name, measure, good)) in zip(grid.flat, PANELS.items(), strict=True):
        _panel(axes, policy, panel, good)
        axes.set_title(name, fontsize=9.5, loc="left")
        axes.set_xlabel(measure.format(currency=currency), fontsize=8.5)
    first = grid[0, 0]
    first.set_yticks(range(len(policy))[::-1], list(policy["arm"]))
    first.set_ylim(-0.7, len(policy) - 0.3)
    head(figure, title, CAPTION.format(by=BY_TARGET if (policy["displacement_by"] == "target").any() else ""), 180)
    return figure


def _panel(axes: Axes, policy: pd.DataFrame, panel: str, good: int) -> None:
    for i, row in enumerate(policy.to_dict("records")):
        y = len(policy) - 1 - i
        axes.axhline(y, color="#eeeeee", linewidth=0.6, zorder=0)
        if panel == "displacement":
            _spread(axes, row["displacement_sweep_low"], row["displacement_sweep_high"], y)
            if row["displacement_by"] == "target":
                axes.annotate("(v)", (1.0, y), xycoords=("axes fraction", "data"), fontsize=8, ha="right", va="center")
        value, low, high = (float(row[f"{panel}{part}"]) for part in ("", "_low", "_high"))
        _dot(axes, value, low, high, y, good)
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    room(axes)
    axes.xaxis.set_major_formatter(NUMBER)
    tidy(axes, ticks=4)


def _spread(axes: Axes, low: float, high: float, y: float) -> None:
    if np.isfinite(low):
        axes.plot([low, high], [y, y], color=GREY, linewidth=6, alpha=0.35, solid_capstyle="butt", zorder=1)


def _dot(axes: Axes, value: float, low: float, high: float, y: float, good: int) -> None:
    if not np.isfinite(value):
        return
    clear = low > 0 or high < 0
    shade = PLAIN if not clear or good == 0 else GOOD if value * good > 0 else BAD
    if np.isfinite(low):
        axes.plot([low, high], [y, y], color=shade, linewidth=1.8, solid_capstyle="butt", zorder=2)
    axes.plot([value], [y], marker="o", color=shade, markersize=5.5, markerfacecolor=shade if clear else "white",
              zorder=3)
