"""Where a path such as ``countries.ES.police.officers`` leads in a world file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from fraudsim.errors import nearest
from fraudsim.worlds.problems import Loc, Shape, item_name, labels, listed, path_of, shape
from fraudsim.worlds.schema import World


class SettingError(ValueError):
    """An override that has no place in the world."""


class Spot(NamedTuple):
    """Where a path leads: location in the raw data, what stands there, the field that declares it, and its value."""

    loc: Loc
    kind: Shape
    field: FieldInfo | None
    value: Any


def find(path: str, data: dict[str, Any]) -> Spot:
    """Return where a path leads in a world's raw data.

    Raises
    ------
    SettingError
        If it leads nowhere, or to a table.
    """
    loc: Loc = ()
    holder: Any = data
    kind, field = Shape("group", World), None
    for name in _steps(path):
        key = _key_of(name, kind, holder, path, data, loc)
        field = kind.of.model_fields[key] if kind.form == "group" else None
        kind = shape(field.annotation if field else kind.of)
        loc = (*loc, key)
        empty: Any = {} if kind.form in ("group", "map") else None
        holder = holder.get(key, empty) if isinstance(key, str) else holder[key]
    if kind.form not in ("value", "values"):
        fits = isinstance(holder, list | tuple if kind.form == "groups" else dict)
        known = listed(_keys(kind, holder)) if fits else ""
        raise SettingError(f"names a table, not a value; it holds: {known or 'nothing'}")
    return Spot(loc, kind, field, holder)


def place(path: str, value: Any, data: dict[str, Any]) -> Loc:
    """Put a value into raw data and return where it went.

    Raises
    ------
    SettingError
        If the path leads nowhere, or to a table.
    """
    loc = find(path, data).loc
    target: Any = data
    for step in loc[:-1]:
        target = target.setdefault(step, {}) if isinstance(step, str) else target[step]
    target[loc[-1]] = value
    return loc


def _steps(path: str) -> list[str]:
    if not re.fullmatch(r"[^.\[\]]+(\.[^.\[\]]+|\[[^\[\]]+\])*", path):
        raise SettingError("is not a path; write it like countries.ES.police.officers")
    found = re.findall(r"([^.\[\]]+)|\[([^\[\]]+)\]", path)
    return [(plain or bracketed).strip("'\" ") for plain, bracketed in found]


def _key_of(name: str, kind: Shape, holder: Any, path: str, data: object, loc: Loc) -> int | str:
    if kind.form in ("value", "values"):
        raise SettingError(f"{path_of(loc, data)} is a value, and nothing stands below it")
    if not isinstance(holder, list | tuple if kind.form == "groups" else dict):
        if holder is not None:
            raise SettingError(f"{path_of(loc, data) or 'the world'} has another form in the file")
        holder = []
    known = _keys(kind, holder)
    numbered = kind.form == "groups" and name in map(str, range(len(holder)))
    if kind.form != "map" and name not in known and not numbered:
        holds = f"; {path_of(loc, data) or 'a world'} holds: {listed(known) or 'nothing'}"
        every = holds if len(known) <= 12 else ""
        raise SettingError(f"unknown path{every}{nearest(path, _paths(Shape('group', World), data, ''))}")
    if kind.form != "groups":
        return name
    return known.index(name) if name in known else int(name)


def _keys(kind: Shape, holder: Any) -> list[str]:
    if kind.form == "group":
        return list(kind.of.model_fields)
    return labels([item_name(item) for item in holder]) if kind.form == "groups" else list(holder)


def _paths(kind: Shape, holder: Any, prefix: str) -> Iterator[str]:
    """Yield all paths that name a value."""
    if kind.form in ("value", "values"):
        yield prefix
        return
    fits = isinstance(holder, list | tuple if kind.form == "groups" else Mapping)
    for i, key in enumerate(_keys(kind, holder if fits else ())):
        below = shape(kind.of.model_fields[key].annotation if kind.form == "group" else kind.of)
        item = (holder[i] if kind.form == "groups" else holder.get(key)) if fits else None
        dotted = f"{prefix}.{key}" if prefix else key
        yield from _paths(below, item, f"{prefix}[{key}]" if "." in key else dotted)
