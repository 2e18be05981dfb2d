"""Wrong kinds at the public entries: one line that says what is allowed, never an error from deep inside."""

from __future__ import annotations

import numpy as np
import pytest

import fraudsim as fs
from fraudsim.study.inputs import arm_texts, told

WRONG_WORLDS = (None, 3, 1.5, True, {}, [], b"tutorial")
WRONG_OVERRIDES = ([1], 3, 0, "days=3", "", [("days", 3)])
WRONG_WHOLE = ("x", -1, 1.5, True, [1], None, np.float64(2.0), 10**5000)


def lines_of(act, *args, **kwargs) -> list[str]:
    with pytest.raises(fs.InputError) as caught:
        act(*args, **kwargs)
    assert all(line and "\n" not in line for line in caught.value.lines)
    return caught.value.lines


@pytest.mark.parametrize("world", WRONG_WORLDS, ids=repr)
def test_what_is_no_world_is_told_by_every_entry(world):
    for act in (fs.load_world, fs.run, fs.check, fs.FraudModel, lambda w: fs.compare(w, ["joint-raids"])):
        (line,) = lines_of(act, world)
        assert line.startswith("world: ")
        assert "first-light-2022, great-wall-2016, " in line


@pytest.mark.parametrize("overrides", WRONG_OVERRIDES, ids=repr)
def test_overrides_must_be_a_dictionary(overrides):
    def compare(world, overrides):
        return fs.compare(world, ["joint-raids"], overrides=overrides)

    for act in (fs.load_world, fs.run, fs.check, compare):
        (line,) = lines_of(act, "tutorial", overrides=overrides)
        assert line.startswith("overrides: ")
        assert "{'days': 100}" in line


@pytest.mark.parametrize("value", WRONG_WHOLE, ids=lambda value: type(value).__name__)
def test_numbers_must_be_whole_and_within_reach(value, short_world):
    compared = {"replications": 1, "jobs": 1, "days": 3}
    for name in ("replications", "jobs", "seed", "days"):
        if (name == "seed" and isinstance(value, int) and value > 1) or (name == "days" and value is None):
            continue  # both are allowed
        (line,) = lines_of(fs.compare, short_world, ["joint-raids"], **{**compared, name: value})
        assert line.startswith(f"{name}: ")
    if value is not None:
        assert lines_of(fs.run, short_world, days=value)[0].startswith("days: ")
    assert lines_of(fs.check, short_world, seeds=value)[0].startswith("seeds: ")


def test_wrong_kinds_are_told_together_with_all_else():
    lines = lines_of(fs.compare, None, 3, replications="x", jobs=0, seed=1.5, overrides=[1], progress=3)
    assert [line.partition(":")[0] for line in lines] == ["world", "overrides", "arms", "replications", "jobs", "seed",
                                                          "progress"]
    assert len(lines_of(fs.check, None, seeds=0, progress="x")) == 3
    assert len(lines_of(fs.run, None, seed=-1, progress="x")) == 3


@pytest.mark.parametrize("arms", [3, None, [1], {"joint-raids": 1}, b"joint-raids", {"joint-raids"}, [["joint-raids"]]],
                         ids=repr)
def test_arms_must_be_a_list_of_texts(arms, short_world):
    (line,) = lines_of(fs.compare, short_world, arms)
    assert line.startswith("arms: ")


def test_arms_may_come_from_a_generator():
    assert arm_texts(name for name in ("a", "b")) == (["a", "b"], [])


def test_a_model_tells_all_its_mistakes_at_once(short_world):
    for rng in (1.5, -1, "x", True, np.float64(1.0), np.int64(-1), object()):
        (line,) = lines_of(fs.FraudModel, short_world, rng=rng)
        assert line.startswith("rng: ")
        assert "a whole number, 0 and more" in line
    for agents in ([fs.Syndicate], 3, "x", fs.Syndicate, 0):
        assert lines_of(fs.FraudModel, short_world, agents=agents)[0].startswith("agents: ")
    assert "nearest: Syndicate" in lines_of(fs.FraudModel, short_world, agents={"Syndicat": fs.Syndicate})[0]
    lines = lines_of(fs.FraudModel, short_world, ["joint-riads"], rng=1.5, agents=[1])
    assert [line.partition(":")[0] for line in lines] == ["arm 'joint-riads'", "rng", "agents"]
    assert len(lines_of(fs.FraudModel, None, rng=-1, agents=[1])) == 3


def test_a_model_takes_what_numpy_takes(short_world):
    for rng in (None, 0, np.int64(3), np.random.default_rng(1), np.random.SeedSequence(1)):
        assert fs.FraudModel(short_world, rng=rng).seed >= 0
    first, second = (fs.FraudModel(short_world, rng=np.random.default_rng(5)).seed for _ in range(2))
    assert first == second


def test_a_den_says_what_it_needs(short_world):
    model = fs.FraudModel(short_world, rng=1)
    with pytest.raises(TypeError, match="needs a FraudModel"):
        fs.Den(None)
    with pytest.raises(TypeError, match="not staff"):
        fs.Den(model, syndicate=0, zone=0, staff=3)
    for wrong in (None, -1, 99, "Madrid", 1.5):
        with pytest.raises(ValueError, match="zone must be an agent or a row number, 0 to"):
            fs.Den(model, syndicate=0, zone=wrong)


def test_a_comparison_is_asked_by_name_or_number(real):
    name = real.arms[1]
    assert real.paired(name, "victims") == real.paired(1, "victims") == real.paired(np.int64(1), "victims")
    assert real.settings(name) == real.settings(1)
    for arm in (2, -1, None, 1.5, True, "joint-riads"):
        assert lines_of(real.paired, arm, "victims")[0].startswith("arm: ")
        assert lines_of(real.settings, arm)[0].startswith("arm: ")
    assert len(lines_of(real.paired, 7, "victimss")) == 2
    assert "nearest: victims" in lines_of(real.paired, 0, "victimss")[0]


def test_outcomes_and_days_of_a_comparison(real):
    for wrong in (3, b"victims", [3], [None], ["victims", ["x"]], ["x", 3]):
        assert all(line.startswith("outcomes: ") for line in lines_of(real.table, wrong))
    assert len(lines_of(real.table, ["x", 3])) == 2
    for smooth in (0, -1, "x", 1.5, None, 1000):
        assert lines_of(real.daily, smooth)[0].startswith("smooth: ")
    for out in (3, None):
        assert lines_of(real.save, out)[0].startswith("out: ")


def test_values_are_told_in_one_line():
    assert [told(value) for value in (None, np.float64(1.5), np.int64(3), "a\nb")] == ["None", "1.5", "3", r"'a\nb'"]
