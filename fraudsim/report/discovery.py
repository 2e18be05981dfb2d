"""Tables and figures of scenario discovery; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import condition_label, print_notes, records, rows_of, wrapped
from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import number, share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from fraudsim.report.figures import Chart


def discovery_table(to: Console, tables: Mapping[str, pd.DataFrame], *, title: str, notes: Iterable[str]) -> None:
    """Print the box and CART's leaves.

    Parameters
    ----------
    to : Console
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.discover.Discovery`.
    title : str
    notes : iterable of str
    """
    to.print(Text(title, style="bold"))
    if len(tables["summary"]):
        to.print()
        _box(to, tables["boxes"], tables["summary"].iloc[0])
    if len(tables["leaves"]):
        to.print()
        to.print(Text("CART: leaves of a tree of at most three questions", style="bold"))
        columns: list[Heading] = [("Where", "left", 0), ("Fails", "right", 5), ("New", "right", 5),
                                  ("Coverage", "right", 8), ("Points", "right", 6)]
        draw(to, columns, [(row.rule, share(row.density), _new(row.density_new), share(row.coverage), str(row.points))
                           for row in rows_of(tables["leaves"])])
    print_notes(to, notes)


def _new(value: float) -> str:
    return "-" if np.isnan(value) else share(value)


def _box(to: Console, boxes: pd.DataFrame, summary: Any) -> None:
    to.print(Text("PRIM: a box in which it fails", style="bold"))
    if not len(boxes):
        to.print(Text("None: no limit of any factor is told from chance."))
        return
    columns: list[Heading] = [("Factor", "left", 0), ("From", "right", 7), ("to", "right", 7), ("of", "right", 14),
                              ("Quasi-p: low", "right", 12), ("high", "right", 8)]
    draw(to, columns, [(row.factor, *_limits(row), _chance(row.quasi_p_low), _chance(row.quasi_p_high))
                       for row in rows_of(boxes)])
    new = "" if np.isnan(summary["density_new"]) else (
        f" (at new points: density {share(summary['density_new'])}, coverage {share(summary['coverage_new'])})")
    to.print(Text(f"Inside, it fails at {summary["hits"]:.0f} of {summary["points"]:.0f} points: density "
                  f"{share(summary['density'])}, coverage {share(summary['coverage'])}{new}."))


def _limits(row: Any) -> tuple[str, str, str]:
    if row.values:
        return row.values, "", ""
    low = number(row.low) if row.low > row.range_low else "-"
    high = number(row.high) if row.high < row.range_high else "-"
    return low, high, f"{number(row.range_low)} to {number(row.range_high)}"


def _chance(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.1e}" if value < 0.001 else f"{value:.3f}"


# Figures


def discovery_figure(tables: Mapping[str, pd.DataFrame], fails: str, title: str) -> Chart:
    """Draw the way of the peeling, the box, its two strongest factors, and CART's leaves.

    Parameters
    ----------
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.discover.Discovery`.
    fails : str
        The first condition.
    title : str
    """
    from fraudsim.report.figures import Chart, head

    boxes, points = tables["boxes"], tables["points"]
    figure = Chart(figsize=(10.5, 7.4), layout="constrained")
    grid = figure.subplots(2, 2)
    if len(tables["trajectory"]):
        _way(grid[0, 0], tables["trajectory"], float(points["fails"].mean()))
        _ranges(grid[0, 1], boxes)
    else:
        grid[0, 0].set_visible(False)
        grid[0, 1].set_visible(False)
    _scatter(grid[1, 0], boxes, points, fails)
    _leaves(grid[1, 1], tables["leaves"], float(points["fails"].mean()))
    head(figure, title, CAPTION)
    return figure


def _way(axes: Axes, trajectory: pd.DataFrame, rate: float) -> None:
    from fraudsim.report.figures import GREY, OKABE_ITO, tidy

    axes.plot(trajectory["coverage"], trajectory["density"], color=GREY, linewidth=0.8, zorder=1)
    most = int(trajectory["restricted"].max())
    for i in range(most + 1):
        mine = trajectory[trajectory["restricted"] == i]
        if len(mine):
            axes.scatter(mine["coverage"], mine["density"], s=26, color=OKABE_ITO[i % len(OKABE_ITO)], zorder=2,
                         label=f"{i} restricted")
    star = trajectory[trajectory["chosen"]]
    axes.scatter(star["coverage"], star["density"], s=190, facecolors="none", edgecolors="black", linewidths=1.4,
                 zorder=3)
    axes.axhline(rate, color="black", linewidth=0.8, linestyle="--")
    axes.annotate("all points", (0.01, rate), fontsize=8, va="bottom", color="#555555")
    axes.set_xlim(0, 1.03)
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("coverage", fontsize=8.5)
    axes.set_title("PRIM's way: density against coverage; ring: the box shown", fontsize=9.5, loc="left")
    axes.legend(fontsize=8, frameon=False, loc="lower left")
    tidy(axes, grid="y")


def _ranges(axes: Axes, boxes: pd.DataFrame) -> None:
    from fraudsim.report.figures import OKABE_ITO, tidy

    for y, row in zip(range(len(boxes))[::-1], records(boxes), strict=True):
        axes.plot([0, 1], [y, y], color="#dddddd", linewidth=7, solid_capstyle="butt", zorder=1)
        if row["values"]:
            axes.annotate(f"only {row['values']}", (0.5, y + 0.16), fontsize=8, ha="center", va="bottom")
            continue
        width = row["range_high"] - row["range_low"] or 1.0
        low, high = ((row[key] - row["range_low"]) / width for key in ("low", "high"))
        axes.plot([low, high], [y, y], color=OKABE_ITO[1], linewidth=7, solid_capstyle="butt", zorder=2)
        for key, side, at in (("low", "left", low), ("high", "right", high)):
            p = row[f"quasi_p_{key}"]
            inner = row["low"] > row["range_low"] if key == "low" else row["high"] < row["range_high"]
            if inner:
                axes.annotate(f"{number(row[key])}, p {_chance(p)}", (at, y + 0.16), fontsize=8, ha=side, va="bottom")
    axes.set_yticks(range(len(boxes))[::-1], [wrapped(name, 24) for name in boxes["factor"]])
    axes.set_ylim(-0.6, max(len(boxes) - 0.3, 0.7))
    axes.set_xlim(-0.02, 1.02)
    axes.set_title("The box: its limits within each factor's range" if len(boxes) else "No box is told from chance",
                   fontsize=9.5, loc="left")
    tidy(axes)
    axes.set_xticks([0, 1], ["lowest", "highest"])


def _scatter(axes: Axes, boxes: pd.DataFrame, points: pd.DataFrame, fails: str) -> None:
    from fraudsim.report.figures import NUMBER, OKABE_ITO, tidy

    numeric = boxes[boxes["values"] == ""]
    narrow = (numeric["high"] - numeric["low"]) / (numeric["range_high"] - numeric["range_low"])
    names = list(numeric["factor"].iloc[np.argsort(narrow.to_numpy(float), kind="stable")][:2])
    x = points[names[0]] if names else points["point"]
    y = points[names[1]] if len(names) > 1 else points["value"]
    bad = points["fails"].to_numpy(bool)
    for mask, shade, mark, text in ((~bad, OKABE_ITO[0], "o", "does not fail"), (bad, OKABE_ITO[1], "X", "fails")):
        axes.scatter(x[mask], y[mask], s=24, color=shade, marker=mark, alpha=0.75, linewidths=0, label=text, zorder=2)
    _outline(axes, numeric.set_index("factor"), names)
    axes.set_xlabel(names[0] if names else "design point", fontsize=8.5)
    axes.set_ylabel(names[1] if len(names) > 1 else wrapped(_looked_at(fails), 40), fontsize=8.5)
    axes.set_title("Design points" + (" by the two factors it restricts most" if len(names) > 1 else ""), fontsize=9.5,
                   loc="left")
    axes.legend(fontsize=8, frameon=True, framealpha=0.85, loc="best")
    tidy(axes, grid="y")
    axes.xaxis.set_major_formatter(NUMBER)
    axes.yaxis.set_major_formatter(NUMBER)


def _looked_at(fails: str) -> str:
    said = condition_label(fails)
    for word in (" at most ", " at least ", " below ", " above "):
        said = said.partition(word)[0]
    return said


def _outline(axes: Axes, limits: pd.DataFrame, names: list[str]) -> None:
    from matplotlib.patches import Rectangle

    if not names:
        return
    left, right = (float(x) for x in limits.loc[names[0], ["low", "high"]].to_numpy(float))
    if len(names) == 1:
        axes.axvspan(left, right, color="#D55E00", alpha=0.08, linewidth=0)
        return
    bottom, top = (float(x) for x in limits.loc[names[1], ["low", "high"]].to_numpy(float))
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor="black", linewidth=1.2,
                             zorder=3))


def _leaves(axes: Axes, leaves: pd.DataFrame, rate: float) -> None:
    from fraudsim.report.figures import OKABE_ITO, tidy

    if not len(leaves):
        axes.set_visible(False)
        return
    y = np.arange(len(leaves))[::-1]
    axes.barh(y, leaves["density"], 0.62, color=OKABE_ITO[1], alpha=0.85, zorder=2)
    for at, row in zip(y, rows_of(leaves), strict=True):
        axes.annotate(f"{row.hits} of {row.points}", (min(row.density + 0.015, 0.85), at), fontsize=8, va="center")
        axes.plot([row.density_new], [at], marker="D", color="black", markersize=4.5, markerfacecolor="white", zorder=4)
    axes.axvline(rate, color="black", linewidth=0.8, linestyle="--", zorder=3)
    axes.set_yticks(y, [wrapped(text.replace(" and ", ", "), 34) for text in leaves["rule"]], fontsize=7.5)
    axes.set_xlim(0, 1.0)
    axes.set_title("CART: share of points in each leaf at which it fails", fontsize=9.5, loc="left")
    tidy(axes)
    axes.tick_params(axis="y", labelsize=7.5)
    axes.xaxis.set_major_formatter(lambda value, _: share(value))


CAPTION = (
    "Density: share of the points in a box at which the arm fails; coverage: share of all failing points that lie in "
    "it. p: quasi-p-value of that limit, too small since the limit was chosen by looking. Dashed: share of all "
    "points. Diamond: what trees that had not seen a leaf's points expect there."
)
