"""The loop of evidence: confirmations are booked one by one."""

from __future__ import annotations

from typing import Any

from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit


@compiled
def add_confirmations(rows: Any, keys: Any, day: Any, run: Any, code: Any, precision: Any, strength: Any,
                      astray: Any) -> None:  # pragma: no cover - compiled
    """Book one confirmation a row of ``evidence``: to the den's address, or astray to a wrong one."""
    for i in range(rows.size):
        if unit(run, keys[i], code, day, 0) < precision:
            strength[rows[i]] += 1.0
        else:
            astray[rows[i]] += 1.0
