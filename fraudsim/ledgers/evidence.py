"""Evidence: what each force knows about each den, rightly or wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import OPEN
from fraudsim.core.draws import Keys, kind_code, purpose
from fraudsim.core.table import Rows
from fraudsim.loops.evidence import add_confirmations, confirm_known, find_files, ripened, unready_dens

if TYPE_CHECKING:
    from fraudsim.state import State

ADDRESS = purpose("evidence.address")
PASSED = purpose("evidence.passed on")
KIND = kind_code("file")

NEVER = 32767
LAST_OPEN = max(OPEN).value


def files(state: State, forces: Rows, dens: Rows) -> Rows:
    """Return the rows of ``evidence`` for pairs of force and den, opening a file where there is none.

    Parameters
    ----------
    forces, dens : int64, shape (n,)

    Returns
    -------
    int64, shape (n,)
    """
    index = state.files
    keys, rows, new = find_files(state.forces.key, state.dens.key, KIND, forces, dens, index.slots)
    if new.size:
        made = state.evidence.add(new.size, key=keys[new], force=forces[new], den=dens[new],
                                  opened=state.day)
        index.insert(keys[new], made)
        rows = index.find(keys)
    return rows  # type: ignore[no-any-return]


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
    e, draws, index = state.evidence, state.draws, state.files
    draws.made += forces.size
    precision = float(state.world.parameters.investigation.precision)
    if not confirm_known(state.forces.key, state.dens.key, KIND, forces, dens, index.slots, keys, day,
                         draws.run, ADDRESS, precision, e.strength, e.astray):
        rows = files(state, forces, dens)
        add_confirmations(rows, keys, day, draws.run, ADDRESS, precision, e.strength, e.astray)


def legal_weights(state: State) -> NDArray[np.float64]:
    """Return what a confirmation from every country (column) is worth to every court (row) without policy."""
    p, legal = state.world.parameters.investigation, np.array([c.legal for c in state.world.countries])
    alike = (legal[:, None] == legal) & (legal != "")
    weights = np.where(alike, p.evidence_transfer + (1.0 - p.evidence_transfer) * p.legal_match, p.evidence_transfer)
    np.fill_diagonal(weights, 1.0)
    return weights


def court_weights(state: State) -> NDArray[np.float64]:
    """Return what a confirmation from every country (column) is worth to every court (row) today.

    Returns
    -------
    float64, shape (countries, countries)
    """
    weights = state.fixed(legal_weights)
    return weights + (1.0 - weights) * state.levers.evidence_transfer


def pass_on(state: State, rows: Rows, to: Rows) -> NDArray[np.bool_]:
    """Pass files to other forces: each receives one confirmation, as right as the file is.

    The den's own country receives it at the weight that its courts grant.

    Parameters
    ----------
    rows, to : int64, shape (n,)
        Rows of ``evidence``, and the forces that receive them.

    Returns
    -------
    bool, shape (n,)
        Whether what was passed on points to the den's address.
    """
    order = np.lexsort((state.forces.key[to], state.evidence.key[rows]))
    e, sources, to = state.evidence, rows[order], to[order]
    e.passed[sources, to] = True
    dens, giver = e.den[sources], e.force[sources]
    u = state.draws.uniform(PASSED, e.key[sources] ^ state.forces.key[to])
    right = u * (e.strength[sources] + e.astray[sources]) < e.strength[sources]
    weight = np.where(state.dens.country[dens] == to, court_weights(state)[to, giver], 1.0)
    got = files(state, to, dens)
    e = state.evidence
    np.add.at(e.strength, got[right], weight[right])
    np.add.at(e.astray, got[~right], weight[~right])
    np.add.at(e.received, got, weight)
    result = np.empty(rows.size, bool)
    result[order] = right
    return result


def note_ready(state: State) -> None:
    """Note files that suffice for a warrant for the first time; where the host's own does, the site is ready."""
    e, warrant = state.evidence, float(state.world.parameters.investigation.warrant)
    rows = ripened(e.strength, e.astray, e.ready_on, warrant, NEVER)
    if rows.size:
        e.ready_on[rows] = state.day
        host = state.dens.country[e.den[rows]]
        state.flows.add("sites_ready", host[host == e.force[rows]])


def count_unready(state: State, days: int) -> None:
    """Count days that dens known to any force stand while the host's own file has never sufficed.

    The sum, divided by the sites that became ready, is the mean time to readiness with those still open taken
    into account. A mean over the ready alone would rise where policy makes slow cases ripen at last.
    """
    e, dens = state.evidence, state.dens
    unready = unready_dens(e.force, e.den, e.ready_on, dens.country, dens.status, NEVER, LAST_OPEN)
    state.flows.add("sites_ready_days", dens.country[unready], days)
