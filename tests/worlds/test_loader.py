from __future__ import annotations

import copy
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fraudsim.errors import InputError
from fraudsim.worlds.loader import load_world, parse_assignments, parse_value, shipped_worlds, world_label
from fraudsim.worlds.schema import World

SMALL = """
name = "small"
title = "A small world"
description = "for tests"
start = 2016-07-01
days = 100
shipped_scripts = ["neighbour-chain"]
age_bands = [{ name = "all", share = 1 }]
treaties = [{ host = "ES", requester = "CN", kind = "court", median_days = 500 }]
facts = [{ name = "dens", role = "input", low = 1, high = 2.5, unit = "dens", source = "none" }]
interventions.joint-raids = { countries = ["CN", "ES"], lead = "CN" }
countries = [
  { iso = "ES", name = "Spain", region = "Europe", adults = 9, zones = [{ name = "Madrid" }] },
  { iso = "CN", name = "China", region = "Asia", adults = 100000, at_risk = 500, target = true },
  { iso = "XX", name = "Elsewhere", region = "World", adults = 5, elsewhere = true },
]

[[syndicates]]
name = "first"
home = "CN"
target = "CN"
script = "neighbour-chain"
dens = 3
dens_most = 6
staff = 20
sources = { CN = 1 }
start_zones = { Madrid = 1 }
"""


def small_world() -> dict[str, Any]:
    return tomllib.loads(SMALL)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" if not c.isalnum() else c for c in value) + '"'
    return value.isoformat() if isinstance(value, dt.date) else repr(value)


def text_of(data: dict[str, Any]) -> str:
    return "".join(f"{toml(key)} = {toml(value)}\n" for key, value in data.items())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "w.toml"
    path.write_text(text_of(small_world()), "utf-8")
    return path


def lines_of(world: Any, overrides: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_world(world, overrides)
    return [
        line.replace(str(Path(world).parent) + "/", "") if isinstance(world, Path) else line
        for line in caught.value.lines
    ]


def test_a_file_is_loaded_and_its_shipped_scripts_are_there(file: Path) -> None:
    world = load_world(file)
    assert world.countries[0].zones[0].protection == 0.1
    assert [s.name for s in world.scripts] == ["neighbour-chain"]
    assert world.scripts[0].stages[1].role == "policeman"
    assert world.shipped_scripts == ()
    assert load_world(str(file)) == world


def test_every_shipped_script_and_world_is_valid(file: Path) -> None:
    world = load_world(file, {"shipped_scripts": ["neighbour-chain", "safe-account"]})
    assert [s.name for s in world.scripts] == ["neighbour-chain", "safe-account"]
    for name, title in shipped_worlds().items():
        assert title
        assert load_world(name).name == name


def test_an_unknown_shipped_script_is_named(file: Path) -> None:
    data = small_world() | {"shipped_scripts": ["neighbor-chain"]}
    file.write_text(text_of(data))
    assert lines_of(file)[0] == (
        "w.toml: shipped_scripts: no shipped script 'neighbor-chain'; known: "
        "neighbour-chain, safe-account, click-farming, investment; nearest: neighbour-chain"
    )


def test_mistakes_of_fields_and_contradictions_come_together(file: Path) -> None:
    data = small_world()
    data["countries"][0]["zones"][0]["protection"] = "6%"
    data["countries"][1]["adutls"] = 3
    data["syndicates"][0] |= {"dens": 8, "home": "CM", "capital": float("nan")}
    data["facts"][0] |= {"low": 9}
    file.write_text(text_of(data))
    assert lines_of(file) == [
        "w.toml: countries[ES].zones[Madrid].protection: must be a number (share, 0 to 1), got '6%'",
        "w.toml: countries[CN].adutls: unknown key; nearest: adults",
        "w.toml: syndicates[first].capital: must be a number (currency, 0 to 1,000,000,000,000), got nan",
        "w.toml: syndicates[first].home: no country 'CM'; known: CN, ES, XX; nearest: CN",
        "w.toml: syndicates[first].dens: 8 is more than dens_most = 6",
        "w.toml: facts[dens].high: 2.5 is below low = 9",
    ]


def test_what_could_not_be_read_contradicts_nothing(file: Path) -> None:
    data = small_world()
    del data["countries"][1]["iso"]
    data["syndicates"][0] |= {"dens": "3", "sources": 1, "start_zones": []}
    file.write_text(text_of(data))
    assert [line.split(": ")[1] for line in lines_of(file)] == [
        "countries[China].iso",
        "syndicates[first].dens",
        "syndicates[first].sources",
        "syndicates[first].start_zones",
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"name = 'x'\ndays = \n", "w.toml: line 2, column 8: not TOML: Invalid value"),
        (b"days = [1,\n2", "w.toml: line 2: not TOML: Unclosed array (noticed at the end of the file)"),
        (b"name = 'x'\nb = '\xff'\n", "w.toml: line 2: byte 0xff is not UTF-8 text"),
        (b"\x00\x01", "w.toml: is a binary file, not text"),
        (b"a = " + b"[" * 5000, "w.toml: not TOML: nested too deeply"),
        (b".".join([b"a"] * 3000) + b" = 1", "w.toml: nested too deeply, more than 40 levels"),
        (b"#" * 4_000_001, "w.toml: is larger than 4 MB, too large for a world file"),
    ],
)
def test_a_file_that_is_no_world_gives_one_line(file: Path, content: bytes, line: str) -> None:
    file.write_bytes(content)
    assert lines_of(file) == [line]


def test_numbers_of_any_length_give_lines(file: Path) -> None:
    file.write_text("days = " + "9" * 5000)
    assert lines_of(file)[0].startswith("w.toml: not TOML: ")
    file.write_text("days = 0x" + "f" * 5000)
    assert any("more than 30 digits" in line for line in lines_of(file))
    data = small_world()
    data["syndicates"][0]["start_zones"] = {"Madrid": 10**400, "x": 0.5}
    file.write_text(text_of(data))
    assert [line.split(": ")[1] for line in lines_of(file)] == [
        "syndicates[first].start_zones.x",
        "syndicates[first].start_zones",
    ]
    data = parse_assignments(["days=0x" + "f" * 5000])
    file.write_text(text_of(small_world()))
    assert "more than 30 digits" in lines_of(file, data)[0]


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_world(file).name == "small"


def test_what_is_no_file_gives_one_line(tmp_path: Path) -> None:
    assert lines_of(tmp_path) == [f"{tmp_path.name}: is a folder, not a world file"]
    assert lines_of("tutrial")[0].startswith("no world 'tutrial'; shipped: ")
    assert lines_of("no/such/file")[0].startswith("no/such/file: no such file; shipped worlds: ")
    assert lines_of("a\0b.toml")[0].startswith("a\\x00b.toml: no such file")
    if Path("/dev/zero").exists():
        assert lines_of("/dev/zero")[0].startswith("/dev/zero: is not a regular file")


def test_a_file_without_permission_gives_one_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert lines_of(file) == ["w.toml: cannot be read: Permission denied"]


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("days", 7, lambda w: w.days),
        ("days", np.int64(7), lambda w: w.days),
        ("parameters.calls.answer_share", 0.1, lambda w: w.parameters.calls.answer_share),
        ("countries.ES.police.officers", 300, lambda w: w.countries[0].police.officers),
        ("countries[ES].zones[Madrid].protection", 0.5, lambda w: w.countries[0].zones[0].protection),
        ("countries.0.adults", 9, lambda w: w.countries[0].adults),
        ("syndicates.first.dens", 4, lambda w: w.syndicates[0].dens),
        ("syndicates.first.sources.CN", 1, lambda w: w.syndicates[0].sources["CN"]),
        ("interventions.joint-raids.start", 10, lambda w: w.interventions["joint-raids"]["start"]),
        ("interventions.call-interception.start", 5, lambda w: w.interventions["call-interception"]["start"]),
        ("scripts.neighbour-chain.demand_median", 5, lambda w: w.scripts[0].demand_median),
        ("start", dt.date(2017, 1, 1), lambda w: w.start),
    ],
)
def test_overrides_reach_every_value(file: Path, path: str, value: Any, read: Any) -> None:
    before = load_world(file)
    assert read(load_world(file, {path: value})) == value
    assert read(load_world(before, {path: value})) == value
    assert load_world(file) == before


POLICE = "investigators, officers"
MISTAKES = {
    "days": "must be a whole number (days, 1 to 32,000), got true",
    "dais": "unknown path; nearest: days",
    "calls.answer_share": "unknown path; nearest: parameters.calls.answer_share",
    "countries.EX.adults": "unknown path; countries holds: ES, CN, XX; nearest: countries.XX.adults",
    "countries.ES.police.officer": f"unknown path; countries[ES].police holds: {POLICE}; "
    "nearest: countries.ES.police.officers",
    "countries.ES.police": f"names a table, not a value; it holds: {POLICE}",
    "countries": "names a table, not a value; it holds: ES, CN, XX",
    "interventions.joint-raids": "names a table, not a value; it holds: countries, lead",
    "days.x": "days is a value, and nothing stands below it",
    "a..b": "is not a path; write it like countries.ES.police.officers",
}


@pytest.mark.parametrize("path", MISTAKES)
def test_mistakes_in_overrides_name_the_override(file: Path, path: str) -> None:
    assert lines_of(file, {path: True}) == [f"--set {path}: {MISTAKES[path]}"]


def test_contradictions_that_overrides_bring_name_them(file: Path) -> None:
    assert lines_of(file, {"syndicates.first.dens": 9}) == [
        "--set syndicates.first.dens: 9 is more than dens_most = 6"
    ]
    assert lines_of(file, {"syndicates.first.dens_most": 2}) == [
        "w.toml with --set syndicates.first.dens_most: syndicates[first].dens: 3 is more than dens_most = 2"
    ]


def test_mistakes_of_file_and_overrides_come_together(file: Path) -> None:
    file.write_text(text_of(small_world() | {"price_year": 3}))
    assert lines_of(file, {"days": "x", "dais": 1, "countries.0.adults": 5, "countries.ES.adults": 6}) == [
        "--set days: must be a whole number (days, 1 to 32,000), got 'x'",
        "w.toml: price_year: must be a whole number (year, 1900 to 2100), got 3",
        "--set dais: unknown path; nearest: days",
        "--set countries.ES.adults: is the same as --set countries.0.adults",
    ]


def test_an_override_mends_a_mistake_of_the_file(file: Path) -> None:
    file.write_text(text_of(small_world() | {"days": 0}))
    assert load_world(file, {"days": 5}).days == 5


def test_overrides_stay_out_where_the_file_has_another_form(file: Path) -> None:
    file.write_text(text_of(small_world() | {"countries": 3}))
    assert lines_of(file, {"countries.ES.adults": 5}) == [
        "w.toml: countries: must be a list of tables (at least 1 item), got 3",
        "--set countries.ES.adults: countries has another form in the file",
    ]


def test_a_world_is_taken_as_it_is(file: Path) -> None:
    world = load_world(file)
    assert load_world(world) is world
    assert world_label(world) == "world 'small'"
    bare = World.model_validate(small_world())
    assert [s.name for s in load_world(bare).scripts] == ["neighbour-chain"]
    assert lines_of(world, {"days": 0})[0].startswith("--set days: ")


def test_an_edited_file_is_read_anew(file: Path) -> None:
    load_world(file)
    file.write_text(text_of(small_world() | {"days": 50}))
    assert load_world(file).days == 50


def test_loading_again_costs_little(file: Path) -> None:
    assert load_world(file) is load_world(file)
    assert load_world(file, {"days": 7}) is load_world(file, {"days": 7})
    assert load_world(file, {"days": 1}).days != load_world(file, {"days": 2}).days
    with pytest.raises(InputError):
        load_world(file, {"days": True})


def test_values_are_read_as_toml_or_as_text() -> None:
    for text, value in {"3": 3, "0.5": 0.5, '"3"': "3", " 7 ": 7, "[1, 2]": [1, 2]}.items():
        assert parse_value(text) == value
    assert parse_value("true") is True
    assert parse_value("2016-07-01") == dt.date(2016, 7, 1)
    for text in ("ES", "6%", "", "1\nb = 2", "[" * 5000):
        assert parse_value(text) == text


def test_assignments_report_all_mistakes() -> None:
    assert parse_assignments(["a.b = 3", "c=x=y"]) == {"a.b": 3, "c": "x=y"}
    with pytest.raises(InputError) as caught:
        parse_assignments(["a=1", "b", "=3", "a=2"])
    assert caught.value.lines == [
        "--set 'b': must be path=value, such as days=100",
        "--set '=3': must be path=value, such as days=100",
        "--set a: stands twice",
    ]


def spots(data: Any) -> list[tuple[Any, Any]]:
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    return [spot for key in keys for spot in [(data, key), *spots(data[key])]]


SCALARS = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=8),
    st.dates(),
    st.sampled_from(["ES", "CN", "Madrid", "neighbour-chain", 10**400]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def corrupted(draw: st.DrawFn) -> bytes:
    data = copy.deepcopy(small_world())
    for _ in range(draw(st.integers(0, 4))):
        where = spots(data)
        if not where:
            break
        holder, key = draw(st.sampled_from(where))
        action = draw(st.sampled_from(["delete", "junk", "add", "twice"]))
        if action == "delete":
            del holder[key]
        elif action == "junk":
            holder[key] = draw(JUNK)
        elif isinstance(holder, dict):
            holder[draw(st.text(max_size=6))] = draw(JUNK)
        else:
            holder.append(copy.deepcopy(holder[key]))
    content = text_of(data).encode()
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.one_of(st.just(b""), st.binary(max_size=6))) + content[at:]


def lines_if_any(world: Path, overrides: dict[str, Any] | None = None) -> list[str]:
    try:
        load_world(world, overrides)
    except InputError as error:
        return error.lines or ["nothing said"]
    return []


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=corrupted())
def test_a_corrupted_file_gives_a_world_or_lines_that_name_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.toml"
    path.write_bytes(content)
    for line in lines_if_any(path):
        assert line.startswith(f"{path}: ")
        assert line.isprintable()


STEPS = "countries ES 0 zones Madrid days parameters calls interventions joint-raids syndicates first -1"
PATHS = st.lists(st.sampled_from(STEPS.split()), min_size=1, max_size=5).map(".".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.one_of(st.text(max_size=12), PATHS), value=JUNK)
def test_any_override_gives_a_world_or_lines_that_name_it(file: Path, path: str, value: Any) -> None:
    assert all("--set " in line and line.isprintable() for line in lines_if_any(file, {path: value}))
