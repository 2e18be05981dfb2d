"""Columns of the ledgers that are tables."""

from __future__ import annotations

import enum

from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.table import Column

NOT_REPORTED = 2**31 - 1
"""Hour of the report of a payment that is never reported: after everything else, and the last that a column holds."""


class TransferStatus(enum.IntEnum):
    """Where a victim's payment is."""

    WITH_MULES = 0
    FROZEN = 1
    RETURNED = 2
    CLEARED = 3


TRANSFER_LIFECYCLE = Lifecycle("status", TransferStatus, {
    TransferStatus.WITH_MULES: (TransferStatus.FROZEN, TransferStatus.CLEARED),
    TransferStatus.FROZEN: (TransferStatus.RETURNED,),
})


class OperationStatus(enum.IntEnum):
    """Where an operation stands."""

    PREPARING = 0
    AUTHORISING = 1
    STRUCK = 2
    ENDED = 3


OPERATION_LIFECYCLE = Lifecycle("status", OperationStatus, {
    OperationStatus.PREPARING: (OperationStatus.AUTHORISING, OperationStatus.ENDED),
    OperationStatus.AUTHORISING: (OperationStatus.STRUCK, OperationStatus.ENDED),
})

class AssetStatus(enum.IntEnum):
    """Where money seized at a raid is."""

    SEIZED = 0
    CONFISCATED = 1
    GIVEN_BACK = 2
    SHARED_OUT = 3


ASSET_LIFECYCLE = Lifecycle("status", AssetStatus, {
    AssetStatus.SEIZED: (AssetStatus.CONFISCATED, AssetStatus.GIVEN_BACK),
    AssetStatus.CONFISCATED: (AssetStatus.SHARED_OUT,),
})

SEATS = (
    Column("den", "int64", "row", "den the seat stands in", refers="dens", default=-1),
    Column("number", "int32", "1", "number of the seat in the den"),
    Column("holder", "int64", "row", "person who fills or travels to it, -1 when vacant", refers="workers", default=-1),
    Column("holders", "int32", "persons", "people who have been offered it or have taken it over; names the next"),
    Column("vacant_since", "int32", "day", "day it fell vacant"),
)

TRANSFERS = (
    Column("victim", "int32", "row", "who paid", refers="victims", default=-1),
    Column("den", "int32", "row", "den that obtained it", refers="dens", default=-1),
    Column("amount", "int64", "cents", "payment"),
    Column("paid_hour", "int32", "hour", "hour of the payment, counted from day 0"),
    Column("clear_hour", "int32", "hour", "hour at which it leaves the first mule account: a freeze comes too late "
           "after that"),
    Column("chain_hour", "int32", "hour", "hour at which it leaves the last mule account: nobody calls it back after "
           "that"),
    Column("report_hour", "int32", "hour", "hour of the report to the police; 2^31 - 1 for none",
           default=NOT_REPORTED),
    Column("restituted", "int64", "cents", "what courts paid back of it out of confiscated money"),
    Column("status", "int8", "code", "where the money is", codes=TransferStatus, lifecycle=True),
    Column("due", "int32", "day", "day of the next thing to happen to it", default=32767),
)

EVIDENCE = (
    Column("force", "int64", "row", "police force that holds it", refers="forces", default=-1),
    Column("den", "int64", "row", "den it concerns", refers="dens", default=-1),
    Column("strength", "float64", "confirmations", "independent confirmations that point to the den's address"),
    Column("astray", "float64", "confirmations", "confirmations that point to a wrong address"),
    Column("received", "float64", "confirmations", "of all these, those that other forces passed on"),
    Column("passed", "bool", "yes/no", "forces that it has been passed to", width="countries"),
    Column("opened", "int32", "day", "day the file was opened"),
    Column("ready_on", "int32", "day", "day on which it first sufficed for a warrant", default=32767),
    Column("asked", "int32", "day", "day on which the host was asked for help", default=32767),
    Column("answer_due", "int32", "day", "day on which the host's answer comes", default=32767),
)

OPERATIONS = (
    Column("lead", "int64", "row", "force that leads", refers="forces", default=-1),
    Column("hosts", "bool", "yes/no", "which countries' territory it covers", width="countries"),
    Column("joint", "bool", "yes/no", "whether several forces act together"),
    Column("status", "int8", "code", "stage of the operation", codes=OperationStatus, lifecycle=True),
    Column("strength", "float64", "share", "share of the forces' investigators lent to it"),
    Column("officers", "int64", "officers", "officers available on the day of the strike"),
    Column("opened", "int32", "day", "day preparation began"),
    Column("last_gain", "int32", "day", "day on which the number of ready sites last grew"),
    Column("ready", "int32", "sites", "sites ready to be searched"),
    Column("strike_day", "int32", "day", "day of the strike", default=32767),
    Column("searches", "int32", "sites", "sites searched"),
    Column("found", "int32", "sites", "dens found there"),
    Column("arrests", "int32", "persons", "people arrested"),
    Column("loss_found", "int64", "cents", "all that the dens found had taken from victims"),
    Column("victims_found", "int64", "persons", "victims of the dens found"),
    Column("loss_reported", "int64", "cents", "of that loss, what had been reported to the police"),
    Column("reports_found", "int64", "reports", "number of those reports"),
)

ASSETS = (
    Column("den", "int64", "row", "den where it was seized", refers="dens", default=-1),
    Column("amount", "int64", "cents", "money seized"),
    Column("status", "int8", "code", "where it is", codes=AssetStatus, lifecycle=True),
    Column("due", "int32", "day", "day of the next decision on it", default=32767),
)

LEDGERS: dict[str, tuple[Column, ...]] = {
    "seats": SEATS, "assets": ASSETS, "transfers": TRANSFERS, "evidence": EVIDENCE, "operations": OPERATIONS,
}
