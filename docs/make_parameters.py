"""Write ``docs/parameters.md`` from the schema: ``python docs/make_parameters.py``, or ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from fraudsim.interventions import interventions
from fraudsim.interventions.base import Intervention
from fraudsim.worlds import schema
from fraudsim.worlds.loader import load_world, shipped_worlds
from fraudsim.worlds.parameters import Parameters
from fraudsim.worlds.quantity import MARKS

PAGE = Path(__file__).with_name("parameters.md")
HEAD = "| Path | Meaning | Unit | Range | Default | Mark | Source |\n|---|---|---|---|---|---|---|"
PLACES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("World", "", schema.World),
    ("Age bands", "age_bands[NAME].", schema.AgeBand),
    ("Countries", "countries[ISO].", schema.Country),
    ("Police", "countries[ISO].police.", schema.Police),
    ("Zones", "countries[ISO].zones[NAME].", schema.Zone),
    ("Treaties", "treaties[N].", schema.Treaty),
    ("Scripts", "scripts[NAME].", schema.Script),
    ("Stages of a script", "scripts[NAME].stages[N].", schema.Stage),
    ("Syndicates", "syndicates[NAME].", schema.Syndicate),
    ("Recorded facts", "facts[NAME].", schema.Fact),
)


def page() -> str:
    """Return the whole page."""
    parts = [
        "# Parameters",
        "<!-- Written by docs/make_parameters.py from the schema; edit the schema, then run `make docs`. -->",
        "Every number that a world file may set. A path works in a world file, after `--set` on the command line and, "
        "with double underscores for dots, as a keyword of `FraudModel`. `fraudsim describe WORLD` shows the same with "
        "the values of one world.",
        "Marks: " + "; ".join(f"**{mark}** {meaning}" for mark, meaning in MARKS.items()) + ". A mark belongs to the "
        "default or the range, not to a value that a world file puts in its place; world files mark their own values "
        "in comments.",
        "## Parameters of the processes",
    ]
    for name, field in Parameters.model_fields.items():
        group = field.annotation
        assert isinstance(group, type)
        parts += [f"### {name}", (group.__doc__ or "").split("\n")[0], table(group, f"parameters.{name}.")]
    parts.append("## Interventions")
    parts.append("Settings that every intervention has:")
    parts.append(table(Intervention, "interventions.NAME."))
    for name, kind in interventions().items():
        own = [field for field in kind.model_fields if field not in Intervention.model_fields]
        parts += [f"### {name}", table(kind, f"interventions.{name}.", own)]
    parts.append("## The rest of a world file")
    for title, prefix, model in PLACES:
        parts += [f"### {title}", table(model, prefix)]
    parts.append("## What the shipped worlds set otherwise")
    parts += [f"### {name}\n\n{settings(name)}" for name in shipped_worlds()]
    return "\n\n".join(parts) + "\n"


def table(model: type[BaseModel], prefix: str, names: list[str] | None = None) -> str:
    """Return a Markdown table of the fields of a group that hold a value rather than another group."""
    return "\n".join([HEAD, *rows(model, prefix, names)])


def rows(model: type[BaseModel], prefix: str, names: list[str] | None) -> Iterator[str]:
    """Yield a line for each field."""
    for name, field in model.model_fields.items():
        if (names is not None and name not in names) or _is_group(field):
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        unit = str(extra.get("unit", ""))
        meaning = (field.description or "").removesuffix(f" [{unit}]")
        cells = (f"`{prefix}{name}`", meaning, unit, _range(field), _default(field), str(extra.get("mark", "")),
                 str(extra.get("source", "")))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def settings(world: str) -> str:
    """Return a table of the parameters that a world sets to something else than the default."""
    lines = []
    loaded = load_world(world).parameters
    for group, values in loaded:
        for name, field in type(values).model_fields.items():
            value = getattr(values, name)
            if value != field.default:
                lines.append(f"| `parameters.{group}.{name}` | {_shown(field.default)} | {_shown(value)} |")
    return "\n".join(["| Path | Default | Here |", "|---|---|---|", *lines])


def _is_group(field: FieldInfo) -> bool:
    described = field.description is not None
    return not described and not isinstance(field.json_schema_extra, dict)


def _range(field: FieldInfo) -> str:
    bounds = {name: getattr(item, name) for item in field.metadata for name in ("ge", "le")
              if getattr(item, name, None) is not None}
    if not bounds:
        return ""
    low, high = (_shown(bounds[name]) if name in bounds else "any" for name in ("ge", "le"))
    return f"{low} to {high}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default if field.default is not PydanticUndefined else None
    return "none" if default in (None, "", ()) else _shown(default)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and value == int(value):
        return f"{int(value):,}" if value >= 10_000 else str(int(value))
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.name}: {len(page().splitlines())} lines")
