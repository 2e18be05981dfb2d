from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal, assert_sign
from support import empty_state, simulation, small_world

from fraudsim.interventions.liaison_teams import LiaisonTeams
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

NAME = "liaison-teams"
INV = "parameters__investigation__"
# Reports give TA files on dens abroad, and it asks about every one.
SETTINGS = {INV + "ask_at": 1.0, INV + "trace_share": 1.0, "countries__TA__report_share": 0.5, "days": 100}


def test_officers_go_from_the_sender_to_every_other():
    state = empty_state()
    state.policy = (LiaisonTeams(start=5, end=8, ramp=2, intensity=0.5, countries=("HO", "TA", "XX"), sender="TA",
                                 officers=8),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        expected = np.zeros((3, 3))
        expected[0, 1:] = 8 * force
        assert state.levers.liaison == pytest.approx(expected)


def test_requests_are_answered_sooner():
    """An arm without effect passes once in 10,000 times."""
    assert_proximal(NAME, "start=0,officers=10", **SETTINGS)


def test_officers_sent_are_counted_as_lent():
    run = simulation(small_world(**SETTINGS), f"{NAME}:start=0,officers=40")
    run.run(2)
    assert run.record()[-1, POSITION["police_lent"]].tolist() == [40, 0, 0]


def test_the_officers_are_missing_from_the_senders_own_cases():
    """HO, where the dens are, sends all of its investigators to TA: its own cases ripen more rarely."""
    world = {INV + "progress": 1.0, INV + "tip_off": 0.005, INV + "warrant": 4.0, "countries__TA__report_share": 0.0,
             "days": 100}
    assert_sign(f"{NAME}:start=0,sender=HO,officers=20", "searches", "down", **world)


def test_nothing_at_zero_intensity():
    runs = [simulation(small_world(), arm) for arm in ("", f"{NAME}:intensity=0.0")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(runs[0].record(), runs[1].record())


def test_the_sender_pays_for_officers_abroad():
    run = simulation(small_world(), f"{NAME}:start=3,end=40,intensity=0.5,officers=8,daily_cost=10,fixed_cost=7,"
                                    "cost_per_officer=300")
    run.run(60)
    both = 100 * (37 * 5) + 350
    paid = run.record()[:, POSITION["public_cost"], :].sum(axis=0)
    assert paid.tolist() == [both + 37 * 4 * 30000, both, 0]


@pytest.mark.parametrize(("settings", "line"), [
    ({"countries": ("TA",), "sender": "TA"}, "countries: nobody but the sender; allowed: two and more"),
    ({"countries": ("TA", "HO"), "sender": "XX"}, "sender: no country taking part 'XX'; known: HO, TA"),
    ({"countries": ("TA", "HO", "XX"), "sender": "TA", "officers": 21},
     "officers: 42 in all; allowed: at most 40, the investigators of 'TA'")])
def test_what_does_not_fit_is_refused(settings, line):
    assert LiaisonTeams(**settings).check(small_world()) == [line]
