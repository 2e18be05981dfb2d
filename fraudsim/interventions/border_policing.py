"""Police on smugglers' routes, on either side of a border."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

CAUGHT = POSITION["smuggled_stopped"]


class BorderPolicing(Intervention):
    """Countries patrol smugglers' routes and break up the groups that run them."""

    name: ClassVar[str] = "border-policing"
    lever: ClassVar[str] = "smuggle_stop (country of origin or of the den), smuggle_price (country of origin)"
    proximal: ClassVar[tuple[str, str]] = ("smuggled_arrivals", "down")
    side_effects: ClassVar[str] = "routes grow dearer, and recruits owe the price: more debt to the den"
    adaptation: ClassVar[str] = (
        "the caught are sent again; recruiters who see routes fail send more people through controls")
    source: ClassVar[str] = "002"

    stopped: float = q(0.4, "share of smuggled recruits", 0.0, 1.0, "recruits caught on a route out of the country or "
                       "into it; 51,000 arrests in a year without a count of those who passed", "A",
                       "002 (Yunnan); MPS 2022: 12,000 groups")
    price_rise: float = q(0.5, "share", 0.0, 19.0, "rise of the price of a route out of the country")
    cost_per_stop: float = q(400.0, "currency/person caught", 0.0, 1e5, "cost of handling a person caught, borne by "
                             "the country of origin")

    def act(self, state: State, force: float) -> None:
        """Set the chance to be caught, and the price of a route."""
        rows = self.rows(state)
        state.levers.move("smuggle_stop", rows, self.stopped * force)
        state.levers.move("smuggle_price", rows, 1.0 + self.price_rise * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the people caught the day before."""
        return round(100 * self.cost_per_stop * int(state.yesterday[CAUGHT, country]))
