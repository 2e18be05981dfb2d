"""Victims: residents in a scam, or once asked for money. Before that, and in between, a resident is a number."""

from __future__ import annotations

import enum
from typing import Any, NoReturn

from fraudsim.core.handles import PassingHandle
from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column


class VictimStatus(enum.IntEnum):
    """Where a resident stands in a scam."""

    ENGAGED = 0
    PAYING = 1
    PAID = 2
    LEFT = 3
    BROKEN_OFF = 4


NEVER_WARY = -32768
"""Day on which somebody last came out of a scam who never was in one."""

V = VictimStatus
LIFECYCLE = Lifecycle("status", VictimStatus, {
    V.ENGAGED: (V.ENGAGED, V.PAYING, V.LEFT, V.BROKEN_OFF),
    V.PAYING: (V.PAID, V.LEFT, V.BROKEN_OFF),
    V.PAID: (V.ENGAGED,),
    V.LEFT: (V.ENGAGED,),
    V.BROKEN_OFF: (V.ENGAGED,),
})

COLUMNS = (
    Column("country", "int16", "row", "country of residence", refers="countries", default=-1),
    Column("resident", "int64", "1", "number of the resident in that country"),
    Column("age_band", "int8", "code", "position in the world's list of age bands"),
    Column("susceptibility", "float64", "odds ratio", "odds of going along, against a standard person"),
    Column("savings", "int64", "cents", "what is left to lose"),
    Column("lost", "int64", "cents", "all payments so far"),
    Column("returned", "int64", "cents", "frozen or confiscated money that came back"),
    Column("status", "int8", "code", "where the person stands in a scam", codes=VictimStatus, lifecycle=True),
    Column("den", "int32", "row", "den that holds the conversation", refers="dens", default=-1),
    Column("script", "int16", "code", "script played on the person"),
    Column("channel", "int8", "code", "channel of the first contact: position in CHANNELS"),
    Column("warnings", "int16", "warnings", "warnings that reached the person in scams so far"),
    Column("holds", "int16", "holds", "payments of the person that a bank held so far"),
    Column("tries", "int8", "days", "days on which the present stage was put off since the den's site was down"),
    Column("held", "int64", "cents", "payment that a bank held and the person is to make by another way, 0 for none"),
    Column("attempts", "int16", "1", "payments the person set out to make, paid or given up, retries not counted"),
    Column("stage", "int8", "1", "next stage of the script"),
    Column("scams", "int16", "1", "scams the person was engaged in so far"),
    Column("payments", "int16", "1", "payments made so far"),
    Column("payments_this_scam", "int16", "1", "payments made in the present scam"),
    Column("due", "int32", "day", "day of the next stage or payment"),
    Column("wary_since", "int32", "day", "day the person last came out of a scam", default=NEVER_WARY),
    Column("wary", "float64", "share", "how wary the person was on that day"),
    Column("reported", "bool", "yes/no", "whether any payment was reported to the police"),
    Column("harmed", "bool", "yes/no", "severe harm after the loss"),
)
"""Columns of the table ``victims``."""


class Victim(PassingHandle):
    """A resident who is in a scam, or was asked for money in one.

    Whoever leaves before that is a number again, and the row is used for another: see :mod:`fraudsim.loops.residents`.
    """

    table_name = "victims"
    lifecycle = LIFECYCLE

    @classmethod
    def create_row(cls, model: Any, **values: Any) -> NoReturn:
        """Refuse: traits, key and index of a resident go together."""
        raise TypeError("a resident becomes a victim when a call engages them, not by hand")
