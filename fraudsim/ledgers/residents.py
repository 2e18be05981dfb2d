"""Residents who were engaged, never asked for money, and hold no row: the index of residents remembers them.

See :mod:`fraudsim.loops.residents` for what is remembered, and how it is packed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fraudsim.core.draws import Keys
from fraudsim.core.table import Rows
from fraudsim.loops.residents import recalled_all

if TYPE_CHECKING:
    from fraudsim.state import State


class Remembered(NamedTuple):
    """What is remembered of some residents, an array each.

    Attributes
    ----------
    key : uint64
    left, scams, warnings : int64
        Day they last came out of a scam; scams and warnings so far.
    """

    key: Keys
    left: Rows
    scams: Rows
    warnings: Rows


def remembered_by_parts(state: State) -> Iterator[Remembered]:
    """Go through all who are remembered in the order of their keys, some at a time: they may be millions."""
    for key, numbers in state.residents.below(-1):
        yield Remembered(key, *recalled_all(numbers))


def remembered(state: State) -> Remembered:
    """Return all who are remembered, in the order of their keys."""
    parts = [*remembered_by_parts(state)]
    return Remembered(*(np.concatenate(columns) for columns in zip(*parts)))
