"""What lies where in a study's directory.

::

    study.json                 what the study is; written once, last
    points-<hash>.parquet      values of all factors, a row each design point
    sample-<hash>.parquet      the sample from the unit cube behind them, where there is one
    shards/1-of-1/lock         held by the process that writes
    shards/1-of-1/000001.parquet   finished runs, compressed
    shards/1-of-1/000002.jsonl     the journal: a line each finished run, on disk before it counts

Where both a part and a journal have a number, the part holds all of the journal.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "study.json"
SHARDS = "shards"
JOURNAL, PART = ".jsonl", ".parquet"
ASIDE = ".fraudsim-part-"


@dataclass(frozen=True)
class Shard:
    """A part of a study that one process does: the k-th of n, counted from 1."""

    k: int = 1
    n: int = 1

    @property
    def folder(self) -> str:
        """Name of its folder below ``shards``."""
        return f"{self.k}-of-{self.n}"


@dataclass(frozen=True)
class Files:
    """The files that hold a study's runs at one moment."""

    parts: tuple[Path, ...]
    journals: tuple[Path, ...]


def files(directory: Path) -> Files:
    """Return the files that hold runs, of all shards; a journal whose part is there is left out."""
    parts: list[Path] = []
    journals: list[Path] = []
    for folder in sorted(path for path in (directory / SHARDS).glob("*-of-*") if path.is_dir()):
        with os.scandir(folder) as there:
            names = sorted(e.name for e in there if re.fullmatch(r"\d{6}\.(jsonl|parquet)", e.name) and not e.is_dir())
        whole = {name[:6] for name in names if name.endswith(PART)}
        parts += [folder / name for name in names if name.endswith(PART)]
        journals += [folder / name for name in names if name.endswith(JOURNAL) and name[:6] not in whole]
    return Files(tuple(parts), tuple(journals))


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """Give a file to write to that is not yet where it belongs; nothing of it stays if it is not moved there."""
    handle, name = tempfile.mkstemp(prefix=ASIDE, dir=place)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def put(path: Path, write: Callable[[Path], None], only_if_new: bool = False) -> None:
    """Write a file aside, bring it to the disk and move it to its place: it is there whole or not at all.

    Raises
    ------
    FileExistsError
        With ``only_if_new``, if there is one already.
    OSError
    """
    with aside(path.parent) as part:
        write(part)
        part.chmod(0o666 & ~umask())
        sync(part)
        if only_if_new:
            _link(part, path)
        else:
            os.replace(part, path)
    sync(path.parent)


def _link(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # no hard links here: almost as good
        if path.exists():
            raise FileExistsError(path) from None
        os.replace(part, path)


def umask() -> int:
    """Return the mask for new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync(path: Path) -> None:
    """Bring a file, or the names in a directory, to the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
