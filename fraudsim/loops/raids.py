"""The loop of raids: which files are ripe for a search."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def ripe_files(force: Any, den: Any, den_country: Any, strength: Any, astray: Any,
               warrant: Any) -> Any:  # pragma: no cover - compiled
    """Return the files of hosts on their own dens with evidence enough for a warrant, right or astray."""
    rows = np.empty(force.size + 1, np.int64)
    n = 0
    for i in range(force.size):
        rows[n] = i
        n += (den_country[den[i]] == force[i]) & ((strength[i] >= warrant) | (astray[i] >= warrant))
    return rows[:n]
