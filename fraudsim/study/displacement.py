"""What fell in some parts beside what rose in others: by place, target, nationality, script, channel and time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fraudsim.outcomes.breakdowns import BREAKDOWNS, BY_COUNTRY
from fraudsim.outcomes.outcome import Outcome
from fraudsim.study.curves import money
from fraudsim.study.run import BANDS, ReplicationResult
from fraudsim.study.statistics import interval, mean, ratio

if TYPE_CHECKING:
    from fraudsim.study.comparison import Comparison

TOTAL, ACTS, ELSEWHERE = "total", "acts here", "elsewhere"
MEASURED = {"dens_active": "place", "loss_by_host": "place", "loss_gross": "target", "arrivals_from": "nationality"}
"""Outcomes whose displacement is summed up, and the side on which the parts lie."""

NUMBERS = ("baseline", "mean", "difference", "low", "high")
RANGE = ("sweep_low", "sweep_high")
SHARES = ("here", "here_low", "here_high", "elsewhere", "elsewhere_low", "elsewhere_high", "share", "share_low",
          "share_high", "here_sweep_low", "here_sweep_high", "elsewhere_sweep_low", "elsewhere_sweep_high",
          "share_sweep_low", "share_sweep_high")

type Share = tuple[float, float, float] | tuple[None, None, None]
type Members = NDArray[np.intp]
type Values = NDArray[np.float64]

NO_SHARE = (None, None, None)


def places_frame(of: Comparison) -> pd.DataFrame:
    """Return what changed country by country of the den: see :meth:`Comparison.displacement`."""
    rows = [row for arm in range(len(of.arms)) for row in _countries(of, arm, "place")]
    columns = ["arm", "outcome", "unit", "good", "country", *NUMBERS, "pairs", *RANGE]
    frame = pd.DataFrame(rows).rename(columns={"part": "country"})
    return frame[columns].astype(dict.fromkeys((*NUMBERS, *RANGE), "float64"))


def breakdown_frame(of: Comparison, sides: Iterable[str]) -> pd.DataFrame:
    """Return what changed part by part on each side: see :meth:`Comparison.breakdown`."""
    rows = [row for arm in range(len(of.arms)) for side in sides for row in _side(of, arm, side)]
    columns = ["arm", "by", "outcome", "unit", "good", "part", *NUMBERS, "pairs", *RANGE]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys((*NUMBERS, *RANGE), "float64"))


def _side(of: Comparison, arm: int, side: str) -> Iterator[dict[str, Any]]:
    if side in BY_COUNTRY:
        yield from _countries(of, arm, side)
    elif side == "time":
        yield from _times(of, arm)
    else:
        yield from _parts(of, arm, side)


def _countries(of: Comparison, arm: int, side: str) -> Iterator[dict[str, Any]]:
    groups = _groups(of, arm)
    for i, outcome in enumerate(BY_COUNTRY[side]):
        for place, members in groups.items():
            base, acted = (_levels(of.results, k, side, i, members) for k in (0, arm + 1))
            spread = [_change(swept.results, arm, side, i, members).mean() for swept in of.sweep]
            yield _row(of.arms[arm], side, outcome.name, outcome.unit, outcome.good, place, base, acted, spread)


def _parts(of: Comparison, arm: int, side: str) -> Iterator[dict[str, Any]]:
    for i, breakdown in enumerate(b for b in BREAKDOWNS if b.by == side):
        for k, (part, _) in enumerate(breakdown.parts):
            one = np.array([k])
            base, acted = (_levels(of.results, a, side, i, one) for a in (0, arm + 1))
            spread = [_change(swept.results, arm, side, i, one).mean() for swept in of.sweep]
            yield _row(of.arms[arm], side, breakdown.name, breakdown.unit, breakdown.good, part, base, acted, spread)


def _times(of: Comparison, arm: int) -> Iterator[dict[str, Any]]:
    """Yield what was paid before an arm acts, while it does, and after it has ended."""
    for window, (first, last) in windows(of, arm).items():
        base, acted = (_paid(of.results, k, first, last) for k in (0, arm + 1))
        spread = [float((_paid(s.results, arm + 1, first, last) - _paid(s.results, 0, first, last)).mean())
                  for s in of.sweep]
        yield _row(of.arms[arm], "time", "loss_gross", "currency", "down", window, base, acted, spread)


def windows(of: Comparison, arm: int) -> dict[str, tuple[int, int]]:
    """Return the days before an arm acts, while it does and after it has ended; those that the horizon has."""
    acting = of.settings(arm)
    start = min((i.start for i in acting), default=of.days)
    end = max((i.end for i in acting), default=of.days)
    bounds = {"before it acts": (0, start), "while it acts": (start, end), "after it ended": (end, of.days)}
    cut = {name: (min(first, of.days), min(last, of.days)) for name, (first, last) in bounds.items()}
    return {name: days for name, days in cut.items() if days[1] > days[0]}


def _paid(results: Sequence[ReplicationResult], arm: int, first: int, last: int) -> Values:
    k = BANDS.index("paid")
    return np.array([float(money("paid", result.arms[arm].daily[first:last, k]).sum()) for result in results])


def _row(arm: str, by: str, outcome: str, unit: str, good: str, part: str, base: Values, acted: Values,
         spread: Sequence[float]) -> dict[str, Any]:
    low, high = interval(acted - base)
    return {"arm": arm, "by": by, "outcome": outcome, "unit": unit, "good": good, "part": part, "baseline": mean(base),
            "mean": mean(acted), "difference": mean(acted - base), "low": low, "high": high, "pairs": base.size,
            "sweep_low": min(spread, default=None), "sweep_high": max(spread, default=None)}


def _groups(of: Comparison, arm: int) -> dict[str, Members]:
    names = [country.iso for country in of.world.countries]
    acts = np.isin(names, of.acts_in(arm))
    groups = {TOTAL: np.ones(len(names), bool), ACTS: acts, ELSEWHERE: ~acts}
    single = {name: np.array(names) == name for name in names}
    return {place: np.flatnonzero(mask) for place, mask in (groups | single).items()}


def _levels(results: Sequence[ReplicationResult], arm: int, side: str, row: int, members: Members) -> Values:
    return np.array([result.arms[arm].parts[side][row, members].sum() for result in results])


def _change(results: Sequence[ReplicationResult], arm: int, side: str, row: int, members: Members) -> Values:
    return _levels(results, arm + 1, side, row, members) - _levels(results, 0, side, row, members)


# --- the share displaced ---------------------------------------------------------------------------


def shares_frame(of: Comparison) -> pd.DataFrame:
    """Return how much of what fell where an arm acts rose elsewhere: see :meth:`Comparison.displaced`."""
    rows = [_share(of, arm, side, i, outcome) for arm in range(len(of.arms)) for side, outcomes in BY_COUNTRY.items()
            for i, outcome in enumerate(outcomes) if MEASURED.get(outcome.name) == side]
    frame = pd.DataFrame(rows, columns=["arm", "by", "outcome", "unit", *SHARES, "note"])
    return frame.astype(dict.fromkeys(SHARES, "float64"))


def lost_here(of: Comparison, arm: int) -> float:
    """Return what dens in the countries where an arm acts take without it."""
    row = [outcome.name for outcome in BY_COUNTRY["place"]].index("loss_by_host")
    return float(_levels(of.results, 0, "place", row, _groups(of, arm)[ACTS]).mean())


def _share(of: Comparison, arm: int, side: str, row: int, outcome: Outcome) -> dict[str, Any]:
    groups = _groups(of, arm)
    change = {name: _change(of.results, arm, side, row, groups[name]) for name in (ACTS, ELSEWHERE)}
    swept = {name: [_change(s.results, arm, side, row, groups[name]) for s in of.sweep] for name in (ACTS, ELSEWHERE)}
    empty = [words for name, words in ((ACTS, "where it acts"), (ELSEWHERE, "elsewhere"))
             if not any(_levels(of.results, k, side, row, groups[name]).any() for k in (0, arm + 1))]
    share, note = _displaced(change[ACTS], change[ELSEWHERE]) if not empty else (NO_SHARE, f"nothing {empty[0]}")
    found: dict[str, Any] = {"arm": of.arms[arm], "by": side, "outcome": outcome.name, "unit": outcome.unit,
                             "note": "; ".join(filter(None, (note, _diffusion(swept, change))))}
    for name, key in ((ACTS, "here"), (ELSEWHERE, "elsewhere")):
        low, high = interval(change[name])
        means = [float(values.mean()) for values in swept[name]]
        found |= {key: mean(change[name]), f"{key}_low": low, f"{key}_high": high,
                  f"{key}_sweep_low": min(means, default=None), f"{key}_sweep_high": max(means, default=None)}
    ranges = [] if empty else _swept_shares(swept[ACTS], swept[ELSEWHERE])
    return found | {"share": share[0], "share_low": share[1], "share_high": share[2],
                    "share_sweep_low": min(ranges, default=None), "share_sweep_high": max(ranges, default=None)}


def _displaced(here: Values, elsewhere: Values) -> tuple[Share, str]:
    """Return rise elsewhere per fall here with its interval, or a note why it has no meaning."""
    found = ratio(elsewhere, -here)
    if found is None:
        return NO_SHARE, "no share: the interval of the change where it acts contains zero"
    if float(here.mean()) > 0:
        return NO_SHARE, "no share: it rose where it acts"
    return found, ""


def _swept_shares(here: Sequence[Values], elsewhere: Sequence[Values]) -> list[float]:
    """Return the share at every setting of the sweep; none unless the fall is clear over all of them together."""
    if not here or ratio(np.concatenate(elsewhere), -np.concatenate(here)) is None:
        return []
    return [float(-rise.mean() / fall.mean()) for fall, rise in zip(here, elsewhere, strict=True) if fall.mean() < 0]


def _diffusion(swept: dict[str, list[Values]], change: dict[str, Values]) -> str:
    """Tell where crime fell elsewhere as well: benefits diffuse."""
    _, high = interval(change[ELSEWHERE])
    said = "fell elsewhere too: benefits diffuse" if high is not None and high < 0 and change[ACTS].mean() < 0 else ""
    both = sum(1 for fall, rise in zip(swept[ACTS], swept[ELSEWHERE], strict=True)
               if fall.mean() < 0 and rise.mean() < 0)
    counted = f"fell on both sides at {both} of {len(swept[ACTS])} settings of the sweep" if both else ""
    return "; ".join(filter(None, (said, counted)))
