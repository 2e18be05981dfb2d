"""Victims: residents once a call has engaged them. Before that a resident is a number."""

from __future__ import annotations

import enum

from fraudsim.core.handles import Handle
from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column


class VictimStatus(enum.IntEnum):
    """Where a resident stands in a scam."""

    ENGAGED = 0
    PAYING = 1
    PAID = 2
    LEFT = 3
    BROKEN_OFF = 4


V = VictimStatus
LIFECYCLE = Lifecycle("status", VictimStatus, {
    V.ENGAGED: (V.ENGAGED, V.PAYING, V.LEFT, V.BROKEN_OFF),
    V.PAYING: (V.PAID, V.LEFT, V.BROKEN_OFF),
    V.PAID: (V.ENGAGED,),
    V.LEFT: (V.ENGAGED,),
    V.BROKEN_OFF: (V.ENGAGED,),
})

COLUMNS = (
    Column("country", "int64", "row", "country of residence", refers="countries", default=-1),
    Column("resident", "int64", "1", "number of the resident in that country"),
    Column("age_band", "int8", "code", "position in the world's list of age bands"),
    Column("susceptibility", "float64", "odds ratio", "odds of going along, against a standard person"),
    Column("savings", "int64", "cents", "what is left to lose"),
    Column("lost", "int64", "cents", "all payments so far"),
    Column("returned", "int64", "cents", "frozen or confiscated money that came back"),
    Column("status", "int8", "code", "where the person stands in a scam", codes=VictimStatus, lifecycle=True),
    Column("den", "int64", "row", "den that holds the conversation", refers="dens", default=-1),
    Column("script", "int32", "code", "script played on the person"),
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
    Column("wary_since", "int32", "day", "day the person last came out of a scam", default=-32768),
    Column("wary", "float64", "share", "how wary the person was on that day"),
    Column("reported", "bool", "yes/no", "whether any payment was reported to the police"),
    Column("harmed", "bool", "yes/no", "severe harm after the loss"),
)
"""Columns of the table ``victims``."""


class Victim(Handle):
    """A resident whom a call has engaged."""

    table_name = "victims"
    lifecycle = LIFECYCLE
