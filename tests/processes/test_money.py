from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support import FALSE_ALARM, NEVER, add_den, add_victims, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.victim import VictimStatus
from fraudsim.core.agenda import Agenda
from fraudsim.ledgers.tables import NOT_REPORTED, TransferStatus
from fraudsim.processes.money import payments, settlement
from fraudsim.processes.reports import reports

V, T = VictimStatus, TransferStatus
SURE = {"scripts__short__demand_sigma": 0.0, "scripts__short__further_demand": 0.0,
        "scripts__short__severe_harm": 0.0, "countries__TA__report_share": 0.0,
        "parameters__money__report_delay_sigma": 0.0}
MEDIAN = 280000


def paying(n: int = 4, **settings):
    state = empty_state(**{**SURE, **settings})
    den = add_den(state, staff=2)
    rows = add_victims(state, den, n, status=V.PAYING)
    state.agendas["payments"].enter(rows, state.day)
    return state


def test_a_payment_is_the_demand_as_far_as_savings_go():
    state = paying()
    state.victims.savings[...] = [10**6, MEDIAN, 1000, 0]
    payments(state)
    assert state.transfers.amount.tolist() == [MEDIAN, MEDIAN, 1000]
    assert state.victims.lost.tolist() == [MEDIAN, MEDIAN, 1000, 0]
    assert state.victims.savings.tolist() == [10**6 - MEDIAN, 0, 0, 0]
    assert state.victims.status.tolist() == [V.PAID, V.PAID, V.PAID, V.LEFT]
    assert state.victims.payments.tolist() == [1, 1, 1, 0]
    assert (state.dens.stolen[0], state.dens.victims[0]) == (2 * MEDIAN + 1000, 3)
    assert flow(state, "paid") == flow(state, "attempted") == [2 * MEDIAN + 1000, 0, 0]
    assert flow(state, "attempts") == [3, 0, 0]
    assert flow(state, "paid_to_host") == [0, 2 * MEDIAN + 1000, 0]
    assert flow(state, "victims") == [3, 0, 0]
    assert state.accounts.balance["mules"] == -state.accounts.balance["residents"] == 2 * MEDIAN + 1000
    assert (state.victims.wary == 0.8).all()


def test_demands_are_lognormal():
    state = paying(5000, scripts__short__demand_sigma=1.0)
    state.victims.savings[...] = 10**12
    payments(state)
    assert stats.kstest(np.log(state.transfers.amount), stats.norm(np.log(MEDIAN), 1.0).cdf).pvalue > FALSE_ALARM


def test_payments_fall_on_the_hours_of_a_working_day():
    state = paying(3000)
    state.day = 5
    payments(state)
    assert len(state.transfers) == 0
    state.day = 0
    payments(state)
    assert_shares(np.bincount(state.transfers.paid_hour, minlength=24), np.repeat([0, 1 / 14, 0], [8, 14, 2]))


def test_some_are_asked_once_more_three_days_later():
    state = paying(4000, scripts__short__further_demand=0.4)
    payments(state)
    again = state.victims.status == V.ENGAGED
    assert_share(again.sum(), 4000, 0.4)
    assert (state.victims.stage[again] == 2).all()
    assert (state.victims.due[again] == 3).all()
    assert state.agendas["stages"].take(3).tolist() == np.flatnonzero(again).tolist()


def test_severe_harm_is_in_proportion_to_the_share_of_savings_lost():
    state = paying(8000, scripts__short__severe_harm=0.5)
    state.victims.savings[:4000], state.victims.savings[4000:] = MEDIAN, 4 * MEDIAN
    payments(state)
    harmed = state.victims.harmed
    assert_share(harmed[:4000].sum(), 4000, 0.5)
    assert_share(harmed[4000:].sum(), 4000, 0.125)
    assert flow(state, "severe_harm") == [harmed.sum(), 0, 0]


def lived(delay: float, n: int = 20000, days: int = 90, **settings):
    """Return a state whose payments have all cleared or been frozen; everybody reports after the same hours."""
    state = paying(n, **{"countries__TA__report_share": 1.0, "parameters__money__report_delay_hours": delay,
                         "parameters__money__return_days": 500, **settings})
    for _ in range(days):
        payments(state)
        settlement(state)
        state.day += 1
    return state


@pytest.mark.parametrize("delay", [1, 6, 24, 72])
def test_the_recovery_curve_is_exponential_in_the_hours_to_the_report(delay):
    """Frozen share r0 exp(-t / tau): 20,000 payments, so a wrong tau (by 10% at 24 hours) would be seen."""
    state = lived(delay, parameters__money__clear_hours=24.0, parameters__money__freeze_success=0.5)
    frozen = (state.transfers.status == T.FROZEN).sum()
    assert_share(frozen, 20000, 0.5 * np.exp(-delay / 24.0))
    assert ((state.transfers.status == T.FROZEN) | (state.transfers.status == T.CLEARED)).all()


def test_payments_clear_in_exponential_time():
    state = lived(1, n=20000, countries__TA__report_share=0.0, parameters__money__clear_hours=10.0)
    hours = state.transfers.clear_hour - state.transfers.paid_hour
    # Rounded up, an exponential time is geometric; 40 stands for all from 40 on.
    law = stats.geom(-np.expm1(-0.1))
    assert_shares(np.bincount(np.minimum(hours, 40))[1:], [*law.pmf(np.arange(1, 40)), law.sf(39)])


def test_a_payment_is_frozen_on_the_day_of_its_report_even_the_day_it_was_made():
    state = lived(1, n=200, days=1, parameters__money__clear_hours=720.0, parameters__money__freeze_success=1.0)
    assert (state.transfers.report_hour < 24).all()
    assert (state.transfers.status == T.FROZEN).all()


def one(amount: int = 12345, **settings):
    """Return a state with one payment that leaves the first account at 22, the last at 23, and accounts for nothing."""
    state = paying(1, **{"parameters__money__laundering_fee": 0.25, "parameters__money__commission": 0.1,
                         "parameters__money__account_price": 0.0, **settings})
    state.victims.savings[...] = amount
    payments(state)
    state.transfers.clear_hour[...], state.transfers.chain_hour[...] = 22, 23
    state.agendas["money"] = Agenda()
    state.agendas["money"].enter(np.array([0]), 0)
    return state


def test_fee_wages_and_what_is_left_to_the_cent():
    state = one()
    capital = int(state.syndicates.capital[0])
    settlement(state)
    # 12,345: a quarter is 3,086.25, so 3,086; a tenth of the other 9,259 is 925.9, so 925; 8,334 are left.
    assert state.accounts.balance["launderers"] == 3086
    assert state.accounts.balance["staff"] == 925
    assert state.syndicates.capital[0] - capital == 8334
    assert state.dens.income_week[0] == 8334
    assert state.accounts.balance["mules"] == 0
    assert state.transfers.status.tolist() == [T.CLEARED]
    assert flow(state, "cleared") == [12345, 0, 0]


def test_frozen_money_comes_back_on_its_day():
    state = one(parameters__money__return_days=60, parameters__money__freeze_success=1.0)
    state.transfers.report_hour[...] = 21
    settlement(state)
    assert state.accounts.balance["frozen"] == 12345
    assert state.transfers.due.tolist() == [60]
    for _ in range(59):
        state.day += 1
        settlement(state)
    assert state.victims.returned.tolist() == [0]
    state.day += 1
    settlement(state)
    assert state.victims.returned.tolist() == state.victims.savings.tolist() == [12345]
    assert state.victims.lost.tolist() == [12345]
    assert state.transfers.status.tolist() == [T.RETURNED]
    assert state.accounts.balance["residents"] == state.accounts.balance["frozen"] == 0


@pytest.mark.parametrize("hour", [22, 23])
def test_a_report_after_the_first_account_was_left_freezes_nothing(hour):
    state = one(parameters__money__freeze_success=1.0)
    state.transfers.report_hour[...] = hour
    settlement(state)
    assert state.transfers.status.tolist() == [T.CLEARED]


def test_a_share_of_payments_is_reported_after_a_lognormal_delay():
    state = paying(5000, countries__TA__report_share=0.2, parameters__money__report_delay_hours=36.0,
                   parameters__money__report_delay_sigma=1.5)
    payments(state)
    told = state.transfers.report_hour < NOT_REPORTED
    assert_share(told.sum(), 5000, 0.2)
    delay = (state.transfers.report_hour - state.transfers.paid_hour)[told]
    assert delay.min() >= 1
    assert_share((delay <= 36).sum(), told.sum(), stats.norm.cdf(np.log(36.5 / 36) / 1.5))
    assert_share((delay <= 200).sum(), told.sum(), stats.norm.cdf(np.log(200.5 / 36) / 1.5))


def test_payments_of_the_burn_in_are_reported_and_frozen_as_well():
    state = empty_state(**{**SURE, "countries__TA__report_share": 1.0, "parameters__money__clear_hours": 500.0,
                           "parameters__money__report_delay_hours": 1.0, "parameters__money__freeze_success": 1.0})
    state.day = -100
    rows = add_victims(state, add_den(state), 50, status=V.PAYING)
    state.agendas["payments"].enter(rows, -100)
    for _ in range(5):
        payments(state)
        reports(state)
        settlement(state)
        state.day += 1
    assert flow(state, "reports") == [50, 0, 0]
    # Told one hour after they were made: all that took longer than that to clear.
    assert (state.transfers.report_hour == state.transfers.paid_hour + 1).all()
    slow = state.transfers.clear_hour > state.transfers.paid_hour + 1
    assert slow.sum() > 45
    assert state.accounts.balance["frozen"] == slow.sum() * MEDIAN


def test_nothing_is_due_twice():
    state = lived(24, n=300)
    assert (state.transfers.due <= NEVER).all()
    for day in range(state.day, state.day + 700):
        state.day = day
        settlement(state)
    returned = state.transfers.status == T.RETURNED
    assert flow(state, "returned")[0] == flow(state, "frozen")[0] == state.transfers.amount[returned].sum()
    assert flow(state, "cleared")[0] == state.transfers.amount[~returned].sum()


def test_every_draw_of_a_payment_is_counted():
    state = paying(5)
    state.victims.savings[1], state.victims.status[4] = 0, V.LEFT
    payments(state)
    # One for each of the four who are asked, six for each of the three who pay: nobody reports.
    assert state.draws.made == 4 + 6 * 3
    last = int(state.transfers.due.max())
    for state.day in range(last + 1):
        settlement(state)
    # One for each that cleared: the accounts it used up.
    assert state.draws.made == 4 + 6 * 3 + 3
    assert (state.transfers.status == T.CLEARED).all()
