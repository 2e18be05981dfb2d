"""The loop of bookkeeping: a week's accounts of all dens."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled


@compiled
def keep_accounts(day: Any, status: Any, syndicate: Any, zone: Any, target: Any, staff: Any, adjacent: Any,
                  income: Any, line_costs: Any, profit_mean: Any, capital: Any, exposed_until: Any, zone_rent: Any,
                  protection: Any, rent_now: Any, wanted: Any, codes: Any,
                  terms: Any) -> Any:  # pragma: no cover - compiled
    """Raise rents where dens crowd, book a week's rent, running costs, lines and other business, and smooth profits.

    Protectors ask for more where the leaders of an owner are wanted (``wanted``: by country called) or exposed.

    Returns
    -------
    rents, supplies : int
        Sums in cents.
    earned : int64, shape (syndicates,)
        Income from other business, cents.
    """
    active, lying_low = codes[0], codes[1]
    weight, crowding, dearer, cost_a_head, adjacent_a_head = terms[0], terms[1], terms[2], terms[3], terms[4]
    crowd, earned = np.zeros(zone_rent.size, np.int64), np.zeros(capital.size, np.int64)
    for i in range(status.size):
        crowd[zone[i]] += (status[i] == active) | (status[i] == lying_low)
    for z in range(zone_rent.size):
        rent_now[z] = zone_rent[z] * (1.0 + crowding * max(crowd[z] - 1, 0))

    rents, supplies = 0, 0
    for i in range(status.size):
        if status[i] == active or status[i] == lying_low:
            owner, place = syndicate[i], zone[i]
            # Protectors ask for more the surer it is that the leaders will be caught within a year.
            known = 1.0 if exposed_until[owner] > day else min(1.0, 365.0 * wanted[target[i]])
            rent = int(np.rint(7.0 * rent_now[place] * (1.0 + dearer * protection[place] * known)))
            supply = staff[i] * int(cost_a_head) + line_costs[i]
            other = staff[i] * int(adjacent_a_head) if adjacent[i] and status[i] == active else 0
            profit = income[i] + other - rent - supply
            capital[owner] += other - rent - supply
            earned[owner] += other
            profit_mean[i] += weight * (profit - profit_mean[i])
            rents += rent
            supplies += supply
        income[i], line_costs[i] = 0, 0
    return rents, supplies, earned
