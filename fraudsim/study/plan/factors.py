"""Factors: uncertainties and levers with their distributions, and names for their columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fraudsim.study.plan.fields import KINDS, Field, Sort
from fraudsim.study.plan.schema import FactorData
from fraudsim.worlds.problems import listed, show

Role = Literal["uncertainty", "lever"]
BOUNDED = ("uniform", "log-uniform", "integer", "triangular", "normal")


@dataclass(frozen=True)
class Factor:
    """One factor of a study.

    Attributes
    ----------
    role : {"uncertainty", "lever"}
    path : str
        As the study file has it: a path into the world, or ``intervention.setting``.
    name : str
        Name of its column in tables and queries.
    target : str
        The path into the world that its values are put at.
    sort : {"number", "whole", "truth", "text", "names"}
        Kind of value; ``names`` are texts joined by ``|`` that stand for a list.
    distribution : str
    low, high : float or None
        None for a choice.
    values : tuple
        What a choice chooses from.
    mode, mean, sd : float or None
    levels : int or None
        In a full factorial.
    unit : str
    """

    role: Role
    path: str
    name: str
    target: str
    sort: Sort
    distribution: str
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None
    levels: int | None = None
    unit: str = ""

    def at(self, share: NDArray[np.float64]) -> list[Any]:
        """Return the values below which a share of the distribution lies, as plain Python values.

        Parameters
        ----------
        share : float64, shape (n,)
            Between 0 and 1, ends included.
        """
        if self.distribution == "choice":
            return [self.values[i] for i in _steps(share, len(self.values))]
        low, high = self._bounds()
        if self.distribution == "integer":
            return [int(low) + int(i) for i in _steps(share, int(high - low) + 1)]
        # Twelve digits: exp and log differ in the last one between machines, and a study must not.
        return [min(max(float(f"{x:.12g}"), low), high) for x in self._quantiles(share, low, high)]

    def _bounds(self) -> tuple[float, float]:
        if self.low is None or self.high is None:
            raise ValueError(f"{self.path} has no range")
        return self.low, self.high

    def _quantiles(self, share: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        if self.distribution == "log-uniform":
            found: NDArray[np.float64] = np.exp(np.log(low) + share * (np.log(high) - np.log(low)))
            return found
        if self.distribution == "uniform":
            return low + share * (high - low)
        from scipy import stats

        if self.distribution == "triangular":
            peak = (float(self.mode or 0.0) - low) / (high - low)
            return np.asarray(stats.triang.ppf(share, peak, low, high - low))
        mean, sd = float(self.mean or 0.0), float(self.sd or 1.0)
        return np.asarray(stats.truncnorm.ppf(share, (low - mean) / sd, (high - mean) / sd, mean, sd))

    def all_levels(self, levels: int | None) -> list[Any]:
        """Return the levels of a full factorial: all values of a choice, else so many equal steps in probability."""
        if self.distribution == "choice":
            return list(self.values)
        count = self.levels or levels or 0
        if self.distribution == "integer":
            low, high = self._bounds()
            count = min(count, int(high - low) + 1)
            return [round(x) for x in np.linspace(low, high, count)] if count > 1 else [int(low)]
        return self.at(np.linspace(0.0, 1.0, count)) if count > 1 else self.at(np.array([0.5]))

    def setting(self, value: Any) -> Any:
        """Return a value as it is put into the world."""
        return value.split("|") if self.sort == "names" else value

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Factor:
        """Return the factor that :meth:`plain` told of."""
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}
        return cls(**values)

    def plain(self) -> dict[str, Any]:
        """Return the factor as plain data, without what does not apply."""
        found = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return {key: list(v) if isinstance(v, tuple) else v for key, v in found.items() if v is not None and v != ()}


def _steps(share: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    steps: NDArray[np.int64] = np.minimum((share * count).astype(np.int64), count - 1)
    return steps


def names_of(factors: Sequence[Factor], role: Role) -> tuple[str, ...]:
    """Return the names of the columns that hold factors of a role."""
    return tuple(factor.name for factor in factors if factor.role == role)


# From what the file says to a factor


def resolved(role: Role, path: str, data: FactorData, field: Field) -> tuple[Factor | None, list[str]]:
    """Return a factor, or a line for every mistake in it; its name is its path as yet."""
    distribution = data.distribution or _usual(data, field)
    lines = _misfits(data, field, distribution)
    if distribution == "choice":
        values = data.values or field.allowed
        lines += _value_problems(values, field)
        made = Factor(role, path, path, field.path, field.sort, distribution, values=tuple(values), unit=field.unit)
        return (None if lines else made), lines
    low = field.low if data.low is None else data.low
    high = field.high if data.high is None else data.high
    lines += _range_problems(data, field, low, high, distribution)
    made = Factor(role, path, path, field.path, field.sort, distribution, low, high, (), data.mode, data.mean, data.sd,
                  data.levels, field.unit)
    return (None if lines else made), lines


def _usual(data: FactorData, field: Field) -> str:
    if data.values or field.sort not in ("number", "whole"):
        return "choice"
    return "integer" if field.sort == "whole" else "uniform"


def _misfits(data: FactorData, field: Field, distribution: str) -> list[str]:
    """Return a line for every key that the distribution does not know, or lacks."""
    takes = {"triangular": {"mode"}, "normal": {"mean", "sd"}}.get(distribution, set())
    lines = [f"{key}: is missing; a {distribution} distribution needs it" for key in sorted(takes)
             if getattr(data, key) is None]
    ranged = {"low", "high", "levels"} if distribution in BOUNDED else set()
    known = takes | ranged | ({"values"} if distribution == "choice" else set())
    lines += [f"{key}: a {distribution} distribution knows no {key}"
              for key in ("low", "high", "values", "mode", "mean", "sd", "levels")
              if getattr(data, key) not in (None, ()) and key not in known]
    if distribution in BOUNDED and field.sort not in ("number", "whole"):
        lines.append(f"distribution: {distribution} fits numbers only; give values to choose from")
    elif distribution in BOUNDED and (field.sort == "whole") != (distribution == "integer"):
        fits = "integer or choice" if field.sort == "whole" else "any but integer"
        lines.append(f"distribution: {distribution} does not fit {KINDS[int if field.sort == 'whole' else float]}; "
                     f"allowed: {fits}")
    return lines


def _range_problems(data: FactorData, field: Field, low: float | None, high: float | None,
                    distribution: str) -> list[str]:
    if low is None or high is None:
        absent = [name for name, value in (("low", low), ("high", high)) if value is None]
        return [f"{name}: is missing, and the model declares none" for name in absent]
    lines = [f"{name}: {value:g}; allowed: {_allowed(field)}" for name, value in (("low", low), ("high", high))
             if (field.low is not None and value < field.low) or (field.high is not None and value > field.high)]
    if low >= high:
        lines.append(f"the range from {low:g} to {high:g} is empty; low must be less than high")
    elif distribution == "log-uniform" and low <= 0:
        lines.append(f"low: {low:g}; a log-uniform distribution needs one above 0")
    elif distribution == "integer" and (low != int(low) or high != int(high)):
        lines.append(f"low, high: {low:g} and {high:g} are not whole numbers")
    elif distribution == "triangular" and data.mode is not None and not low <= data.mode <= high:
        lines.append(f"mode: {data.mode:g}; allowed: {low:g} to {high:g}")
    elif data.sd is not None and data.sd <= 0:
        lines.append(f"sd: {data.sd:g}; must be above 0")
    elif distribution == "normal" and data.sd and data.mean is not None and not _reaches(data.mean, data.sd, low, high):
        lines.append(f"mean: {data.mean:g} lies too far outside {low:g} to {high:g} for sd = {data.sd:g}")
    return lines


def _reaches(mean: float, sd: float, low: float, high: float) -> bool:
    return low - 8 * sd <= mean <= high + 8 * sd


def _allowed(field: Field) -> str:
    low = "" if field.low is None else f"{field.low:g}"
    high = "" if field.high is None else f"{field.high:g}"
    unit = f" [{field.unit}]" if field.unit else ""
    return (f"{low} to {high}" if low and high else f"{low} and more" if low else f"at most {high}") + unit


def _value_problems(values: Sequence[Any], field: Field) -> list[str]:
    if not values:
        return [f"values: none given; list the {KINDS.get(str, 'values')}s to choose from"]
    lines = [f"values: {show(value)} stands twice" for value, n in Counter(map(repr, values)).items() if n > 1]
    for value in values:
        if not _fits(value, field):
            allowed = listed(map(str, field.allowed)) if field.sort == "text" and field.allowed else _said(field)
            lines.append(f"values: {show(value)}; allowed: {allowed}")
    return lines


def _said(field: Field) -> str:
    said = {"number": "numbers", "whole": "whole numbers", "truth": "true and false", "text": "texts",
            "names": "texts such as 'CN' or 'CN|ES'"}[field.sort]
    return f"{said}, {_allowed(field)}" if field.low is not None or field.high is not None else said


def _fits(value: Any, field: Field) -> bool:
    kinds: dict[str, tuple[type, ...]] = {"number": (int, float), "whole": (int,), "truth": (bool,), "text": (str,),
                                          "names": (str,)}
    if not isinstance(value, kinds[field.sort]) or (isinstance(value, bool) and field.sort != "truth"):
        return False
    if isinstance(value, (int, float)) and field.sort in ("number", "whole"):
        return bool(np.isfinite(value) and (field.low is None or value >= field.low)
                and (field.high is None or value <= field.high))
    return not (field.sort == "text" and field.allowed) or value in field.allowed


# Names of columns


def named(paths: Sequence[str], taken: Collection[str], least: Sequence[int] = ()) -> list[str]:
    """Return a short name for every path: its last step, and as many before it as make it unlike all others.

    Parameters
    ----------
    paths : sequence of str
    taken : collection of str
        Names that other columns have.
    least : sequence of int, optional
        Least number of steps of each.

    Examples
    --------
    >>> named(["parameters.calls.answer_share", "joint-raids.strength"], [], [1, 2])
    ['answer_share', 'joint_raids_strength']
    >>> named(["countries.ES.police.officers", "countries.CN.police.officers"], [])
    ['ES_police_officers', 'CN_police_officers']
    """
    steps = [[re.sub(r"\W+", "_", step).strip("_") for step in re.findall(r"[^.\[\]]+", path)] for path in paths]
    depth = list(least) or [1] * len(paths)
    while True:
        names = ["_".join(step[-n:]) for step, n in zip(steps, depth)]
        count = Counter(name.lower() for name in names)
        grown = [min(n + (count[name.lower()] > 1 or name in taken), len(step))
                 for name, step, n in zip(names, steps, depth)]
        if grown == depth:
            return [name if count[name.lower()] == 1 and name not in taken else path
                    for name, path in zip(names, paths)]
        depth = grown
