"""Joint raids: several forces pool evidence and officers and strike many sites within hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.orders import JointOrder
from fraudsim.worlds.consistency import UNREAD, lost
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World


class JointRaids(Intervention):
    """Police of a target and of host countries prepare and strike together."""

    name: ClassVar[str] = "joint-raids"
    lever: ClassVar[str] = "order: joint operation (lead, hosts, earliest day, strength, officers)"
    proximal: ClassVar[tuple[str, str]] = ("sites_per_strike", "up")
    side_effects: ClassVar[str] = "investigators lent are missing elsewhere; trafficked workers arrested and punished"
    adaptation: ClassVar[str] = "dens that are warned lie low or move; syndicates with capital reopen"
    source: ClassVar[str] = "000-004"

    lead: str = q(..., "ISO code", None, None, "country whose police lead; one of countries")
    strength: float = q(0.5, "share", 0.0, 1.0, "share of the forces' investigators lent to the operation")
    officers: int = q(600, "officers", 1, 10**7, "officers on the day of the strike", "S", "004: 600; 000: 800")
    earliest: int = q(0, "days", 0, 32000, "days after the start before which no strike may come")
    operations: int = q(0, "operations", 0, 10000, "most operations; 0 for as many as the window allows")
    cost_per_officer: float = q(500.0, "currency/officer", 0.0, 1e6, "cost of an officer on the day of a strike")
    cost_per_investigator: float = q(250.0, "currency/investigator/day", 0.0, 1e6, "cost of an investigator lent")

    def check(self, world: World) -> list[str]:
        """Add what a joint operation needs: a lead that takes part, and a host with a place for dens."""
        lines = super().check(world)
        if not self.countries:
            return lines
        lines += lost("lead", self.lead, self.countries, "country taking part")
        hosts = {c.iso for c in world.countries if c.zones and c.iso != self.lead}
        # A country that could not be read, or that is misspelt, may be meant as the host.
        unclear = self.lead is UNREAD or not set(self.countries) <= {c.iso for c in world.countries}
        if not unclear and not hosts & set(self.countries):
            lines.append(f"countries: none but the lead has a zone where dens may stand; hosts: "
                         f"{', '.join(sorted(hosts))}")
        return lines

    def act(self, state: State, force: float) -> None:
        """Ask for a joint operation over the territory of the countries, while the window lasts."""
        names = state.country_names
        hosts = tuple(names.index(iso) for iso in self.countries if iso != self.lead)
        state.orders.append(JointOrder(names.index(self.lead), hosts, self.start + self.earliest,
                                       self.strength * force, round(self.officers * self.intensity),
                                       self.operations))

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of investigators lent and of officers in yesterday's strikes."""
        lent = float(state.forces.investigators[country] * state.forces.lent[country])
        struck = int(state.officers_out[country])
        return round(100 * (self.cost_per_investigator * lent + self.cost_per_officer * struck))
