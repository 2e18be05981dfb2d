"""Reading while somebody writes: a journal may become a part between listing and opening it."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 20


def steady[T](look: Callable[[], T]) -> T:
    """Look again when a file that was listed is gone: its content stands in another by then."""
    for _ in range(TRIES - 1):
        try:
            return look()
        except FileNotFoundError:
            time.sleep(0.01)
    return look()
