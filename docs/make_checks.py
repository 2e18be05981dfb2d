"""Fill the check tables of ``docs/worlds.md``: ``python docs/make_checks.py [WORLD ...]``; minutes a world.

The nation one to one takes minutes a seed, and has fewer of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fraudsim.study.check import Check, FactCheck, check
from fraudsim.worlds.loader import load_world, shipped_worlds

PAGE = Path(__file__).with_name("worlds.md")
SEEDS = 10
FEWER = {"china-2023-full": 5}
HEAD = "| Fact | Role | Recorded | Median | 2.5 to 97.5% | |\n|---|---|---|---|---|---|"


def number(value: float | None) -> str:
    """Return a number for people: three figures, thousands apart."""
    if value is None:
        return "-"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 or rounded == int(rounded) else f"{rounded:g}"


def row(fact: FactCheck) -> str:
    """Return a fact as a row of the table."""
    recorded = number(fact.low) + (f" to {number(fact.high)}" if fact.high is not None else "")
    runs = f"{number(fact.simulated_low)} to {number(fact.simulated_high)}" if fact.median is not None else "-"
    verdict = "**outside**" if fact.verdict == "outside" else fact.verdict
    return f"| {fact.name}, {fact.unit} | {fact.role} | {recorded} | {number(fact.median)} | {runs} | {verdict} |"


def table(result: Check) -> str:
    """Return the compared facts of a world as a table."""
    rows = [row(fact) for fact in result.facts if fact.measure]
    return (f"{result.title}; a joint strike came in {result.strikes} of {result.seeds} seeds.\n\n"
            + "\n".join([HEAD, *rows]))


def fill(page: str, name: str, text: str) -> str:
    """Return the page with a world's table put between its marks."""
    start, end = f"<!-- check {name} -->", f"<!-- /check {name} -->"
    before, _, rest = page.partition(start)
    return f"{before}{start}\n\n{text}\n\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Check the worlds named, or all that have facts and a table on the page."""
    page = PAGE.read_text("utf-8")
    for name in sys.argv[1:] or [n for n in shipped_worlds() if f"<!-- check {n} -->" in page]:
        page = fill(page, name, table(check(load_world(name), seeds=FEWER.get(name, SEEDS))))
        PAGE.write_text(page, "utf-8")
        sys.stdout.write(f"{name}: done\n")


if __name__ == "__main__":
    main()
