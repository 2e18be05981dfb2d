"""From text such as ``joint-raids+exit-restrictions:countries=TW|CN,screening=0.5`` to interventions."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from fraudsim.errors import InputError, nearest
from fraudsim.interventions import interventions
from fraudsim.interventions.base import Intervention
from fraudsim.worlds.consistency import salvage
from fraudsim.worlds.loader import parse_value, world_label
from fraudsim.worlds.problems import (
    Problem,
    errors_of,
    find_problems,
    listed,
    one_line,
    shape,
    show,
    step,
    told,
)
from fraudsim.worlds.schema import World

BASELINE = "baseline"


class _Arm(NamedTuple):
    """What a text says, and the mistakes: those of the text, those of the world's own settings."""

    interventions: list[Intervention]
    text_problems: list[Problem]
    world_problems: list[Problem]


def arm_name(text: str | Sequence[str]) -> str:
    """Return the name an arm is shown by: the text as given, or ``baseline``."""
    parts = [text] if isinstance(text, str) else text
    return one_line("+".join(part.strip() for part in parts if part.strip())) or BASELINE


def parse_arm(text: str | Sequence[str], world: World) -> tuple[Intervention, ...]:
    """Return the interventions of an arm.

    Parameters
    ----------
    text : str or sequence of str
        ``NAME[:field=value,...]``, joined by ``+``; lists by ``|``. Empty or ``baseline`` is none.
    world : World
        Its ``[interventions.NAME]`` go over the defaults, the text goes over both.

    Raises
    ------
    InputError
        All mistakes, one line each.
    """
    arm = _read(text, world)
    lines = [problem.line(f"arm {arm_name(text)!r}") for problem in arm.text_problems]
    lines += [problem.line(world_label(world)) for problem in arm.world_problems]
    if lines:
        raise InputError(dict.fromkeys(lines))
    return tuple(arm.interventions)


def check_interventions(world: World, where: str = "", overrides: Iterable[str] = ()) -> list[str]:
    """Return a line for every mistake in a world's own settings of interventions, and in what ``happened``.

    Settings that an arm has to give (``countries``, say) may be missing.

    Parameters
    ----------
    world : World
    where : str
        What the lines begin with, as from :func:`fraudsim.worlds.loader.world_label`; by default the
        name of the world.
    overrides : iterable of str
        Paths of the overrides it was loaded with: mistakes in those are told as ``--set path``.
    """
    found = []
    for name, section in world.interventions.items():
        found += [_below(name, problem) for problem in _section_problems(name, section, world)]
    found += [Problem("happened", problem.line("")) for problem in _read(world.happened, world).text_problems]
    paths = list(overrides)
    return list(dict.fromkeys(_line(problem, where or world_label(world), paths) for problem in found))


def _line(problem: Problem, where: str, overrides: list[str]) -> str:
    for path in overrides:
        dotted = re.sub(r"\[([^\]]*)\]", r".\1", path)
        if dotted == problem.path or dotted.startswith(f"{problem.path}."):
            return Problem("", problem.text).line(f"--set {path}")
    return problem.line(where)


def _read(text: str | Sequence[str], world: World) -> _Arm:
    arm = _Arm([], [], [])
    parts = _parts(text)
    count = Counter(part.partition(":")[0].strip() for part in parts)
    again = [name for name, n in count.items() if n > 1 and name]
    arm.text_problems.extend(Problem("", f"{show(name)} stands twice") for name in again)
    for part in parts:
        _add(part, world, arm)
    return arm


def _parts(text: str | Sequence[str]) -> list[str]:
    # A plus before a digit belongs to a number: 1e+5.
    texts = [text] if isinstance(text, str) else text
    if isinstance(texts, Mapping) or not isinstance(texts, Iterable) or not all(isinstance(t, str) for t in texts):
        raise InputError(f"interventions: {show(text)}; allowed: text such as 'joint-raids:strength=0.8', or a list "
                         "of such")
    parts = [part.strip() for one in texts if one.strip() for part in re.split(r"\+(?!\d)", one)]
    return [] if parts == [BASELINE] else parts


def _add(part: str, world: World, arm: _Arm) -> None:
    name, _, rest = part.partition(":")
    name = name.strip()
    if name not in interventions():
        arm.text_problems.append(Problem("", _unknown(name)))
        return
    kind = interventions()[name]
    given, found = _given(kind, rest)
    section = world.interventions.get(name, {})
    intervention, more = _validated(kind, {**section, **given}, world)
    of_world = _section_problems(name, section, world) if found + more else []
    for problem in found + more:
        if problem in of_world and problem.path not in given:
            arm.world_problems.append(_below(name, problem))
        else:
            arm.text_problems.append(Problem(f"{name}.{problem.path}".removesuffix("."), problem.text))
    if intervention is not None:
        arm.interventions.append(intervention)


def _unknown(name: str) -> str:
    if name == BASELINE:
        return "'baseline' is an arm without interventions and joins no other"
    if not name:
        return f"the name of an intervention is missing; known: {listed(interventions())}"
    return f"no intervention {show(name)}; known: {listed(interventions())}{nearest(name, interventions())}"


def _given(kind: type[Intervention], text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Read ``field=value,...``."""
    given: dict[str, Any] = {}
    found = []
    for assignment in text.split(",") if text.strip() else ():
        field, equals, value = (part.strip() for part in assignment.partition("="))
        if not equals or not field:
            found.append(Problem("", f"{show(assignment.strip())} must be field=value"))
        elif field in given:
            found.append(Problem(field, "stands twice"))
        else:
            given[field] = _value(kind, field, value)
    return given, found


def _value(kind: type[Intervention], field: str, text: str) -> Any:
    annotation = kind.model_fields[field].annotation if field in kind.model_fields else None
    if shape(annotation).form == "values":
        return tuple(part.strip() for part in text.split("|") if part.strip())
    return text if annotation is str else parse_value(text)


def _validated(kind: type[Intervention], settings: Mapping[str, Any],
               world: World) -> tuple[Intervention | None, list[Problem]]:
    settings, found = _with_days(settings, world)
    try:
        intervention = kind.model_validate(settings)
    except ValidationError as error:
        found += find_problems(error, kind, settings)
        found += [told(line) for line in salvage(kind, settings, error).check(world)]
        return None, list(dict.fromkeys(found))
    return intervention, found + [told(line) for line in intervention.check(world)]


def _with_days(settings: Mapping[str, Any], world: World) -> tuple[dict[str, Any], list[Problem]]:
    """Turn dates of ``start`` and ``end`` into days of the world; leave out those that are neither."""
    days = dict(settings)
    found = []
    for field in ("start", "end"):
        value = _date(days.get(field, 0))
        if isinstance(value, dt.date):
            days[field] = (value - world.start).days
            if days[field] < 0:
                found.append(Problem(field, f"{value} is before day 0 of the world, {world.start}"))
                del days[field]
        elif isinstance(value, bool) or not isinstance(value, int):
            found.append(Problem(field, "must be a day (a whole number, 0 to 32,000) or a date such as "
                                        f"{world.start}, got {show(value)}"))
            del days[field]
    return days, found


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return value.date() if isinstance(value, dt.datetime) else value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value


def _section_problems(name: str, section: Mapping[str, Any], world: World) -> list[Problem]:
    if name not in interventions():
        return [Problem("", _unknown(name))]
    kind = interventions()[name]
    settings, found = _with_days(section, world)
    try:
        lines = kind.model_validate(settings).check(world)
    except ValidationError as error:
        absent = {str(e["loc"][0]) for e in errors_of(error) if e["type"] == "missing"}
        found += [p for p in find_problems(error, kind, settings) if p.path not in absent]
        lines = salvage(kind, settings, error).check(world)
    return list(dict.fromkeys(found + [told(line) for line in lines]))


def _below(name: str, problem: Problem) -> Problem:
    head = f"interventions{step(name)}"
    return Problem(f"{head}.{problem.path}" if problem.path else head, problem.text)
