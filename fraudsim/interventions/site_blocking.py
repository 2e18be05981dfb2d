"""Blocking of scam sites and addresses for the residents of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

WRONG = POSITION["sites_blocked_wrongly"]


class SiteBlocking(Intervention):
    """Networks block domains and addresses of scam sites."""

    name: ClassVar[str] = "site-blocking"
    lever: ClassVar[str] = "site_block, site_block_wrong (target country)"
    proximal: ClassVar[tuple[str, str]] = ("site_hours", "down")
    side_effects: ClassVar[str] = "ordinary sites blocked by mistake"
    adaptation: ClassVar[str] = "dens rotate domains at a price, put people off by a day, and drop advertisements"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    blocked: float = q(0.5, "share of site hours", 0.0, 1.0, "hours of scam sites that are blocked, before dens rotate "
                       "domains; sweep 0.1-0.9")
    wrong: float = q(1.0, "sites/country/day", 0.0, 1e6, "ordinary sites blocked by mistake")
    cost_per_wrong: float = q(500.0, "currency/site", 0.0, 1e6, "cost of an appeal and of lifting a wrong block")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: a block there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Set the share of site hours blocked, and the mistakes."""
        rows = self.rows(state)
        state.levers.move("site_block", rows, self.blocked * force)
        state.levers.move("site_block_wrong", rows, self.wrong * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the mistakes of the day before."""
        return round(100 * self.cost_per_wrong * int(state.yesterday[WRONG, country]))
