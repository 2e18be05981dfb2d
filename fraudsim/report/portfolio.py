"""Tables and figures of portfolios; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import print_notes, records, rows_of, short_label, sums_said, unit_of, wrapped
from fraudsim.report.harm import MARKED, SHADES, change_panel, harm_table, marked, part_label
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
        harm_table(to, tables["harm"], "package", [(str(row.package), _number(i, row.source))
                                                   for i, row in enumerate(rows_of(packages), 1)])
        to.print()
        _curse(to, tables["curse"], currency)
    to.print()
    _search(to, tables["search"])
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
              ("Still", "right", 5), ("Un-\nbeaten", "right", 6)]
    rows: list[tuple[str | Text, ...]] = []
    for i, row in enumerate(records(packages), 1):
        mine = objectives[objectives["package"] == row["package"]].set_index("objective")
        rows.append((_number(i, row["source"]), *(marked(fits[name], mine.loc[name]) for name in names),
                     spend.level(row["spend"]), share(row["within"]), "yes" if row["still"] else "no",
                     share(row["unbeaten"])))
    lines = grid(*heads)
    for cells in rows:
        lines.add_row(*cells)
    to.print(lines)
    to.print(Text(MARKED))
    if (packages["source"] == "beside").any():
        to.print(Text("+: not chosen by the search, tried beside it."))
    for i, package in enumerate(packages["package"], 1):
        to.print(Text(f"{i:>3}  " + f"\n{'':>5}".join(wrapped(package.replace("+", " + "), to.width - 6).split("\n"))))


def _fit(rows: pd.DataFrame) -> Scale:
    return scale([], [*rows["mean"], *rows["low"], *rows["high"]])


def _column(name: str, fit: Scale, unit: str, currency: str) -> str:
    lines = wrapped(short_label(name), 9).split("\n")
    said = f"{fit.letter} {unit_of(unit, currency)}".strip()
    return "\n".join([*lines, wrapped(said, 9)])


def _curse(to: Console, curse: pd.DataFrame, currency: str) -> None:
    to.print(Text("Winner's curse: change by the package that was best in the search (its number in brackets)",
                  style="bold"))
    columns: list[Heading] = [("", "left", 0), ("Search", "right", 8), ("Fresh", "right", 8),
                              ("Difference", "right", 10), ("95% interval", "right", 18), ("Not chosen", "right", 10)]
    rows = []
    for row in rows_of(curse):
        fit = scale([], [row.search, row.fresh, row.low, row.high])
        unit = f"{fit.letter} {unit_of(str(row.unit), currency)}".strip()
        rows.append((f"{short_label(str(row.objective))}, {unit} ({row.number})", fit.change(row.search),
                     fit.change(row.fresh), fit.change(row.difference), fit.span(row.low, row.high),
                     fit.change(row.others)))
    draw(to, columns, rows)


def _search(to: Console, search: pd.DataFrame) -> None:
    """Print how the Pareto set grew."""
    volumes = ", ".join(f"{value:.3f}" for value in search["hypervolume"])
    to.print(Text.assemble(("Hypervolume of the Pareto set, generation by generation: ", "bold"),
                           f"{volumes} (share of the range of all that was tried)."))


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

    packages, objectives, harm = tables["packages"], tables["objectives"], tables["harm"]
    names, behind = (list(dict.fromkeys(of["objective"])) for of in (objectives, harm))
    inside = [_parts(package) for package in packages["package"]]
    known = sorted({part for some in inside for part in some})
    figure = Chart(figsize=(12.5, 4.2 + 0.62 * max(len(packages), 2)), layout="constrained")
    if not len(packages):
        head(figure, title, "No package that was tried keeps the budget and beats doing nothing in anything.")
        return figure
    order = list(packages["package"])
    heights = [extra + 0.31 * len(order) for extra in (1.5, 0.6)]
    upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=heights)[:, 0]
    panels = upper.subplots(1, 1 + len(names), squeeze=False, sharey=True,
                            width_ratios=[max(2.2, 0.3 * len(known)), *[2.1] * len(names)])[0]
    _members(panels[0], inside, known)
    for axes, name in zip(panels[1:], names, strict=True):
        change_panel(axes, _of(objectives, name, order), currency, wrapped(short_label(name), 26))
    parts = lower.subplots(1, len(behind), squeeze=False, sharey=True)[0]
    for axes, name in zip(parts, behind, strict=True):
        change_panel(axes, _of(harm, name, order), currency, "Workers: " + part_label(name).replace("\n", " ").lower())
    for axes in (panels[0], parts[0]):
        axes.set_yticks(range(len(order))[::-1], [_number(i, row.source) + ("" if row.still else " (beaten)")
                                                  for i, row in enumerate(rows_of(packages), 1)])
        axes.set_ylim(-0.7, len(order) - 0.3)
    head(figure, title, CAPTION, 165)
    return figure


def _of(rows: pd.DataFrame, name: str, order: list[str]) -> pd.DataFrame:
    return rows[rows["objective"] == name].set_index("package").loc[order]


def _number(i: int, source: str) -> str:
    return f"{i}{'+' if source == 'beside' else ''}"


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


CAPTION = (
    "Change against doing nothing in new situations, with 95% intervals of paired differences. " + SHADES + " Grey "
    "cross: what the search had seen; where it lies on the good side of the dot, that is the winner's curse. Beaten: "
    "with fresh seeds over the budget, or another package, or doing nothing, is better in everything. +: tried beside "
    "those that the search chose. Below: workers' harm in its parts, which do not make up for one another."
)
