from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support import (
    FALSE_ALARM,
    add_den,
    add_victims,
    assert_poisson,
    assert_share,
    assert_shares,
    empty_state,
    flow,
    small_world,
)

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import VictimStatus
from fraudsim.core.draws import child_keys
from fraudsim.core.spare import give_back
from fraudsim.ledgers.residents import remembered
from fraudsim.loops import calls as loops
from fraudsim.loops.residents import memory
from fraudsim.processes.calls import bounds, calls, place
from fraudsim.processes.scams import scams
from fraudsim.simulation import Simulation
from fraudsim.worlds.build import build

C, R = "parameters__calls__", "parameters__residents__"
# Lists do not wear and residents are so many that none is called twice.
STEADY = {C + "lead_wear": 0.0, C + "lead_recovery": 0.0, "countries__TA__adults": 10**9,
          C + "hours_per_day": 8.0, C + "dial_seconds": 5.0, C + "talk_seconds": 120.0, C + "answer_share": 0.06,
          C + "number_price": 0.005, C + "blocked_number_price": 0.02}
DIALS = 10 * 8 * 3600 / (5 + 0.06 * 120)


def calling(staff: int = 10, block: float = 0.0, **settings):
    state = empty_state(**{**STEADY, **settings})
    add_den(state, staff=staff)
    if block:
        state.levers.move("call_block", [0], block)
    return state


def days(state, n: int) -> None:
    for _ in range(n):
        calls(state)
        state.dens.stage_seconds[...] = 0
        state.day += 1


def expected_dials(state) -> np.ndarray:
    """Return what the dens are expected to dial today."""
    return place(state).contacts[:, 0]


def test_dials_follow_from_hours_dialling_and_talk():
    assert expected_dials(calling()) == pytest.approx([DIALS])


@pytest.mark.parametrize("block", [0.1, 0.3, 0.9, 1.0])
def test_blocked_calls_cost_only_the_dialling_so_blocking_is_attenuated(block):
    state = calling(block=block)
    dials = expected_dials(state)[0]
    assert dials == pytest.approx(10 * 8 * 3600 / (5 + (1 - block) * 0.06 * 120))
    # Conversations fall by less than the share that is blocked.
    if block < 1.0:
        assert dials * (1 - block) / DIALS == pytest.approx((1 - block) * 12.2 / (12.2 - 7.2 * block))
        assert dials * (1 - block) / DIALS > 1 - block
    assert state.dens.line_costs[0] == round(100 * dials * (0.005 + block * 0.02))


def test_later_stages_take_their_hours_first_but_three_quarters_at_most():
    for booked, free in ((0.0, 80.0), (0.5, 79.5), (20.0, 60.0), (60.0, 20.0), (500.0, 20.0)):
        state = calling()
        state.dens.stage_seconds[0] = round(3600 * booked)
        assert expected_dials(state) == pytest.approx([DIALS * free / 80.0])
        assert state.dens.stage_seconds[0] == 0


def engaging(state) -> float:
    """Return the chance that an answered call engages the resident, by hand."""
    bands = 0.75 * 0.9 + 0.25 * 1.3
    low, high = 0.2, 3.4
    return 0.015 * bands * (low + (high - low) / 4)


@pytest.mark.parametrize("block", [0.0, 0.3, 0.8])
def test_calls_of_every_kind_follow_their_expectation(block):
    state = calling(block=block)
    days(state, 60)
    dials = 60 * 10 * 8 * 3600 / (5 + (1 - block) * 0.06 * 120)
    answered = dials * (1 - block) * 0.06
    assert_poisson(flow(state, "calls_placed")[0], dials)
    assert_poisson(flow(state, "calls_blocked")[0], dials * block)
    assert_poisson(flow(state, "calls_unanswered")[0], dials * (1 - block) * 0.94)
    assert_poisson(flow(state, "calls_engaged")[0], answered * engaging(state))
    assert_poisson(flow(state, "calls_hung_up")[0], answered * (1 - engaging(state)))
    assert len(state.victims) == flow(state, "calls_engaged")[0]


def test_calls_balance_to_the_last_one():
    state = calling(block=0.4)
    days(state, 5)
    parts = [flow(state, f"calls_{name}")[0] for name in ("blocked", "unanswered", "hung_up", "engaged")]
    assert flow(state, "calls_placed")[0] == sum(parts)


def test_a_filter_that_stops_everything_leaves_no_conversation():
    state = calling(block=1.0)
    days(state, 20)
    assert flow(state, "calls_engaged") == flow(state, "calls_hung_up") == [0, 0, 0]
    assert flow(state, "calls_placed") == flow(state, "calls_blocked")


def test_who_is_engaged_follows_age_susceptibility_and_savings():
    state = calling(staff=14, scripts__short__stages__0__success=0.05)
    days(state, 40)
    victims = state.victims
    assert len(victims) > 2000
    assert_shares(np.bincount(victims.age_band), [0.75 * 0.9, 0.25 * 1.3])
    # Density of susceptibility s = 0.2 + 3.2 u^3 among the engaged is that of u, weighted by s.
    law = lambda s: (0.2 * (u := np.cbrt((s - 0.2) / 3.2)) + 0.8 * u**4)  # noqa: E731
    assert stats.kstest(victims.susceptibility, law).pvalue > FALSE_ALARM
    assert stats.kstest(np.log(victims.savings), stats.norm(np.log(1.2 * 20000 * 100), 1.3).cdf).pvalue > FALSE_ALARM
    first = np.where(victims.age_band == 0, 0, 0.75e9)
    where = (victims.resident - first) / np.where(victims.age_band == 0, 0.75e9, 0.25e9)
    assert stats.kstest(where, "uniform").pvalue > FALSE_ALARM
    assert np.unique(victims.key).size == len(victims)


def test_a_resident_is_the_same_person_whoever_calls():
    state = calling()
    days(state, 20)
    victims = state.victims
    assert (victims.key == child_keys(state.countries.key[0], "resident", victims.resident)).all()


def test_an_engagement_opens_the_second_stage_on_its_day():
    state = calling(scripts__short__stages__0__delay_days=2)
    days(state, 6)
    victims = state.victims
    assert (victims.status == VictimStatus.ENGAGED).all()
    assert (victims.stage == 1).all()
    assert (victims.scams == 1).all()
    assert set(victims.due) == {2, 3, 4, 5, 6, 7}
    assert state.agendas["stages"].take(4).tolist() == np.flatnonzero(victims.due == 4).tolist()


@pytest.mark.parametrize("status", [DenStatus.LYING_LOW, DenStatus.CLOSED])
def test_only_active_dens_call(status):
    state = calling()
    state.dens.status[0] = status
    days(state, 5)
    assert flow(state, "calls_placed") == [0, 0, 0]


def test_lists_wear_by_calls_a_resident_and_recover():
    state = calling(**{C + "lead_wear": 0.05, C + "lead_recovery": 0.01, "countries__TA__adults": 50000,
                       "scripts__short__stages__0__success": 0.0})
    quality = 1.0
    for _ in range(5):
        days(state, 1)
        # 23,606.6 dials wear as the 23,607 calls they come to.
        quality += 0.01 * (1 - quality) - 0.05 * 23607 / 50000 * quality
        assert state.countries.lead_quality[0] == pytest.approx(quality, rel=1e-12)
    state.dens.status[0] = DenStatus.CLOSED
    days(state, 1)
    assert state.countries.lead_quality[0] == pytest.approx(quality + 0.01 * (1 - quality), rel=1e-12)
    assert state.countries.lead_quality[1] == 1.0


def test_lists_start_as_worn_as_the_first_dens_leave_them():
    """A day of 60 staff who all call, 8 hours: 60 x 23,606.6 / 10 dials, over 50,000 residents, at 5% a call."""
    state = build(small_world(**{**STEADY, C + "lead_wear": 0.05, C + "lead_recovery": 0.01,
                                 "countries__TA__adults": 50000, "scripts__short__stages__0__success": 0.0,
                                 "parameters__recruitment__caller_share": 1.0, "burn_in_days": 0}), 0)
    assert state.dens.callers.tolist() == [10] * 6
    worn = 0.05 * 6 * DIALS / 50000
    assert state.countries.lead_quality == pytest.approx([0.01 / (0.01 + worn), 1.0, 1.0], rel=1e-12)
    # That is where a day of calls leaves them.
    Simulation(state.world, (), 0, state=state)
    calls(state)
    assert state.countries.lead_quality[0] == pytest.approx(0.01 / (0.01 + worn), rel=1e-4)


def test_worn_lists_engage_less():
    state = calling()
    state.countries.lead_quality[0] = 0.3
    days(state, 60)
    assert_poisson(flow(state, "calls_engaged")[0], 60 * DIALS * 0.06 * engaging(state) * 0.3)


def test_openness_after_a_scam_by_hand():
    state = calling(**{R + "wary_half_days": 90})
    rows = add_victims(state, 0, 5, wary=0.8, wary_since=0)
    state.victims.status[...] = [VictimStatus.ENGAGED, VictimStatus.PAYING, VictimStatus.LEFT, VictimStatus.PAID,
                                 VictimStatus.LEFT]
    state.victims.wary[4] = 0.0
    state.day = 90
    # After 90 days half of 0.8 is left.
    v = state.victims
    open_ = [loops.openness(v.status[r], v.wary[r], state.day - v.wary_since[r], int(VictimStatus.PAYING), 90.0)
             for r in rows]
    assert open_ == pytest.approx([0.0, 0.0, 0.6, 0.6, 1.0])


def test_nobody_is_in_two_scams_at_once_and_the_wary_are_engaged_less():
    """All of 400 residents are in a scam, or just out of one; the others are few."""
    state = calling(staff=14, countries__TA__adults=400, scripts__short__stages__0__success=0.1)
    add_victims(state, 0, 400, status=VictimStatus.ENGAGED)
    days(state, 3)
    assert len(state.victims) == 400
    assert flow(state, "calls_engaged") == [0, 0, 0]
    state.victims.status[...] = VictimStatus.LEFT
    state.victims.wary[...], state.victims.wary_since[...] = 1.0, state.day
    days(state, 1)
    assert flow(state, "calls_engaged") == [0, 0, 0]
    state.victims.wary[...] = 0.0
    days(state, 1)
    assert flow(state, "calls_engaged")[0] > 20
    assert len(state.victims) == 400
    assert (state.victims.scams <= 2).all()


def test_who_is_only_remembered_is_as_wary_and_comes_back_as_they_left():
    """400 residents who left 90 days ago, all of them remembered: as open as if they held their rows, to the bit."""
    states = [calling(staff=14, countries__TA__adults=400, scripts__short__stages__0__success=0.1) for _ in range(2)]
    for state in states:
        add_victims(state, 0, 400, status=VictimStatus.LEFT, wary=0.8, wary_since=-90, scams=3, warnings=2)
        ends = np.cumsum([band.share for band in state.world.age_bands])
        state.victims.age_band[...] = np.searchsorted(ends, np.arange(400) / 400, "right")
    held, forgot = states
    v = forgot.victims
    forgot.residents.insert(v.key.copy(), np.full(400, memory(-90, 3, 2)))
    for row in range(400):
        give_back(*v.spare.room(1), v.wide.key, row)
    days(held, 4)
    days(forgot, 4)
    assert flow(held, "calls_engaged") == flow(forgot, "calls_engaged")
    back = np.flatnonzero(held.victims.scams == 4)
    assert 0 < back.size == v.in_use.size < 400
    rows = forgot.residents.find(held.victims.key[back])
    assert set(rows.tolist()) == set(v.in_use.tolist())
    assert len(v) == 400
    for name in ("key", "country", "resident", "age_band", "status", "den", "warnings", "scams", "wary", "wary_since",
                 "stage", "due", "channel"):
        assert (v[name][rows] == held.victims[name][back]).all(), name
    others = remembered(forgot)
    assert others.key.tolist() == sorted(np.delete(held.victims.key, back).tolist())
    assert set(zip(*(x.tolist() for x in others[1:]))) == {(-90, 3, 2)}


def test_who_left_to_be_remembered_comes_back_with_the_same_traits():
    """Susceptibility and savings follow from draws: whoever is engaged anew has what they had."""
    state = calling(staff=14, countries__TA__adults=200, scripts__short__stages__0__success=0.2,
                    parameters__residents__wary_half_days=1)
    calls(state)
    v = state.victims
    names = ("susceptibility", "savings", "age_band", "resident", "country")
    before = {int(v.key[row]): [v[name][row] for name in names] for row in v.in_use}
    state.dens.status[...] = DenStatus.LYING_LOW
    scams(state)
    assert v.in_use.size == 0
    state.dens.status[...] = DenStatus.ACTIVE
    state.day = 8
    days(state, 3)
    again = [row for row in v.in_use if int(v.key[row]) in before]
    assert len(again) > 10
    for row in again:
        assert [v[name][row] for name in names] == before[int(v.key[row])]
        assert v.scams[row] == 2


def test_wanted_calls_are_blocked_by_the_false_positive_rate():
    state = calling(countries__TA__wanted_calls=2.0, countries__TA__adults=20000)
    state.levers.move("call_block_wrong", [0], 0.001)
    days(state, 50)
    assert_poisson(flow(state, "wanted_calls_blocked")[0], 50 * 20000 * 2 * 0.001)
    assert flow(state, "wanted_calls_blocked")[1:] == [0, 0]


def test_bounds_hold_for_every_resident_and_candidates_are_few():
    state = calling()
    assert bounds(state) == pytest.approx(np.array([[0.015 * 0.9 * 3.4, 0.015 * 1.3 * 3.4]]))
    days(state, 30)
    assert_poisson(flow(state, "candidates")[0], 30 * DIALS * 0.06 * 0.015 * 3.4 * (0.75 * 0.9 + 0.25 * 1.3))
    assert_share(flow(state, "calls_engaged")[0], flow(state, "candidates")[0], 1 / 3.4)


def test_a_stranger_is_fully_open():
    """Engaged as often as by hand where nobody is known, so that openness is 1: see the expectation above."""
    state = calling()
    days(state, 60)
    assert (state.victims.scams == 1).all()
    assert_poisson(flow(state, "calls_engaged")[0], 60 * DIALS * 0.06 * engaging(state))


def first_calls_by_numpy(engaged, key, caller) -> np.ndarray:
    order = np.lexsort((caller[engaged], key[engaged]))
    _, first = np.unique(key[engaged][order], return_index=True)
    return engaged[order][first]


@pytest.mark.parametrize("seed", range(30))
def test_one_call_a_resident_and_day_that_of_the_lower_caller_key(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 60))
    # Few residents and callers: many meet twice, also by one caller. Keys above 2**63 must not count as negative.
    key = rng.integers(2**63 - 5, 2**63 + 5, n, np.uint64)
    caller = rng.integers(2**63 - 2, 2**63 + 2, n, np.uint64)
    engaged = np.flatnonzero(rng.random(n) < 0.7)
    first = engaged[loops.first_calls(engaged, key, caller)]
    assert first.tolist() == first_calls_by_numpy(engaged, key, caller).tolist()


def test_of_two_calls_to_one_resident_the_other_is_hung_up_and_all_balances():
    """400 residents, engaged almost surely: many are called twice on the first day, when all are strangers."""
    state = calling(staff=14, countries__TA__adults=400, scripts__short__stages__0__success=0.25)
    days(state, 1)
    names = ("placed", "blocked", "unanswered", "hung_up", "engaged")
    count = {name: flow(state, f"calls_{name}")[0] for name in names}
    assert count["engaged"] == len(state.victims) == np.unique(state.victims.key).size
    assert (state.victims.scams == 1).all()
    assert flow(state, "candidates")[0] > 2 * count["engaged"]
    assert count["placed"] == count["blocked"] + count["unanswered"] + count["hung_up"] + count["engaged"]


def test_rows_of_a_day_stand_in_the_order_of_their_keys_and_are_found():
    state = calling(staff=14)
    days(state, 1)
    victims = state.victims
    assert len(victims) > 10
    assert (victims.key[1:] > victims.key[:-1]).all()
    assert state.residents.find(victims.key).tolist() == list(range(len(victims)))


@pytest.mark.parametrize("seed", range(10))
def test_band_and_resident_are_chosen_as_numpy_does(seed):
    rng, n = np.random.default_rng(seed), 40
    steps = np.cumsum(rng.random((3, 4)), axis=1)
    script, u, place_ = rng.integers(0, 3, n), rng.random(n), rng.random(n)
    share = rng.dirichlet(np.ones(4))
    start, whole = np.cumsum(share) - share, np.array([3, 1000, 10**9])
    band = np.array([loops._band.py_func(steps[None], 0, script[i], u[i]) for i in range(n)])
    assert (band == (u[:, None] * steps[script, -1:] >= steps[script]).sum(axis=1)).all()
    member = [loops._member.py_func(whole[script[i]], start[band[i]], share[band[i]], place_[i]) for i in range(n)]
    size = whole[script]
    assert member == np.minimum(np.floor(size * start[band]) + np.floor(place_ * (size * share[band])),
                                size - 1).tolist()


def test_draws_are_counted():
    """Callers, five draws a candidate, the rest by three a country, savings of the new; filters on wanted calls."""
    state = calling(block=0.3, countries__TA__wanted_calls=2.0)
    state.levers.move("call_block_wrong", [0], 0.001)
    before = state.draws.made
    calls(state)
    made = state.draws.made - before
    assert len(state.victims) > 0
    assert made == 10 + 5 * flow(state, "candidates")[0] + 3 * 3 + len(state.victims) + 3
    state.dens.status[0] = DenStatus.CLOSED
    before = state.draws.made
    calls(state)
    assert state.draws.made - before == 3


def test_a_chance_above_its_bound_is_an_error():
    state = calling(staff=14)
    state.countries.lead_quality[0] = 4.0
    with pytest.raises(AssertionError, match="bound"):
        days(state, 20)


def test_a_band_that_is_always_engaged_beside_one_that_is_not():
    state = calling(staff=14, scripts__short__stages__0__success=0.15, age_bands__old__engagement=3.0)
    assert bounds(state).tolist() == [[pytest.approx(0.15 * 0.9 * 3.4), 1.0]]
    days(state, 10)
    # The old are engaged surely from s = 0.2 + 3.2 u^3 = 1 / 0.45 on; below it by 0.45 s.
    u = np.cbrt((1 / 0.45 - 0.2) / 3.2)
    old = 0.45 * (0.2 * u + 0.8 * u**4) + (1 - u)
    assert_poisson(flow(state, "calls_engaged")[0], 10 * 1.4 * DIALS * 0.06 * (0.75 * 0.15 * 0.9 + 0.25 * old))
