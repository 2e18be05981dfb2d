"""Packages of interventions: which may stand in one, with which settings, and how one is written as an arm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError, nearest
from fraudsim.interventions.parsing import parse_arm
from fraudsim.study.inputs import told
from fraudsim.study.plan.factors import Factor
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from fraudsim.study.reading.results import StudyResults

DIGITS = 3
"""Digits of a setting that is searched for: more would only make packages look different."""


@dataclass(frozen=True)
class Candidate:
    """An intervention that may stand in a package.

    Attributes
    ----------
    name : str
    fixed : str
        Settings that the study gives it, as they stand in an arm.
    levers : tuple of Factor
        Settings that are searched for.
    """

    name: str
    fixed: str = ""
    levers: tuple[Factor, ...] = ()

    def written(self, shares: Mapping[str, float]) -> str:
        """Return the intervention as part of an arm.

        Parameters
        ----------
        shares : dict of str to float
            Path of a lever to how far along its distribution it is set, 0 to 1.
        """
        settings = [self.fixed] if self.fixed else []
        settings += [f"{lever.path.partition('.')[2]}={_value(lever, shares[lever.path])}" for lever in self.levers]
        return f"{self.name}:{','.join(settings)}" if settings else self.name


def _value(lever: Factor, share: float) -> str:
    value = lever.at(np.array([share]))[0]
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, float) or lever.distribution == "choice":
        return str(value)
    low, high = float(lever.low or 0.0), float(value if lever.high is None else lever.high)
    return f"{min(max(float(f'{value:.{DIGITS}g}'), low), high):g}"


def candidates(results: StudyResults, names: Iterable[str] | str | None) -> tuple[list[Candidate], list[str]]:
    """Return the interventions that packages are made of, or a line for every mistake.

    Parameters
    ----------
    results : StudyResults
        Its arms say which interventions, with which settings; without arms, all that the world has settings for.
    names : str or iterable of str, optional
        Some of these.
    """
    fixed, lines = _fixed(results)
    if names is not None:
        given = [names] if isinstance(names, str) else list(names)
        lines += [f"interventions: {told(name)} stands in no arm of this study{nearest(str(name), fixed)}; known: "
                  f"{listed(fixed)}" for name in given if name not in fixed]
        fixed = {name: text for name, text in fixed.items() if name in given}
    levers = [factor for factor in results.factors if factor.role == "lever"]
    found = [Candidate(name, text, tuple(lever for lever in levers if lever.path.partition(".")[0] == name))
             for name, text in fixed.items()]
    if not found and not lines:
        lines.append("interventions: there are none to make packages of; give the study arms")
    return found, [*lines, *(_unfit(results, found) if not lines else ())]


def _fixed(results: StudyResults) -> tuple[dict[str, str], list[str]]:
    arms = results.arm_names[1:] or tuple(results.world.interventions)
    fixed: dict[str, str] = {}
    lines = []
    for part in (part.strip() for arm in arms for part in re.split(r"\+(?!\d)", arm)):
        name, _, settings = part.partition(":")
        if fixed.setdefault(name.strip(), settings.strip()) != settings.strip():
            lines.append(f"interventions: {name.strip()} stands in arms with different settings: a package would not "
                         "know which; give it one, or make the setting a lever")
    return fixed, lines


def _unfit(results: StudyResults, found: Sequence[Candidate]) -> list[str]:
    """Return a line for every intervention that cannot stand in an arm of this world."""
    lines: list[str] = []
    for candidate in found:
        try:
            parse_arm(candidate.written({lever.path: 0.5 for lever in candidate.levers}), results.world)
        except InputError as error:
            lines += error.lines
    return lines


def written(found: Sequence[Candidate], chosen: Iterable[str], shares: Mapping[str, float]) -> str:
    """Return a package as an arm; '' for none.

    Parameters
    ----------
    found : sequence of Candidate
    chosen : iterable of str
        Names of those in the package.
    shares : dict of str to float
    """
    names = set(chosen)
    return "+".join(candidate.written(shares) for candidate in found if candidate.name in names)


def parts(package: str) -> list[str]:
    """Return the names of the interventions in a package.

    Examples
    --------
    >>> parts("joint-raids:strength=0.5+site-blocking")
    ['joint-raids', 'site-blocking']
    """
    return [part.partition(":")[0] for part in re.split(r"\+(?!\d)", package) if part]


def genes(found: Sequence[Candidate]) -> dict[str, Any]:
    """Return the names under which a search knows what it chooses: interventions, and levers by path."""
    return {"on": [candidate.name for candidate in found],
            "levers": [lever.path for candidate in found for lever in candidate.levers]}
