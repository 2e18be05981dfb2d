"""Extradition agreements: suspects and evidence pass between countries sooner, and more surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

HANDED_OVER = POSITION["handed_over"]


class ExtraditionAgreement(Intervention):
    """Every pair of its countries hands suspects over, both ways, and accepts the other's evidence more readily.

    Where no treaty stands, the agreement founds one, on the terms of ``parameters.justice.agreement_*``. Suspects
    who wait already are not handed over any sooner.
    """

    name: ClassVar[str] = "extradition-agreement"
    lever: ClassVar[str] = "treaty_delay, treaty_refusal, agreement, evidence_transfer (every pair, both ways)"
    proximal: ClassVar[tuple[str, str]] = ("queue_days", "down")
    side_effects: ClassVar[str] = ("trafficked people whom screening missed are handed over and punished, where there "
                                   "was no treaty before")
    adaptation: ClassVar[str] = "none by itself; arrests do not rise, and dens do not know"
    source: ClassVar[str] = "000, 002"

    delay: float = q(0.5, "times", 0.05, 1.0, "duration of extradition against that under the treaty that stands; "
                     "sweep 0.1-1")
    refusal: float = q(0.5, "times", 0.0, 1.0, "share of requests refused against that under the treaty that stands")
    evidence: float = q(0.5, "share", 0.0, 1.0, "of the weight that courts deny to evidence from the other country, "
                        "what it restores")
    cost_per_person: float = q(3000.0, "currency/person", 0.0, 1e7, "cost of handing a person over; the host pays")

    def check(self, world: World) -> list[str]:
        """Add that it takes two."""
        lines = super().check(world)
        return lines + (["countries: an agreement has two sides; allowed: two and more"]
                        if self.alone() else [])

    def act(self, state: State, force: float) -> None:
        """Set delay, refusal and weight of evidence for every pair, in proportion to today's strength."""
        rows = self.rows(state)
        pairs = [a for a in rows for b in rows if a != b], [b for a in rows for b in rows if a != b]
        state.levers.move("treaty_delay", pairs, 1.0 - (1.0 - self.delay) * force)
        state.levers.move("treaty_refusal", pairs, 1.0 - (1.0 - self.refusal) * force)
        state.levers.move("evidence_transfer", pairs, self.evidence * force)
        state.levers.move("agreement", pairs, force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the people handed over the day before."""
        return round(100 * self.cost_per_person * int(state.yesterday[HANDED_OVER, country]))
