"""The loop of reports: what victims tell the police, one payment after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import take_due
from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit


@compiled
def book(report_list: Any, report_heads: Any, day: Any, run: Any, codes: Any, share: Any, registered_share: Any,
         key: Any, victim: Any, den: Any, amount: Any, country: Any, told: Any, recorded: Any, den_reported: Any,
         den_reports: Any, cases: Any, target: Any, den_status: Any, dismantled: Any, today: Any,
         series: Any) -> Any:  # pragma: no cover - compiled
    """Record the payments that are reported today, of an agenda.

    Police register a share of them as cases; a case on a den that is dismantled already is solved at once.

    Returns
    -------
    traced : int64
        Those that lead to a number, an address or an account of the den.
    reported : int
        How many there were.
    """
    trace_code, register_code = codes[0], codes[1]
    reports, registered, solved = series[0], series[1], series[2]
    rows = take_due(report_list, report_heads, day)
    traced = np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        who, where = victim[row], den[row]
        told[who] = True
        recorded[country[who]] += 1
        den_reported[where] += amount[row]
        den_reports[where] += 1
        today[reports, country[who]] += 1
        if unit(run, key[row], register_code, 0, 0) < registered_share[country[who]]:
            cases[where] += 1
            today[registered, country[who]] += 1
            today[solved, target[where]] += den_status[where] == dismantled
        if unit(run, key[row], trace_code, 0, 0) < share:
            traced[n] = row
            n += 1
    return traced[:n], rows.size
