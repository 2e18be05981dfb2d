from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fraudsim.errors import InputError
from fraudsim.study.plan.checked import checked
from fraudsim.study.plan.designs import problem

KINDS = [({"kind": "latin-hypercube", "points": 10}, 10), ({"kind": "sobol", "points": 8}, 8),
         ({"kind": "morris", "trajectories": 5}, 15), ({"kind": "saltelli", "points": 4}, 16),
         ({"kind": "saltelli", "points": 4, "second_order": True}, 24),
         ({"kind": "full-factorial", "levels": 3}, 9)]


@pytest.mark.parametrize(("design", "count"), KINDS, ids=lambda x: str(x))
def test_designs_have_their_points_and_follow_from_their_seed(small, design, count):
    rows = checked(small | {"design": design}).points.rows
    assert len(rows) == count
    assert rows == checked(small | {"design": design}).points.rows
    if design["kind"] != "full-factorial":
        assert rows != checked(small | {"design": design | {"seed": 1}}).points.rows
    assert all(0.03 <= share <= 0.2 and 0.2 <= strength <= 0.8 for share, strength in rows)


def test_a_latin_hypercube_has_a_point_in_every_slice(small):
    shares = checked(small | {"design": {"kind": "latin-hypercube", "points": 10}}).points.shares
    assert [sorted((column * 10).astype(int)) for column in shares.T] == [list(range(10))] * 2


def test_samples_are_what_salib_analyses(small):
    from SALib.analyze import morris, sobol

    plan = checked(small | {"design": {"kind": "morris", "trajectories": 20}})
    names = problem([f.name for f in plan.factors])
    shares = plan.points.shares
    effects = morris.analyze(names, shares, 3 * shares[:, 0] + shares[:, 1], num_levels=4)
    assert list(effects["mu"]) == pytest.approx([3, 1])
    plan = checked(small | {"design": {"kind": "saltelli", "points": 256}})
    found = sobol.analyze(names, 3 * plan.points.shares[:, 0] + plan.points.shares[:, 1], calc_second_order=False)
    assert list(found["ST"]) == pytest.approx([0.9, 0.1], abs=0.02)


def test_points_come_from_a_file(tmp_path, small):
    (tmp_path / "points.csv").write_text("joint_raids_strength,parameters.calls.answer_share\n0.5,0.1\n0.25,0.2\n\n")
    design = {"kind": "csv", "file": str(tmp_path / "points.csv")}
    plan = checked(small | {"design": design})
    assert plan.points.rows == [(0.1, 0.5), (0.2, 0.25)]
    assert plan.points.shares is None


@pytest.mark.parametrize(("text", "part"), [
    ("", "holds no points"), ("answer_share,joint_raids_strength\n", "holds no points"),
    ("answer_share\n0.1\n", "no column for joint-raids.strength"),
    ("answer_shar,joint_raids_strength\n0.1,0.5\n", "nearest: answer_share"),
    ("answer_share,joint_raids_strength\n0.1\n", "row 1: 1 cells, not 2"),
    ("answer_share,joint_raids_strength\n0.1,0.5\n0.4,0.5\n", "row 2: parameters.calls.answer_share: 0.4; allow"),
    ("answer_share,joint_raids_strength\n0.1,much\n", "'much'; allowed: 0.2 to 0.8")])
def test_a_bad_file_of_points_is_told(tmp_path, small, text, part):
    (tmp_path / "points.csv").write_text(text)
    with pytest.raises(InputError, match=part.replace(".", r"\.")):
        checked(small | {"design": {"kind": "csv", "file": str(tmp_path / "points.csv")}})


def test_points_may_be_a_frame(small):
    frame = pd.DataFrame({"joint-raids.strength": np.array([0.5]), "answer_share": np.array([0.1])})
    assert checked(small, frame).points.rows == [(0.1, 0.5)]
    with pytest.raises(InputError, match="no column for"):
        checked(small, frame[["answer_share"]])


def test_without_factors_there_is_one_point():
    plan = checked({"name": "x", "world": "tutorial", "replications": 2})
    assert (plan.points.rows, plan.units, plan.arm_names) == ([()], 2, ("baseline",))
