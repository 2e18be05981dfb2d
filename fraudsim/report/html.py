"""How results show in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from fraudsim.report.tables import change_cells, recorded
from fraudsim.report.words import HEADINGS, TABLE, heading, interval_text, label, number, silent, silent_line, unit

if TYPE_CHECKING:
    import pandas as pd

HEADER = ("Arm", "", "Outcome", "Without", "Change", "95% interval", "in %", "Better")


def comparison_html(table: pd.DataFrame, direct: Mapping[str, Sequence[str]], title: str, currency: str) -> str:
    """Return the headline outcomes of a comparison as an HTML table."""
    body = []
    wanted = {arm: {*TABLE, *direct.get(arm, ())} for arm in dict.fromkeys(table["arm"])}
    left_out = silent(table[table["outcome"].isin(set().union(*wanted.values()))])
    for arm, every in wanted.items():
        shown = every.difference(left_out)
        rows = table[(table["arm"] == arm) & table["outcome"].isin(shown)]
        ordered = sorted(rows.itertuples(), key=lambda row: list(HEADINGS.values()).index(heading(str(row.outcome))))
        body += [_comparison_row(row, currency) for row in ordered]
    note = ("Changes are means of paired differences over replications that share their draws. "
            "<code>.table()</code> has all outcomes, <code>.displacement()</code> the countries, <code>.plot()</code>, "
            "<code>.plot_daily()</code> and <code>.plot_displacement()</code> the figures.")
    return _html(title, HEADER, body, " ".join(part for part in (escape(silent_line(left_out)), note) if part))


def _comparison_row(row: Any, currency: str) -> list[str]:
    return [str(row.arm), heading(str(row.outcome)), *(cell.strip() for cell in change_cells(row, currency))]


def run_html(summary: pd.DataFrame, title: str, currency: str) -> str:
    """Return the outcomes of one run as an HTML table."""
    body = [[HEADINGS[str(row.group)], label(str(row.outcome)), number(float(row.value)),  # type: ignore[arg-type]
             unit(str(row.unit), currency), str(row.meaning)] for row in summary.itertuples()]
    return _html(title, ("", "Outcome", "Value", "Unit", "Meaning"), body,
                 "<code>.daily()</code> has the daily series, <code>.plot()</code> a figure.")


def check_html(facts: Sequence[Mapping[str, Any]], title: str, notes: Sequence[str]) -> str:
    """Return recorded facts beside simulated intervals as an HTML table."""
    body = [[fact["name"], fact["role"], fact["unit"], recorded(fact), number(fact["median"]),
             interval_text(fact["simulated_low"], fact["simulated_high"]), fact["verdict"]]
            for fact in facts]
    header = ("Fact", "Role", "Unit", "Recorded", "Simulated (median)", "2.5 to 97.5%", "Verdict")
    return _html(title, header, body, " ".join(escape(note) for note in notes))


def _html(title: str, header: Sequence[str], body: Sequence[Sequence[str]], note: str) -> str:
    head = "".join(f"<th style='text-align:left'>{escape(cell)}</th>" for cell in header)
    rows = "".join("<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in _sparse(row, before))
                   + "</tr>" for row, before in zip(body, [None, *body], strict=False))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p><b>{escape(title)}</b></p>{table}<p>{note}</p>"


def _sparse(row: Sequence[str], before: Sequence[str] | None) -> list[str]:
    """Leave out leading cells that repeat those of the row above."""
    cells = list(row)
    for i in range(2):
        if before is None or before[i] != row[i]:
            break
        cells[i] = ""
    return cells
