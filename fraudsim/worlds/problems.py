"""Mistakes in a file or a setting, one line each: where, what is wrong, what is allowed, what is nearest."""

from __future__ import annotations

import datetime as dt
import math
import types
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from fraudsim.errors import nearest

Loc = tuple[int | str, ...]

NOUNS: dict[Any, str] = {float: "a number", int: "a whole number", bool: "true or false",
                         str: "text in quotes", dt.date: "a date such as 2016-07-01"}
MOST_SHOWN = 60
MOST_LISTED = 20


class Problem(NamedTuple):
    """One mistake: path of the field (may be empty), and what is wrong with it."""

    path: str
    text: str

    def line(self, where: str) -> str:
        """Return the mistake as one line that begins with the file, or whatever holds the mistake."""
        return one_line(": ".join(part for part in (where, self.path, self.text) if part))


class Shape(NamedTuple):
    """What an annotation holds: one group, a list of groups, a list of values, a map, or a value."""

    form: Literal["group", "groups", "values", "map", "value"]
    of: Any


def shape(annotation: Any) -> Shape:
    """Return what an annotation of the schema holds."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return Shape("groups" if shape(args[0]).form == "group" else "values", args[0])
    if origin is dict:
        return Shape("map", args[1])
    if origin in (Union, types.UnionType):
        return shape(next(a for a in args if a is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("group", annotation)
    return Shape("value", annotation)


def one_line(text: str) -> str:
    """Return the text with everything that a terminal would not print as itself escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def show(value: object) -> str:
    """Return a value as a world file would spell it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "None"
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a whole number of more than 30 digits"
    if isinstance(value, str):
        return repr(value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "...")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping | BaseModel):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return repr(value) if isinstance(value, int | float) else f"a {type(value).__name__}"


def listed(names: Iterable[str]) -> str:
    """Return names in a row, the first twenty of them."""
    known = list(names)
    more = f", ... ({len(known)} in all)" if len(known) > MOST_LISTED else ""
    return ", ".join(known[:MOST_LISTED]) + more


def labels(names: Sequence[object]) -> list[str]:
    """Return how paths call each item of a list: by its name, or its number where that is unclear."""
    count = Counter(name for name in names if isinstance(name, str))
    return [str(name) if isinstance(name, str) and count[name] == 1 and _plain(name) else str(i)
            for i, name in enumerate(names)]


def _plain(name: str) -> bool:
    fits = 0 < len(name) <= 40 and name.isprintable() and name == name.strip()
    return fits and not name.isdigit() and not set(name) & set("[]:='\"")


def item_name(item: object) -> object:
    """Return what an item of a list calls itself: its ``iso``, else its ``name``, else None."""
    return item.get("iso", item.get("name")) if isinstance(item, Mapping) else None


def path_of(loc: Iterable[int | str], data: object) -> str:
    """Return a location in raw data as people read it: ``countries[ES].zones[Madrid].protection``."""
    path = ""
    for key in loc:
        if key == "[key]":  # pydantic's mark for a key that is itself wrong
            continue
        if isinstance(key, int):
            items = data if isinstance(data, list | tuple) else []
            path += f"[{labels([item_name(i) for i in items])[key] if key < len(items) else key}]"
            data = items[key] if key < len(items) else None
        else:
            path += step(key)
            data = data.get(key) if isinstance(data, Mapping) else None
    return path.removeprefix(".")


def step(key: str) -> str:
    """Return how a key continues a path: ``.key``, or ``['key']`` where the key is no plain word."""
    return f".{key}" if key.replace("-", "_").isidentifier() else f"[{show(key)}]"


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """Return pydantic's errors without those that only repeat others.

    A list whose items are all wrong is also called too short.
    """
    return [e for e in error.errors(include_url=False)
            if e["type"] != "too_short" or len(e["input"]) < e["ctx"]["min_length"]]


def find_problems(error: ValidationError, model: type[BaseModel], data: object) -> list[Problem]:
    """Turn pydantic's error into problems, one per mistake.

    Parameters
    ----------
    error : ValidationError
    model : type
        The model that was validated: it knows units, ranges and known keys.
    data : mapping
        The raw data, for the names of list items.
    """
    found: list[Problem] = []
    errors = errors_of(error)
    missing = {e["loc"] for e in errors if e["type"] == "missing"}
    misspelt = {(*e["loc"][:-1], _guess(model, e["loc"])) for e in errors if e["type"] == "extra_forbidden"}
    for e in errors:
        if e["type"] == "value_error":
            found += _told(str(e["ctx"]["error"]), path_of(e["loc"], data))
        elif e["loc"] not in missing & misspelt:
            found.append(Problem(path_of(e["loc"], data), _text(e, model)))
    return found


def problem_lines(error: ValidationError, model: type[BaseModel], data: object, where: str) -> list[str]:
    """Return :func:`find_problems` as lines that begin with ``where``."""
    return [problem.line(where) for problem in find_problems(error, model, data)]


def told(line: str) -> Problem:
    """Take apart a line ``path: text`` of a check that reports in words."""
    path, colon, text = line.partition(": ")
    return Problem(path, text) if colon else Problem("", line)


def _told(message: str, path: str) -> list[Problem]:
    lines = [line for line in message.split("\n") if line]
    return [Problem(path, line) if path else told(line) for line in lines]


def _text(e: ErrorDetails, model: type[BaseModel]) -> str:
    if e["type"] == "extra_forbidden":
        known = _known(model, e["loc"])
        close = nearest(str(e["loc"][-1]), known)
        every = f"; known: {listed(known)}" if len(known) <= 12 or not close else ""
        return f"unknown key{every}{close}"
    kind, field = _spot(model, e["loc"])
    if kind is None:
        return f"{e['msg']}, got {show(e['input'])}"
    if e["type"] == "missing":
        return f"missing; must be {_wanted(kind, field)}"
    guessed = e["type"] == "literal_error" and isinstance(e["input"], str)
    close = nearest(e["input"], get_args(shape(kind).of)) if guessed else ""
    return f"must be {_wanted(kind, field)}, got {show(e['input'])}{close}"


def _spot(model: type[BaseModel], loc: Loc) -> tuple[Any, FieldInfo | None]:
    """Return the annotation at a location, and the field when the location is one."""
    kind: Any = model
    field: FieldInfo | None = None
    for key in loc:
        form, of = shape(kind)
        if form == "value":
            return None, None
        field = of.model_fields.get(key) if form == "group" else None
        if form == "group" and field is None:
            return None, None
        kind = field.annotation if field else of
    return kind, field


def _known(model: type[BaseModel], loc: Loc) -> list[str]:
    form, of = shape(_spot(model, loc[:-1])[0])
    return list(of.model_fields) if form == "group" else []


def _guess(model: type[BaseModel], loc: Loc) -> str:
    return nearest(str(loc[-1]), _known(model, loc)).removeprefix("; nearest: ")


def _wanted(kind: Any, field: FieldInfo | None) -> str:
    form, of = shape(kind)
    if form != "value":
        nouns = {"group": "a table", "groups": "a list of tables", "map": "a table", "values": "a list"}
        noun = nouns[form] + (f" of {NOUNS.get(of, 'values')}" if form == "values" else "")
    elif get_origin(of) is Literal:
        noun = "one of " + ", ".join(map(repr, get_args(of)))
    else:
        noun = NOUNS.get(of, "a value")
    details = ", ".join(part for part in (_unit(field), _range(field, form, of)) if part)
    return f"{noun} ({details})" if details else noun


def _unit(field: FieldInfo | None) -> str:
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _range(field: FieldInfo | None, form: str, of: Any) -> str:
    limits: dict[str, Any] = {}
    for rule in field.metadata if field else ():
        limits.update({name: getattr(rule, name) for name in ("ge", "le", "min_length", "max_length")
                       if getattr(rule, name, None) is not None})
    low: Any = limits.get("ge", limits.get("min_length"))
    high: Any = limits.get("le", limits.get("max_length"))
    if low is None and high is None:
        return ""
    counted = " characters" if of is str and form == "value" else " items"
    counted = "" if "ge" in limits or "le" in limits else counted
    if low is not None and high is not None:
        return f"{_figure(low)} to {_figure(high)}{counted}"
    side = f"at most {_figure(high)}" if low is None else f"at least {_figure(low)}"
    return side + (counted.removesuffix("s") if 1 in (low, high) else counted)


def _figure(x: float) -> str:
    whole = math.isfinite(x) and x == int(x)
    return (f"{int(x):,}" if abs(x) >= 10000 else str(int(x))) if whole else f"{x:g}"
