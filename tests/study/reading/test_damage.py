"""A store that is not as it was written: said in one line, whoever asks."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from fraudsim.errors import InputError
from fraudsim.study.opened import open_study
from fraudsim.study.study import Study


@pytest.fixture(scope="module")
def swept_small(tmp_path_factory):
    content = {"name": "small", "world": "tutorial", "days": 4, "replications": 2, "overrides": {"burn_in_days": 0},
               "arms": ["joint-raids:start=2"], "outcomes": ["victims", "loss_net"],
               "design": {"kind": "latin-hypercube", "points": 2},
               "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.2}}}
    place = tmp_path_factory.mktemp("damage")
    return place, Study(content).run(place / "s"), Study(content | {"seed": 100}).run(place / "other")


@pytest.fixture
def store(swept_small, tmp_path):
    import shutil

    return shutil.copytree(swept_small[0] / "s", tmp_path / "s")


def part(store):
    return next((store / "shards" / "1-of-1").glob("*.parquet"))


def told(do):
    with pytest.raises(InputError) as caught:
        do()
    assert len(caught.value.lines) == 1
    return caught.value.lines[0]


ASKS = {"runs": lambda store: open_study(store).runs(), "status": lambda store: open_study(store).status(),
        "sql": lambda store: open_study(store).sql("select * from runs")}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
def test_a_damaged_part_is_named(store, ask):
    path = part(store)
    path.write_bytes(path.read_bytes()[:100])
    line = told(lambda: ask(store))
    assert str(path) in line
    assert "is damaged" in line


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
def test_runs_of_another_study_are_refused(store, swept_small, ask):
    foreign = store / "shards" / "1-of-1" / "000009.parquet"
    foreign.write_bytes(part(swept_small[0] / "other").read_bytes())
    assert told(lambda: ask(store)).startswith(f"{foreign}: holds runs of another study")


def test_a_line_of_another_study_is_refused_and_one_that_is_no_run_passed_over(store):
    journal = store / "shards" / "1-of-1" / "000008.jsonl"
    journal.write_text('{"run": 1}\n{"run": "a", "values": []}\n' + "[" * 100_000 + "\n")
    assert open_study(store).status()["done"] == 4
    journal.write_text(json.dumps({"run": "0" * 16, "point": 0, "replication": 0, "seed": 0, "error": "x"}) + "\n")
    assert "holds runs of another study" in told(lambda: open_study(store).status())


def test_a_manifest_that_was_changed_is_refused(store):
    file = store / "study.json"
    content = json.loads(file.read_text())
    for change in ({"content": {}}, {"content": None}, {"format": -1}, {"fingerprint": "0"},
                   {"content": content["content"] | {"replications": 1}}):
        file.write_text(json.dumps(content | change))
        assert "study.json" in told(lambda: open_study(store))


def test_missing_points_are_told(store):
    next(store.glob("points-*.parquet")).unlink()
    assert "is missing" in told(lambda: open_study(store).runs())


def test_a_part_knows_its_study(store):
    assert pq.read_metadata(part(store)).metadata[b"fraudsim.study"].decode() == open_study(store).stored.fingerprint


@pytest.mark.parametrize(("text", "said"), [
    ("copy (select 1) to '{}/x.csv'", "only asks"), ("attach '{}/x.db'", "only asks"),
    ("select 1; select 2", "one at a time"), ("create table t (i int)", "only asks")])
def test_a_query_only_asks(store, tmp_path, text, said):
    assert said in told(lambda: open_study(store).sql(text.format(tmp_path)))
    assert {path.name for path in tmp_path.iterdir()} == {"s"}


def test_an_export_spares_the_store_and_devices(store, tmp_path):
    results = open_study(store)
    assert "study's own directory" in told(lambda: results.export(store / "study.json", "csv"))
    assert "no regular file" in told(lambda: results.export("/dev/null", "csv"))
    assert open_study(store).status()["done"] == 4
