"""Tables for the terminal: they read the same when piped into a file, and fit 80 columns."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TextIO

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from fraudsim.report.words import (
    HEADINGS,
    TABLE,
    Scale,
    heading,
    interval_text,
    label,
    number,
    percent,
    scale,
    silent,
    silent_line,
    unit,
    with_unit,
)

if TYPE_CHECKING:
    import pandas as pd

PLACES = {"total": "all countries", "acts here": "where it acts", "elsewhere": "elsewhere"}
NOTES = (
    "Each replication lives the same world with and without the arm, with the same random draws; changes are means "
    "over these pairs.",
    "The 95% interval says how surely the model's mean change is known from so many replications. It does not say "
    "how well the model fits the world, nor cover doubts about its parameters.",
    "'Better' is the share of pairs in which the arm is strictly better, empty where no direction is better; '-' "
    "stands where a number has no meaning, 'same' where no pair differs.",
    "About one interval in twenty misses by chance.",
    "Gross loss is all that victims paid; net loss is that less what was frozen in time and came back.",
)
NARROWEST = 16
ROOM_FOR_MEANINGS = 72

type Heading = tuple[str, Literal["left", "right"], int]
"""A column: its title, the side its cells stand on, its least width (0: words may wrap)."""


def console(stream: TextIO | None = None) -> Console:
    """Return a console that writes text as it is: no markup, no highlighting, colour on terminals only."""
    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


def comparison_table(to: Console, table: pd.DataFrame, displacement: pd.DataFrame, *, title: str,
                     currency: str = "currency", direct: Mapping[str, Sequence[str]] | None = None,
                     where: Mapping[str, Sequence[str]] | None = None,
                     names: Mapping[str, str] | None = None) -> None:
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
        Arm to the ISO codes of the countries it acts in.
    names : dict, optional
        ISO code to the country's name for people.
    """
    to.print(Text(title, style="bold"))
    wanted = {arm: {*TABLE, *(direct or {}).get(arm, ())} for arm in dict.fromkeys(table["arm"])}
    left_out = silent(table[table["outcome"].isin(set().union(*wanted.values()))])
    for arm, shown in wanted.items():
        rows = table[(table["arm"] == arm) & table["outcome"].isin(shown.difference(left_out))]
        to.print()
        to.print(Text(f"{arm}, compared with no intervention", style="bold"))
        _changes(to, rows, currency)
        for line in verdicts(rows):
            to.print(Text(line))
    to.print()
    if left_out:
        to.print(Text(silent_line(left_out)))
        to.print()
    _displacement(to, displacement, currency, where or {}, names or {})
    to.print()
    for note in NOTES:
        to.print(Text(note, style="dim"))


def written(draw: Callable[[Console], None]) -> str:
    """Return what is printed to a console as plain text, without blanks at the ends of lines."""
    stream = io.StringIO()
    draw(Console(file=stream, markup=False, highlight=False, emoji=False, force_terminal=False, no_color=True))
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().split("\n"))


def _grid(*columns: Heading) -> Grid:
    """Return a table without lines; a column of width 0 wraps its words, the others stand whole."""
    grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name, side, width in columns:
        grid.add_column(name, justify=side, min_width=width or None, no_wrap=width > 0, overflow="fold")
    return grid


def _draw(to: Console, columns: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    """Print rows of a name and numbers; a row of one cell is a heading.

    Where too little room is left for the names, each stands on a line of its own above its numbers.
    """
    widths = [max([width, *(len(row[i]) for row in rows if len(row) > i)])
              for i, (_, _, width) in enumerate(columns[1:], 1)]
    if to.width - sum(width + 1 for width in widths) < NARROWEST:
        _stack(to, columns, rows)
        return
    grid = _grid(*columns)
    for row in rows:
        grid.add_row(*row)
    to.print(grid)


def _stack(to: Console, columns: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    heads = [name.split("\n") for name, _, _ in columns[1:]]
    tall = max(map(len, heads))
    header = [[Text(([""] * (tall - len(head)) + head)[i], style="bold") for head in heads] for i in range(tall)]
    body = [[Text.assemble(cell) for cell in row[1:]] for row in rows]
    widths = [max(len(line[i]) for line in [*header, *body] if line) for i in range(len(heads))]
    sides = [side for _, side, _ in columns[1:]]
    for line in header:
        to.print(_beside(line, widths, sides))
    for row, numbers in zip(rows, body, strict=True):
        to.print(row[0] if isinstance(row[0], Text) else Text(row[0]))
        if numbers:
            to.print(_beside(numbers, widths, sides))


def _beside(cells: Sequence[Text], widths: Sequence[int], sides: Sequence[str]) -> Text:
    line = Text("   ")
    for cell, width, side in zip(cells, widths, sides, strict=True):
        blank = " " * (width - len(cell))
        line.append_text(Text.assemble(" ", *((blank, cell) if side == "right" else (cell, blank))))
    line.rstrip()
    return line


def _changes(to: Console, rows: pd.DataFrame, currency: str) -> None:
    columns: list[Heading] = [("", "left", 0), ("Without", "right", 7), ("Change", "right", 7),
                              ("95% interval", "right", 18), ("in %", "right", 6), ("Better", "right", 6)]
    cells: list[Sequence[str | Text]] = []
    for title in HEADINGS.values():
        mine = [row for row in rows.itertuples() if heading(str(row.outcome)) == title]
        cells += [(Text(title, style="italic"),)] if mine else []
        cells += [change_cells(row, currency) for row in mine]
    _draw(to, columns, cells)


def change_cells(row: Any, currency: str) -> tuple[str, str, str, str, str, str]:
    """Return one row of a comparison in words: outcome, without, change, interval, relative, share better."""
    fit = scale([row.baseline], [row.difference, row.low, row.high])
    better = "" if row.good == "none" else "-" if row.pairs == 0 else f"{100 * row.share_better:.0f}%"
    if row.low == row.high == 0:
        better = "same"
    name = with_unit(str(row.outcome), str(row.unit), currency, fit.letter)
    return (f"  {name}", fit.level(row.baseline), fit.change(row.difference), fit.span(row.low, row.high),
            percent(row.relative), better)


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


def _displacement(to: Console, frame: pd.DataFrame, currency: str, where: Mapping[str, Sequence[str]],
                  names: Mapping[str, str]) -> None:
    to.print(Text("What fell in some countries and what rose in others, by the country of the den", style="bold"))
    for arm in dict.fromkeys(frame["arm"]):
        acts = ", ".join(names.get(iso, iso) for iso in where.get(str(arm), ()))
        to.print()
        to.print(Text(f"{arm}{f', which acts in {acts}' if acts else ''}"))
        _places(to, frame[frame["arm"] == arm], currency, names)


def _places(to: Console, frame: pd.DataFrame, currency: str, names: Mapping[str, str]) -> None:
    dens, loss = (frame[frame["outcome"] == name].set_index("country") for name in ("dens_active", "loss_by_host"))
    fits = [scale(part["baseline"], [*part["difference"], *part["low"], *part["high"]]) for part in (dens, loss)]
    money = f"{fits[1].letter} {currency}".strip()
    columns: list[Heading] = [
        ("", "left", 0), ("Dens", "right", 5), ("Change", "right", 6), ("95% interval", "right", 14),
        (f"Gross\nloss\n{money}", "right", 5), ("Change", "right", 6), ("95% interval", "right", 16)]
    _draw(to, columns, [
        (PLACES.get(str(place), names.get(str(place), str(place))),
         *(cell for part, fit in zip((dens, loss), fits, strict=True) for cell in _place_cells(part.loc[place], fit)))
        for place in dens.index if _says_something(str(place), dens, loss)])


def _place_cells(row: Any, fit: Scale) -> tuple[str, str, str]:
    return fit.level(row["baseline"]), fit.change(row["difference"]), fit.span(row["low"], row["high"])


def _says_something(place: str, *parts: pd.DataFrame) -> bool:
    """Tell whether a place has, or had, any dens or losses; the two sums are shown only if both do."""
    if place in ("acts here", "elsewhere"):
        return all(_any(parts, name) for name in ("acts here", "elsewhere"))
    return _any(parts, place)


def _any(parts: Sequence[pd.DataFrame], place: str) -> bool:
    return any(bool((part.loc[place, ["baseline", "difference"]] != 0).any()) for part in parts)


def run_table(to: Console, summary: pd.DataFrame, *, title: str, currency: str = "currency") -> None:
    """Print all outcomes of one run under their headings; meanings only where they have room."""
    meanings = to.width >= ROOM_FOR_MEANINGS
    to.print(Text(title, style="bold"))
    grid = _grid(("", "left", 24), ("", "right", 9), ("", "left", 10), ("", "left", 0))
    grid.show_header = False
    for group, title_ in HEADINGS.items():
        grid.add_row(Text(title_, style="italic"))
        for row in summary[summary["group"] == group].itertuples():
            grid.add_row(f"  {label(str(row.outcome))}", number(float(row.value)),  # type: ignore[arg-type]
                         unit(str(row.unit), currency), str(row.meaning) if meanings else "")
    to.print(grid)
    if not meanings:
        to.print(Text("`fraudsim describe` says what each means."))


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
    columns: list[Heading] = [("Fact", "left", 0), ("Role", "left", 8), ("Recorded", "right", 9),
                              ("Simulated", "right", 9), ("95% of seeds", "right", 15), ("Verdict", "left", 7)]
    _draw(to, columns, [("",), *(_fact_cells(fact) for fact in facts)])
    to.print()
    for note in notes:
        to.print(Text(note, style="dim"))


def _fact_cells(fact: Mapping[str, Any]) -> tuple[str | Text, ...]:
    style = {"outside": "bold red", "inside": "green"}.get(fact["verdict"], "")
    return (f"{fact['name']} ({fact['unit']})", fact["role"], recorded(fact), number(fact["median"]),
            interval_text(fact["simulated_low"], fact["simulated_high"]), Text(fact["verdict"], style=style))


def recorded(fact: Mapping[str, Any]) -> str:
    """Write a recorded value, or the two that differ."""
    low, high = fact["low"], fact["high"]
    return number(low) if high is None or high == low else f"{number(low)} to {number(high)}"
