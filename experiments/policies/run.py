"""What eight policies do along the Mekong, over what is not known: see README.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from kept import Kept, asked, told  # noqa: E402

from fraudsim.study.questions.asked import hits_bystanders  # noqa: E402

WORKERS = "captive_days+trafficked_detained_days+stranded_days"
RAIDS = "joint-raids"


def main(kept: Kept) -> str:
    """Run the study, ask which policy stands, and where raids cost workers more days than they save."""
    results = kept.run("study")
    robust = results.robust()
    where = results.discover(RAIDS, f"{WORKERS}>=0")
    terms = robust.asked["outcomes"]
    spread = changes(results, list(dict.fromkeys([*terms, *robust.tables["harm"]["objective"]])))
    told(robust, where, spread.to_string(index=False, float_format="{:,.2f}".format))
    for answer in (robust, where):
        answer.save(results.directory)
    return kept.finish(
        {"changes": spread, **{name: robust.tables[name] for name in ("arms", "harm", "criteria", "choices")},
         **{name: where.tables[name] for name in ("boxes", "summary", "leaves")}},
        {"figure": robust.plot(), "where-raids-fail": where.plot()},
        study=robust.about, notes=[*robust.notes, *where.notes])


def changes(results: Any, terms: list[str]) -> pd.DataFrame:
    """Return what every arm changes over the points: mean, the middle 80%, and the share of points with less.

    Nothing where the model has no way for an arm to hit a bystander: zero would say that it hits none.
    """
    frame = results.paired()
    rows = []
    for arm, mine in frame.groupby("arm", sort=False):
        for term in terms:
            means = mine[term.split("+")].sum(axis=1).groupby(mine["point"]).mean()
            if term == "bystanders_hit" and not hits_bystanders(str(arm)):
                means = means[:0]
            rows.append({"arm": arm, "outcome": term, "mean": means.mean(), "low": means.quantile(0.1),
                         "high": means.quantile(0.9), "share_less": (means < 0).mean() if len(means) else None})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    told(main(asked(FOLDER, __doc__ or "")))
