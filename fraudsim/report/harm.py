"""Changes against no intervention: workers' harm in its parts, and what a mark or a colour says of a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import records, short_label, unit_of, wrapped
from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import Scale, scale

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

PART = {"captive_days": "Held or\nconfined", "trafficked_detained_days": "In\ncustody", "stranded_days": "Stranded",
        "deaths+route_deaths": "Deaths", "deaths": "Deaths\nin dens", "route_deaths": "Deaths on\nroutes",
        "trafficked_punished": "Punished"}
"""Names of the parts where there is little room."""

UNITS = {"person-days": "p-days"}
MARKS = {"better": "*", "worse": "*", "mixed": "~", "unclear": " "}
COLOURS = {"better": "#0072B2", "worse": "#D55E00", "mixed": "#AA4499", "unclear": "#555555"}
NOT = "n.m."
MARKED = ("*: the 95% interval excludes zero. ~: mixed, one part of the harm to workers is clearly worse and another "
          "clearly better. n.m.: not modelled, there is no way in the model for it to hit bystanders.")
SHADES = "Blue: clearly better; orange: clearly worse; purple: mixed, a part is worse; hollow: unclear."


def part_label(outcome: str) -> str:
    """Return the name of a part, or of the sum, on two lines at most."""
    return PART.get(outcome, "Sum" if "+" in outcome else wrapped(short_label(outcome), 9))


def marked(fit: Scale, row: pd.Series) -> str:
    """Return a change with its mark, for a table."""
    if not row.get("modelled", True):
        return f"{NOT} "
    return fit.change(row["mean"]) + MARKS[str(row["verdict"])]


def harm_table(to: Console, rows: pd.DataFrame, by: str, names: Sequence[tuple[str, str]]) -> None:
    """Print what changes in each part of workers' harm.

    Parameters
    ----------
    to : Console
    rows : DataFrame
        ``by``, ``objective``, ``unit``, ``mean``, ``low``, ``high``, ``verdict``.
    by : str
        Column that says whose change it is.
    names : sequence of (str, str)
        Values of that column in order, and how each is written.
    """
    if not len(rows):
        return
    shown = list(dict.fromkeys(rows["objective"]))
    fits = {name: scale([], rows["mean"][rows["objective"] == name]) for name in shown}
    unit = {name: str(rows["unit"][rows["objective"] == name].iloc[0]) for name in shown}
    columns: list[Heading] = [("", "left", 0)]
    columns += [(f"{part_label(name)}\n{fits[name].letter} {UNITS.get(unit[name], unit[name])}".replace("\n ", "\n"),
                 "right", 8) for name in shown]
    to.print(Text("Workers' harm in its parts, change against no intervention", style="bold"))
    to.print(Text("±: half of the 95% interval; p-days: person-days.", style="dim"))
    cells = []
    for value, said in names:
        mine = rows[rows[by] == value].set_index("objective")
        cells.append((said, *(marked(fits[name], mine.loc[name]) for name in shown)))
        cells.append(("", *(f"±{fits[name].level((mine['high'][name] - mine['low'][name]) / 2)} " for name in shown)))
    draw(to, columns, cells)


def not_modelled(axes: Axes, y: float) -> None:
    """Write, in place of a value, that the model has no way to it."""
    axes.annotate("not modelled", (0.5, y), xycoords=("axes fraction", "data"), fontsize=7.5, va="center", ha="center",
                  color="#555555", style="italic", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})


def change_panel(axes: Axes, rows: pd.DataFrame, currency: str, title: str) -> None:
    """Draw changes one below the other: a dot and its interval, coloured by verdict; a cross for what a search saw.

    Parameters
    ----------
    axes : Axes
    rows : DataFrame
        ``mean``, ``low``, ``high``, ``verdict``, ``unit``; perhaps ``search``, ``modelled``.
    currency, title : str
    """
    from fraudsim.report.figures import BLACK, GREY, SIGNED, room, tidy

    axes.axvline(0, color=BLACK, linewidth=0.8, zorder=1)
    for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
        axes.axhline(y, color="#eeeeee", linewidth=0.6, zorder=0)
        if not row.get("modelled", True):
            not_modelled(axes, y)
            continue
        shade = COLOURS[row["verdict"]]
        axes.plot([row["low"], row["high"]], [y, y], color=shade, linewidth=1.8, solid_capstyle="butt", zorder=2)
        if row.get("search", float("nan")) == row.get("search", float("nan")) and "search" in row:
            axes.plot([row["search"]], [y], marker="x", color=GREY, markersize=6, zorder=3)
        axes.plot([row["mean"]], [y], marker="o", color=shade, markersize=5.5, zorder=4,
                  markerfacecolor="white" if row["verdict"] == "unclear" else shade)
    room(axes)
    axes.set_title(title, fontsize=9.5, loc="left")
    axes.set_xlabel(unit_of(str(rows["unit"].iloc[0]), currency), fontsize=8.5)
    axes.xaxis.set_major_formatter(SIGNED)
    tidy(axes, ticks=3)
    axes.tick_params(axis="y", length=0)
