"""The loop of reports: what victims tell the police, one payment after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import take_due
from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.draws import unit


@compiled
def book(columns: Any, report_list: Any, report_heads: Any, day: Any, run: Any, codes: Any, share: Any,
         registered_share: Any, dismantled: Any, today: Any, series: Any) -> Any:  # pragma: no cover - compiled
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
    transfers, victims, dens = opened("transfers", columns), opened("victims", columns), opened("dens", columns)
    recorded = opened("forces", columns).recorded
    rows = take_due(report_list, report_heads, day)
    traced = np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        who, where, key = transfers.victim[row], transfers.den[row], transfers.key[row]
        at = victims.country[who]
        victims.reported[who] = True
        recorded[at] += 1
        dens.reported[where] += transfers.amount[row]
        dens.reports[where] += 1
        today[reports, at] += 1
        if unit(run, key, register_code, 0, 0) < registered_share[at]:
            dens.registered[where] += 1
            today[registered, at] += 1
            today[solved, dens.target[where]] += dens.status[where] == dismantled
        if unit(run, key, trace_code, 0, 0) < share:
            traced[n] = row
            n += 1
    return traced[:n], rows.size
