"""Tables for the terminal: they read the same when piped into a file, and fit 80 columns."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from fraudsim.report.words import HEADINGS, TABLE, heading, interval_text, label, number, percent, unit

if TYPE_CHECKING:
    import pandas as pd

NOTES = (
    "Each replication lives the same world with and without the arm, with the same random draws; changes are means "
    "over these pairs.",
    "The 95% interval says how surely the model's mean change is known from so many replications. It does not say "
    "how well the model fits the world, nor cover doubts about its parameters.",
    "'Better in' counts the pairs in which the arm is strictly better; 'n/a' where no direction is better, '-' "
    "where a number has no meaning. About one interval in twenty misses by chance.",
)


def console(stream: TextIO | None = None) -> Console:
    """Return a console that writes text as it is: no markup, no highlighting, colour on terminals only."""
    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


def comparison_table(to: Console, table: pd.DataFrame, displacement: pd.DataFrame, *, title: str,
                     currency: str = "currency", direct: Mapping[str, Sequence[str]] | None = None,
                     where: Mapping[str, str] | None = None) -> None:
    """Print a comparison: what each arm changed, where, and what the intervals mean.

    Parameters
    ----------
    to : Console
    table, displacement : DataFrame
        As :meth:`Comparison.table` and :meth:`Comparison.displacement` return them.
    title, currency : str
    direct : dict, optional
        Arm to the outcomes on which it acts directly, shown in addition to the headline outcomes.
    where : dict, optional
        Arm to the countries it acts in, for people.
    """
    to.print(Text(title, style="bold"))
    for arm in dict.fromkeys(table["arm"]):
        shown = [*TABLE, *(name for name in (direct or {}).get(arm, ()) if name not in TABLE)]
        rows = table[(table["arm"] == arm) & table["outcome"].isin(shown)]
        to.print()
        to.print(Text(f"{arm}, compared with no intervention", style="bold"))
        to.print(_changes(rows, currency))
        for line in verdicts(rows):
            to.print(Text(line))
    to.print()
    _displacement(to, displacement, currency, where or {})
    to.print()
    for note in NOTES:
        to.print(Text(note, style="dim"))


def _grid(*columns: tuple[str, str, int]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", show_header=True)
    for name, side, width in columns:
        grid.add_column(name, justify=side, min_width=width, overflow="fold")  # type: ignore[arg-type]
    return grid


def _changes(rows: pd.DataFrame, currency: str) -> Grid:
    grid = _grid(("", "left", 28), ("Without", "right", 7), ("Change", "right", 8), ("95% interval", "right", 18),
                 ("", "right", 6), ("Better in", "right", 8))
    for title in HEADINGS.values():
        mine = [row for row in rows.itertuples() if heading(str(row.outcome)) == title]
        if mine:
            grid.add_row(Text(title, style="italic"))
        for row in mine:
            grid.add_row(*_change(row, currency))
    return grid


def _change(row: Any, currency: str) -> tuple[str, ...]:
    return (f"  {named(row, currency)}", number(row.baseline), number(row.difference, signed=True),
            interval_text(row.low, row.high), percent(row.relative), _better(row))


def named(row: Any, currency: str) -> str:
    """Return an outcome's label, with its unit where the label does not say it."""
    said = row.unit in ("persons", "calls", "sites", "dens", "operations", "payments", "reports", "events")
    return label(row.outcome) if said else f"{label(row.outcome)}, {unit(row.unit, currency)}"


def _better(row: Any) -> str:
    if row.good == "none":
        return "n/a"
    return "-" if row.pairs == 0 else f"{round(row.share_better * row.pairs)}/{row.pairs}"


def verdicts(rows: pd.DataFrame) -> list[str]:
    """Return sentences: what is clearly better, clearly worse, and not clear either way."""
    found: dict[str, list[str]] = {"Better": [], "Worse": [], "Not clear either way": []}
    for row in rows.itertuples():
        verdict = _verdict(row)
        if verdict:
            found[verdict].append(label(str(row.outcome)).lower())
    return [f"{verdict}: {', '.join(names)}." for verdict, names in found.items() if names]


def _verdict(row: Any) -> str:
    if row.good == "none" or row.pairs < 2 or row.low == row.high == 0:
        return ""
    if row.low <= 0 <= row.high:
        return "Not clear either way"
    return "Better" if (row.difference > 0) == (row.good == "up") else "Worse"


def _displacement(to: Console, frame: pd.DataFrame, currency: str, where: Mapping[str, str]) -> None:
    to.print(Text("What fell in some countries and what rose in others (by the place of the den)", style="bold"))
    for arm in dict.fromkeys(frame["arm"]):
        mine = frame[frame["arm"] == arm]
        dens, loss = (mine[mine["outcome"] == name].set_index("country") for name in ("dens_active", "loss_by_host"))
        grid = _grid((str(arm), "left", 15), ("Active dens", "right", 7), ("Change, 95% interval", "right", 22),
                     (f"Losses, {currency}", "right", 8), ("Change, 95% interval", "right", 24))
        for place in dens.index:
            if _says_something(dens.loc[place], loss.loc[place]):
                grid.add_row(_place(str(place), where.get(str(arm), "")), number(dens.loc[place, "baseline"]),
                             _with_interval(dens.loc[place]), number(loss.loc[place, "baseline"]),
                             _with_interval(loss.loc[place]))
        to.print()
        to.print(grid)


def _says_something(*rows: Any) -> bool:
    return any(row["baseline"] != 0 or row["difference"] != 0 for row in rows)


def _place(name: str, where: str) -> str:
    known = {"total": "all countries", "acts here": f"acts here: {where}" if where else "acts here"}
    return known.get(name, name if name == "elsewhere" else f"  {name}")


def _with_interval(row: Any) -> str:
    change = number(row["difference"], signed=True)
    span = interval_text(row["low"], row["high"])
    return change if span in ("-", "0") else f"{change} ({span})"


def run_table(to: Console, summary: pd.DataFrame, *, title: str, currency: str = "currency") -> None:
    """Print all outcomes of one run under their headings."""
    to.print(Text(title, style="bold"))
    grid = _grid(("", "left", 24), ("", "right", 9), ("", "left", 10), ("", "left", 30))
    grid.show_header = False
    for group, title_ in HEADINGS.items():
        grid.add_row(Text(title_, style="italic"))
        for row in summary[summary["group"] == group].itertuples():
            grid.add_row(f"  {label(str(row.outcome))}", number(float(row.value)),  # type: ignore[arg-type]
                         unit(str(row.unit), currency), str(row.meaning))
    to.print(grid)


def check_table(to: Console, facts: Iterable[Mapping[str, Any]], *, title: str, notes: Iterable[str] = ()) -> None:
    """Print recorded facts beside simulated intervals, with role and verdict.

    Parameters
    ----------
    to : Console
    facts : iterable of dict
        ``name``, ``role``, ``unit``, ``low``, ``high``, ``median``, ``simulated_low``, ``simulated_high``,
        ``seeds``, ``verdict``, ``note``.
    title : str
    notes : iterable of str
    """
    to.print(Text(title, style="bold"))
    grid = _grid(("Fact", "left", 26), ("Role", "left", 8), ("Recorded", "right", 9), ("Simulated", "right", 9),
                 ("95% of seeds", "right", 15), ("Verdict", "left", 7))
    grid.add_row()
    for fact in facts:
        style = {"outside": "bold red", "inside": "green"}.get(fact["verdict"], "")
        grid.add_row(f"{fact['name']} ({fact['unit']})", fact["role"], recorded(fact), number(fact["median"]),
                     interval_text(fact["simulated_low"], fact["simulated_high"], signed=False),
                     Text(fact["verdict"], style=style))
    to.print(grid)
    to.print()
    for note in notes:
        to.print(Text(note, style="dim"))


def recorded(fact: Mapping[str, Any]) -> str:
    """Write a recorded value, or the two that differ."""
    low, high = fact["low"], fact["high"]
    return number(low) if high is None or high == low else f"{number(low)} to {number(high)}"
