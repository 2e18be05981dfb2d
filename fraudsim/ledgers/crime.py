"""Recorded crime: what becomes of cases that police have registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fraudsim.core.table import Rows

if TYPE_CHECKING:
    from fraudsim.state import State


def solve(state: State, dens: Rows) -> None:
    """Count the registered cases of dens that are being dismantled as solved, for the country they called.

    Parameters
    ----------
    dens : int64, shape (n,)
        Rows; each den is dismantled once.
    """
    state.flows.add("solved", state.dens.target[dens], state.dens.registered[dens])
