"""From a study file, or a dictionary, to a checked study; all mistakes are told at once."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from fraudsim.errors import InputError
from fraudsim.interventions.parsing import BASELINE, parse_arm
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.inputs import Arm, horizon_problems, named_arms, open_arm, open_world, told, unknown_outcomes
from fraudsim.study.plan.designs import Points, design_problems, from_table, points_of
from fraudsim.study.plan.factors import Factor, named, resolved
from fraudsim.study.plan.fields import Field, lever, uncertain
from fraudsim.study.plan.plan import Plan
from fraudsim.study.plan.schema import StudyFile
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.paths import SettingError, find
from fraudsim.worlds.problems import Problem, errors_of, one_line, problem_lines
from fraudsim.worlds.schema import World
from fraudsim.worlds.text import contents, decoded, parsed

if TYPE_CHECKING:
    import pandas as pd

RESERVED = ("run", "point", "replication", "seed", "arm", "seconds", "error", "attempts", "outcome", "value")
"""Columns of the tables of every study."""

TRIED = 24
"""Points whose worlds are built beforehand, to find contradictions early; a sweep records those of the others."""

NEEDED: dict[str, Any] = {"name": "study", "replications": 1, "world": ""}

type StudyLike = str | Path | Mapping[str, Any]


def read(study: StudyLike) -> tuple[dict[str, Any], str, Path]:
    """Return a study's raw data, what lines about its mistakes begin with, and the directory it stands in.

    Raises
    ------
    InputError
    """
    if isinstance(study, Mapping):
        return copy.copy(dict(study)), "study", Path()
    if not isinstance(study, str | Path):
        raise InputError(f"study: {told(study)}; allowed: the path of a study file, or a dictionary")
    path, where = Path(study), one_line(str(study))
    if not path.is_file():
        what = "is a folder, not a study file" if path.is_dir() else "no such file; `fraudsim study init` writes one"
        raise InputError(f"{where}: {what}")
    return parsed(decoded(contents(path, where, "a study file"), where), where), where, path.parent


def checked(study: StudyLike, points: pd.DataFrame | None = None) -> Plan:
    """Return a checked study.

    Parameters
    ----------
    study : str, path or dict
        A study file, or what it would say; its ``world`` may be a World.
    points : DataFrame, optional
        The design's points, a column for every factor, in place of the file of a design of kind ``csv``.

    Raises
    ------
    InputError
        All mistakes, one line each.
    """
    raw, where, beside = read(study)
    given = raw.get("world") if isinstance(raw.get("world"), World) else None
    if given is not None:
        raw["world"] = given.name
    if points is not None:
        raw["design"] = {"kind": "csv", "file": "given points"}
    file, lines = _validated(raw, where)
    if given is None and not file.world:
        raise InputError(lines)
    world, found = _opened(given or _beside(file.world, beside), file.overrides, where, lines)
    return _plan(file, world, where, beside, [*lines, *found], points)


def _opened(world: World | str | Path, overrides: Mapping[str, Any], where: str,
            others: Sequence[str]) -> tuple[World, list[str]]:
    """Return the world, without its overrides where those are wrong, and a line for every mistake in either."""
    lines: list[str] = []
    for settings in (overrides, {}):
        try:
            place, found = open_world(world, settings)
            return place, lines + [_own(line, where) for line in found]
        except InputError as error:
            lines += [_own(line, where) for line in error.lines]
            if not any("overrides." in line for line in lines):
                break
    raise InputError(dict.fromkeys([*lines, *others]))


def _validated(raw: dict[str, Any], where: str) -> tuple[StudyFile, list[str]]:
    """Return what can be read of a study file, and a line for every mistake in its form."""
    try:
        return StudyFile.model_validate(raw), []
    except ValidationError as error:
        lines = problem_lines(error, StudyFile, raw, where)
        return StudyFile.model_validate(_readable(raw, error)), lines


def _readable(raw: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return the data without the keys that are wrong; of factors, without those that are."""
    bad = {e["loc"][:1] for e in errors_of(error)}
    return NEEDED | {key: value for key, value in raw.items() if (key,) not in bad}


def _beside(world: str, beside: Path) -> str | Path:
    """Return a world's name, or its path as seen from here."""
    near = beside / world
    return near if world and (near.is_file() or world.endswith(".toml") or "/" in world) else world


def _own(line: str, where: str) -> str:
    """Say where in the study file an override stands that a line calls ``--set``, or a world there is none of."""
    if line.startswith("no world "):
        return f"{where}: world: {line}"
    return f"{where}: overrides.{line.removeprefix('--set ')}" if line.startswith("--set ") else line


def _plan(file: StudyFile, world: World, where: str, beside: Path, lines: list[str],
          table: pd.DataFrame | None) -> Plan:
    names, arms, found = _arms(file, world)
    found += horizon_problems(world, file.days) + unknown_outcomes(file.outcomes, "outcomes")
    factors, fields, more = _factors(file, world)
    found += more + _clashes(file, fields, world) + _loose_levers(factors, names, arms)
    if not any(line.removeprefix(f"{where}: ").startswith("design") for line in lines):
        found += design_problems(file.design, len(file.uncertainties) + len(file.levers))
    lines = [*lines, *(line if line.startswith(where) else f"{where}: {line}" for line in found)]
    if lines:
        raise InputError(dict.fromkeys(lines))
    try:
        points = _points(file, factors, beside, table)
    except InputError as error:
        raise InputError([f"{where}: {line}" for line in error.lines]) from None
    kept = [o.name for o in OUTCOMES if not file.outcomes or o.name in file.outcomes]
    plan = Plan(file, world, names, world.days if file.days is None else file.days, tuple(kept), factors, points)
    if lines := contradictory(plan, _spread(len(points.rows), TRIED)):
        raise InputError([f"{where}: {line}" for line in lines])
    return plan


def _points(file: StudyFile, factors: Sequence[Factor], beside: Path, table: pd.DataFrame | None) -> Points:
    if table is None:
        return points_of(file.design, factors, beside)
    return from_table([str(c) for c in table.columns], table.to_numpy(dtype=object).tolist(), factors, "points")


def _arms(file: StudyFile, world: World) -> tuple[tuple[str, ...], list[Arm], list[str]]:
    names, lines = named_arms(file.arms, world)
    opened = [open_arm(name, world) for name in dict.fromkeys(names)]
    lines += [line for _, found in opened for line in found]
    if BASELINE in names:
        lines.append(f"arms: {BASELINE!r} is what arms are compared with, and is always run")
    return names, [arm for arm, _ in opened], lines


# Factors


def _factors(file: StudyFile, world: World) -> tuple[tuple[Factor, ...], list[Field], list[str]]:
    data = world.model_dump()
    lines: list[str] = []
    factors: list[Factor] = []
    fields: list[Field] = []
    for section, entries in (("uncertainties", file.uncertainties), ("levers", file.levers)):
        for path, entry in entries.items():
            try:
                field = uncertain(path, data) if section == "uncertainties" else lever(path)
            except SettingError as error:
                lines.append(Problem(f"{section}.{path}", str(error)).line(""))
                continue
            fields.append(field)
            factor, found = resolved("uncertainty" if section == "uncertainties" else "lever", path, entry, field)
            lines += [f"{section}.{path}: {line}" for line in found]
            factors += [factor] if factor else []
    return _with_names(factors), fields, lines


def _with_names(factors: list[Factor]) -> tuple[Factor, ...]:
    from dataclasses import replace

    taken = {*RESERVED, *(outcome.name for outcome in OUTCOMES)}
    names = named([f.path for f in factors], taken, [1 if f.role == "uncertainty" else 2 for f in factors])
    return tuple(replace(factor, name=name) for factor, name in zip(factors, names))


def _clashes(file: StudyFile, fields: Sequence[Field], world: World) -> list[str]:
    """Return a line for everything that is set twice."""
    seen: dict[Any, str] = {}
    data = world.model_dump()
    for path in file.overrides:
        with suppress(SettingError):  # told already
            seen[find(path, data).loc] = f"overrides.{path}"
    lines = []
    for field in fields:
        if field.loc in seen:
            lines.append(f"{field.path}: is varied, and is the same as {seen[field.loc]}")
        seen.setdefault(field.loc, field.path)
    return lines


def _loose_levers(factors: Sequence[Factor], names: Sequence[str], arms: Sequence[Arm]) -> list[str]:
    """Return a line for every lever that no arm has, or that an arm sets by itself."""
    lines = []
    for factor in factors:
        if factor.role != "lever":
            continue
        intervention, _, setting = factor.path.partition(".")
        holding = [name for name, arm in zip(dict.fromkeys(names), arms) if intervention in [i.name for i in arm]]
        if not holding:
            lines.append(f"levers.{factor.path}: no arm holds {intervention}; arms: {', '.join(names) or 'none'}")
        lines += [f"levers.{factor.path}: arm {name!r} sets {setting} itself; leave it out there" for name in holding
                  if _sets(name, intervention, setting)]
    return lines


def _sets(arm: str, intervention: str, setting: str) -> bool:
    for part in arm.split("+"):
        name, _, rest = part.strip().partition(":")
        if name.strip() == intervention and setting in [a.partition("=")[0].strip() for a in rest.split(",")]:
            return True
    return False


# Contradictions that show only when a point's values are put in


def _spread(count: int, most: int) -> list[int]:
    return sorted({round(i * (count - 1) / max(1, min(most, count) - 1)) for i in range(min(most, count))})


def contradictory(plan: Plan, points: Sequence[int]) -> list[str]:
    """Return lines about the first point whose values contradict the rest of the world, or one another."""
    for point in points:
        try:
            world_at(plan.world, plan.settings(point), plan.arms)
        except InputError as error:
            return [f"point {point}: {line}" for line in error.lines]
    return []


def world_at(world: World, settings: Mapping[str, Any], arms: Sequence[str]) -> tuple[World, list[Arm]]:
    """Return the world and the arms of a design point.

    Raises
    ------
    InputError
        If its values contradict one another.
    """
    place = load_world(world, settings)
    return place, [parse_arm(arm, place) for arm in arms]
