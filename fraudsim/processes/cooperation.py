"""Cooperation: forces meet and come to trust one another, pass files on, and answer requests for help."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import shield, stands
from fraudsim.agents.police import gain_trust, liaison
from fraudsim.core.draws import lognormal, purpose
from fraudsim.core.kernels import rows_between
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.evidence import NEVER, confirm, pass_on
from fraudsim.loops.investigation import unasked_abroad
from fraudsim.state import State

MEET = purpose("cooperation.meet")
SHARE = purpose("cooperation.share")
LEAK = purpose("cooperation.leak")
ANSWER = purpose("investigation.answer")
ANSWER_DELAY = purpose("investigation.answer delay")


@process(reads="dens.status dens.zone dens.country dens.target dens.syndicate dens.key zones.protection "
               "syndicates.exposed_until forces.key forces.investigators forces.borrowed forces.owed",
         writes="evidence.* forces.trust dens.alarmed")
def cooperation(state: State) -> None:
    """Once a week: meet, answer and ask, and share files."""
    if state.day % 7:
        return
    _forget_and_meet(state)
    _answer_requests(state)
    _ask_hosts(state)
    if state.levers.moved("sharing"):
        _share(state)


def trust_kept(state: State) -> float:
    """Return the share of won trust that is left a week later."""
    # Rounded, so that no last place of a power is stored.
    return round(float(0.5 ** (1.0 / state.world.parameters.investigation.trust_half_weeks)), 9)


def _forget_and_meet(state: State) -> None:
    """Let trust fade to what it was at first, and grow with every meeting of two forces."""
    trust, p = state.forces.trust, state.world.parameters.investigation
    won = trust - p.trust_start
    if won.any():
        trust[...] = p.trust_start + won * state.fixed(trust_kept)
    rate = state.levers.meetings
    if not state.levers.moved("meetings"):
        return
    keys = state.forces.key
    pairs = (keys[:, None] ^ keys).ravel()  # the same for both, so that they meet each other
    u = state.draws.uniform(MEET, pairs, state.day).reshape(rate.shape)
    held: NDArray[np.int64] = np.floor(rate + u).astype(np.int64)
    np.fill_diagonal(held, 0)
    for k in range(int(held.max())):
        gain_trust(state, held > k, p.trust_meeting)
    state.flows.add_all("meetings", held.sum(axis=1))


def _ask_hosts(state: State) -> None:
    """Ask the host's police about dens with enough evidence: mutual legal assistance, slow."""
    e, p = state.evidence, state.world.parameters.investigation
    abroad = unasked_abroad(e.force, e.den, state.dens.country, e.strength, e.asked, NEVER)
    if abroad.size == 0:
        return
    asks = [state.handle("forces", int(e.force[row])).wants_to_ask(float(e.strength[row])) for row in abroad]
    rows = abroad[np.array(asks, bool)]
    if rows.size == 0:
        return
    u = state.draws.uniform(ANSWER_DELAY, e.key[rows], state.day)
    days = lognormal(u, _answer_days(state, e.force[rows], state.dens.country[e.den[rows]]), p.answer_sigma)
    e.asked[rows] = state.day
    e.answer_due[rows] = np.minimum(state.day + days, NEVER - 1)


def _answer_days(state: State, asker: Rows, host: Rows) -> NDArray[np.float64]:
    """Return median times of an answer: shorter with trust, and with the asker's liaison officers on the spot."""
    p = state.world.parameters.investigation
    officers = liaison(state)[asker, host]
    trusted = 1.0 - p.trust_delay * state.forces.trust[host, asker]
    days: NDArray[np.float64] = p.answer_days * trusted / (1.0 + p.liaison_gain * officers)
    return days


def _answer_requests(state: State) -> None:
    """Let hosts answer: a confirmation for both forces, unless the den is protected or nothing comes of it."""
    e, p = state.evidence, state.world.parameters.investigation
    rows = rows_between(e.answer_due, -NEVER - 1, state.day)
    if rows.size == 0:
        return
    den = e.den[rows]
    host = state.dens.country[den]
    state.flows.add("answers", host)
    state.flows.add("answer_days", host, state.day - e.asked[rows].astype(np.int64))
    chance = p.answered_share * (1.0 - shield(state, den))
    helped = state.draws.uniform(ANSWER, e.key[rows], state.day) < chance
    keys, asker, den = e.key[rows][helped], e.force[rows][helped], den[helped]
    e.asked[rows], e.answer_due[rows] = NEVER, NEVER
    confirm(state, asker, den, keys, state.day)
    confirm(state, state.dens.country[den], den, keys ^ np.uint64(1), state.day)


def _share(state: State) -> None:
    """Pass files to the forces they concern, each once, as far as policy asks for it and trust allows."""
    rows = _offered(state)
    e, dens = state.evidence, state.dens
    giver, den = e.force[rows], e.den[rows]
    chance = (state.levers.sharing * state.forces.trust)[giver]
    country = np.arange(len(state.countries))
    concerned = (country == dens.country[den][:, None]) | (country == dens.target[den][:, None])
    concerned &= ~e.passed[rows] & (country != giver[:, None])
    file, to = np.nonzero(concerned & (chance > 0.0))
    u = state.draws.uniform(SHARE, e.key[rows[file]] ^ state.forces.key[to], state.day)
    passed = u < chance[file, to]
    sources, to = rows[file[passed]], to[passed]
    if sources.size == 0:
        return
    state.flows.add("files_shared", e.force[sources])
    right = pass_on(state, sources, to)
    _leak(state, sources[right], to[right])


def _offered(state: State) -> Rows:
    """Return the files that forces with whom policy asks for sharing are willing to pass on."""
    e = state.evidence
    own = e.strength + e.astray - e.received
    chosen = [np.empty(0, np.int64)]
    for force in np.flatnonzero(state.levers.sharing.any(axis=1)).tolist():
        files = np.flatnonzero(e.force == force)
        chosen.append(state.handle("forces", force).choose_files_to_share(files, own[files]))
    return np.concatenate(chosen)


def _leak(state: State, files: Rows, to: Rows) -> None:
    """Let protectors in the den's own country tell it of a file that names its address."""
    e, dens = state.evidence, state.dens
    at_home = dens.country[e.den[files]] == to
    files, den = files[at_home], e.den[files[at_home]]
    chance = state.world.parameters.investigation.shared_leak * shield(state, den)
    told = den[state.draws.uniform(LEAK, e.key[files], state.day) < chance]
    state.flows.add("files_leaked", dens.country[told])
    dens.alarmed[told[stands(dens, told)]] = True
