from __future__ import annotations

import numpy as np
import pytest
from paired import assert_proximal
from support import empty_state, simulation, small_world

from fraudsim.interventions.intelligence_sharing import IntelligenceSharing
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.policy import policy

NAME = "intelligence-sharing"
INV = "parameters__investigation__"
# Many files in TA, from reports; courts accept what is passed on; nothing else joins the two files.
SETTINGS = {INV + "trust_start": 0.5, INV + "evidence_transfer": 1.0, INV + "trace_share": 1.0,
            INV + "answered_share": 0.0, INV + "half_life_weeks": 520.0, "countries__TA__report_share": 0.5,
            "syndicates__Red__dens": 5, "syndicates__Blue__dens": 5, "days": 100}


def test_levers_follow_window_ramp_and_intensity_for_every_pair():
    state = empty_state()
    state.policy = (IntelligenceSharing(start=5, end=8, ramp=2, intensity=0.5, countries=("TA", "HO", "XX"), share=0.4,
                                        meetings=2.0),)
    others = 1.0 - np.eye(3)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert state.levers.sharing == pytest.approx(0.4 * force * others)
        assert state.levers.meetings == pytest.approx(2.0 * force * others)


def test_sites_are_ready_sooner():
    """The host learns what the target's police know; an arm without effect passes once in 10,000 times."""
    assert_proximal(NAME, "start=0,share=1.0", **SETTINGS)


def test_files_leak_where_officials_protect_dens():
    leaked = {}
    for arm in ("", f"{NAME}:start=0,share=1.0"):
        runs = [simulation(small_world(**{**SETTINGS, INV + "shared_leak": 1.0}), arm, seed) for seed in range(4)]
        for run in runs:
            run.run()
        leaked[arm] = [int(run.record()[:, POSITION["files_leaked"]].sum()) for run in runs]
    assert leaked[""] == [0] * 4
    assert sum(leaked[f"{NAME}:start=0,share=1.0"]) > 4


def test_nothing_at_zero_intensity():
    runs = [simulation(small_world(), arm) for arm in ("", f"{NAME}:intensity=0.0")]
    for run in runs:
        run.run(60)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(runs[0].record(), runs[1].record())


def test_it_costs_what_it_says():
    costs = "daily_cost=10,fixed_cost=7"
    run = simulation(small_world(**SETTINGS), f"{NAME}:start=3,end=40,share=1.0,meetings=0.5,{costs}")
    run.run(60)
    record = run.record()
    held, passed = record[:, POSITION["meetings"]].sum(axis=0), record[:, POSITION["files_shared"]].sum(axis=0)
    assert held[0] == held[1] > 0
    assert passed[0] > 0
    expected = 100 * (37 * 10 + 7) + 100 * 5000 * held + 100 * 100 * passed
    assert record[:, POSITION["public_cost"], :].sum(axis=0).tolist() == [expected[0], expected[1], 0]


def test_one_country_alone_is_refused():
    assert IntelligenceSharing(countries=("TA",)).check(small_world()) == [
        "countries: one alone has nobody to share with; allowed: two and more"]
    assert IntelligenceSharing(countries=("TA", "HO")).check(small_world()) == []
