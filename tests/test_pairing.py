"""Arms share their past and their draws. Order, hashing, copies and the processor have no part in a run."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owners import A, three_target_world
from support import ARM, arms, simulation, small_world, worlds

from fraudsim import simulation as simulation_module
from fraudsim.agents.syndicate import line_keys
from fraudsim.day import live
from fraudsim.digest import digest
from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.flows import POSITION
from fraudsim.ledgers.residents import remembered
from fraudsim.simulation import Simulation
from fraudsim.state import State, lines_of
from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import World


def digests(sim: Simulation, days: int) -> Iterator[str]:
    for _ in range(days):
        sim.run(1)
        yield sim.digest()


# First day on which each arm's levers or orders differ from neutral, in the small world.
STARTS = {"joint-raids": 14, "call-interception": 10, "exit-restrictions": 12, ARM: 10, "joint-raids:start=30": 30,
          "call-interception:start=3,end=5": 3}


@pytest.mark.parametrize("arm", STARTS)
def test_arms_are_the_same_in_every_table_until_the_intervention_acts(arm):
    baseline, treated = simulation(small_world()), simulation(small_world(), arm)
    for day in range(STARTS[arm]):
        assert not treated.state.spending.by_name
        baseline.run(1)
        treated.run(1)
        assert baseline.digest() == treated.digest(), day
    record = POSITION["public_cost"]
    assert (np.delete(baseline.record(), record, 1) == np.delete(treated.record(), record, 1)).all()
    for _ in range(60):
        baseline.run(1)
        treated.run(1)
    assert baseline.digest() != treated.digest()
    assert treated.first_day() == STARTS[arm]


ZERO = "+".join(f"{name}:intensity=0.0" for name in ARM.split("+"))
NO_LEVER = ("call-interception:sensitivity=0.0,false_positives=0.0,daily_cost=0,fixed_cost=0",
            "exit-restrictions:ban=0.0,screening=0.0,false_positives=0.0,daily_cost=0")


@pytest.mark.parametrize("arm", [*ZERO.split("+"), ZERO, *NO_LEVER])
def test_zero_intensity_is_the_baseline_to_the_bit_and_costs_nothing(arm):
    baseline, treated = simulation(small_world()), simulation(small_world(), arm)
    for ours, theirs in zip(digests(baseline, 60), digests(treated, 60)):
        assert ours == theirs
    assert sum(treated.state.spending.by_name.values()) == 0
    assert (baseline.record() == treated.record()).all()
    assert baseline.outcomes() == treated.outcomes()


@given(st.data())
@settings(max_examples=15)
def test_zero_intensity_is_the_baseline_in_random_worlds(data):
    world = data.draw(worlds())
    arm = parse_arm(data.draw(arms(world)), world)
    runs = [Simulation(world, ()), Simulation(world, [i.model_copy(update={"intensity": 0.0}) for i in arm])]
    for run in runs:
        run.run()
    assert runs[0].digest() == runs[1].digest()
    assert (runs[0].record() == runs[1].record()).all()


def test_a_branch_is_the_run_it_branches_from():
    whole = simulation(small_world(), ARM)
    whole.run(60)
    trunk = simulation(small_world(), ARM)
    trunk.run(25)
    before = trunk.digest()
    branch, other = trunk.branch(trunk.arm), trunk.branch(())
    other.run(35)
    assert trunk.digest() == before
    branch.run(35)
    assert branch.digest() == whole.digest() != other.digest()
    assert (branch.record() == whole.record()).all()
    trunk.run(35)
    assert trunk.digest() == whole.digest()


def test_arms_that_branch_from_the_burn_in_do_not_touch_one_another():
    simulation_module._burnt_in.clear()
    first = simulation(small_world())
    start = first.digest()
    treated = simulation(small_world(), ARM)
    treated.run(40)
    again = simulation(small_world())
    assert first.digest() == again.digest() == start


def test_the_burn_in_is_the_same_cached_or_not():
    simulation_module._burnt_in.clear()
    fresh = simulation(small_world(), ARM)
    cached = simulation(small_world(), ARM)
    assert fresh.digest() == cached.digest()
    assert list(digests(fresh, 30)) == list(digests(cached, 30))
    simulation_module._burnt_in.clear()
    assert next(digests(simulation(small_world(), ARM), 1)) is not None
    # Facts, horizon and policy have no part in the burn-in; parameters have.
    assert len(simulation_module._burnt_in) == 1
    simulation(small_world(days=50))
    assert len(simulation_module._burnt_in) == 1
    other = simulation(small_world(parameters__calls__answer_share=0.05))
    assert len(simulation_module._burnt_in) == 2
    assert other.digest() != fresh.digest()


@pytest.mark.parametrize("how", ["copy", "pickle"])
def test_a_copied_or_pickled_state_goes_on_the_same(how):
    run = simulation(small_world(), ARM)
    run.run(30)
    state = run.state.copy() if how == "copy" else pickle.loads(pickle.dumps(run.state))
    twin = Simulation(run.world, run.arm, run.seed, state=state)
    assert list(digests(twin, 30)) == list(digests(run, 30))
    assert (twin.record() == run.record()).all()
    assert twin.state.spending.by_name == run.state.spending.by_name


def test_tables_that_move_at_every_add_change_nothing(moves_on_add):
    def end() -> str:
        state = build(small_world(), 5)
        Simulation(small_world(), parse_arm(ARM, small_world()), state=state)
        for _ in range(28 + 80):
            live(state)
        return digest(state)

    moved = end()
    from fraudsim.core.table import Table

    Table.moves_on_add = False
    assert end() == moved


def test_equal_seeds_are_equal_and_others_differ():
    runs = [simulation(small_world(), ARM, seed) for seed in (0, 0, 1, 2, 10**25)]
    for run in runs:
        run.run(20)
    found = [run.digest() for run in runs]
    assert found[0] == found[1]
    assert len(set(found)) == 4


def test_equal_seeds_of_two_worlds_share_no_draws():
    first, second = simulation(small_world()), simulation(small_world(name="other"))
    assert first.state.draws.run != second.state.draws.run
    assert first.digest() != second.digest()


# --- the order of a world file --------------------------------------------------------------------


def reversed_world(world: World, what: str) -> World:
    if what != "zones":
        return world.model_copy(update={what: tuple(reversed(getattr(world, what)))})
    return world.model_copy(update={"countries": tuple(
        c.model_copy(update={"zones": tuple(reversed(c.zones))}) for c in world.countries)})


# Numbers of entries in the world file.
POSITIONS = {("syndicates", "template"), ("workers", "treaty"), ("dens", "line")}
def by_key(state: State) -> dict[tuple[str, str], dict[int, object]]:
    """Return every value of every table by the key of its row; references, countries and zones by key as well."""
    found: dict[tuple[str, str], dict[int, object]] = {}
    for name, table in state.tables.items():
        for column in table.columns.values():
            values = table[column.name]
            if column.refers:
                keys = np.append(state.tables[column.refers].key, np.uint64(0))
                values = keys[values]
            elif isinstance(column.width, str):
                keys = line_keys(state) if column.width == "lines" else state.tables[column.width].key
                values = values[:, np.argsort(keys)]
            found[name, column.name] = {int(table.key[row]): values[row].tolist() for row in table.in_use}
    key, *others = remembered(state)
    found["residents", "remembered"] = dict(zip(key.tolist(), zip(*(values.tolist() for values in others))))
    return found


def differing(what: str, seed: int = 0, days: int = 100, world: World | None = None,
              **settings: object) -> set[tuple[str, str]]:
    """Return the columns in which a world and the same world in another order differ in the end."""
    world = world or small_world(**settings)
    runs = [Simulation(w, parse_arm(ARM, w), seed) for w in (world, reversed_world(world, what))]
    for run in runs:
        run.run(days)
    ours, theirs = (by_key(run.state) for run in runs)
    order = [runs[1].state.country_names.index(name) for name in runs[0].state.country_names]
    assert (runs[0].record() == runs[1].record()[:, :, order]).all()
    return {column for column in ours if ours[column] != theirs[column]}


@pytest.mark.parametrize("what", ["syndicates", "zones", "treaties", "countries"])
def test_the_order_of_a_world_file_changes_nobodys_fate(what):
    """Every row has the same values by its key, but for numbers that only say where something stands."""
    assert differing(what) <= POSITIONS


@pytest.mark.parametrize("what", ["syndicates", "countries"])
def test_the_order_of_lines_changes_no_choice_of_script_and_target(what):
    settings = {A + "open_rate": 0.6, A + "line_weeks": 0.0, A + "adjacent_income": 250.0, A + "adjacent_weeks": 0.0}
    world = three_target_world((("XX", "HO"), ("HO",)), **settings)
    assert lines_of(world) == ((0, 0), (0, 2), (0, 1)) != lines_of(reversed_world(world, "syndicates"))
    assert differing(what, world=world) <= POSITIONS


def test_sums_of_floats_do_not_depend_on_the_order_of_rows():
    settings = {"parameters__calls__lead_wear": 1.0, "parameters__calls__lead_recovery": 1.0,
                "scripts__short__stages__0__success": 0.05, "scripts__short__stages__1__hours": 0.3,
                "scripts__short__stages__2__hours": 0.1}
    assert differing("syndicates", seed=1, days=60, **settings) <= POSITIONS


# --- other processes ------------------------------------------------------------------------------

RUN = """
import json, sys
sys.path.insert(0, {tests!r})
from support import ARM
from fraudsim.interventions.parsing import parse_arm
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world
world = load_world("tutorial", {{"burn_in_days": 30}})
run = Simulation(world, parse_arm(ARM, world), 3)
found = []
for _ in range(3):
    run.run(30)
    found.append(run.digest())
import numpy as np
features = np._core._multiarray_umath.__cpu_features__
print(json.dumps([found, run.outcomes(), sorted(k for k, v in features.items() if v)]))
"""


def start(**env: str) -> subprocess.Popen[str]:
    script = RUN.format(tests=str(Path(__file__).parent))
    return subprocess.Popen([sys.executable, "-c", script], env={**os.environ, **env}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def result(process: subprocess.Popen[str]) -> list:
    out, err = process.communicate()
    assert process.returncode == 0, err
    return json.loads(out)


def dispatched() -> list[str]:
    """Return the vector paths of NumPy that this processor has and that can be switched off."""
    core = np._core._multiarray_umath
    return [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> dict[str, list]:
    """Return what other processes make of the same run: other hashing, and no vector paths at all."""
    plain = "-AVX2,-FMA,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD,-SSE4_2,-ERMS"
    # The compiled cache of another processor is another cache.
    scalar = {"NPY_DISABLE_CPU_FEATURES": " ".join(dispatched()), "NUMBA_CPU_NAME": "generic",
              "NUMBA_CPU_FEATURES": "", "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={plain}",
              "FRAUDSIM_CACHE_DIR": str(tmp_path_factory.mktemp("scalar"))}
    started = {"here": start(PYTHONHASHSEED="0"), "scalar": start(**scalar), "hashed": start(PYTHONHASHSEED="12345")}
    return {name: result(process) for name, process in started.items()}


def test_results_do_not_depend_on_the_seed_of_hashing(elsewhere):
    assert elsewhere["here"] == elsewhere["hashed"]


def test_digests_agree_with_the_vector_paths_of_the_processor_switched_off(elsewhere):
    here, scalar = elsewhere["here"], elsewhere["scalar"]
    if dispatched():
        assert not set(dispatched()) & set(scalar[2])
        assert set(dispatched()) <= set(here[2])
    assert scalar[:2] == here[:2]


def test_this_process_agrees_with_others(elsewhere):
    world = load_world("tutorial", {"burn_in_days": 30})
    run = Simulation(world, parse_arm(ARM, world), 3)
    assert [digest for i, digest in enumerate(digests(run, 90)) if i % 30 == 29] == elsewhere["here"][0]
