"""Public spending by intervention, in cents. It takes no part in a run's digest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Spending:
    """What the public pays for interventions.

    Attributes
    ----------
    by_name : dict of str to int
        Cents so far, by intervention.
    today : int64, shape (countries,)
        Cents booked on the present day, by the country that pays.
    """

    def __init__(self, n_countries: int) -> None:
        self.by_name: dict[str, int] = {}
        self.today: NDArray[np.int64] = np.zeros(n_countries, np.int64)

    def book(self, name: str, country: int, cents: int) -> None:
        """Book a cost of an intervention to the country that pays."""
        self.by_name[name] = self.by_name.get(name, 0) + cents
        self.today[country] += cents

    def copy(self) -> Spending:
        """Return an independent copy."""
        twin = Spending(self.today.size)
        twin.by_name, twin.today = dict(self.by_name), self.today.copy()
        return twin
