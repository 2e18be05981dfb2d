"""Tables and figures of portfolios; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import print_notes, records, rows_of, short_label, sums_said, unit_of, wrapped
from fraudsim.report.layout import Heading, draw, grid
from fraudsim.report.words import Scale, scale, share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from fraudsim.report.figures import Chart


def portfolio_table(to: Console, tables: Mapping[str, pd.DataFrame], *, title: str, currency: str,
                    notes: Iterable[str]) -> None:
    """Print the packages, what they change, and the winner's curse.

    Parameters
    ----------
    to : Console
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.portfolio.Portfolio`.
    title, currency : str
    notes : iterable of str
    """
    to.print(Text(title, style="bold"))
    packages, objectives = tables["packages"], tables["objectives"]
    if len(packages):
        to.print()
        _packages(to, packages, objectives, currency)
        to.print()
        _curse(to, tables["curse"], currency)
    print_notes(to, (*sums_said(dict.fromkeys(objectives["objective"])), *notes))


def _packages(to: Console, packages: pd.DataFrame, objectives: pd.DataFrame, currency: str) -> None:
    names = list(dict.fromkeys(objectives["objective"]))
    fits = {name: _fit(objectives[objectives["objective"] == name]) for name in names}
    spend = scale(packages["spend"], [])
    heads: list[Heading] = [("", "left", 0)]
    for name in names:
        unit = str(objectives["unit"][objectives["objective"] == name].iloc[0])
        heads.append((_column(name, fits[name], unit, currency), "right", 9))
    heads = [("", "left", 3), *heads[1:]]
    heads += [(f"Spent\n{spend.letter} {currency}".strip(), "right", 6), ("Within\nbudget", "right", 6),
              ("Still", "right", 5)]
    rows: list[tuple[str | Text, ...]] = []
    for i, row in enumerate(records(packages), 1):
        mine = objectives[objectives["package"] == row["package"]].set_index("objective")
        rows.append((str(i), *(_mark(fits[name], mine.loc[name]) for name in names),
                     spend.level(row["spend"]), share(row["within"]), "yes" if row["still"] else "no"))
    lines = grid(*heads)
    for cells in rows:
        lines.add_row(*cells)
    to.print(lines)
    to.print(Text("*: the 95% interval excludes zero."))
    for i, package in enumerate(packages["package"], 1):
        to.print(Text(f"{i:>3}  " + f"\n{'':>5}".join(wrapped(package.replace("+", " + "), to.width - 6).split("\n"))))


def _fit(rows: pd.DataFrame) -> Scale:
    return scale([], [*rows["mean"], *rows["low"], *rows["high"]])


def _column(name: str, fit: Scale, unit: str, currency: str) -> str:
    lines = wrapped(short_label(name), 9).split("\n")
    said = f"{fit.letter} {unit_of(unit, currency)}".strip()
    return "\n".join([*lines, wrapped(said, 9)])


def _mark(fit: Scale, row: pd.Series) -> str:
    clear = row["low"] > 0 or row["high"] < 0
    return fit.change(row["mean"]) + ("*" if clear else " ")


def _curse(to: Console, curse: pd.DataFrame, currency: str) -> None:
    to.print(Text("Winner's curse: mean change over the packages chosen, in the search and with fresh seeds",
                  style="bold"))
    columns: list[Heading] = [("", "left", 0), ("Search", "right", 8), ("Fresh", "right", 8),
                              ("Difference", "right", 10), ("95% interval", "right", 18), ("Not chosen", "right", 10)]
    rows = []
    for row in rows_of(curse):
        fit = scale([], [row.search, row.fresh, row.low, row.high])
        unit = f"{fit.letter} {unit_of(str(row.unit), currency)}".strip()
        rows.append((f"{short_label(str(row.objective))}, {unit}", fit.change(row.search), fit.change(row.fresh),
                     fit.change(row.difference), fit.span(row.low, row.high), fit.change(row.others)))
    draw(to, columns, rows)


# Figures


def portfolio_figure(tables: Mapping[str, pd.DataFrame], currency: str, title: str) -> Chart:
    """Draw which interventions stand in each package, and what it changes.

    Parameters
    ----------
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.portfolio.Portfolio`.
    currency, title : str
    """
    from fraudsim.report.figures import Chart, head

    packages, objectives = tables["packages"], tables["objectives"]
    names = list(dict.fromkeys(objectives["objective"]))
    inside = [_parts(package) for package in packages["package"]]
    known = sorted({part for some in inside for part in some})
    figure = Chart(figsize=(12.5, 3.2 + 0.34 * max(len(packages), 2)), layout="constrained")
    if not len(packages):
        head(figure, title, "No package that was tried keeps the budget and beats doing nothing in anything.")
        return figure
    widths = [max(2.2, 0.3 * len(known)), *[2.1] * len(names)]
    panels = figure.subplots(1, 1 + len(names), squeeze=False, sharey=True, width_ratios=widths)[0]
    _members(panels[0], inside, known)
    for axes, name in zip(panels[1:], names, strict=True):
        rows = objectives[objectives["objective"] == name].set_index("package").loc[list(packages["package"])]
        _changes(axes, rows, currency)
    panels[0].set_yticks(range(len(packages))[::-1], [f"{i}{'' if row.still else ' (no longer)'}"
                                                    for i, row in enumerate(rows_of(packages), 1)])
    panels[0].set_ylim(-0.7, len(packages) - 0.3)
    head(figure, title, CAPTION, 165)
    return figure


def _parts(package: str) -> list[str]:
    from re import split

    return [part.partition(":")[0] for part in split(r"\+(?!\d)", package) if part]


def _members(axes: Axes, inside: list[list[str]], known: list[str]) -> None:
    from fraudsim.report.figures import BLACK

    for i, some in enumerate(inside):
        y = len(inside) - 1 - i
        axes.axhline(y, color="#eeeeee", linewidth=0.8, zorder=0)
        axes.scatter(range(len(known)), [y] * len(known), s=9, color="#dddddd", zorder=1)
        axes.scatter([known.index(name) for name in some], [y] * len(some), s=42, color=BLACK, zorder=2)
    axes.set_xticks(range(len(known)), known, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
    axes.set_xlim(-0.6, len(known) - 0.4)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=8)
    axes.set_title("Package", fontsize=9.5, loc="left")


def _changes(axes: Axes, rows: pd.DataFrame, currency: str) -> None:
    from fraudsim.report.figures import BLACK, GREY, SIGNED, room, tidy
    from fraudsim.report.policy import BAD, GOOD, PLAIN

    for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
        axes.axhline(y, color="#eeeeee", linewidth=0.6, zorder=0)
        clear = row["low"] > 0 or row["high"] < 0
        better = (row["mean"] < 0) == (row["good"] == "down")
        shade = PLAIN if not clear else GOOD if better else BAD
        axes.plot([row["low"], row["high"]], [y, y], color=shade, linewidth=1.8, solid_capstyle="butt", zorder=2)
        axes.plot([row["search"]], [y], marker="x", color=GREY, markersize=6, zorder=3)
        axes.plot([row["mean"]], [y], marker="o", color=shade, markersize=5.5, zorder=4,
                  markerfacecolor=shade if clear else "white")
    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    room(axes)
    axes.set_title(wrapped(short_label(str(rows["objective"].iloc[0])), 26), fontsize=9.5, loc="left")
    axes.set_xlabel(unit_of(str(rows["unit"].iloc[0]), currency), fontsize=8.5)
    axes.xaxis.set_major_formatter(SIGNED)
    tidy(axes, ticks=3)
    axes.tick_params(axis="y", length=0)


CAPTION = (
    "Change against doing nothing in new situations, with 95% intervals of paired differences. Blue: clearly better; "
    "orange: clearly worse; hollow: contains zero. Grey cross: what the search had seen; where it lies on the good "
    "side of the dot, that is the winner's curse. No longer: with fresh seeds another package, or doing nothing, is "
    "better in everything."
)
