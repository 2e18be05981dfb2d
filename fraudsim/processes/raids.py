"""Raids: searches by one force alone, and joint strikes on many sites within hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents import den as dens_module
from fraudsim.agents.den import DenStatus, is_open, stands
from fraudsim.agents.police import capacity, gain_trust
from fraudsim.agents.syndicate import lose_leader
from fraudsim.agents.worker import WorkerStatus, in_den, leave_den, move
from fraudsim.core.draws import Keys, child_keys, purpose
from fraudsim.core.kernels import holds
from fraudsim.core.process import process
from fraudsim.core.table import Rows, among, where
from fraudsim.ledgers.assets import seize
from fraudsim.ledgers.crime import solve
from fraudsim.ledgers.operations import pooled
from fraudsim.ledgers.tables import OPERATION_LIFECYCLE, OperationStatus
from fraudsim.loops.raids import ripe_files
from fraudsim.state import State

FIND = purpose("raids.find")
CAPTURE = purpose("raids.capture")
RECOGNISE = purpose("raids.recognise")
WARN = purpose("raids.warn")
PRESENT = purpose("raids.leaders present")

SINGLE_RAID_WEEKDAY = 3
AUTHORISING = OperationStatus.AUTHORISING.value


@dataclass(frozen=True)
class Sites:
    """Sites to search.

    Attributes
    ----------
    den : int64, shape (n,)
        Den the evidence is about.
    right : bool, shape (n,)
        Whether the address is the den's; the police cannot tell.
    weight : float64, shape (n,)
        Confirmations.
    """

    den: Rows
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def strongest(self, keys: Keys, most: int) -> Sites:
        """Return at most ``most`` sites, those with most evidence; ties by key."""
        order = np.lexsort((self.right, keys[self.den], -self.weight))[: max(most, 0)]
        return Sites(self.den[order], self.right[order], self.weight[order])


@process(reads="dens.key dens.zone dens.country dens.syndicate dens.profit_mean dens.stolen dens.victims "
               "dens.reported dens.reports dens.target dens.registered evidence.key evidence.force evidence.den "
               "evidence.received "
               "forces.key forces.lent forces.officers forces.borrowed forces.owed zones.militia syndicates.home",
         writes="workers.* dens.status dens.ended dens.staff dens.callers dens.alarmed seats.holder seats.vacant_since "
                "syndicates.capital syndicates.leaders syndicates.leaders_taken evidence.strength evidence.astray "
                "operations.* zones.raids_week forces.trust assets.*")
def raids(state: State) -> None:
    """Strike where an operation is due, and once a week where a force alone has a warrant."""
    state.officers_out.fill(0)
    o = state.operations
    if holds(o.status, AUTHORISING):
        for op in where((o.status == AUTHORISING) & (o.strike_day <= state.day)).tolist():
            _joint_strike(state, op)
    if state.day % 7 == SINGLE_RAID_WEEKDAY:
        _single_raids(state)


def _single_raids(state: State) -> None:
    """Search what a host's own file has a warrant for: the one rule of single-country raids."""
    e, p = state.evidence, state.world.parameters
    warrant = p.investigation.warrant
    ripe = ripe_files(e.force, e.den, state.dens.country, e.strength, e.astray, float(warrant))
    # Where a militia holds the place, no court order of the country opens a door.
    ripe = ripe[~state.zones.militia[state.dens.zone[e.den[ripe]]]]
    usual = state.forces.officers * capacity(state)
    for force in sorted(set(e.force[ripe].tolist())):
        rows = ripe[e.force[ripe] == force]
        officers = usual[force] * (1.0 - state.forces.lent[force])
        sites = _sites(e.den[rows], e.strength[rows], e.astray[rows], warrant)
        sites = sites.strongest(state.dens.key, int(officers / p.raids.officers_per_site))
        if sites.den.size:
            key = child_keys(state.forces.key[force], "single operation", state.day)
            op = int(state.operations.add(1, key=key, lead=force, opened=state.day, strike_day=state.day,
                                          status=OperationStatus.STRUCK)[0])
            state.operations.hosts[op, force] = True
            _strike(state, op, sites)


def _joint_strike(state: State, op: int) -> None:
    o, p = state.operations, state.world.parameters
    OPERATION_LIFECYCLE.move(o, np.array([op]), OperationStatus.STRUCK)
    o.strike_day[op] = state.day
    pool = pooled(state, op)
    sites = _sites(pool.den, pool.strength, pool.astray, p.investigation.warrant)
    _strike(state, op, sites.strongest(state.dens.key, int(o.officers[op] // p.raids.officers_per_site)))
    if o.found[op] > 0:
        together = o.hosts[op].copy()
        together[o.lead[op]] = True
        gain_trust(state, together[:, None] & together & ~np.eye(together.size, dtype=bool),
                   p.investigation.trust_success)


def _sites(dens: Rows, strength: NDArray[np.float64], astray: NDArray[np.float64], warrant: float) -> Sites:
    right, wrong = strength >= warrant, astray >= warrant
    return Sites(np.concatenate((dens[right], dens[wrong])),
                 np.concatenate((np.ones(right.sum(), bool), np.zeros(wrong.sum(), bool))),
                 np.concatenate((strength[right], astray[wrong])))


def _strike(state: State, op: int, sites: Sites) -> None:
    """Search all sites at once: what is found is dismantled, who is there is arrested or freed."""
    o, dens, p = state.operations, state.dens, state.world.parameters.raids
    country = dens.country[sites.den]
    o.searches[op] = sites.den.size
    if o.joint[op]:
        np.add.at(state.officers_out, country, p.officers_per_site)
    state.flows.add("searches", country)
    state.flows.add("strikes", where(among(country, len(state.countries))))
    chance = np.where(dens.status[sites.den] == DenStatus.LYING_LOW,
                      p.find_share * (1.0 - state.world.parameters.adaptation.lie_low_safety), p.find_share)
    there = sites.right & stands(dens, sites.den)
    there &= state.draws.uniform(FIND, dens.key[sites.den], state.day) < chance
    state.flows.add("searches_empty", country[~there])
    _forget(state, sites)
    found = sites.den[there]
    o.found[op], o.loss_found[op] = found.size, int(dens.stolen[found].sum())
    o.victims_found[op] = int(dens.victims[found].sum())
    o.loss_reported[op], o.reports_found[op] = int(dens.reported[found].sum()), int(dens.reports[found].sum())
    if found.size:
        _dismantle(state, op, found)
    _warn_others(state, sites.den[sites.right])


def _forget(state: State, sites: Sites) -> None:
    """Close the files on searched addresses."""
    e = state.evidence
    for column, searched in ((e.strength, sites.den[sites.right]), (e.astray, sites.den[~sites.right])):
        column[among(searched, len(state.dens))[e.den]] = 0.0


def _dismantle(state: State, op: int, found: Rows) -> None:
    dens = state.dens
    _seize(state, found)
    _take_people(state, op, found)
    dens_module.LIFECYCLE.move(dens, found, DenStatus.DISMANTLED)
    dens.ended[found] = state.day
    dens.alarmed[found] = False
    np.add.at(state.zones.raids_week, dens.zone[found], 1)
    state.flows.add("dens_dismantled", dens.country[found])
    solve(state, found)
    _take_leaders(state, found)


def _take_leaders(state: State, found: Rows) -> None:
    """Arrest leaders who happen to be there."""
    dens, present = state.dens, state.world.parameters.leaders.present_share
    for row in found[np.argsort(dens.key[found])].tolist():
        owner = int(dens.syndicate[row])
        leaders = child_keys(dens.key[row], "leader", np.arange(int(state.syndicates.leaders[owner])))
        for _ in range(int((state.draws.uniform(PRESENT, leaders, state.day) < present).sum())):
            lose_leader(state, owner)


def _seize(state: State, found: Rows) -> None:
    """Seize the money on site: some days of the den's profit, as far as its owner has any."""
    dens = state.dens
    days = state.world.parameters.raids.cash_days
    for row in found[np.argsort(dens.key[found])].tolist():
        on_site = round(max(0.0, float(dens.profit_mean[row])) * days / 7.0)
        seize(state, row, on_site)


def _take_people(state: State, op: int, found: Rows) -> None:
    workers, draws, p = state.workers, state.draws, state.world.parameters
    inside = in_den(workers)
    inside = inside[among(found, len(state.dens))[workers.den[inside]]]
    keys = workers.key[inside]
    held = workers.status[inside] == WorkerStatus.HELD
    caught = draws.uniform(CAPTURE, keys, state.day) < p.raids.capture_share
    known = held & (draws.uniform(RECOGNISE, keys, state.day) < p.raids.held_recognised)
    leave_den(state, inside)
    country = state.dens.country[workers.den[inside]]
    home = state.day + p.captivity.home_days
    for who, status, due, agenda, flow in (
        (known, WorkerStatus.RESCUED, home, "lives", "rescued"),
        (~known & ~caught, WorkerStatus.FLED, home, "lives", "fled_raid"),
        (~known & caught, WorkerStatus.ARRESTED, state.day + p.justice.screening_days, "cases", "arrests"),
    ):
        rows = inside[who]
        move(state, rows, status)
        workers.due[rows] = due
        state.agendas[agenda].enter(rows, due)
        state.flows.add(flow, country[who])
    arrested = inside[~known & caught]
    workers.operation[arrested] = op
    state.operations.arrests[op] = arrested.size


def _warn_others(state: State, searched: Rows) -> None:
    """Let dens of the same owners in the same country hear of the strike within hours."""
    dens = state.dens
    hit = np.zeros((len(state.syndicates), len(state.countries)), bool)
    hit[dens.syndicate[searched], dens.country[searched]] = True
    others = is_open(dens)
    others = others[hit[dens.syndicate[others], dens.country[others]]]
    heard = state.draws.uniform(WARN, dens.key[others], state.day) < state.world.parameters.raids.warned_share
    dens.alarmed[others[heard]] = True
