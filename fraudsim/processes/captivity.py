"""Captivity: what may happen on a day to a person in a den."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, WorkerStatus, calls, leave_den, move, reseat
from fraudsim.core.draws import purpose
from fraudsim.core.kernels import add_same, add_where, free_rows, rows_grouped
from fraudsim.core.process import process
from fraudsim.core.table import Rows, where
from fraudsim.ledgers.evidence import confirm
from fraudsim.state import State

if TYPE_CHECKING:
    from fraudsim.worlds.parameters import Captivity

EVENT = purpose("captivity.event")
BUYER = purpose("captivity.buyer")
TESTIMONY = purpose("captivity.testimony")

HELD = 3  # class of a held person; classes 0 to 2 are Control of those who work
EVENTS = ("quit", "flee", "ransom", "resell", "die", "comply", "hold", "abuse")


def hazards(p: Captivity) -> NDArray[np.float64]:
    """Return cumulative chances a day of every event.

    Parameters
    ----------
    p : Captivity
        Parameters of that group.

    Returns
    -------
    float64, shape (4 classes, 8 events)
        Classes: free, indebted, confined at work; held. Events: :data:`EVENTS`.
    """
    rows = [
        [p.quit_free, 0, 0, 0, 0, 0, 0, 0],
        [p.quit_indebted, p.flee_indebted, 0, 0, 0, 0, p.hold, 0],
        [0, p.flee_confined, p.ransom_confined, p.resell, p.death_confined, 0, p.hold,
         p.abuse_confined],
        [0, p.flee_held, p.ransom_held, p.resell, p.death_held, p.comply, 0,
         p.abuse_held],
    ]
    return np.cumsum(np.array(rows, np.float64), axis=1)


def chances(state: State) -> NDArray[np.float64]:
    """Return :func:`hazards` of the world."""
    return hazards(state.world.parameters.captivity)


@process(reads="dens.key dens.status dens.country dens.syndicate seats.den forces.key",
         writes="workers.* seats.holder seats.vacant_since dens.staff dens.callers syndicates.capital evidence.*")
def captivity(state: State) -> None:
    """Draw at most one event a person and day, and let it happen."""
    workers = state.workers
    rows, group = rows_grouped(workers.status, WorkerStatus.WORKING.value, WorkerStatus.HELD.value,
                               workers.control, HELD)
    if rows.size == 0:
        return
    add_where(workers.days_captive, rows, group, Control.CONFINED.value, 1)
    if state.day % 7 == 0:
        _work_off_debt(state, rows[group == Control.INDEBTED])
    rows, event = state.draws.events(EVENT, workers.key, rows, group, state.fixed(chances), state.day)
    for code in sorted(set(event.tolist())):
        HAPPENS[EVENTS[code]](state, rows[event == code])


def _work_off_debt(state: State, rows: Rows) -> None:
    workers = state.workers
    workers.debt[rows] -= round(700 * state.world.parameters.captivity.repay)
    free = rows[workers.debt[rows] <= 0]
    workers.debt[free] = 0
    workers.control[free] = Control.FREE


def _go(state: State, rows: Rows, to: WorkerStatus, flow: str) -> None:
    """Let people leave the den for good."""
    state.flows.add(flow, state.dens.country[state.workers.den[rows]])
    leave_den(state, rows)
    move(state, rows, to)
    due = state.day + state.world.parameters.captivity.home_days
    state.workers.due[rows] = due
    state.agendas["lives"].enter(rows, due)


def _quit(state: State, rows: Rows) -> None:
    _go(state, rows, WorkerStatus.QUIT, "quits")


def _testify(state: State, rows: Rows) -> None:
    u = state.draws.uniform(TESTIMONY, state.workers.key[rows], state.day)
    rows = rows[u < state.world.parameters.investigation.testimony]
    if rows.size:
        confirm(state, state.workers.nationality[rows], state.workers.den[rows], state.workers.key[rows], state.day)


def _flee(state: State, rows: Rows) -> None:
    _testify(state, rows)
    _go(state, rows, WorkerStatus.FLED, "escapes")


def _ransom(state: State, rows: Rows) -> None:
    price = round(100 * state.world.parameters.captivity.ransom_price)
    add_same(state.syndicates.capital, state.dens.syndicate[state.workers.den[rows]], price)
    state.accounts.move("families", "syndicates", price * rows.size)
    state.flows.add("ransom_paid", state.dens.country[state.workers.den[rows]], price)
    _testify(state, rows)
    _go(state, rows, WorkerStatus.RANSOMED, "ransoms")


def _die(state: State, rows: Rows) -> None:
    state.flows.add("deaths", state.dens.country[state.workers.den[rows]])
    leave_den(state, rows)
    move(state, rows, WorkerStatus.DIED)


def _comply(state: State, rows: Rows) -> None:
    move(state, rows, WorkerStatus.WORKING)
    working = rows[calls(state.workers, rows)]
    add_same(state.dens.callers, state.workers.den[working], 1)


def _hold(state: State, rows: Rows) -> None:
    calling = rows[calls(state.workers, rows)]
    add_same(state.dens.callers, state.workers.den[calling], -1)
    state.workers.control[rows] = Control.CONFINED
    move(state, rows, WorkerStatus.HELD)


def _abuse(state: State, rows: Rows) -> None:
    state.workers.abuse[rows] += 1
    state.flows.add("abuse", state.dens.country[state.workers.den[rows]])


def _resell(state: State, rows: Rows) -> None:
    """Sell people to another den that has a vacant seat, one after the other in the order of their keys."""
    workers = state.workers
    for row in rows[np.argsort(workers.key[rows])].tolist():
        seat = _seat_elsewhere(state, row)
        if seat >= 0:
            _hand_to(state, row, seat)


def _seat_elsewhere(state: State, row: int) -> int:
    seats, dens = state.seats, state.dens
    vacant = free_rows(seats.holder, seats.den, dens.status, DenStatus.ACTIVE.value)
    den = seats.den[vacant]
    room = np.bincount(den, minlength=len(dens))
    room[state.workers.den[row]] = 0
    options = where(room > 0)
    if options.size == 0:
        return -1
    wish = state.draws.uniform(BUYER, dens.key[options] ^ state.workers.key[row], state.day)
    return int(vacant[den == options[wish.argmax()]][0])


def _hand_to(state: State, row: int, seat: int) -> None:
    workers, dens, one = state.workers, state.dens, np.array([row])
    seller, buyer = int(dens.syndicate[workers.den[row]]), int(dens.syndicate[state.seats.den[seat]])
    state.flows.add("resold", dens.country[workers.den[one]])
    reseat(state, one, np.array([seat]))
    if workers.status[row] == WorkerStatus.WORKING:
        add_same(dens.callers, workers.den[one[calls(workers, one)]], -1)
    price = round(200 * state.world.parameters.recruitment.recruiter_fee)
    state.syndicates.capital[buyer] -= price
    state.syndicates.capital[seller] += price
    workers.debt[row] += price
    workers.control[row], workers.started[row] = Control.CONFINED, state.day
    move(state, one, WorkerStatus.RESOLD)
    move(state, one, WorkerStatus.HELD)


HAPPENS = {"quit": _quit, "flee": _flee, "ransom": _ransom, "resell": _resell, "die": _die, "comply": _comply,
           "hold": _hold, "abuse": _abuse}
