"""Evidence: what each force knows about each den, rightly or wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fraudsim.core.draws import Keys, child_keys, purpose
from fraudsim.core.table import Rows, where
from fraudsim.loops.evidence import add_confirmations

if TYPE_CHECKING:
    from fraudsim.state import State

ADDRESS = purpose("evidence.address")


def files(state: State, forces: Rows, dens: Rows) -> Rows:
    """Return the rows of ``evidence`` for pairs of force and den, opening a file where there is none.

    Parameters
    ----------
    forces, dens : int64, shape (n,)

    Returns
    -------
    int64, shape (n,)
    """
    keys = child_keys(state.forces.key[forces], "file", state.dens.key[dens].view(np.int64))
    rows = state.files.find(keys)
    missing = rows < 0
    if missing.any():
        _, first = np.unique(keys[missing], return_index=True)
        new = where(missing)[first]
        made = state.evidence.add(new.size, key=keys[new], force=forces[new], den=dens[new])
        state.files.insert(keys[new], made)
        rows = state.files.find(keys)
    return rows


def confirm(state: State, forces: Rows, dens: Rows, keys: Keys, day: int = 0) -> None:
    """Book one confirmation each: to the den's address, or astray to a wrong one.

    Parameters
    ----------
    forces, dens : int64, shape (n,)
    keys : uint64, shape (n,)
        Entities that the confirmations come from; they name the draw that may lead astray.
    day : int
        Today where an entity may confirm on several days, 0 where it does so once.
    """
    rows = files(state, forces, dens)
    e, draws = state.evidence, state.draws
    draws.made += rows.size
    add_confirmations(rows, keys, day, draws.run, ADDRESS, float(state.world.parameters.investigation.precision),
                      e.strength, e.astray)
