from __future__ import annotations

import numpy as np
import pytest
from support import (
    add_den,
    add_file,
    add_workers,
    assert_poisson,
    assert_share,
    empty_state,
    flow,
)

from fraudsim.agents.den import DenStatus
from fraudsim.ledgers.orders import JointOrder
from fraudsim.ledgers.tables import OperationStatus
from fraudsim.processes.investigation import investigation
from fraudsim.processes.raids import raids

P, R = "parameters__investigation__", "parameters__raids__"
# Nobody notices, works, answers: evidence changes only by what a test adds.
QUIET = {P + "tip_off": 0.0, P + "progress": 0.0, P + "refute": 0.0, P + "ask_at": 50.0, P + "warrant": 4.0,
         "syndicates__Red__dens_most": 1000}
ORDER = JointOrder(lead=0, hosts=(1,), earliest=0, strength=0.5, officers=300, most=0)
EVERYBODY = JointOrder(lead=0, hosts=(1,), earliest=0, strength=1.0, officers=300, most=0)


def ground(dens: int = 1, zone: int = 0, **settings):
    state = empty_state(**{**QUIET, **settings})
    for _ in range(dens):
        add_den(state, zone=zone)
    return state


def live(state, days: int = 1, orders=()) -> None:
    for _ in range(days):
        state.orders[:] = orders
        investigation(state)
        state.day += 1


def test_evidence_goes_stale_by_half_in_its_half_life():
    state = ground(**{P + "half_life_weeks": 26.0})
    row = add_file(state, 1, 0, strength=3.0, astray=1.0)
    live(state, 1)
    assert state.evidence.strength[row] == pytest.approx(3.0 * 2 ** (-1 / 26), rel=0.001)
    live(state, 6)
    assert state.evidence.strength[row] == pytest.approx(3.0 * 2 ** (-1 / 26), rel=0.001)
    live(state, 25 * 7)
    assert state.evidence.strength[row] == pytest.approx(1.5, rel=1e-6)
    assert state.evidence.astray[row] == pytest.approx(0.5, rel=1e-6)


def test_a_half_life_of_one_week_halves_in_a_week():
    state = ground(**{P + "half_life_weeks": 1.0})
    row = add_file(state, 1, 0, strength=3.0)
    live(state)
    assert state.evidence.strength[row] == 1.5


@pytest.mark.parametrize(("zone", "chance"), [(0, 7 * 0.02 * 0.9), (1, 7 * 0.02 * 0.5)])
def test_dens_are_noticed_less_where_they_are_protected(zone, chance):
    state = ground(600, zone, **{P + "tip_off": 0.02, P + "precision": 1.0, P + "half_life_weeks": 520.0,
                                P + "warrant": 50.0})
    noticed = 0
    for _ in range(30):
        live(state, 7)
        noticed += round(state.evidence.strength.sum())
        state.evidence.strength[...] = 0.0
    assert_share(noticed, 600 * 30, chance)
    assert (state.evidence.force == 1).all()


def test_closed_dens_are_not_noticed():
    state = ground(20, **{P + "tip_off": 1.0})
    state.dens.status[...] = DenStatus.CLOSED
    live(state, 50)
    assert len(state.evidence) == 0


def test_forces_work_their_own_cases_only():
    """TA has nobody to work; HO has plenty, and does not touch TA's files."""
    state = ground(12, **{P + "progress": 5.0, P + "precision": 1.0, "countries__TA__police__investigators": 0.0,
                          "countries__HO__police__investigators": 1e5})
    for den in range(12):
        add_file(state, 0, den, strength=1.0)
    add_file(state, 1, 0, strength=1.0)
    live(state)
    assert (state.evidence.strength[:12] < 1.0).all()
    assert state.evidence.strength[12] > 1.0


def test_a_strike_comes_tomorrow_at_the_earliest():
    state = ready(4, **{R + "authorise_days": 0})
    live(state, 1, [ORDER])
    assert state.operations.strike_day.tolist() == [1]


def test_a_force_works_the_strongest_cases_it_has_people_for():
    state = ground(12, **{P + "progress": 5.0, P + "precision": 1.0, P + "investigators_per_case": 4.0})
    # HO has 20 investigators: five cases.
    for den in range(12):
        add_file(state, 1, den, strength=1.0 + den / 100)
    before = state.evidence.strength.copy()
    live(state)
    worked = np.flatnonzero(state.evidence.strength > before)
    assert set(worked.tolist()) <= set(range(7, 12))
    assert worked.size > 1


@pytest.mark.parametrize(("lent", "cases"), [(0.0, 5), (0.5, 2), (1.0, 0)])
def test_investigators_lent_are_missing_for_own_cases(lent, cases):
    """HO has people for five cases, and lends some to an operation in XX, where no case is known."""
    state = ground(12, **{P + "progress": 5.0, P + "precision": 1.0, P + "investigators_per_case": 4.0})
    for den in range(12):
        add_file(state, 1, den, strength=1.0 + den / 100)
    before = state.evidence.strength.copy()
    live(state, 1, [JointOrder(1, (2,), 0, lent, 300, 0)])
    assert state.forces.lent.tolist() == [0.0, lent, lent]
    # A week without any confirmation has a chance of exp(-5) a case.
    assert np.flatnonzero(state.evidence.strength > before).tolist() == list(range(12 - cases, 12))


def gone(status, **settings):
    """Return a state with 500 files of HO on dens that left, all of them worked."""
    state = ground(500, **{P + "half_life_weeks": 520.0, P + "warrant": 50.0, P + "precision": 0.75,
                           "countries__HO__police__investigators": 1e5, **settings})
    state.dens.status[...] = status
    for den in range(500):
        add_file(state, 1, den, strength=2.0, astray=1.0)
    return state


@pytest.mark.parametrize("status", [DenStatus.MOVED, DenStatus.CLOSED, DenStatus.DISMANTLED])
def test_work_on_a_den_that_is_gone_confirms_nothing_but_wrong_addresses(status):
    state = gone(status, **{P + "progress": 0.5})
    kept = 0.5 ** (1 / 520)
    live(state)
    assert state.evidence.strength == pytest.approx(np.full(500, 2.0 * kept))
    # A quarter of the 250 confirmations goes astray.
    assert_share((state.evidence.astray > 1.0).sum(), 500, 0.25 * (1 - np.exp(-0.5)))


@pytest.mark.parametrize(("status", "emptied"), [(DenStatus.LYING_LOW, False), (DenStatus.MOVED, True),
                                                 (DenStatus.CLOSED, True)])
def test_work_may_show_that_a_house_is_empty(status, emptied):
    state = gone(status, **{P + "refute": 0.3})
    live(state)
    refuted = state.evidence.astray == 0.0
    assert_share(refuted.sum(), 500, 0.3)
    assert ((state.evidence.strength == 0.0) == (refuted & emptied)).all()


def test_joint_casework_enters_the_files_of_the_host():
    state = ground(2, zone=0, **{P + "progress": 5.0, P + "precision": 1.0, P + "half_life_weeks": 520.0,
                                 P + "evidence_transfer": 0.0, P + "warrant": 50.0})
    abroad = add_den(state, zone=2)
    for den in (0, 1, abroad):
        add_file(state, 0, den, strength=0.1)
    live(state, 1, [JointOrder(0, (1, 2), 0, 1.0, 300, 0)])
    e = state.evidence
    assert e.strength[:3] == pytest.approx(np.full(3, 0.1 * 0.5 ** (1 / 520)))
    assert sorted(zip(e.den[3:].tolist(), e.force[3:].tolist())) == [(0, 1), (1, 1), (abroad, 2)]
    assert (e.strength[3:] >= 1.0).all()


def test_operations_work_on_while_the_court_takes_its_time():
    state = ready(4, **{P + "progress": 5.0, P + "precision": 1.0, P + "half_life_weeks": 520.0,
                        R + "authorise_days": 21})
    live(state, 1, [EVERYBODY])
    assert state.operations.status.tolist() == [OperationStatus.AUTHORISING]
    gained, strike = state.evidence.strength.copy(), state.operations.strike_day.tolist()
    live(state, 7, [EVERYBODY])
    # Everybody is lent, so what the host's files gain comes from the operation.
    assert (state.evidence.strength > gained + 0.9).all()
    assert state.operations.status.tolist() == [OperationStatus.AUTHORISING]
    assert state.operations.strike_day.tolist() == strike


def test_work_confirms_at_its_rate_right_or_wrong_and_refutes():
    state = ground(500, **{P + "progress": 0.5, P + "precision": 0.75, P + "refute": 0.0, P + "warrant": 50.0,
                           P + "half_life_weeks": 520.0, "countries__HO__police__investigators": 1e5})
    for den in range(500):
        add_file(state, 1, den, strength=1.0)
    before = float(state.evidence.strength.sum()) * (1 - np.log(2) / 520)
    live(state)
    right, wrong = state.evidence.strength.sum() - before, state.evidence.astray.sum()
    assert_poisson(round(right + wrong), 250)
    # A file's gains of a week go one way together, so right and wrong are counted by files.
    gained = (state.evidence.strength > 1.0) | (state.evidence.astray > 0.0)
    assert_share((state.evidence.astray[gained] == 0.0).sum(), gained.sum(), 0.75)
    state = ground(500, **{P + "refute": 0.3, "countries__HO__police__investigators": 1e5})
    for den in range(500):
        add_file(state, 1, den, strength=1.0, astray=2.0)
    live(state)
    assert_share((state.evidence.astray == 0.0).sum(), 500, 0.3)


def test_an_order_opens_one_operation_and_lends_investigators_while_it_lasts():
    state = ground()
    live(state, 3, [ORDER])
    o = state.operations
    assert (o.lead.tolist(), o.hosts.tolist(), o.joint.tolist()) == ([0], [[False, True, False]], [True])
    assert o.status.tolist() == [OperationStatus.PREPARING]
    assert o.opened.tolist() == [0]
    assert state.forces.lent.tolist() == [0.5, 0.5, 0.0]
    live(state, 1)
    assert o.status.tolist() == [OperationStatus.ENDED]
    assert state.forces.lent.tolist() == [0.0] * 3


def struck_on_the_last_day():
    """Return a state in which the window of an order ended with the strike."""
    state = ground()
    live(state, 2, [ORDER])
    state.operations.status[0] = OperationStatus.STRUCK
    live(state, 3)
    return state


def test_investigators_come_back_when_the_window_ends_with_the_strike():
    assert struck_on_the_last_day().forces.lent.tolist() == [0.0] * 3


def test_after_a_strike_the_same_order_prepares_the_next_up_to_its_limit():
    for most, operations in ((0, 2), (1, 1), (2, 2)):
        order = JointOrder(0, (1,), 0, 0.5, 300, most)
        state = ground()
        live(state, 2, [order])
        state.operations.status[0] = OperationStatus.STRUCK
        live(state, 2, [order])
        assert len(state.operations) == operations
        assert state.forces.lent[0] == (0.5 if operations == 2 else 0.0)


def ready(strong: int = 4, known: int = 0, **settings):
    state = ground(strong + known, **{R + "sites_least": 3, R + "ready_share": 0.8, R + "authorise_days": 21,
                                      R + "leak_share": 0.0, R + "patience_weeks": 6, **settings})
    for den in range(strong + known):
        add_file(state, 1, den, strength=5.0 if den < strong else 2.0)
    return state


def test_a_joint_operation_strikes_when_most_known_sites_are_ready():
    state = ready(4)
    live(state, 1, [ORDER])
    assert state.operations.status.tolist() == [OperationStatus.AUTHORISING]
    assert state.operations.ready.tolist() == [4]
    assert state.operations.strike_day.tolist() == [21]


@pytest.mark.parametrize(("strong", "known"), [(2, 0), (4, 4)])
def test_it_waits_while_few_are_ready_and_strikes_when_nothing_new_turns_up(strong, known):
    state = ready(strong, known, **{P + "half_life_weeks": 520.0})
    live(state, 6 * 7, [ORDER])
    assert state.operations.status.tolist() == [OperationStatus.PREPARING]
    live(state, 1, [ORDER])
    assert state.operations.status.tolist() == [
        OperationStatus.AUTHORISING if strong >= 3 else OperationStatus.PREPARING]


@pytest.mark.parametrize(("officers", "status"), [(4 * 25 + 24, OperationStatus.AUTHORISING),
                                                  (5 * 25, OperationStatus.PREPARING)])
def test_it_strikes_at_once_where_officers_would_not_do_for_more(officers, status):
    state = ready(4, 8, **{R + "officers_per_site": 25})
    live(state, 1, [JointOrder(0, (1,), 0, 0.5, officers, 0)])
    assert state.operations.status.tolist() == [status]


def test_no_strike_comes_before_the_earliest_day():
    state = ready(4)
    live(state, 1, [JointOrder(0, (1,), 90, 0.5, 300, 0)])
    assert state.operations.strike_day.tolist() == [90]


def test_evidence_from_abroad_counts_as_far_as_the_court_accepts_it():
    for transfer, ready_sites in ((0.0, 0), (0.5, 0), (1.0, 3)):
        state = ground(3, **{P + "evidence_transfer": transfer, R + "leak_share": 0.0})
        for den in range(3):
            add_file(state, 0, den, strength=5.0)
        live(state, 1, [ORDER])
        assert state.operations.ready.tolist() == [ready_sites]


def test_files_of_both_forces_add_up_and_wrong_addresses_look_ready_too():
    state = ground(3, **{P + "evidence_transfer": 0.5, R + "leak_share": 0.0})
    add_file(state, 0, 0, strength=5.0)
    add_file(state, 1, 0, strength=2.0)
    add_file(state, 1, 1, astray=5.0)
    live(state, 1, [ORDER])
    assert state.operations.ready.tolist() == [2]


@pytest.mark.parametrize(("zone", "share"), [(0, 0.1), (1, 0.5)])
def test_protectors_leak_the_date(zone, share):
    state = ground(200, zone, **{R + "leak_share": 1.0, R + "sites_least": 1})
    for den in range(200):
        add_file(state, 1, den, strength=5.0)
    live(state, 1, [ORDER])
    assert_share(state.dens.alarmed.sum(), 200, share)
    assert flow(state, "dens_tipped_off") == [0, state.dens.alarmed.sum(), 0]


def test_an_operation_goes_from_order_to_strike():
    state = ready(4, **{R + "find_share": 1.0})
    for den in range(4):
        add_workers(state, den, 3)
    for _ in range(22):
        state.orders[:] = [ORDER]
        investigation(state)
        raids(state)
        state.day += 1
    joint = state.operations.joint
    assert state.operations.status[joint].tolist()[0] == OperationStatus.STRUCK
    # Single raids come in the meantime: dens with a warrant are searched by the host on its own.
    assert (state.dens.status == DenStatus.DISMANTLED).all()


def test_an_operation_waits_for_the_earliest_day_of_its_own_order_only():
    state = ready(4)
    live(state, 1, [ORDER, JointOrder(0, (1, 2), 300, 0.5, 300, 0), JointOrder(1, (1,), 200, 0.5, 300, 0)])
    own = (state.operations.lead == 0) & ~state.operations.hosts[:, 2]
    assert state.operations.strike_day[own].tolist() == [21]


def test_files_that_suffice_are_noted_once_and_sites_by_the_hosts_own_file():
    state = ground(3, **{P + "half_life_weeks": 520.0})
    state.day = 1
    rows = [add_file(state, 1, 0, strength=4.0), add_file(state, 1, 1, astray=4.5), add_file(state, 0, 2, strength=9.0),
            add_file(state, 1, 2, strength=3.9)]
    investigation(state)
    assert state.evidence.ready_on[rows].tolist() == [1, 1, 1, 32767]
    assert flow(state, "sites_ready") == [0, 2, 0]
    state.day = 2
    state.evidence.strength[rows[0]] = 0.0
    investigation(state)
    state.evidence.strength[rows[0]] = 9.0
    investigation(state)
    assert state.evidence.ready_on[rows].tolist() == [1, 1, 1, 32767]
    assert flow(state, "sites_ready") == [0, 2, 0]


def test_days_to_readiness_count_known_dens_that_stand_and_are_not_ready():
    """Known and not ready: dens 0 and 1. Den 2 is ready, 3 is closed, of 4 nobody knows."""
    state = ground(5, **{P + "half_life_weeks": 520.0})
    add_file(state, 1, 0, strength=1.0)
    add_file(state, 0, 1, strength=9.0, ready_on=-3)
    add_file(state, 1, 2, strength=9.0, ready_on=-3)
    add_file(state, 1, 3, strength=1.0)
    state.dens.status[3] = DenStatus.CLOSED
    live(state, 7)
    assert flow(state, "sites_ready_days") == [0, 14, 0]
    live(state)
    assert flow(state, "sites_ready_days") == [0, 28, 0]


def test_a_file_knows_when_it_was_opened():
    state = ground(1)
    state.day = 12
    row = add_file(state, 1, 0)
    assert state.evidence.opened[row] == 12


def test_where_the_owner_is_exposed_dens_are_noticed_as_if_nobody_protected_them():
    state = ground(4000, 1, **{P + "tip_off": 0.02, P + "precision": 1.0, "syndicates__Red__dens_most": 5000})
    state.zones.protection[...] = 1.0
    live(state)
    assert len(state.evidence) == 0
    state.syndicates.exposed_until[0] = 8
    live(state, 7)
    assert_share(len(state.evidence), 4000, 7 * 0.02)
