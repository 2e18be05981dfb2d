"""The loops of money: the persuaded pay one by one, and what is due in mule accounts moves on."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled
from fraudsim.core.distributions import exponential_at, lognormal_at
from fraudsim.core.draws import child_key, unit
from fraudsim.core.kernels import set_code


@compiled
def pay(rows: Any, day: Any, run: Any, codes: Any, kind: Any, statuses: Any, allowed: Any, key: Any, status: Any,
        country: Any, den: Any, script: Any, stage: Any, savings: Any, lost: Any, payments: Any, this_scam: Any,
        harmed: Any, due: Any, wary: Any, wary_since: Any, den_country: Any, stolen: Any, den_victims: Any,
        median: Any, sigma: Any, further: Any, harm: Any, stages: Any, report_share: Any, terms: Any, never: Any,
        far: Any, again_on: Any, first: Any, today: Any, series: Any) -> Any:  # pragma: no cover - compiled
    """Let those of the rows who are persuaded pay what is asked, as far as their savings go.

    Returns
    -------
    asked, cents : int
        How many were asked, and what they paid in all.
    key : uint64, shape (payments,)
    booked : int64, shape (7, payments)
        Columns of new rows of ``transfers`` from row ``first`` on: victim, den, amount, paid_hour, clear_hour,
        report_hour, due (at most ``far``).
    next_day : int64, shape (payments,)
        Day of the next thing to happen to each.
    told, report_day : int64
        Those rows that will be reported, and the day of each report.
    again : int64
        Victims who hear a further demand on day ``again_on``.
    """
    amount_code, harm_code, further_code = codes[0], codes[1], codes[2]
    hour_code, clear_code, report_code, delay_code = codes[3], codes[4], codes[5], codes[6]
    paying, paid_up, left, engaged = statuses[0], statuses[1], statuses[2], statuses[3]
    clear_hours, delay_hours, delay_sigma, wary_after = terms[0], terms[1], terms[2], terms[3]
    in_all, at_host, times, first_time, first_at_host, harms = (series[0], series[1], series[2], series[3],
                                                                series[4], series[5])
    asked, cents, n, reports, m = 0, 0, 0, 0, 0
    keys, booked = np.empty(rows.size, np.uint64), np.empty((7, rows.size), np.int64)
    next_day, again = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    told, report_day = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    for row in rows:
        if status[row] != paying:
            continue
        asked += 1
        own, ordinal, play, home = key[row], payments[row], script[row], country[row]
        amount = min(lognormal_at(unit(run, own, amount_code, 0, ordinal), median[play], sigma[play]), savings[row])
        if amount <= 0:
            set_code(status, row, allowed, left)
            wary[row], wary_since[row] = wary_after, day
            continue

        # The transfer: when it is made, when it clears, when the victim tells.
        child = child_key(own, kind, ordinal)
        made_at = day * 24 + 8 + np.int64(unit(run, child, hour_code, 0, 0) * 14.0)
        clear_at = made_at + exponential_at(unit(run, child, clear_code, 0, 0), clear_hours)
        tell_at = never
        if unit(run, child, report_code, 0, 0) < report_share[home]:
            tell_at = made_at + max(lognormal_at(unit(run, child, delay_code, 0, 0), delay_hours, delay_sigma), 1)
            told[reports], report_day[reports] = first + n, tell_at // 24
            reports += 1
        keys[n], next_day[n] = child, min(tell_at, clear_at) // 24
        booked[0, n], booked[1, n], booked[2, n], booked[3, n] = row, den[row], amount, made_at
        booked[4, n], booked[5, n], booked[6, n] = clear_at, tell_at, min(next_day[n], far)
        n += 1

        # Severe harm, in proportion to the share of savings lost by this payment.
        share = amount / max(savings[row], 1)
        if unit(run, own, harm_code, 0, ordinal) < harm[play] * share and not harmed[row]:
            harmed[row] = True
            today[harms, home] += 1

        where, host = den[row], den_country[den[row]]
        if ordinal == 0:
            den_victims[where] += 1
            today[first_time, home] += 1
            today[first_at_host, host] += 1
        cents += amount
        savings[row] -= amount
        lost[row] += amount
        payments[row] += 1
        this_scam[row] += 1
        stolen[where] += amount
        today[in_all, home] += amount
        today[at_host, host] += amount
        today[times, home] += 1

        set_code(status, row, allowed, paid_up)
        if unit(run, own, further_code, 0, ordinal) < further[play]:
            set_code(status, row, allowed, engaged)
            stage[row], due[row] = stages[play] - 1, again_on
            again[m] = row
            m += 1
        else:
            wary[row], wary_since[row] = wary_after, day
    return asked, cents, keys[:n], booked[:, :n], next_day[:n], told[:reports], report_day[:reports], again[:m]


@compiled
def settle(rows: Any, day: Any, run: Any, code: Any, statuses: Any, allowed: Any, key: Any, status: Any, victim: Any,
           den: Any, amount: Any, clear_hour: Any, report_hour: Any, due: Any, country: Any, returned: Any,
           savings: Any, syndicate: Any, income: Any, capital: Any, freeze_success: Any, return_days: Any,
           fee_share: Any, wage_share: Any, today: Any, series: Any) -> Any:  # pragma: no cover - compiled
    """Freeze what was reported before it cleared, clear the rest, return what was frozen.

    Returns
    -------
    drawn : int
        How many were with mules.
    later, days : int64
        Transfers to which something happens on another day, and the day of each.
    frozen, returned, fees, wages, net : int
        Sums in cents.
    """
    with_mules, frozen, back, cleared = statuses[0], statuses[1], statuses[2], statuses[3]
    frozen_flow, back_flow, cleared_flow = series[0], series[1], series[2]
    later, days = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    drawn, n = 0, 0
    sum_frozen, sum_back, sum_fees, sum_wages, sum_net = 0, 0, 0, 0, 0
    for row in rows:
        cents, who = amount[row], victim[row]
        home = country[who]
        if status[row] == frozen:
            set_code(status, row, allowed, back)
            returned[who] += cents
            savings[who] += cents
            sum_back += cents
            today[back_flow, home] += cents
        elif status[row] == with_mules:
            drawn += 1
            in_time = report_hour[row] < clear_hour[row]
            if in_time and unit(run, key[row], code, 0, 0) < freeze_success:
                set_code(status, row, allowed, frozen)
                due[row] = day + return_days
                later[n], days[n] = row, day + return_days
                n += 1
                sum_frozen += cents
                today[frozen_flow, home] += cents
            elif clear_hour[row] // 24 > day:
                due[row] = clear_hour[row] // 24
                later[n], days[n] = row, clear_hour[row] // 24
                n += 1
            else:
                # Launderers first, then staff, and the syndicate has what is left.
                set_code(status, row, allowed, cleared)
                fee = cents * fee_share // 10000
                wage = (cents - fee) * wage_share // 10000
                net = cents - fee - wage
                capital[syndicate[den[row]]] += net
                income[den[row]] += net
                sum_fees += fee
                sum_wages += wage
                sum_net += net
                today[cleared_flow, home] += cents
    return drawn, later[:n], days[:n], sum_frozen, sum_back, sum_fees, sum_wages, sum_net
