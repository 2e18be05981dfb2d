"""What a study's directory says it holds; a directory that holds another study is refused with the difference."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim.errors import InputError
from fraudsim.study.inputs import place_of
from fraudsim.study.plan.plan import fingerprint
from fraudsim.study.storage.layout import ASIDE, MANIFEST, SHARDS, put
from fraudsim.worlds.problems import one_line, show

if TYPE_CHECKING:
    import pyarrow as pa

    from fraudsim.study.plan.plan import Plan

FORMAT = 1
PACKAGES = ("fraudsim", "numpy", "numba", "pandas", "pyarrow", "scipy")
MOST_TOLD, FEW = 8, 5
POINTS, SAMPLE = "points-{}.parquet", "sample-{}.parquet"


def claim(out: str | Path, plan: Plan) -> Path:
    """Make a directory a study's own, or see that it is.

    Parameters
    ----------
    out : str or path
        A directory that does not exist (its parent does), is empty, or holds the same study.
    plan : Plan

    Raises
    ------
    InputError
        In a few lines, if it may not be.
    """
    path = place_of(out)
    try:
        path.mkdir(exist_ok=True)
        held = [name for name in os.listdir(path) if not name.startswith((ASIDE, "points-", "sample-"))]
        if held and MANIFEST not in held:
            raise InputError(f"--out {path}: is not empty and holds no sweep; choose another directory")
        if not held:
            _write(path, plan)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written: {error.strerror or error}") from None
    _refuse_another(path, plan)
    return path


def _write(path: Path, plan: Plan) -> None:
    tables = point_tables(plan)
    mark = plan.content()["points"]["hash"]
    for name, table in tables.items():
        put(path / name.format(mark), lambda part, table=table: write_parquet(table, part))  # type: ignore[misc]
    text = json.dumps(_about(plan), indent=1) + "\n"

    def write(part: Path) -> None:
        part.write_text(text, "utf-8")

    try:
        put(path / MANIFEST, write, only_if_new=True)
    except FileExistsError:
        return  # another shard was first; whether it is of the same study is seen next


def _about(plan: Plan) -> dict[str, Any]:
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    return {"format": FORMAT, "study": plan.file.model_dump(mode="json"), "fingerprint": plan.fingerprint,
            "content": plan.content(), "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "versions": versions}


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table, compressed."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


def point_tables(plan: Plan) -> dict[str, pa.Table]:
    """Return the points, and the sample behind them, as tables by the pattern of their files' names."""
    import pyarrow as pa

    rows, names = plan.points.rows, [factor.name for factor in plan.factors]
    number = pa.array(range(len(rows)), pa.int32())
    columns = [pa.array([row[i] for row in rows]) for i in range(len(names))]
    tables = {POINTS: pa.Table.from_arrays([number, *columns], names=["point", *names])}
    if plan.points.shares is not None:
        shares = [pa.array(plan.points.shares[:, i]) for i in range(len(names))]
        tables[SAMPLE] = pa.Table.from_arrays([number, *shares], names=["point", *names])
    return tables


def manifest(directory: Path) -> dict[str, Any]:
    """Return what a study's directory says it holds.

    Raises
    ------
    InputError
        If it holds none, or one of a newer version.
    """
    where = one_line(str(directory))
    try:
        content = json.loads((directory / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        what = "holds no sweep" if directory.is_dir() else "no such directory"
        raise InputError(f"{where}: {what}; `fraudsim sweep STUDY --out {where}` makes one") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{where}: its {MANIFEST} cannot be read: {one_line(str(error))}") from None
    if not isinstance(content, dict) or not isinstance(content.get("format"), int) or content["format"] < 1:
        raise InputError(f"{where}: its {MANIFEST} is none of a sweep")
    if content["format"] > FORMAT:
        versions = content.get("versions")
        made = versions.get("fraudsim", "a newer version") if isinstance(versions, dict) else "a newer version"
        raise InputError(f"{where}: was written by a newer fraudsim ({made}, format {content['format']}; this one "
                         f"reads {FORMAT}); nothing was changed")
    if not {"study", "fingerprint", "content"} <= content.keys() \
            or content["fingerprint"] != fingerprint(content["content"]):
        raise InputError(f"{where}: its {MANIFEST} is not as it was written; put back a copy")
    return content


def _refuse_another(path: Path, plan: Plan) -> None:
    there = manifest(path)
    if there.get("fingerprint") != plan.fingerprint:
        lines = list(differences(there["content"], plan.content()))
        told = lines[:MOST_TOLD] + ([f"... and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else [])
        raise InputError([f"--out {path}: holds another study, or the same by another version of the model; choose "
                          "another directory, or undo the change:", *(f"  {line}" for line in told)])


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for every value that differs between what two studies' results follow from."""
    old, new = dict(_leaves(there, "")), dict(_leaves(here, ""))
    for path in [*old, *(path for path in new if path not in old)]:
        there_too, here_too = old.get(path), new.get(path)
        if there_too == here_too:
            continue
        if isinstance(there_too, list) and isinstance(here_too, list):
            there_too, here_too = _only(there_too, here_too), _only(here_too, there_too)
        yield one_line(f"{path}: {_said(there_too)} there, {_said(here_too)} here")


def _only(some: list[Any], others: list[Any]) -> list[Any]:
    """Return what only one of two lists holds; the list itself if only the order differs."""
    return [item for item in some if item not in others] if set(map(str, some)) != set(map(str, others)) else some


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for i, item in enumerate(value):
            label = item.get("iso", item.get("path", item.get("name", i))) if isinstance(item, Mapping) else i
            yield from _leaves(item, f"{path}[{label}]")
    else:
        yield path, value


def _said(value: Any) -> str:
    if not isinstance(value, list):
        return "nothing" if value is None else show(value)
    more = f" and {len(value) - FEW} more" if len(value) > FEW else ""
    return (", ".join(map(str, value[:FEW])) + more) or "nothing more"


def shard_folder(directory: Path, folder: str) -> Path:
    """Make, if need be, and return the folder of a shard."""
    path = directory / SHARDS / folder
    path.mkdir(parents=True, exist_ok=True)
    return path
