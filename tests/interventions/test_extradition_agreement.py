from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal, assert_sign
from support import empty_state, simulation, small_world

from fraudsim.interventions.extradition_agreement import ExtraditionAgreement
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

NAME = "extradition-agreement"
J, INV = "parameters__justice__", "parameters__investigation__"
# Many arrests, all of them asked for, nobody recognised as a victim.
SETTINGS = {J + "screening_days": 2, J + "request_share": 1.0, J + "screening_sensitivity": 0.0, INV + "tip_off": 0.03,
            "days": 100}


def test_levers_follow_window_ramp_and_intensity_for_every_pair():
    state = empty_state()
    state.policy = (ExtraditionAgreement(start=5, end=8, ramp=2, intensity=0.5, countries=("TA", "HO"), delay=0.4,
                                         refusal=0.2, evidence=0.6),)
    pair = np.zeros((3, 3))
    pair[[0, 1], [1, 0]] = 1.0
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.treaty_delay == pytest.approx(1.0 - 0.6 * force * pair)
        assert state.levers.treaty_refusal == pytest.approx(1.0 - 0.8 * force * pair)
        assert state.levers.evidence_transfer == pytest.approx(0.6 * force * pair)
        assert ((state.levers.agreement > 0.0) == (pair * force > 0.0)).all()


def test_suspects_wait_less():
    """An arm without effect passes once in 10,000 times."""
    assert_proximal(NAME, "start=0,delay=0.3", **SETTINGS)


def test_where_there_was_no_treaty_trafficked_people_are_handed_over_and_punished():
    """Without a treaty all are deported, here, and nobody is punished."""
    assert_sign(f"{NAME}:start=0", "trafficked_punished", "up", treaties__0__host="XX",
                **{**SETTINGS, J + "convicted_share": 0.0, J + "agreement_days": 10.0, J + "agreement_batch_days": 5})


def test_nothing_at_zero_intensity():
    runs = [simulation(small_world(), arm) for arm in ("", f"{NAME}:intensity=0.0")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(runs[0].record(), runs[1].record())


def test_the_host_pays_for_every_hand_over():
    run = simulation(small_world(**SETTINGS), f"{NAME}:start=3,end=90,delay=0.2,daily_cost=10,fixed_cost=7")
    run.run(100)
    record = run.record()
    over = record[:90, POSITION["handed_over"]].sum(axis=0) - record[:2, POSITION["handed_over"]].sum(axis=0)
    assert over[1] > 0
    both = 100 * (87 * 10 + 7)
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == [both, both + 300000 * over[1], 0]


def test_one_side_is_refused():
    assert ExtraditionAgreement(countries=("TA",)).check(small_world()) == [
        "countries: an agreement has two sides; allowed: two and more"]
