"""Punishment of people who lend accounts or cards to launderers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

PUNISHED = POSITION["helpers_punished"]


class AdministrativePunishment(Intervention):
    """Fines and closed accounts for lenders: fewer offer their account, and those who do ask for more."""

    name: ClassVar[str] = "administrative-punishment"
    lever: ClassVar[str] = "account_price, helper_punishment, helper_punishment_wrong (target country)"
    proximal: ClassVar[tuple[str, str]] = ("account_price", "up")
    side_effects: ClassVar[str] = "people punished who had been robbed of their account or deceived themselves"
    adaptation: ClassVar[str] = "launderers use each account for more payments, and money stays longer in it"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    price: float = q(2.0, "times", 1.0, 20.0, "price of mule accounts at full force, against the price without; sweep "
                     "1-10")
    punished: float = q(0.3, "share of lenders", 0.0, 1.0, "lenders of used accounts who are found and punished")
    wrongly: float = q(0.15, "share of those punished", 0.0, 1.0, "of those, people who had been robbed or deceived")
    cost_per_person: float = q(50.0, "currency/person", 0.0, 1e5, "cost of finding and punishing a lender")

    def check(self, world: World) -> list[str]:
        """Return a line for every country where nobody pays into mule accounts: it would cost and do nothing."""
        targets = [c.iso for c in world.countries if c.target]
        others = {c.iso for c in world.countries if not c.target}
        return super().check(world) + [f"countries: {iso!r} is not called by anybody; allowed: {', '.join(targets)}"
                                       for iso in self.countries if iso in others]

    def act(self, state: State, force: float) -> None:
        """Raise the price of accounts and punish lenders."""
        rows = self.rows(state)
        state.levers.move("account_price", rows, 1.0 + (self.price - 1.0) * force)
        state.levers.move("helper_punishment", rows, self.punished * force)
        state.levers.move("helper_punishment_wrong", rows, self.wrongly)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the people punished the day before."""
        return round(100 * self.cost_per_person * int(state.yesterday[PUNISHED, country]))
