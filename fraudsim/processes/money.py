"""Money: payments, mule accounts, freezing, returning. Every cent is in exactly one account."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.victim import LIFECYCLE, VictimStatus
from fraudsim.core.draws import kind_code, purpose, purposes
from fraudsim.core.process import process
from fraudsim.ledgers.flows import positions
from fraudsim.ledgers.tables import NOT_REPORTED, TRANSFER_LIFECYCLE, TransferStatus
from fraudsim.loops.money import pay, settle
from fraudsim.state import State

V, T = VictimStatus, TransferStatus

PAYMENT = purposes("money.amount", "money.severe harm", "money.further demand",
                   "money.hour", "money.clear", "money.report", "money.report delay")
PER_DEMAND, PER_PAYMENT = 3, 4  # of these draws
FREEZE = purpose("money.freeze")
KIND = kind_code("payment")

PERSUADED = np.array([V.PAYING, V.PAID, V.LEFT, V.ENGAGED], np.int64)
WHERE = np.array([T.WITH_MULES, T.FROZEN, T.RETURNED, T.CLEARED], np.int64)
PAID = positions("paid", "paid_to_host", "payments", "victims", "victims_of_host", "severe_harm")
SETTLED = positions("frozen", "returned", "cleared")

FURTHER_DELAY_DAYS = 3
FAR = 32767


def report_shares(state: State) -> NDArray[np.float64]:
    """Return the share of payments that are reported, by country."""
    return np.array([country.report_share for country in state.world.countries])


def payment_terms(state: State) -> NDArray[np.float64]:
    """Return the hours to clear, the hours to a report and their spread, and how wary a scam leaves people."""
    p = state.world.parameters
    return np.array([p.money.clear_hours, p.money.report_delay_hours, p.money.report_delay_sigma,
                     p.residents.wary_after_scam], np.float64)


@process(reads="dens.country",
         writes="victims.* transfers.* dens.stolen dens.victims")
def payments(state: State) -> None:
    """Let the persuaded pay what is asked, as far as their savings go."""
    rows = state.agendas["payments"].take(state.day)
    if rows.size == 0:
        return
    v, d, t, book, draws = state.victims, state.dens, state.transfers, state.book, state.draws
    again_on = state.day + FURTHER_DELAY_DAYS
    asked, cents, keys, booked, next_day, told, report_day, again = pay(
        rows, state.day, draws.run, PAYMENT, KIND, PERSUADED, LIFECYCLE.allowed, v.key, v.status, v.country, v.den,
        v.script, v.stage, v.savings, v.lost, v.payments, v.payments_this_scam, v.harmed, v.due, v.wary, v.wary_since,
        d.country, d.stolen, d.victims, book.median, book.sigma, book.further, book.harm, book.stages,
        state.fixed(report_shares), state.fixed(payment_terms), NOT_REPORTED, FAR, again_on, len(t),
        state.flows.today, PAID)
    draws.made += PER_DEMAND * asked + PER_PAYMENT * keys.size
    if keys.size == 0:
        return
    victim, den, amount, paid, clear, report, due = booked
    made = t.add(keys.size, key=keys, victim=victim, den=den, amount=amount, paid_hour=paid, clear_hour=clear,
                 report_hour=report, due=due)
    state.accounts.move("residents", "mules", cents)
    state.agendas["money"].enter(made, next_day)
    state.agendas["reports"].enter(told, report_day)
    state.agendas["stages"].enter(again, again_on)


def settlement_terms(state: State) -> tuple[float, int, int, int]:
    """Return the chance of freezing, days until frozen money returns, and fee and commission in 1/10,000."""
    p = state.world.parameters.money
    return float(p.freeze_success), int(p.return_days), round(10000 * p.laundering_fee), round(10000 * p.commission)


@process(reads="dens.syndicate victims.country transfers.key transfers.victim transfers.den transfers.amount "
               "transfers.clear_hour transfers.report_hour",
         writes="transfers.status transfers.due victims.returned victims.savings syndicates.capital dens.income_week")
def settlement(state: State) -> None:
    """Freeze what was reported before it cleared, clear the rest, return what was frozen."""
    rows = state.agendas["money"].take(state.day)
    if rows.size == 0:
        return
    t, v, d, draws, move = state.transfers, state.victims, state.dens, state.draws, state.accounts.move
    drawn, later, due, frozen, returned, fees, wages, net = settle(
        rows, state.day, draws.run, FREEZE, WHERE, TRANSFER_LIFECYCLE.allowed, t.key, t.status, t.victim, t.den,
        t.amount, t.clear_hour, t.report_hour, t.due, v.country, v.returned, v.savings, d.syndicate, d.income_week,
        state.syndicates.capital, *state.fixed(settlement_terms), state.flows.today, SETTLED)
    draws.made += drawn
    state.agendas["money"].enter(later, due)
    for source, to, cents in (("frozen", "residents", returned), ("mules", "frozen", frozen),
                              ("mules", "launderers", fees), ("mules", "staff", wages), ("mules", "syndicates", net)):
        move(source, to, cents)
