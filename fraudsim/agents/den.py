"""Dens: call centres in a villa, hotel or compound. A den decides nothing; it calls."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.draws import child_keys
from fraudsim.core.handles import Handle
from fraudsim.core.kernels import rows_between
from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column, Rows, Table
from fraudsim.loops.adaptation import standing_of

if TYPE_CHECKING:
    from fraudsim.state import State


class DenStatus(enum.IntEnum):
    """Where a den stands in its life."""

    ACTIVE = 0
    LYING_LOW = 1
    MOVED = 2
    CLOSED = 3
    DISMANTLED = 4


OPEN = (DenStatus.ACTIVE, DenStatus.LYING_LOW)
CODES = np.array([*OPEN, DenStatus.DISMANTLED], np.int64)
"""Codes that loops compare with: calls, lies low, dismantled."""

LIFECYCLE = Lifecycle("status", DenStatus, {
    DenStatus.ACTIVE: (DenStatus.LYING_LOW, DenStatus.MOVED, DenStatus.CLOSED, DenStatus.DISMANTLED),
    DenStatus.LYING_LOW: (DenStatus.ACTIVE, DenStatus.MOVED, DenStatus.CLOSED, DenStatus.DISMANTLED),
})

COLUMNS = (
    Column("syndicate", "int64", "row", "owner", refers="syndicates", default=-1),
    Column("zone", "int64", "row", "zone it stands in", refers="zones", default=-1),
    Column("country", "int64", "row", "country of that zone", refers="countries", default=-1),
    Column("target", "int64", "row", "country it calls", refers="countries", default=-1),
    Column("script", "int32", "code", "script it plays: position in the world's list of scripts"),
    Column("line", "int32", "code", "script and target: position in the world's list of lines"),
    Column("adjacent", "bool", "yes/no", "whether it has turned to other illegal business and calls nobody"),
    Column("numbers", "int64", "numbers", "telephone numbers it keeps"),
    Column("seats", "int32", "seats", "seats for staff"),
    Column("staff", "int32", "persons", "people in the den, held ones included"),
    Column("callers", "int32", "persons", "people who call"),
    Column("status", "int8", "code", "stage of its life", codes=DenStatus, lifecycle=True),
    Column("opened", "int32", "day", "day it opened"),
    Column("ended", "int32", "day", "day it moved, closed or was dismantled", default=32767),
    Column("wake", "int32", "day", "day on which a den that lies low starts again", default=32767),
    Column("moved_from", "int64", "row", "den it was before it moved", refers="dens", default=-1),
    Column("alarmed", "bool", "yes/no", "whether it has been warned and its owner has yet to respond"),
    Column("stage_seconds", "int64", "seconds", "conversation that later stages took the day before"),
    Column("line_costs", "int64", "cents", "numbers and lines used since the last weekly accounts"),
    Column("income_week", "int64", "cents", "net income booked since the last weekly accounts"),
    Column("profit_mean", "float64", "cents/week", "smoothed weekly profit"),
    Column("stolen", "int64", "cents", "all that its victims have paid"),
    Column("victims", "int64", "persons", "residents whose first payment it obtained"),
    Column("reported", "int64", "cents", "payments to it that were reported to the police"),
    Column("reports", "int64", "reports", "number of those reports"),
    Column("registered", "int64", "cases", "reports on it that police registered as a case"),
)
"""Columns of the table ``dens``."""


class Den(Handle):
    """A call centre in a zone. It does not know the evidence against it."""

    table_name = "dens"
    lifecycle = LIFECYCLE

    @classmethod
    def create_row(cls, model: object, **values: object) -> int:
        """Open a den with vacant seats; ``syndicate`` and ``zone`` are required."""
        state: State = model.state  # type: ignore[attr-defined]
        missing = {"syndicate", "zone"} - values.keys()
        if missing:
            raise TypeError(f"Den needs {' and '.join(sorted(missing))}")
        if unknown := values.keys() - {"syndicate", "zone"}:
            raise TypeError(f"Den takes syndicate and zone, not {', '.join(sorted(unknown))}")
        return open_den(state, _row("syndicate", values["syndicate"], len(state.syndicates)),
                        _row("zone", values["zone"], len(state.zones)))


def _row(name: str, value: object, rows: int) -> int:
    row = getattr(value, "row", value)
    if not isinstance(row, (int, np.integer)) or isinstance(row, bool) or not 0 <= row < rows:
        raise ValueError(f"Den: {name} must be an agent or a row number, 0 to {rows - 1}, got {value!r}")
    return int(row)


def is_open(dens: Table) -> Rows:
    """Return rows of the dens that stand: active or lying low."""
    rows: Rows = rows_between(dens.status, DenStatus.ACTIVE.value, DenStatus.LYING_LOW.value)
    return rows


def stands(dens: Table, rows: Rows) -> NDArray[np.bool_]:
    """Tell of some dens whether they stand.

    Returns
    -------
    bool, shape (len(rows),)
    """
    result: NDArray[np.bool_] = dens.status[rows] <= DenStatus.LYING_LOW.value
    return result


def seats_of(state: State, den: int) -> slice:
    """Return the seats of a den: they are added with it, so that they lie side by side and in the order of dens."""
    first, last = np.searchsorted(state.seats.den, (den, den + 1)).tolist()
    return slice(first, last)


def holders_of(state: State, den: int) -> Rows:
    """Return the people who fill the seats of a den or travel to one, in the order of the seats."""
    holder = state.seats.holder[seats_of(state, den)]
    rows: Rows = holder[holder >= 0]
    return rows


def standing(state: State, syndicate: int) -> Rows:
    """Return the dens of a syndicate that call or lie low."""
    rows: Rows = standing_of(syndicate, state.dens.syndicate, state.dens.status, CODES)
    return rows


def shield(state: State, dens: Rows) -> NDArray[np.float64]:
    """Return how far officials or armed groups shield some dens: none whose owner has lost its protectors.

    Parameters
    ----------
    state : State
    dens : int64, shape (n,)
        Rows.

    Returns
    -------
    float64, shape (n,)
        Protection of the zone, 0 to 1; 0 until the owner buys it again.
    """
    d = state.dens
    bare = state.syndicates.exposed_until[d.syndicate[dens]] > state.day
    result: NDArray[np.float64] = np.where(bare, 0.0, state.zones.protection[d.zone[dens]])
    return result


def open_den(state: State, syndicate: int, zone: int, moved_from: int = -1, line: int = -1) -> int:
    """Add a den and its vacant seats.

    Parameters
    ----------
    state : State
    syndicate, zone : int
        Rows.
    moved_from : int
        Row of the den it was before it moved, -1 for none.
    line : int
        Script and target: position in ``state.lines``; -1 for the owner's first one.

    Returns
    -------
    int
        Row of the den.
    """
    syndicates, dens = state.syndicates, state.dens
    ordinal = int(syndicates.dens_opened[syndicate])
    if line < 0:
        line = state.lines.index((int(syndicates.script[syndicate]), int(syndicates.target[syndicate])))
    syndicates.dens_opened[syndicate] += 1
    capacity = int(syndicates.den_capacity[syndicate])
    key = child_keys(syndicates.key[syndicate], "den", ordinal)
    script, target = state.lines[line]
    row = dens.add(1, key=key, syndicate=syndicate, zone=zone, country=state.zones.country[zone],
                   target=target, script=script, line=line,
                   seats=capacity, opened=state.day, moved_from=moved_from)
    seats = np.arange(capacity)
    state.seats.add(capacity, key=child_keys(key, "seat", seats), den=row[0], number=seats)
    return int(row[0])
