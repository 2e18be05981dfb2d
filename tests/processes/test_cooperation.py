from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support import FALSE_ALARM, NEVER, add_den, add_file, assert_share, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.ledgers.evidence import court_weights
from fraudsim.processes.cooperation import cooperation

P = "parameters__investigation__"
# Nobody asks, and forces do not trust each other unless a test says so.
QUIET = {P + "ask_at": 50.0, P + "trust_start": 0.0, P + "warrant": 4.0, "syndicates__Red__dens_most": 1000}


def ground(dens: int = 1, zone: int = 0, **settings):
    state = empty_state(**{**QUIET, **settings})
    for _ in range(dens):
        add_den(state, zone=zone)
    return state


def live(state, days: int = 1) -> None:
    for _ in range(days):
        cooperation(state)
        state.day += 1


def test_a_force_asks_the_host_once_it_has_enough_and_waits():
    state = ground(2, **{P + "ask_at": 2.0, P + "answer_days": 100, P + "answer_sigma": 0.0})
    below, above = add_file(state, 0, 0, strength=1.99), add_file(state, 0, 1, strength=2.5)
    own = add_file(state, 1, 1, strength=3.0)
    live(state)
    assert state.evidence.asked.tolist() == [NEVER, 0, NEVER]
    assert state.evidence.answer_due[[below, above, own]].tolist() == [NEVER, 100, NEVER]


@pytest.mark.parametrize(("zone", "share"), [(0, 0.5 * 0.9), (1, 0.5 * 0.5)])
def test_an_answer_confirms_for_both_forces_unless_the_den_is_protected(zone, share):
    state = ground(400, zone, **{P + "answered_share": 0.5, P + "precision": 1.0})
    for den in range(400):
        add_file(state, 0, den, strength=0.0, asked=0, answer_due=7)
    live(state, 7)
    assert len(state.evidence) == 400
    assert flow(state, "answers") == [0, 0, 0]
    live(state)
    e = state.evidence
    answered = e.strength[:400] > 0
    assert_share(answered.sum(), 400, share)
    assert set(e.den[400:].tolist()) == set(np.flatnonzero(answered).tolist())
    assert (e.force[400:] == 1).all()
    assert (e.strength[400:] == 1.0).all()
    assert (e.asked == NEVER).all()
    assert (e.answer_due == NEVER).all()
    # Every request is answered, though little may come of it.
    assert flow(state, "answers") == [0, 400, 0]
    assert flow(state, "answer_days") == [0, 2800, 0]


def test_where_the_owner_is_exposed_nobody_shields_a_den_from_an_answer():
    state = ground(400, 1, **{P + "answered_share": 1.0, P + "precision": 1.0})
    state.syndicates.exposed_until[0] = 1
    for den in range(400):
        add_file(state, 0, den, strength=0.0, asked=-7, answer_due=0)
    live(state)
    assert (state.evidence.strength == 1.0).all()


def test_answer_times_are_lognormal():
    state = ground(300, **{P + "ask_at": 1.0, P + "answer_days": 180, P + "answer_sigma": 0.7})
    for den in range(300):
        add_file(state, 0, den, strength=1.5)
    live(state)
    assert stats.kstest(np.log(state.evidence.answer_due), stats.norm(np.log(180), 0.7).cdf).pvalue > FALSE_ALARM


@pytest.mark.parametrize(("trust", "officers", "days"), [(0.0, 0, 100), (1.0, 0, 50), (0.5, 0, 75), (0.0, 10, 40),
                                                         (0.5, 10, 30)])
def test_trust_and_liaison_officers_shorten_an_answer(trust, officers, days):
    """100 days x (1 - 0.5 trust) / (1 + 0.15 officers)."""
    state = ground(1, **{P + "ask_at": 1.0, P + "answer_days": 100, P + "answer_sigma": 0.0, P + "trust_delay": 0.5,
                         P + "liaison_gain": 0.15, P + "trust_start": 0.0, P + "trust_half_weeks": 1000.0})
    state.forces.trust[1, 0] = trust
    state.forces.trust[0, 1] = 0.123  # what the asker thinks of the host does not matter
    state.levers.move("liaison", (0, 1), officers)
    state.day = 7
    state.constants[_trust_kept()] = 1.0
    add_file(state, 0, 0, strength=1.5)
    live(state)
    assert state.evidence.answer_due.tolist() == [7 + days]


def _trust_kept():
    from fraudsim.processes.cooperation import trust_kept

    return trust_kept


def test_trust_grows_with_every_meeting_for_both_and_fades_to_what_it_was():
    state = ground(0, **{P + "trust_start": 0.2, P + "trust_meeting": 0.5, P + "trust_half_weeks": 1.0})
    for pair in ((0, 1), (1, 0)):
        state.levers.move("meetings", pair, 2.0)
    live(state)
    # 0.2, then half of what is missing twice: 0.6, 0.8.
    assert state.forces.trust[0] == pytest.approx([0.2, 0.8, 0.2])
    assert state.forces.trust[1] == pytest.approx([0.8, 0.2, 0.2])
    assert flow(state, "meetings") == [2, 2, 0]
    state.levers.reset()
    live(state, 7)
    assert state.forces.trust[0, 1] == pytest.approx(0.5)
    live(state, 200 * 7)
    assert state.forces.trust[0, 1] == pytest.approx(0.2)


def test_a_fourth_of_a_meeting_a_week_is_one_in_four_weeks_and_takes_two():
    state = ground(0)
    held = []
    for _ in range(1600):
        state.levers.move("meetings", ([0, 1], [1, 0]), 0.25)
        state.flows.today.fill(0)
        live(state, 1)
        held.append(flow(state, "meetings")[:2])
        state.levers.reset()
        state.day += 6
    assert all(a == b for a, b in held)
    assert_share(sum(a for a, _ in held), 1600, 0.25)


def test_without_meetings_trust_stays_what_it_is_to_the_bit():
    state = ground(0, **{P + "trust_start": 0.37})
    live(state, 100)
    assert (state.forces.trust == 0.37).all()


def shared(state, share: float = 1.0, giver: int = 0, to: int = 1) -> None:
    state.levers.move("sharing", (giver, to), share)


@pytest.mark.parametrize(("share", "trust", "expected"), [(0.5, 1.0, 0.5), (1.0, 0.3, 0.3), (0.5, 0.5, 0.25)])
def test_files_are_passed_as_far_as_policy_asks_and_trust_allows(share, trust, expected):
    state = ground(1000, **{P + "evidence_transfer": 1.0, P + "trust_start": trust})
    for den in range(1000):
        add_file(state, 0, den, strength=1.0)
    shared(state, share)
    live(state)
    assert_share(len(state.evidence) - 1000, 1000, expected)
    assert flow(state, "files_shared") == [len(state.evidence) - 1000, 0, 0]
    assert (state.evidence.force[1000:] == 1).all()


def test_a_file_is_passed_to_a_force_once():
    state = ground(1, **{P + "trust_start": 1.0, P + "evidence_transfer": 1.0})
    add_file(state, 0, 0, strength=2.0)
    shared(state)
    live(state, 70)
    e = state.evidence
    assert e.strength.tolist() == [2.0, 1.0]
    assert e.received.tolist() == [0.0, 1.0]
    assert e.passed.tolist() == [[False, True, False], [False] * 3]


def test_what_was_received_does_not_go_round_in_circles():
    state = ground(1, **{P + "trust_start": 1.0, P + "evidence_transfer": 1.0})
    add_file(state, 0, 0, strength=2.0)
    shared(state)
    shared(state, giver=1, to=0)
    live(state, 70)
    assert state.evidence.strength.tolist() == [2.0, 1.0]
    # What the host finds itself is passed back, once.
    state.evidence.strength[1] += 1.0
    live(state, 70)
    assert state.evidence.strength.tolist() == [3.0, 2.0]
    assert flow(state, "files_shared") == [1, 1, 0]


def test_files_go_to_the_forces_they_concern():
    """The den stands in HO and calls TA: XX has nothing to do with it, and its own file concerns both."""
    state = ground(1, **{P + "trust_start": 1.0, P + "evidence_transfer": 1.0})
    add_file(state, 2, 0, strength=1.0)
    for giver in range(3):
        for to in range(3):
            shared(state, giver=giver, to=to)
    live(state, 70)
    e = state.evidence
    assert sorted(e.force.tolist()) == [0, 1, 2]
    assert e.strength.tolist() == [1.0, 1.0, 1.0]


def test_less_than_a_confirmation_is_not_passed_on():
    state = ground(1, **{P + "trust_start": 1.0})
    add_file(state, 0, 0, strength=0.6, astray=0.3)
    shared(state)
    live(state, 7)
    assert len(state.evidence) == 1


def test_what_is_passed_on_is_as_right_as_the_file():
    state = ground(2000, **{P + "trust_start": 1.0, P + "evidence_transfer": 1.0})
    for den in range(2000):
        add_file(state, 0, den, strength=3.0, astray=1.0)
    shared(state)
    live(state)
    got = state.evidence.force == 1
    assert_share((state.evidence.strength[got] > 0).sum(), 2000, 0.75)
    assert (state.evidence.strength[got] + state.evidence.astray[got] == 1.0).all()


@pytest.mark.parametrize(("transfer", "legal", "lever", "weight"), [
    (0.5, ("", ""), 0.0, 0.5), (0.5, ("civil", "common"), 0.0, 0.5), (0.5, ("civil", "civil"), 0.0, 0.625),
    (0.5, ("", ""), 0.5, 0.75), (0.5, ("civil", "civil"), 1.0, 1.0), (1.0, ("civil", "civil"), 0.0, 1.0)])
def test_courts_weigh_evidence_from_abroad(transfer, legal, lever, weight):
    """0.5; a fourth of the rest within one tradition; half of the rest by an agreement. The host has a file at that."""
    state = ground(1, **{P + "trust_start": 1.0, P + "evidence_transfer": transfer, P + "legal_match": 0.25,
                         "countries__TA__legal": legal[0], "countries__HO__legal": legal[1]})
    state.levers.move("evidence_transfer", (1, 0), lever)
    weights = court_weights(state)
    assert weights[1, 0] == pytest.approx(weight)
    assert np.diag(weights).tolist() == [1.0] * 3
    add_file(state, 0, 0, strength=1.0)
    shared(state)
    live(state)
    assert state.evidence.strength.tolist() == [1.0, pytest.approx(weight)]


@pytest.mark.parametrize(("zone", "to", "chance"), [(0, 1, 0.1 * 0.4), (1, 1, 0.5 * 0.4), (1, 0, 0.0)])
def test_files_passed_to_a_force_whose_officials_protect_the_den_leak(zone, to, chance):
    state = ground(2000, zone, **{P + "trust_start": 1.0, P + "shared_leak": 0.4})
    giver = 1 - to
    for den in range(2000):
        add_file(state, giver, den, strength=1.0)
    shared(state, giver=giver, to=to)
    live(state)
    assert_share(state.dens.alarmed.sum(), 2000, chance)
    assert flow(state, "files_leaked") == [0, state.dens.alarmed.sum(), 0]


def test_a_leak_names_the_right_den_only_and_a_den_that_is_gone_hears_nothing():
    state = ground(200, 1, **{P + "trust_start": 1.0, P + "shared_leak": 1.0})
    state.zones.protection[...] = 1.0
    for den in range(200):
        add_file(state, 0, den, strength=float(den < 100), astray=float(den >= 100))
    state.dens.status[:50] = DenStatus.CLOSED
    shared(state)
    live(state)
    assert np.flatnonzero(state.dens.alarmed).tolist() == list(range(50, 100))


def test_cooperation_works_once_a_week():
    state = ground(1, **{P + "trust_start": 1.0})
    add_file(state, 0, 0, strength=1.0)
    shared(state)
    state.day = 1
    live(state, 6)
    assert len(state.evidence) == 1
    live(state)
    assert len(state.evidence) == 2
