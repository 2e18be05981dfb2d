"""Which assumptions the effects of exit restrictions hang on: see README.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from fraudsim.study.questions.asked import about

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from kept import Kept, asked, told  # noqa: E402

CUSTODY = "trafficked_detained_days+stranded_days"
OUTCOMES = ["loss_net", "captive_days", CUSTODY]


def main(kept: Kept) -> str:
    """Screen twenty assumptions, share out the variance among four, and ask two things directly."""
    screened = kept.run("screening").sensitivity(OUTCOMES)
    shared = kept.run("sobol").sensitivity(OUTCOMES)
    ends, spread = kept.run("contrast"), kept.run("spread")
    contrast, fifths = contrasts(ends), by_retry(spread)
    told(screened, shared, *(frame.to_string(index=False, float_format="{:,.1f}".format)
                             for frame in (contrast, fifths)))
    for name, answer in (("screening", screened), ("sobol", shared)):
        answer.save(kept.out / name)
    return kept.finish(
        {"screening": screened.tables["indices"], "screening_variance": screened.tables["variance"],
         "sobol": shared.tables["indices"], "sobol_variance": shared.tables["variance"], "contrast": contrast,
         "by_retry": fifths},
        {"figure": screened.plot(most=20), "sobol": shared.plot()},
        studies=[screened.about, shared.about], others=[about(ends), about(spread)],
        notes=[*screened.notes, *shared.notes])


def changes(runs: Any) -> pd.DataFrame:
    """Return what the restrictions change in every run, a row each."""
    frame: pd.DataFrame = runs.paired()
    return frame.assign(**{CUSTODY: frame["trafficked_detained_days"] + frame["stranded_days"]})


def contrasts(runs: Any) -> pd.DataFrame:
    """Return the change at every point of contrast.toml, and what either factor adds to it within seeds."""
    frame = changes(runs)
    return pd.DataFrame([
        {"outcome": outcome, "retry_share": retry, "scarcity_coercion": scarcity} | interval(values)
        for outcome in OUTCOMES
        for retry, scarcity, values in _cells(frame.pivot_table(
            index="seed", columns=["retry_share", "scarcity_coercion"], values=outcome))])


def _cells(wide: pd.DataFrame) -> Iterator[tuple[str, str, pd.Series[float]]]:
    for retry in (0.0, 0.3, 1.0):
        none, full = wide[retry, 0.0], wide[retry, 1.0]
        yield from ((f"{retry:g}", "0", none), (f"{retry:g}", "1", full), (f"{retry:g}", "1 less 0", full - none))
    for scarcity in (0.0, 1.0):
        yield "1 less 0", f"{scarcity:g}", wide[1.0, scarcity] - wide[0.0, scarcity]


def interval(values: pd.Series[float]) -> dict[str, Any]:
    """Return the mean of independent values with standard error and 95% t interval, and how many are positive."""
    count = len(values)
    error = float(values.std(ddof=1)) / np.sqrt(count) if count > 1 else np.nan
    half = error * float(t.ppf(0.975, max(count - 1, 1)))
    mean = float(values.mean())
    return {"mean": mean, "se": error, "low": mean - half, "high": mean + half, "positive": int((values > 0).sum()),
            "count": count}


def by_retry(runs: Any) -> pd.DataFrame:
    """Return what the restrictions change in each fifth of the range of `retry_share`; every point has its own seed."""
    frame = changes(runs)
    fifth = (frame["retry_share"] * 5).astype(int).clip(0, 4)
    return pd.DataFrame([{"outcome": outcome, "from": i / 5, "to": (i + 1) / 5} | interval(mine[outcome])
                         for outcome in [*OUTCOMES, "bystanders_hit"] for i, mine in frame.groupby(fifth)])


if __name__ == "__main__":
    told(main(asked(FOLDER, __doc__ or "")))
