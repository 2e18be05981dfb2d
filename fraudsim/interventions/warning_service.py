"""Warnings to people in a scam, by telephone, message or visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

RIGHT = POSITION["warnings"]
WRONG = POSITION["warnings_wrong"]


class WarningService(Intervention):
    """Police and operators warn people who seem to be in a scam."""

    name: ClassVar[str] = "warning-service"
    lever: ClassVar[str] = "warning, warning_wrong (target country)"
    proximal: ClassVar[tuple[str, str]] = ("scams_broken_off", "up")
    side_effects: ClassVar[str] = "warnings to people in no scam; every warning tires people of the next"
    adaptation: ClassVar[str] = "none by dens; people heed warnings less the more of them there are"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    noticed: float = q(0.1, "share of stages", 0.0, 1.0, "stages of a scam before which a warning reaches the person; "
                       "sweep 0.01-0.5")
    wrong: float = q(2e-5, "warnings/adult/day", 0.0, 0.1, "warnings that reach people in no scam", "A",
                     "002: 13.89 million person-visits in about a year (S), among about 1.1 billion adults 3.5e-5 a "
                     "day; how many of them were wrong is not recorded")
    cost_per_warning: float = q(2.0, "currency/warning", 0.0, 1e4, "cost of a call or visit, right or wrong")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: warnings there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Set how often warnings reach people in a scam, and others."""
        rows = self.rows(state)
        state.levers.move("warning", rows, self.noticed * force)
        state.levers.move("warning_wrong", rows, self.wrong * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the warnings of the day before."""
        given = int(state.yesterday[RIGHT, country] + state.yesterday[WRONG, country])
        return round(100 * self.cost_per_warning * given)
