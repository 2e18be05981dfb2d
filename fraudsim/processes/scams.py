"""Scams: the engaged go from stage to stage on their day, or leave; warnings reach some before a stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import purpose, purposes
from fraudsim.core.kernels import either_any
from fraudsim.core.process import process
from fraudsim.ledgers.controls import adults, sites_down, warning_share, wrong
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.loops import scams as loops
from fraudsim.scripts import CHANNELS
from fraudsim.state import State

SUCCESS = purpose("scams.success")
DRAWS = np.array([SUCCESS, *purposes("scams.warned", "scams.warning heeded", "scams.site down")], np.uint64)
WRONG = purpose("scams.warned wrongly")
COUNTED = positions("scams_left", "warnings", "scams_broken_off")
WARNINGS = POSITION["warnings"]
ACTIVE = DenStatus.ACTIVE.value
FATES = np.array([VictimStatus.ENGAGED, VictimStatus.PAYING, VictimStatus.LEFT, VictimStatus.BROKEN_OFF], np.int64)
WEB = CHANNELS.index("web")
MOST_TRIES = 3

Floats = NDArray[np.float64]


def wariness(state: State) -> float:
    """Return how wary people are who just came out of a scam."""
    return float(state.world.parameters.residents.wary_after_scam)


def wrong_warnings(state: State) -> Floats:
    """Return warnings that may be expected to reach people in no scam in a day, by country."""
    means: Floats = adults(state) * wrong(state, state.levers.warning_wrong)
    return means


def never(state: State) -> Floats:
    """Return the chance, by country, of what does not happen without policy."""
    return np.zeros(len(state.countries))


@process(reads="dens.status dens.adjacent countries.key countries.adults",
         writes="victims.* dens.stage_seconds countries.warning_tired")
def scams(state: State) -> None:
    """Play every stage that is due today; a stage without delay is followed by the next at once."""
    _play(state)
    _tire(state)


def _play(state: State) -> None:
    book, draws, stages = state.book, state.draws, state.agendas["stages"]
    spare, spares = state.victims.spare.room(stages.pending)
    heed = state.fixed(never)
    if state.levers.moved("warning"):
        heed = state.world.parameters.residents.warning_success * (1.0 - state.countries.warning_tired)
    draws.made += loops.play(
        state.columns, state.day, draws.run, *stages.room(0), *state.agendas["payments"].room(stages.pending), ACTIVE,
        FATES, LIFECYCLE.allowed, book.stages, book.success, book.seconds, book.delay, book.channel, book.needs_site,
        WEB, MOST_TRIES, DRAWS, state.standing(warning_share), heed, state.standing(sites_down), state.fixed(wariness),
        state.residents.slots, spare, spares, state.flows.today, COUNTED)


def tiring(state: State) -> tuple[float, float]:
    """Return what a warning to every adult takes from the effect of warnings, and what a day's rest leaves of that."""
    p = state.world.parameters.residents
    return float(p.warning_tiring), 0.5 ** (1.0 / p.warning_rest_days)


def _tire(state: State) -> None:
    """Count warnings to people in no scam; let all warnings tire people, and rest restore them."""
    countries, tired = state.countries, state.countries.warning_tired
    heard = state.flows.today[WARNINGS]
    if state.levers.moved("warning_wrong"):
        astray = state.draws.poisson(WRONG, countries.key, state.standing(wrong_warnings), state.day)
        state.flows.add_all("warnings_wrong", astray)
        heard = heard + astray
    if not either_any(heard, tired):
        return
    each, kept = state.fixed(tiring)
    now = np.minimum(1.0, kept * tired + each * heard / np.maximum(countries.adults, 1))
    # Cut off, since what is kept is a power; and so that it comes to an end.
    tired[...] = np.trunc(1e9 * now) / 1e9
