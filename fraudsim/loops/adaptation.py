"""The loops of adaptation: the week's accounts and what owners learn from it, and small questions about dens."""

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
def keep_accounts(status: Any, syndicate: Any, zone: Any, staff: Any, income: Any, line_costs: Any, profit_mean: Any,
                  capital: Any, zone_rent: Any, rent_now: Any, codes: Any, terms: Any,
                  cost_a_head: Any) -> Any:  # pragma: no cover - compiled
    """Raise rents where dens crowd, book a week's rent, running costs and lines, and smooth each den's profit.

    Returns
    -------
    rents, supplies : int
        Sums in cents.
    """
    active, lying_low = codes[0], codes[1]
    weight, crowding = terms[0], terms[1]
    crowd = np.zeros(zone_rent.size, np.int64)
    for i in range(status.size):
        crowd[zone[i]] += (status[i] == active) | (status[i] == lying_low)
    for z in range(zone_rent.size):
        rent_now[z] = zone_rent[z] * (1.0 + crowding * max(crowd[z] - 1, 0))

    rents, supplies = 0, 0
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            rent = int(np.rint(7.0 * rent_now[zone[i]]))
            supply = staff[i] * cost_a_head + line_costs[i]
            profit = income[i] - rent - supply
            capital[syndicate[i]] -= rent + supply
            profit_mean[i] += weight * (profit - profit_mean[i])
            rents += rent
            supplies += supply
        income[i], line_costs[i] = 0, 0
    return rents, supplies


@compiled
def learn(day: Any, status: Any, syndicate: Any, zone: Any, ended: Any, profit_mean: Any, profit_belief: Any,
          risk_belief: Any, raids_week: Any, zone_country: Any, codes: Any,
          terms: Any) -> None:  # pragma: no cover - compiled
    """Let owners update what they believe of places: from own profits, and own and others' raids."""
    active, lying_low, dismantled = codes[0], codes[1], codes[2]
    weight, news_share, neighbour_share = terms[0], terms[2], terms[3]
    owners, zones = profit_belief.shape
    count, everyone = np.zeros((owners, zones), np.int64), raids_week.astype(np.int64)
    total, struck = np.zeros((owners, zones)), np.zeros((owners, zones), np.bool_)
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            count[syndicate[i], zone[i]] += 1
            everyone[zone[i]] += 1
            # Whole cents, so that the sum does not depend on the order of the dens.
            total[syndicate[i], zone[i]] += np.rint(profit_mean[i])
        elif status[i] == dismantled and ended[i] > day - 7:
            struck[syndicate[i], zone[i]] = True

    for s in range(owners):
        dens, worth = 0, 0.0
        for z in range(zones):
            dens += count[s, z]
            worth += total[s, z]
        for z in range(zones):
            # A place without a den of its own looks to an owner like the mean of those with one.
            mean = worth / dens if dens > 0 else profit_belief[s, z]
            if count[s, z] > 0:
                mean = total[s, z] / count[s, z]
            profit_belief[s, z] += weight * (mean - profit_belief[s, z])

    for z in range(zones):
        worst = 0.0
        for other in range(zones):
            if zone_country[other] == zone_country[z]:
                worst = max(worst, raids_week[other] / max(everyone[other], 1))
        seen = max(raids_week[z] / max(everyone[z], 1), neighbour_share * worst)
        for s in range(owners):
            news = seen if struck[s, z] else news_share * seen
            risk_belief[s, z] += weight * (news - risk_belief[s, z])


@compiled
def learn_sources(record: Any, first: Any, last: Any, departures: Any, stops: Any, belief: Any,
                  weight: Any) -> None:  # pragma: no cover - compiled
    """Let owners learn from the border: recruits stopped, of those who left on some days of the record."""
    for c in range(belief.shape[1]):
        left, stopped = 0, 0
        for d in range(first, last):
            left += record[d, departures, c]
            stopped += record[d, stops, c]
        if left > 0:
            passed = (left - stopped) / left
            for s in range(belief.shape[0]):
                belief[s, c] += weight * (passed - belief[s, c])


@compiled
def seek_sources(owner: Any, reach: Any, reach_base: Any, belief: Any, at_risk: Any, growth: Any,
                 fading: Any) -> None:  # pragma: no cover - compiled
    """Let an owner's recruiters reach further, by what arrives from there, and lose again what they had won."""
    for c in range(at_risk.size):
        more = growth * belief[owner, c] * (1.0 - reach[owner, c]) if at_risk[c] > 0 else 0.0
        reach[owner, c] += more - fading * (reach[owner, c] - reach_base[owner, c])
