"""The loop of assets: which payments give a claim on seized money."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def told_and_lost(den: Any, status: Any, report_hour: Any, wanted: Any, cleared: Any,
                  before: Any) -> Any:  # pragma: no cover - compiled
    """Return the payments to a den that left the mule accounts and were reported before an hour."""
    rows, n = np.empty(64, np.int64), 0
    for i in range(den.size):
        if den[i] == wanted and status[i] == cleared and report_hour[i] < before:
            if n == rows.size:
                rows = np.concatenate((rows, np.empty(n, np.int64)))
            rows[n] = i
            n += 1
    return rows[:n]
