"""Liaison teams: a force sends officers to others, where they speed up answers and work on cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.worlds.consistency import UNREAD, lost
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World


class LiaisonTeams(Intervention):
    """The sender's officers sit with the police of every other country of the list."""

    name: ClassVar[str] = "liaison-teams"
    lever: ClassVar[str] = "liaison (from the sender to each of its other countries)"
    proximal: ClassVar[tuple[str, str]] = ("request_days", "down")
    side_effects: ClassVar[str] = "the officers are missing from the sender's own cases"
    adaptation: ClassVar[str] = "none by itself; syndicates answer to the raids that follow"
    source: ClassVar[str] = "000, 001"

    sender: str = q(..., "ISO code", None, None, "country that sends officers; one of countries")
    officers: int = q(4, "officers/country", 0, 1000, "officers sent to each of the others")
    cost_per_officer: float = q(400.0, "currency/officer/day", 0.0, 1e6, "cost of an officer abroad; the sender pays")

    def check(self, world: World) -> list[str]:
        """Add that the sender takes part, is not alone, and has that many investigators."""
        lines = super().check(world)
        if not self.countries:
            return lines
        lines += lost("sender", self.sender, self.countries, "country taking part")
        if self.alone():
            lines.append("countries: nobody but the sender; allowed: two and more")
        people = next((c.police.investigators for c in world.countries if c.iso == self.sender), None)
        sent = self.officers * (len(self.countries) - 1)
        if self.sender is not UNREAD and people is not None and sent > people:
            lines.append(f"officers: {sent} in all; allowed: at most {people:g}, the investigators of {self.sender!r}")
        return lines

    def act(self, state: State, force: float) -> None:
        """Send the officers."""
        sender = state.country_names.index(self.sender)
        hosts = [row for row in self.rows(state) if row != sender]
        state.levers.move("liaison", ([sender] * len(hosts), hosts), self.officers * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the sender's cost of the officers who were abroad the day before."""
        if state.country_names[country] != self.sender:
            return 0
        abroad = self.officers * (len(self.countries) - 1) * self.force(state.day - 1)
        return round(100 * self.cost_per_officer * abroad)
