"""The canonical form of a study: the same to the byte however its runs were done."""

from __future__ import annotations

import heapq
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fraudsim.study.reading.results import StudyResults

type Entry = tuple[str, dict[str, Any]]


def canonical_lines(results: StudyResults) -> Iterator[bytes]:
    """Yield a line that names the study, then one of JSON for every run, by run id.

    Nothing in them tells when, where, in which order or at which attempt runs were done. A run that failed has its
    error in place of results.
    """
    yield _line({"study": results.stored.about["fingerprint"], "arms": list(results.arm_names),
                 "outcomes": list(results.outcome_names)})
    points = results.stored.points.drop(["point"]).to_pylist() if results.factors else []
    for run, found in heapq.merge(_done(results), _failed(results), key=lambda entry: entry[0]):
        factors = points[found["point"]] if points else {}
        yield _line({"run": run} | found | {"factors": factors})


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True, allow_nan=False).encode() + b"\n"


def _failed(results: StudyResults) -> Iterator[Entry]:
    for row in results.stored.failed().sort_values("run").to_dict("records"):
        yield str(row["run"]), {"point": int(row["point"]), "replication": int(row["replication"]),
                                "seed": int(row["seed"]), "error": row["error"]}


def _done(results: StudyResults) -> Iterator[Entry]:
    """Yield the runs by run id; each is so many rows in turn as there are arms."""
    shape, outcomes = results.stored.shape, list(results.outcome_names)
    lists = [*(f"daily_{band}" for band in shape.bands), *(["parts"] if shape.breakdown else [])]
    rows = results.stored.done([*outcomes, "drift", *lists]).sort_values("run", kind="stable", ignore_index=True)
    values, heads = rows[outcomes].to_numpy(np.float64), rows[["point", "replication", "seed"]].to_numpy(np.int64)
    for first in range(0, len(rows), len(shape.arms)):
        arms = slice(first, first + len(shape.arms))
        found = dict(zip(("point", "replication", "seed"), heads[first].tolist()))
        kept = {"values": [_numbers(row) for row in values[arms]], "drift": _numbers(rows["drift"].iloc[first])}
        more = {name: [_numbers(row) for row in rows[name].iloc[arms]] for name in lists}
        yield str(rows["run"].iloc[first]), found | kept | more


def _numbers(row: Any) -> list[float | int | None]:
    return [None if x is None or (isinstance(x, float) and math.isnan(x)) else x for x in np.asarray(row).tolist()]
