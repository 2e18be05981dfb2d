"""An outcome: a number that sums up a run, folded from the daily record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fraudsim.ledgers.flows import POSITION

Record = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """One number that sums up a run.

    Parameters
    ----------
    name, unit, meaning : str
    good : {"up", "down", "none"}
        Direction that is better.
    group : str
        Heading under which it stands in tables: victims, workers, bystanders, contacts, dens, police,
        recorded, money or cost.
    plus, minus : tuple of str
        Daily series that are added, and taken away.
    how : {"sum", "mean", "last"}
        Over the days of the run: sum, mean, or value on the last day.
    scale : float
        What the result is multiplied by (0.01 turns cents into currency).
    per : tuple of str
        Series whose sum the result is divided by; the outcome is null where that is 0.
    over : {"sum", "mean"}
        How countries are put together: added up, or averaged, each counting alike.
    """

    name: str
    unit: str
    good: Literal["up", "down", "none"]
    group: str
    meaning: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    how: Literal["sum", "mean", "last"] = "sum"
    scale: float = 1.0
    per: tuple[str, ...] = ()
    over: Literal["sum", "mean"] = "sum"


class Folded:
    """A record folded over its days, once for all outcomes.

    Parameters
    ----------
    record : int64, shape (days, series, countries)
    """

    def __init__(self, record: Record) -> None:
        self.days = len(record)
        self.countries = record.shape[2]
        self.sums = record.sum(axis=0)
        self.last = record[-1] if self.days else self.sums
        # Plain numbers: there are many outcomes of the world, each of a few.
        self.world_sums: list[int] = self.sums.sum(axis=1).tolist()
        self.world_last: list[int] = self.last.sum(axis=1).tolist()

    def by_country(self, outcome: Outcome) -> Floats:
        """Return an outcome for every country: float64, shape (countries,); NaN where it has no meaning."""
        return self._value(outcome, self.sums, self.last)

    def total(self, outcome: Outcome) -> float | None:
        """Return an outcome for the whole world; None where it has no meaning."""
        if self.days == 0:
            return None
        source = self.world_last if outcome.how == "last" else self.world_sums
        value = float(_one(source, outcome.plus) - _one(source, outcome.minus)) * outcome.scale
        if outcome.how == "mean":
            value /= self.days
        if outcome.per:
            per = _one(self.world_sums, outcome.per)
            if per == 0:
                return None
            value /= per
        return value / self.countries if outcome.over == "mean" else value

    def _value(self, outcome: Outcome, sums: Record, last: Record) -> Floats:
        if self.days == 0:
            return np.full(sums.shape[1], np.nan)
        source = last if outcome.how == "last" else sums
        value = np.asarray(_added(source, outcome.plus) - _added(source, outcome.minus), np.float64) * outcome.scale
        if outcome.how == "mean":
            value /= float(self.days)
        if not outcome.per:
            return value
        per = _added(sums, outcome.per)
        share: Floats = np.divide(value, per, out=np.full(value.shape, np.nan), where=per != 0)
        return share


def _added(folded: Record, series: tuple[str, ...]) -> Record:
    rows: Record = folded[[POSITION[name] for name in series]].sum(axis=0)
    return rows


def _one(folded: list[int], series: tuple[str, ...]) -> int:
    return sum(folded[POSITION[name]] for name in series)


def by_country(outcome: Outcome, record: Record) -> Floats:
    """Compute an outcome for every country.

    Parameters
    ----------
    outcome : Outcome
    record : int64, shape (days, series, countries)

    Returns
    -------
    float64, shape (countries,)
        NaN where a ratio has no denominator.
    """
    return Folded(record).by_country(outcome)


def total(outcome: Outcome, record: Record) -> float | None:
    """Compute an outcome for the whole world; None where it has no meaning.

    Parameters
    ----------
    outcome : Outcome
    record : int64, shape (days, series, countries)
    """
    return Folded(record).total(outcome)
