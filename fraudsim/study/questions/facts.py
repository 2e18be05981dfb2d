"""Recorded facts as targets: which may be used, how far a run is from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import nearest
from fraudsim.study.inputs import told
from fraudsim.study.measures import MEASURES
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from fraudsim.worlds.schema import Fact, World

type Values = NDArray[np.float64]

WHY = {
    "held-out": "is held-out: only facts that set nothing can test the model",
    "input": "is input: it has been put into the model already",
}


def targets(world: World, names: Iterable[str] | str | None) -> tuple[list[Fact], list[str]]:
    """Return the facts that a calibration may aim at, or a line for every mistake.

    Parameters
    ----------
    world : World
    names : str or iterable of str, optional
        All that are marked calibration, and compared with the model, unless given.
    """
    usable = [fact for fact in world.facts if fact.role == "calibration" and fact.measure]
    known = [fact.name for fact in world.facts]
    said = listed([fact.name for fact in usable]) or "none"
    if names is None:
        lines = [] if usable else [f"facts: {world.name} marks no recorded fact as calibration that is compared with "
                                   "the model: there is nothing to calibrate against"]
        return usable, [*lines, *_unmeasured(usable)]
    given = [names] if isinstance(names, str) else list(names)
    lines = []
    for name in given:
        fact = next((fact for fact in world.facts if fact.name == name), None)
        if fact is None:
            lines.append(f"facts: no fact {told(name)} in {world.name}{nearest(str(name), known)}; calibration: {said}")
        elif fact.role != "calibration":
            lines.append(f"facts: {name!r} {WHY[fact.role]}; calibration: {said}")
        elif not fact.measure:
            lines.append(f"facts: {name!r} is not compared with the model: it names no measure")
    chosen = [fact for fact in usable if fact.name in given]
    return chosen, [*lines, *_unmeasured(chosen)] or ([] if chosen else [f"facts: none given; calibration: {said}"])


def _unmeasured(facts: Sequence[Fact]) -> list[str]:
    return [f"facts[{fact.name}].measure: no measure {fact.measure!r}{nearest(fact.measure, MEASURES)}"
            for fact in facts if fact.measure not in MEASURES]


def compared(world: World) -> list[Fact]:
    """Return all facts that are compared with the model."""
    return [fact for fact in world.facts if fact.measure in MEASURES]


def gaps(values: Values, facts: Sequence[Fact]) -> Values:
    """Return how far measures lie outside the recorded values or ranges, with sign; 0 within.

    Parameters
    ----------
    values : float64, shape (runs, facts)
    facts : sequence of Fact
    """
    low = np.array([fact.low for fact in facts])
    high = np.array([fact.low if fact.high is None else fact.high for fact in facts])
    result: Values = np.where(values < low, values - low, np.where(values > high, values - high, 0.0))
    result[np.isnan(values)] = np.nan
    return result


def scales(values: Values, facts: Sequence[Fact]) -> Values:
    """Return what gaps are divided by: the median absolute deviation of each measure over the prior draws.

    Where that is zero or unknown, the size of the recorded value; 1 where that is zero too.

    Parameters
    ----------
    values : float64, shape (runs, facts)
    facts : sequence of Fact
    """
    found = np.ones(len(facts))
    for i, fact in enumerate(facts):
        known = values[np.isfinite(values[:, i]), i]
        spread = float(np.median(np.abs(known - np.median(known)))) if known.size else 0.0
        found[i] = spread or max(abs(fact.low), abs(fact.high or 0.0)) or 1.0
    return found


def distances(values: Values, facts: Sequence[Fact], scale: Values) -> Values:
    """Return the distance of runs to the facts: root mean square of the scaled gaps; infinite without a value.

    Parameters
    ----------
    values : float64, shape (runs, facts)
    facts : sequence of Fact
    scale : float64, shape (facts,)
    """
    found: Values = np.sqrt(((gaps(values, facts) / scale) ** 2).mean(axis=1))
    found[np.isnan(found)] = np.inf
    return found


def accepted(distance: Values, share: float) -> tuple[NDArray[np.bool_], float]:
    """Return which draws are kept, and the distance up to which they are.

    Parameters
    ----------
    distance : float64, shape (draws,)
    share : float
        Of the draws; more are kept where more lie within all ranges, since those are equally good.

    Examples
    --------
    >>> accepted(np.array([0.0, 3.0, 1.0, np.inf]), 0.5)
    (array([ True, False,  True, False]), 1.0)
    """
    count = max(1, round(share * len(distance)))
    limit = float(np.sort(distance)[count - 1])
    kept: NDArray[np.bool_] = np.isfinite(distance) & (distance <= limit)
    return kept, limit
