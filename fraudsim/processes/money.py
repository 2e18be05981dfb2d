"""Money: payments, mule accounts, freezing, returning. Every cent is in exactly one account."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import child_keys, exponential, lognormal, purpose
from fraudsim.core.kernels import add_each, add_same
from fraudsim.core.process import process
from fraudsim.core.table import Rows
from fraudsim.ledgers.tables import TRANSFER_LIFECYCLE, TransferStatus
from fraudsim.state import State

Cents = NDArray[np.int64]

AMOUNT = purpose("money.amount")
HOUR = purpose("money.hour")
CLEAR = purpose("money.clear")
REPORT = purpose("money.report")
REPORT_DELAY = purpose("money.report delay")
FREEZE = purpose("money.freeze")
FURTHER = purpose("money.further demand")
HARM = purpose("money.severe harm")

FURTHER_DELAY_DAYS = 3


@process(reads="dens.country dens.target",
         writes="victims.* transfers.* dens.stolen dens.victims")
def payments(state: State) -> None:
    """Let the persuaded pay what is asked, as far as their savings go."""
    rows = state.agendas["payments"].take(state.day)
    rows = rows[state.victims.status[rows] == VictimStatus.PAYING]
    if rows.size == 0:
        return
    victims, book = state.victims, state.book
    script = victims.script[rows]
    u = state.draws.uniform(AMOUNT, victims.key[rows], 0, victims.payments[rows].astype(np.int64))
    asked = np.empty(rows.size, np.int64)
    for code in np.unique(script).tolist():
        of = script == code
        asked[of] = lognormal(u[of], book.median[code], float(book.sigma[code]))
    amount = np.minimum(asked, victims.savings[rows])
    nothing = amount <= 0
    _done(state, rows[nothing], VictimStatus.LEFT)
    if not nothing.all():
        _pay(state, rows[~nothing], amount[~nothing])


def _pay(state: State, rows: Rows, amount: Cents) -> None:
    victims, flows = state.victims, state.flows
    first = victims.payments[rows] == 0
    _transfer(state, rows, amount)
    _harm(state, rows, amount)
    victims.savings[rows] -= amount
    victims.lost[rows] += amount
    den, country = victims.den[rows], victims.country[rows]
    add_each(state.dens.stolen, den, amount)
    add_same(state.dens.victims, den[first], 1)
    flows.add("paid", country, amount)
    flows.add("paid_to_host", state.dens.country[den], amount)
    flows.add("payments", country)
    flows.add("victims", country[first])
    flows.add("victims_of_host", state.dens.country[den[first]])
    state.accounts.move("residents", "mules", int(amount.sum()))
    ordinal = victims.payments[rows].astype(np.int64)
    victims.payments[rows] += 1
    victims.payments_this_scam[rows] += 1
    again = state.draws.uniform(FURTHER, victims.key[rows], 0, ordinal) < state.book.further[victims.script[rows]]
    _done(state, rows[~again], VictimStatus.PAID)
    _ask_again(state, rows[again])


def _transfer(state: State, rows: Rows, amount: Cents) -> None:
    """Book payments into mule accounts, each with its hours."""
    victims, draws, p = state.victims, state.draws, state.world.parameters.money
    keys = child_keys(victims.key[rows], "payment", victims.payments[rows].astype(np.int64))
    paid = state.day * 24 + 8 + np.floor(draws.uniform(HOUR, keys) * 14.0).astype(np.int64)
    clear = paid + exponential(draws.uniform(CLEAR, keys), p.clear_hours)
    share = np.array([c.report_share for c in state.world.countries])[victims.country[rows]]
    delay = lognormal(draws.uniform(REPORT_DELAY, keys), p.report_delay_hours, p.report_delay_sigma)
    report = np.where(draws.uniform(REPORT, keys) < share, paid + np.maximum(delay, 1), -1)
    due = np.where((report >= 0) & (report < clear), report, clear) // 24
    made = state.transfers.add(rows.size, key=keys, victim=rows, den=victims.den[rows], amount=amount,
                               paid_hour=paid, clear_hour=clear, report_hour=report, due=np.minimum(due, 32767))
    state.agendas["money"].enter(made, due)
    told = report >= 0
    state.agendas["reports"].enter(made[told], report[told] // 24)


def _harm(state: State, rows: Rows, amount: Cents) -> None:
    """Draw severe harm, in proportion to the share of savings lost by this payment."""
    victims = state.victims
    share = amount / np.maximum(victims.savings[rows], 1)
    u = state.draws.uniform(HARM, victims.key[rows], 0, victims.payments[rows].astype(np.int64))
    harmed = rows[(u < state.book.harm[victims.script[rows]] * share) & ~victims.harmed[rows]]
    victims.harmed[harmed] = True
    state.flows.add("severe_harm", victims.country[harmed])


def _ask_again(state: State, rows: Rows) -> None:
    victims = state.victims
    LIFECYCLE.move(victims, rows, VictimStatus.PAID)
    LIFECYCLE.move(victims, rows, VictimStatus.ENGAGED)
    victims.stage[rows] = state.book.stages[victims.script[rows]] - 1
    victims.due[rows] = state.day + FURTHER_DELAY_DAYS
    state.agendas["stages"].enter(rows, state.day + FURTHER_DELAY_DAYS)


def _done(state: State, rows: Rows, status: VictimStatus) -> None:
    victims = state.victims
    LIFECYCLE.move(victims, rows, status)
    victims.wary[rows] = state.world.parameters.residents.wary_after_scam
    victims.wary_since[rows] = state.day


@process(reads="dens.syndicate victims.country",
         writes="transfers.status transfers.due victims.returned victims.savings syndicates.capital dens.income_week")
def settlement(state: State) -> None:
    """Freeze what was reported before it cleared, clear the rest, return what was frozen."""
    rows = state.agendas["money"].take(state.day)
    if rows.size == 0:
        return
    transfers = state.transfers
    _give_back(state, rows[transfers.status[rows] == TransferStatus.FROZEN])
    rows = rows[transfers.status[rows] == TransferStatus.WITH_MULES]
    reported = (transfers.report_hour[rows] >= 0) & (transfers.report_hour[rows] < transfers.clear_hour[rows])
    u = state.draws.uniform(FREEZE, transfers.key[rows])
    frozen = reported & (u < state.world.parameters.money.freeze_success)
    _freeze(state, rows[frozen])
    rows = rows[~frozen]
    clears = transfers.clear_hour[rows] // 24 <= state.day
    _clear(state, rows[clears])
    later = rows[~clears]
    transfers.due[later] = transfers.clear_hour[later] // 24
    state.agendas["money"].enter(later, transfers.clear_hour[later] // 24)


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
