"""A stored study as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.reading.results import StudyResults

FEW_POINTS = 4
FEW_OUTCOMES = ("loss_net", "victims", "captive_days", "trafficked_punished", "bystanders_hit", "public_cost")
"""Outcomes shown where a study keeps more than fit: losses beside workers, bystanders and cost."""


def study_html(results: StudyResults) -> str:
    """Return title, question, progress, factors, and means of each arm where there are few points."""
    file = results.file
    parts = [f"<h4>{escape(file.title or file.name)}</h4>"]
    parts += [f"<p>{escape(' '.join(file.question.split()))}</p>"] if file.question else []
    parts += [f"<p>{escape(line)}</p>" for line in results.closing()]
    if results.factors:
        parts.append(_factors(results).to_html(index=False, border=0))
    counts = results.status()
    if counts["done"] and results.stored.content["points"]["count"] <= FEW_POINTS:
        parts.append(_means(results).to_html(index=False, border=0, float_format=lambda x: f"{x:,.4g}"))
    return "\n".join(parts)


def _factors(results: StudyResults) -> pd.DataFrame:
    import pandas as pd

    rows = [(factor.role, factor.name, factor.path, factor.distribution, _range(factor.low, factor.high, factor.values),
             factor.unit) for factor in results.factors]
    return pd.DataFrame(rows, columns=["", "name", "path", "distribution", "range", "unit"])


def _range(low: float | None, high: float | None, values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values)) if low is None or high is None else f"{low:g} to {high:g}"


def _means(results: StudyResults) -> pd.DataFrame:
    known = [name for name in FEW_OUTCOMES if name in results.outcome_names] or list(results.outcome_names[:6])
    frame = results.summary(known)
    return frame[["point", "arm", "outcome", "unit", "mean", "difference", "low", "high", "replications"]]
