"""What tables and figures of answers to questions have in common."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from fraudsim.report.words import label, number, unit

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 30
WORDS = {"<=": "at most", ">=": "at least", "<": "below", ">": "above"}


def sum_label(outcome: str) -> str:
    """Return a sum of outcomes for people.

    Examples
    --------
    >>> sum_label("loss_net"), sum_label("captive_days+stranded_days")
    ('Net loss', 'Person-days in captivity + person-days stranded')
    """
    first, *rest = [label(name) for name in outcome.split("+")]
    return " + ".join([first, *(name[0].lower() + name[1:] for name in rest)])


SHORT = {
    "captive_days+trafficked_detained_days+stranded_days": "Workers' harm",
    "captive_days+stranded_days": "Workers' harm", "captive_days+trafficked_detained_days": "Workers' harm",
    "public_cost+custody_cost": "Public and custody cost", "bystanders_hit": "Wrong hits",
}
"""Names of sums where there is little room."""


def short_label(outcome: str) -> str:
    """Return a sum of outcomes in a few words."""
    return SHORT.get(outcome, sum_label(outcome))


def sums_said(outcomes: Iterable[str]) -> list[str]:
    """Return a sentence for every sum that goes by a name of its own."""
    return [f"{SHORT[outcome]}: {sum_label(outcome)[0].lower()}{sum_label(outcome)[1:]}, each counting alike."
            for outcome in outcomes if outcome in SHORT and "+" in outcome]


def unit_of(measure: str, currency: str) -> str:
    """Return the unit of a sum of outcomes for people."""
    return unit(measure, currency)


def arm_label(arm: str) -> str:
    """Return an arm as figures and tables call it."""
    return "no intervention" if arm == "baseline" else arm


def said_of(arm: str, of: str) -> str:
    """Return what of an arm is looked at."""
    return f"{arm_label(arm)}, level" if of == "level" else f"{arm}, change against no intervention"


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table, each with its cells as attributes."""
    yield from frame.itertuples(index=False)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def condition_label(text: str) -> str:
    """Return a condition for people.

    Examples
    --------
    >>> condition_label("loss_net<=-10%"), condition_label("level:victims>5000")
    ('change in net loss at most -10%', 'victims above 5,000')
    """
    found = re.fullmatch(r"(level:)?([\w+]+)(<=|>=|<|>)(.+?)(%?)", text)
    if found is None:
        return text
    level, outcome, sign, limit, share = found.groups()
    name = short_label(outcome)
    name = name[0].lower() + name[1:]
    said = f"{limit}%" if share else number(float(limit))
    return f"{'' if level else 'change in '}{name} {WORDS[sign]} {said}"


def print_notes(to: Console, notes: Iterable[str]) -> None:
    """Print what a reader must know below a table."""
    to.print()
    for note in notes:
        to.print(Text(note, style="dim"))


def wrapped(text: str, width: int) -> str:
    """Return a label on as many lines as it takes."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""])


def answer_html(title: str, table: pd.DataFrame, notes: Sequence[str]) -> str:
    """Return an answer as a notebook shows it: title, the head of its main table, notes."""
    more = f"<p>{len(table) - MOST_ROWS:,} more rows: <code>.table()</code></p>" if len(table) > MOST_ROWS else ""
    body = table.head(MOST_ROWS).to_html(index=False, border=0, float_format=lambda x: f"{x:,.4g}", na_rep="-")
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<p><b>{escape(title)}</b></p>{body}{more}{said}<p><code>.plot()</code> draws the figure.</p>"
