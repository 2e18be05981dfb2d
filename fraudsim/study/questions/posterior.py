"""What a calibration says about parameters and facts, from its draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.check import compare_fact, missed, narrow
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.plan.factors import Factor
    from fraudsim.worlds.schema import Fact

type Shares = NDArray[np.float64]

SURE = 0.01
NUMBERS = ("number", "whole")
"""Sorts of factors that have quantiles."""
FEW = 5
"""Draws up to half the tolerance below which nothing is said of them."""
RIDGE = 0.5
"""Rank correlation between parameters in the posterior from which on it is told."""
QUANTILES = {"low": 0.025, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "high": 0.975}


def parameter_rows(factors: Sequence[Factor], rows: Sequence[tuple[Any, ...]], shares: Shares, kept: NDArray[np.bool_],
                   near: NDArray[np.bool_], best: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    """Return prior and posterior of every parameter.

    Parameters
    ----------
    factors : sequence of Factor
    rows : sequence of tuple
        Draws from the prior.
    shares : float64, shape (draws, factors)
        The same on the unit interval, on which every prior is uniform.
    kept, near : bool, shape (draws,)
        The posterior, and the part of it up to half the tolerance.
    best : tuple, optional
    """
    found = []
    for i, factor in enumerate(factors):
        values = [row[i] for row in rows]
        row, numeric = {"factor": factor.name, "path": factor.path, "unit": factor.unit}, factor.sort in NUMBERS
        row |= _numbers(values, kept) if numeric else _texts(values, kept)
        found.append(row | {"informed": _differs(shares[kept, i], len(factors)),
                            **_nearer(values if numeric else (), shares[:, i], kept, near),
                            "best": None if best is None else best[i]})
    return found


def _nearer(values: Sequence[Any], shares: Shares, kept: NDArray[np.bool_], near: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the median at half the tolerance, and whether it moved by more than a random part of the draws would."""
    least = int(near.sum())
    if least < FEW or least == kept.sum() or not values:
        return {"half_median": np.nan, "moved": None}
    error = 1.2533 * shares[kept].std() * np.sqrt(1.0 / least - 1.0 / kept.sum())  # of a median, normally spread
    moved = abs(np.median(shares[near]) - np.median(shares[kept])) > 2.0 * error
    return {"half_median": float(np.median(np.array(values, np.float64)[near])), "moved": bool(moved)}


def _numbers(values: Sequence[Any], kept: NDArray[np.bool_]) -> dict[str, Any]:
    prior = np.array(values, np.float64)
    before = dict(zip(QUANTILES, np.quantile(prior, list(QUANTILES.values())).tolist()))
    after = dict(zip(QUANTILES, np.quantile(prior[kept], list(QUANTILES.values())).tolist()))
    width = before["three_quarters"] - before["quarter"]
    narrowed = 1 - (after["three_quarters"] - after["quarter"]) / width if width > 0 else np.nan
    return {**{f"prior_{key}": value for key, value in before.items()}, **after, "values": "", "shrinkage": narrowed}


def _texts(values: Sequence[Any], kept: NDArray[np.bool_]) -> dict[str, Any]:
    texts = np.array([str(value) for value in values])[kept]
    names, counts = np.unique(texts, return_counts=True)
    said = ", ".join(f"{name} {100 * count / len(texts):.0f}%" for name, count in zip(names, counts, strict=True))
    blank = dict.fromkeys([*(f"prior_{key}" for key in QUANTILES), *QUANTILES], np.nan)
    return {**blank, "values": said, "shrinkage": np.nan}


def _differs(shares: Shares, factors: int) -> bool:
    """Tell whether kept draws are spread otherwise than the prior, by more than chance over so many parameters."""
    from scipy.stats import kstest

    return bool(kstest(shares, "uniform").pvalue < SURE / factors)


def power(draws: int, factors: int) -> float:
    """Return how often a parameter is called informed whose posterior is the middle half of its prior.

    By simulation with a fixed seed, as good as 1 percentage point.

    Parameters
    ----------
    draws : int
        Kept draws.
    factors : int
        Parameters, among which the chance of a false alarm is shared.
    """
    from scipy.stats import kstwo

    found = np.sort(np.random.default_rng(0).uniform(0.25, 0.75, (4000, draws)), axis=1)
    step = np.arange(1, draws + 1) / draws
    apart = np.maximum((step - found).max(axis=1), (found - step + 1.0 / draws).max(axis=1))
    return float((apart > kstwo.isf(SURE / factors, draws)).mean())


def correlations(factors: Sequence[Factor], shares: Shares, kept: NDArray[np.bool_]) -> pd.DataFrame:
    """Return rank correlations between parameters among the draws that were kept."""
    import pandas as pd

    names = [factor.name for factor in factors]
    return pd.DataFrame(shares[kept], columns=names).corr("spearman").reset_index(names="factor")


def ridges(table: pd.DataFrame, draws: int) -> str:
    """Return a sentence on the pairs of parameters that the facts settle only together."""
    from scipy.stats import t

    names, values = list(table["factor"]), table.drop(columns="factor").to_numpy(np.float64)
    pairs = [(values[i, j], f"{names[i]} and {names[j]} {values[i, j]:+.2f}")
             for i in range(len(names)) for j in range(i + 1, len(names))]
    found = [text for value, text in sorted(pairs, key=lambda pair: -abs(pair[0])) if abs(value) > RIDGE]
    if not pairs or draws < FEW:
        return ""
    chance = 2 * t.sf(RIDGE * np.sqrt((draws - 2) / (1 - RIDGE**2)), draws - 2) * len(pairs)
    said = (f"Ridges, rank correlations above {RIDGE:g} among the draws kept: {', '.join(found)}; read such parameters "
            "together" if found else f"No two parameters have a rank correlation above {RIDGE:g} among the draws kept")
    return f"{said} (chance alone gives {chance:.2g} such pairs of {len(pairs)})."


def fact_rows(facts: Sequence[Fact], used: Sequence[str], prior: pd.DataFrame, posterior: pd.DataFrame,
              best: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return every fact beside runs of prior, posterior and best point.

    Parameters
    ----------
    facts : sequence of Fact
    used : sequence of str
        Names of the facts that were aimed at.
    prior, posterior, best : DataFrame
        A row a run, a column a measure.
    """
    found = []
    for fact in facts:
        row: dict[str, Any] = {"fact": fact.name, "role": fact.role, "used": fact.name in used, "unit": fact.unit,
                               "recorded_low": fact.low, "recorded_high": fact.low if fact.high is None else fact.high}
        for name, runs in (("prior", prior), ("posterior", posterior), ("best", best)):
            values = [] if runs is None else [None if x != x else float(x) for x in runs[fact.measure]]
            check = compare_fact(fact, [{fact.measure: value} for value in values])
            row |= {f"{name}_median": check.median, f"{name}_low": check.simulated_low,
                    f"{name}_high": check.simulated_high, f"{name}_runs": check.seeds}
            row |= {"posterior": {"verdict": check.verdict}, "prior": {"prior_verdict": check.verdict}}.get(name, {})
        row["width"] = _width(row)
        found.append(row)
    return found


def _width(row: dict[str, Any]) -> float:
    """Return the width of the posterior's interval of runs, as a multiple of the prior's."""
    ends = [row[f"{name}_{end}"] for name in ("prior", "posterior") for end in ("low", "high")]
    if None in ends or ends[0] == ends[1]:
        return float("nan")
    return float((ends[3] - ends[2]) / (ends[1] - ends[0]))


def notes(asked: dict[str, Any], parameters: int, distance: Shares, kept: NDArray[np.bool_], tolerance: float,
          trials: Sequence[float], new: float | None, failed: int, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Return what a reader must know of a calibration."""
    facts, within = len(asked["facts"]), int((distance == 0).sum())
    lines = [_count(facts, parameters)]
    lines.append(f"Posterior: {int(kept.sum())} of {len(distance):,} draws, up to a distance of {tolerance:.3g} (1 is "
                 f"one median absolute deviation of the prior's runs). {within} draws lie within all recorded ranges"
                 + ("; all of these are kept." if within >= kept.sum() else "."))
    if silent := int(np.isinf(distance).sum()):
        lines.append(f"{silent:,} draws gave a fact no value, or failed: they count as infinitely far.")
    if trials and new is not None:
        zeros = sum(d == 0 for d in trials)
        told = f"{zeros} of {len(trials)} trials lie within all ranges: the best is one of many. " if zeros > 1 else ""
        lines.append(f"Best point: distance {min(trials):.3g} in the search, {new:.3g} with fresh seeds. {told}It is a "
                     "point to start from, not a result: report the posterior.")
    if failed:
        lines.append(f"{failed:,} runs failed; the same question tries them again.")
    draws, fresh = int(kept.sum()), max(1, int(tables["facts"]["posterior_runs"].max()))
    return [*lines, INFORMED.format(power=100 * power(draws, parameters), draws=draws),
            _half(tables["posterior"], distance, kept, tolerance),
            *filter(None, [ridges(tables["correlations"], draws)]),
            HELD_OUT + narrow(fresh) + f" Of the {len(distance):,} of the prior: {100 * missed(len(distance)):.0f}%."]


def _half(posterior: pd.DataFrame, distance: Shares, kept: NDArray[np.bool_], tolerance: float) -> str:
    near = int((kept & (distance <= tolerance / 2)).sum())
    if near == kept.sum():
        return "At half the tolerance the same draws are kept: nothing can move."
    if near < FEW:
        return (f"At half the tolerance {near} draw{'s are' if near != 1 else ' is'} left, too few to tell whether the "
                "answer moves: take more draws.")
    moved = list(posterior.loc[posterior["moved"].eq(True), "factor"])
    told = (f"the medians of {listed(moved)} move by more than chance: the answer still hangs on the tolerance"
            if moved else "no median moves by more than chance (two standard errors of a random part of the draws)")
    return f"At half the tolerance, {near} of {int(kept.sum())} draws: {told}."


def _count(facts: int, parameters: int) -> str:
    many = f"{facts} fact{'s' if facts != 1 else ''} against {parameters} parameter{'s' if parameters != 1 else ''}"
    if facts < parameters:
        return (f"{many}: the facts cannot settle the parameters. In at least {parameters - facts} "
                f"direction{'s' if parameters - facts > 1 else ''} the posterior is the prior, that is, an assumption.")
    return f"{many}: settled at most as far as the facts are independent of one another and the model is right."


INFORMED = (
    "Informed: kept draws are spread otherwise than the prior, by more than chance (Kolmogorov-Smirnov, 1% over all "
    "parameters). 'Not shown' is no 'no': with {draws} draws kept, a posterior that is the middle half of its prior is "
    "found in {power:.0f}% of cases. Shrinkage: by how much the central half has narrowed; below zero it has widened."
)

HELD_OUT = (
    "Held-out facts took no part: only they test the model. A fact that lies inside under the prior too tests little: "
    "its interval is wide. Width: of the interval under the posterior, as a share of that under the prior. Posterior "
    "runs have parameters drawn anew from the posterior and fresh seeds; intervals are 2.5 and 97.5% quantiles of "
    "single runs. "
)
