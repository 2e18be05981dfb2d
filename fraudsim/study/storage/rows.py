"""From lines of the journal to a table: a row for every run and arm, and one for every run that failed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = ("run", "point", "replication", "seed", "arm", "seconds", "error", "attempts", "settings", "drift")
"""Columns that stand before those of the outcomes."""


@dataclass(frozen=True)
class Shape:
    """What a study keeps of each run.

    Attributes
    ----------
    arms, outcomes, bands : tuple of str
        Arms with the baseline first; outcomes; daily series, none if they are not kept.
    breakdown : bool
    """

    arms: tuple[str, ...]
    outcomes: tuple[str, ...]
    bands: tuple[str, ...] = ()
    breakdown: bool = False

    def schema(self) -> pa.Schema:
        """Return the columns of the table."""
        import pyarrow as pa

        text = pa.string()
        columns = [("run", text), ("point", pa.int32()), ("replication", pa.int32()), ("seed", pa.int64()),
                   ("arm", text), ("seconds", pa.float64()), ("error", text), ("attempts", pa.int32()),
                   ("settings", text), ("drift", pa.list_(pa.float64()))]
        columns += [(name, pa.float64()) for name in self.outcomes]
        columns += [(f"daily_{name}", pa.list_(pa.int64())) for name in self.bands]
        return pa.schema(columns + ([("parts", pa.list_(pa.float64()))] if self.breakdown else []))


def table(entries: Iterable[dict[str, Any]], shape: Shape) -> pa.Table:
    """Return the table of some lines of the journal.

    Parameters
    ----------
    entries : iterable of dict
        See :mod:`fraudsim.study.work.unit`.
    shape : Shape
    """
    import pyarrow as pa

    columns: dict[str, list[Any]] = {name: [] for name in shape.schema().names if name not in shape.outcomes}
    values: list[NDArray[np.float64]] = [np.empty((0, len(shape.outcomes)))]
    for entry in entries:
        failed = "error" in entry
        _head(entry, columns, (None,) if failed else shape.arms)
        values.append(np.full((1, len(shape.outcomes)), np.nan) if failed else np.array(entry["values"], np.float64))
        for i, name in enumerate(shape.bands):
            columns[f"daily_{name}"] += [None] if failed else [daily[i] for daily in entry["daily"]]
        if shape.breakdown:
            columns["parts"] += [None] if failed else entry["parts"]
    grid = np.concatenate(values)
    arrays = [pa.array(grid[:, shape.outcomes.index(field.name)], field.type, from_pandas=True)
              if field.name in shape.outcomes else pa.array(columns[field.name], field.type)
              for field in shape.schema()]
    return pa.Table.from_arrays(arrays, schema=shape.schema())


def _head(entry: dict[str, Any], columns: dict[str, list[Any]], arms: Sequence[str | None]) -> None:
    settings = entry.get("settings")
    told = {**entry, "settings": None if settings is None else json.dumps(settings)}
    for name in HEAD:
        columns[name] += list(arms) if name == "arm" else [told.get(name)] * len(arms)
