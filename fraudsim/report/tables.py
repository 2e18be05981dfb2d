"""Tables for the terminal: they read the same when piped into a file, and fit 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.report.layout import Heading, console, draw, grid, written
from fraudsim.report.sections import (
    Extras,
    benefit_section,
    breakdown_section,
    displaced_section,
    policy_section,
)
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

__all__ = ["Extras", "change_cells", "check_table", "comparison_table", "console", "recorded", "run_table", "verdicts",
           "written"]

MANY_ARMS = 4
"""More arms than these stand in one table first, a row each."""

PLACES = {"total": "all countries", "acts here": "where it acts", "elsewhere": "elsewhere"}
NOTES = (
    "Each replication lives the same world with and without the arm, with the same random draws; changes are means "
    "over these pairs.",
    "The 95% interval says how surely the model's mean change is known from so many replications. It does not say "
    "how well the model fits the world, nor cover doubts about its parameters.",
    "'Better' is the share of pairs in which the arm is strictly better, empty where no direction is better; '-' "
    "stands where a number has no meaning, 'same' where no pair differs.",
    "About one interval in twenty misses by chance.",
    "Gross loss is all that victims paid; net loss is that less what came back: frozen or called back in time, or paid "
    "to victims by courts.",
)
ROOM_FOR_MEANINGS = 72


def comparison_table(to: Console, table: pd.DataFrame, displacement: pd.DataFrame, *, title: str,
                     currency: str = "currency", direct: Mapping[str, Sequence[str]] | None = None,
                     where: Mapping[str, Sequence[str]] | None = None,
                     names: Mapping[str, str] | None = None, more: Extras | None = None) -> None:
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
    more : Extras, optional
        What else a comparison says; sections that it has nothing for are left out.
    """
    to.print(Text(title, style="bold"))
    if more is not None and len(more.policy) > MANY_ARMS:
        policy_section(to, more.policy, currency)
    wanted = {arm: {*TABLE, *(direct or {}).get(arm, ())} for arm in dict.fromkeys(table["arm"])}
    left_out = silent(table[table["outcome"].isin(set().union(*wanted.values()))])
    for arm, shown in wanted.items():
        rows = table[(table["arm"] == arm) & table["outcome"].isin(shown.difference(left_out))]
        to.print()
        to.print(Text(f"{arm}, compared with no intervention", style="bold"))
        _changes(to, rows, currency)
        for line in verdicts(rows):
            to.print(Text(line))
        if more is not None:
            benefit_section(to, more.benefit[more.benefit["arm"] == arm], currency)
    to.print()
    if left_out:
        to.print(Text(silent_line(left_out)))
        to.print()
    _displacement(to, displacement, currency, where or {}, names or {}, more)
    to.print()
    for note in NOTES:
        to.print(Text(note, style="dim"))


def _changes(to: Console, rows: pd.DataFrame, currency: str) -> None:
    columns: list[Heading] = [("", "left", 0), ("Without", "right", 7), ("Change", "right", 7),
                              ("95% interval", "right", 18), ("in %", "right", 6), ("Better", "right", 6)]
    cells: list[Sequence[str | Text]] = []
    for title in HEADINGS.values():
        mine = [row for row in rows.itertuples() if heading(str(row.outcome)) == title]
        cells += [(Text(title, style="italic"),)] if mine else []
        cells += [change_cells(row, currency) for row in mine]
    draw(to, columns, cells)


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
                  names: Mapping[str, str], more: Extras | None) -> None:
    to.print(Text("What fell in some countries and what rose in others, by the country of the den", style="bold"))
    if more is not None:
        to.print(Text(more.sweep))
    for arm in dict.fromkeys(frame["arm"]):
        acts = ", ".join(names.get(iso, iso) for iso in where.get(str(arm), ()))
        to.print()
        to.print(Text(f"{arm}{f', which acts in {acts}' if acts else ''}"))
        _places(to, frame[frame["arm"] == arm], currency, names)
        if more is not None:
            displaced_section(to, more.displaced[more.displaced["arm"] == arm], currency)
            breakdown_section(to, more.breakdown[more.breakdown["arm"] == arm], currency)


def _places(to: Console, frame: pd.DataFrame, currency: str, names: Mapping[str, str]) -> None:
    dens, loss = (frame[frame["outcome"] == name].set_index("country") for name in ("dens_active", "loss_by_host"))
    fits = [scale(part["baseline"], [*part["difference"], *part["low"], *part["high"]]) for part in (dens, loss)]
    money = f"{fits[1].letter} {currency}".strip()
    columns: list[Heading] = [
        ("", "left", 0), ("Dens", "right", 5), ("Change", "right", 6), ("95% interval", "right", 14),
        (f"Gross\nloss\n{money}", "right", 5), ("Change", "right", 6), ("95% interval", "right", 16)]
    draw(to, columns, [
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


def run_table(to: Console, values: Mapping[str, float | None], *, title: str, currency: str = "currency") -> None:
    """Print all outcomes of one run under their headings; meanings only where they have room.

    Parameters
    ----------
    values : dict
        Outcome to value.
    """
    meanings = to.width >= ROOM_FOR_MEANINGS
    to.print(Text(title, style="bold"))
    lines = grid(("", "left", 24), ("", "right", 9), ("", "left", 10), ("", "left", 0))
    lines.show_header = False
    for group, title_ in HEADINGS.items():
        mine = [outcome for outcome in OUTCOMES if outcome.group == group and values[outcome.name] != 0]
        if mine:
            lines.add_row(Text(title_, style="italic"))
        for outcome in mine:
            lines.add_row(f"  {label(outcome.name)}", number(values[outcome.name]), unit(outcome.unit, currency),
                          outcome.meaning if meanings else "")
    to.print(lines)
    if nothing := [label(outcome.name).lower() for outcome in OUTCOMES if values[outcome.name] == 0]:
        to.print(Text(f"Zero: {', '.join(nothing)}."))
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
                              ("Simulated", "right", 9), ("2.5 to 97.5%", "right", 15), ("Verdict", "left", 7)]
    draw(to, columns, [("",), *(_fact_cells(fact) for fact in facts)])
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
