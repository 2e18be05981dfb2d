"""Outcomes part by part, out of the flat lists that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fraudsim.outcomes.breakdowns import BREAKDOWNS, BY_COUNTRY

if TYPE_CHECKING:
    import pandas as pd


def labels(countries: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return side, outcome and part of every number that :func:`fraudsim.outcomes.breakdowns.parts` gives, in order."""
    found = [(side, outcome.name, iso) for side, outcomes in BY_COUNTRY.items() for outcome in outcomes
             for iso in countries]
    return found + [(side, breakdown.name, part) for side in ("script", "channel") for breakdown in BREAKDOWNS
                    if breakdown.by == side for part, _ in breakdown.parts]


def parts_frame(rows: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Return a row for every run, arm and part."""
    import pandas as pd

    names = labels(countries)
    if not len(rows):
        return pd.DataFrame(columns=["run", "point", "replication", "seed", "arm", "by", "outcome", "part", "value"])
    values = np.stack(list(rows["parts"])).astype(np.float64)
    keys = rows.drop(columns="parts").iloc[np.repeat(np.arange(len(rows)), len(names))].reset_index(drop=True)
    by, outcome, part = (np.tile(np.array(column, dtype=object), len(rows)) for column in zip(*names))
    return keys.assign(by=by, outcome=outcome, part=part, value=values.ravel())
