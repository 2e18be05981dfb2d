"""Which assumptions the effects of exit restrictions hang on: see README.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from kept import Kept, asked, told  # noqa: E402

OUTCOMES = ["loss_net", "captive_days", "trafficked_detained_days+stranded_days"]


def main(kept: Kept) -> str:
    """Screen twenty assumptions, then share out the variance among the few that matter."""
    screened = kept.run("screening").sensitivity(OUTCOMES)
    sample = kept.run("sobol")
    shared = sample.sensitivity(OUTCOMES)
    fifths = by_retry(sample)
    told(screened, shared, fifths.to_string(index=False, float_format="{:,.2f}".format))
    for name, answer in (("screening", screened), ("sobol", shared)):
        answer.save(kept.out / name)
    return kept.finish(
        {"screening": screened.tables["indices"], "screening_variance": screened.tables["variance"],
         "sobol": shared.tables["indices"], "sobol_variance": shared.tables["variance"], "by_retry": fifths},
        {"figure": screened.plot(), "sobol": shared.plot()},
        studies=[screened.about, shared.about], notes=[*screened.notes, *shared.notes])


def by_retry(sample: Any) -> pd.DataFrame:
    """Return what the restrictions change in each fifth of the range of `retry_share`."""
    frame = sample.paired().groupby("point", as_index=False).mean(numeric_only=True)
    fifth = (frame["retry_share"] * 5).astype(int).clip(0, 4)
    return pd.DataFrame([
        {"from": i / 5, "to": (i + 1) / 5, "points": len(mine), "loss_net": mine["loss_net"].mean(),
         "captive_days": mine["captive_days"].mean(), "captive_less": (mine["captive_days"] < 0).mean(),
         "stranded_days": mine["stranded_days"].mean(), "bystanders_hit": mine["bystanders_hit"].mean()}
        for i, mine in frame.groupby(fifth)])


if __name__ == "__main__":
    told(main(asked(FOLDER, __doc__ or "")))
