"""A law that obliges operators, networks and banks to take part in controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

class AntiFraudLaw(Intervention):
    """From a date the law extends the reach of controls to services that stood aside; by itself it stops nothing."""

    name: ClassVar[str] = "anti-fraud-law"
    lever: ClassVar[str] = "reach (target country)"
    proximal: ClassVar[tuple[str, str]] = ("control_reach", "up")
    side_effects: ClassVar[str] = "wrong hits of filters, holds and warnings grow with the reach of these"
    adaptation: ClassVar[str] = "none to the law; that to other controls follows from their reach"
    source: ClassVar[str] = "002, 003"
    side: ClassVar[str] = "target"

    gained: float = q(0.2, "share of services", 0.0, 1.0, "services that controls come to cover; reach never passes 1, "
                      "and where it stands there the law adds nothing")

    def act(self, state: State, force: float) -> None:
        """Extend the reach of all controls."""
        state.levers.move("reach", self.rows(state), self.gained * force)
