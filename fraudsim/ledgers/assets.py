"""Assets: money seized at raids, until a court has decided on it and victims have their part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fraudsim.core.distributions import lognormal
from fraudsim.core.draws import child_keys, purpose
from fraudsim.core.table import Rows
from fraudsim.ledgers.tables import TransferStatus
from fraudsim.loops.assets import told_and_lost

if TYPE_CHECKING:
    from fraudsim.state import State

DECISION = purpose("assets.decision")
DECISION_SIGMA = 0.5
"""Spread of the time to a court's decision, log units."""
NEVER = 32767


def seize(state: State, den: int, cents: int) -> int:
    """Seize money of a den's owner, as far as the owner has any, and open a case on it.

    Parameters
    ----------
    den : int
        Row of the den where it is seized.
    cents : int
        Money found there.

    Returns
    -------
    int
        Cents seized.
    """
    dens, capital, assets = state.dens, state.syndicates.capital, state.assets
    owner, host = int(dens.syndicate[den]), int(dens.country[den])
    cents = max(0, min(cents, int(capital[owner])))
    if cents == 0:
        return 0
    capital[owner] -= cents
    state.accounts.move("syndicates", "seized", cents)
    state.flows.add("seized", host, cents)
    key = child_keys(dens.key[den], "asset", int((assets.den == den).sum()))
    days = float(state.world.parameters.justice.confiscation_days)
    wait = max(1, int(lognormal(state.draws.uniform(DECISION, key), days, DECISION_SIGMA)[0]))
    due = min(state.day + wait, NEVER)
    row = assets.add(1, key=key, den=den, amount=cents, due=due)
    state.agendas["assets"].enter(row, due)
    return cents


def claims(state: State, den: int) -> tuple[Rows, list[int]]:
    """Return the payments to a den that were reported by today and are lost, and what is still lost of each.

    Returns
    -------
    rows : int64, shape (n,)
        Rows of ``transfers``, in the order of their keys.
    cents : list of int
    """
    t = state.transfers
    rows = told_and_lost(t.den, t.status, t.report_hour, den, TransferStatus.CLEARED.value, 24 * (state.day + 1))
    rows = rows[np.argsort(t.key[rows])]
    return rows, [int(cents) for cents in t.amount[rows] - t.restituted[rows]]


def shares(pool: int, owed: list[int]) -> list[int]:
    """Share out a pool in proportion to what is owed, in whole cents and never more than that.

    The cents that do not divide stay in the pool.

    Examples
    --------
    >>> shares(100, [100, 200, 0]), shares(900, [100, 200])
    ([33, 66, 0], [100, 200])
    """
    total = sum(owed)
    pool = min(pool, total)
    # Numbers of Python: a product of two sums of cents may pass 64 bits.
    return [pool * cents // total if total else 0 for cents in owed]
