from __future__ import annotations

import numpy as np
import pytest
from paired import SEEDS, assert_proximal, assert_sign, outcomes
from support import add_den, add_file, add_workers, empty_state, simulation, small_world

from fraudsim.agents.den import DenStatus
from fraudsim.interventions.joint_raids import JointRaids
from fraudsim.ledgers.flows import POSITION
from fraudsim.ledgers.orders import JointOrder
from fraudsim.ledgers.tables import OperationStatus
from fraudsim.processes.policy import policy

RAIDS, STRUCK = "joint-raids", OperationStatus.STRUCK
# A host's own police can search one site at a time, and none while half its officers are lent. There are twenty
# dens and evidence that keeps, so that many sites are ready when a joint operation with officers for twelve strikes.
# Courts accept the target's files. Screening recognises nobody, and every den of an owner hears of a strike.
SETTINGS = {"parameters__raids__sites_least": 4, "parameters__raids__authorise_days": 7,
            "parameters__raids__officers_per_site": 25, "syndicates__Red__dens": 10, "syndicates__Blue__dens": 10,
            "syndicates__Red__dens_most": 12, "syndicates__Blue__dens_most": 12,
            "parameters__investigation__evidence_transfer": 1.0, "parameters__investigation__tip_off": 0.01,
            "parameters__investigation__half_life_weeks": 520.0,
            "parameters__investigation__trace_share": 1.0, "countries__HO__police__officers": 30,
            "countries__XX__police__officers": 30,
            "countries__TA__report_share": 0.5, "parameters__justice__screening_sensitivity": 0.0,
            "parameters__raids__warned_share": 1.0, "parameters__justice__screening_days": 2,
            "treaties__0__median_days": 2.0, "days": 100}


def test_orders_follow_window_ramp_and_intensity():
    state = empty_state()
    state.policy = (JointRaids(start=5, end=8, ramp=2, intensity=0.5, countries=("HO", "TA", "XX"), lead="TA",
                               strength=0.6, officers=301, earliest=30, operations=2),)
    for state.day, force in {4: 0.0, 5: 0.25, 6: 0.5, 7: 0.5, 8: 0.0}.items():
        policy(state)
        assert not state.levers.acting
        if force == 0.0:
            assert state.orders == []
        else:
            assert state.orders == [JointOrder(0, (1, 2), 35, pytest.approx(0.6 * force), round(301 * 0.5), 2)]


def test_more_dens_are_dismantled_a_strike():
    """One strike with many sites against one site at a time; an arm without effect passes once in 10,000 times.

    The host alone never finds more than one den a strike, so no luck of the baseline hides the effect.
    """
    assert_proximal(RAIDS, **SETTINGS)
    alone = [o["sites_per_strike"] for o in outcomes("", **SETTINGS)]
    joint = [o["sites_per_strike"] for o in outcomes(RAIDS, **SETTINGS)]
    assert sum(value is not None for value in alone) > 0.9 * SEEDS
    assert all(value is None or value <= 1.0 for value in alone)
    assert np.mean([value > 1.0 for value in joint if value is not None]) > 0.9


@pytest.mark.parametrize(("officers", "most"), [(25, 1), (75, 3)])
def test_a_joint_strike_finds_no_more_dens_than_it_has_officers_for(officers, most):
    """The other side of the test before: it is the officers at many sites that make the difference."""
    found = []
    for seed in range(4):
        run = simulation(small_world(**SETTINGS), f"{RAIDS}:officers={officers}", seed)
        run.run()
        o = run.state.operations
        found += o.found[o.joint & (o.status == STRUCK)].tolist()
    assert max(found) == most


def test_investigators_lent_make_fewer_cases_of_their_own():
    """Two hosts; the forces of the first lend everybody: raids by its own police alone become rarer."""
    assert_sign(f"{RAIDS}:strength=1.0,earliest=32000", "searches", "down", **SETTINGS)


def test_people_in_the_dens_are_arrested_and_trafficked_people_punished():
    assert_sign(RAIDS, "arrests", "up", **SETTINGS)
    assert_sign(RAIDS, "trafficked_punished", "up", **SETTINGS)


def test_dens_of_the_owners_that_are_left_are_warned():
    world = small_world(**{**SETTINGS, "parameters__raids__find_share": 0.3})
    struck = 0
    for seed in range(8):
        run = simulation(world, RAIDS, seed)
        state = run.state
        while run.state.day < 100 and not (state.operations.joint & (state.operations.status == STRUCK)).any():
            state.dens.alarmed[...] = False
            run.run(1)
        mine = np.flatnonzero((state.dens.status <= DenStatus.LYING_LOW) & (state.dens.country == 1))
        struck += int(state.dens.alarmed[mine].sum())
    assert struck >= 5


def test_it_costs_investigators_lent_and_officers_out():
    state = empty_state()
    raids = JointRaids(start=0, countries=("TA", "HO"), lead="TA", daily_cost=10.0, fixed_cost=50.0)
    state.policy, state.day = (raids,), 1
    state.forces.lent[...] = [0.5, 0.25, 0.0]
    state.officers_out[...] = [0, 90, 0]
    policy(state)
    # TA: 40 investigators x 0.5 x 250; HO: 20 x 0.25 x 250 and 90 officers x 500; 10 a day each.
    assert state.spending.today.tolist() == [100 * (10 + 5000), 100 * (10 + 1250 + 45000), 0]


@pytest.mark.parametrize(("end", "cents"), [(2, 1000 + 500000), (1, 500000), (0, 0)])
def test_the_last_days_work_is_paid_after_the_window(end, cents):
    state = empty_state()
    state.day = 11
    state.policy = (JointRaids(start=1, end=10 + end, countries=("TA", "HO"), lead="TA", daily_cost=10.0),)
    state.forces.lent[0] = 0.5
    policy(state)
    # 40 investigators x 0.5 x 250 for yesterday; 10 for today; nothing on the second day after the window.
    assert state.spending.today.tolist() == [cents, 1000 if end == 2 else 0, 0]


def test_it_does_not_pay_for_raids_that_the_baseline_has_as_well():
    idle = f"{RAIDS}:start=0,strength=0.0,earliest=32000,daily_cost=0"
    runs = [simulation(small_world(), arm) for arm in ("", idle)]
    for run in runs:
        state = run.state
        den = add_den(state)
        add_workers(state, den, 3)
        add_file(state, 1, den, strength=50.0)
        run.run(10)
    assert [run.outcomes()["searches"] > 0 for run in runs] == [True, True]
    assert runs[1].record()[:, POSITION["public_cost"]].sum() == 0
