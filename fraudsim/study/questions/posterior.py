"""What a calibration says about parameters and facts, from its draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.check import compare_fact

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.plan.factors import Factor
    from fraudsim.worlds.schema import Fact

type Shares = NDArray[np.float64]

SURE = 0.01
QUANTILES = {"low": 0.025, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "high": 0.975}


def parameter_rows(factors: Sequence[Factor], rows: Sequence[tuple[Any, ...]], shares: Shares, kept: NDArray[np.bool_],
                   best: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    """Return prior and posterior of every parameter.

    Parameters
    ----------
    factors : sequence of Factor
    rows : sequence of tuple
        Draws from the prior.
    shares : float64, shape (draws, factors)
        The same on the unit interval, on which every prior is uniform.
    kept : bool, shape (draws,)
    best : tuple, optional
    """
    found = []
    for i, factor in enumerate(factors):
        values = [row[i] for row in rows]
        row = {"factor": factor.name, "path": factor.path, "unit": factor.unit}
        row |= _numbers(values, kept) if factor.sort in ("number", "whole") else _texts(values, kept)
        found.append(row | {"informed": _differs(shares[kept, i], len(factors)),
                            "best": None if best is None else best[i]})
    return found


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


def correlations(factors: Sequence[Factor], shares: Shares, kept: NDArray[np.bool_]) -> pd.DataFrame:
    """Return rank correlations between parameters among the draws that were kept."""
    import pandas as pd

    names = [factor.name for factor in factors]
    return pd.DataFrame(shares[kept], columns=names).corr("spearman").reset_index(names="factor")


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
            row |= {"verdict": check.verdict} if name == "posterior" else {}
        found.append(row)
    return found


def notes(asked: dict[str, Any], parameters: int, distance: Shares, kept: NDArray[np.bool_], tolerance: float,
          trials: Sequence[float], new: float | None, failed: int) -> list[str]:
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
    return lines + list(NOTES)


def _count(facts: int, parameters: int) -> str:
    many = f"{facts} fact{'s' if facts != 1 else ''} against {parameters} parameter{'s' if parameters != 1 else ''}"
    if facts < parameters:
        return (f"{many}: the facts cannot settle the parameters. In at least {parameters - facts} "
                f"direction{'s' if parameters - facts > 1 else ''} the posterior is the prior, that is, an assumption.")
    return f"{many}: settled at most as far as the facts are independent of one another and the model is right."


NOTES = (
    "Informed: whether kept draws are spread otherwise than the prior, by more than chance (Kolmogorov-Smirnov, 1% "
    "over all parameters). Shrinkage: by how much the central half has narrowed; below zero it has widened.",
    "Held-out facts took no part: only they test the model. Posterior runs have parameters drawn anew from the "
    "posterior and fresh seeds; 95% is of single runs.",
)
