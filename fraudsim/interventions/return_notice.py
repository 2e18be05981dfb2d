"""Notices that call nationals home from dens: leniency by a deadline, and pressure on kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

SURRENDERS = POSITION["surrenders"]
FAMILIES = POSITION["kin_pressured"]


class ReturnNotice(Intervention):
    """A country of origin calls home its nationals in dens abroad; those who are free to leave may come."""

    name: ClassVar[str] = "return-notice"
    lever: ClassVar[str] = "surrender, leniency, kin_pressure (country of origin)"
    proximal: ClassVar[tuple[str, str]] = ("surrenders", "up")
    side_effects: ClassVar[str] = (
        "families pressed, those of the confined as well, who cannot come; trafficked people punished as offenders")
    adaptation: ClassVar[str] = "dens fill the empty seats anew; a shortage of staff raises coercion"
    source: ClassVar[str] = "002"

    surrender: float = q(0.004, "1/day", 0.0, 0.2, "chance that a worker who is free to leave surrenders, until the "
                         "deadline")
    deadline: int = q(90, "days", 0, 32000, "days after the start within which those who surrender go unpunished")
    after_deadline: float = q(0.2, "share", 0.0, 1.0, "of that chance, what is left after the deadline")
    leniency: float = q(0.8, "share of those who surrender", 0.0, 1.0, "those who go unpunished, until the deadline")
    kin_pressure: float = q(0.3, "share of nationals in dens", 0.0, 1.0, "nationals whose kin are pressed, as in some "
                            "notices")
    cost_per_return: float = q(800.0, "currency/person", 0.0, 1e5, "cost of receiving a person who surrenders")
    cost_per_family: float = q(100.0, "currency/family", 0.0, 1e5, "cost of calling on a family")

    def act(self, state: State, force: float) -> None:
        """Call people home and press kin; promise leniency as long as the deadline has not passed."""
        rows, in_time = self.rows(state), state.day < self.start + self.deadline
        called = self.surrender * (1.0 if in_time else self.after_deadline)
        state.levers.move("surrender", rows, called * force)
        state.levers.move("kin_pressure", rows, self.kin_pressure * force)
        # The promise is kept whole or not at all: a notice of half the intensity reaches half as many.
        state.levers.move("leniency", rows, self.leniency if in_time else 0.0)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of yesterday's returns and of the families pressed."""
        yesterday = state.yesterday
        return (round(100 * self.cost_per_return * int(yesterday[SURRENDERS, country]))
                + round(100 * self.cost_per_family * int(yesterday[FAMILIES, country])))
