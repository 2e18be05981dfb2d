"""Queries over parts and journal, with DuckDB, while the sweep still runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fraudsim.errors import InputError
from fraudsim.study.reading.stored import Stored
from fraudsim.study.run import money_scale
from fraudsim.study.storage.layout import Files
from fraudsim.study.storage.parts import check_parts
from fraudsim.study.storage.snapshot import steady
from fraudsim.worlds.problems import one_line

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

HEAD = ("run", "point", "replication", "seed", "arm")
TABLES = {
    "runs": "a row each run and arm: run, point, replication, seed, arm, factors, outcomes",
    "points": "a row each design point: point, factors",
    "outcomes": "a row each run, arm and outcome: run, point, replication, seed, arm, outcome, value",
    "paired": "a row each run and arm but the baseline: as runs, the outcomes less those of the baseline",
    "failures": "a row each run that failed: run, point, replication, seed, error, attempts, settings",
    "daily": "a row each run, arm and day: run, point, replication, arm, day, series",
}


def query(stored: Stored, text: str) -> pd.DataFrame:
    """Return the answer to a query.

    Raises
    ------
    InputError
        In one line, if it is none.
    """
    import duckdb

    def ask() -> pd.DataFrame:
        with connected(stored) as connection:
            _refuse_all_but_one_question(connection.extract_statements(text))
            answer = connection.execute(text)
            if answer is None or answer.description is None:
                raise InputError("query: is empty; try 'select * from points'")
            return answer.df()

    try:
        found: pd.DataFrame = steady(lambda: _known(ask))
        return found
    except duckdb.Error as error:
        raise InputError(f"query: {one_line(' '.join(str(error).split()))}; tables: {', '.join(TABLES)}") from None


def _refuse_all_but_one_question(statements: Sequence[duckdb.Statement]) -> None:
    """A query asks: it writes no file, and changes no store."""
    import duckdb

    asks = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
    if len(statements) > 1:
        raise InputError("query: several statements; ask one at a time")
    if any(statement.type not in asks for statement in statements):
        raise InputError("query: only asks; allowed: select, with, describe, summarize, explain")


def _known(ask: Any) -> Any:
    import duckdb

    try:
        return ask()
    except duckdb.IOException as error:
        if "No files found" in str(error) or "Cannot open file" in str(error):
            raise FileNotFoundError(str(error)) from None
        raise


@contextmanager
def connected(stored: Stored, database: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that knows the study's tables as they stand now.

    Raises
    ------
    InputError
        Without DuckDB.
    """
    try:
        import duckdb
    except ModuleNotFoundError:
        raise InputError("queries need DuckDB; install it with: pip install 'fraudsim[study]'") from None
    with duckdb.connect(database) as connection:
        found = stored.files()
        check_parts(found.parts, stored.fingerprint)
        connection.execute("set python_enable_replacements = false")
        connection.execute("set parquet_metadata_cache = true")
        connection.register("journal", stored.journals(found.journals))
        connection.register("points", stored.points)
        for name, select in _views(stored, found).items():
            connection.execute(f"create temp view {name} as {select}")
        if _has_doubles(connection, found):
            connection.execute(f"create or replace temp view done as {_ONCE}")
        yield connection


_DONE = "select * exclude (error, attempts, settings) from stored where error is null"
_ONCE = f"{_DONE} qualify row_number() over (partition by run, arm) = 1"


def _has_doubles(connection: duckdb.DuckDBPyConnection, found: Files) -> bool:
    """Tell whether two shards did the same runs; one alone never does."""
    if len({path.parent for path in (*found.parts, *found.journals)}) < 2:
        return False
    row = connection.execute("select count(*) > count(distinct (run, arm)) from done").fetchone()
    return bool(row and row[0])


def _views(stored: Stored, found: Files) -> dict[str, str]:
    factors, outcomes = [f.name for f in stored.factors], stored.shape.outcomes
    parts = ", ".join(_text(str(path)) for path in found.parts)
    union = f"select * from read_parquet([{parts}]) union all by name " if parts else ""
    head = ", ".join(f"done.{name}" for name in HEAD)
    of_points = "".join(f", points.{_name(name)}" for name in factors)
    values = "".join(f", done.{_name(name)}" for name in outcomes)
    less = "".join(f", done.{_name(name)} - base.{_name(name)} as {_name(name)}" for name in outcomes)
    views = {
        "stored": f"{union}select * from journal",
        "done": _DONE,
        "runs": f"select {head}{of_points}{values}, done.seconds from done join points using (point)",
        "paired": f"select {head}{of_points}{less} from done join points using (point) join (select * from done "
                  "where arm = 'baseline') base on base.run = done.run where done.arm <> 'baseline'",
        "failures": "select run, point, replication, seed, error, attempts, settings from stored where error is not "
                    "null and run not in (select run from done) qualify row_number() over (partition by run order "
                    "by attempts desc) = 1",
        "outcomes": f"unpivot (select {', '.join(HEAD)}{_listed(outcomes)} from done) on "
                    f"{', '.join(map(_name, outcomes))} into name outcome value value",
    }
    return views | ({"daily": _daily(stored)} if stored.shape.bands else {})


def _daily(stored: Stored) -> str:
    bands = "".join(f", unnest(daily_{band}) / {money_scale(band)}.0 as {band}" for band in stored.shape.bands)
    first = stored.shape.bands[0]
    return f"select run, point, replication, arm, unnest(range(len(daily_{first}))) as day{bands} from done"


def _listed(names: Sequence[str]) -> str:
    return "".join(f", {_name(name)}" for name in names)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
