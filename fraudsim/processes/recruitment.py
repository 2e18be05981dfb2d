"""Recruitment: empty seats are offered to people at risk, who accept, are deceived or forced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import RecruitedAs, Role, WorkerStatus, move
from fraudsim.core.draws import Keys, child_keys, lognormal, purpose, purposes
from fraudsim.core.kernels import add_same, choose, free_rows, rows_between, share_out
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.state import State

OFFER = purpose("recruitment.offer")
MEETING = purposes("recruitment.source", "recruitment.recruited as", "recruitment.role", "recruitment.age",
                   "recruitment.accept")
RE_ENLIST = purpose("recruitment.re-enlist")


@process(reads="syndicates.source_weight syndicates.source_belief dens.status dens.syndicate seats.key "
               "seats.den",
         writes="seats.holder seats.holders workers.* countries.at_risk countries.away")
def recruitment(state: State) -> None:
    """Fill vacant seats of dens that call."""
    seats, dens = state.seats, state.dens
    vacant = free_rows(seats.holder, seats.den, dens.status, DenStatus.ACTIVE.value)
    if vacant.size == 0:
        return
    vacant = _re_enlist(state, vacant)
    syndicate = dens.syndicate[seats.den[vacant]]
    rates = offer_rates(state, np.bincount(syndicate, minlength=len(state.syndicates)))
    offered, _ = state.draws.events(OFFER, seats.key, vacant, syndicate, rates.sum(axis=1)[:, None], state.day)
    if offered.size:
        _offer(state, offered, rates)


def offer_rates(state: State, vacancies: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return offers a vacant seat and day, by syndicate and source.

    Recruiters split their effort over sources by preference and by how often recruits arrive. In each
    source offers are the lesser of what they seek and what people at risk supply, so that dens
    compete for the same people.

    Parameters
    ----------
    vacancies : int64, shape (syndicates,)

    Returns
    -------
    float64, shape (syndicates, countries)
    """
    p = state.world.parameters.recruitment
    belief = state.syndicates.source_belief
    weight = state.syndicates.source_weight * belief * belief
    supply = state.countries.at_risk * p.offers_per_at_risk
    rates: NDArray[np.float64] = share_out(weight, vacancies, supply, p.offers_per_seat_cap)
    return rates


def _offer(state: State, seats: Rows, rates: NDArray[np.float64]) -> None:
    p, table = state.world.parameters.recruitment, state.seats
    keys = child_keys(table.key[seats], "holder", table.holders[seats])
    table.holders[seats] += 1
    from_where, how, part, age, answer = state.draws.several(MEETING, keys)
    source = choose(rates.cumsum(axis=1), state.dens.syndicate[table.den[seats]], from_where)
    coerced = how < p.coerced_share
    recruited = np.where(coerced, RecruitedAs.COERCED,
                         np.where(how < p.coerced_share + p.deceived_share, RecruitedAs.DECEIVED,
                                  RecruitedAs.VOLUNTARY))
    rows = state.workers.add(
        seats.size, key=keys, nationality=source, place=source, recruited_as=recruited,
        age=np.minimum(np.maximum(lognormal(age, p.age_median, p.age_sigma), 16), 70),
        role=np.where(part < p.caller_share, Role.CALLER, Role.GUARD), status=WorkerStatus.PROSPECT, since=state.day)
    accepts = (answer < p.accept_share) | coerced
    state.flows.add("offers", source)
    move(state, rows[~accepts], WorkerStatus.DECLINED)
    add_same(state.countries.at_risk, source[accepts], -1)
    add_same(state.countries.away, source[accepts], 1)
    _set_out(state, rows[accepts], seats[accepts])


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
    rows = rows[state.draws.uniform(RE_ENLIST, workers.key[rows], state.day) < p.re_enlist][: vacant.size]
    if rows.size == 0:
        return vacant
    rows = rows[workers.key[rows].argsort()]
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
