from __future__ import annotations

import numpy as np
import pytest
from support import add_den, add_victims, assert_share, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import VictimStatus
from fraudsim.processes.scams import scams

V = VictimStatus
SUCCESS = "scripts__short__stages__1__success"
LAST = "scripts__short__stages__2__success"


def engaged(n: int = 4000, columns=None, **settings):
    state = empty_state(**settings)
    add_den(state, staff=2)
    rows = add_victims(state, 0, n, **(columns or {}))
    state.agendas["stages"].enter(rows, 0)
    return state


@pytest.mark.parametrize("odds", [0.2, 1.0, 3.4])
def test_susceptibility_multiplies_the_odds_of_going_on(odds):
    state = engaged(columns={"susceptibility": odds}, **{SUCCESS: 0.4})
    scams(state)
    # Odds of 2 to 3, times susceptibility.
    assert_share((state.victims.status == V.ENGAGED).sum(), 4000, odds * 2 / (odds * 2 + 3))
    assert (state.victims.stage[state.victims.status == V.ENGAGED] == 2).all()
    assert (state.victims.due[state.victims.status == V.ENGAGED] == 1).all()
    assert flow(state, "scams_left") == [(state.victims.status == V.LEFT).sum(), 0, 0]


def test_stages_follow_one_another_until_the_demand():
    state = engaged(50, **{SUCCESS: 1.0, LAST: 1.0})
    scams(state)
    assert (state.victims.stage == 2).all()
    state.day = 1
    scams(state)
    assert (state.victims.stage == 3).all()
    assert (state.victims.status == V.PAYING).all()
    assert state.agendas["payments"].take(1).size == 50
    # 0.7 hours the day before, one hour today.
    assert state.dens.stage_seconds[0] == 50 * 6120


def test_stages_without_delay_follow_on_the_same_day():
    state = engaged(50, **{SUCCESS: 1.0, LAST: 1.0, "scripts__short__stages__1__delay_days": 0})
    scams(state)
    assert (state.victims.status == V.PAYING).all()
    assert state.agendas["payments"].take(0).size == 50


def test_a_demand_with_delay_is_paid_later():
    state = engaged(50, columns={"stage": 2}, **{LAST: 1.0, "scripts__short__stages__2__delay_days": 4})
    scams(state)
    assert (state.victims.due == 4).all()
    assert state.agendas["payments"].take(4).size == 50


def test_a_further_demand_needs_no_persuasion_anew_only_the_last_stage():
    state = engaged(4000, columns={"stage": 2, "payments_this_scam": 1, "payments": 1}, **{LAST: 0.4})
    scams(state)
    assert_share((state.victims.status == V.PAYING).sum(), 4000, 0.4)


@pytest.mark.parametrize("status", [DenStatus.LYING_LOW, DenStatus.MOVED, DenStatus.DISMANTLED])
def test_people_leave_when_the_den_is_silent_and_are_wary(status):
    state = engaged(20)
    state.dens.status[0] = status
    scams(state)
    assert (state.victims.status == V.LEFT).all()
    assert (state.victims.wary == 0.8).all()
    assert (state.victims.wary_since == 0).all()
    assert flow(state, "scams_left") == [20, 0, 0]
    assert state.dens.stage_seconds[0] == 0


def fate(scam: int, payment: int, stage: int) -> list[int]:
    state = engaged(300, columns={"scams": scam, "payments_this_scam": payment, "stage": stage}, **{SUCCESS: 0.4})
    scams(state)
    return state.victims.status.tolist()


def test_every_scam_payment_and_stage_has_a_draw_of_its_own():
    fates = [tuple(fate(*which)) for which in ((1, 0, 1), (1, 0, 2), (1, 1, 2), (1, 2, 2), (2, 0, 1), (2, 0, 2))]
    assert len(set(fates)) == len(fates)


@pytest.mark.parametrize("payments", [4, 31, 40])
def test_demands_however_many_do_not_take_the_draws_of_the_next_scam(payments):
    assert fate(1, payments, 2) not in [fate(2, further, 2) for further in (0, 1, 8)]


def test_an_agenda_entry_of_somebody_who_left_is_passed_over():
    state = engaged(5)
    state.victims.status[...] = V.LEFT
    scams(state)
    assert np.array_equal(state.victims.stage, np.ones(5))
    assert flow(state, "scams_left") == [0, 0, 0]
