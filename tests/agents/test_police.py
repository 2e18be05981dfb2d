from __future__ import annotations

import pytest
from support import add_den, add_file, empty_state, flow

from fraudsim.agents.police import at_work, capacity, gain_trust, liaison, muster
from fraudsim.processes.investigation import investigation
from fraudsim.processes.raids import raids

P = "parameters__investigation__"


def live(state, days: int, police: float = 1.0) -> None:
    for _ in range(days):
        state.levers.reset()
        state.levers.move("police", 1, police)
        muster(state)
        state.day += 1


def test_without_policy_all_are_at_work():
    state = empty_state()
    muster(state)
    assert at_work(state).tolist() == state.forces.investigators.tolist()
    assert capacity(state).tolist() == [1.0] * 3


def test_a_campaign_borrows_and_owes_more_the_longer_it_lasts():
    """Debt goes half-way to 0.4 x 0.5 in 60 days, and half of it is gone 60 days after."""
    state = empty_state(**{P + "campaign_dip": 0.4, P + "campaign_rest_days": 60})
    live(state, 60, police=1.5)
    assert state.forces.borrowed.tolist() == [0.0, 0.5, 0.0]
    assert state.forces.owed == pytest.approx([0.0, 0.1, 0.0], abs=1e-6)
    # Nothing is called in while the campaign lasts.
    assert capacity(state) == pytest.approx([1.0, 1.5, 1.0])
    live(state, 1)
    assert state.forces.borrowed.tolist() == [0.0] * 3
    assert capacity(state)[1] == pytest.approx(1.0 - 0.1 * 0.5 ** (1 / 60), abs=1e-6)
    live(state, 59)
    assert capacity(state)[1] == pytest.approx(0.95, abs=1e-6)
    live(state, 3000)
    assert capacity(state).tolist() == [1.0] * 3


def test_a_day_of_campaign_owes_next_to_nothing():
    state = empty_state(**{P + "campaign_dip": 0.4, P + "campaign_rest_days": 60})
    live(state, 1, police=1.5)
    live(state, 1)
    assert 0.99 < capacity(state)[1] < 1.0


def test_fewer_police_than_usual_borrow_and_owe_nothing():
    state = empty_state()
    live(state, 100, police=0.5)
    assert capacity(state).tolist() == [1.0, 0.5, 1.0]
    live(state, 1)
    assert capacity(state).tolist() == [1.0] * 3


def test_liaison_officers_are_missing_at_home_and_work_in_the_host():
    """TA has 40 investigators, HO 20; each of 10 sent adds half an investigator's work."""
    state = empty_state(**{P + "liaison_lent": 0.5})
    state.levers.move("liaison", (0, 1), 10)
    assert at_work(state) == pytest.approx([30.0, 25.0, state.forces.investigators[2]])


def test_nobody_sends_more_officers_than_there_are():
    state = empty_state(**{P + "liaison_lent": 0.5})
    state.levers.move("liaison", ([0, 0], [1, 2]), 60)
    assert liaison(state)[0] == pytest.approx([0.0, 20.0, 20.0])
    assert at_work(state)[:2] == pytest.approx([0.0, 30.0])


def test_police_borrowed_and_lent_are_counted():
    state = empty_state()
    state.levers.move("police", 1, 1.5)
    state.levers.move("liaison", (0, 1), 7)
    investigation(state)
    assert flow(state, "police_borrowed") == [0, 10, 0]
    assert flow(state, "police_lent") == [7, 0, 0]


def test_a_campaign_works_more_cases_and_searches_more_sites():
    """HO has people for five cases and officers for one site; three times as many for fifteen and for three."""
    for police, cases, sites in ((1.0, 5, 1), (3.0, 12, 3)):
        state = empty_state(**{P + "progress": 5.0, P + "precision": 1.0, P + "tip_off": 0.0, P + "warrant": 4.0,
                               P + "half_life_weeks": 520.0, "countries__HO__police__officers": 25,
                               "syndicates__Red__dens_most": 20})
        state.levers.move("police", 1, police)
        for _ in range(12):
            add_file(state, 1, add_den(state), strength=1.0)
        before = state.evidence.strength.copy()
        investigation(state)
        worked = int((state.evidence.strength > before).sum())
        assert cases - 1 <= worked <= cases
        state.evidence.strength[...] = 5.0
        state.day = 3
        raids(state)
        assert flow(state, "searches") == [0, sites, 0]


def test_trust_grows_by_a_share_of_what_is_missing():
    state = empty_state(**{P + "trust_start": 0.2})
    pairs = state.forces.trust > 1.0
    pairs[0, 1] = True
    gain_trust(state, pairs, 0.5)
    assert state.forces.trust[0] == pytest.approx([0.2, 0.6, 0.2])
    assert state.forces.trust[1:].tolist() == [[0.2] * 3] * 2
