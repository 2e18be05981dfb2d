"""Scams: the engaged go from stage to stage on their day, or leave."""

from __future__ import annotations

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import purpose
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops import scams as loops
from fraudsim.state import State

SUCCESS = purpose("scams.success")
LEFT_SERIES = POSITION["scams_left"]
ACTIVE, ENGAGED = DenStatus.ACTIVE.value, VictimStatus.ENGAGED.value
PAYING, LEFT = VictimStatus.PAYING.value, VictimStatus.LEFT.value


def wariness(state: State) -> float:
    """Return how wary people are who just came out of a scam."""
    return float(state.world.parameters.residents.wary_after_scam)


@process(reads="dens.status", writes="victims.* dens.stage_seconds")
def scams(state: State) -> None:
    """Play every stage that is due today; a stage without delay is followed by the next at once."""
    rows = state.agendas["stages"].take(state.day)
    if rows.size == 0:
        return
    left, paying, waiting = _play(state, rows)
    victims, agendas = state.victims, state.agendas
    LIFECYCLE.move(victims, left, LEFT)
    LIFECYCLE.move(victims, paying, PAYING)
    agendas["payments"].enter(paying, victims.due[paying])
    agendas["stages"].enter(waiting, victims.due[waiting])


def _play(state: State, rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Play the stages; return who leaves, who is to pay, and who goes on another day."""
    victims, dens, book, draws = state.victims, state.dens, state.book, state.draws
    left, paying, waiting, made = loops.play(
        state.day, draws.run, rows, dens.status, dens.stage_seconds, ACTIVE, victims.key, victims.status, ENGAGED,
        victims.den, victims.script, victims.stage, victims.susceptibility, victims.scams,
        victims.payments_this_scam, victims.due, victims.country, victims.wary, victims.wary_since, book.stages,
        book.success, book.seconds, book.delay, SUCCESS, state.fixed(wariness), state.flows.today, LEFT_SERIES)
    draws.made += made
    return left, paying, waiting
