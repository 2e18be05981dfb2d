"""Assets: courts decide on seized money; part of what they confiscate is paid to victims."""

from __future__ import annotations

import numpy as np

from fraudsim.core.draws import purpose
from fraudsim.core.kernels import add_each
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.assets import claims, shares
from fraudsim.ledgers.tables import ASSET_LIFECYCLE, AssetStatus
from fraudsim.state import State

CONFISCATE = purpose("assets.confiscate")
SEIZED = AssetStatus.SEIZED.value
NEVER = 32767


@process(reads="assets.key assets.den assets.amount dens.country dens.syndicate syndicates.active transfers.key "
               "transfers.den transfers.victim transfers.amount transfers.status transfers.report_hour victims.country",
         writes="assets.status assets.due transfers.restituted victims.returned victims.savings syndicates.capital")
def assets(state: State) -> None:
    """Decide on what is due: first whether the state keeps it, later what victims get of it."""
    rows = state.agendas["assets"].take(state.day)
    if rows.size == 0:
        return
    decided = rows[state.assets.status[rows] == SEIZED]
    confiscated = state.draws.uniform(CONFISCATE, state.assets.key[decided]) \
        < state.world.parameters.justice.confiscated_share
    shared = rows[state.assets.status[rows] == AssetStatus.CONFISCATED]
    _give_back(state, decided[~confiscated])
    _confiscate(state, decided[confiscated])
    # One den's money may be shared out twice on a day: by key, since what is owed falls from one to the next.
    for row in shared[np.argsort(state.assets.key[shared])].tolist():
        _share_out(state, row)


def _give_back(state: State, rows: Rows) -> None:
    ASSET_LIFECYCLE.move(state.assets, rows, AssetStatus.GIVEN_BACK)
    for row in rows.tolist():
        owner, cents = int(state.dens.syndicate[state.assets.den[row]]), int(state.assets.amount[row])
        if state.syndicates.active[owner]:
            state.syndicates.capital[owner] += cents
            state.accounts.move("seized", "syndicates", cents)
        else:
            state.accounts.move("seized", "owners", cents)


def _confiscate(state: State, rows: Rows) -> None:
    a = state.assets
    ASSET_LIFECYCLE.move(a, rows, AssetStatus.CONFISCATED)
    due = min(state.day + state.world.parameters.justice.restitution_days, NEVER)
    a.due[rows] = due
    state.agendas["assets"].enter(rows, due)
    state.accounts.move("seized", "treasury", int(a.amount[rows].sum()))
    state.flows.add("confiscated", state.dens.country[a.den[rows]], a.amount[rows])


def _share_out(state: State, row: int) -> None:
    """Pay victims who reported in proportion to what they lost to the den; the treasury keeps the rest."""
    a, t, v = state.assets, state.transfers, state.victims
    ASSET_LIFECYCLE.move(a, np.array([row]), AssetStatus.SHARED_OUT)
    share = round(10000 * state.world.parameters.justice.restitution_share)
    payments, owed = claims(state, int(a.den[row]))
    paid = np.array(shares(int(a.amount[row]) * share // 10000, owed), np.int64)
    who = t.victim[payments].astype(np.int64)
    t.restituted[payments] += paid
    add_each(v.returned, who, paid)
    add_each(v.savings, who, paid)
    state.accounts.move("treasury", "residents", int(paid.sum()))
    state.flows.add("restituted", v.country[who].astype(np.int64), paid)
