"""A stored study in other forms: CSV, a workbook, one DuckDB file, and the canonical form."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError, nearest
from fraudsim.study.inputs import told
from fraudsim.study.reading.canonical import canonical_lines
from fraudsim.study.storage.layout import aside, umask

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.reading.results import StudyResults

MOST_ROWS = 1_048_575
"""Rows that a sheet of a workbook can hold, without its head."""


def export(results: StudyResults, file: str | Path, kind: str) -> Path:
    """Write a study to a file; it is there whole or not at all.

    Parameters
    ----------
    results : StudyResults
    file : str or path
    kind : {"csv", "excel", "duckdb", "canonical"}

    Raises
    ------
    InputError
    """
    if kind not in WRITERS:
        raise InputError(f"to: {told(kind)}; allowed: {', '.join(WRITERS)}{nearest(str(kind), WRITERS)}")
    if not isinstance(file, str | Path):
        raise InputError(f"file: {told(file)}; allowed: the path of a file")
    path = Path(file)
    if path.is_dir():
        raise InputError(f"{path}: is a directory; name a file")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: is no regular file; name a new one, or one to be replaced")
    if path.resolve().is_relative_to(results.directory.resolve()):
        raise InputError(f"{path}: lies in the study's own directory; write it elsewhere")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path}: its parent {path.absolute().parent} is no directory; create it first")
    try:
        with aside(path.absolute().parent) as part:
            WRITERS[kind](results, part)
            part.chmod(0o666 & ~umask())
            os.replace(part, path)
    except (OSError, _Unwritten) as error:
        raise InputError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return path


class _Unwritten(Exception):
    """A library could not write, and said so in its own words."""


def _csv(results: StudyResults, part: Path) -> None:
    results.runs().to_csv(part, index=False, lineterminator="\n")


# A workbook


def _sheets(results: StudyResults) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "about", _about(results)
    yield "points", results.points()
    yield "summary", results.summary()
    yield "runs", results.runs()
    yield "failures", results.failures()


def _about(results: StudyResults) -> pd.DataFrame:
    import pandas as pd

    about = results.to_json()
    rows = [(key, ", ".join(value) if isinstance(value, list) else str(value)) for key, value in about.items()]
    rows += [("title", results.file.title), ("question", results.file.question)]
    rows += [(f"{factor.role}: {factor.name}", f"{factor.path} [{factor.unit}]") for factor in results.factors]
    return pd.DataFrame(rows, columns=["what", "value"])


def _excel(results: StudyResults, part: Path) -> None:
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise InputError("workbooks need XlsxWriter; install it with: pip install 'fraudsim[study]'") from None
    sheets = list(_sheets(results))
    if long := [name for name, frame in sheets if len(frame) > MOST_ROWS]:
        raise InputError(f"{', '.join(long)}: more than the {MOST_ROWS:,} rows that a sheet can hold; export to csv or "
                         "duckdb")
    book = xlsxwriter.Workbook(part, {"constant_memory": True, "nan_inf_to_errors": False, "strings_to_urls": False,
                                      "strings_to_formulas": False})
    try:
        for name, frame in sheets:
            _write_sheet(book, name, frame)
        book.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise _Unwritten(" ".join(str(error).split())) from None


def _write_sheet(book: Any, name: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [str(column) for column in frame.columns], book.add_format({"bold": True}))
    for i, row in enumerate(frame.itertuples(index=False), 1):
        _write_row(sheet, i, row)


def _write_row(sheet: Any, i: int, row: Any) -> None:
    for j, value in enumerate(row):
        plain = value.item() if isinstance(value, np.generic) else value
        if plain is None or plain != plain:
            continue  # an empty cell: no value
        sheet.write(i, j, plain)


# One database file


def _duckdb(results: StudyResults, part: Path) -> None:
    import duckdb

    part.unlink()  # DuckDB makes its file anew
    try:
        _write_tables(results, part)
    except duckdb.IOException as error:
        raise _Unwritten(" ".join(str(error).split())) from None


def _write_tables(results: StudyResults, part: Path) -> None:
    from fraudsim.study.reading.sql import TABLES, connected

    with connected(results.stored, str(part)) as connection:
        for name in TABLES:
            if name == "outcomes" or (name == "daily" and not results.stored.shape.bands):
                continue  # outcomes are the runs once more, many times as long
            connection.execute(f"create table main.{name} as select * from {'' if name == 'points' else 'temp.'}{name}")
        connection.register("about_frame", _about(results))
        connection.execute("create table main.about as select * from about_frame")


# The canonical form


def _canonical(results: StudyResults, part: Path) -> None:
    with part.open("wb") as file:
        file.writelines(canonical_lines(results))


WRITERS: dict[str, Callable[[StudyResults, Path], None]] = {
    "csv": _csv, "excel": _excel, "duckdb": _duckdb, "canonical": _canonical}
