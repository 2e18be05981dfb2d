"""The bank's check, retries, mule accounts with a price, the second hop, and haste."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support import add_den, add_victims, assert_poisson, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import VictimStatus
from fraudsim.core.agenda import Agenda
from fraudsim.ledgers.controls import freeze_share
from fraudsim.ledgers.tables import NOT_REPORTED, TransferStatus
from fraudsim.processes.money import payments, settlement

V, T = VictimStatus, TransferStatus
M = "parameters__money__"
SURE = {"scripts__short__demand_sigma": 0.0, "scripts__short__further_demand": 0.0,
        "scripts__short__severe_harm": 0.0, "countries__TA__report_share": 0.0, M + "report_delay_sigma": 0.0,
        M + "attempt_retry": 0.5, M + "retry_days": 2, M + "account_price": 200.0, M + "payments_per_account": 5.0,
        M + "account_thrift": 0.5, M + "laundering_fee": 0.25, M + "commission": 0.1}
MEDIAN = 280000


def paying(n: int, **settings):
    state = empty_state(**{**SURE, **settings})
    den = add_den(state, staff=2)
    rows = add_victims(state, den, n, status=V.PAYING)
    state.agendas["payments"].enter(rows, state.day)
    return state


# --- held and tried again -------------------------------------------------------------------------


def test_held_payments_are_tried_again_or_given_up_and_retries_are_no_new_attempts():
    state = paying(8000, countries__TA__bank_check=0.4)
    payments(state)
    v = state.victims
    paid, waits, off = v.status == V.PAID, v.status == V.PAYING, v.status == V.BROKEN_OFF
    assert_share(8000 - paid.sum(), 8000, 0.4)
    assert_share(waits.sum(), waits.sum() + off.sum(), 0.5)
    assert paid.sum() + waits.sum() + off.sum() == 8000
    assert (v.held == np.where(waits, MEDIAN, 0)).all()
    assert (v.due[waits] == 2).all()
    assert (v.wary[off] == 0.8).all()
    assert flow(state, "attempts") == [8000, 0, 0]
    assert flow(state, "attempted") == [8000 * MEDIAN, 0, 0]
    assert flow(state, "holds") == [8000 - paid.sum(), 0, 0]
    assert flow(state, "held") == [(8000 - paid.sum()) * MEDIAN, 0, 0]
    assert flow(state, "retried") == [0, 0, 0]
    state.day = 1
    payments(state)
    assert (v.status == V.PAYING).sum() == waits.sum()
    state.day = 2
    payments(state)
    again = waits & (v.status == V.PAID)
    assert_share(again.sum(), waits.sum(), 0.6)
    assert flow(state, "attempts") == [8000, 0, 0]
    assert flow(state, "retried") == [again.sum() * MEDIAN, 0, 0]
    assert flow(state, "holds") == [v.holds.sum(), 0, 0]
    assert (v.holds[waits & ~again] == 2).all()
    assert (v.held[again] == 0).all()
    assert len(state.transfers) == paid.sum() + again.sum()
    # Every try of the dens' owner was seen: stopped are those held.
    assert state.syndicates.settled_week[0] == state.syndicates.stopped_week[0] == v.holds.sum()


def test_nobody_pays_by_another_way_once_the_den_is_gone():
    state = paying(50, countries__TA__bank_check=1.0, **{M + "attempt_retry": 1.0})
    payments(state)
    assert (state.victims.status == V.PAYING).all()
    state.dens.status[0] = DenStatus.DISMANTLED
    state.day = 2
    payments(state)
    assert (state.victims.status == V.LEFT).all()
    assert not state.victims.held.any()
    assert flow(state, "holds") == [50, 0, 0]


def test_a_first_try_does_not_ask_where_the_den_is():
    state = paying(5)
    state.dens.status[0] = DenStatus.DISMANTLED
    payments(state)
    assert (state.victims.status == V.PAID).all()


def test_what_is_tried_again_is_what_was_set_out_to_be_paid():
    state = paying(1, **{M + "attempt_retry": 1.0})
    state.victims.savings[...] = 1000
    state.levers.move("hold", [0], 1.0)
    payments(state)
    state.victims.savings[...] = 10**7
    state.levers.reset()
    state.day = 2
    payments(state)
    assert state.transfers.amount.tolist() == [1000]
    assert flow(state, "retried") == flow(state, "attempted") == [1000, 0, 0]


def test_ordinary_transfers_are_held_by_the_false_positive_rate():
    state = empty_state(countries__TA__transfers=0.3, countries__TA__control_reach=0.5)
    state.levers.move("hold_wrong", [0], 0.01)
    for state.day in range(50):
        payments(state)
    assert flow(state, "transfers_held_wrongly")[1:] == [0, 0]
    assert_poisson(flow(state, "transfers_held_wrongly")[0], 50 * 20000 * 0.3 * 0.01 * 0.5)


def test_counts_by_script_and_channel():
    state = paying(3)
    state.victims.channel[...] = [0, 2, 2]
    payments(state)
    assert flow(state, "paid_other_script") == [3 * MEDIAN, 0, 0]
    assert flow(state, "victims_other_script") == [3, 0, 0]
    assert [flow(state, f"paid_by_{c}")[0] for c in ("voice", "sms", "social", "web")] == [MEDIAN, 0, 2 * MEDIAN, 0]


# --- two hops -------------------------------------------------------------------------------------


def test_the_second_hop_takes_exponential_time():
    state = paying(20000, **{M + "chain_hours": 10.0})
    payments(state)
    hours = state.transfers.chain_hour - state.transfers.clear_hour
    law = stats.geom(-np.expm1(-0.1))
    assert_shares(np.bincount(np.minimum(hours, 40))[1:], [*law.pmf(np.arange(1, 40)), law.sf(39)])


def reported(n: int, told: int, **settings):
    """Return n payments that leave the first account at hour 40 (day 1) and the last at 100 (day 4)."""
    state = paying(n, **settings)
    payments(state)
    t = state.transfers
    t.clear_hour[...], t.chain_hour[...], t.report_hour[...] = 40, 100, told
    state.agendas["money"] = Agenda()
    state.agendas["money"].enter(np.arange(n), min(told, 100) // 24)
    return state


def settle_until(state, last: int):
    for state.day in range(last + 1):
        settlement(state)


@pytest.mark.parametrize(("told", "freeze", "recall", "stopped"), [
    (30, 0.3, 0.0, (0.3, 0.0)), (30, 0.0, 0.4, (0.0, 0.4)), (30, 0.3, 0.4, (0.3, 0.28)),
    (50, 1.0, 0.0, (0.0, 0.0)), (50, 1.0, 0.4, (0.0, 0.4)), (100, 1.0, 1.0, (0.0, 0.0))])
def test_a_freeze_comes_before_the_first_account_is_left_a_recall_before_the_last(told, freeze, recall, stopped):
    state = reported(4000, told, **{M + "freeze_success": freeze})
    state.levers.move("recall", [0], recall)
    settle_until(state, 4)
    counts = [flow(state, name)[0] // MEDIAN for name in ("frozen", "recalled")]
    for count, share in zip(counts, stopped):
        assert_share(count, 4000, share)
    status = state.transfers.status
    assert (status == T.FROZEN).sum() == sum(counts)
    assert (status == T.CLEARED).sum() == 4000 - sum(counts)
    assert state.accounts.balance["frozen"] == sum(counts) * MEDIAN


def test_each_stop_and_clearing_falls_on_its_day():
    state = reported(10, 20, **{M + "freeze_success": 0.0})
    state.levers.move("recall", [0], 1.0)
    state.transfers.chain_hour[5:] = 45
    # Told on day 0, past the first account on day 1: called back then, though half would have cleared that day.
    settle_until(state, 0)
    assert (state.transfers.due == 1).all()
    settle_until(state, 1)
    assert flow(state, "recalled") == [10 * MEDIAN, 0, 0]
    state = reported(10, 20, **{M + "freeze_success": 0.0})
    settle_until(state, 3)
    assert (state.transfers.status == T.WITH_MULES).all()
    settle_until(state, 4)
    assert (state.transfers.status == T.CLEARED).all()


def test_policy_joins_the_usual_freeze_as_far_as_it_reaches():
    state = empty_state(countries__TA__control_reach=0.5, parameters__controls__overlap=0.0,
                        **{M + "freeze_success": 0.4})
    assert freeze_share(state).tolist() == [0.4, 0.4, 0.4]
    state.levers.move("freeze", [0], 0.5)
    # Together 0.7; policy reaches half the banks.
    assert freeze_share(state) == pytest.approx([0.55, 0.4, 0.4])


# --- mule accounts --------------------------------------------------------------------------------


def settled(n: int, price: float = 1.0, told: int = NOT_REPORTED, punished: float = 0.0, wrongly: float = 0.0,
            **settings):
    state = paying(n, **settings)
    if price > 1.0:
        state.levers.move("account_price", [0], price)
    state.levers.move("helper_punishment", [0], punished)
    state.levers.move("helper_punishment_wrong", [0], wrongly)
    payments(state)
    t = state.transfers
    t.clear_hour[...], t.chain_hour[...], t.report_hour[...] = 21, 22, told
    state.agendas["money"] = Agenda()
    state.agendas["money"].enter(np.arange(n), 0)
    settlement(state)
    return state


@pytest.mark.parametrize("price", [1.0, 4.0])
def test_an_account_takes_more_payments_when_accounts_are_dear(price):
    state = settled(8000, price)
    used = flow(state, "accounts_used")[0]
    assert_share(used, 8000, 1.0 / (5.0 * price**0.5))
    assert flow(state, "account_cost") == [used * 20000 * int(price), 0, 0]
    assert state.accounts.balance["suppliers"] == used * 20000 * int(price)
    # Beside the fee, from what the syndicate has: 280,000 - 70,000 - 21,000 a payment.
    assert state.dens.income_week[0] == 8000 * 189000 - used * 20000 * int(price)


def test_more_than_one_account_a_payment():
    state = settled(4000, **{M + "payments_per_account": 0.4})
    used = flow(state, "accounts_used")[0]
    assert_share(used - 2 * 4000, 4000, 0.5)


def test_a_freeze_burns_an_account_at_once_and_the_owner_pays_for_it():
    state = settled(300, told=20, **{M + "freeze_success": 1.0})
    assert flow(state, "accounts_used") == [300, 0, 0]
    assert state.dens.income_week[0] == -300 * 20000


def test_money_stays_longer_in_dear_accounts():
    hours = {}
    for price in (1.0, 4.0):
        state = paying(6000, **{M + "clear_hours": 100.0, M + "chain_hours": 100.0})
        if price > 1.0:
            state.levers.move("account_price", [0], price)
        payments(state)
        t = state.transfers
        hours[price] = (t.clear_hour - t.paid_hour, t.chain_hour - t.clear_hour)
    for short, long in zip(hours[1.0], hours[4.0]):
        # The same draws: rounding up apart, every payment takes twice as long.
        assert (np.abs(long - 2 * short) <= 1).all()


def test_lenders_of_used_accounts_are_punished_rightly_and_wrongly():
    state = settled(20000, punished=0.4, wrongly=0.25)
    used, punished, wrongly = (flow(state, name)[0] for name in
                               ("accounts_used", "helpers_punished", "helpers_punished_wrongly"))
    assert_share(punished, used, 0.4)
    assert_share(wrongly, punished, 0.25)
    assert flow(settled(100), "helpers_punished") == [0, 0, 0]


# --- haste ----------------------------------------------------------------------------------------


def test_haste_follows_the_share_of_payments_stopped_and_stays_where_nothing_was_seen():
    state = empty_state(**{M + "haste_memory": 0.25})
    s = state.syndicates
    s.haste[...], s.settled_week[...], s.stopped_week[...] = 0.2, [10, 0], [6, 0]
    state.day = 4
    settlement(state)
    assert s.haste.tolist() == [0.2, 0.2]
    state.day = 5
    settlement(state)
    assert s.haste.tolist() == [0.3, 0.2]
    assert not s.settled_week.any()
    assert not s.stopped_week.any()
    state.day = 12
    settlement(state)
    assert s.haste.tolist() == [0.3, 0.2]


def test_who_fears_a_freeze_hurries_and_pays_more_for_it():
    calm, afraid = (paying(5000, **{M + "clear_hours": 200.0, M + "chain_hours": 200.0, M + "haste_most": 0.5,
                                    M + "haste_fee": 0.1}) for _ in range(2))
    afraid.syndicates.haste[0] = 0.8
    for state in (calm, afraid):
        payments(state)
    for a, b in (("paid_hour", "clear_hour"), ("clear_hour", "chain_hour")):
        slow, fast = calm.transfers[b] - calm.transfers[a], afraid.transfers[b] - afraid.transfers[a]
        assert (np.abs(fast - 0.6 * slow) <= 1).all()
    for state in (calm, afraid):
        state.transfers.chain_hour[...] = 23
        state.agendas["money"] = Agenda()
        state.agendas["money"].enter(np.arange(5000), 0)
        settlement(state)
    # 0.25, and 0.08 more.
    assert calm.accounts.balance["launderers"] == 5000 * 70000
    assert afraid.accounts.balance["launderers"] == 5000 * 92400


def test_what_settles_is_counted_for_the_owner():
    state = settled(200, told=20, **{M + "freeze_success": 0.5})
    frozen = (state.transfers.status == T.FROZEN).sum()
    assert state.syndicates.settled_week.tolist() == [200, 0]
    assert state.syndicates.stopped_week.tolist() == [frozen, 0]
    assert 0 < frozen < 200
