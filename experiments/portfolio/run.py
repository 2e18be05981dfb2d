"""Which packages of policies a budget buys along the Mekong: see README.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from kept import Kept, asked, told  # noqa: E402

from fraudsim.study.questions.nested import Means  # noqa: E402
from fraudsim.study.questions.portfolio import portfolio  # noqa: E402

BUDGET = 5e6
SEARCH: dict[str, Any] = {"population": 24, "generations": 7, "situations": 3, "fresh": 12, "keep": 10}
QUICK: dict[str, Any] = {"population": 4, "generations": 1, "situations": 2, "fresh": 2, "keep": 2}
BESIDE = ("public-education+site-blocking+border-policing+exit-restrictions+warning-service",
          "joint-raids:strength=0.32+fund-interception")
"""Packages put together by hand, or found by another search: they are held against those that this search chose."""


def main(kept: Kept) -> str:
    """Search for packages, try them again with fresh seeds, and say what the search had promised."""
    kept.out.mkdir(parents=True, exist_ok=True)
    results = kept.study("study").prepare(kept.out / "study")
    found = portfolio(results, BUDGET, **(QUICK if kept.quick else SEARCH), means=Means(kept.jobs), beside=BESIDE)
    told(found)
    found.save(results.directory)
    asked_for = {key: value for key, value in found.asked.items() if key != "study"}
    return kept.finish({name: found.tables[name] for name in ("packages", "objectives", "harm", "curse", "search")},
                       {"figure": found.plot()}, study=found.about, asked=asked_for, notes=found.notes)


if __name__ == "__main__":
    told(main(asked(FOLDER, __doc__ or "")))
