"""What queries answer, as text."""

from __future__ import annotations

import io
import json
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.reading.results import StudyResults

MOST_ROWS = 200


def answer_text(frame: pd.DataFrame, kind: str = "table") -> str:
    """Return a table as text that ends with a line break.

    Parameters
    ----------
    frame : DataFrame
    kind : {"table", "csv", "json"}
    """
    if kind == "csv":
        to = io.StringIO()
        frame.to_csv(to, index=False, lineterminator="\n")
        return to.getvalue()
    if kind == "json":
        rows = [{str(k): plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
        return json.dumps(rows, indent=1, allow_nan=False) + "\n"
    more = f"... {len(frame) - MOST_ROWS:,} more rows; --csv prints all\n" if len(frame) > MOST_ROWS else ""
    return _narrow(frame.head(MOST_ROWS)) + "\n" + more


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; what is not finite as null."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _narrow(frame: pd.DataFrame) -> str:
    """Write a table no wider than the terminal: what does not fit goes below, as pandas does it."""
    if not len(frame.columns) or not len(frame):
        return f"no rows ({', '.join(map(str, frame.columns))})"
    width = shutil.get_terminal_size((80, 24)).columns
    return frame.to_string(index=False, line_width=width, na_rep="-", float_format=_figure)


def _figure(x: float) -> str:
    if abs(x) < 1e15 and x == round(x):
        return f"{x:,.0f}"
    return f"{x:,.1f}" if abs(x) >= 1000 else f"{x:.4g}"


def tables_text(results: StudyResults) -> str:
    """Return the tables that queries know, with their columns."""
    from fraudsim.study.reading.sql import TABLES, connected

    lines = []
    with connected(results.stored) as connection:
        for table, meaning in TABLES.items():
            if table == "daily" and not results.stored.shape.bands:
                continue
            columns = connection.execute(f"select * from {table} limit 0").df().columns
            lines += [f"{table}: {meaning.partition(':')[0]}", _wrapped(", ".join(map(str, columns)))]
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    import textwrap

    width = max(50, min(100, shutil.get_terminal_size((80, 24)).columns))
    return textwrap.fill(text, width, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
