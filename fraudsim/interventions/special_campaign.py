"""Special campaigns: for a fixed time a country puts more police on fraud, and judges forces by cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

BORROWED = POSITION["police_borrowed"]


class SpecialCampaign(Intervention):
    """Police borrowed from other work for a fixed time; local forces are assessed by registered cases."""

    name: ClassVar[str] = "special-campaign"
    lever: ClassVar[str] = "police, registration (country)"
    proximal: ClassVar[tuple[str, str]] = ("arrests", "up")
    side_effects: ClassVar[str] = ("capacity is missing afterwards, when other work calls it back; recorded crime "
                                   "rises without more crime; trafficked people are arrested")
    adaptation: ClassVar[str] = "dens whose owners see more raids lie low or move"
    source: ClassVar[str] = "001, 002"

    duration: int = q(120, "days", 1, 32000, "days it lasts from its start, ramp included; it ends sooner if end says "
                      "so")
    borrowed: float = q(0.5, "share", 0.0, 4.0, "investigators and officers added, against the usual number")
    registration: float = q(1.2, "times", 0.1, 5.0, "reports registered as cases, against the usual share")
    cost_per_investigator: float = q(250.0, "currency/investigator/day", 0.0, 1e6, "cost of an investigator borrowed")

    def force(self, day: int) -> float:
        """Return today's strength: nothing once the fixed time is over."""
        return 0.0 if day >= self.start + self.duration else super().force(day)

    def act(self, state: State, force: float) -> None:
        """Add police, and set how readily reports are registered."""
        rows = self.rows(state)
        state.levers.move("police", rows, 1.0 + self.borrowed * force)
        state.levers.move("registration", rows, 1.0 + (self.registration - 1.0) * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the investigators borrowed the day before."""
        return round(100 * self.cost_per_investigator * int(state.yesterday[BORROWED, country]))
