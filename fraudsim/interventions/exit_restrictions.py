"""Exit bans on named persons, and screening of people at risk who are about to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fraudsim.interventions.base import Intervention
from fraudsim.ledgers.flows import POSITION
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State

STOPS = POSITION["border_stops"]
WRONG = POSITION["travellers_stopped_wrongly"]


class ExitRestrictions(Intervention):
    """A source country keeps engaged persons from leaving and questions those at risk."""

    name: ClassVar[str] = "exit-restrictions"
    lever: ClassVar[str] = "exit_ban, exit_screening, exit_screening_wrong (source country)"
    proximal: ClassVar[tuple[str, str]] = ("arrivals_from", "down")
    side_effects: ClassVar[str] = (
        "ordinary travellers stopped; stopped recruits turn to smugglers: more debt, less freedom")
    adaptation: ClassVar[str] = "recruiters shift to other sources; empty seats raise coercion in the dens"
    source: ClassVar[str] = "003"

    ban: float = q(0.8, "share of named persons", 0.0, 1.0, "named persons stopped at the border")
    screening: float = q(0.3, "share of recruits", 0.0, 1.0, "recruits whom screening stops")
    false_positives: float = q(0.001, "share of travellers", 0.0, 1.0, "ordinary travellers whom it stops")
    cost_per_stop: float = q(150.0, "currency/person stopped", 0.0, 1e5, "cost of handling a person stopped")

    def act(self, state: State, force: float) -> None:
        """Set ban, screening and false-positive rate."""
        rows = self.rows(state)
        state.levers.move("exit_ban", rows, self.ban * force)
        state.levers.move("exit_screening", rows, self.screening * force)
        state.levers.move("exit_screening_wrong", rows, self.false_positives * force)

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of the people stopped the day before."""
        stopped = int(state.yesterday[STOPS, country] + state.yesterday[WRONG, country])
        return round(100 * self.cost_per_stop * stopped)
