"""Numbers that carry unit, range, source and mark."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

Mark = Literal["S", "R", "D", "A"]

MARKS = {
    "S": "read in one of the five source documents",
    "R": "read in a stored copy of the public source named",
    "D": "derived here from S or R",
    "A": "assumption: to be swept, never presented as measured",
}


SOURCES = {
    "000": "China Daily, 10 June 2019",
    "001": "China Daily, undated copy, on syndicates in Laos",
    "002": "China Daily, 5 January 2024",
    "003": "undated note on international cooperation of the Chinese police",
    "004": "Xinhua, 15 December 2016",
}
"""The five source documents, by the number that marks and interventions name them by."""


def quantity(default: Any, unit: str, low: float | None, high: float | None, meaning: str,
             mark: Mark = "A", source: str = "assumption") -> Any:
    """Declare a parameter: a pydantic field with unit, allowed range, meaning, mark and source.

    Parameters
    ----------
    default : number or ...
        ``...`` makes the field required.
    unit : str
    low, high : float or None
        Allowed range, ends included; None leaves that end open.
    meaning : str
    mark : {"S", "R", "D", "A"}
        See :data:`MARKS`.
    source : str
    """
    return Field(default, ge=low, le=high, description=f"{meaning} [{unit}]",
                 json_schema_extra={"unit": unit, "mark": mark, "source": source})
