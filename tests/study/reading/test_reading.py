from __future__ import annotations

import json
import threading

import numpy as np
import pandas as pd
import pytest
import works

from fraudsim.errors import InputError
from fraudsim.study.opened import open_study
from fraudsim.study.plan.checked import checked
from fraudsim.study.reading import answers
from fraudsim.study.reading.summaries import summary_frame
from fraudsim.study.statistics import paired
from fraudsim.study.storage.store import Store
from fraudsim.study.study import Study
from fraudsim.study.work.unit import Base, job_of, line_of


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    study = {"name": "read", "title": "To be <read>", "world": "tutorial", "days": 3, "replications": 3,
             "arms": ["joint-raids", "call-interception"], "outcomes": ["loss_net", "victims", "rescued"],
             "design": {"kind": "latin-hypercube", "points": 4},
             "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.2}},
             "levers": {"joint-raids.strength": {"low": 0.2, "high": 0.8}}, "daily": True}
    return Study(study).run(tmp_path_factory.mktemp("store") / "s", work=works.with_days, progress=False)


def test_tables_agree(results):
    runs, points = results.runs(), results.points()
    assert list(runs.columns) == ["run", "point", "replication", "seed", "arm", "answer_share", "joint_raids_strength",
                                  "loss_net", "victims", "rescued"]
    assert len(runs) == 4 * 3 * 3
    assert (results.uncertainties, results.levers) == (("answer_share",), ("joint_raids_strength",))
    assert runs.merge(points, on="point")["answer_share_x"].equals(runs.merge(points, on="point")["answer_share_y"])
    tidy = results.outcomes("victims")
    assert list(tidy["value"]) == list(runs["victims"])
    assert set(tidy["unit"]) == {"persons"}
    wide = runs.pivot(index="run", columns="arm", values="victims")
    change = results.paired("victims").pivot(index="run", columns="arm", values="victims")
    assert change["joint-raids"].equals(wide["joint-raids"] - wide["baseline"])


def test_a_plan_comes_back_as_it_was(results):
    plan = results.plan
    assert plan.fingerprint == results.stored.about["fingerprint"]
    assert plan.points.shares.shape == (4, 2)
    assert list(results.sample()["answer_share"]) == list(plan.points.shares[:, 0])


def test_outcomes_that_are_not_kept_are_told(results):
    with pytest.raises(InputError, match="captive_days is not kept by this study; kept: loss_net"):
        results.runs("captive_days")
    with pytest.raises(InputError, match="no outcome 'victim'; nearest: victims"):
        results.summary(["victim"])


def test_daily_bands(results):
    daily = results.daily(point=1)
    assert set(daily["arm"]) == set(results.arm_names)
    of = daily[(daily["arm"] == "baseline") & (daily["series"] == "dens_active")]
    assert list(of["mean"]) == [2.0, 3.0, 4.0]  # seed + day, over seeds 0, 1, 2, and 1 for the point
    assert of["date"].iloc[0] == pd.Timestamp(results.world.start)
    smooth = results.daily(smooth=2, point=1)
    assert smooth["mean"].isna().sum() == 6 * 3
    for wrong in (0, 4, "x"):
        with pytest.raises(InputError, match="allowed: 1 to 3"):
            results.daily(smooth=wrong)


def test_summaries_are_those_of_a_comparison():
    draw = np.random.default_rng(4)
    arms, outcomes = ("baseline", "a", "b"), ("loss_net", "surrenders", "rescued")  # down, up, no direction
    frame = pd.DataFrame([(p, r, arm) for p in range(5) for r in range(6) for arm in arms],
                         columns=["point", "replication", "arm"])
    for name in outcomes:
        frame[name] = np.round(draw.normal(5, 3, len(frame)))
        frame.loc[draw.random(len(frame)) < 0.2, name] = np.nan
    frame = frame[~((frame["point"] == 3) & (frame["replication"] > 0))]
    frame.loc[frame["point"] == 4, "loss_net"] = 7.0
    found = summary_frame(frame, arms, outcomes).set_index(["point", "arm", "outcome"])
    for (point, arm, outcome), row in found.iterrows():
        if arm == "baseline":
            continue
        of = frame[frame["point"] == point].pivot(index="replication", columns="arm", values=outcome)
        good = row["good"]
        expected = paired(of["baseline"].to_numpy(), of[arm].to_numpy(), good)
        for name in ("baseline", "mean", "difference", "low", "high", "relative", "share_better", "pairs",
                     "variance_ratio"):
            value = getattr(expected, name)
            assert row[name] == pytest.approx(np.nan if value is None else value, rel=1e-9, nan_ok=True), (point, name)


# Queries


def test_queries_see_all_tables(results):
    assert results.sql("select count(*) as n from runs")["n"].item() == 36
    assert results.sql("select count(*) as n from outcomes")["n"].item() == 36 * 3
    assert results.sql("select count(*) as n from daily")["n"].item() == 36 * 3
    frame = results.sql("select arm, quantile_cont(loss_net, 0.5) as middle from runs group by arm")
    expected = results.runs().groupby("arm")["loss_net"].median()
    assert dict(zip(frame["arm"], frame["middle"])) == expected.to_dict()
    change = results.sql("select run, arm, victims from paired order by point, replication, arm desc")
    assert list(change["victims"]) == list(results.paired().sort_values(
        ["point", "replication", "arm"], ascending=[True, True, False])["victims"])


@pytest.mark.parametrize("query", ["select", "select x from runs", "select * from rums", "", 3])
def test_what_is_no_query_is_told_in_one_line(results, query):
    with pytest.raises(InputError) as caught:
        results.sql(query)
    assert len(caught.value.lines) == 1
    assert "\n" not in caught.value.lines[0]


def test_queries_do_not_see_the_program(results):
    frame = results.points()
    with pytest.raises(InputError, match="frame"):
        results.sql("select * from frame")
    assert len(frame)


def test_answers_as_text(results, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    frame = results.sql("select arm, avg(victims) as mean, null as nothing from runs group by arm order by arm")
    assert "baseline" in answers.answer_text(frame)
    assert answers.answer_text(frame, "csv").splitlines()[0] == "arm,mean,nothing"
    rows = json.loads(answers.answer_text(frame, "json"))
    assert (rows[0]["arm"], rows[0]["nothing"]) == ("baseline", None)
    assert answers.answer_text(frame.head(0)) == "no rows (arm, mean, nothing)\n"
    assert max(map(len, answers.tables_text(results).splitlines())) <= 80


def test_reading_while_somebody_writes(tmp_path, small, monkeypatch):
    from fraudsim.study.storage import store as module

    monkeypatch.setattr(module, "MOST_LINES", 2)
    plan = checked(small | {"replications": 40})
    base = Base(plan.world, plan.arms, plan.days, plan.outcomes, False, False, "")

    def write():
        for block in plan.blocks():
            jobs = [job_of(plan, unit) for unit in block]
            store.keep([line_of(job, works.quick(base, job), 0.1) for job in jobs])

    with Store(tmp_path / "s", plan) as store:
        writer, seen = threading.Thread(target=write), [0]
        writer.start()
        while writer.is_alive():
            results = open_study(tmp_path / "s")
            frame, counted = results.runs(), results.sql("select count(*) as n from runs")["n"].item()
            assert len(frame) % 3 == 0
            assert seen[-1] <= len(frame) <= counted
            assert not frame.duplicated(["run", "arm"]).any()
            seen.append(len(frame))
        writer.join()
    assert len(open_study(tmp_path / "s").runs()) == 480


# Other forms


def test_exports(tmp_path, results):
    import duckdb
    import openpyxl

    frame = pd.read_csv(results.export(tmp_path / "runs.csv"))
    assert list(frame["loss_net"]) == list(results.runs()["loss_net"])
    book = openpyxl.load_workbook(results.export(tmp_path / "book.xlsx", "excel"))
    assert book.sheetnames == ["about", "points", "summary", "runs", "failures"]
    assert book["runs"].max_row == 37
    assert book["summary"]["A1"].value == "point"
    with duckdb.connect(str(results.export(tmp_path / "all.duckdb", "duckdb")), read_only=True) as database:
        assert database.execute("select count(*) from runs").fetchone() == (36,)
        assert {row[0] for row in database.execute("show tables").fetchall()} == {
            "runs", "points", "paired", "failures", "daily", "about"}
    lines = results.export(tmp_path / "c.jsonl", "canonical").read_text().splitlines()
    runs = [json.loads(line)["run"] for line in lines[1:]]
    assert runs == sorted(runs)
    assert len(runs) == 12
    assert "seconds" not in "".join(lines)


@pytest.mark.parametrize(("file", "kind", "part"), [
    ("x.csv", "cvs", "nearest: csv"), (".", "csv", "is a directory"), ("no/where.csv", "csv", "is no directory")])
def test_a_bad_export_is_told(tmp_path, results, file, kind, part):
    with pytest.raises(InputError, match=part):
        results.export(tmp_path / file, kind)
    assert not list(tmp_path.iterdir())


def test_a_notebook_shows_it_with_everything_escaped(results):
    html = results._repr_html_()
    assert "To be &lt;read&gt;" in html
    assert "12 of 12 runs done" in html
    assert "parameters.calls.answer_share" in html


@pytest.mark.parametrize(("place", "part"), [
    ("nowhere", "no such directory"), (".", "holds no sweep"), (3, "allowed: ")])
def test_what_is_no_store_is_told(tmp_path, place, part):
    with pytest.raises(InputError, match=part):
        open_study(tmp_path / place if isinstance(place, str) else place)
