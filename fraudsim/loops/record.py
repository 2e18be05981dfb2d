"""The loop of the record: what stands at the end of the day, by country."""

from __future__ import annotations

from typing import Any

from fraudsim.core.columns import opened
from fraudsim.core.compiled import compiled
from fraudsim.core.kernels import marked, no_marks


@compiled
def stocks(columns: Any, today: Any, series: Any, den_codes: Any, worker_codes: Any, counted: Any,
           in_custody: Any) -> None:  # pragma: no cover - compiled
    """Count dens, people, capital and leaders into today's row.

    Bit ``status`` of ``counted`` tells whether people with that status are in any stock: most are not, and those
    who are get found first, without a branch.
    """
    dens, workers, owners = opened("dens", columns), opened("workers", columns), opened("syndicates", columns)
    den_status, den_country, numbers, adjacent = dens.status, dens.country, dens.numbers, dens.adjacent
    status, place, control, recruited_as, days_captive, den = (workers.status, workers.place, workers.control,
                                                               workers.recruited_as, workers.days_captive, workers.den)
    home, capital, leaders, leader_posts, in_business = (owners.home, owners.capital, owners.leaders, owners.posts,
                                                         owners.active)
    standing, calling, staff, captive, trafficked = series[0], series[1], series[2], series[3], series[4]
    stranded, detained, trafficked_detained, waiting, money = series[5], series[6], series[7], series[8], series[9]
    in_post, turned, kept, posts = series[10], series[11], series[12], series[13]
    active, lying_low = den_codes[0], den_codes[1]
    working, held, lost, queued = worker_codes[0], worker_codes[1], worker_codes[2], worker_codes[3]
    confined, voluntary = worker_codes[4], worker_codes[5]
    for i in range(den_status.size):
        calls, stands = den_status[i] == active, (den_status[i] == active) | (den_status[i] == lying_low)
        today[standing, den_country[i]] += stands
        today[calling, den_country[i]] += calls
        today[turned, den_country[i]] += stands & adjacent[i]
        today[kept, den_country[i]] += calls * numbers[i]

    marks = no_marks(status.size)
    for i in range(status.size):  # in a loop of its own: the compiler shifts many at a time
        marks[i] = (counted >> status[i]) & 1

    for row in marked(marks):
        code, at = status[row], place[row]
        wronged = (recruited_as[row] != voluntary) | (days_captive[row] > 0)
        if code in (working, held):
            today[staff, at] += 1
            today[captive, at] += (code == held) | (control[row] == confined)
            today[trafficked, at] += wronged
        elif code == lost:
            today[stranded, at] += 1
        elif in_custody[code]:
            host = den_country[den[row]]
            today[detained, host] += 1
            today[trafficked_detained, host] += wronged
            today[waiting, host] += code == queued

    for i in range(home.size):
        today[money, home[i]] += capital[i]
        today[in_post, home[i]] += in_business[i] * leaders[i]
        today[posts, home[i]] += in_business[i] * leader_posts[i]


@compiled
def close_day(today: Any, series: Any, reach: Any, custody_cost: Any, spent: Any, row: Any,
              yesterday: Any) -> None:  # pragma: no cover - compiled
    """Add what was spent and what controls reach, write the day's row, and clear the counters."""
    public_cost, custody, detained, reached = series[0], series[1], series[2], series[3]
    for at in range(spent.size):
        today[custody, at] = today[detained, at] * custody_cost
        today[public_cost, at], today[reached, at], spent[at] = spent[at], reach[at], 0
    for k in range(today.shape[0]):
        for at in range(today.shape[1]):
            row[k, at], yesterday[k, at], today[k, at] = today[k, at], today[k, at], 0
