from __future__ import annotations

import numpy as np
from contacts import WINDOW, assert_levers, assert_nothing_at_zero_intensity, costs
from paired import assert_proximal, assert_sign, outcomes
from support import WIDE, assert_poisson

from fraudsim.interventions.sms_interception import SmsInterception
from fraudsim.ledgers.flows import POSITION


def test_levers_rise_over_the_ramp_and_fall_at_the_end():
    assert_levers(SmsInterception(**WINDOW, sensitivity=0.5, false_positives=0.01),
                  {"sms_block": 0.5, "sms_block_wrong": 0.01})


def test_fewer_messages_arrive():
    assert_proximal("sms-interception", **WIDE)


def test_dens_turn_to_other_channels():
    """The waterbed: calls are not filtered more, and there are more of them."""
    assert_sign("sms-interception", "calls_placed", "up", **WIDE)


def test_where_there_are_no_messages_it_changes_nothing_but_for_bystanders():
    idle = ("calls_placed", "victims", "loss_net", "messages_delivered", "dens_active", "arrests")
    for mine, base in zip(outcomes("sms-interception"), outcomes("")):
        assert {name: mine[name] for name in idle} == {name: base[name] for name in idle}
        assert mine["wanted_messages_blocked"] > 0


def test_wanted_messages_are_stopped_as_far_as_controls_reach():
    blocked = [o["wanted_messages_blocked"] for o in outcomes("sms-interception", **WIDE)]
    # 20,000 adults x 2 messages x 0.0005 over 70 days in every run; controls reach 0.8.
    assert_poisson(int(np.sum(blocked)), len(blocked) * 70 * 16)
    assert all(o["wanted_messages_blocked"] == 0 for o in outcomes("", **WIDE))


def test_zero_intensity_is_the_baseline():
    assert_nothing_at_zero_intensity("sms-interception")


def test_it_costs_what_it_says():
    cost, record = costs("sms-interception:start=3,end=6,intensity=0.5,daily_cost=100,fixed_cost=40,"
                         "cost_per_message=0.001")
    stopped = record[:, POSITION["sms_blocked"], 0] + record[:, POSITION["wanted_messages_blocked"], 0]
    assert cost[:8] == [0, 0, 0, 7000, *(5000 + round(0.1 * int(n)) for n in stopped[3:5]),
                        round(0.1 * int(stopped[5])), 0]
    assert stopped[3:6].min() > 1000
