"""Policy: every intervention in force moves its levers and files its orders for today."""

from __future__ import annotations

from fraudsim.core.process import process
from fraudsim.state import State


@process(reads="forces.investigators forces.lent")
def policy(state: State) -> None:
    """Set every lever to neutral, then let interventions move them and file orders."""
    state.levers.reset()
    state.orders.clear()
    for intervention in state.policy:
        intervention.live(state)
