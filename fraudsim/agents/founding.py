"""How syndicates begin, lose their leaders and fall apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fraudsim.core.draws import child_keys
from fraudsim.core.table import Rows

if TYPE_CHECKING:
    from fraudsim.state import State

OWN = ("key", "dens_opened", "choices", "capital", "leaders_taken", "falls_settled", "splits", "leaderless_until")
"""What a syndicate that parts does not take over from the one it leaves."""


def found_syndicate(state: State, template: int, key: np.uint64) -> int:
    """Add a syndicate that follows an entry of the world file; its owners put in the capital.

    Parameters
    ----------
    state : State
    template : int
        Position in the world's list of syndicates.
    key : numpy.uint64
        Name of the new syndicate for random draws.

    Returns
    -------
    int
        Row of the syndicate.
    """
    data, names = state.world.syndicates[template], state.country_names
    weights = np.zeros(len(names))
    for iso, weight in data.sources.items():
        weights[names.index(iso)] = weight
    script, target = [s.name for s in state.scripts].index(data.script), names.index(data.target)
    lines = [(script, target)] + [([s.name for s in state.scripts].index(own.script), names.index(own.target))
                                  for own in data.lines]
    capital = round(100 * data.capital)
    row = state.syndicates.add(
        1, key=key, home=names.index(data.home), target=target, script=script, template=template,
        leaders=data.leaders, posts=data.leaders, hideout=names.index(data.hideout or data.home),
        line_reach=np.array([line in lines for line in state.lines]),
        line_belief=100.0 * state.world.parameters.adaptation.profit_prior,
        den_capacity=data.den_capacity, dens_most=data.dens_most, active=True, capital=capital,
        coercion_base=data.coercion, coercion=data.coercion,
        profit_belief=100.0 * state.world.parameters.adaptation.profit_prior, reach=weights, reach_base=weights,
        staff_usual=float(data.staff))
    state.accounts.move("owners", "syndicates", capital)
    return int(row[0])


def part_syndicate(state: State, row: int, dens: Rows, of: int) -> int:
    """Let some dens go their own way under one of their leaders, who believes what the old owner did.

    Capital and span of control are divided in proportion to dens, so that a split makes nobody richer and adds no
    den. One leader goes with the part, or somebody of the next rank where none is left, and posts
    are divided like the span: a split makes no leaders.

    Parameters
    ----------
    state : State
    row : int
        Row of the syndicate that splits.
    dens : int64, shape (n,)
        Rows of the dens that part.
    of : int
        Dens it had.

    Returns
    -------
    int
        Row of the new syndicate.
    """
    table = state.syndicates
    capital = max(0, int(table.capital[row])) * dens.size // of
    span = max(dens.size, int(table.dens_most[row]) * dens.size // of)
    key = child_keys(table.key[row], "split", int(table.splits[row]))
    taken = {name: table[name][row].copy() for name in table.columns if name not in OWN}
    posts = max(1, int(table.posts[row]) * dens.size // of)
    new = int(table.add(1, key=key, **{**taken, "leaders": 1, "posts": posts, "capital": capital,
                                       "dens_most": span})[0])
    table.posts[row] = max(1, int(table.posts[row]) - posts)
    table.leaders[row] = min(int(table.posts[row]), max(0, int(table.leaders[row]) - 1))
    table.splits[row] += 1
    table.capital[row] -= capital
    table.dens_most[row] = max(1, int(table.dens_most[row]) - span)
    state.dens.syndicate[dens] = new
    state.flows.add("syndicates_founded", int(table.home[row]))
    return new


def lose_leader(state: State, row: int) -> bool:
    """Take a leader from a syndicate. What follows from it, the process ``succession`` settles on the same day.

    Parameters
    ----------
    state : State
    row : int
        Row of the syndicate.

    Returns
    -------
    bool
        False where nobody was in post.
    """
    table = state.syndicates
    if table.leaders[row] <= 0:
        return False
    table.leaders[row] -= 1
    table.leaders_taken[row] += 1
    state.flows.add("leaders_taken", int(table.home[row]))
    return True
