"""Boxes of factors' values in which something happens more often: PRIM of the EMA Workbench, CART of scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

type Truth = NDArray[np.bool_]
type Limits = dict[str, tuple[float, float] | frozenset[str]]
"""Factor to the range, or the values, that a box allows; factors that it does not restrict are left out."""

SURE = 0.05
FOLDS = 5
LEAST_SHARE = 0.05
"""Least share of the points in a box."""

FEWEST = 5
"""Least number of points in a box or a leaf."""

DEPTH = 3


@dataclass(frozen=True)
class Box:
    """A box.

    Attributes
    ----------
    limits : dict
    points, hits : int
        Points inside, and those among them at which it happens.
    coverage : float
        Share of all hits that lie inside.
    density : float
        Share of the points inside that are hits.
    chance : dict of str to tuple of float
        Quasi-p-values of the lower and the upper limit of each restricted factor; NaN where a side is free.
    """

    limits: Limits
    points: int
    hits: int
    coverage: float
    density: float
    chance: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both > 0 else 0.0


def inside(x: pd.DataFrame, limits: Limits) -> Truth:
    """Tell which points lie in a box.

    Parameters
    ----------
    x : DataFrame
        A column for every factor.
    limits : dict
    """
    found: Truth = np.ones(len(x), np.bool_)
    for name, limit in limits.items():
        column = x[name]
        found &= column.isin(limit).to_numpy() if isinstance(limit, frozenset) else (
            (column >= limit[0]) & (column <= limit[1])).to_numpy()
    return found


def box_of(x: pd.DataFrame, hit: Truth, limits: Limits, chance: dict[str, tuple[float, float]] | None = None) -> Box:
    """Return a box with its measures."""
    where = inside(x, limits)
    points, hits, total = int(where.sum()), int((where & hit).sum()), int(hit.sum())
    return Box(limits, points, hits, hits / total if total else 0.0, hits / points if points else 0.0, chance or {})


# PRIM


def peeled(x: pd.DataFrame, hit: Truth) -> list[Box]:
    """Return the boxes of PRIM's peeling trajectory, the whole space first, each without limits that chance explains.

    Parameters
    ----------
    x : DataFrame
        A column for every factor: numbers, or texts.
    hit : bool, shape (points,)

    Raises
    ------
    InputError
        If the EMA Workbench is not installed.
    """
    prim = _prim()
    numbers = {str(name): x[name].astype(float) for name in x if x[name].dtype.kind in "iuf"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about code that is not ours
        # Whole numbers as floats: the Workbench puts limits between them, which pandas 3 refuses among integers.
        found = prim(x.assign(**numbers), hit, mass_min=max(LEAST_SHARE, FEWEST / len(x))).find_box()
    every = [box_of(x, hit, _read(lims, found.box_lims[0])) for lims in found.box_lims]
    return [pruned(x, hit, box) for box in every]


def has_prim() -> bool:
    """Tell whether the EMA Workbench is installed."""
    from importlib.util import find_spec

    return find_spec("ema_workbench") is not None


def _prim() -> Callable[..., Any]:
    if not has_prim():
        raise InputError("PRIM needs the EMA Workbench; install it with: pip install 'fraudsim[ema]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts of the Workbench that are not used here
        from ema_workbench.analysis.prim import Prim
    found: Callable[..., Any] = Prim
    return found


def _read(lims: pd.DataFrame, start: pd.DataFrame) -> Limits:
    limits: Limits = {}
    for name in lims.columns:
        low, high = lims[name].tolist()
        if isinstance(low, set):
            if low != start[name].iloc[0]:
                limits[name] = frozenset(low)
        elif (low, high) != tuple(start[name]):
            limits[name] = (float(low), float(high))
    return limits


def chosen(trajectory: Sequence[Box]) -> int:
    """Return the number of the box with the best balance of coverage and density; of equal ones, the simplest."""
    return max(range(len(trajectory)),
               key=lambda i: (round(trajectory[i].balance, 12), -len(trajectory[i].limits), -i))


def pruned(x: pd.DataFrame, hit: Truth, box: Box) -> Box:
    """Return a box without the limits that chance explains: the worst is lifted first, until all are below 5%."""
    limits = dict(box.limits)
    while limits:
        chance = quasi_p(x, hit, limits)
        name, side = max(((name, side) for name, pair in chance.items() for side in (0, 1) if pair[side] == pair[side]),
                         key=lambda at: chance[at[0]][at[1]])
        if chance[name][side] < SURE:
            return box_of(x, hit, limits, chance)
        limits = _without(x, limits, name, side)
    return box_of(x, hit, {})


def quasi_p(x: pd.DataFrame, hit: Truth, limits: Limits) -> dict[str, tuple[float, float]]:
    """Return the quasi-p-values of a box's limits after Bryant and Lempert (2010); NaN for a side that is free.

    For each limit: the chance of so many hits, or more, among the points of the box, if they were as frequent as they
    are in the box without that limit (one-sided binomial test).
    """
    from scipy.stats import binomtest

    box = box_of(x, hit, limits)

    def chance(name: str, side: int) -> float:
        wider = box_of(x, hit, _without(x, limits, name, side))
        if wider.limits.get(name) == limits[name]:
            return float("nan")
        return float(binomtest(box.hits, box.points, wider.density, "greater").pvalue)

    return {name: (chance(name, 0), float("nan") if isinstance(limit, frozenset) else chance(name, 1))
            for name, limit in limits.items()}


def _without(x: pd.DataFrame, limits: Limits, name: str, side: int) -> Limits:
    """Return limits with one lifted; a factor without any is left out."""
    limit = limits[name]
    rest = {key: value for key, value in limits.items() if key != name}
    if isinstance(limit, frozenset):
        return rest
    ends = float(x[name].min()), float(x[name].max())
    left = (ends[0], limit[1]) if side == 0 else (limit[0], ends[1])
    return rest if left == ends else {key: left if key == name else value for key, value in limits.items()}


def tested(x: pd.DataFrame, hit: Truth, find: Callable[[pd.DataFrame, Truth], Limits],
           seed: int) -> tuple[float, float]:
    """Return coverage and density at points that the boxes were not found on: over so many folds.

    Parameters
    ----------
    x : DataFrame
    hit : bool, shape (points,)
    find : callable
        Finds a box from some of the points.
    seed : int
        Of how the points are divided; hits and others are divided each by themselves.
    """
    hits = points = 0
    for test in _folds(hit, seed):
        box = box_of(x[test], hit[test], find(x[~test], hit[~test]))
        hits, points = hits + box.hits, points + box.points
    return hits / int(hit.sum()), hits / points if points else float("nan")


def _folds(hit: Truth, seed: int) -> Iterator[Truth]:
    rng = np.random.default_rng(seed)
    fold = np.empty(len(hit), np.int64)
    for kind in (hit, ~hit):
        fold[rng.permutation(np.flatnonzero(kind))] = np.arange(int(kind.sum())) % FOLDS
    yield from (fold == i for i in range(FOLDS))


# CART


def leaves(x: pd.DataFrame, hit: Truth) -> list[Box]:
    """Return the leaves of a decision tree as boxes, those with most hits a point first.

    Parameters
    ----------
    x : DataFrame
    hit : bool, shape (points,)

    Raises
    ------
    InputError
        If scikit-learn is not installed.
    """
    wide = _as_numbers(x)
    tree = _grown(wide.to_numpy(), hit)
    found = [box_of(x, hit, limits) for limits in _branches(tree.tree_, list(wide.columns), x, 0, {})]
    return sorted(found, key=lambda box: (-box.density, -box.points))


def expected(x: pd.DataFrame, hit: Truth, seed: int) -> NDArray[np.float64]:
    """Return how often trees that have not seen a point expect a hit there: each is grown on four of five parts.

    Parameters
    ----------
    x : DataFrame
    hit : bool, shape (points,)
    seed : int
        Of how the points are divided.
    """
    wide = _as_numbers(x).to_numpy()
    found = np.full(len(x), np.nan)
    for test in _folds(hit, seed):
        tree = _grown(wide[~test], hit[~test])
        if True in tree.classes_:
            found[test] = tree.predict_proba(wide[test])[:, list(tree.classes_).index(True)]
        else:
            found[test] = 0.0
    return found


def _as_numbers(x: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    texts = [name for name in x if x[name].dtype.kind not in "iuf"]
    return pd.get_dummies(x, columns=texts, prefix_sep="\0", dtype=float)


def _grown(wide: NDArray[np.float64], hit: Truth) -> Any:
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ModuleNotFoundError:
        raise InputError("CART needs scikit-learn; install it with: pip install 'fraudsim[study]'") from None
    least = max(FEWEST, int(np.ceil(LEAST_SHARE * len(wide))))
    return DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0).fit(wide, hit)


def _branches(tree: Any, names: Sequence[str], x: pd.DataFrame, node: int, limits: Limits) -> Iterator[Limits]:
    if tree.children_left[node] < 0:
        yield limits
        return
    name, cut = names[tree.feature[node]], float(tree.threshold[node])
    for child, below in ((tree.children_left[node], True), (tree.children_right[node], False)):
        yield from _branches(tree, names, x, int(child), limits | _narrowed(x, limits, name, cut, below))


def _narrowed(x: pd.DataFrame, limits: Limits, name: str, cut: float, below: bool) -> Limits:
    factor, text, value = name.partition("\0")
    before = limits.get(factor)
    if text:
        allowed = before if isinstance(before, frozenset) else frozenset(map(str, x[factor]))
        return {factor: allowed - {value} if below else allowed & {value}}
    low, high = before if isinstance(before, tuple) else (float(x[factor].min()), float(x[factor].max()))
    return {factor: (low, min(high, cut)) if below else (max(low, cut), high)}
