"""What a world file may not say: one clear line each, with its path and what is allowed, all together."""

from __future__ import annotations

from typing import Any

import pytest
from test_loader import file, lines_of, small_world, text_of  # noqa: F401

from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.shipped import country_tables

SCRIPT = {"name": "own", "demand_median": 100.0,
          "stages": [{"role": "clerk", "channel": "social", "hours": 0.1, "success": 0.1}]}


def changed(**changes: Any) -> dict[str, Any]:
    """Return the small world with one more script, and with some keys replaced."""
    data = small_world() | {"scripts": [dict(SCRIPT)]}
    for path, value in changes.items():
        *steps, last = path.split("__")
        part: Any = data
        for step in steps:
            part = part[int(step) if step.isdigit() else step]
        part[int(last) if last.isdigit() else last] = value
    return data


def world_of(tmp_path: Any, data: dict[str, Any]) -> Any:
    path = tmp_path / "w.toml"
    path.write_text(text_of(data), "utf-8")
    return path


@pytest.mark.parametrize(("changes", "line"), [
    ({"countries__1__currency": "CNY"},
     "countries[CN].currency: no rate for 'CNY'; rates holds: nothing; the accounting currency is 'USD'"),
    ({"scripts__0__currency": "CNY", "rates": {"EUR": 1.1}},
     "scripts[own].currency: no rate for 'CNY'; rates holds: EUR; the accounting currency is 'USD'"),
    ({"rates": {"CNY": 0.0}}, "rates.CNY: 0; allowed: above 0, the accounting currency a unit"),
    ({"scripts__0__contacts": {"voice": 0.5, "sms": 0.2}}, "scripts[own].contacts: the shares add up to 0.7, not to 1"),
    ({"scripts__0__contacts": {"voice": 1.5, "sms": -0.5}}, "scripts[own].contacts.voice: 1.5; allowed: 0 to 1"),
    ({"scripts__0": {k: v for k, v in SCRIPT.items() if k != "demand_median"}},
     "scripts[own].demand_median: missing; must be a number (currency, 0.01 to 1,000,000,000,000)"),
    ({"scripts__0": SCRIPT | {"stages": []}}, "scripts[own].stages: must be a list of tables (1 to 15 items), got an "
     "empty list"),
    ({"treaties": [{"host": "ES", "kind": "court", "median_days": 500}]},
     "treaties[0].requester: missing; must be text in quotes"),
    ({"treaties": [{"host": "", "requester": "CN", "kind": "court", "median_days": 500}]},
     "treaties[0].host: no country ''; known: CN, ES, XX"),
    ({"syndicates__0__hideout": "KH"}, "syndicates[first].hideout: no country 'KH'; known: CN, ES, XX"),
    ({"syndicates__0__lines": [{"script": "chain", "target": "CN"}]},
     "syndicates[first].lines[0].script: no script 'chain'; known: neighbour-chain, own"),
    ({"syndicates__0__lines": [{"script": "own", "target": "ES"}]},
     "syndicates[first].lines[0].target: no country with target = true 'ES'; known: CN"),
    ({"syndicates__0__lines": [{"script": "neighbour-chain", "target": "CN"}]},
     "syndicates[first].lines: 'neighbour-chain -> CN' stands twice"),
    ({"countries__1__languages": ["zh", "Chinese"]}, "countries[CN].languages: 'Chinese'; allowed: ISO 639 codes"),
    ({"country_table": "countries-1999"},
     "country_table: no shipped table 'countries-1999'; known: countries-2018, countries-2023"),
])
def test_each_mistake_is_one_line(tmp_path, changes, line):
    found = [text.removeprefix("w.toml: ") for text in lines_of(world_of(tmp_path, changed(**changes)))]
    assert any(text.startswith(line) for text in found), found


def test_all_mistakes_come_together(tmp_path):
    data = changed(countries__1__currency="CNY", scripts__0__contacts={"web": 0.5}, syndicates__0__hideout="KH")
    data["treaties"] = [{"requester": "CN", "kind": "court", "median_days": 500}]
    found = "\n".join(lines_of(world_of(tmp_path, data)))
    assert all(part in found for part in ("no rate for 'CNY'", "add up to 0.5", "no country 'KH'", "treaties[0].host"))


def test_currencies_are_converted_when_a_world_is_built(tmp_path):
    """58,000 yuan at 0.145 dollars are 8,410 dollars; a demand of 1,000 yuan is one of 145 dollars."""
    data = changed(countries__1__currency="CNY", countries__1__income=58000.0, scripts__0__currency="CNY",
                   scripts__0__demand_median=1000.0, rates={"CNY": 0.145})
    world = load_world(world_of(tmp_path, data))
    assert (world.countries[1].income, world.countries[1].currency) == (58000.0, "CNY")
    state = build(world, 0)
    assert state.world.countries[1].income == pytest.approx(8410.0)
    assert [s.demand_median for s in state.scripts if s.name == "own"] == [14500]
    assert state.world.in_one_currency() is state.world


def test_a_table_of_statistics_fills_in_what_the_file_does_not_say(tmp_path):
    data = changed(country_table="countries-2023")
    del data["countries"][1]["adults"]
    world = load_world(world_of(tmp_path, data))
    china, spain = world.countries[1], world.countries[0]
    table = country_tables()["countries-2023"]
    assert (china.adults, china.income, china.languages) == (table["CN"]["adults"], table["CN"]["income"], ("zh",))
    assert (spain.adults, spain.income, spain.name) == (9, table["ES"]["income"], "Spain")
    assert "World Bank" in china.source
    assert load_world(world, {"countries.CN.adults": 5}).countries[1].adults == 5


def test_every_row_of_the_shipped_tables_has_the_same_columns():
    for table in country_tables().values():
        assert {frozenset(row) for row in table.values()} == {
            frozenset(("name", "adults", "income", "languages", "legal", "source"))}
