"""Writing a study's runs: one writer a shard; what :meth:`Store.keep` has returned for is safe."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.study.plan.plan import Plan
from fraudsim.study.pool import StudyError
from fraudsim.study.run import BANDS
from fraudsim.study.storage.journal import Journal
from fraudsim.study.storage.layout import ASIDE, JOURNAL, PART, Files, Shard, files
from fraudsim.study.storage.manifest import claim, shard_folder
from fraudsim.study.storage.parts import own_entries, read_part, write_part
from fraudsim.study.storage.rows import Shape, table
from fraudsim.study.storage.snapshot import steady

if TYPE_CHECKING:
    from filelock import FileLock

MOST_LINES = 2000
MOST_BYTES = 8 * 2**20
"""A journal of so many lines, or bytes, becomes a part."""


def shape_of(plan: Plan) -> Shape:
    """Return what a study keeps of each run."""
    return Shape(plan.arm_names, plan.outcomes, BANDS if plan.file.daily else (), plan.file.breakdown)


class BeingWrittenError(InputError):
    """Another process writes the same shard at this moment.

    Attributes
    ----------
    who : str
        That process, in words.
    """

    who = "another process"


class Store:
    """The writer of one shard of a study; a context manager.

    Parameters
    ----------
    out : str or path
    plan : Plan
    shard : Shard

    Raises
    ------
    InputError
        If the directory cannot be written, holds another study, or is being written by another process.
    """

    def __init__(self, out: str | Path, plan: Plan, shard: Shard | None = None) -> None:
        self.plan, self.shape = plan, shape_of(plan)
        self.directory = claim(out, plan)
        try:
            self.folder = shard_folder(self.directory, (shard or Shard()).folder)
            self._lock = _locked(self.folder)
        except OSError as error:
            raise InputError(f"--out {out}: cannot be written: {error.strerror or error}") from None
        try:
            self._tidy()
            self._journal = self._newest()
        except OSError as error:
            self._lock.release()
            raise InputError(f"--out {out}: cannot be written: {error.strerror or error}") from None

    def keep(self, lines: Sequence[bytes]) -> None:
        """Put the lines of finished runs on the disk; when this returns, no crash can take them away.

        Raises
        ------
        StudyError
            If the disk is full, or fails otherwise; what was kept before stays.
        """
        try:
            self._journal.append(lines)
            if self._journal.lines >= MOST_LINES or self._journal.size >= MOST_BYTES:
                self.rotate()
        except OSError as error:
            raise StudyError(f"{self.directory}: cannot be written: {error.strerror or error}; all runs that were "
                             "finished before are safe; once there is room, the same command goes on") from None

    def rotate(self) -> None:
        """Turn the journal into a compressed part and begin a new one."""
        old = self._journal
        if old.lines:
            rows = table(own_entries(old.path, self.plan.fingerprint), self.shape)
            write_part(rows, old.path.with_suffix(PART), self.plan.fingerprint)
            old.close()
            old.path.unlink()
            self._journal = Journal(self.folder / f"{int(old.path.stem) + 1:06d}{JOURNAL}")

    def done(self) -> NDArray[np.bool_]:
        """Return which units have been done, by any shard: bool, shape (points, replications)."""
        found = np.zeros((len(self.plan.points.rows), self.plan.replications), np.bool_)

        def look() -> None:
            for points, replications in done_units(files(self.directory), self.plan.fingerprint):
                found[points, replications] = True

        steady(look)
        return found

    def close(self) -> None:
        """Turn what is left of the journal into a part, and let the directory go."""
        try:
            self.rotate()
            if not self._journal.lines:
                self._journal.path.unlink(missing_ok=True)
        except OSError:
            pass  # the journal is as safe as a part
        finally:
            self._journal.close()
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _tidy(self) -> None:
        """Remove what a killed process left that is of no use: files written aside, journals that are parts now."""
        for path in self.folder.glob(f"{ASIDE}*"):
            path.unlink(missing_ok=True)
        for path in self.folder.glob(f"*{JOURNAL}"):
            if path.with_suffix(PART).exists():
                path.unlink()

    def _newest(self) -> Journal:
        journals = sorted(self.folder.glob(f"*{JOURNAL}"))
        if journals:
            return Journal(journals[-1])
        last = max((int(path.stem) for path in self.folder.glob(f"*{PART}") if path.stem.isdigit()), default=0)
        return Journal(self.folder / f"{last + 1:06d}{JOURNAL}")


def _locked(folder: Path) -> FileLock:
    """Take a shard's lock; the system frees it when its holder ends, however that ends."""
    from filelock import FileLock, Timeout

    lock, about = FileLock(folder / "lock"), folder / "writer.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            holder = json.loads(about.read_text("utf-8"))
            who = f"process {holder['process']} on {holder['host']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"
        error = BeingWrittenError(f"--out {folder.parent.parent}: is being written by {who}; wait for it, or do "
                                  "another shard (--shard k/n)")
        error.who = who
        raise error from None
    about.write_text(json.dumps({"process": os.getpid(), "host": socket.gethostname()}) + "\n", "utf-8")
    return lock


def done_units(found: Files, fingerprint: str) -> Iterator[tuple[list[int], list[int]]]:
    """Yield points and replications of the units that have been done and did not fail, file by file."""
    import pyarrow.compute as pc

    for path in found.journals:
        units = [(e["point"], e["replication"]) for e in own_entries(path, fingerprint) if "error" not in e]
        yield [point for point, _ in units], [replication for _, replication in units]
    for path in found.parts:
        part = read_part(path, ["point", "replication", "error"], fingerprint)
        part = part.filter(pc.is_null(part["error"]))
        yield part["point"].to_numpy(), part["replication"].to_numpy()
