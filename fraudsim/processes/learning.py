"""Learning: once a week owners update what they believe, from what they could observe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import CODES
from fraudsim.agents.syndicate import STOCKTAKING
from fraudsim.core.process import process
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.loops.learning import learn_journeys, learn_lines, learn_profits, learn_risks
from fraudsim.state import State

DEPARTURES, STOPPED = POSITION["departures"], positions("border_stops")
SMUGGLED, CAUGHT = POSITION["smuggled"], positions("smuggled_stopped", "smuggled_deaths")


def terms(state: State) -> NDArray[np.float64]:
    """Return the weight of news, what raids on others and next door tell, and how fast fear follows them."""
    p = state.world.parameters.adaptation
    # Rounded: what a belief keeps may hold no power as a processor gives it.
    fading = round(1.0 - 0.5 ** (1.0 / p.neighbour_fear_weeks), 9)
    return np.array([p.belief_weight, p.news_share, p.neighbour_share, fading], np.float64)


@process(reads="dens.status dens.syndicate dens.zone dens.line dens.adjacent dens.profit_mean dens.ended "
               "zones.country syndicates.line_reach",
         writes="syndicates.profit_belief syndicates.line_belief syndicates.risk_belief syndicates.fear "
                "syndicates.source_belief syndicates.route_belief zones.raids_week")
def learning(state: State) -> None:
    """Update beliefs: own profits, own and others' raids, and how all recruits of the week fared on their way."""
    if state.day % 7 != STOCKTAKING:
        return
    d, s, z, weights = state.dens, state.syndicates, state.zones, state.fixed(terms)
    weight = float(weights[0])
    learn_profits(d.status, d.syndicate, d.zone, d.profit_mean, s.profit_belief, CODES, weight)
    learn_lines(d.status, d.syndicate, d.line, d.adjacent, d.profit_mean, s.line_belief, s.line_reach, CODES, weight,
                float(weights[1]))
    learn_risks(state.day, d.status, d.syndicate, d.zone, d.ended, s.risk_belief, s.fear, z.raids_week, z.country,
                CODES, weights)
    week = max(0, state.days_lived - 7), state.days_lived
    learn_journeys(state.record, *week, DEPARTURES, STOPPED, s.source_belief, weight)
    learn_journeys(state.record, *week, SMUGGLED, CAUGHT, s.route_belief, weight)
    state.zones.raids_week[...] = 0
