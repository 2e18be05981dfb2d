from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal, assert_sign, outcomes
from support import empty_state, simulation, small_world

from fraudsim.agents.worker import Control, WorkerStatus
from fraudsim.interventions.return_notice import ReturnNotice
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

PLACES = "surrender=0.02,countries=TA|HO|XX"
CALL = f"{PLACES},deadline=40"


def test_levers_follow_window_intensity_and_deadline():
    state = empty_state()
    state.policy = (ReturnNotice(start=5, end=10, ramp=2, intensity=0.5, countries=("HO",), surrender=0.02, deadline=3,
                                 after_deadline=0.25, leniency=0.8, kin_pressure=0.4),)
    for state.day, force, in_time in ((4, 0.0, False), (5, 0.25, True), (7, 0.5, True), (8, 0.5, False),
                                      (10, 0.0, False)):
        policy(state)
        assert state.levers.surrender == pytest.approx([0.0, 0.02 * force * (1.0 if in_time else 0.25), 0.0])
        assert state.levers.kin_pressure == pytest.approx([0.0, 0.4 * force, 0.0])
        assert state.levers.leniency == pytest.approx([0.0, 0.8 * in_time, 0.0])


def test_workers_surrender():
    assert_proximal("return-notice", CALL)


def test_families_are_pressed_and_without_a_notice_none():
    assert all(o["kin_pressured"] == 0 for o in outcomes(""))
    assert_sign(f"return-notice:{CALL}", "kin_pressured", "up")


def test_trafficked_people_are_punished_after_the_deadline():
    assert_sign(f"return-notice:{PLACES},deadline=0,after_deadline=1.0", "trafficked_punished", "up")


def test_leniency_ends_with_the_deadline():
    run = simulation(small_world(), f"return-notice:start=2,leniency=1.0,{PLACES},deadline=30,after_deadline=1.0")
    run.run(80)
    record = run.record()
    surrenders, lenient = (record[:, POSITION[name]].sum(axis=1) for name in ("surrenders", "surrenders_lenient"))
    assert (lenient[:32] == surrenders[:32]).all()
    assert surrenders[:32].sum() > 0 < surrenders[32:].sum()
    assert lenient[32:].sum() == 0


def test_the_confined_do_not_surrender():
    """No notice reaches them, though their kin are pressed."""
    run = simulation(small_world(parameters__captivity__surrender_indebted=1.0), f"return-notice:start=0,{CALL}")
    confined = None
    for _ in range(60):
        workers = run.state.workers
        confined = np.flatnonzero((workers.control == Control.CONFINED) & np.isin(workers.status, (6, 7)))
        run.run(1)
        assert not (run.state.workers.status[confined] == WorkerStatus.SURRENDERED).any()
    assert run.state.workers.kin_pressed[confined].any()


def test_no_intensity_is_the_baseline_to_the_bit_and_costs_nothing():
    runs = [simulation(small_world(), arm) for arm in
            ("", f"return-notice:intensity=0,daily_cost=500,{CALL}", f"return-notice:start=50,{CALL}")]
    for run in runs:
        run.run(50)
    assert len({run.digest() for run in runs}) == 1
    assert all((run.record() == runs[0].record()).all() for run in runs)


def test_it_costs_what_it_says():
    run = simulation(small_world(), f"return-notice:start=3,end=40,cost_per_return=800,cost_per_family=100,"
                                    f"daily_cost=500,fixed_cost=1000,{CALL}")
    run.run(45)
    record = run.record()
    back, families = (record[:40, POSITION[name], :].sum(axis=0) for name in ("surrenders", "kin_pressured"))
    expected = 100 * 1000 + 100 * 500 * 37 + 100 * 800 * back + 100 * 100 * families
    assert back.sum() > 0 < families.sum()
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == expected.tolist()
