"""What the model is made of, and what a world says, in words: the text of ``fraudsim describe``."""

from __future__ import annotations

import contextlib
import datetime as dt
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from fraudsim.core.table import Column
from fraudsim.day import DAY
from fraudsim.errors import InputError
from fraudsim.interventions import interventions
from fraudsim.interventions.base import Intervention
from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.flows import SERIES
from fraudsim.levers import LEVERS
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.report.tables import recorded
from fraudsim.state import TABLES
from fraudsim.worlds.quantity import MARKS, SOURCES

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from fraudsim.worlds.schema import Script, World

INDENT = "    "


def model_text(width: int = 80) -> str:
    """Return the day's order, every table, lever, outcome and daily series, with units and meanings."""
    parts = [_heading("The day, in this order"), *_day(width)]
    for name, columns in TABLES.items():
        parts += [_heading(f"Table {name}"), *(_column(column, width) for column in columns)]
    parts.append(_heading("Levers: what policy can move"))
    parts += [_entry(lever.name, f"{lever.unit}; by {lever.scope}; neutral {lever.neutral:g}; range {lever.low:g} to "
                     f"{lever.high:g}; joined by '{lever.combine}'", lever.meaning, width) for lever in LEVERS]
    parts.append(_heading("Outcomes of a run"))
    parts += [_entry(o.name, f"{o.unit}; better: {o.good}", o.meaning, width) for o in OUTCOMES]
    parts.append(_heading("Daily series, by country"))
    parts += [_entry(s.name, f"{s.unit}; by {s.at}; {'level at the end of the day' if s.stock else 'sum of the day'}",
                     s.meaning, width) for s in SERIES]
    return "\n".join(parts)


def _day(width: int) -> Iterator[str]:
    for i, process in enumerate(DAY, 1):
        meaning = (process.__doc__ or "").strip().split("\n")[0]
        yield _entry(f"{i}. {process.__name__}", "", meaning, width)
        yield _wrapped(f"reads: {', '.join(process.reads) or 'nothing'}", width)
        yield _wrapped(f"writes: {', '.join(process.writes) or 'nothing'}", width)


def _column(column: Column, width: int) -> str:
    kind = column.dtype if isinstance(column.dtype, str) else column.dtype.__name__
    refers = f" of {column.refers}" if column.refers else ""
    meaning = column.meaning
    if column.codes is not None:
        meaning += ": " + ", ".join(f"{code.value} {code.name.lower()}" for code in column.codes)
    return _entry(column.name, f"{column.unit}{refers}; {kind}", meaning, width)


def world_text(world: World, width: int = 80) -> str:
    """Return all that a world says: places, people, numbers with unit, range, mark and source, recorded facts."""
    parts = [f"{world.name}: {world.title}", ""]
    parts += [textwrap.fill(" ".join(world.description.split()), width), ""]
    parts.append(f"{world.days} days from {world.start} after a burn-in of {world.burn_in_days} days; money in "
                 f"{world.currency} of {world.price_year}")
    parts.append(_wrapped("marks: " + "; ".join(f"{mark} {meaning}" for mark, meaning in MARKS.items()), width, ""))
    parts += [_heading("Countries"), *_countries(world, width)]
    parts += [_heading("Syndicates"), *_syndicates(world, width)]
    parts.append(_heading("Scripts"))
    parts += [_script(script, width) for script in world.scripts]
    parts.append(_heading("Treaties"))
    parts += [_entry(f"{t.host} -> {t.requester}", t.kind, _settings(t, ("host", "requester", "kind")), width)
              for t in world.treaties]
    for name, group in world.parameters:
        parts += [_heading(f"parameters.{name}"), *_fields(group, width)]
    parts += [_heading("Interventions, as set in this world"), *_interventions(world, width)]
    parts += [_heading("Recorded facts"), *_facts(world, width)]
    return "\n".join(parts)


def _countries(world: World, width: int) -> Iterator[str]:
    for country in world.countries:
        roles = [role for role, plays in (("target", country.target), ("elsewhere", country.elsewhere)) if plays]
        yield _entry(f"{country.iso} {country.name}", ", ".join([country.region, *roles]), "", width)
        hidden = ("iso", "name", "region", "target", "elsewhere", "police", "zones", "source")
        yield _wrapped(f"{_settings(country, hidden)}; {_settings(country.police)}; source: {country.source}", width)
        for zone in country.zones:
            yield _wrapped(f"zone {zone.name}: {_settings(zone, ('name',))}", width)


def _syndicates(world: World, width: int) -> Iterator[str]:
    for syndicate in world.syndicates:
        hidden = ("name", "home", "target", "script", "sources", "start_zones")
        work = f"home {syndicate.home}, calls {syndicate.target} with {syndicate.script}"
        yield _entry(syndicate.name, work, "", width)
        yield _wrapped(_settings(syndicate, hidden), width)
        for title, mapping in (("recruits in", syndicate.sources), ("starts in", syndicate.start_zones)):
            if mapping:
                yield _wrapped(f"{title}: {', '.join(f'{name} {value:g}' for name, value in mapping.items())}", width)


def _script(script: Script, width: int) -> str:
    lines = [_entry(script.name, "", _settings(script, ("name", "stages")), width)]
    lines += [_wrapped(f"{i}. {stage.role}: {_settings(stage, ('role',))}", width)
              for i, stage in enumerate(script.stages, 1)]
    return "\n".join(lines)


def _interventions(world: World, width: int) -> Iterator[str]:
    for name in interventions():
        try:
            (intervention,) = parse_arm(name, world)
        except InputError as error:
            yield _entry(name, "not set here", "; ".join(error.lines), width)
            continue
        yield _entry(name, "", intervention.lever, width)
        yield from _fields(intervention, width)


def _facts(world: World, width: int) -> Iterator[str]:
    for fact in world.facts:
        compared = f"; compared with measure {fact.measure}" if fact.measure else "; not compared"
        yield _entry(fact.name, f"{fact.role}: {recorded(fact.model_dump())} {fact.unit}",
                     f"source: {fact.source}{compared}{f'; {fact.note}' if fact.note else ''}", width)


def catalogue(kind: type[Intervention], width: int = 80) -> str:
    """Return what one intervention is: lever, proximal outcome, side effects, adaptation, cost, source."""
    costs = [field for field in kind.model_fields if "cost" in field]
    cost = "; ".join(f"{name} = {_cost(kind.model_fields[name])}" for name in costs)
    return "\n".join([_what(kind, width), _wrapped(f"cost: {cost}", width), _wrapped(f"source: {kind.source}", width)])


def sources_text(width: int = 80) -> str:
    """Return what the numbers of the source documents stand for."""
    return _wrapped("Sources: " + "; ".join(f"{number} {title}" for number, title in SOURCES.items()) + ".", width, "")


def settings_text(kind: type[Intervention], width: int = 80, world: World | None = None) -> str:
    """Return all settings of one intervention, with what a world sets if one is given."""
    section = world.interventions.get(kind.name, {}) if world else {}
    parts = [_what(kind, width), _wrapped(f"source: {kind.source}", width), _heading("Settings")]
    if world:
        parts.append(_wrapped(f"{world.name} sets: {', '.join(section) or 'nothing'}", width, ""))
    for name, field in kind.model_fields.items():
        default = "must be set" if field.is_required() else f"default {_shown(field.default)}"
        extra = _extra(field)
        title = name
        if world and name in section:
            title += f" = {_set(section[name], world)}"
            default = f"set by {world.name}; {default}"
        parts.append(_entry(title, f"{extra.get('unit', '')}{_range(field)}; {default}",
                            f"{_meaning(field)} ({extra['mark']}: {extra['source']})", width))
    marks = "; ".join(f"{mark} {meaning}" for mark, meaning in MARKS.items())
    whose = " A mark belongs to the default, not to what a world sets." if world else ""
    return "\n".join([*parts, "", _wrapped(f"Marks: {marks}.{whose}", width, ""), sources_text(width)])


def _what(kind: type[Intervention], width: int) -> str:
    title = _entry(kind.name, "", " ".join((kind.__doc__ or "").split("\n\n")[0].split()), width)
    rows = (("lever", kind.lever), ("acts directly on", f"{kind.proximal[0]} ({kind.proximal[1]})"),
            ("side effects", kind.side_effects), ("adaptation", kind.adaptation))
    return "\n".join([title, *(_wrapped(f"{name}: {text}", width) for name, text in rows)])


def _set(value: Any, world: World) -> str:
    """Return a value of a world file; of a date, the day as well."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = dt.date.fromisoformat(value)
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d} (day {(dt.date(value.year, value.month, value.day) - world.start).days})"
    return _shown(tuple(value) if isinstance(value, list) else value)


def _cost(field: FieldInfo) -> str:
    return f"{_shown(field.default)} {_extra(field).get('unit', '')}"


def _fields(group: BaseModel, width: int) -> Iterator[str]:
    """Yield every field of a group with value, unit, range, meaning, mark and source."""
    for name, field in type(group).model_fields.items():
        extra = _extra(field)
        yield _entry(f"{name} = {_shown(getattr(group, name))}", f"{extra.get('unit', '')}{_range(field)}",
                     f"{_meaning(field)}{_origin(extra)}", width)


def _meaning(field: FieldInfo) -> str:
    return (field.description or "").removesuffix(f" [{_extra(field).get('unit')}]")


def _origin(extra: dict[str, Any]) -> str:
    """Return a parameter's mark and source, briefly where it is a bare assumption."""
    if not extra:
        return ""
    return f" ({extra['mark']})" if extra["source"] == "assumption" else f" ({extra['mark']}: {extra['source']})"


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _range(field: FieldInfo) -> str:
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    return "" if low is None or high is None else f"; {low:,g} to {high:,g}"


def _settings(group: BaseModel, hidden: Iterable[str] = ()) -> str:
    """Return a group's values in one line, each with its unit."""
    shown = [(name, field) for name, field in type(group).model_fields.items() if name not in set(hidden)]
    return "; ".join(f"{name} {_shown(getattr(group, name))} {_unit(name, field)}".strip() for name, field in shown)


def _unit(name: str, field: FieldInfo) -> str:
    unit = str(_extra(field).get("unit", ""))
    return "" if unit == name else unit


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "|".join(str(item) for item in value) or "none"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _heading(title: str) -> str:
    return f"\n{title}\n{'=' * len(title)}"


def _entry(name: str, unit: str, meaning: str, width: int) -> str:
    lines = [_wrapped(f"{name}  [{unit}]" if unit else name, width, "")]
    if meaning:
        lines.append(_wrapped(meaning, width))
    return "\n".join(lines)


def _wrapped(text: str, width: int, indent: str = INDENT) -> str:
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)
