"""Mistakes of the person at the keyboard: one line each, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Bad input, told to the person who made it.

    Parameters
    ----------
    lines : iterable of str
        One line a mistake: where, what is allowed, the nearest valid name. The command line prints
        them and exits with code 2.
    """

    def __init__(self, lines: Iterable[str] | str) -> None:
        self.lines = [lines] if isinstance(lines, str) else list(lines)
        super().__init__("\n".join(self.lines))

    def __reduce__(self) -> tuple[type[InputError], tuple[list[str]]]:
        return type(self), (self.lines,)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return '; nearest: X' for the known name that is most like ``name``, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f"; nearest: {close[0]}" if close else ""
