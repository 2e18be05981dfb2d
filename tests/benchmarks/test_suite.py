from __future__ import annotations

import ast
from pathlib import Path

import pytest

import common
import run
import world_size
from fraudsim.day import DAY

HERE = Path(world_size.__file__).parent


def test_every_section_has_its_marks_and_its_command():
    page = common.PAGE.read_text("utf-8")
    for name in run.SUITE:
        assert (HERE / f"{name}.py").exists()
        assert f"`python experiments/benchmarks/{name}.py`" in page
        section = name.replace("_", "-")
        assert page.index(f"<!-- {section} -->") < page.index(f"<!-- /{section} -->")


def test_a_section_is_put_between_its_marks(monkeypatch, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("# A\n\n<!-- one -->\nold\n<!-- /one -->\n\n<!-- two -->\nstays\n<!-- /two -->\n")
    monkeypatch.setattr(common, "PAGE", page)
    common.publish("one", "new")
    text = page.read_text()
    assert "old" not in text
    assert text.index("<!-- one -->") < text.index("new") < text.index("<!-- /one -->")
    assert "stays" in text
    with pytest.raises(SystemExit, match="no marks"):
        common.publish("three", "new")


def test_the_gain_is_told_apart():
    import against_mesa

    times = {name: [(2 * busy, busy)] for name, busy in (
        ("fraudsim, like work", 0.1), ("fraudsim, full", 0.2), ("plain Mesa, residents step", 30.0),
        ("plain Mesa, only workers act", 21.0), ("plain Mesa, workers act, calls drawn in bulk", 3.0),
        ("plain Mesa, workers act, calls thinned", 0.5))}
    did = {name: [(30_000_000, 2_000, 400_000), (30_000_002, 2_002, 400_002)] for name in times}
    text = against_mesa.report(times, did, 365)
    assert "Of the 210 times" in text
    assert "**7 times is counting calls in bulk**" in text
    assert "**6 times is thinning**" in text
    assert "**5 times is the rest**" in text
    assert "| contacts | victims | staff-days |" in text
    assert "| 30,000,001 | 2,001 | 400,001 |" in text
    assert "wanted" not in text
    assert "calls drawn in bulk, over full fraudsim | 15 times" in text


@pytest.mark.parametrize(("before", "marked"), [("0.3, 2.0, 3.0", False), ("1.2, 1.0, 1.0", False),
                                                ("1.3, 0.1, 0.1", True), ("unknown", False)])
def test_a_section_taken_under_load_is_marked(monkeypatch, before, marked):
    monkeypatch.setattr(common, "BEFORE", before)
    assert ("taken under load" in common.made_with()) is marked
    assert f"before {before}, after" in common.made_with()


def test_numbers_stand_on_the_right():
    assert common.table(("a", "b", "c"), [("x", "1.5 s", "y"), ("z", "", "2")]).splitlines()[1] == "|---|--:|---|"


def test_crime_grows_with_residents():
    for adults, dens in ((10_000, 3), (100_000, 30), (1_000_000, 300)):
        world = world_size.sized(adults, growing=True)
        assert sum(owner.dens for owner in world.syndicates) == dens
        assert world_size.sized(adults, growing=False).syndicates == world_size.sized(100_000, False).syndicates


def test_a_fixed_and_a_growing_part_are_told_apart():
    sizes = [10.0, 100.0, 1000.0, 10000.0]
    a, b, off = world_size.fixed_and_growing(sizes, [5.0 + 0.02 * x for x in sizes])
    assert (a, b, off) == pytest.approx((5.0, 0.02, 0.0))
    assert world_size.fixed_and_growing(sizes, [5.0 + 2e-5 * x**2 for x in sizes])[2] > 0.2


def test_growth_is_told_by_parts_and_by_its_last_steps():
    found = [{"adults": n, "seconds": 0.1 + 3e-7 * n, "peak_mb": 220.0 + 1e-5 * n, "bare_mb": 218.0}
             for n in (10_000, 100_000, 1_000_000, 10_000_000)]
    said = world_size.growth(found)
    assert "about 0.1 s and 0.3 s more for every million" in said
    assert "about 2 MB and 10 MB more" in said
    assert "0.49 and 0.89" in said


def test_like_work_is_part_of_the_day():
    import like_work

    assert [happen.__name__ for happen in like_work.CORE] == list(like_work.PROCESSES)
    assert {*like_work.PROCESSES} < {happen.__name__ for happen in DAY}


def test_nothing_in_the_package_imports_the_benchmarks():
    own = {path.stem for path in HERE.glob("*.py")} | {"experiments", "plain_mesa"}
    for path in (HERE.parent.parent / "fraudsim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else [])
            assert not [name for name in names if name.split(".")[0] in own], path
