"""The loops of adaptation: small questions about dens, and the reach of recruiters."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def waking(status: Any, wake: Any, day: Any, lying_low: Any) -> Any:  # pragma: no cover - compiled
    """Return the dens that lie low and whose time to wake has come."""
    rows = np.empty(status.size + 1, np.int64)
    n = 0
    for i in range(status.size):
        rows[n] = i
        n += (wake[i] <= day) & (status[i] == lying_low)
    return rows[:n]


@compiled
def standing_of(owner: Any, syndicate: Any, status: Any, open_codes: Any) -> Any:  # pragma: no cover - compiled
    """Return the dens of an owner that call or lie low."""
    active, lying_low = open_codes[0], open_codes[1]
    rows = np.empty(status.size + 1, np.int64)
    n = 0
    for i in range(status.size):
        rows[n] = i
        n += (syndicate[i] == owner) & ((status[i] == active) | (status[i] == lying_low))
    return rows[:n]


@compiled
def people_in(staff: Any, dens: Any) -> Any:  # pragma: no cover - compiled
    """Return the number of people in some dens."""
    total = 0
    for den in dens:
        total += staff[den]
    return total


@compiled
def seek_sources(owner: Any, reach: Any, reach_base: Any, at_risk: Any, growth: Any,
                 fading: Any) -> None:  # pragma: no cover - compiled
    """Let an owner's recruiters reach further, and lose again what they had won.

    ``growth`` is by country, of what is left to 1.
    """
    for c in range(at_risk.size):
        more = growth[c] * (1.0 - reach[owner, c]) if at_risk[c] > 0 else 0.0
        reach[owner, c] += more - fading * (reach[owner, c] - reach_base[owner, c])
