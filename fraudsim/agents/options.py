"""What an owner chooses among: stances, places, lines of business."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.draws import Keys, root_key

if TYPE_CHECKING:
    from fraudsim.state import State

Floats = NDArray[np.float64]


class Stance(enum.IntEnum):
    """What an owner may do with a den that has been warned."""

    STAY = 0
    LIE_LOW = 1
    MOVE = 2
    LEAVE = 3


@dataclass(frozen=True)
class Places:
    """What a syndicate knows of the zones when it chooses.

    Attributes
    ----------
    appeal : float64, shape (zones,)
        Log odds of a place: its attraction and its expected value, scaled.
    value : float64, shape (zones,)
        Expected profit less expected loss by raids over the horizon, weeks of profit.
    region : int32, shape (zones,)
    """

    appeal: Floats
    value: Floats
    region: NDArray[np.int32]


@dataclass(frozen=True)
class Lines:
    """What a syndicate knows of scripts and targets when it chooses one for a den.

    Attributes
    ----------
    appeal : float64, shape (lines,)
        Log odds; minus infinity for a line out of its reach.
    new : bool, shape (lines,)
        Whether none of its dens plays it.
    """

    appeal: Floats
    new: NDArray[np.bool_]


def line_keys(state: State) -> Keys:
    """Return the names of all lines for random draws, for ``state.fixed``."""
    return np.array([root_key("line", state.scripts[script].name, state.country_names[target])
                     for script, target in state.lines], np.uint64)
