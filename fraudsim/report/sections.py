"""Sections of a comparison's table: the policy table, net benefit, displacement swept, scripts and channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import Scale, interval_text, label, number, scale, share, with_unit

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

POLICY = ("benefit", "displacement", "workers", "bystanders", "cost")
MEASURES = {
    "loss_averted": "Net loss averted", "cost": "Public and custody cost", "net_benefit": "Net benefit",
    "captive_days_averted": "Captive person-days averted", "cost_per_loss_averted": "Cost per loss averted",
    "cost_per_captive_day_averted": "Cost per captive person-day averted",
    "captive_days_averted_per_cost": "Captive person-days averted per cost",
}
POLICY_NOTES = (
    "* the 95% interval of paired differences excludes zero; ! something in that column is clearly worse (at 5% for "
    "all outcomes looked at together): see below.",
    "Averted: net loss without the arm less that with it. Elsewhere: change of gross loss in countries where the arm "
    "does not act, by the den's country, or (v) by the victims' where it guards those who are called. Captive: change "
    "in person-days of captivity. Wrong hits: change in acts against people who had no part, each counting one. Cost: "
    "public spending and custody.",
)


@dataclass(frozen=True)
class Extras:
    """What a comparison says besides its changes: tables as its methods of these names return them.

    Attributes
    ----------
    policy, benefit, displaced, breakdown : DataFrame
    sweep : str
        From which settings displacement comes.
    """

    policy: pd.DataFrame
    benefit: pd.DataFrame
    displaced: pd.DataFrame
    breakdown: pd.DataFrame
    sweep: str


def policy_section(to: Console, policy: pd.DataFrame, currency: str) -> None:
    """Print one row an arm: benefit, displacement, harm to workers, harm to bystanders, cost."""
    fits = {panel: scale([], policy[panel]) for panel in POLICY}
    to.print()
    to.print(Text("What each arm brings and costs, compared with no intervention", style="bold"))
    money = {panel: f"\n{fits[panel].letter} {currency}".replace("\n ", "\n") for panel in POLICY}
    counts = {panel: f"\n{fits[panel].letter}" for panel in POLICY}
    columns: list[Heading] = [
        ("", "left", 0), (f"Loss\naverted{money['benefit']}", "right", 8),
        (f"Loss\nelsewhere{money['displacement']}", "right", 9), (f"Captive\ndays{counts['workers']}", "right", 8),
        (f"Wrong\nhits{counts['bystanders']}", "right", 8), (f"Public\ncost{money['cost']}", "right", 8)]
    draw(to, columns, [[str(row.arm), *(_policy_cell(row, panel, fits[panel]) for panel in POLICY)]
                       for row in policy.itertuples()])
    for row in policy.itertuples():
        for group in ("workers", "bystanders"):
            if worse := _worse(str(getattr(row, f"worse_for_{group}"))):
                to.print(Text(f"! {row.arm}, {group}: {worse}"))
    for note in POLICY_NOTES:
        to.print(Text(note, style="dim"))


def _policy_cell(row: Any, panel: str, fit: Scale) -> str:
    value = fit.change(getattr(row, panel))
    value = value if any(digit in value for digit in "123456789") or value == "-" else "0"
    marks = "*" if getattr(row, f"{panel}_clear") else ""
    if panel in ("workers", "bystanders") and getattr(row, f"worse_for_{panel}"):
        marks += "!"
    if panel == "displacement" and row.displacement_by == "target":
        marks += "v"
    return f"{value}{marks:<2}"


def _worse(text: str) -> str:
    parts = [part.rpartition(" ") for part in text.split("; ") if part]
    return ", ".join(f"{label(name).lower()} {number(float(change), signed=True)}" for name, _, change in parts)


def benefit_section(to: Console, benefit: pd.DataFrame, currency: str) -> None:
    """Print one arm's net benefit and ratios; what is not shown, with the reason, in one line."""
    to.print(Text("Net benefit, which leaves workers' harm out; captive person-days stand beside it", style="italic"))
    columns: list[Heading] = [("", "left", 0), ("", "right", 9), ("95% interval", "right", 18)]
    draw(to, columns, [_benefit_cells(row, currency) for row in benefit.itertuples() if not row.note])
    for name, note in zip(benefit["measure"], benefit["note"], strict=True):
        if note:
            to.print(Text(f"  {MEASURES[str(name)]} {note}."))


def _benefit_cells(row: Any, currency: str) -> list[str]:
    fit = scale([], [row.value, row.low, row.high])
    name = MEASURES[row.measure]
    if "/" in row.unit:
        return [f"  {name}, {row.unit.replace('currency', currency).replace('/', ' per ')}".replace(
            "person-days per ", "per ").replace("person-day", "day"), number(row.value),
            interval_text(row.low, row.high)]
    said = " ".join(filter(None, (fit.letter, currency if row.unit == "currency" else "")))
    return [f"  {name}, {said}".rstrip(", "), fit.change(row.value), fit.span(row.low, row.high)]


def displaced_section(to: Console, displaced: pd.DataFrame, currency: str) -> None:
    """Print what changed where an arm acts and elsewhere, and the share displaced, with the range over the sweep."""
    every: list[Any] = list(displaced.itertuples())
    shown = [row for row in every if not row.note.startswith("nothing")]
    if not shown:
        return
    rows = [cells for row in shown for cells in _displaced_cells(row, currency)]
    draw(to, [("", "left", 0), ("Change", "right", 7), ("95% interval", "right", 16), ("Swept", "right", 16)], rows)
    for row in shown:
        if row.note:
            to.print(Text(f"{label(row.outcome)} by {row.by}: {row.note}."))


def _displaced_cells(row: Any, currency: str) -> list[Sequence[str | Text]]:
    numbers = [getattr(row, f"{side}{part}") for side in ("here", "elsewhere")
               for part in ("", "_low", "_high", "_sweep_low", "_sweep_high")]
    fit = scale([], numbers)
    name, comma, measure = with_unit(row.outcome, row.unit, currency, fit.letter).partition(",")
    return [(Text(f"{name} by {row.by}{comma}{measure}", style="italic"),),
            ("  where it acts", fit.change(numbers[0]), fit.span(*numbers[1:3]), fit.span(*numbers[3:5])),
            ("  elsewhere", fit.change(numbers[5]), fit.span(*numbers[6:8]), fit.span(*numbers[8:])),
            ("  share displaced", share(row.share), _shares(row.share_low, row.share_high),
             _shares(row.share_sweep_low, row.share_sweep_high))]


def _shares(low: float | None, high: float | None) -> str:
    return "-" if share(low) == "-" else f"{share(low)} to {share(high)}"


def breakdown_section(to: Console, breakdown: pd.DataFrame, currency: str) -> None:
    """Print what changed by script, channel and time, for outcomes that more than one part has."""
    rows: list[Sequence[str | Text]] = []
    for (by, outcome), part in breakdown.groupby(["by", "outcome"], sort=False):
        lines = part[(part[["baseline", "mean"]] != 0).any(axis=1) & (part["part"] != "before it acts")]
        if len(lines) < 2 or (lines["difference"] == 0).all():
            continue
        fit = scale(lines["baseline"], _numbers(lines, ("difference", "low", "high")))
        name, comma, measure = with_unit(str(outcome), str(lines["unit"].iloc[0]), currency, fit.letter).partition(",")
        rows.append((Text(f"{name} by {by}{comma}{measure}", style="italic"),))
        rows += [[f"  {row.part}", fit.level(row.baseline), fit.change(row.difference),  # type: ignore[arg-type]
                  fit.span(row.low, row.high)] for row in lines.itertuples()]  # type: ignore[arg-type]
    if rows:
        columns: list[Heading] = [("", "left", 0), ("Without", "right", 7), ("Change", "right", 7),
                                  ("95% interval", "right", 18)]
        draw(to, columns, rows)


def _numbers(frame: pd.DataFrame, columns: Iterable[str]) -> list[float]:
    return [float(value) for name in columns for value in frame[name]]
