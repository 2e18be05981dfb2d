"""The loop of the record: what stands at the end of the day, by country."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def stocks(today: Any, series: Any, den_codes: Any, worker_codes: Any, counted: Any, in_custody: Any, den_status: Any,
           den_country: Any, status: Any, place: Any, control: Any, recruited_as: Any, days_captive: Any, den: Any,
           home: Any, capital: Any) -> None:  # pragma: no cover - compiled
    """Count dens, people and capital into today's row.

    ``counted[status]`` tells whether people with that status are in any stock: most are not, and those who
    are get found first, without a branch.
    """
    standing, calling, staff, captive, trafficked = series[0], series[1], series[2], series[3], series[4]
    stranded, detained, trafficked_detained, waiting, money = series[5], series[6], series[7], series[8], series[9]
    active, lying_low = den_codes[0], den_codes[1]
    working, held, lost, queued = worker_codes[0], worker_codes[1], worker_codes[2], worker_codes[3]
    confined, voluntary = worker_codes[4], worker_codes[5]
    for i in range(den_status.size):
        today[standing, den_country[i]] += (den_status[i] == active) | (den_status[i] == lying_low)
        today[calling, den_country[i]] += den_status[i] == active

    rows = np.empty(status.size + 1, np.int64)
    n = 0
    for i in range(status.size):
        rows[n] = i
        n += counted[status[i]]

    for row in rows[:n]:
        code, at, deceived = status[row], place[row], recruited_as[row] != voluntary
        if code in (working, held):
            today[staff, at] += 1
            today[captive, at] += (code == held) | (control[row] == confined)
            today[trafficked, at] += deceived
        elif code == lost:
            today[stranded, at] += 1
        elif in_custody[code]:
            host = den_country[den[row]]
            today[detained, host] += 1
            today[trafficked_detained, host] += deceived | (days_captive[row] > 0)
            today[waiting, host] += code == queued

    for i in range(home.size):
        today[money, home[i]] += capital[i]
