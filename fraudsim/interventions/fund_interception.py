"""Interception of funds: banks hold suspicious transfers, freeze what is reported, and call back what has moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

HOLDS, WRONG, REPORTS = POSITION["holds"], POSITION["transfers_held_wrongly"], POSITION["reports"]


class FundInterception(Intervention):
    """Banks and the financial-intelligence unit stop payments to fraudsters before, and after, they leave."""

    name: ClassVar[str] = "fund-interception"
    lever: ClassVar[str] = "hold, hold_wrong, freeze, recall (target country)"
    proximal: ClassVar[tuple[str, str]] = ("net_per_attempted", "down")
    side_effects: ClassVar[str] = "ordinary transfers held, by the check's false-positive rate; mule accounts burnt"
    adaptation: ClassVar[str] = (
        "people whose payment is held pay by another way; launderers hurry, and take more for it")
    source: ClassVar[str] = "002, 003"
    side: ClassVar[str] = "target"

    hold: float = q(0.2, "share of scam payments", 0.0, 1.0, "payments to fraudsters that the bank's check holds; "
                    "sweep 0.05-0.5")
    hold_wrong: float = q(0.0005, "share of ordinary transfers", 0.0, 1.0, "ordinary transfers that the check holds")
    freeze: float = q(0.4, "share of timely reports", 0.0, 1.0, "timely reports that lead to a freeze, of those that "
                      "would not without it")
    recall: float = q(0.15, "share of payments on the move", 0.0, 1.0, "reported payments called back after they left "
                      "the first account; sweep 0-0.5")
    cost_per_hold: float = q(5.0, "currency/hold", 0.0, 1e5, "cost of a held transfer: a call, a talk; wrong holds "
                             "included")
    cost_per_report: float = q(20.0, "currency/report", 0.0, 1e5, "cost of following a reported payment through "
                               "accounts")

    def check(self, world: World) -> list[str]:
        """Return a line for every country whose residents nobody asks for money: it would cost and do nothing."""
        targets = [c.iso for c in world.countries if c.target]
        others = {c.iso for c in world.countries if not c.target}
        return super().check(world) + [f"countries: {iso!r} is not called by anybody; allowed: {', '.join(targets)}"
                                       for iso in self.countries if iso in others]

    def act(self, state: State, force: float) -> None:
        """Set the bank's check and what follows a report."""
        rows = self.rows(state)
        state.levers.move("hold", rows, self.hold * force)
        state.levers.move("hold_wrong", rows, self.hold_wrong * force)
        state.levers.move("freeze", rows, self.freeze * force)
        state.levers.move("recall", rows, self.recall * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the transfers held, and of the reports followed, the day before; its own days only."""
        force, yesterday = self.force(state.day - 1), state.yesterday
        if force == 0.0:
            return 0
        held = int(yesterday[HOLDS, country] + yesterday[WRONG, country])
        reports = force * int(yesterday[REPORTS, country])
        return round(100 * (self.cost_per_hold * held + self.cost_per_report * reports))
