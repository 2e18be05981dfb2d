"""What a question is asked about: sums of outcomes, arms, conditions; all mistakes are told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fraudsim.errors import InputError, nearest
from fraudsim.interventions import interventions
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.inputs import told
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.reading.results import StudyResults

ABOUT = {outcome.name: outcome for outcome in OUTCOMES}
HARM = ("loss_net", "captive_days+trafficked_detained_days+stranded_days", "bystanders_hit", "public_cost+custody_cost")
"""What a question looks at unless told: losses, workers' harm, bystanders' harm, cost, as far as they are kept.
Workers' harm is person-days held or confined, in custody though trafficked, or stranded, each counting alike."""

PARTS = ("captive_days", "trafficked_detained_days", "stranded_days", "deaths+route_deaths", "trafficked_punished")
"""Workers' harm in parts that do not make up for one another; they stand beside every sum of it."""

SEARCHING = {"order", "police", "liaison", "sharing", "meetings"}
"""Levers that bring searches, which may be empty; ``order`` files an operation."""

NO_SERIES = {"screening_wrong"}
"""Levers of mistakes that no series of wrong hits counts."""

CONDITION = re.compile(r"\s*(?:(?P<of>\w+)\s*:)?(?P<term>[^<>=]*?)(?P<sign><=|>=|<|>)\s*(?P<limit>[^%\s]+)\s*"
                       r"(?P<share>%?)\s*")
SIGNS = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}

type Values = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A number asked of every run: an outcome, or several of one unit, added.

    Attributes
    ----------
    outcomes : tuple of str
    unit : str
    good : {"up", "down", "none"}
    """

    outcomes: tuple[str, ...]
    unit: str
    good: str

    @property
    def name(self) -> str:
        """The outcomes, joined by ``+``."""
        return "+".join(self.outcomes)

    def of(self, frame: pd.DataFrame) -> Values:
        """Return the number for every row of a table with a column for each outcome."""
        return np.asarray(frame[list(self.outcomes)].to_numpy(np.float64).sum(axis=1))


@dataclass(frozen=True)
class Condition:
    """What may hold at a design point: that a number lies above or below a limit.

    Attributes
    ----------
    term : Term
    of : {"change", "level"}
        The mean paired difference from the baseline, or the mean itself.
    sign : {"<=", ">=", "<", ">"}
    limit : float
        In the unit of the term; a share of the baseline where ``relative``.
    relative : bool
    """

    term: Term
    of: str
    sign: str
    limit: float
    relative: bool = False

    @property
    def text(self) -> str:
        """As it is written in a question."""
        limit = f"{100 * self.limit:g}%" if self.relative else f"{self.limit:g}"
        return f"{'level:' if self.of == 'level' else ''}{self.term.name}{self.sign}{limit}"

    def limits(self, baseline: Values) -> Values:
        """Return the limit at every point, given the baseline's mean there."""
        return self.limit * np.abs(baseline) if self.relative else np.full(len(baseline), self.limit)

    def holds(self, values: Values, baseline: Values) -> NDArray[np.bool_]:
        """Tell at which points it holds.

        Parameters
        ----------
        values : float64, shape (points,)
            Differences or levels, as ``of`` says.
        baseline : float64, shape (points,)
        """
        found: NDArray[np.bool_] = SIGNS[self.sign](values, self.limits(baseline))
        return found


def term(text: object, kept: Sequence[str]) -> tuple[Term | None, list[str]]:
    """Return what ``captive_days+stranded_days`` stands for, or a line for every mistake in it.

    Parameters
    ----------
    text : str
    kept : sequence of str
        Outcomes that the study keeps.
    """
    if not isinstance(text, str) or not text.strip():
        return None, [f"{told(text)}; allowed: the name of an outcome, or several joined by +"]
    names = [name.strip() for name in text.split("+")]
    lines = [_unknown(name, kept) for name in names if name not in kept]
    lines += [f"{name} stands twice in {text}" for name in dict.fromkeys(names) if names.count(name) > 1]
    if lines:
        return None, lines
    units = list(dict.fromkeys((ABOUT[name].unit, ABOUT[name].good) for name in names))
    if len(units) > 1:
        said = " and ".join(f"{unit} ({good})" for unit, good in units)
        return None, [f"{text}: cannot be added: {said}; allowed: outcomes of one unit and one good direction"]
    return Term(tuple(names), *units[0]), []


def _unknown(name: str, kept: Sequence[str]) -> str:
    if name in ABOUT:
        return f"{name} is not kept by this study; kept: {listed(kept)}"
    return f"no outcome {told(name)}{nearest(name, ABOUT)}; kept: {listed(kept)}"


def _given(texts: object) -> list[Any]:
    """Return texts as a list; what is no list of anything is one text, and told to be wrong with the others."""
    return [texts] if isinstance(texts, str) or not isinstance(texts, Iterable) else list(texts)


def terms(texts: Iterable[str] | str | None, kept: Sequence[str],
          where: str = "outcomes") -> tuple[list[Term], list[str]]:
    """Return what is asked about, or a line for every mistake; without texts, losses, harm and cost as far as kept."""
    if texts is None:
        texts = default_terms(kept)
    given = _given(texts)
    pairs = [term(text, kept) for text in given]
    lines = [f"{where}: {line}" for _, found in pairs for line in found]
    chosen = list(dict.fromkeys(t for t, _ in pairs if t is not None))
    return chosen, lines or ([] if chosen else [f"{where}: none given; kept: {listed(kept)}"])


def default_terms(kept: Sequence[str]) -> list[str]:
    """Return losses, workers' and bystanders' harm and cost, as far as a study keeps them; else its first outcomes."""
    found = ["+".join(name for name in text.split("+") if name in kept) for text in HARM]
    return [text for text in found if text] or list(kept[:4])


def parts_of_harm(kept: Sequence[str]) -> list[Term]:
    """Return the parts of workers' harm, as far as a study keeps them."""
    texts = ["+".join(name for name in text.split("+") if name in kept) for text in PARTS]
    return [found for found, _ in (term(text, kept) for text in texts if text) if found is not None]


def about_workers(asked: Term) -> bool:
    """Tell whether a number is about harm to workers."""
    return all(ABOUT[name].group == "workers" for name in asked.outcomes)


def about_bystanders(asked: Term) -> bool:
    """Tell whether a number counts wrong hits."""
    return all(ABOUT[name].group == "bystanders" for name in asked.outcomes)


def hits_bystanders(arm: str) -> bool:
    """Tell whether the model has a way for anything in an arm to hit a bystander: where not, zero says nothing.

    It follows from the levers that its interventions move: those of mistakes (``..._wrong``) and of pressure on kin
    have a series of wrong hits, and searches may be empty.

    Examples
    --------
    >>> hits_bystanders("border-policing"), hits_bystanders("border-policing+site-blocking:blocked=0.5")
    (False, True)
    """
    if arm == "baseline":
        return True
    known = interventions()
    names = [part.partition(":")[0].strip() for part in re.split(r"\+(?!\d)", arm)]
    moved = {word for name in names if name in known for word in re.findall(r"\w+", known[name].lever)}
    wrong = {word for word in moved if word.endswith("_wrong")} - NO_SERIES
    return bool(wrong or moved & SEARCHING or "kin_pressure" in moved)


def verdict(mean: float, low: float, high: float, good: str, parts: Iterable[str] = ()) -> str:
    """Return what a change comes to: better, worse, unclear; mixed where what stands behind it points both ways.

    Parameters
    ----------
    mean, low, high : float
        The change and its 95% interval.
    good : {"up", "down"}
    parts : iterable of str
        Verdicts on the parts of a sum: it is not better where one of them is worse, whatever the others make up for.

    Examples
    --------
    >>> verdict(-2.0, -3.0, -1.0, "down"), verdict(-2.0, -3.0, -1.0, "down", ["worse", "better"])
    ('better', 'mixed')
    """
    below, above = ("better", "worse") if good == "down" else ("worse", "better")
    found = below if high < 0 else above if low > 0 else "unclear"
    behind = set(parts)
    return "mixed" if "worse" in behind and found != "worse" and {found, *behind} & {"better"} else found


def doubtful(grid: Values, limits: Values) -> NDArray[np.bool_]:
    """Tell at which points the 95% interval over the replications holds the limit.

    Parameters
    ----------
    grid : float64, shape (points, replications)
    limits : float64, shape (points,)
    """
    replications = grid.shape[1]
    if replications < 2:
        return np.zeros(len(grid), np.bool_)
    half = float(stdtrit(replications - 1, 0.975)) * grid.std(axis=1, ddof=1) / np.sqrt(replications)
    found: NDArray[np.bool_] = np.abs(grid.mean(axis=1) - limits) < half
    return found


def condition(text: object, kept: Sequence[str]) -> tuple[Condition | None, list[str]]:
    """Return what ``loss_net>=0`` or ``level:victims<=5000`` stands for, or a line for every mistake in it."""
    found = CONDITION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None, [f"{told(text)}; allowed: such as 'loss_net>=0' (the change against the baseline), "
                      "'loss_net<=-10%' or 'level:loss_net<=4e8'"]
    what, lines = term(found["term"], kept)
    of = found["of"] or "change"
    if of not in ("change", "level"):
        lines.append(f"{of}: allowed: change or level")
    limit = _number(found["limit"])
    if limit is None:
        lines.append(f"{told(found['limit'])} is no number")
    relative = bool(found["share"])
    if relative and of == "level":
        lines.append("a limit in per cent is a share of the baseline, and goes with changes only")
    if what is None or limit is None or lines:
        return None, [f"{str(text).strip()}: {line}" for line in lines]
    return Condition(what, of, found["sign"], limit / 100 if relative else limit, relative), []


def _number(text: str) -> float | None:
    try:
        value = float(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def conditions(texts: Iterable[str] | str, kept: Sequence[str], where: str) -> tuple[list[Condition], list[str]]:
    """Return conditions, or a line for every mistake in them."""
    given = _given(texts)
    pairs = [condition(text, kept) for text in given]
    lines = [f"{where}: {line}" for _, found in pairs for line in found]
    return list(dict.fromkeys(c for c, _ in pairs if c is not None)), lines


def chosen_arms(texts: Iterable[str] | str | None, known: Sequence[str],
                where: str = "arms") -> tuple[list[str], list[str]]:
    """Return arms in the study's order, all of them unless some are named, or a line for each that is unknown."""
    if texts is None:
        return list(known), []
    given = _given(texts)
    lines = [f"{where}: no arm {told(name)} in this study{nearest(str(name), known)}; arms: {listed(known)}"
             for name in given if name not in known]
    return [name for name in known if name in given], lines


def refuse(directory: object, lines: Sequence[str]) -> None:
    """Tell all mistakes, if there are any.

    Raises
    ------
    InputError
    """
    if lines:
        raise InputError(dict.fromkeys(f"{directory}: {line}" for line in lines))


def about(results: StudyResults) -> dict[str, Any]:
    """Return which runs an answer rests on: names, versions, and how many are done."""
    content: Mapping[str, Any] = results.stored.content
    return {"name": results.file.name, "world": content["world"]["name"], "days": content["days"],
            "seed": content["seed"], "replications": content["replications"],
            "points": content["points"]["count"], "runs_done": results.status()["done"],
            "fingerprint": results.stored.about["fingerprint"][:16], "model": content["model"]}
