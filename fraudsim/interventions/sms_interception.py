"""Message filters in a target country."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

BLOCKED = POSITION["sms_blocked"]
WRONG = POSITION["wanted_messages_blocked"]


class SmsInterception(Intervention):
    """Telecom operators stop messages that look like fraud."""

    name: ClassVar[str] = "sms-interception"
    lever: ClassVar[str] = "sms_block, sms_block_wrong (target country)"
    proximal: ClassVar[tuple[str, str]] = ("messages_delivered", "down")
    side_effects: ClassVar[str] = "wanted messages stopped, by the filter's false-positive rate"
    adaptation: ClassVar[str] = "dens move their time to calls, social media and advertisements where the script allows"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    sensitivity: float = q(0.5, "share of scam messages", 0.0, 1.0, "scam messages the filter stops; sweep 0.1-0.9")
    false_positives: float = q(0.0005, "share of wanted messages", 0.0, 1.0, "wanted messages the filter stops")
    cost_per_message: float = q(0.0001, "currency/blocked message", 0.0, 100.0, "cost of stopping a message")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: a filter there would cost and do nothing."""
        return super().check(world) + self._not_called(world)

    def act(self, state: State, force: float) -> None:
        """Set the filter's sensitivity and false-positive rate."""
        rows = self.rows(state)
        state.levers.move("sms_block", rows, self.sensitivity * force)
        state.levers.move("sms_block_wrong", rows, self.false_positives * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the messages stopped the day before."""
        stopped = int(state.yesterday[BLOCKED, country] + state.yesterday[WRONG, country])
        return round(100 * self.cost_per_message * stopped)
