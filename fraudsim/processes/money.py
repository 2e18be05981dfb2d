"""Money: payments, mule accounts, freezing, returning. Every cent is in exactly one account."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import child_keys, exponential, lognormal, purpose, purposes
from fraudsim.core.kernels import add_each, add_same, rows_equal
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.tables import NOT_REPORTED, TRANSFER_LIFECYCLE, TransferStatus
from fraudsim.state import State

Cents = NDArray[np.int64]

PAYMENT = purposes("money.amount", "money.severe harm", "money.further demand")
TRANSFER = purposes("money.hour", "money.clear", "money.report", "money.report delay")
FREEZE = purpose("money.freeze")

FURTHER_DELAY_DAYS = 3


@process(reads="dens.country",
         writes="victims.* transfers.* dens.stolen dens.victims")
def payments(state: State) -> None:
    """Let the persuaded pay what is asked, as far as their savings go."""
    victims, book = state.victims, state.book
    rows = rows_equal(victims.status, state.agendas["payments"].take(state.day), VictimStatus.PAYING.value)
    if rows.size == 0:
        return
    script, ordinal = victims.script[rows], victims.payments[rows].astype(np.int64)
    u, harm, further = state.draws.several(PAYMENT, victims.key[rows], 0, ordinal)
    amount = np.minimum(lognormal(u, book.median[script], book.sigma[script]), victims.savings[rows])
    pays = amount > 0
    _done(state, rows[~pays], VictimStatus.LEFT)
    rows, amount, script, ordinal = rows[pays], amount[pays], script[pays], ordinal[pays]
    if rows.size == 0:
        return
    _transfer(state, rows, amount, ordinal)
    _harm(state, rows, amount, harm[pays])
    _pay(state, rows, amount)
    again = further[pays] < book.further[script]
    _done(state, rows[~again], VictimStatus.PAID)
    _ask_again(state, rows[again])


def _pay(state: State, rows: Rows, amount: Cents) -> None:
    """Take the money from savings and count it."""
    victims, flows = state.victims, state.flows
    den, country = victims.den[rows], victims.country[rows]
    host, first = state.dens.country[den], victims.payments[rows] == 0
    victims.savings[rows] -= amount
    victims.lost[rows] += amount
    victims.payments[rows] += 1
    victims.payments_this_scam[rows] += 1
    add_each(state.dens.stolen, den, amount)
    add_same(state.dens.victims, den[first], 1)
    flows.add("paid", country, amount)
    flows.add("paid_to_host", host, amount)
    flows.add("payments", country)
    flows.add("victims", country[first])
    flows.add("victims_of_host", host[first])
    state.accounts.move("residents", "mules", int(amount.sum()))


def report_shares(state: State) -> NDArray[np.float64]:
    """Return the share of payments that are reported, by country."""
    return np.array([country.report_share for country in state.world.countries])


def _transfer(state: State, rows: Rows, amount: Cents, ordinal: Rows) -> None:
    """Book payments into mule accounts, each with its hours."""
    victims, p = state.victims, state.world.parameters.money
    keys = child_keys(victims.key[rows], "payment", ordinal)
    hour, clearing, telling, wait = state.draws.several(TRANSFER, keys)
    paid = state.day * 24 + 8 + (hour * 14.0).astype(np.int64)
    clear = paid + exponential(clearing, p.clear_hours)
    delay = np.maximum(lognormal(wait, p.report_delay_hours, p.report_delay_sigma), 1)
    report = np.where(telling < state.fixed(report_shares)[victims.country[rows]], paid + delay, NOT_REPORTED)
    told = report < NOT_REPORTED
    due = np.minimum(report, clear) // 24
    made = state.transfers.add(rows.size, key=keys, victim=rows, den=victims.den[rows], amount=amount,
                               paid_hour=paid, clear_hour=clear, report_hour=report, due=np.minimum(due, 32767))
    state.agendas["money"].enter(made, due)
    state.agendas["reports"].enter(made[told], report[told] // 24)


def _harm(state: State, rows: Rows, amount: Cents, u: NDArray[np.float64]) -> None:
    """Draw severe harm, in proportion to the share of savings lost by this payment."""
    victims = state.victims
    share = amount / np.maximum(victims.savings[rows], 1)
    harmed = rows[(u < state.book.harm[victims.script[rows]] * share) & ~victims.harmed[rows]]
    victims.harmed[harmed] = True
    state.flows.add("severe_harm", victims.country[harmed])


def _ask_again(state: State, rows: Rows) -> None:
    if rows.size == 0:
        return
    victims = state.victims
    LIFECYCLE.move(victims, rows, VictimStatus.PAID)
    LIFECYCLE.move(victims, rows, VictimStatus.ENGAGED)
    victims.stage[rows] = state.book.stages[victims.script[rows]] - 1
    victims.due[rows] = state.day + FURTHER_DELAY_DAYS
    state.agendas["stages"].enter(rows, state.day + FURTHER_DELAY_DAYS)


def _done(state: State, rows: Rows, status: VictimStatus) -> None:
    if rows.size == 0:
        return
    victims = state.victims
    LIFECYCLE.move(victims, rows, status)
    victims.wary[rows] = state.world.parameters.residents.wary_after_scam
    victims.wary_since[rows] = state.day


@process(reads="dens.syndicate victims.country transfers.key transfers.victim transfers.den transfers.amount "
               "transfers.clear_hour transfers.report_hour",
         writes="transfers.status transfers.due victims.returned victims.savings syndicates.capital dens.income_week")
def settlement(state: State) -> None:
    """Freeze what was reported before it cleared, clear the rest, return what was frozen."""
    rows = state.agendas["money"].take(state.day)
    if rows.size == 0:
        return
    transfers = state.transfers
    _give_back(state, rows_equal(transfers.status, rows, TransferStatus.FROZEN.value))
    rows = rows_equal(transfers.status, rows, TransferStatus.WITH_MULES.value)
    report, clear = transfers.report_hour[rows], transfers.clear_hour[rows]
    u = state.draws.uniform(FREEZE, transfers.key[rows])
    frozen = (report < clear) & (u < state.world.parameters.money.freeze_success)
    _freeze(state, rows[frozen])
    due = clear // 24
    later = ~frozen & (due > state.day)
    _clear(state, rows[~(frozen | later)])
    _wait(state, rows[later], due[later])


def _wait(state: State, rows: Rows, due: Rows) -> None:
    if rows.size:
        state.transfers.due[rows] = due
        state.agendas["money"].enter(rows, due)


def _freeze(state: State, rows: Rows) -> None:
    if rows.size == 0:
        return
    transfers, due = state.transfers, state.day + state.world.parameters.money.return_days
    TRANSFER_LIFECYCLE.move(transfers, rows, TransferStatus.FROZEN)
    transfers.due[rows] = due
    state.agendas["money"].enter(rows, due)
    amount = transfers.amount[rows]
    state.accounts.move("mules", "frozen", int(amount.sum()))
    state.flows.add("frozen", state.victims.country[transfers.victim[rows]], amount)


def _give_back(state: State, rows: Rows) -> None:
    if rows.size == 0:
        return
    transfers, victims = state.transfers, state.victims
    TRANSFER_LIFECYCLE.move(transfers, rows, TransferStatus.RETURNED)
    who, amount = transfers.victim[rows], transfers.amount[rows]
    add_each(victims.returned, who, amount)
    add_each(victims.savings, who, amount)
    state.accounts.move("frozen", "residents", int(amount.sum()))
    state.flows.add("returned", victims.country[who], amount)


def _clear(state: State, rows: Rows) -> None:
    """Pay launderers, staff and syndicate."""
    if rows.size == 0:
        return
    transfers, dens, p = state.transfers, state.dens, state.world.parameters.money
    TRANSFER_LIFECYCLE.move(transfers, rows, TransferStatus.CLEARED)
    amount, den = transfers.amount[rows], transfers.den[rows]
    fee = amount * round(10000 * p.laundering_fee) // 10000
    wages = (amount - fee) * round(10000 * p.commission) // 10000
    net = amount - fee - wages
    add_each(state.syndicates.capital, dens.syndicate[den], net)
    add_each(dens.income_week, den, net)
    for account, part in (("launderers", fee), ("staff", wages), ("syndicates", net)):
        state.accounts.move("mules", account, int(part.sum()))
    state.flows.add("cleared", state.victims.country[transfers.victim[rows]], amount)
