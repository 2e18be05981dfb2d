"""The loops of learning: what owners make of a week's profits, raids and journeys."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def learn_profits(status: Any, syndicate: Any, zone: Any, profit_mean: Any, profit_belief: Any, codes: Any,
                  weight: Any) -> None:  # pragma: no cover - compiled
    """Let owners update what they expect of a den by zone, from their own dens."""
    active, lying_low = codes[0], codes[1]
    owners, zones = profit_belief.shape
    count, total = np.zeros((owners, zones), np.int64), np.zeros((owners, zones))
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            count[syndicate[i], zone[i]] += 1
            # Whole cents, so that the sum does not depend on the order of the dens.
            total[syndicate[i], zone[i]] += np.rint(profit_mean[i])

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


@compiled
def learn_lines(status: Any, syndicate: Any, line: Any, adjacent: Any, profit_mean: Any, line_belief: Any,
                line_reach: Any, codes: Any, weight: Any, news_share: Any) -> None:  # pragma: no cover - compiled
    """Let owners update what they expect of a den by script and target.

    From own dens that play it; else, by less, from others' dens. What nobody plays is believed as before.
    """
    active, lying_low = codes[0], codes[1]
    owners, lines = line_belief.shape
    count, total = np.zeros((owners + 1, lines), np.int64), np.zeros((owners + 1, lines))
    for i in range(status.size):
        if (status[i] == active or status[i] == lying_low) and not adjacent[i]:
            for s in (syndicate[i], owners):  # the last row is everybody's
                count[s, line[i]] += 1
                total[s, line[i]] += np.rint(profit_mean[i])

    for s in range(owners):
        for k in range(lines):
            if line_reach[s, k] and count[owners, k] > 0:
                own = count[s, k] > 0
                seen = s if own else owners
                mean = total[seen, k] / count[seen, k]
                share = weight if own else weight * news_share
                line_belief[s, k] += share * (mean - line_belief[s, k])


@compiled
def learn_risks(day: Any, status: Any, syndicate: Any, zone: Any, ended: Any, risk_belief: Any, fear: Any,
                raids_week: Any, zone_country: Any, codes: Any, terms: Any) -> None:  # pragma: no cover - compiled
    """Let owners update the risk of a raid by zone: what is seen there, and what is feared after raids next to it."""
    active, lying_low, dismantled = codes[0], codes[1], codes[2]
    weight, news_share, neighbour_share, fading = terms[0], terms[1], terms[2], terms[3]
    owners, zones = risk_belief.shape
    everyone, struck = raids_week.astype(np.int64), np.zeros((owners, zones), np.bool_)
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            everyone[zone[i]] += 1
        elif status[i] == dismantled and ended[i] > day - 7:
            struck[syndicate[i], zone[i]] = True

    for z in range(zones):
        here = raids_week[z] / max(everyone[z], 1)
        for s in range(owners):
            worst = 0.0
            for other in range(zones):
                if other != z and zone_country[other] == zone_country[z]:
                    news = raids_week[other] / max(everyone[other], 1)
                    worst = max(worst, news if struck[s, other] else news_share * news)
            risk_belief[s, z] += weight * ((here if struck[s, z] else news_share * here) - risk_belief[s, z])
            fear[s, z] += fading * (neighbour_share * worst - fear[s, z])


@compiled
def learn_journeys(record: Any, first: Any, last: Any, left: Any, lost: Any, belief: Any,
                   weight: Any) -> None:  # pragma: no cover - compiled
    """Let owners learn from journeys: recruits lost on the way, of those who left on some days of the record.

    ``left`` is a series, ``lost`` several.
    """
    for c in range(belief.shape[1]):
        went, missing = 0, 0
        for d in range(first, last):
            went += record[d, left, c]
            for series in lost:
                missing += record[d, series, c]
        if went > 0:
            passed = max(went - missing, 0) / went
            for s in range(belief.shape[0]):
                belief[s, c] += weight * (passed - belief[s, c])
