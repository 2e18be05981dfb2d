"""Rows of a table as a pandas DataFrame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fraudsim.core.table import Column, Rows, Table


def frame(model: Any, table: Table, rows: Rows) -> pd.DataFrame:
    """Return some rows: see :meth:`fraudsim.core.agentsets.TableAgentSet.to_frame`."""
    index = pd.Index((table.key[rows] >> np.uint64(1)).astype(np.int64), name="unique_id")
    columns: dict[str, Any] = {}
    for column in table.columns.values():
        if column.name != "key":
            columns.update(_framed(model, column, table[column.name][rows]))
    return pd.DataFrame(columns, index=index)


def _framed(model: Any, column: Column, values: NDArray[Any]) -> dict[str, Any]:
    if column.width != 1:
        return {f"{column.name}_{i}": values[:, i] for i in range(values.shape[1])}
    if column.codes is not None:
        names = {int(member): member.name for member in column.codes}
        shown = [names.get(value) for value in values.tolist()]
        return {column.name: pd.Categorical(shown, list(names.values()))}
    if column.refers in model.tables:
        keys, none = model.tables[column.refers]["key"] >> np.uint64(1), values < 0
        ids = np.zeros(values.size, np.int64)
        ids[~none] = keys[values[~none]]
        return {column.name: pd.arrays.IntegerArray(ids, none)}
    return {column.name: values}
