"""What world files may take over by name from the shipped library: scripts, and tables of public statistics."""

from __future__ import annotations

import copy
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from fraudsim.errors import nearest
from fraudsim.worlds.problems import Problem, listed


def add_library(data: dict[str, Any]) -> list[Problem]:
    """Put shipped scripts and statistics into a world's raw data, and return names that the library lacks."""
    return _add_scripts(data) + _add_statistics(data)


def _folder() -> Traversable:
    return resources.files("fraudsim.worlds") / "library"


@cache
def _scripts() -> dict[str, dict[str, Any]]:
    text = (_folder() / "scripts.toml").read_text("utf-8")
    return {script["name"]: script for script in tomllib.loads(text)["scripts"]}


@cache
def country_tables() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the shipped tables of countries: by name, then by ISO code, what is known of a country."""
    files = sorted((f for f in _folder().iterdir() if f.name.startswith("countries-")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): _with_source(tomllib.loads(f.read_text("utf-8"))) for f in files}


def _with_source(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {iso: {**row, "source": table["source"]} for iso, row in table["countries"].items()}


def _add_scripts(data: dict[str, Any]) -> list[Problem]:
    """Move shipped scripts into the world's own; names that no shipped script has stay behind."""
    names, own = data.get("shipped_scripts", []), data.get("scripts", [])
    if not isinstance(names, list | tuple) or not isinstance(own, list | tuple):
        return []
    known = [name for name in names if isinstance(name, str) and name in _scripts()]
    data["scripts"] = [*own, *(copy.deepcopy(_scripts()[name]) for name in known)]
    data["shipped_scripts"] = [name for name in names if name not in known]
    return [Problem("shipped_scripts", f"no shipped script {name!r}; known: {listed(_scripts())}"
                                       f"{nearest(name, _scripts())}")
            for name in data["shipped_scripts"] if isinstance(name, str)]


def _add_statistics(data: dict[str, Any]) -> list[Problem]:
    """Fill in what the world's table of statistics knows of a country and the world file does not say."""
    name, countries = data.get("country_table", ""), data.get("countries", [])
    if not isinstance(name, str) or name == "":
        return []
    tables = country_tables()
    if name not in tables:
        return [Problem("country_table", f"no shipped table {name!r}; known: {listed(tables)}{nearest(name, tables)}")]
    for country in countries if isinstance(countries, list | tuple) else ():
        iso = country.get("iso") if isinstance(country, dict) else None
        for key, value in tables[name].get(iso, {}).items() if isinstance(iso, str) else ():
            country.setdefault(key, copy.copy(value))
    return []
