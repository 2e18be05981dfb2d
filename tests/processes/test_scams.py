from __future__ import annotations

import numpy as np
import pytest
from support import WIDE, add_den, add_victims, assert_poisson, assert_share, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import VictimStatus
from fraudsim.ledgers.residents import remembered
from fraudsim.processes.scams import SUCCESS as SUCCESS_CODE
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


def test_who_leaves_before_being_asked_for_money_is_remembered_and_gives_the_row_back():
    state = engaged(6, columns={"scams": [1, 2, 255, 256, 1, 1], "warnings": [0, 127, 3, 0, 128, 0],
                                "attempts": [0, 0, 0, 0, 0, 1]})
    state.dens.status[0], state.day, key = DenStatus.MOVED, 0, state.victims.key.copy()
    scams(state)
    v = state.victims
    assert (v.status == V.LEFT).all()
    # Row 5 was asked for money; rows 3 and 4 have more scams or warnings than can be remembered.
    assert v.key.tolist() == [0, 0, 0, *key[3:]]
    assert v.in_use.tolist() == [3, 4, 5]
    assert v.spare.rows[: len(v.spare)].tolist() == [0, 1, 2]
    others = remembered(state)
    order = np.argsort(key[:3])
    assert others.key.tolist() == key[:3][order].tolist()
    assert others.left.tolist() == [0, 0, 0]
    assert others.scams.tolist() == np.array([1, 2, 255])[order].tolist()
    assert others.warnings.tolist() == np.array([0, 127, 3])[order].tolist()
    assert state.residents.find(key[3:]).tolist() == [3, 4, 5]


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


def played_by_hand(state, rows) -> dict[int, tuple[int, int, int]]:
    """Return status, next stage and due day that each person should have after today, stage by stage."""
    victims, book, fates = state.victims, state.book, {}
    for row in rows.tolist():
        script, stage, due, status = victims.script[row], int(victims.stage[row]), int(victims.due[row]), V.ENGAGED
        if state.dens.status[victims.den[row]] != DenStatus.ACTIVE:
            fates[row] = (V.LEFT, stage, due)
            continue
        last = int(book.stages[script])
        while status == V.ENGAGED:
            weighed = book.success[script, stage] * victims.susceptibility[row]
            chance = weighed / (1.0 - book.success[script, stage] + weighed)
            number = victims.scams[row] * 512 + stage + 16 * min(victims.payments_this_scam[row], 31)
            u = state.draws.uniform(SUCCESS_CODE, victims.key[row:row + 1], 0, int(number))[0]
            if not u < chance:
                status = V.LEFT
                break
            due, stage = state.day + int(book.delay[script, stage]), min(stage + 1, last)
            if stage == last:
                status = V.PAYING
            elif due > state.day:
                break
        fates[row] = (status, stage, due)
    return fates


@pytest.mark.parametrize("delay", [0, 1])
@pytest.mark.parametrize("stages", ["three", "one"])
def test_everybody_fares_as_by_hand(delay, stages):
    settings = {"scripts__short__stages__1__delay_days": delay} if stages == "three" else {}
    state = engaged(400, **{SUCCESS: 0.5, LAST: 0.5, **settings})
    victims = state.victims
    if stages == "one":  # a script of one stage: the demand follows without persuasion
        state.book.stages[...] = 1
        state.book.success[:, 1:], state.book.seconds[:, 1:], state.book.delay[:, 1:] = 1.0, 0, 0
    add_den(state, staff=2)
    state.dens.status[1] = DenStatus.LYING_LOW
    rng = np.random.default_rng(0)
    victims.den[...] = rng.integers(0, 2, 400)
    victims.susceptibility[...] = rng.uniform(0.2, 3.4, 400)
    victims.scams[...], victims.payments_this_scam[...] = rng.integers(1, 4, 400), rng.integers(0, 40, 400)
    state.draws.made = 0
    fates = played_by_hand(state, np.arange(400))
    by_hand, state.draws.made = state.draws.made, 0
    scams(state)
    assert state.draws.made == by_hand
    found = zip(victims.status.tolist(), victims.stage.tolist(), victims.due.tolist())
    assert dict(enumerate(found)) == fates
    pending = state.agendas["payments"]._days
    paying = np.flatnonzero(victims.status == V.PAYING).tolist()
    assert sorted(row for rows in pending.values() for row in rows) == paying
    assert all((victims.due[rows] == day).all() for day, rows in pending.items())
    waiting = np.flatnonzero(victims.status == V.ENGAGED).tolist()
    assert sorted(row for rows in state.agendas["stages"]._days.values() for row in rows) == waiting
    left = victims.status == V.LEFT
    assert flow(state, "scams_left")[0] == left.sum()
    assert (victims.wary[left] == 0.8).all()
    assert (victims.wary[~left] == 0.0).all()


R = "parameters__residents__"


@pytest.mark.parametrize("reach", [1.0, 0.5])
def test_a_warning_comes_before_a_stage_and_some_break_off(reach):
    state = engaged(**{SUCCESS: 1.0, R + "warning_success": 0.4, "countries__TA__control_reach": reach})
    state.levers.move("warning", [0], 0.5)
    scams(state)
    victims = state.victims
    warned, off = victims.warnings == 1, victims.status == V.BROKEN_OFF
    assert_share(warned.sum(), 4000, 0.5 * reach)
    assert_share(off.sum(), warned.sum(), 0.4)
    assert not (off & ~warned).any()
    assert flow(state, "warnings") == [warned.sum(), 0, 0]
    assert flow(state, "scams_broken_off") == [off.sum(), 0, 0]
    assert flow(state, "scams_left") == [0, 0, 0]
    assert (victims.wary[off] == 0.8).all()
    assert (victims.status[~off] == V.ENGAGED).all()
    # Who breaks off costs the den no talk.
    assert state.dens.stage_seconds[0] == (~off).sum() * 2520


def test_every_stage_may_bring_a_warning():
    state = engaged(**{SUCCESS: 1.0, LAST: 1.0, "scripts__short__stages__1__delay_days": 0,
                       R + "warning_success": 0.0})
    state.levers.move("warning", [0], 0.5)
    scams(state)
    assert (np.bincount(state.victims.warnings) > 800).tolist() == [True, True, True]
    assert (state.victims.status == V.PAYING).all()


def test_people_tired_of_warnings_heed_them_less():
    state = engaged(**{SUCCESS: 1.0, R + "warning_success": 0.8})
    state.countries.warning_tired[0] = 0.75
    state.levers.move("warning", [0], 1.0)
    scams(state)
    assert_share((state.victims.status == V.BROKEN_OFF).sum(), 4000, 0.2)


def test_warnings_right_and_wrong_tire_people_who_recover_at_rest():
    state = engaged(500, **{R + "warning_tiring": 2.0, R + "warning_rest_days": 10})
    state.levers.move("warning", [0], 1.0)
    state.levers.move("warning_wrong", [0], 0.01)
    scams(state)
    heard = flow(state, "warnings")[0] + flow(state, "warnings_wrong")[0]
    assert_poisson(flow(state, "warnings_wrong")[0], 20000 * 0.01)
    assert flow(state, "warnings")[0] == 500
    assert state.countries.warning_tired == pytest.approx([2.0 * heard / 20000, 0.0, 0.0], abs=1e-8)
    state.levers.reset()
    state.flows.today[...] = 0
    for _ in range(10):
        scams(state)
    assert state.countries.warning_tired == pytest.approx([heard / 20000, 0.0, 0.0], abs=1e-7)
    for _ in range(400):
        scams(state)
    assert state.countries.warning_tired.tolist() == [0.0, 0.0, 0.0]


def sited(block: float, n: int = 4000, **settings):
    state = engaged(n, **{**WIDE, SUCCESS: 1.0, LAST: 1.0, "countries__TA__control_reach": 1.0, **settings})
    state.levers.move("site_block", [0], block)
    return state


def test_a_stage_on_a_site_that_is_down_is_put_off_by_a_day():
    state = sited(0.6)
    scams(state)
    put_off = state.victims.tries == 1
    # Domains win half of the hours back.
    assert_share(put_off.sum(), 4000, 0.3)
    assert (state.victims.stage == np.where(put_off, 1, 2)).all()
    assert (state.victims.due == 1).all()
    assert state.dens.stage_seconds[0] == (~put_off).sum() * 2520


def test_after_three_days_in_vain_people_leave():
    state = sited(1.0, 50, parameters__messages__domain_rotation=0.0)
    for day, status in enumerate([V.ENGAGED] * 3 + [V.LEFT]):
        state.day = day
        scams(state)
        assert (state.victims.status == status).all()
    assert flow(state, "scams_left") == [50, 0, 0]
    assert (state.victims.stage == 1).all()


def test_the_payment_needs_the_site_on_its_own_day():
    """Stages by voice need none; the demand comes two days after the last."""
    settings = {"scripts__short__stages__1__channel": "voice", "scripts__short__stages__1__delay_days": 0,
                "scripts__short__stages__2__delay_days": 2}
    state = sited(0.6, **settings)
    scams(state)
    assert (state.victims.stage == 3).all()
    assert (state.victims.status == V.ENGAGED).all()
    assert (state.victims.due == 2).all()
    state.day = 2
    scams(state)
    paying = state.victims.status == V.PAYING
    assert_share(paying.sum(), 4000, 0.7)
    assert (state.victims.due == np.where(paying, 2, 3)).all()
    assert np.array_equal(state.agendas["payments"].take(2), np.flatnonzero(paying))
    state.day = 3
    scams(state)
    later = state.victims.status == V.PAYING
    assert_share(later.sum() - paying.sum(), 4000 - paying.sum(), 0.7)
    assert (state.victims.tries[later] == 0).all()


def test_the_way_to_the_payment_is_the_same_without_a_site_but_for_waiting():
    """The same people pay on the same day, whether the script has a site that is never down or none."""
    fates = []
    for site in (True, False):
        state = engaged(400, **{**WIDE, "scripts__short__needs_site": site, SUCCESS: 0.6, LAST: 0.6})
        for state.day in range(4):
            scams(state)
        fates.append([state.agendas["payments"].take(day).tolist() for day in range(5)])
    assert fates[0] == fates[1]
    assert sum(len(rows) for rows in fates[0]) > 50


def test_a_den_that_turned_to_other_business_drops_its_scams():
    state = engaged(20)
    state.dens.adjacent[0] = True
    scams(state)
    assert (state.victims.status == V.LEFT).all()


def test_a_stage_that_is_put_off_brings_no_second_warning():
    state = sited(1.0, 50, parameters__messages__domain_rotation=0.0, **{R + "warning_success": 0.0})
    state.levers.move("warning", [0], 1.0)
    for state.day in range(3):
        scams(state)
    assert (state.victims.tries == 3).all()
    assert (state.victims.warnings == 1).all()
