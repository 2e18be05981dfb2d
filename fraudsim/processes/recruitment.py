"""Recruitment: empty seats are offered to people at risk, who accept, are deceived or forced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import RecruitedAs, Role, WorkerStatus, move
from fraudsim.core.draws import Keys, child_keys, lognormal, purpose, purposes
from fraudsim.core.kernels import add_same, free_rows, rows_between
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.state import State

OFFER = purpose("recruitment.offer")
Flags = NDArray[np.bool_]

SOURCE = purpose("recruitment.source")
MEETING = purposes("recruitment.recruited as", "recruitment.role", "recruitment.age",
                   "recruitment.accept")
RE_ENLIST = purpose("recruitment.re-enlist")


@process(reads="countries.key countries.at_risk_at_start syndicates.reach dens.status "
               "dens.syndicate seats.key seats.den",
         writes="seats.holder seats.holders workers.* countries.at_risk countries.joined countries.away")
def recruitment(state: State) -> None:
    """Fill vacant seats of dens that call."""
    seats, dens = state.seats, state.dens
    if state.day % 7 == 0:
        _renew(state)
    vacant = free_rows(seats.holder, seats.den, dens.status, DenStatus.ACTIVE.value)
    if vacant.size == 0:
        return
    vacant = _re_enlist(state, vacant)
    syndicate = dens.syndicate[seats.den[vacant]]
    rates = offer_rates(state, np.bincount(syndicate, minlength=len(state.syndicates)))
    offered, _ = state.draws.events(OFFER, seats.key, vacant, syndicate, rates.sum(axis=1)[:, None], state.day)
    if offered.size:
        _offer(state, offered, rates)


def _renew(state: State) -> None:
    """Let others come to be at risk in the place of some of those who left: once a week."""
    countries = state.countries
    missing = countries.at_risk_at_start - countries.at_risk
    joined = np.rint(np.maximum(missing, 0) * min(1.0, 7.0 * state.world.parameters.recruitment.renewal))
    countries.at_risk += joined.astype(np.int64)
    countries.joined += joined.astype(np.int64)


def offer_rates(state: State, vacancies: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return offers a vacant seat and day, by syndicate and source.

    Everybody at risk meets recruiters at a rate; a meeting counts for one vacant seat, drawn among all,
    and comes to an offer if the seat's owner has the reach. So dens compete for the same people, and
    seats in plenty bring no more people.

    Parameters
    ----------
    vacancies : int64, shape (syndicates,)

    Returns
    -------
    float64, shape (syndicates, countries)
    """
    p = state.world.parameters.recruitment
    supply = state.countries.at_risk * p.offers_per_at_risk
    rates: NDArray[np.float64] = state.syndicates.reach * (supply / max(int(vacancies.sum()), 1))
    total = rates.sum(axis=1, keepdims=True)
    return rates * np.minimum(1.0, p.offers_per_seat_cap / np.maximum(total, 1e-300))


def _offer(state: State, seats: Rows, rates: NDArray[np.float64]) -> None:
    p, table = state.world.parameters.recruitment, state.seats
    keys = child_keys(table.key[seats], "holder", table.holders[seats])
    table.holders[seats] += 1
    how, part, age, answer = state.draws.several(MEETING, keys)
    source = state.draws.race(SOURCE, keys, state.countries.key, rates[state.dens.syndicate[table.den[seats]]])
    coerced = how < p.coerced_share
    recruited = np.where(coerced, RecruitedAs.COERCED,
                         np.where(how < p.coerced_share + p.deceived_share, RecruitedAs.DECEIVED,
                                  RecruitedAs.VOLUNTARY))
    rows = state.workers.add(
        seats.size, key=keys, nationality=source, place=source, recruited_as=recruited,
        age=np.minimum(np.maximum(lognormal(age, p.age_median, p.age_sigma), 16), 70),
        role=np.where(part < p.caller_share, Role.CALLER, Role.GUARD), status=WorkerStatus.PROSPECT, since=state.day)
    accepts = _while_there_are_people(state, (answer < p.accept_share) | coerced, source, keys)
    state.flows.add("offers", source)
    move(state, rows[~accepts], WorkerStatus.DECLINED)
    add_same(state.countries.at_risk, source[accepts], -1)
    add_same(state.countries.away, source[accepts], 1)
    _set_out(state, rows[accepts], seats[accepts])


def _while_there_are_people(state: State, accepts: Flags, source: Rows, keys: Keys) -> Flags:
    """Return who can be won: where more accept than are at risk, those with the lowest keys."""
    at_risk = state.countries.at_risk
    for country in where(np.bincount(source[accepts], minlength=at_risk.size) > at_risk).tolist():
        of = where(accepts & (source == country))
        accepts[of[keys[of].argsort()][at_risk[country]:]] = False
    return accepts


def _set_out(state: State, rows: Rows, seats: Rows) -> None:
    workers = state.workers
    workers.seat[rows] = seats
    workers.den[rows] = state.seats.den[seats]
    workers.trips[rows] += 1
    workers.due[rows] = state.day
    state.seats.holder[seats] = rows
    move(state, rows, WorkerStatus.TRAVELLING)
    state.agendas["departures"].enter(rows, state.day)


def _re_enlist(state: State, vacant: Rows) -> Rows:
    """Let people at risk once more take the first vacant seats; return the seats left."""
    workers, p = state.workers, state.world.parameters.captivity
    rows = rows_between(workers.status, WorkerStatus.AT_RISK.value, WorkerStatus.AT_RISK.value)
    if rows.size == 0:
        return vacant
    rows = rows[state.draws.uniform(RE_ENLIST, workers.key[rows], state.day) < p.re_enlist]
    if rows.size == 0:
        return vacant
    rows = rows[workers.key[rows].argsort()][: vacant.size]
    first = _lowest(state.seats.key[vacant], rows.size)
    move(state, rows, WorkerStatus.PROSPECT)
    _set_out(state, rows, vacant[first])
    left = np.ones(vacant.size, bool)
    left[first] = False
    return vacant[left]


def _lowest(keys: Keys, n: int) -> Rows:
    """Return the positions of the ``n`` lowest keys, in their order, without sorting all."""
    some = keys.argpartition(n - 1)[:n]
    return some[keys[some].argsort()]
