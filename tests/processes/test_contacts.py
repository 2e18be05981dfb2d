"""First contacts by channel: time, filters, numbers, sites, language, education."""

from __future__ import annotations

import numpy as np
import pytest
from support import WIDE, add_den, add_workers, assert_poisson, assert_share, assert_shares, empty_state, flow

from fraudsim.ledgers.flows import POSITION
from fraudsim.loops.calls import by_channel, running_answers
from fraudsim.loops.contacts import keep_numbers, split
from fraudsim.processes.calls import calls, limits, place

C, M, R = "parameters__calls__", "parameters__messages__", "parameters__residents__"
STEADY = {C + "lead_wear": 0.0, C + "lead_recovery": 0.0, "countries__TA__adults": 10**9}
CHANNELS = ("calls", "sms", "social", "web")
# Seconds, share answered, talk: voice as in the small world, the others by default.
WORK = {"calls": (20, 0.06, 300), "sms": (2, 0.003, 120), "social": (20, 0.04, 300), "web": (5, 0.01, 300)}
TIME = {"calls": 0.4, "sms": 0.2, "social": 0.3, "web": 0.1}
FULL = {"countries__TA__control_reach": 1.0, "countries__TA__call_filter": 0.0}


def wide(staff: int = 10, **settings):
    state = empty_state(**{**STEADY, **WIDE, **FULL, **settings})
    add_den(state, staff=staff)
    return state


def days(state, n: int) -> None:
    for _ in range(n):
        calls(state)
        state.dens.stage_seconds[...] = 0
        state.day += 1


def by_hand(channel: str, time: float, stop: float = 0.0) -> float:
    """Return what ten callers of an hour each place in a day."""
    seconds, answered, talk = WORK[channel]
    return 10 * 3600 * time / (seconds + (1 - stop) * answered * talk)


def test_a_den_splits_its_time_by_the_script():
    placed = place(wide())
    assert placed.contacts[0] == pytest.approx([by_hand(x, TIME[x]) for x in CHANNELS])
    assert placed.only.tolist() == [-1]


def test_every_channel_follows_its_expectation_and_balances():
    state = wide()
    for lever, value in (("call_block", 0.5), ("sms_block", 0.25), ("site_block", 0.8)):
        state.levers.move(lever, [0], value)
    days(state, 40)
    # Half of the hours that sites are blocked is won back by fresh domains.
    stop = dict(zip(CHANNELS, (0.5, 0.25, 0.0, 0.4)))
    weight = {x: TIME[x] * (1 - stop[x]) for x in CHANNELS}
    engages = 0.015 * (0.75 * 0.9 + 0.25 * 1.3) * (0.2 + 3.2 / 4)
    for x in CHANNELS:
        n = 40 * by_hand(x, weight[x] / sum(weight.values()), stop[x])
        answered = n * (1 - stop[x]) * WORK[x][1]
        assert_poisson(flow(state, f"{x}_placed")[0], n)
        assert_poisson(flow(state, f"{x}_blocked")[0], n * stop[x])
        assert_poisson(flow(state, f"{x}_unanswered")[0], n * (1 - stop[x]) * (1 - WORK[x][1]))
        assert_poisson(flow(state, f"{x}_hung_up")[0], answered * (1 - engages))
        assert_poisson(flow(state, f"{x}_engaged")[0], answered * engages)
        parts = [flow(state, f"{x}_{how}")[0] for how in ("blocked", "unanswered", "hung_up", "engaged")]
        assert flow(state, f"{x}_placed")[0] == sum(parts)
    engaged = [flow(state, f"{x}_engaged")[0] for x in CHANNELS]
    assert np.bincount(state.victims.channel, minlength=4).tolist() == engaged
    assert min(engaged) > 0
    assert flow(state, "candidates")[0] < 0.02 * sum(flow(state, f"{x}_placed")[0] for x in CHANNELS)


def test_waterbed_blocked_voice_raises_the_others_and_one_channel_has_nowhere_to_go():
    free, blocked = wide(), wide()
    blocked.levers.move("call_block", [0], 0.5)
    before, after = place(free).contacts[0], place(blocked).contacts[0]
    # A half of 0.4 is left of the voice: 0.8 in all.
    assert after[1:] / before[1:] == pytest.approx([1.25] * 3)
    alone = empty_state(**STEADY)
    add_den(alone, staff=10)
    alone.levers.move("call_block", [0], 0.5)
    assert place(alone).contacts[0] == pytest.approx([by_hand("calls", 1.0, 0.5), 0, 0, 0])


@pytest.mark.parametrize(("time", "stop", "shift", "expected", "only"), [
    ([0.5, 0.5, 0, 0], [0.75, 0, 0, 0], 1.0, [0.2, 0.8, 0, 0], -1),
    ([0.5, 0.5, 0, 0], [0.75, 0, 0, 0], 0.5, [1 / 3, 2 / 3, 0, 0], -1),
    ([0.5, 0.5, 0, 0], [0.75, 0, 0, 0], 0.0, [0.5, 0.5, 0, 0], -1),
    ([0.5, 0.5, 0, 0], [1.0, 0, 0, 0], 2.0, [0, 1, 0, 0], -1),
    ([0.5, 0.5, 0, 0], [1.0, 1.0, 0, 0], 1.0, [0.5, 0.5, 0, 0], -1),
    ([0, 0, 1, 0], [0, 0, 0.9, 0], 3.0, [0, 0, 1, 0], 2)])
def test_time_goes_with_what_gets_through_to_the_power_of_the_shift(time, stop, shift, expected, only):
    share = np.empty(4)
    assert split(np.array(time, float), np.array(stop, float), shift, share) == only
    assert share == pytest.approx(expected)


def test_a_candidates_channel_goes_with_the_answers_expected():
    expected, reply = np.array([100.0, 0.0, 50.0, 10.0]), np.array([0.06, 0.5, 0.04, 0.2])
    sums = running_answers(expected[None], reply)[0]
    chosen = [by_channel(sums, (i + 0.5) / 10000) for i in range(10000)]
    assert np.bincount(chosen, minlength=4).tolist() == [6000, 0, 2000, 2000]


def test_contacts_and_rotation_are_paid_for_by_the_den():
    state = wide(**{C + "blocked_number_price": 0.02})
    state.levers.move("call_block", [0], 0.5)
    state.levers.move("site_block", [0], 0.4)
    state.levers.move("number_price", [0], 1.0 + 1e-9)  # too little for a den to save on numbers
    n = place(state).contacts[0]
    each = [n[0] * (0.01 + 0.5 * 0.02), n[1] * 0.01, n[2] * 0.005, n[3] * 0.05]
    # Five domains of 50, and 0.4 of them go every day.
    assert state.dens.line_costs[0] == sum(round(100 * cost) for cost in each) + 100 * 5 * 50 * 0.4


def test_dear_numbers_raise_the_costs_of_calls_and_messages():
    cost = {}
    for price in (1.0, 2.0):
        state = wide(**{C + "number_thrift": 0.0})
        state.levers.move("number_price", [0], price)
        n = place(state).contacts[0]
        cost[price] = int(state.dens.line_costs[0])
    assert cost[2.0] - cost[1.0] == pytest.approx(100 * (n[0] * 0.01 + n[1] * 0.01), abs=2)


def test_a_den_with_dear_numbers_keeps_fewer_and_filters_see_it_more_surely():
    state = wide()
    state.levers.move("call_block", [0], 0.4)
    state.levers.move("sms_block", [0], 0.2)
    state.levers.move("number_price", [0], 2.0)
    stops = place(state).stops[0]
    # 30 numbers for ten callers; 2 to the power -0.3 is 0.812: 24 are left, and 6 of 30 lack.
    assert state.dens.numbers[0] == 24
    assert stops == pytest.approx([0.4 + 0.4 * 0.6 * 0.2, 0.2 + 0.2 * 0.8 * 0.2, 0.0, 0.0])


def test_usual_numbers_change_nothing_to_the_bit():
    assert keep_numbers(10, 3.0, 1.0) == (30, 0.0)
    assert keep_numbers(7, 0.3, 1.0) == (2, 0.0)
    assert keep_numbers(10, 0.0, 0.5) == (0, 0.0)
    assert keep_numbers(0, 3.0, 0.5) == (0, 0.0)


def test_a_den_in_other_business_calls_nobody_and_keeps_no_numbers_or_site():
    state = wide()
    days(state, 1)
    assert state.dens.numbers[0] == 30
    state.dens.adjacent[0] = True
    state.flows.today[...] = 0
    days(state, 1)
    assert not any(flow(state, f"{x}_placed")[0] for x in CHANNELS)
    assert state.dens.numbers[0] == flow(state, "site_hours")[0] == 0


def test_site_hours_count_dens_that_need_a_site():
    state = wide()
    add_den(state, staff=2)
    state.levers.move("site_block", [0], 0.5)
    days(state, 1)
    assert flow(state, "site_hours") == [36, 0, 0]  # two dens, a quarter of 24 hours lost
    voice = empty_state(**STEADY)
    add_den(voice, staff=2)
    days(voice, 1)
    assert flow(voice, "site_hours") == [0, 0, 0]


def test_controls_catch_as_far_as_they_reach_and_a_law_lets_them_reach_further():
    settings = {"countries__TA__control_reach": 0.5, "countries__TA__call_filter": 0.2}
    for gained, reach in ((0.0, 0.5), (0.3, 0.8), (0.9, 1.0)):
        state = wide(**settings)
        state.levers.move("call_block", [0], 0.4)
        state.levers.move("reach", [0], gained)
        # Policy and the usual filter catch 0.3 of the overlap anyway.
        assert place(state).stops[0, 0] == pytest.approx(reach * (0.4 + 0.7 * 0.2 * 0.6))


def test_wrong_hits_of_filters_grow_with_their_reach():
    state = wide(**{"countries__TA__adults": 20000, "countries__TA__control_reach": 0.5})
    for lever, value in (("call_block_wrong", 0.01), ("sms_block_wrong", 0.02), ("site_block_wrong", 8.0)):
        state.levers.move(lever, [0], value)
    days(state, 50)
    assert_poisson(flow(state, "wanted_calls_blocked")[0], 50 * 20000 * 2 * 0.01 * 0.5)
    assert_poisson(flow(state, "wanted_messages_blocked")[0], 50 * 20000 * 2 * 0.02 * 0.5)
    assert_poisson(flow(state, "sites_blocked_wrongly")[0], 50 * 8 * 0.5)


def voice(**settings):
    state = empty_state(**{**STEADY, C + "hours_per_day": 8.0, **settings})
    add_den(state, staff=10)
    return state


def test_callers_of_another_language_engage_less():
    languages = {"countries__TA__languages": ("zh",), "countries__HO__languages": ("km",),
                 R + "language_penalty": 0.75}
    state = empty_state(**{**STEADY, C + "hours_per_day": 8.0, **languages})
    own, strange, unknown = add_den(state), add_den(state), add_den(state)
    for den, nationality in ((own, 0), (strange, 1), (unknown, 2)):
        add_workers(state, den, 14, nationality=nationality)
    days(state, 60)
    # A country without languages is understood everywhere.
    assert_shares(np.bincount(state.victims.den, minlength=3), [4 / 9, 1 / 9, 4 / 9])
    assert len(state.victims) > 500


def test_awareness_goes_half_way_in_its_time_and_fades_without_a_reminder():
    state = voice(**{R + "education_days": 10, R + "awareness_half_days": 5})
    for _ in range(10):
        state.levers.move("education", [0], 0.4)
        calls(state)
        state.levers.reset()
        state.day += 1
    assert state.countries.awareness == pytest.approx([0.2, 0.0, 0.0], abs=1e-7)
    days(state, 10)
    assert state.countries.awareness == pytest.approx([0.05, 0.0, 0.0], abs=1e-7)
    days(state, 200)
    assert state.countries.awareness.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("awareness", [0.5, -0.2])
def test_awareness_takes_engagement_away_and_may_backfire(awareness):
    usual, taught = voice(), voice(**{R + "awareness_half_days": 3650})
    for state in (usual, taught):
        state.countries.awareness[0] = awareness if state is taught else 0.0
        days(state, 60)
    n, more = flow(usual, "calls_engaged")[0], flow(taught, "calls_engaged")[0]
    assert_share(more, n + more, (1 - awareness) / (2 - awareness))
    placed = [flow(state, "candidates")[0] for state in (usual, taught)]
    # Only a backfire raises the bound; otherwise the draws are those of the baseline.
    assert placed[1] == placed[0] if awareness > 0 else placed[1] > placed[0]


def test_limits_rise_only_where_education_has_backfired():
    state = voice(age_bands__old__engagement=10.0, scripts__short__stages__0__success=0.028)
    usual = limits(state)
    assert usual.bound[0, 0] == pytest.approx([0.028 * 0.9 * 3.4, 0.028 * 10 * 3.4])
    state.countries.awareness[0] = -0.2
    now = limits(state)
    assert now.bound[0, 0] == pytest.approx([1.2 * 0.028 * 0.9 * 3.4, 1.0])
    assert now.bound[1].tolist() == usual.bound[1].tolist()
    assert now.engaging[0, 0] == pytest.approx(0.75 * now.bound[0, 0, 0] + 0.25)
    state.countries.awareness[0] = 0.2
    assert limits(state) is usual


def test_only_the_voice_is_heard_of_where_the_script_has_only_voice():
    state = voice()
    days(state, 3)
    silent = [i for name, i in POSITION.items() if name.startswith(("sms_", "social_", "web_"))]
    assert not state.flows.today[silent].any()
    assert (state.victims.channel == 0).all()
