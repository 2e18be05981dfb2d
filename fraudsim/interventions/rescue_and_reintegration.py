"""Better screening of people found in dens, and help for those who come home."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

ARRESTS = POSITION["arrests"]
HELPED = POSITION["aftercare"]


class RescueAndReintegration(Intervention):
    """Hosts look for victims of trafficking among the arrested; countries of origin help those who come home."""

    name: ClassVar[str] = "rescue-and-reintegration"
    lever: ClassVar[str] = "screening, screening_wrong (host), aftercare (country of origin)"
    proximal: ClassVar[tuple[str, str]] = ("re_recruitment", "down")
    side_effects: ClassVar[str] = "offenders taken for trafficked go unpunished"
    adaptation: ClassVar[str] = "none by syndicates: others at risk are recruited in the place of those who settle"
    source: ClassVar[str] = "003"

    screening: float = q(0.4, "share of the missed", 0.0, 1.0, "trafficked people missed without policy who are "
                         "recognised")
    false_positives: float = q(0.03, "share of offenders", 0.0, 1.0, "offenders taken for trafficked, in addition to "
                               "those without policy")
    aftercare: float = q(0.5, "share of people who come home", 0.0, 1.0, "people who receive help with work, debt and "
                         "health")
    cost_per_screening: float = q(300.0, "currency/person arrested", 0.0, 1e5, "cost of screening a person")
    cost_per_person: float = q(3000.0, "currency/person helped", 0.0, 1e6, "cost of helping a person who came home")

    def act(self, state: State, force: float) -> None:
        """Set the two kinds of error of screening, and the share of people who are helped."""
        rows = self.rows(state)
        state.levers.move("screening", rows, self.screening * force)
        state.levers.move("screening_wrong", rows, self.false_positives * force)
        state.levers.move("aftercare", rows, self.aftercare * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of screening those arrested the day before, and of the help that began then."""
        yesterday = state.yesterday
        return (round(100 * self.cost_per_screening * int(yesterday[ARRESTS, country]))
                + round(100 * self.cost_per_person * int(yesterday[HELPED, country])))
