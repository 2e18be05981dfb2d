"""From a name, a file or a world to a checked world, with settings from the command line put over it."""

from __future__ import annotations

import copy
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fraudsim.errors import InputError, nearest
from fraudsim.worlds.consistency import contradictions, salvage
from fraudsim.worlds.paths import SettingError, place
from fraudsim.worlds.problems import (
    Loc,
    Problem,
    errors_of,
    find_problems,
    listed,
    one_line,
    path_of,
    show,
    told,
)
from fraudsim.worlds.schema import World
from fraudsim.worlds.shipped import add_library
from fraudsim.worlds.text import contents, decoded, parsed


def load_world(world: str | Path | World, overrides: Mapping[str, Any] | None = None) -> World:
    """Return a checked world.

    Parameters
    ----------
    world : str, Path or World
        Name of a shipped world, path of a TOML file (a file that exists wins over a name), or a world.
    overrides : mapping, optional
        Values put over it before it is checked, by path: ``{"countries.ES.police.officers": 300}``.
        Items of lists go by ``iso``, ``name`` or number; ``countries[ES].police.officers`` will do too.

    Raises
    ------
    InputError
        All mistakes of file and overrides, one line each.
    """
    if lines := _wrong_kinds(world, overrides):
        raise InputError(lines)
    settings = {str(path): _plain(value) for path, value in (overrides or {}).items()}
    if isinstance(world, World):
        if not settings and not world.shipped_scripts:
            return world
        return _checked(world.model_dump(), world_label(world), settings)
    return _load_text(_read(world), world_label(world), _Settings(_key(settings), settings))


def _wrong_kinds(world: object, overrides: object) -> list[str]:
    lines = []
    if not isinstance(world, str | Path | World):
        lines.append(f"world: {show(world)}; allowed: the name of a shipped world ({listed(_titles())}), the path of a "
                     ".toml file, or a World")
    if overrides is not None and not isinstance(overrides, Mapping):
        lines.append(f"overrides: {show(overrides)}; allowed: a dictionary such as {{'days': 100}}")
    return lines


def world_label(world: str | Path | World) -> str:
    """Return what lines about a world's mistakes begin with: the file, where there is one."""
    if isinstance(world, World):
        return f"world {world.name!r}"
    return one_line(str(world)) if _is_path(world) else f"{world}.toml"


def shipped_worlds() -> dict[str, str]:
    """Return the titles of the shipped worlds by name; nothing is checked."""
    return dict(_titles())


def parse_value(text: str) -> Any:
    """Return a value written as in TOML (number, true, "text", list, date); anything else is text."""
    text = text.strip()
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if list(parsed) == ["value"] else text


def parse_assignments(texts: Sequence[str]) -> dict[str, Any]:
    """Return overrides from texts such as ``days=100``.

    Raises
    ------
    InputError
        All texts without ``=`` or path, and all paths that stand twice.
    """
    found: dict[str, Any] = {}
    lines = []
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not path:
            lines.append(one_line(f"--set {text!r}: must be path=value, such as days=100"))
        elif path in found:
            lines.append(one_line(f"--set {path}: stands twice"))
        else:
            found[path] = parse_value(value)
    if lines:
        raise InputError(lines)
    return found


@dataclass(frozen=True)
class _Settings:
    """Overrides as a key of the cache."""

    key: str
    values: Mapping[str, Any] = field(compare=False)


def _key(settings: Mapping[str, Any]) -> str:
    try:
        return repr(settings)
    except ValueError:  # Python refuses to spell whole numbers of more than 4,300 digits
        return f"unspeakable {id(settings)}"


@lru_cache(maxsize=64)
def _load_text(text: str, where: str, settings: _Settings) -> World:
    return _checked(parsed(text, where), where, settings.values)


def _plain(value: Any) -> Any:
    # NumPy's scalars and arrays come from sweeps; strict validation knows Python's own kinds only.
    return value.tolist() if hasattr(value, "tolist") else value


# Finding and reading a file


def _is_path(world: str | Path) -> bool:
    if isinstance(world, Path) or os.path.isfile(world):
        return True
    return world.endswith(".toml") or os.sep in world or "/" in world


def _folder() -> Traversable:
    return resources.files("fraudsim.worlds")


@cache
def _titles() -> dict[str, str]:
    files = sorted((f for f in _folder().iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): _title(f) for f in files}


def _title(file: Traversable) -> str:
    try:
        return str(tomllib.loads(file.read_text("utf-8")).get("title", ""))
    except (ValueError, RecursionError):
        return ""


def _read(world: str | Path) -> str:
    where = world_label(world)
    if _is_path(world):
        return decoded(_bytes(Path(world), where), where)
    if world not in _titles():
        known = sorted(_titles())
        raise InputError(one_line(f"no world {world!r}; shipped: {listed(known)}; or the path of a .toml file"
                                  f"{nearest(str(world), known)}"))
    return (_folder() / where).read_text("utf-8")


def _bytes(path: Path, where: str) -> bytes:
    if os.path.isdir(path):
        raise InputError(f"{where}: is a folder, not a world file")
    if not os.path.isfile(path):
        close = nearest(path.stem, _titles())
        what = "is not a regular file" if os.path.exists(path) else "no such file"
        raise InputError(f"{where}: {what}; shipped worlds: {listed(_titles())}{close}")
    return contents(path, where, "a world file")


# Putting overrides over the data, and checking


def _checked(raw: dict[str, Any], where: str, overrides: Mapping[str, Any]) -> World:
    data = copy.deepcopy(raw)
    for path in ("shipped_scripts", "country_table"):
        if path in overrides:
            data[path] = overrides[path]
    found = add_library(data)
    placed, lines = _apply(overrides, data)
    world, more = _attempt(data)
    if world is not None and not found and not lines:
        return world
    own = found + more if not placed else _problems_of_file(raw)
    lines = [_line(problem, where, placed, data, own) for problem in found + more] + lines
    raise InputError(dict.fromkeys(lines))


def _attempt(data: dict[str, Any]) -> tuple[World | None, list[Problem]]:
    try:
        return World.model_validate(data), []
    except ValidationError as error:
        found = find_problems(error, World, data)
        # The check for contradictions runs by itself only where every field is right.
        if any(e["loc"] for e in errors_of(error)):
            found += [told(line) for line in contradictions(salvage(World, data, error))]
        return None, found


def _problems_of_file(raw: dict[str, Any]) -> list[Problem]:
    data = copy.deepcopy(raw)
    return add_library(data) + _attempt(data)[1]


def _apply(overrides: Mapping[str, Any], data: dict[str, Any]) -> tuple[dict[Loc, str], list[str]]:
    placed: dict[Loc, str] = {}
    lines = []
    for path, value in overrides.items():
        try:
            loc = place(path, value, data) if path != "shipped_scripts" else (path,)
            if loc in placed:
                raise SettingError(f"is the same as --set {placed[loc]}")
            placed[loc] = path
        except SettingError as error:
            lines.append(one_line(f"--set {path}: {error}"))
    return placed, lines


def _line(problem: Problem, where: str, placed: dict[Loc, str], data: object, own: list[Problem]) -> str:
    for loc, path in placed.items():
        at = path_of(loc, data)
        if problem.path == at or problem.path.startswith((f"{at}.", f"{at}[")):
            return Problem(problem.path[len(at):].lstrip("."), problem.text).line(f"--set {path}")
    if problem in own:
        return problem.line(where)
    return problem.line(f"{where} with " + ", ".join(f"--set {path}" for path in placed.values()))
