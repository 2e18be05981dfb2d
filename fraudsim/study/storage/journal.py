"""A journal: lines that are on the disk before they count."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fraudsim.study.storage.layout import sync


class Journal:
    """A file of JSON lines that is only appended to.

    Parameters
    ----------
    path : Path
        A torn last line, left by a process that was killed, is cut off first.

    Attributes
    ----------
    lines, size : int
        Lines and bytes that are on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines, self.size = _whole(path)
        new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.ftruncate(self._file, self.size)
        if new:
            sync(path.parent)

    def append(self, lines: Sequence[bytes]) -> None:
        """Write lines and bring them to the disk, all with one call; when this returns they are safe.

        Raises
        ------
        OSError
            If they could not be written; nothing of them stays.
        """
        data = b"".join(lines)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left):]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self.size += len(data)
        self.lines += len(lines)

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _whole(path: Path) -> tuple[int, int]:
    """Return how many whole lines a file begins with, and their bytes."""
    if not path.exists():
        return 0, 0
    with path.open("rb") as file:
        data = file.read()
    end = data.rfind(b"\n") + 1
    return data.count(b"\n", 0, end), end


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what the lines of a journal say; a torn last line, and whatever is no JSON, is passed over.

    What is passed over does not count as done, and is done again by the next run of the sweep.
    """
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict) and "run" in entry:
                yield entry
