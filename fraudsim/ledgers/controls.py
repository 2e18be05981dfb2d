"""Controls by operators, networks and banks: what stands without policy, what policy adds, and how far both reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.levers import either

if TYPE_CHECKING:
    from fraudsim.state import State

Floats = NDArray[np.float64]


def usual_reach(state: State) -> Floats:
    """Return the share of services that controls cover without policy, by country."""
    return np.array([c.control_reach for c in state.world.countries])


def adults(state: State) -> Floats:
    """Return the adults of every country, whom controls may hit by mistake."""
    return np.array([float(c.adults) for c in state.world.countries])


def usual_filter(state: State) -> Floats:
    """Return scam calls that operators stop without policy, where controls reach, by country."""
    return np.array([c.call_filter for c in state.world.countries])


def usual_check(state: State) -> Floats:
    """Return scam payments that banks hold without policy, where controls reach, by country."""
    return np.array([c.bank_check for c in state.world.countries])


def control_reach(state: State) -> Floats:
    """Return today's share of services that controls cover: the usual one, and what a law adds.

    Returns
    -------
    float64, shape (countries,)
    """
    return np.minimum(1.0, state.fixed(usual_reach) + state.levers.reach)


def covered(state: State, lever: Floats, usual: Floats | float = 0.0) -> Floats:
    """Return a control's share of hits among all cases: policy joined with what is usual, as far as both reach.

    Parameters
    ----------
    state : State
    lever : float64, shape (countries,)
        Sensitivity that policy gives it.
    usual : float64, shape (countries,), or float
        Sensitivity without policy; the two catch the same cases as far as ``parameters.controls.overlap`` says.
    """
    caught: Floats = control_reach(state) * either(lever, usual, state.levers.overlap)
    return caught


def voice_filter(state: State) -> Floats:
    """Return the share of scam calls into every country that never ring."""
    return covered(state, state.levers.call_block, state.fixed(usual_filter))


def bank_check(state: State) -> Floats:
    """Return the share of payments to fraudsters that banks of every country hold."""
    return covered(state, state.levers.hold, state.fixed(usual_check))


def wrong(state: State, lever: Floats) -> Floats:
    """Return a control's share of wrong hits: only what it covers can be hit."""
    return control_reach(state) * lever


def sites_blocked(state: State) -> Floats:
    """Return the share of site hours blocked for residents of every country, before dens rotate domains."""
    return covered(state, state.levers.site_block)


def sites_down(state: State) -> Floats:
    """Return the share of site hours lost in every country: what is blocked and not won back by fresh domains."""
    return sites_blocked(state) * (1.0 - state.world.parameters.messages.domain_rotation)


def contact_filters(state: State) -> Floats:
    """Return the share of first contacts that never arrive, without regard to a den's stock of numbers.

    Returns
    -------
    float64, shape (channels, countries)
        Voice and messages by their filters; social media have none; advertisements lead to the den's sites.
    """
    return np.stack((voice_filter(state), covered(state, state.levers.sms_block), np.zeros(len(state.countries)),
                     sites_down(state)))


def warning_share(state: State) -> Floats:
    """Return the chance that a warning reaches a person before a stage, by country."""
    return covered(state, state.levers.warning)


def freeze_share(state: State) -> Floats:
    """Return the share of timely reports that lead to a freeze: the usual one, and what policy adds where it reaches.

    Returns
    -------
    float64, shape (countries,)
    """
    lever, usual = state.levers.freeze, float(state.world.parameters.money.freeze_success)
    joined = either(lever, usual, state.levers.overlap)
    more: Floats = usual + control_reach(state) * np.where(lever > 0.0, joined - usual, 0.0)
    return more


def recall_share(state: State) -> Floats:
    """Return the share of reported payments that banks of every country call back from further mule accounts."""
    return control_reach(state) * state.levers.recall
