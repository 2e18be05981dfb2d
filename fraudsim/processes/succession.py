"""Succession: what follows when a leader has fallen, and who comes after."""

from __future__ import annotations

from fraudsim.agents.den import standing
from fraudsim.agents.syndicate import STOCKTAKING, part_syndicate
from fraudsim.core.draws import purpose
from fraudsim.core.kernels import differ
from fraudsim.core.process import process
from fraudsim.core.table import where
from fraudsim.state import State

SPLIT = purpose("succession.split")
EXPOSED = purpose("succession.protectors turn away")
SUCCESSOR = purpose("succession.successor")


@process(reads="dens.key dens.status", writes="dens.syndicate syndicates.*")
def succession(state: State) -> None:
    """Settle falls of leaders on their day; once a week successors come. A fall ends no syndicate by itself."""
    table = state.syndicates
    if differ(table.leaders_taken, table.falls_settled):
        for row in where(table.leaders_taken > table.falls_settled).tolist():
            for fall in range(int(table.falls_settled[row]), int(table.leaders_taken[row])):
                _settle(state, row, fall)
    if state.day % 7 == STOCKTAKING:
        _succeed(state)


def _settle(state: State, row: int, fall: int) -> None:
    """Draw whether protectors turn away and a part leaves; with the last leader gone, nobody decides for a while."""
    p, table, key = state.world.parameters.leaders, state.syndicates, state.syndicates.key[row]
    table.falls_settled[row] += 1
    if table.leaders[row] == 0:
        table.leaderless_until[row] = state.day + 7 * p.succession_weeks
    if state.draws.one(EXPOSED, key, index=fall & 0xFFFF) < p.protection_lost_share:
        table.exposed_until[row] = state.day + 7 * p.protection_lost_weeks
    if state.draws.one(SPLIT, key, index=fall & 0xFFFF) < p.split_share:
        _split(state, row)


def _split(state: State, row: int) -> None:
    mine = standing(state, row)
    leaving = state.handle("syndicates", row).choose_breakaway(mine)
    if 0 < leaving.size < mine.size:
        part_syndicate(state, row, leaving, mine.size)


def _succeed(state: State) -> None:
    """Fill each vacant post with a chance of one in ``succession_weeks``, and surely once a successor must decide."""
    table, weeks = state.syndicates, state.world.parameters.leaders.succession_weeks
    for row in where(table.active).tolist():
        vacant = int(table.posts[row]) - int(table.leaders[row])
        for post in range(vacant):
            if state.draws.one(SUCCESSOR, table.key[row], state.day, post & 0xFFFF) * weeks < 1.0:
                table.leaders[row] += 1
        if table.leaders[row] == 0 and state.day >= table.leaderless_until[row]:
            table.leaders[row] = 1
