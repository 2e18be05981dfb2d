"""Designs: which combinations of the factors are run. Sampling is left to SciPy and SALib."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError, nearest
from fraudsim.study.plan.factors import Factor
from fraudsim.study.plan.schema import MOST_POINTS, Design
from fraudsim.worlds.loader import parse_value
from fraudsim.worlds.problems import listed, one_line
from fraudsim.worlds.text import contents, decoded

KEYS: dict[str, tuple[set[str], set[str]]] = {
    "full-factorial": (set(), {"levels"}),
    "latin-hypercube": ({"points"}, {"seed"}),
    "sobol": ({"points"}, {"seed"}),
    "morris": ({"trajectories"}, {"levels", "seed"}),
    "saltelli": ({"points"}, {"second_order", "seed"}),
    "csv": ({"file"}, set()),
}
"""Keys that each kind needs, and those that it may have."""

MORRIS_LEVELS = 4

type Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """The points of a design.

    Attributes
    ----------
    rows : list of tuple
        Values of all factors, a tuple each point, in the order of the factors.
    shares : float64, shape (points, factors), or None
        The sample from the unit cube behind them, as sensitivity analyses take it; None where there is none.
    """

    rows: list[tuple[Any, ...]]
    shares: Shares | None = None


def design_problems(design: Design | None, factors: int) -> list[str]:
    """Return a line for every mistake in a design that can be told without its factors."""
    if design is None:
        return ["design: is missing; uncertainties and levers need one, such as kind = 'latin-hypercube'"] \
            if factors else []
    needs, may = KEYS[design.kind]
    given = {key for key in ("points", "levels", "trajectories", "file", "second_order", "seed")
             if key in design.model_fields_set}
    lines = [f"design.{key}: is missing; {design.kind} needs it" for key in sorted(needs - given)]
    lines += [f"design.{key}: {design.kind} knows no {key}; it takes: {listed(sorted(needs | may)) or 'nothing'}"
              for key in sorted(given - needs - may)]
    if not factors:
        lines.append("design: there is nothing to vary; give uncertainties or levers, or leave the design out")
    if design.kind in ("sobol", "saltelli") and design.points and design.points & (design.points - 1):
        below = 1 << (design.points.bit_length() - 1)
        lines.append(f"design.points: {design.points}; a Sobol sequence is balanced for powers of two only, such as "
                     f"{below} or {2 * below}")
    if design.kind == "morris" and design.levels and design.levels % 2:
        lines.append(f"design.levels: {design.levels}; a Morris sample needs an even number")
    return lines


def points_of(design: Design | None, factors: Sequence[Factor], beside: Path) -> Points:
    """Return the points of a design.

    Parameters
    ----------
    design : Design or None
        None is one point without factors.
    factors : sequence of Factor
    beside : path
        Directory that a file is relative to.

    Raises
    ------
    InputError
    """
    if design is None:
        return Points([()])
    if design.kind == "csv":
        return from_csv(beside / design.file, factors)
    if design.kind == "full-factorial":
        return _grid(design, factors)
    if lines := _too_many(_count(design, len(factors))):
        raise InputError(lines)
    shares = _SAMPLES[design.kind](design, len(factors))
    columns = [factor.at(shares[:, i]) for i, factor in enumerate(factors)]
    return Points(list(zip(*columns)), shares)


def _count(design: Design, factors: int) -> int:
    if design.kind == "morris":
        return (design.trajectories or 0) * (factors + 1)
    more = (2 * factors + 2 if design.second_order else factors + 2) if design.kind == "saltelli" else 1
    return (design.points or 0) * more


def _too_many(count: int) -> list[str]:
    return [f"design: {count:,} points; allowed: at most {MOST_POINTS:,}"] if count > MOST_POINTS else []


def _grid(design: Design, factors: Sequence[Factor]) -> Points:
    lines = [f"design.levels: is missing; {factor.path} needs it, or levels of its own" for factor in factors
             if factor.distribution != "choice" and not (factor.levels or design.levels)]
    levels = [factor.all_levels(design.levels) for factor in factors] if not lines else []
    lines += _too_many(int(np.prod([float(len(level)) for level in levels])))
    if lines:
        raise InputError(lines)
    return Points(list(product(*levels)))


def _latin(design: Design, factors: int) -> Shares:
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(factors, rng=design.seed).random(design.points or 1))


def _sobol(design: Design, factors: int) -> Shares:
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(factors, scramble=True, rng=design.seed).random(design.points or 1))


def problem(factors: int | Sequence[str]) -> dict[str, Any]:
    """Return what SALib calls a problem: factors on the unit interval."""
    names = [f"x{i}" for i in range(factors)] if isinstance(factors, int) else list(factors)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _morris(design: Design, factors: int) -> Shares:
    sample = _salib("morris")
    return np.asarray(sample(problem(factors), design.trajectories, num_levels=design.levels or MORRIS_LEVELS,
                             seed=design.seed))


def _saltelli(design: Design, factors: int) -> Shares:
    sample = _salib("sobol")
    return np.asarray(sample(problem(factors), design.points, calc_second_order=design.second_order,
                             seed=design.seed))


def _salib(kind: str) -> Callable[..., Any]:
    import importlib

    try:
        return importlib.import_module(f"SALib.sample.{kind}").sample  # type: ignore[no-any-return]
    except ModuleNotFoundError:
        raise InputError("design.kind: this design needs SALib; install it with: pip install 'fraudsim[study]'"
                         ) from None


_SAMPLES: dict[str, Callable[[Design, int], Shares]] = {
    "latin-hypercube": _latin, "sobol": _sobol, "morris": _morris, "saltelli": _saltelli}


# Points that are given


def from_csv(path: Path, factors: Sequence[Factor]) -> Points:
    """Read points from a CSV file with a column for every factor, by its path or its name."""
    where = one_line(str(path))
    if not path.is_file():
        raise InputError(f"design.file: no such file: {where}")
    rows = list(csv.reader(io.StringIO(decoded(contents(path, where, "a CSV file of points"), where))))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise InputError(f"{where}: holds no points; write a line of column names and a line for each point")
    head, *body = rows
    return from_table([cell.strip() for cell in head], [[_cell(cell) for cell in row] for row in body], factors, where)


def _cell(text: str) -> Any:
    return {"True": True, "False": False}.get(text.strip(), parse_value(text))


def from_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], factors: Sequence[Factor],
               where: str) -> Points:
    """Take points from a table; every factor needs a column, and every column a factor.

    Raises
    ------
    InputError
        One line a mistake, the first ten of them.
    """
    known = {key: i for i, factor in enumerate(factors) for key in (factor.path, factor.name)}
    lines = [f"{where}: column {column!r} is no factor; known: {listed(f.path for f in factors)}"
             f"{nearest(column, known)}" for column in columns if column not in known]
    at = {known[column]: j for j, column in enumerate(columns) if column in known}
    named = [known[column] for column in columns if column in known]
    lines += [f"{where}: {factors[i].path} has {named.count(i)} columns; allowed: one, by its path or its name"
              for i in at if named.count(i) > 1]
    lines += [f"{where}: no column for {factor.path}" for i, factor in enumerate(factors) if i not in at]
    lines += [f"{where}: row {n}: {len(row)} cells, not {len(columns)}" for n, row in enumerate(rows, 1)
              if len(row) != len(columns)]
    lines += _too_many(len(rows))
    if lines:
        raise InputError(lines[:10])
    points = [tuple(_taken(row[at[i]], factor) for i, factor in enumerate(factors)) for row in rows]
    lines = [f"{where}: row {n}: {factor.path}: {value!r}; allowed: {_allowed(factor)}"
             for n, point in enumerate(points, 1) for factor, value in zip(factors, point) if not _fits(value, factor)]
    if lines:
        raise InputError(lines[:10])
    return Points(points)


def _taken(value: Any, factor: Factor) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if factor.distribution == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return float(value) if factor.distribution not in ("integer", "choice") and type(value) is int else value


def _fits(value: Any, factor: Factor) -> bool:
    if factor.distribution == "choice":
        return value in factor.values and isinstance(value, bool) == any(isinstance(v, bool) for v in factor.values)
    right = isinstance(value, int) if factor.distribution == "integer" else isinstance(value, float)
    return (right and not isinstance(value, bool) and factor.low is not None and factor.high is not None
            and factor.low <= value <= factor.high)


def _allowed(factor: Factor) -> str:
    if factor.distribution == "choice":
        return listed(map(repr, factor.values))
    whole = "whole numbers " if factor.distribution == "integer" else ""
    return f"{whole}{factor.low:g} to {factor.high:g}"
