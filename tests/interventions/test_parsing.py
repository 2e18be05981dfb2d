from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim.errors import InputError
from fraudsim.interventions import interventions
from fraudsim.interventions.exit_restrictions import ExitRestrictions
from fraudsim.interventions.joint_raids import JointRaids
from fraudsim.interventions.parsing import arm_name, check_interventions, parse_arm
from fraudsim.worlds.schema import World


def world_with(interventions: dict[str, Any] | None = None, **more: Any) -> World:
    sections = {"joint-raids": {"countries": ["CN", "ES"], "lead": "CN", "start": dt.date(2016, 7, 11)}}
    return World.model_validate(
        {
            "name": "small",
            "title": "t",
            "description": "d",
            "start": dt.date(2016, 7, 1),
            "days": 100,
            "age_bands": [{"name": "all", "share": 1}],
            "shipped_scripts": ["neighbour-chain"],
            "countries": [
                {
                    "iso": "ES",
                    "name": "Spain",
                    "region": "Europe",
                    "adults": 10,
                    "zones": [{"name": "Madrid"}],
                },
                {"iso": "CN", "name": "China", "region": "Asia", "adults": 10, "at_risk": 5, "target": True},
                {"iso": "TW", "name": "Taiwan", "region": "Asia", "adults": 10, "elsewhere": True},
            ],
            "syndicates": [
                {
                    "name": "first",
                    "home": "CN",
                    "target": "CN",
                    "script": "neighbour-chain",
                    "dens": 1,
                    "dens_most": 2,
                    "staff": 5,
                    "sources": {"CN": 1},
                }
            ],
            "interventions": sections if interventions is None else interventions,
            **more,
        }
    )


WORLD = world_with()


def lines_of(text: str | Sequence[str], world: World = WORLD) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_arm(text, world)
    return [line.removeprefix(f"arm {arm_name(text)!r}: ") for line in caught.value.lines]


@pytest.mark.parametrize("text", ["", " ", "baseline", " baseline ", (), ("",), ["baseline"]])
def test_the_baseline_has_no_interventions(text: str | Sequence[str]) -> None:
    assert parse_arm(text, WORLD) == ()
    assert arm_name(text) == "baseline"


def test_text_goes_over_the_world_and_the_world_over_defaults() -> None:
    raids, exits = parse_arm("joint-raids:strength=1+exit-restrictions:countries=TW|CN,screening=0.5", WORLD)
    assert isinstance(raids, JointRaids)
    assert isinstance(exits, ExitRestrictions)
    assert (raids.strength, raids.start, raids.lead, raids.officers) == (1.0, 10, "CN", 600)
    assert (exits.countries, exits.screening, exits.ban) == (("TW", "CN"), 0.5, 0.8)


def test_a_sequence_of_texts_is_one_arm() -> None:
    both = ["joint-raids", "exit-restrictions:countries=TW"]
    assert parse_arm(both, WORLD) == parse_arm("joint-raids+exit-restrictions:countries=TW", WORLD)
    assert arm_name(both) == "joint-raids+exit-restrictions:countries=TW"


def test_a_plus_within_a_number_joins_nothing() -> None:
    raids, exits = parse_arm("joint-raids:fixed_cost=1e+5 + exit-restrictions:countries=TW", WORLD)
    assert raids.fixed_cost == 1e5
    assert exits.countries == ("TW",)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("start=5,end=9", (5, 9)),
        ("start=2016-08-01,end=2016-09-01", (31, 62)),
        ('start="2016-08-01"', (31, 32000)),
    ],
)
def test_days_may_be_dates(text: str, days: tuple[int, int]) -> None:
    raids = parse_arm(f"joint-raids:{text}", WORLD)[0]
    assert (raids.start, raids.end) == days


KNOWN = f"known: {', '.join(interventions())}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("joint-raid", [f"no intervention 'joint-raid'; {KNOWN}; nearest: joint-raids"]),
        ("joint-raids+joint-raids", ["'joint-raids' stands twice"]),
        ("joint-raids+", [f"the name of an intervention is missing; {KNOWN}"]),
        ("baseline+joint-raids", ["'baseline' is an arm without interventions and joins no other"]),
        (
            "call-interception",
            ["call-interception.countries: missing; must be a list of text in quotes (ISO codes)"],
        ),
        ("call-interception:countries=", ["call-interception.countries: none given; known: ES, CN, TW"]),
        (
            "call-interception:countries=CM|CN|CN",
            [
                "call-interception.countries: 'CN' stands twice",
                "call-interception.countries: no country 'CM'; known: CN, ES, TW; nearest: CN",
            ],
        ),
        ("joint-raids:lead=TW", ["joint-raids.lead: no country taking part 'TW'; known: CN, ES"]),
        (
            "joint-raids:countries=CN|TW",
            ["joint-raids.countries: none but the lead has a zone where dens may stand; hosts: ES"],
        ),
        (
            "joint-raids:start=2016-06-30",
            ["joint-raids.start: 2016-06-30 is before day 0 of the world, 2016-07-01"],
        ),
        ("joint-raids:start=-1", ["joint-raids.start: must be a whole number (day, 0 to 32,000), got -1"]),
        ("joint-raids:start=5,end=5", ["joint-raids.end: day 5 is not after start = 5"]),
        ("joint-raids:start=5,start=6", ["joint-raids.start: stands twice"]),
        ("joint-raids:strength=6%", ["joint-raids.strength: must be a number (share, 0 to 1), got '6%'"]),
        ("joint-raids:strength=nan", ["joint-raids.strength: must be a number (share, 0 to 1), got nan"]),
        (
            "joint-raids:strenght=1,foo,start=soon,lead=FR+exit-restriction",
            [
                "joint-raids: 'foo' must be field=value",
                "joint-raids.start: must be a day (a whole number, 0 to 32,000) "
                "or a date such as 2016-07-01, got 'soon'",
                "joint-raids.strenght: unknown key; nearest: strength",
                "joint-raids.lead: no country taking part 'FR'; known: CN, ES",
                f"no intervention 'exit-restriction'; {KNOWN}; nearest: exit-restrictions",
            ],
        ),
    ],
)
def test_all_mistakes_come_at_once(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_mistakes_of_the_world_are_told_as_the_worlds() -> None:
    world = world_with({"joint-raids": {"countries": ["CN", "ES"], "lead": "CN", "strength": 2}})
    assert lines_of("joint-raids", world) == [
        "world 'small': interventions.joint-raids.strength: must be a number (share, 0 to 1), got 2"
    ]
    assert parse_arm("joint-raids:strength=1", world)


def test_settings_of_a_world_are_checked() -> None:
    assert check_interventions(WORLD) == []
    assert check_interventions(world_with({"exit-restrictions": {"screening": 0.1}})) == []
    world = world_with(
        {
            "joint-raid": {},
            "joint-raids": {"strenght": 1, "countries": ["FR"], "start": "soon"},
            "exit-restrictions": {"ban": True},
        },
        happened="exit-restrictions:ban=1+x",
    )
    assert check_interventions(world, "w.toml", ["interventions[exit-restrictions].ban"]) == [
        f"w.toml: interventions.joint-raid: no intervention 'joint-raid'; {KNOWN}; nearest: joint-raids",
        "w.toml: interventions.joint-raids.start: must be a day (a whole number, 0 to 32,000) "
        "or a date such as 2016-07-01, got 'soon'",
        "w.toml: interventions.joint-raids.strenght: unknown key; nearest: strength",
        "w.toml: interventions.joint-raids.countries: no country 'FR'; known: CN, ES, TW",
        "--set interventions[exit-restrictions].ban: must be a number (share of named persons, 0 to 1), "
        "got true",
        "w.toml: happened: exit-restrictions.countries: missing; "
        "must be a list of text in quotes (ISO codes)",
        f"w.toml: happened: no intervention 'x'; {KNOWN}",
    ]


WORDS = st.sampled_from(
    [
        "joint-raids",
        "exit-restrictions",
        ":",
        "+",
        ",",
        "=",
        "|",
        "start",
        "lead",
        "CN",
        "ES",
        "countries",
        "baseline",
        "1",
        "-3",
        "2016-01-01",
        "nan",
        "1e+5",
        "[",
        "\n",
        "é",
        "ramp",
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=12).map("".join)))
def test_any_text_is_an_arm_or_gives_lines(text: str) -> None:
    for line in lines_if_any(text):
        assert line.startswith("arm ")
        assert line.isprintable()


def lines_if_any(text: str) -> list[str]:
    try:
        parse_arm(text, WORLD)
    except InputError as error:
        return error.lines or ["nothing said"]
    return []
