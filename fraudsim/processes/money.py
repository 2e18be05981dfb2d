"""Money: payments, the bank's check, mule accounts, freezing, returning. Every cent is in exactly one account."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import kind_code, purpose, purposes
from fraudsim.core.process import process
from fraudsim.ledgers.controls import adults, bank_check, control_reach, freeze_share, recall_share
from fraudsim.ledgers.flows import POSITION, positions
from fraudsim.ledgers.tables import NOT_REPORTED, TRANSFER_LIFECYCLE, TransferStatus
from fraudsim.loops.money import fear, pay, settle
from fraudsim.scripts import CHANNELS
from fraudsim.state import State

Floats = NDArray[np.float64]
V, T = VictimStatus, TransferStatus

PAYMENT = purposes("money.amount", "money.severe harm", "money.further demand", "money.hour", "money.clear",
                   "money.chain", "money.report", "money.report delay", "money.hold", "money.retry")
SETTLEMENT = purposes("money.freeze", "money.recall", "money.account", "money.punish", "money.punish wrongly")
WRONG_HOLD = purpose("money.wrong hold")
KIND = kind_code("payment")

PERSUADED = np.array([V.PAYING, V.PAID, V.LEFT, V.ENGAGED, V.BROKEN_OFF], np.int64)
WHERE = np.array([T.WITH_MULES, T.FROZEN, T.RETURNED, T.CLEARED], np.int64)
CALLING = DenStatus.ACTIVE.value
PAID = positions("paid", "paid_to_host", "payments", "victims", "victims_of_host", "severe_harm", "attempts",
                 "attempted", "holds", "held", "retried")
SETTLED = positions("frozen", "recalled", "returned", "cleared", "accounts_used", "account_cost", "helpers_punished",
                    "helpers_punished_wrongly", "cleared_net")
PAID_BY = positions(*(f"paid_by_{channel}" for channel in CHANNELS))

FURTHER_DELAY_DAYS = 3
FAR = 32767
WEEKDAY = 5


def by_script(state: State) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the series of money paid to every script and of its victims, each of shape (scripts,)."""
    found = []
    for script in state.scripts:
        name = script.name.replace("-", "_")
        found.append(positions(*(f"{what}_{name}" if f"{what}_{name}" in POSITION else f"{what}_other_script"
                                 for what in ("paid", "victims"))))
    paid, victims = np.array(found, np.int64).reshape(len(state.scripts), 2).T.copy()
    return paid, victims


def ordinary_holds(state: State) -> Floats:
    """Return ordinary transfers that banks of every country may be expected to hold in a day."""
    each = np.array([country.transfers for country in state.world.countries])
    held: Floats = each * adults(state) * state.levers.hold_wrong * control_reach(state)
    return held


def thrift(state: State) -> Floats:
    """Return how far launderers stretch each account at today's price: payments for each, and time in it; 1 is usual.

    Returns
    -------
    float64, shape (countries,)
    """
    stretched: Floats = state.levers.account_price ** float(state.world.parameters.money.account_thrift)
    return stretched


def payment_chances(state: State) -> Floats:
    """Return, by country, payments reported, payments that banks hold, and how much longer money stays put."""
    reported = np.array([country.report_share for country in state.world.countries])
    return np.stack((reported, bank_check(state), thrift(state)))


def payment_terms(state: State) -> Floats:
    """Return times to clear and to a report, how wary a scam leaves people, retries, and what haste saves."""
    p = state.world.parameters
    m = p.money
    return np.array([m.clear_hours, m.chain_hours, m.report_delay_hours, m.report_delay_sigma,
                     p.residents.wary_after_scam, m.attempt_retry, m.haste_most], np.float64)


@process(reads="dens.country dens.status dens.syndicate syndicates.haste countries.key",
         writes="victims.* transfers.* dens.stolen dens.victims syndicates.settled_week syndicates.stopped_week")
def payments(state: State) -> None:
    """Let the persuaded pay what is asked, as far as savings go and the bank lets them."""
    if state.levers.moved("hold_wrong"):
        _hold_wrongly(state)
    a, book, pending = state.agendas, state.book, state.agendas["payments"].pending
    first, (paid_to, victims_of) = state.transfers.room(pending), state.fixed(by_script)
    drawn, cents, made = pay(
        state.columns, *a["payments"].room(pending), *a["stages"].room(pending), *a["reports"].room(pending),
        *a["money"].room(pending), state.day, state.draws.run, PAYMENT, KIND, PERSUADED, LIFECYCLE.allowed, CALLING,
        book.median, book.sigma, book.further, book.harm, book.stages, state.standing(payment_chances),
        state.fixed(payment_terms), NOT_REPORTED, FAR, state.day + FURTHER_DELAY_DAYS,
        state.day + state.world.parameters.money.retry_days, first, state.flows.today, PAID, paid_to, victims_of,
        PAID_BY)
    state.draws.made += drawn
    state.transfers.take_in(made)
    state.accounts.move("residents", "mules", cents)


def _hold_wrongly(state: State) -> None:
    """Hold ordinary transfers by the check's false-positive rate, as far as it reaches."""
    held = state.draws.poisson(WRONG_HOLD, state.countries.key, state.standing(ordinary_holds), state.day)
    state.flows.add_all("transfers_held_wrongly", held)


def settlement_chances(state: State) -> Floats:
    """Return, by country: freeze, recall, accounts a payment, cents for each, lenders punished, and those wrongly."""
    p, levers = state.world.parameters.money, state.levers
    accounts = 1.0 / (p.payments_per_account * thrift(state))
    price = np.rint(100.0 * p.account_price * levers.account_price)
    return np.stack((freeze_share(state), recall_share(state), accounts, price, levers.helper_punishment,
                     levers.helper_punishment_wrong))


def cuts(state: State) -> NDArray[np.int64]:
    """Return the launderers' fee, its rise at full haste, and the staff's commission, ten-thousandths."""
    p = state.world.parameters.money
    return np.array([round(10000 * share) for share in (p.laundering_fee, p.haste_fee, p.commission)], np.int64)


@process(reads="dens.syndicate victims.country transfers.key transfers.victim transfers.den transfers.amount "
               "transfers.clear_hour transfers.chain_hour transfers.report_hour",
         writes="transfers.status transfers.due victims.returned victims.savings syndicates.capital dens.income_week "
                "syndicates.haste syndicates.settled_week syndicates.stopped_week")
def settlement(state: State) -> None:
    """Freeze or call back what was reported in time, clear the rest, return what was stopped; buy accounts."""
    if state.day % 7 == WEEKDAY:
        _fear(state)
    if not state.agendas["money"].may_be_due(state.day):
        return
    drawn, frozen, returned, fees, wages, net, accounts = settle(
        state.columns, *state.agendas["money"].room(0), state.day, state.draws.run, SETTLEMENT, WHERE,
        TRANSFER_LIFECYCLE.allowed, state.standing(settlement_chances),
        int(state.world.parameters.money.return_days), state.fixed(cuts), state.flows.today, SETTLED)
    state.draws.made += drawn
    for source, to, cents in (("frozen", "residents", returned), ("mules", "frozen", frozen),
                              ("mules", "launderers", fees), ("mules", "staff", wages), ("mules", "syndicates", net),
                              ("syndicates", "suppliers", accounts)):
        if cents:
            state.accounts.move(source, to, cents)


def _fear(state: State) -> None:
    """Let owners fear freezes as far as the week's payments were stopped; who saw none keeps what it feared."""
    s = state.syndicates
    fear(s.haste, s.settled_week, s.stopped_week, float(state.world.parameters.money.haste_memory))
