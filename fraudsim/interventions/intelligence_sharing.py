"""Intelligence sharing: forces meet, come to trust one another, and pass files on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World

MEETINGS = POSITION["meetings"]
SHARED = POSITION["files_shared"]


class IntelligenceSharing(Intervention):
    """Every force of its countries passes files to every other that they concern, as far as it trusts it."""

    name: ClassVar[str] = "intelligence-sharing"
    lever: ClassVar[str] = "sharing, meetings (every pair of its countries, both ways)"
    proximal: ClassVar[tuple[str, str]] = ("days_to_ready", "down")
    side_effects: ClassVar[str] = "files leak where officials protect dens; false leads are passed on as well"
    adaptation: ClassVar[str] = "dens that are told of a file lie low or move"
    source: ClassVar[str] = "000-002"

    share: float = q(0.5, "share of files/week", 0.0, 1.0, "files that a force passes on in a week, at full trust")
    meetings: float = q(0.25, "meetings/pair/week", 0.0, 7.0, "meetings of every two forces; one a month by default")
    cost_per_meeting: float = q(5000.0, "currency/country/meeting", 0.0, 1e7, "cost of a meeting to each side")
    cost_per_file: float = q(100.0, "currency/file", 0.0, 1e6, "cost of passing a file on")

    def check(self, world: World) -> list[str]:
        """Add that it takes two."""
        lines = super().check(world)
        return lines + (["countries: one alone has nobody to share with; allowed: two and more"]
                        if self.alone() else [])

    def act(self, state: State, force: float) -> None:
        """Set sharing and meetings for every pair."""
        rows = self.rows(state)
        givers, receivers = [a for a in rows for b in rows if a != b], [b for a in rows for b in rows if a != b]
        state.levers.move("sharing", (givers, receivers), self.share * force)
        state.levers.move("meetings", (givers, receivers), self.meetings * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of meetings held and files passed on the day before."""
        held, passed = int(state.yesterday[MEETINGS, country]), int(state.yesterday[SHARED, country])
        return round(100 * (self.cost_per_meeting * held + self.cost_per_file * passed))
