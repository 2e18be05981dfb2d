"""Sensitivity: what is known of a formula is found in its runs."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import works
from pretend import ANSWER, FREEZE, LEAK, OPEN, answered, chance, file, share, stored

from fraudsim.errors import InputError
from fraudsim.study.questions.sensitivity import elementary_effects, mean_interval

SALTELLI = {"kind": "saltelli", "points": 1024}
MORRIS = {"kind": "morris", "trajectories": 12}


def ishigami(settings, seed, arm):
    """Ishigami's function, a = 7, b = 0.1, plus what the seed does to all points alike."""
    x, y, z = (2 * np.pi * share(settings, path) - np.pi for path in (ANSWER, FREEZE, OPEN))
    return float(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)) + 100.0 * chance(seed)


def linear(settings, seed, arm):
    """The baseline hangs on FREEZE alone; the arm adds 6 for ANSWER and 2 for OPEN."""
    change = arm * (6 * share(settings, ANSWER) + 2 * share(settings, OPEN))
    return 50 * share(settings, FREEZE) + change + 1000 * chance(seed)


def one(answer, **where):
    frame = answer.table()
    for key, value in where.items():
        frame = frame[frame[key] == value]
    return frame.set_index("factor")


def test_sobol_indices_of_ishigamis_function(tmp_path):
    """Analytic values; the sample is a fixed Sobol sequence, and the seed's part cancels out."""
    results = stored(tmp_path / "s", file(SALTELLI), answered(ishigami))
    answer = results.sensitivity("loss_net")
    found = one(answer)
    assert found["first"].to_numpy() == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert found["total"].to_numpy() == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert (found["first_low"] < found["first"]).all()
    assert answer.tables["variance"]["noise"].iloc[0] == pytest.approx(0.0, abs=1e-9)
    assert "First orders sum to 0.7" in str(answer)


def test_pairs_where_the_sample_is_made_for_them(tmp_path):
    design = SALTELLI | {"points": 64, "second_order": True}
    pairs = stored(tmp_path / "s", file(design), answered(ishigami)).sensitivity("loss_net").tables["pairs"]
    strongest = pairs.loc[pairs["second"].idxmax()]
    assert {strongest["factor"], strongest["other"]} == {"answer_share", "open_rate"}


def test_morris_finds_the_slopes_of_a_linear_formula_and_what_does_nothing(tmp_path):
    study = file(MORRIS, (ANSWER, FREEZE, OPEN, LEAK), arms=["joint-raids"])
    results = stored(tmp_path / "s", study, answered(linear))
    change = one(results.sensitivity("loss_net"), of="change")
    assert change["mu_star"].to_numpy() == pytest.approx([6, 0, 2, 0], abs=1e-6)
    assert change["sigma"].to_numpy() == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert change["clear"].tolist() == [True, False, True, False]
    level = one(results.sensitivity("loss_net", "baseline"), of="level")
    assert level["mu"].to_numpy() == pytest.approx([0, 50, 0, 0], abs=1e-6)
    assert set(results.sensitivity("loss_net", of="level").table()["arm"]) == {"baseline", "joint-raids"}


def test_effects_within_seeds_are_the_slopes_whatever_the_order_of_steps():
    """y = 3a - 2b + seed: every step shows the slope of its own factor, and the seed cancels out."""
    sample = np.array([[0, 0], [0, 2 / 3], [2 / 3, 2 / 3], [1, 1 / 3], [1 / 3, 1 / 3], [1 / 3, 1]])
    grid = (sample @ [3.0, -2.0])[:, None] + [0.0, 700.0]
    assert elementary_effects(sample, grid) == pytest.approx(np.array([[[3.0] * 2] * 2, [[-2.0] * 2] * 2]))
    assert not elementary_effects(sample, np.full((6, 2), 1e6) + sample[:, :1] * 1e-9)[1].any()


@pytest.mark.parametrize(("path", "seed", "noise", "least"), [(1, 0, 1, 0.93), (0, 0, 1, 0.93), (1, 0.5, 1, 0.91)])
def test_the_interval_of_mu_covers_the_truth(path, seed, noise, least):
    """1,000 draws of eight trajectories and two seeds; a miss by 2 points (above 93%) is three standard errors."""
    rng = np.random.default_rng(4)
    hit = 0
    for _ in range(1000):
        effects = (5.0 + path * rng.normal(size=(8, 1)) + seed * rng.normal(size=(1, 2))
                   + noise * rng.normal(size=(8, 2)))
        low, high = mean_interval(effects)
        hit += low < 5.0 < high
    assert least < hit / 1000 < 0.985


def test_a_weak_effect_of_one_sign_is_clear_where_another_factor_is_loud(tmp_path):
    """What the pooled noise of a loud factor must not hide: ANSWER adds 1 surely, FREEZE +-60 at random."""
    def loud(settings, seed, arm):
        wild = chance(seed, int(1e9 * share(settings, FREEZE)))
        return share(settings, ANSWER) + 60 * wild + 0.0 * share(settings, OPEN)

    found = one(stored(tmp_path / "s", file(MORRIS), answered(loud)).sensitivity("loss_net"))
    assert found["clear"].to_dict() == {"answer_share": True, "freeze_success": False, "open_rate": False}
    assert found.loc["answer_share", ["mu_low", "mu_high", "noise"]].to_list() == pytest.approx([1, 1, 0], abs=1e-6)
    assert 0.2 < found.loc["freeze_success", "noise"] <= 1


def test_an_effect_that_changes_sign_is_clear_by_its_size(tmp_path):
    study = file(MORRIS, (ANSWER, FREEZE, OPEN, LEAK), replications=3)
    work = answered(lambda settings, seed, arm: 10 * (share(settings, ANSWER) - 0.5) * (share(settings, OPEN) - 0.5)
                    + 0.1 * chance(seed, *(int(1e9 * share(settings, p)) for p in (ANSWER, OPEN))))
    found = one(stored(tmp_path / "s", study, work).sensitivity("loss_net"))
    assert found.loc["answer_share", "mu_low"] < 0 < found.loc["answer_share", "mu_high"]
    assert found["clear"].to_dict() == {"answer_share": True, "freeze_success": False, "open_rate": True,
                                        "leak_share": False}


def test_pure_chance_is_seldom_clear(tmp_path):
    """Three factors at about 5% each: none here, with the seeds as they are."""
    study = file(MORRIS, replications=3)
    work = answered(lambda settings, seed, arm: chance(seed, *(int(1e9 * share(settings, p)) for p in (ANSWER, OPEN))))
    answer = stored(tmp_path / "s", study, work).sensitivity("loss_net")
    assert not answer.table()["clear"].any()
    assert answer.tables["variance"]["noise"].iloc[0] > 0.6
    assert any("Chance makes half of the variance" in note for note in answer.notes)


def noisy(settings, seed, arm):
    """ANSWER and noise of its own at every point, of a ninth of the variance of ANSWER (1/12)."""
    return share(settings, ANSWER) + np.sqrt(1 / 108) * chance(seed, *(int(1e9 * share(settings, p)) for p in (
        ANSWER, FREEZE, OPEN)))


def test_the_chance_in_total_orders_is_measured(tmp_path):
    """Of means of two: noise is 1/18 of the signal, 1/19 of the variance; factors without effect hold just that."""
    answer = stored(tmp_path / "s", file(SALTELLI | {"points": 256}), answered(noisy)).sensitivity("loss_net")
    found = one(answer)
    assert found["total_noise"].to_numpy() == pytest.approx([1 / 19] * 3, rel=0.25)
    assert found["total"].to_numpy()[1:] == pytest.approx([1 / 19] * 2, rel=0.3)
    assert "Chance" in str(answer)
    assert not answer.notes[0].startswith("ONE REPLICATION")


@pytest.mark.parametrize("design", [MORRIS, SALTELLI | {"points": 8}], ids=["morris", "sobol"])
def test_with_one_replication_the_first_note_is_that_noise_is_unknown(tmp_path, design):
    answer = stored(tmp_path / "s", file(design, replications=1), answered(noisy)).sensitivity("loss_net")
    assert answer.notes[0].startswith("ONE REPLICATION: ")
    assert "chance unknown" in answer.plot().axes[0].get_xlabel()
    if design is MORRIS:
        assert set(answer.table()["clear"]) == {None}
        assert "yes" not in str(answer)
    else:
        assert answer.table()["total_noise"].isna().all()


def test_an_outcome_that_does_not_move_is_told_and_drawn(tmp_path):
    for kind, design in (("m", MORRIS), ("s", SALTELLI | {"points": 4})):
        answer = stored(tmp_path / kind, file(design), answered(lambda *_: 5.0)).sensitivity("loss_net")
        assert "nothing can be said" in str(answer)
        answer.plot().savefig(io.BytesIO())


def test_runs_without_a_value_are_refused_in_one_line(tmp_path):
    def work(base, job):
        if job.point == 3 and job.replication == 1:
            raise ValueError("no dens")
        value = None if job.point == 5 and job.replication == 0 else 1.0
        return {"values": [[value] * len(base.outcomes)], "drift": works.DRIFT}

    results = stored(tmp_path / "s", file(MORRIS | {"trajectories": 2}), work)
    with pytest.raises(InputError) as error:
        results.sensitivity("loss_net")
    line, = error.value.lines
    assert "loss_net of baseline: no finite value in 2 of 16 runs" in line
    assert "(point 3 replication 1, point 5 replication 0)" in line


def test_what_cannot_be_asked(tmp_path):
    results = stored(tmp_path / "s", file({"kind": "latin-hypercube", "points": 4}), works.quick)
    with pytest.raises(InputError) as error:
        results.sensitivity("loss", "raids", "change", -1)
    said = "\n".join(error.value.lines)
    for part in ("the design is latin-hypercube; a sensitivity analysis needs", "no outcome 'loss'", "no arm 'raids'",
                 "this study has no arm beside the baseline", "seed: -1"):
        assert part in said


def test_an_answer_is_the_same_again_and_is_kept(tmp_path):
    results = stored(tmp_path / "s", file(MORRIS), answered(linear))
    first, again = results.sensitivity(), results.sensitivity()
    assert first.to_json() == again.to_json()
    place = first.save(results.directory)
    assert sorted(path.name for path in place.iterdir()) == ["answer.json", "figure.png", "figure.svg", "indices.csv",
                                                            "variance.csv"]
    assert place == again.save(results.directory)
    assert replace(first, asked=first.asked | {"seed": 1}).folder(results.directory) != place
    assert results.status()["left"] == 0


def test_the_figure_names_every_factor_and_the_unit(tmp_path):
    for kind, design in (("m", MORRIS), ("s", SALTELLI | {"points": 8})):
        answer = stored(tmp_path / kind, file(design, arms=["joint-raids"]), answered(linear)).sensitivity("loss_net")
        axes = answer.plot().axes[0]
        assert {tick.get_text() for tick in axes.get_yticklabels()} == {"answer_share", "freeze_success", "open_rate"}
        assert axes.get_title(loc="left") == "Net loss: joint-raids, change"
        assert ("USD" if kind == "m" else "share of the variance") in axes.get_xlabel()
