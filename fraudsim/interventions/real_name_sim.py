"""Identity rules for telephone numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

class RealNameSim(Intervention):
    """Whoever buys a number must show who he is; numbers of strangers grow dear."""

    name: ClassVar[str] = "real-name-sim"
    lever: ClassVar[str] = "number_price (target country)"
    proximal: ClassVar[tuple[str, str]] = ("numbers_per_den", "down")
    side_effects: ClassVar[str] = "every subscriber has to register, at a cost"
    adaptation: ClassVar[str] = ("dens make do with fewer numbers, pay more for each call, and move to channels "
                                 "without numbers where a filter sees the rest more surely")
    source: ClassVar[str] = "001"
    side: ClassVar[str] = "target"

    price: float = q(1.2, "times", 1.0, 20.0, "price of numbers against that without the rules; sweep 1-1.5", "A",
                     "number cost +0-20% (A); GSMA: no evidence of less crime (R)")
    cost_per_adult: float = q(0.5, "currency/adult", 0.0, 1000.0, "registration of a subscriber, on the first "
                              "day")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: rules there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Raise the price of numbers."""
        state.levers.move("number_price", self.rows(state), 1.0 + (self.price - 1.0) * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of registering every adult, on the first day."""
        if state.day != self.start:
            return 0
        return round(100 * self.cost_per_adult * self.intensity * state.world.countries[country].adults)
