"""Workers: people who were recruited. How, under whose control, and where they are now are three facts."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.handles import Handle
from fraudsim.core.kernels import both_equal, rows_between
from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column, Rows, Table
from fraudsim.loops import people


class RecruitedAs(enum.IntEnum):
    """How a person was recruited; never changes."""

    VOLUNTARY = 0
    DECEIVED = 1
    COERCED = 2


class Control(enum.IntEnum):
    """How a person is controlled; changes."""

    FREE = 0
    INDEBTED = 1
    CONFINED = 2


class Role(enum.IntEnum):
    """What a person does in the den."""

    CALLER = 0
    TRAINER = 1
    GUARD = 2
    TEAM_LEADER = 3
    LAUNDERER = 4
    ORGANISER = 5


class WorkerStatus(enum.IntEnum):
    """Where, and in what legal position, a person is."""

    PROSPECT = 0
    DECLINED = 1
    TRAVELLING = 2
    STOPPED = 3
    SMUGGLED = 4
    ARRIVED = 5
    WORKING = 6
    HELD = 7
    FLED = 8
    QUIT = 9
    RANSOMED = 10
    RESOLD = 11
    SURRENDERED = 12
    RESCUED = 13
    DIED = 14
    ARRESTED = 15
    SCREENED = 16
    LET_GO = 17
    CONVICTED = 18
    DEPORTED = 19
    DETAINED = 20
    HANDED_OVER = 21
    REFUSED = 22
    SENTENCED = 23
    RELEASED = 24
    HOME = 25
    STRANDED = 26
    REINTEGRATED = 27
    AT_RISK = 28


S = WorkerStatus
LIFECYCLE = Lifecycle("status", WorkerStatus, {
    S.PROSPECT: (S.TRAVELLING, S.DECLINED),
    S.TRAVELLING: (S.STOPPED, S.SMUGGLED, S.ARRIVED),
    S.STOPPED: (S.HOME, S.SMUGGLED),
    S.SMUGGLED: (S.WORKING, S.HELD, S.STRANDED, S.DIED),
    S.ARRIVED: (S.WORKING, S.HELD, S.STRANDED),
    S.HELD: (S.WORKING, S.FLED, S.RANSOMED, S.RESOLD, S.RESCUED, S.ARRESTED, S.DIED, S.STRANDED),
    S.WORKING: (S.HELD, S.QUIT, S.FLED, S.RANSOMED, S.RESOLD, S.SURRENDERED, S.RESCUED, S.ARRESTED,
                S.DIED, S.STRANDED),
    S.RESOLD: (S.HELD,),
    S.ARRESTED: (S.SCREENED, S.LET_GO, S.CONVICTED, S.DEPORTED, S.DETAINED),
    S.SCREENED: (S.RESCUED,),
    S.DETAINED: (S.HANDED_OVER, S.REFUSED),
    S.HANDED_OVER: (S.SENTENCED,),
    S.SENTENCED: (S.RELEASED,),
    S.CONVICTED: (S.RELEASED,),
    S.REFUSED: (S.RELEASED,),
    S.FLED: (S.HOME, S.STRANDED),
    S.QUIT: (S.HOME, S.STRANDED),
    S.RANSOMED: (S.HOME, S.STRANDED),
    S.RESCUED: (S.HOME, S.STRANDED),
    S.DEPORTED: (S.HOME, S.STRANDED),
    S.SURRENDERED: (S.HOME, S.STRANDED),
    S.LET_GO: (S.HOME, S.STRANDED),
    S.RELEASED: (S.HOME, S.STRANDED),
    S.STRANDED: (S.HOME,),
    S.HOME: (S.REINTEGRATED, S.AT_RISK),
    S.AT_RISK: (S.PROSPECT, S.REINTEGRATED),
})

IN_DEN = (WorkerStatus.WORKING, WorkerStatus.HELD)
SEATED = (WorkerStatus.TRAVELLING, WorkerStatus.STOPPED, WorkerStatus.SMUGGLED, WorkerStatus.ARRIVED,
          WorkerStatus.WORKING, WorkerStatus.HELD, WorkerStatus.RESOLD)
ON_THE_WAY_HOME = (WorkerStatus.FLED, WorkerStatus.QUIT, WorkerStatus.RANSOMED, WorkerStatus.RESCUED,
                   WorkerStatus.DEPORTED, WorkerStatus.SURRENDERED, WorkerStatus.LET_GO, WorkerStatus.RELEASED)
SUSPECTS = (WorkerStatus.ARRESTED, WorkerStatus.DETAINED, WorkerStatus.HANDED_OVER, WorkerStatus.SENTENCED,
            WorkerStatus.CONVICTED)

CALLS = (WorkerStatus.WORKING.value, Role.CALLER.value)
"""Status and role of those who call."""

COLUMNS = (
    Column("nationality", "int64", "row", "country of origin", refers="countries", default=-1),
    Column("den", "int64", "row", "den the person works or worked in, or travels to", refers="dens", default=-1),
    Column("seat", "int64", "row", "seat the person fills, -1 when none", refers="seats", default=-1),
    Column("place", "int64", "row", "country the person is in", refers="countries", default=-1),
    Column("age", "int16", "years", "age when recruited"),
    Column("recruited_as", "int8", "code", "how recruited; never changes", codes=RecruitedAs),
    Column("control", "int8", "code", "how controlled; changes", codes=Control),
    Column("role", "int8", "code", "part played in the den", codes=Role),
    Column("status", "int8", "code", "place and legal position", codes=WorkerStatus, lifecycle=True),
    Column("smuggled", "bool", "yes/no", "whether the person travelled by smuggler"),
    Column("debt", "int64", "cents", "debt to the den"),
    Column("since", "int32", "day", "day of the last change of status"),
    Column("due", "int32", "day", "day of the next change that is already fixed", default=32767),
    Column("started", "int32", "day", "day the person came to the den", default=32767),
    Column("days_captive", "int32", "days", "days held, or confined while working"),
    Column("abuse", "int16", "events", "recorded acts of violence suffered"),
    Column("trips", "int16", "1", "times recruited"),
    Column("operation", "int64", "row", "operation in which arrested", refers="operations", default=-1),
    Column("treaty", "int32", "code", "treaty under which extradition is asked: position in the world's list",
           default=-1),
    Column("handed_over", "int32", "day", "day of the hand-over to the country that asked", default=32767),
    Column("lenient", "bool", "yes/no", "whether the person surrendered and goes unpunished"),
    Column("punished", "bool", "yes/no", "whether convicted, handed over or punished at home as an offender"),
    Column("kin_pressed", "bool", "yes/no", "whether kin have been pressed to call the person home"),
    Column("came_home", "bool", "yes/no", "whether the person has come home from a den or custody"),
    Column("aided", "bool", "yes/no", "whether the person received help at the last homecoming"),
)
"""Columns of the table ``workers``."""


class Worker(Handle):
    """A recruited person."""

    table_name = "workers"
    lifecycle = LIFECYCLE

    @property
    def trafficked(self) -> bool:
        """Exploited after deception, coercion, or held against their will; compliance cancels nothing."""
        return bool(trafficked(self.model.state.workers, np.array([self.row]))[0])

    def move_to(self, status: int) -> None:
        """Move the person to another status, stamp the day, and keep den and seat in step.

        Who leaves the den leaves the seat; who stops or starts to call is counted out of or into the den's callers;
        who is out comes home as others do. Nothing that was due before is due any more, except an arrival.

        Parameters
        ----------
        status : int
            A :class:`WorkerStatus` that may follow the present one.

        Raises
        ------
        ValueError
            If the status is unknown, or may not follow the present one.
        """
        state, rows, to = self.model.state, np.array([self.row]), WorkerStatus(status)
        if LIFECYCLE.allowed[state.workers.status[self.row], to] and to not in SEATED:
            leave_den(state, rows)
        called = int(calls(state.workers, rows)[0])
        move(state, rows, to)
        if to in IN_DEN:
            _count_in(state, self.row, called)
        if to not in (WorkerStatus.TRAVELLING, WorkerStatus.SMUGGLED):
            state.workers.due[rows] = people.NEVER
        waits = state.world.parameters.captivity
        days = {WorkerStatus.HOME: waits.aftercare_days, WorkerStatus.STRANDED: waits.stranded_days,
                **dict.fromkeys(ON_THE_WAY_HOME, waits.home_days)}
        if to in days:
            state.workers.due[rows] = state.day + days[to]
            state.agendas["lives"].enter(rows, state.day + days[to])


def _count_in(state: Any, row: int, called: int) -> None:
    """Count a person who is in a den among its people, if they were not, and among its callers, if they call."""
    workers, dens, den = state.workers, state.dens, int(state.workers.den[row])
    if workers.seat[row] < 0:
        return
    if workers.started[row] == people.NEVER:
        workers.started[row], workers.place[row] = state.day, dens.country[den]
        dens.staff[den] += 1
    dens.callers[den] += int(calls(workers, np.array([row]))[0]) - called


def trafficked(workers: Table, rows: Rows) -> NDArray[np.bool_]:
    """Tell who was exploited after deception or coercion, or was ever held against their will.

    Returns
    -------
    bool, shape (len(rows),)
    """
    result: NDArray[np.bool_] = (workers.recruited_as[rows] != RecruitedAs.VOLUNTARY) | (workers.days_captive[rows] > 0)
    return result


def in_den(workers: Table) -> Rows:
    """Return rows of the people in dens: at work or held."""
    rows: Rows = rows_between(workers.status, WorkerStatus.WORKING.value, WorkerStatus.HELD.value)
    return rows


def calls(workers: Table, rows: Rows) -> NDArray[np.bool_]:
    """Tell who calls: callers at work.

    Returns
    -------
    bool, shape (len(rows),)
    """
    result: NDArray[np.bool_] = both_equal(workers.status, WorkerStatus.WORKING.value,
                                           workers.role, Role.CALLER.value, rows)
    return result


def move(state: Any, rows: Rows, to: WorkerStatus) -> None:
    """Move people to a status and stamp the day."""
    if rows.size == 0:
        return
    LIFECYCLE.move(state.workers, rows, to)
    state.workers.since[rows] = state.day


def leave_den(state: Any, rows: Rows) -> None:
    """Take people out of their den: seats fall vacant, staff and callers shrink."""
    if rows.size:
        people.leave_dens(state.columns, rows, state.day, *CALLS)


def reseat(state: Any, rows: Rows, seats: Rows) -> None:
    """Move people in dens, as they are, to vacant seats of other dens."""
    if rows.size:
        people.change_seats(state.columns, rows, seats, state.day, *CALLS)
