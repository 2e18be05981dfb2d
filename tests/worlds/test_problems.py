from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pytest
from pydantic import Field, ValidationError, model_validator

from fraudsim.worlds.parameters import Group
from fraudsim.worlds.problems import labels, one_line, path_of, problem_lines, show
from fraudsim.worlds.quantity import quantity as q


class Part(Group):
    name: str = "a part"
    share: float = q(0.5, "share", 0.0, 1.0, "a share")
    count: int = q(..., "persons", 0, 20000, "a count")
    kind: Literal["border", "court"] = "court"


class Whole(Group):
    part: Part = Part(count=1)
    parts: tuple[Part, ...] = Field((), min_length=1)
    names: tuple[str, ...] = ()
    weights: dict[str, float] = Field(default_factory=dict)
    day: dt.date = dt.date(2016, 1, 1)
    on: bool = False
    high: float | None = q(None, "share", None, 2.0, "at most")
    low: float = q(0.0, "share", 1.0, None, "at least")
    code: str = Field("AA", min_length=2, max_length=3)

    @model_validator(mode="after")
    def _agree(self) -> Whole:
        if self.on:
            raise ValueError("part.share: too little\npart.count: too much")
        return self


def lines_of(data: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(data)
    return problem_lines(caught.value, Whole, data, "w.toml")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"part": {"count": 1, "share": "6%"}}, "part.share: must be a number (share, 0 to 1), got '6%'"),
        ({"part": {"count": 1, "share": 1.5}}, "part.share: must be a number (share, 0 to 1), got 1.5"),
        ({"part": {"count": 1, "share": True}}, "part.share: must be a number (share, 0 to 1), got true"),
        (
            {"part": {"count": 1, "share": float("nan")}},
            "part.share: must be a number (share, 0 to 1), got nan",
        ),
        (
            {"part": {"count": 1, "share": float("inf")}},
            "part.share: must be a number (share, 0 to 1), got inf",
        ),
        ({"part": {"count": "7"}}, "part.count: must be a whole number (persons, 0 to 20,000), got '7'"),
        ({"part": {"count": 7.0}}, "part.count: must be a whole number (persons, 0 to 20,000), got 7.0"),
        (
            {"part": {"count": 10**5000}},
            "part.count: must be a whole number (persons, 0 to 20,000), "
            "got a whole number of more than 30 digits",
        ),
        ({"part": {}}, "part.count: missing; must be a whole number (persons, 0 to 20,000)"),
        ({"part": 3}, "part: must be a table, got 3"),
        (
            {"part": {"count": 1, "kind": "boarder"}},
            "part.kind: must be one of 'border', 'court', got 'boarder'; nearest: border",
        ),
        (
            {"part": {"count": 1, "shore": 1}},
            "part.shore: unknown key; known: name, share, count, kind; nearest: share",
        ),
        ({"part": {"count": 1, "zzz": 1}}, "part.zzz: unknown key; known: name, share, count, kind"),
        (
            {"parts": [{"name": "x", "count": -1}]},
            "parts[x].count: must be a whole number (persons, 0 to 20,000), got -1",
        ),
        ({"parts": {}}, "parts: must be a list of tables (at least 1 item), got a table"),
        ({"parts": []}, "parts: must be a list of tables (at least 1 item), got an empty list"),
        ({"names": ["a", 3]}, "names[1]: must be text in quotes, got 3"),
        ({"names": "a"}, "names: must be a list of text in quotes, got 'a'"),
        ({"weights": {"ES": "1"}}, "weights.ES: must be a number, got '1'"),
        ({"weights": {"a b": "1"}}, "weights['a b']: must be a number, got '1'"),
        (
            {"day": dt.datetime(2016, 1, 1, 3)},
            "day: must be a date such as 2016-07-01, got 2016-01-01T03:00:00",
        ),
        ({"day": "2016-01-01"}, "day: must be a date such as 2016-07-01, got '2016-01-01'"),
        ({"on": 1}, "on: must be true or false, got 1"),
        ({"high": 3}, "high: must be a number (share, at most 2), got 3"),
        ({"low": 0}, "low: must be a number (share, at least 1), got 0"),
        ({"code": "SPAIN"}, "code: must be text in quotes (2 to 3 characters), got 'SPAIN'"),
    ],
)
def test_each_mistake_is_told_with_what_is_allowed(data: dict[str, Any], line: str) -> None:
    assert lines_of(data) == [f"w.toml: {line}"]


def test_a_misspelt_required_key_is_one_mistake() -> None:
    assert lines_of({"part": {"cuont": 1}}) == [
        "w.toml: part.cuont: unknown key; known: name, share, count, kind; nearest: count"
    ]


def test_items_that_are_all_wrong_are_not_also_too_few() -> None:
    assert lines_of({"parts": [{"count": "x"}]}) == [
        "w.toml: parts[0].count: must be a whole number (persons, 0 to 20,000), got 'x'"
    ]


def test_a_validator_that_finds_several_things_gives_several_lines() -> None:
    assert lines_of({"on": True}) == ["w.toml: part.share: too little", "w.toml: part.count: too much"]


def test_all_mistakes_come_at_once() -> None:
    assert len(lines_of({"part": {"count": "1", "share": 3, "x": 1}, "on": "yes", "names": 3, "zzz": 1})) == 6


def test_whole_numbers_lists_and_dates_of_toml_are_taken() -> None:
    whole = Whole.model_validate({"part": {"share": 1, "count": 2}, "names": ["a"], "weights": {"ES": 1}})
    assert whole.part.share == 1.0
    assert isinstance(whole.part.share, float)
    assert whole.names == ("a",)


def test_items_go_by_their_own_name_only_where_that_is_clear() -> None:
    assert labels(["ES", "Madrid, old", "twice", "twice", 3, "a]b", "7", "", "x" * 41]) == [
        "ES",
        "Madrid, old",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]
    data = {"countries": [{"iso": "ES", "name": "Spain", "zones": [{"name": "Madrid"}, {}]}]}
    assert path_of(("countries", 0, "zones", 0, "rent"), data) == "countries[ES].zones[Madrid].rent"
    assert path_of(("countries", 0, "zones", 1, "rent"), data) == "countries[ES].zones[1].rent"
    assert path_of(("countries", 5, "zones"), data) == "countries[5].zones"


def test_lines_stay_lines() -> None:
    assert one_line("a\nb\x1b[31m\u2028é") == "a\\nb\\x1b[31m\\u2028é"
    assert lines_of({"x\ny": 1})[0].startswith("w.toml: ['x\\ny']: unknown key")
    assert len(show("x" * 10**6)) < 80
