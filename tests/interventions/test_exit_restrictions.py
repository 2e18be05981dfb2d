from __future__ import annotations

import pytest
from paired import assert_proximal, assert_sign, outcomes
from support import empty_state, simulation, small_world

from fraudsim.interventions.exit_restrictions import ExitRestrictions
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

HARD = "screening=0.9,countries=TA|HO|XX"


def test_levers_follow_window_and_intensity():
    state = empty_state()
    state.policy = (ExitRestrictions(start=5, end=8, ramp=2, intensity=0.5, countries=("HO", "XX"), ban=0.8,
                                     screening=0.4, false_positives=0.1),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.exit_ban == pytest.approx([0.0, 0.8 * force, 0.8 * force])
        assert state.levers.exit_screening == pytest.approx([0.0, 0.4 * force, 0.4 * force])
        assert state.levers.exit_screening_wrong == pytest.approx([0.0, 0.1 * force, 0.1 * force])


def test_fewer_recruits_arrive():
    assert_proximal("exit-restrictions", HARD)


def test_some_turn_to_smugglers():
    assert_sign(f"exit-restrictions:{HARD}", "smuggled", "up")


def test_ordinary_travellers_are_stopped_and_without_control_none():
    assert all(o["travellers_stopped_wrongly"] == 0 for o in outcomes(""))
    stopped = [o["travellers_stopped_wrongly"] for o in outcomes(f"exit-restrictions:{HARD}")]
    # The elsewhere has a billion adults: 1e9 x 3e-4 x 0.001 over 68 days in every run.
    assert sum(stopped) == pytest.approx(len(stopped) * 68 * 300, rel=0.01)


def test_where_nobody_is_recruited_nothing_is_won():
    """Control in a country that is no source stops nobody who would have gone to a den."""
    world = small_world()
    world = world.model_copy(update={"syndicates": tuple(
        s.model_copy(update={"sources": {"HO": 1.0}}) for s in world.syndicates)})
    runs = [simulation(world, arm) for arm in ("", "exit-restrictions:screening=0.9,countries=TA")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert runs[1].outcomes()["border_stops"] == 0
    assert runs[1].outcomes()["public_cost"] > 0


def test_it_costs_what_it_says():
    run = simulation(small_world(), "exit-restrictions:start=3,end=40,screening=0.9")
    run.run(39)
    record = run.record()
    stops = record[:, POSITION["border_stops"], :] + record[:, POSITION["travellers_stopped_wrongly"], :]
    expected = 100 * 500 * 36 + 100 * 150 * stops[:38].sum(axis=0)
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == [expected[0], expected[1], 0]
