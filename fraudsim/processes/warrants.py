"""Warrants: leaders wanted by a country are arrested where they hide, unless somebody shields them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import is_open
from fraudsim.agents.syndicate import lose_leader
from fraudsim.core.draws import child_keys, purpose
from fraudsim.core.process import process
from fraudsim.core.table import where
from fraudsim.state import State

ARREST = purpose("warrants.arrest")


@process(reads="dens.status dens.target zones.country zones.protection",
         writes="syndicates.* dens.syndicate")
def warrants(state: State) -> None:
    """Arrest leaders of syndicates that call a country which wants them."""
    if not state.levers.moved("leader_hazard"):
        return
    syndicates = state.syndicates
    hazard = _hazard(state)
    sought = where((hazard > 0.0) & (syndicates.leaders > 0))
    for row in sought[np.argsort(syndicates.key[sought])].tolist():
        leaders = child_keys(syndicates.key[row], "leader", np.arange(int(syndicates.leaders[row])))
        u = state.draws.uniform(ARREST, leaders, state.day)
        for _ in range(int((u < hazard[row]).sum())):
            lose_leader(state, row)


def _hazard(state: State) -> NDArray[np.float64]:
    """Return the chance that a leader is arrested today, by syndicate.

    Every country that the syndicate's dens call, or that it calls by habit, looks for him on its own.
    Protection of the place where he hides keeps him safe, unless his syndicate is exposed.
    """
    syndicates, dens = state.syndicates, state.dens
    called = np.zeros((len(syndicates), len(state.countries)), bool)
    called[np.arange(len(syndicates)), syndicates.target] = True
    standing = is_open(dens)
    called[dens.syndicate[standing], dens.target[standing]] = True
    found = 1.0 - np.where(called, 1.0 - state.levers.leader_hazard, 1.0).prod(axis=1)
    safe = state.world.parameters.leaders.shielded * _protection(state)[syndicates.hideout]
    hazard: NDArray[np.float64] = found * (1.0 - np.where(syndicates.exposed_until > state.day, 0.0, safe))
    return hazard


def _protection(state: State) -> NDArray[np.float64]:
    """Return the mean protection of every country's zones, 0 where it has none."""
    n, zones = len(state.countries), state.zones
    return np.bincount(zones.country, zones.protection, n) / np.maximum(np.bincount(zones.country, minlength=n), 1)
