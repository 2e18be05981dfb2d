"""What a factor's path leads to: the kind of value that stands there, and the range that the model declares for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from fraudsim.errors import nearest
from fraudsim.interventions import interventions
from fraudsim.worlds.paths import SettingError, find
from fraudsim.worlds.problems import Loc, listed, shape

KINDS = {float: "a number", int: "a whole number", bool: "true or false", str: "text"}
Sort = Literal["number", "whole", "truth", "text", "names"]


@dataclass(frozen=True)
class Field:
    """A value that a factor may vary.

    Attributes
    ----------
    path : str
        As ``--set`` takes it.
    loc : tuple
        The same as steps into the raw data, however it was written.
    sort : {"number", "whole", "truth", "text", "names"}
        ``names`` is a list of texts, which factors write joined by ``|``.
    low, high : float or None
        The range that the model declares.
    allowed : tuple
        All values there are, where they can be counted.
    unit : str
    """

    path: str
    loc: Loc
    sort: Sort
    low: float | None
    high: float | None
    allowed: tuple[Any, ...]
    unit: str


def uncertain(path: str, data: dict[str, Any]) -> Field:
    """Return the value of a world that an uncertainty varies.

    Raises
    ------
    SettingError
        If the path leads to no number, truth value or choice.
    """
    spot = find(path, data)
    if spot.loc[0] == "interventions":
        return _setting(path, str(spot.loc[1]), str(spot.loc[-1]))
    if spot.loc[0] in ("name", "title", "description", "facts", "happened", "days"):
        raise SettingError(f"{spot.loc[0]} is no uncertainty of the model")
    if spot.kind.form != "value" or spot.kind.of is dt.date:
        raise SettingError("is a list or a date; a factor varies a number, true or false, or one of several texts")
    return _field(path, spot.loc, spot.kind.of, spot.field)


def lever(path: str) -> Field:
    """Return the setting of an intervention that a lever varies.

    Raises
    ------
    SettingError
        If there is no such intervention or setting.
    """
    name, dot, setting = path.partition(".")
    if name not in interventions() or not dot:
        raise SettingError(f"is no intervention.setting; interventions: {listed(interventions())}"
                           f"{nearest(name, interventions())}")
    return _setting(f"interventions.{path}", name, setting)


def _setting(path: str, name: str, setting: str) -> Field:
    if name not in interventions():
        raise SettingError(f"no intervention {name!r}{nearest(name, interventions())}")
    known = interventions()[name].model_fields
    if setting not in known:
        raise SettingError(f"{name} has no setting {setting!r}; known: {listed(known)}{nearest(setting, known)}")
    return _field(path, ("interventions", name, setting), known[setting].annotation, known[setting])


def _field(path: str, loc: Loc, annotation: Any, field: FieldInfo | None) -> Field:
    form, of = shape(annotation)
    limits = _limits(field)
    low, high, unit = limits.get("ge"), limits.get("le"), _unit(field)
    if form == "values" and of is str:
        return Field(path, loc, "names", None, None, (), unit)
    if get_origin(of) is Literal:
        return Field(path, loc, "text", None, None, get_args(of), unit)
    sorts: dict[Any, Sort] = {bool: "truth", int: "whole", float: "number", str: "text"}
    if form != "value" or of not in sorts:
        raise SettingError("holds neither a number nor true or false nor one of several texts")
    return Field(path, loc, sorts[of], low, high, (False, True) if of is bool else (), unit)


def _limits(field: FieldInfo | None) -> dict[str, float]:
    found: dict[str, float] = {}
    for rule in field.metadata if field else ():
        found |= {name: getattr(rule, name) for name in ("ge", "le") if getattr(rule, name, None) is not None}
    return found


def _unit(field: FieldInfo | None) -> str:
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit", "")) if isinstance(extra, Mapping) else ""
