"""Files that people write in TOML: read with care, and told in one line what is wrong with them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from fraudsim.errors import InputError
from fraudsim.worlds.problems import one_line

MOST_BYTES = 4_000_000
DEEPEST = 40


def contents(path: Path, where: str, kind: str) -> bytes:
    """Return a file's bytes, or say why it cannot be read; ``kind`` is what it should be."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(one_line(f"{where}: cannot be read: {error.strerror or error}")) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"{where}: is larger than {MOST_BYTES // 10**6} MB, too large for {kind}")
    return data


def decoded(data: bytes, where: str) -> str:
    """Return bytes as text, or say which line is none."""
    if b"\0" in data:
        raise InputError(f"{where}: is a binary file, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{where}: line {line}: byte 0x{data[error.start]:02x} is not UTF-8 text") from None


def parsed(text: str, where: str) -> dict[str, Any]:
    """Return what a TOML text says, or say in one line where it goes wrong."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(one_line(f"{where}: {_syntax(str(error), text)}")) from None
    except ValueError as error:
        raise InputError(one_line(f"{where}: not TOML: {error}")) from None
    except RecursionError:
        raise InputError(f"{where}: not TOML: nested too deeply") from None
    if _deeper_than(data, DEEPEST):
        raise InputError(f"{where}: nested too deeply, more than {DEEPEST} levels")
    return data


def _syntax(message: str, text: str) -> str:
    at = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if at:
        return f"line {at[1]}, column {at[2]}: not TOML: {message[: at.start()]}"
    what = message.removesuffix(" (at end of document)")
    return f"line {text.count(chr(10)) + 1}: not TOML: {what} (noticed at the end of the file)"


def _deeper_than(data: object, most: int) -> bool:
    level = [data]
    for _ in range(most):
        level = [value for item in level if isinstance(item, dict | list)
                 for value in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return False
    return True
