"""Leader warrants: a country names and seeks the organisers of syndicates that call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

TAKEN = POSITION["leaders_taken"]


class LeaderWarrants(Intervention):
    """Wanted leaders may be arrested on any day, less where they hide under protection."""

    name: ClassVar[str] = "leader-warrants"
    lever: ClassVar[str] = "leader_hazard (country whose residents are called)"
    proximal: ClassVar[tuple[str, str]] = ("leaders_in_post", "down")
    side_effects: ClassVar[str] = "parts of a syndicate go their own way under new owners"
    adaptation: ClassVar[str] = "successors take over; protection is bought again"
    source: ClassVar[str] = "002"
    side: ClassVar[str] = "target"

    hazard: float = q(0.001, "1/day", 0.0, 0.05, "chance a day that a leader is arrested where nobody shields him; "
                      "0.001 is about three in ten within a year; sweep 0.0002-0.005")
    cost_per_leader: float = q(100000.0, "currency/leader", 0.0, 1e8, "reward and transport for a leader arrested; "
                               "shared by the countries it is in force in")

    def check(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls: it wants no leader."""
        targets = [c.iso for c in world.countries if c.target]
        spared = {c.iso for c in world.countries if not c.target}
        return super().check(world) + [f"countries: {iso!r} is not called by anybody; allowed: {', '.join(targets)}"
                                       for iso in self.countries if iso in spared]

    def act(self, state: State, force: float) -> None:
        """Set the chance of an arrest."""
        state.levers.move("leader_hazard", self.rows(state), self.hazard * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return a country's share of the cost of leaders arrested the day before, at a raid or under a warrant."""
        return round(100 * self.cost_per_leader * int(state.yesterday[TAKEN].sum()) / len(self.countries))
