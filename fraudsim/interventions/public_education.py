"""Awareness before contact: campaigns in schools, media and quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

class PublicEducation(Intervention):
    """A country teaches its residents how fraudsters work, before one reaches them."""

    name: ClassVar[str] = "public-education"
    lever: ClassVar[str] = "education (target country)"
    proximal: ClassVar[tuple[str, str]] = ("engagement_rate", "down")
    side_effects: ClassVar[str] = ("may do nothing, or backfire where effect is below 0: people who feel safe, or are "
                                   "frightened, engage more")
    adaptation: ClassVar[str] = "none by dens; awareness is learnt slowly and fades without a reminder"
    source: ClassVar[str] = "003"
    side: ClassVar[str] = "target"

    effect: float = q(0.15, "share of engagement", -0.2, 0.9, "engagement that full awareness takes away; below 0 it "
                      "backfires; sweep -0.2 to 0.5", "A", "after Pratkanis/AARP (R): fear messages backfire")
    cost_per_adult: float = q(0.001, "currency/adult/day", 0.0, 100.0, "cost of reaching the residents")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: lessons there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Set what is taught."""
        state.levers.move("education", self.rows(state), self.effect * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of reaching every resident the day before, at that day's strength."""
        each = self.cost_per_adult * self.force(state.day - 1)
        return round(100 * each * state.world.countries[country].adults)
