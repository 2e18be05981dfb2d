from __future__ import annotations

import pytest

from fraudsim.errors import InputError
from fraudsim.study.plan.checked import checked, world_at
from fraudsim.study.plan.plan import Unit
from fraudsim.study.plan.template import TEMPLATE, write_template
from fraudsim.worlds.loader import load_world


def mistakes(study):
    with pytest.raises(InputError) as caught:
        checked(study)
    return caught.value.lines


@pytest.mark.parametrize(("change", "parts"), [
    ({"uncertainties": {"parameters.calls.answer_shar": {}}}, ["nearest: parameters.calls.answer_share"]),
    ({"uncertainties": {"parameters.calls": {}}}, ["names a table, not a value"]),
    ({"uncertainties": {"title": {}}}, ["is no uncertainty of the model"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"low": 0.2, "high": 0.1}}}, ["from 0.2 to 0.1 is empty"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"high": 0.5}}}, ["high: 0.5; allowed: 0 to 0.3 [share]"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"lwo": 0.1}}}, ["lwo: unknown key", "nearest: low"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"distribution": "unifrom"}}}, ["nearest: uniform"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"distribution": "log-uniform"}}}, ["needs one above 0"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"distribution": "triangular"}}}, ["mode: is missing"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"mean": 0.1}}}, ["uniform distribution knows no mean"]),
    ({"uncertainties": {"parameters.calls.answer_share": {"values": [0.1, 0.4]}}}, ["0.4; allowed: numbers, 0 to 0.3"]),
    ({"uncertainties": {"countries.HO.police.officers": {"distribution": "uniform"}}}, ["does not fit a whole number"]),
    ({"uncertainties": {"countries.TA.target": {"distribution": "uniform"}}}, ["fits numbers only"]),
    ({"uncertainties": {"countries.HO.zones.Port.holder": {"values": ["nobody"]}}}, ["allowed: state, militia"]),
    ({"levers": {"joint-riads.strength": {}}}, ["is no intervention.setting", "nearest: joint-raids"]),
    ({"levers": {"joint-raids.strenght": {}}}, ["has no setting 'strenght'", "nearest: strength"]),
    ({"levers": {"exit-restrictions.screening": {}}}, ["no arm holds exit-restrictions"]),
    ({"levers": {"joint-raids.start": {"low": 0, "high": 3}}}, ["arm 'joint-raids:start=2' sets start itself"]),
    ({"overrides": {"parameters.calls.answer_share": 0.1}}, ["is the same as overrides.parameters.calls.answer_share"]),
    ({"overrides": {"burn_in_dayz": 3}}, ["overrides.burn_in_dayz: unknown path", "nearest: burn_in_days"]),
    ({"world": "tutoril"}, ["world: no world 'tutoril'", "nearest: tutorial"]),
    ({"arms": ["joint-riads"], "levers": {}}, ["no intervention 'joint-riads'"]),
    ({"arms": ["baseline"], "levers": {}}, ["is always run"]),
    ({"arms": ["all", "joint-raids"], "levers": {}}, ["stands 2 times"]),
    ({"outcomes": ["victim"]}, ["no outcome 'victim'", "nearest: victims"]),
    ({"days": 9999}, ["days: 9999; allowed: 1 to 365"]),
    ({"replications": 0}, ["replications: must be a whole number"]),
    ({"replicatons": 2}, ["replicatons: unknown key", "nearest: replications"]),
    ({"design": None}, ["design"]),
    ({"design": {"kind": "sobl"}}, ["nearest: sobol"]),
    ({"design": {"kind": "sobol", "points": 100}}, ["powers of two only, such as 64 or 128"]),
    ({"design": {"kind": "morris", "trajectories": 2, "levels": 3}}, ["even number"]),
    ({"design": {"kind": "latin-hypercube"}}, ["design.points: is missing"]),
    ({"design": {"kind": "csv", "points": 3}}, ["file: is missing", "csv knows no points"]),
    ({"design": {"kind": "full-factorial"}}, ["levels: is missing; parameters.calls.answer_share needs it"]),
    ({"design": {"kind": "full-factorial", "levels": 2000}}, ["4,000,000 points; allowed: at most 1,000,000"]),
    ({"design": {"kind": "csv", "file": "nowhere.csv"}}, ["no such file: nowhere.csv"]),
])
def test_mistakes_are_told(small, change, parts):
    lines = mistakes({key: value for key, value in (small | change).items() if value is not None})
    words = "\n".join(lines)
    assert all(part in words for part in parts), words
    assert all(line.startswith("study: ") for line in lines), words


def test_all_mistakes_come_at_once(small):
    wrong = {"days": 0, "replicatons": 2, "overrides": {"burn_in_dayz": 3}, "arms": ["joint-riads"],
             "outcomes": ["victim"], "design": {"kind": "sobol"}}
    assert len(mistakes(small | wrong)) == 7  # the last: no arm holds the lever's intervention


def test_values_that_contradict_one_another_are_told_beforehand(small):
    both = {"parameters.residents.susceptibility_high": {"low": 1.0, "high": 1.5}}
    study = small | {"uncertainties": both, "levers": {},
                     "overrides": {"burn_in_days": 0, "age_bands[60+].engagement": 1.3}}
    checked(study)
    shares = {"parameters.recruitment.deceived_share": {"low": 0.7, "high": 0.9}}
    lines = mistakes(study | {"uncertainties": shares, "overrides": {"parameters.recruitment.coerced_share": 0.5}})
    assert lines[0].startswith("study: point 0: ")


@pytest.mark.parametrize(("text", "part"), [
    ("name = ", "not TOML"), ("name = 'x'\n", "world: missing"),
    ("[uncertainties]\nparameters.calls = 3", "calls: unknown key")])
def test_a_file_with_mistakes_is_named(tmp_path, text, part):
    path = tmp_path / "study.toml"
    path.write_text(text)
    lines = mistakes(path)
    assert all(line.startswith(str(path)) for line in lines)
    assert part in "\n".join(lines)


@pytest.mark.parametrize("study", ["nowhere.toml", ".", 3, None])
def test_what_is_no_study_is_told(study):
    assert len(mistakes(study)) == 1


def test_dotted_keys_need_no_quotes(tmp_path, small):
    path = tmp_path / "study.toml"
    path.write_text("name = 'small'\nworld = 'tutorial'\nreplications = 1\narms = ['joint-raids']\n"
                    "[design]\nkind = 'full-factorial'\nlevels = 2\n"
                    "[uncertainties]\nparameters.calls.answer_share = {}\n'parameters.calls.talk_seconds' = {}\n"
                    "[levers]\njoint-raids.strength = { low = 0.2 }\n[overrides]\nparameters.calls.dial_seconds = 7\n")
    plan = checked(path)
    assert [f.name for f in plan.factors] == ["answer_share", "talk_seconds", "joint_raids_strength"]
    assert plan.world.parameters.calls.dial_seconds == 7
    assert len(plan.points.rows) == 8


def test_a_world_stands_beside_the_study(tmp_path, small):
    world = load_world("tutorial", {"name": "mine"})
    (tmp_path / "mine.toml").write_text(_tutorial().replace('name = "tutorial"', 'name = "mine"', 1))
    (tmp_path / "study.toml").write_text("name = 'x'\nworld = 'mine.toml'\nreplications = 1\n")
    assert checked(tmp_path / "study.toml").world.name == "mine"
    assert checked({"name": "x", "world": world, "replications": 1}).world is world


def _tutorial():
    from importlib import resources

    return (resources.files("fraudsim.worlds") / "tutorial.toml").read_text("utf-8")


def test_the_template_is_a_study_and_is_not_written_over_anything(tmp_path):
    path = tmp_path / "my.toml"
    write_template(path)
    plan = checked(path)
    assert (plan.units, len(plan.arm_names), len(plan.factors)) == (32, 3, 3)
    assert "fraudsim study check my.toml" in path.read_text()
    with pytest.raises(InputError, match="is there already"):
        write_template(path)
    assert "study.toml" in TEMPLATE


# What follows from a plan


def test_a_point_reaches_the_world_and_the_arms(small):
    plan = checked(small)
    share, strength = plan.points.rows[2]
    world, arms = world_at(plan.world, plan.settings(2), plan.arms)
    assert world.parameters.calls.answer_share == share
    assert [i.strength for i in arms[0]] == [strength]
    assert world.burn_in_days == 0


def test_a_lever_may_choose_among_lists(small):
    plan = checked(small | {"design": {"kind": "full-factorial"}, "uncertainties": {},
                            "levers": {"call-interception.countries": {"values": ["TA", "TA|HO"]}}}
                   | {"overrides": {"countries.HO.target": True}})
    assert [len(world_at(plan.world, plan.settings(p), plan.arms)[1][1][0].countries) for p in (0, 1)] == [1, 2]


def test_points_share_seeds_unless_told_otherwise(small):
    shared, apart = checked(small | {"seed": 7}), checked(small | {"seed": 7, "same_seeds": False})
    units = [Unit(p, r) for p in range(4) for r in range(3)]
    assert [shared.seed(u) for u in units] == [7, 8, 9] * 4
    assert [apart.seed(u) for u in units] == list(range(7, 19))


def test_run_ids_follow_from_what_results_follow_from(small):
    plan, same = checked(small), checked(small | {"title": "another", "question": "?", "name": "other"})
    units = [Unit(p, r) for p in range(4) for r in range(3)]
    ids = [plan.run_id(unit) for unit in units]
    assert len(set(ids)) == 12
    assert ids == [same.run_id(unit) for unit in units]
    for change in ({"seed": 1}, {"days": 5}, {"outcomes": ["victims"]}, {"daily": True}, {"arms": ["joint-raids"]},
                   {"overrides": {"burn_in_days": 1}}, {"design": {"kind": "sobol", "points": 4}}):
        assert checked(small | change).fingerprint != plan.fingerprint, change


def test_blocks_hold_every_unit_once_and_share_their_uncertainties(small):
    plan = checked(small | {"design": {"kind": "full-factorial", "levels": 3}})
    blocks = list(plan.blocks())
    units = [unit for block in blocks for unit in block]
    assert len(units) == len(set(units)) == plan.units == 27
    for block in blocks:
        assert len({unit.replication for unit in block}) == 1
        assert len({plan.points.rows[unit.point][0] for unit in block}) == 1
    assert {len(block) for block in blocks} == {3}


def test_an_arm_that_acts_too_late_is_told(small):
    small |= {"arms": ["joint-raids"], "days": 40}
    assert checked(small).idle() == ["arm 'joint-raids' acts from day 60 on: never within 40 days"]
    small["levers"] = {"joint-raids.start": {"low": 10, "high": 60}}
    assert checked(small).idle() == []


def test_a_wrong_design_is_told_once(small):
    small["design"] = {"kind": "latin-hypercub", "points": 4}
    assert len(mistakes(small)) == 1


def test_a_design_table_may_not_name_a_factor_twice(small, tmp_path):
    head = "answer_share,parameters.calls.answer_share,joint_raids_strength"
    (tmp_path / "points.csv").write_text(f"{head}\n0.1,0.2,0.3\n")
    small["design"] = {"kind": "csv", "file": str(tmp_path / "points.csv")}
    assert "parameters.calls.answer_share has 2 columns" in mistakes(small)[0]
