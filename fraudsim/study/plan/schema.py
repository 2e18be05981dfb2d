"""What a study file may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from fraudsim.worlds.parameters import Group
from fraudsim.worlds.quantity import quantity as q
from fraudsim.worlds.schema import Name

Number = Annotated[float, Field(allow_inf_nan=False)]
Distribution = Literal["uniform", "log-uniform", "integer", "triangular", "normal", "choice"]
Kind = Literal["full-factorial", "latin-hypercube", "sobol", "morris", "saltelli", "csv"]

MOST_POINTS = 1_000_000
MOST_SEED = 2**62


class FactorData(Group):
    """One factor: the range, or the values, that it is varied over."""

    low: Number | None = Field(None, description="lowest value; the parameter's own unless given")
    high: Number | None = Field(None, description="highest value; the parameter's own unless given")
    distribution: Distribution | None = Field(None, description="by default integer for whole numbers, choice where "
                                              "values are given, uniform for the rest")
    values: tuple[Any, ...] = Field((), description="what a choice chooses from")
    mode: Number | None = Field(None, description="most likely value of a triangular distribution")
    mean: Number | None = Field(None, description="mean of a normal distribution before it is cut off at low and high")
    sd: Number | None = Field(None, description="standard deviation of that distribution")
    levels: int | None = q(None, "levels", 1, MOST_POINTS, "levels in a full factorial; the design's unless given")


class Design(Group):
    """Which combinations of the factors are run."""

    kind: Kind = Field(description="kind of design")
    points: int | None = q(None, "points", 1, MOST_POINTS, "points of a Latin hypercube or a Sobol sequence; of a "
                           "Saltelli sample, the base sample N, of which N (k + 2) points are made for k factors")
    levels: int | None = q(None, "levels", 2, MOST_POINTS, "levels of every factor of a full factorial or a Morris "
                           "sample")
    trajectories: int | None = q(None, "trajectories", 1, MOST_POINTS, "trajectories of a Morris sample, each of k + 1 "
                                 "points for k factors")
    second_order: bool = Field(False, description="whether a Saltelli sample has the N (2k + 2) points that "
                               "second-order indices need [yes/no]")
    file: str = Field("", description="CSV file with a column for every factor and a row for every point; relative to "
                      "the study file")
    seed: int = q(0, "seed", 0, 2**32 - 1, "seed of the design; the runs have one of their own")


class StudyFile(Group):
    """A study: what is asked, of which world, under which uncertainties and levers, in which outcomes."""

    name: Name = Field(description="short name")
    title: str = Field("", description="one line")
    question: str = Field("", description="what is asked, in plain sentences")
    world: str = Field(description="name of a shipped world, or a world file; relative to the study file")
    overrides: dict[str, Any] = Field(default_factory=dict, description="path of a value of the world to the value put "
                                      "over it")
    days: int | None = q(None, "days", 1, 32000, "horizon; the world's days unless given")
    seed: int = q(0, "seed", 0, MOST_SEED, "seed of the first replication")
    replications: int = q(..., "replications", 1, MOST_POINTS, "replications of every design point")
    same_seeds: bool = Field(True, description="whether replication i has the same seed at every design point, so that "
                             "points are paired too [yes/no]")
    arms: tuple[str, ...] = Field((), description="arms beside the baseline, which is always run; all: every "
                                  "intervention that the world has settings for")
    outcomes: tuple[str, ...] = Field((), description="outcomes that are kept; all of them unless given")
    daily: bool = Field(False, description="whether daily series are kept [yes/no]")
    breakdown: bool = Field(False, description="whether outcomes are kept part by part, for displacement [yes/no]")
    design: Design | None = Field(None, description="which combinations of the factors are run; one point without "
                                  "factors unless given")
    uncertainties: dict[str, FactorData] = Field(default_factory=dict, description="path of a value of the world to "
                                                 "what we think possible")
    levers: dict[str, FactorData] = Field(default_factory=dict, description="intervention.setting to what policy may "
                                          "choose")

    @model_validator(mode="before")
    @classmethod
    def _paths_need_no_quotes(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        flat = {"overrides": _is_value, "uncertainties": _is_factor, "levers": _is_factor}
        return {key: flattened(value, flat[key]) if key in flat and isinstance(value, dict) else value
                for key, value in data.items()}


def flattened(tables: Mapping[str, Any], leaf: Any, prefix: str = "") -> dict[str, Any]:
    """Return nested tables as one table of dotted paths: ``a.b.c = {...}`` in TOML means three tables.

    Examples
    --------
    >>> flattened({"parameters": {"calls": {"answer_share": {"low": 0.1}}}}, _is_factor)
    {'parameters.calls.answer_share': {'low': 0.1}}
    """
    found: dict[str, Any] = {}
    for key, value in tables.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        found |= {path: value} if leaf(value) else flattened(value, leaf, path)
    return found


def _is_value(value: Any) -> bool:
    return not isinstance(value, dict)


def _is_factor(value: Any) -> bool:
    return not isinstance(value, dict) or not value or not all(isinstance(v, dict) for v in value.values())
