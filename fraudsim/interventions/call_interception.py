"""Voice filters in a target country."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

BLOCKED = POSITION["calls_blocked"]
WRONG = POSITION["wanted_calls_blocked"]


class CallInterception(Intervention):
    """Telecom operators stop calls that look like fraud before they ring."""

    name: ClassVar[str] = "call-interception"
    lever: ClassVar[str] = "call_block, call_block_wrong (target country)"
    proximal: ClassVar[tuple[str, str]] = ("calls_answered", "down")
    side_effects: ClassVar[str] = "wanted calls stopped, by the filter's false-positive rate"
    adaptation: ClassVar[str] = "dialling is nearly free: dens dial on and buy fresh numbers for those blocked"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    sensitivity: float = q(0.3, "share of scam calls", 0.0, 1.0, "scam calls the filter stops", "R",
                           "FCC 2020: call volume -30% (confounded)")
    false_positives: float = q(0.0005, "share of wanted calls", 0.0, 1.0, "wanted calls the filter stops; FCC 2020 "
                               "gives the share of wanted calls among the blocked, which is an output here")
    cost_per_call: float = q(0.0005, "currency/blocked call", 0.0, 100.0, "cost of stopping a call")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: a filter there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Set the filter's sensitivity and false-positive rate."""
        state.levers.move("call_block", self.rows(state), self.sensitivity * force)
        state.levers.move("call_block_wrong", self.rows(state), self.false_positives * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the calls stopped the day before."""
        yesterday = state.yesterday
        stopped = int(yesterday[BLOCKED, country] + yesterday[WRONG, country])
        return round(100 * self.cost_per_call * stopped)
