"""Investigation: evidence grows by work and notices, goes stale, and ripens into a strike."""

from __future__ import annotations

import numpy as np

from fraudsim.agents.den import OPEN, DenStatus, shield, stands
from fraudsim.agents.police import PoliceForce, at_work, liaison, muster
from fraudsim.core.draws import child_keys, purpose
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.ledgers.evidence import confirm, count_unready, files, note_ready
from fraudsim.ledgers.operations import known_sites, pooled, ready_sites
from fraudsim.ledgers.orders import JointOrder
from fraudsim.ledgers.tables import OPERATION_LIFECYCLE, OperationStatus
from fraudsim.loops.investigation import astir, files_of, notice, work
from fraudsim.state import State

NOTICE = purpose("investigation.notice")
PROGRESS = purpose("investigation.progress")
REFUTE = purpose("investigation.refute")
LEAK = purpose("investigation.leak")

STANDING = np.array(OPEN, np.int64)
LEAST_TO_WORK = 0.25
PREPARING, AUTHORISING = OperationStatus.PREPARING.value, OperationStatus.AUTHORISING.value


@process(reads="dens.status dens.zone dens.country dens.key dens.syndicate zones.protection syndicates.exposed_until "
               "forces.key forces.investigators",
         writes="evidence.* operations.* forces.lent forces.borrowed forces.owed dens.alarmed")
def investigation(state: State) -> None:
    """Follow orders daily; work on cases once a week."""
    f, o = state.forces, state.operations
    if state.orders or state.levers.moved("police", "liaison") \
            or astir(f.borrowed, f.owed, f.lent, o.status, o.joint, PREPARING, AUTHORISING):
        muster(state)
        _follow_orders(state)
        _count_police(state)
    if state.day % 7 == 0:
        _work_for_a_week(state)
    note_ready(state)


def _work_for_a_week(state: State) -> None:
    count_unready(state, 7)
    _go_stale(state)
    _notice(state)
    _work_own_cases(state)
    for op in where(state.operations.status <= OperationStatus.AUTHORISING).tolist():
        _prepare(state, op)


def _follow_orders(state: State) -> None:
    """Open, keep up or end joint operations as policy asks, and lend investigators to them."""
    operations, lent = state.operations, state.forces.lent
    running = where(operations.joint & (operations.status <= AUTHORISING))
    lent.fill(0.0)
    wanted = set()
    for order in state.orders:
        op = _operation_for(state, order, running)
        if op < 0:
            continue
        wanted.add(op)
        operations.strength[op], operations.officers[op] = order.strength, order.officers
        forces = [order.lead, *order.hosts]
        lent[forces] = np.maximum(lent[forces], order.strength)
    for op in running.tolist():
        if op not in wanted:
            OPERATION_LIFECYCLE.move(operations, np.array([op]), OperationStatus.ENDED)


def _count_police(state: State) -> None:
    """Count investigators whom campaigns borrow, and those lent to operations or sent abroad."""
    forces = state.forces
    if forces.borrowed.any():
        state.flows.add_all("police_borrowed", np.rint(forces.investigators * forces.borrowed).astype(np.int64))
    if forces.lent.any() or state.levers.moved("liaison"):
        away = at_work(state) * forces.lent + liaison(state).sum(axis=1)
        state.flows.add_all("police_lent", np.rint(away).astype(np.int64))


def _operation_for(state: State, order: JointOrder, running: Rows) -> int:
    operations = state.operations
    hosts = np.zeros(len(state.countries), bool)
    hosts[list(order.hosts)] = True
    same = operations.joint & (operations.lead == order.lead) & (operations.hosts == hosts).all(axis=1)
    live = running[same[running]]
    if live.size:
        return int(live[0])
    done = int((same & (operations.status == OperationStatus.STRUCK)).sum())
    if order.most and done >= order.most:
        return -1
    key = child_keys(state.forces.key[order.lead], "joint operation", int(operations.joint.sum()))
    return int(operations.add(1, key=key, lead=order.lead, hosts=hosts, joint=True, opened=state.day,
                              last_gain=state.day)[0])


def _go_stale(state: State) -> None:
    # Rounded, so that no last place of a power is stored.
    kept = round(0.5 ** (1.0 / state.world.parameters.investigation.half_life_weeks), 9)
    e = state.evidence
    for column in (e.strength, e.astray, e.received):
        column *= kept


def _notice(state: State) -> None:
    """Let officers on the beat and neighbours notice dens, less where dens are protected."""
    d, draws, chance = state.dens, state.draws, 7.0 * state.world.parameters.investigation.tip_off
    protection = shield(state, np.arange(len(d)))
    dens, drawn = notice(d.status, protection, d.key, state.day, draws.run, NOTICE, chance, STANDING)
    draws.made += drawn
    if dens.size:
        confirm(state, d.country[dens], dens, d.key[dens], state.day)


def _work_own_cases(state: State) -> None:
    e, p = state.evidence, state.world.parameters.investigation
    investigators = at_work(state) * (1.0 - state.forces.lent)
    for force in where(np.bincount(e.force) > 0).tolist():
        capacity = int(investigators[force] / p.investigators_per_case)
        cases, seen = files_of(force, e.force, e.strength, e.astray, e.key, LEAST_TO_WORK)
        _work(state, state.handle("forces", force).choose_cases(cases, seen, capacity))


def _work(state: State, cases: Rows) -> None:
    """Work on files for a week."""
    e, draws, p = state.evidence, state.draws, state.world.parameters.investigation
    draws.made += 3 * cases.size
    work(cases, state.day, draws.run, PROGRESS, REFUTE, e.key, e.den, e.strength, e.astray, state.dens.status,
         float(p.progress), float(p.precision), float(p.refute), DenStatus.LYING_LOW.value)


def _prepare(state: State, op: int) -> None:
    """Work the pooled cases of an operation for a week, up to the strike, and let its leader decide."""
    o, p = state.operations, state.world.parameters
    lead = state.handle("forces", int(o.lead[op]))
    members = where(o.hosts[op])
    investigators = at_work(state)
    people = float((investigators[members].sum() + investigators[lead.row]) * o.strength[op])
    pool = pooled(state, op)
    # The work is done on the spot, so what it yields enters the host's file and counts in full.
    cases = files(state, state.dens.country[pool.den], pool.den)
    order = np.argsort(state.evidence.key[cases])
    seen = (pool.strength + pool.astray)[order]
    _work(state, lead.choose_cases(cases[order], seen, int(people / p.investigation.investigators_per_case)))
    if o.status[op] == OperationStatus.PREPARING:
        _decide(state, op, lead)


def _decide(state: State, op: int, lead: PoliceForce) -> None:
    """Count the sites that are ready, and let the leader decide whether to strike."""
    o, p = state.operations, state.world.parameters
    pool = pooled(state, op)
    ready = ready_sites(pool, p.investigation.warrant)
    if ready > o.ready[op]:
        o.ready[op], o.last_gain[op] = ready, state.day
    idle = (state.day - int(o.last_gain[op])) / 7.0
    if lead.wants_to_strike(ready, known_sites(pool, p.investigation.warrant), idle, int(o.officers[op])):
        _authorise(state, op, pool.den[pool.strength >= p.investigation.warrant])


def _is_of(state: State, op: int, order: JointOrder) -> bool:
    """Tell whether an operation follows this order."""
    hosts = set(where(state.operations.hosts[op]).tolist())
    return order.lead == int(state.operations.lead[op]) and set(order.hosts) == hosts


def _authorise(state: State, op: int, dens: Rows) -> None:
    """Fix the day of the strike; while the court works, protectors may leak it to the dens."""
    o, p = state.operations, state.world.parameters.raids
    earliest = max((order.earliest for order in state.orders if _is_of(state, op, order)), default=0)
    OPERATION_LIFECYCLE.move(o, np.array([op]), OperationStatus.AUTHORISING)
    o.strike_day[op] = max(state.day + p.authorise_days, earliest, state.day + 1)
    leaks = p.leak_share * shield(state, dens)
    warned = dens[state.draws.uniform(LEAK, state.dens.key[dens], state.day) < leaks]
    standing = stands(state.dens, warned)
    state.dens.alarmed[warned[standing]] = True
    state.flows.add("dens_tipped_off", state.dens.country[warned[standing]])
