"""The model in the EMA Workbench: the real package, in one process and in several."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from fraudsim.errors import InputError
from fraudsim.interventions.parsing import parse_arm
from fraudsim.study import ema
from fraudsim.study.run import BANDS, replicate
from fraudsim.study.study import Study
from fraudsim.worlds.loader import load_world

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import ema_workbench as workbench

STUDY = {
    "name": "in the workbench", "world": "tutorial", "days": 6, "replications": 2, "overrides": {"burn_in_days": 7},
    "arms": ["call-interception:start=1", "joint-raids:start=2"], "daily": True,
    "outcomes": ["loss_net", "calls_answered", "re_recruitment"],
    "uncertainties": {
        "parameters.calls.answer_share": {"low": 0.03, "high": 0.12},
        "parameters.adaptation.relocation_weeks": {"low": 1, "high": 24, "distribution": "log-uniform"},
        "parameters.adaptation.relocation_days": {"low": 5, "high": 40},
        "parameters.money.freeze_success": {"low": 0.2, "high": 0.8, "distribution": "triangular", "mode": 0.3},
        "parameters.raids.leak_share": {"low": 0.0, "high": 1.0, "distribution": "normal", "mean": 0.5, "sd": 0.2},
        "countries.HO.elsewhere": {"values": [True, False]}},
    "levers": {"joint-raids.strength": {"low": 0.2, "high": 0.8}},
}


@pytest.fixture(scope="module")
def model():
    return ema.model(STUDY)


@pytest.fixture(scope="module")
def done(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return workbench.perform_experiments(model, scenarios=3, policies=2, rng=1)


def test_parameters_have_names_ranges_and_distributions_of_the_study(model):
    kinds = {p.name: type(p).__name__ for p in [*model.uncertainties, *model.levers]}
    assert kinds == {"answer_share": "RealParameter", "relocation_weeks": "RealParameter",
                     "relocation_days": "IntegerParameter", "freeze_success": "RealParameter",
                     "leak_share": "RealParameter", "elsewhere": "CategoricalParameter",
                     "joint_raids_strength": "RealParameter", "arm": "CategoricalParameter"}
    bounds = {p.name: (p.lower_bound, p.upper_bound) for p in model.uncertainties if p.name != "elsewhere"}
    assert bounds["relocation_weeks"] == pytest.approx((1, 24))
    assert bounds["leak_share"] == pytest.approx((0, 1))
    assert model.uncertainties["relocation_weeks"].dist.median() == pytest.approx(np.sqrt(24))
    outcomes = {o.name: o.kind for o in model.outcomes if "daily" not in o.name}
    assert outcomes == {"loss_net": -1, "loss_net_change": -1, "calls_answered": -1, "calls_answered_change": -1,
                        "re_recruitment": -1, "re_recruitment_change": -1}


def test_an_experiment_is_a_replication_of_its_arm(done):
    experiments, outcomes = done
    assert len(experiments) == 6
    row = experiments.iloc[-1]
    settings = {"burn_in_days": 7, "parameters.calls.answer_share": float(row["answer_share"]),
                "parameters.adaptation.relocation_weeks": float(row["relocation_weeks"]),
                "parameters.adaptation.relocation_days": int(row["relocation_days"]),
                "parameters.money.freeze_success": float(row["freeze_success"]),
                "parameters.raids.leak_share": float(row["leak_share"]),
                "countries.HO.elsewhere": bool(row["elsewhere"]),
                "interventions.joint-raids.strength": float(row["joint_raids_strength"])}
    world = load_world("tutorial", settings)
    arms = [] if row["arm"] == "baseline" else [parse_arm(row["arm"], world)]
    runs = [replicate(world, arms, 6, seed) for seed in (0, 1)]
    means = [np.mean([run.arms[i].outcomes["calls_answered"] for run in runs]) for i in (0, -1)]
    assert outcomes["calls_answered"][-1] == means[1]
    assert outcomes["calls_answered_change"][-1] == means[1] - means[0]
    assert outcomes["daily_staff"].shape == (6, 6)
    assert outcomes["daily_staff"][-1].tolist() == np.mean(
        [run.arms[-1].daily[:, BANDS.index("staff")] for run in runs], axis=0).tolist()


def test_several_processes_give_the_same_and_a_failing_run_stops_nobody(model):
    """An exception in one of the Workbench's processes would leave the others waiting: a failing run is NaN."""
    scenarios = [workbench.Sample(name, answer_share=value) for name, value in (("a", 0.05), ("b", 7.0), ("c", 0.06))]
    policies = [workbench.Sample("p", arm="call-interception:start=1")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = workbench.perform_experiments(model, scenarios=scenarios, policies=policies)
        with workbench.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
            experiments, outcomes = evaluator.perform_experiments(scenarios=scenarios, policies=policies)
    order = [frame["answer_share"].argsort().to_numpy() for frame in (alone[0], experiments)]
    for name in ("loss_net", "calls_answered_change", "daily_paid"):
        one, two = alone[1][name][order[0]], outcomes[name][order[1]]
        assert np.array_equal(one, two, equal_nan=True)
        assert np.isfinite(one[:2]).all()
        assert np.isnan(one[2]).all()
    assert (alone[1]["calls_answered_change"][order[0]][:2] < 0).all()


def test_a_failing_run_is_told(model):
    with pytest.warns(RuntimeWarning, match="answer_share: must be a number"):
        assert np.isnan(model.function(answer_share=7.0)["loss_net"])


def test_an_arm_that_the_study_does_not_hold_is_told(model):
    with pytest.warns(RuntimeWarning, match="no arm 'joint-raid'"):
        assert np.isnan(model.function(arm="joint-raid")["loss_net"])


def test_what_is_left_out_is_as_the_world_has_it(model):
    runner = model.function
    plain = replicate(load_world("tutorial", {"burn_in_days": 7}), [], 6, 0).arms[0].outcomes["loss_net"]
    assert ema.Runner(runner.plan, 1, 0)()["loss_net"] == plain
    assert ema.Runner(runner.plan, 1, 0)()["loss_net_change"] == 0.0


def test_from_a_world_from_a_study_and_from_a_file(tmp_path):
    more = {"days": 3, "outcomes": ["loss_net"], "overrides": {"burn_in_days": 0},
            "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.12}}}
    of_world = ema.model(world="tutorial", replications=3, seed=5, **more)
    assert (of_world.function.replications, of_world.function.seed) == (3, 5)
    assert [o.name for o in of_world.outcomes] == ["loss_net"]
    assert len(of_world.levers) == 0
    study = Study({"name": "x", "world": "tutorial", "replications": 2,
                   "design": {"kind": "latin-hypercube", "points": 1}} | more)
    assert ema.model(study).function.plan is study.plan
    (tmp_path / "study.toml").write_text('name = "x"\nworld = "tutorial"\nreplications = 2\n')
    assert ema.model(tmp_path / "study.toml").function.replications == 2


@pytest.mark.parametrize(("given", "said"), [
    ({"study": None}, "study: none given"),
    ({"study": 3}, "study: 3; allowed"),
    ({"study": "no.toml"}, "no.toml: no such file"),
    ({"study": STUDY, "days": 3}, "days: go with no study"),
    ({"study": STUDY, "replications": 0}, "replications: 0; allowed: 1 and more"),
    ({"world": "tutorial", "uncertainties": {"parameters.calls.answer": {}}}, "nearest"),
])
def test_what_cannot_be_made(given, said):
    with pytest.raises(InputError, match=said):
        ema.model(**given)
