from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support import add_den, add_victims, assert_share, empty_state, flow

from fraudsim.agents.victim import VictimStatus
from fraudsim.core.draws import child_keys
from fraudsim.ledgers.assets import claims, seize, shares
from fraudsim.ledgers.crime import solve
from fraudsim.ledgers.tables import NOT_REPORTED, AssetStatus, TransferStatus
from fraudsim.processes.assets import assets

A, T = AssetStatus, TransferStatus
J = "parameters__justice__"


def ground(cents: int = 100000, **settings):
    """Return a state with money seized in a den in HO and three payments to that den, the last not reported."""
    state = empty_state(**{J + "confiscated_share": 1.0, J + "restitution_share": 0.5, J + "restitution_days": 30,
                           **settings})
    den, other = add_den(state), add_den(state)
    rows = add_victims(state, den, 4, status=VictimStatus.PAID, savings=0)
    for row, where, amount, told, status in (
            (0, den, 30000, 5, T.CLEARED), (1, den, 10000, 9, T.CLEARED), (2, den, 50000, NOT_REPORTED, T.CLEARED),
            (3, den, 70000, 5, T.RETURNED), (3, other, 80000, 5, T.CLEARED)):
        state.transfers.add(1, key=child_keys(state.victims.key[rows[row]], "payment", where), victim=rows[row],
                            den=where, amount=amount, report_hour=told, status=status)
    seize(state, den, cents)
    return state


def live(state):
    """Let assets happen on every day until nothing waits."""
    while np.isin(state.assets.status, (A.SEIZED, A.CONFISCATED)).any():
        assets(state)
        state.day += 1


def test_money_is_seized_as_far_as_the_owner_has_any():
    state = empty_state(syndicates__Red__capital=500.0)
    den = add_den(state)
    assert seize(state, den, 20000) == 20000
    assert seize(state, den, 40000) == 30000
    assert seize(state, den, 1) == 0
    assert seize(state, den, -5) == 0
    assert state.assets.amount.tolist() == [20000, 30000]
    assert state.assets.den.tolist() == [den, den]
    assert np.unique(state.assets.key).size == 2
    assert state.syndicates.capital[0] == 0
    assert state.accounts.balance["seized"] == 50000
    assert flow(state, "seized") == [0, 50000, 0]


def test_courts_take_a_lognormal_time():
    state = empty_state(**{J + "confiscation_days": 100}, syndicates__Red__capital=1e6, syndicates__Red__dens_most=400)
    den = add_den(state)
    for _ in range(400):
        seize(state, den, 1)
    days = state.assets.due.astype(float)
    assert stats.kstest(np.log(days), stats.norm(np.log(100), 0.5).cdf).pvalue > 1e-6
    assert state.agendas["assets"].take(int(days[7])).size >= 1


def test_a_share_of_seizures_is_confiscated_the_rest_goes_back():
    state = empty_state(syndicates__Red__capital=1e6, **{J + "confiscated_share": 0.7, J + "restitution_days": 4000})
    den, capital = add_den(state), int(state.syndicates.capital[0])
    for _ in range(500):
        seize(state, den, 100)
    for state.day in range(3000):
        assets(state)
    kept = int((state.assets.status == A.CONFISCATED).sum())
    assert_share(kept, 500, 0.7)
    assert (state.assets.status == A.GIVEN_BACK).sum() == 500 - kept
    assert flow(state, "confiscated") == [0, 100 * kept, 0]
    assert state.accounts.balance["treasury"] == 100 * kept
    assert state.accounts.balance["seized"] == 0
    assert state.syndicates.capital[0] == capital - 100 * kept


def test_what_goes_back_to_a_syndicate_out_of_business_goes_to_its_owners():
    state = ground(**{J + "confiscated_share": 0.0})
    state.syndicates.active[0] = False
    capital, owners = int(state.syndicates.capital[0]), state.accounts.balance["owners"]
    live(state)
    assert state.syndicates.capital[0] == capital
    assert state.accounts.balance["owners"] == owners + 100000


def test_victims_who_reported_share_in_proportion_to_their_loss():
    state = ground(cents=40000)
    live(state)
    # Half of 40,000 on claims of 30,000 and 10,000.
    assert state.victims.returned.tolist() == state.victims.savings.tolist() == [15000, 5000, 0, 0]
    assert state.transfers.restituted.tolist() == [15000, 5000, 0, 0, 0]
    assert flow(state, "restituted") == [20000, 0, 0]
    assert state.accounts.balance["treasury"] == 20000
    assert state.assets.status.tolist() == [A.SHARED_OUT]


def test_nobody_gets_more_than_was_lost():
    state = ground(cents=100000)
    live(state)
    assert state.victims.returned.tolist() == [30000, 10000, 0, 0]
    seize(state, 0, 100000)
    live(state)
    assert state.victims.returned.tolist() == [30000, 10000, 0, 0]
    assert state.accounts.balance["treasury"] == 160000


def test_a_report_of_tomorrow_is_no_claim_today():
    state = ground()
    state.transfers.report_hour[1] = 24
    assert claims(state, 0)[1] == [30000]
    state.day = 1
    assert sorted(claims(state, 0)[1]) == [10000, 30000]


def test_payment_to_victims_waits_for_its_day():
    state = ground()
    decided = int(state.assets.due[0])
    for state.day in range(decided + 30):
        assets(state)
    assert state.assets.status.tolist() == [A.CONFISCATED]
    assert state.assets.due.tolist() == [decided + 30]
    assert not state.victims.returned.any()
    state.day = decided + 30
    assets(state)
    assert state.victims.returned.any()


@given(st.integers(0, 10**17), st.lists(st.integers(0, 10**16), max_size=9))
def test_shares_are_in_proportion_and_add_up_to_no_more_than_the_pool(pool, owed):
    parts = shares(pool, owed)
    assert sum(parts) <= pool
    assert all(0 <= part <= most for part, most in zip(parts, owed, strict=True))
    if sum(owed) <= pool:
        assert parts == owed
    else:
        assert pool - sum(parts) < max(len(owed), 1)


@pytest.mark.parametrize("dens", [[0], [0, 1], []])
def test_cases_on_dismantled_dens_are_solved(dens):
    state = empty_state()
    add_den(state)
    add_den(state)
    state.dens.registered[...] = [3, 4]
    solve(state, np.array(dens, np.int64))
    assert flow(state, "solved") == [sum([3, 4][den] for den in dens), 0, 0]
