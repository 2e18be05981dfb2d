"""An answer: tables, sentences, a figure; kept in the study's directory."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from fraudsim.errors import InputError
from fraudsim.study.reading.answers import plain
from fraudsim.study.storage.layout import put

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

ANSWERS = "answers"
"""Folder in a study's directory that holds one folder for every question asked."""


@dataclass(frozen=True)
class Answer(ABC):
    """What a question found.

    Attributes
    ----------
    asked : dict
        What was asked, as plain data.
    about : dict
        Which runs it rests on.
    currency : str
    tables : dict of str to DataFrame
        The main table first.
    notes : tuple of str
        Sentences a reader must know.
    """

    question: ClassVar[str] = ""

    asked: dict[str, Any]
    about: dict[str, Any] = field(repr=False)
    currency: str
    tables: dict[str, pd.DataFrame] = field(repr=False)
    notes: tuple[str, ...] = ()

    def table(self, name: str | None = None) -> pd.DataFrame:
        """Return a table, the main one unless named.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if name is not None and name not in self.tables:
            raise InputError(f"table: no table {name!r}; known: {', '.join(self.tables)}")
        return self.tables[name or next(iter(self.tables))].copy()

    @property
    @abstractmethod
    def title(self) -> str:
        """One line that says what was asked of which runs."""

    @abstractmethod
    def plot(self) -> Figure:
        """Draw the figure."""

    @abstractmethod
    def show(self, to: Console) -> None:
        """Print table and notes to a console of Rich."""

    @property
    def runs(self) -> str:
        """How a title names the runs."""
        return f"{self.about['name']} ({self.about['world']}, {self.about['days']:,} days)"

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data; what has no value is null."""
        tables = {name: [{str(k): plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
                  for name, frame in self.tables.items()}
        return {"question": self.question, "asked": self.asked, "study": self.about, "notes": list(self.notes)} | tables

    def folder(self, directory: Path) -> Path:
        """Return where the answer belongs in a study's directory."""
        return folder_of(directory, self.question, self.asked)

    def save(self, directory: str | Path) -> Path:
        """Leave JSON, tables (CSV) and the figure (PNG, SVG) in a study's directory, each whole or not at all.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        place = self.folder(Path(directory))
        try:
            place.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.to_json(), indent=1, allow_nan=False) + "\n"
            put(place / "answer.json", partial(_write_text, text))
            for name, frame in self.tables.items():
                put(place / f"{name}.csv", partial(_write_csv, frame))
            figure = self.plot()
            for kind in ("png", "svg"):
                put(place / f"figure.{kind}", _drawing(figure, kind))
        except OSError as error:
            raise InputError(f"{place}: cannot be written: {error.strerror or error}; the answer is not kept") from None
        return place

    def __str__(self) -> str:
        from fraudsim.report.tables import written

        return written(self.show)

    def _repr_html_(self) -> str:
        from fraudsim.report.answers import answer_html

        return answer_html(self.title, self.table(), self.notes)


def folder_of(directory: Path, question: str, asked: dict[str, Any]) -> Path:
    """Return the folder of a question: its name, and the hash of what is asked."""
    mark = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
    return directory / ANSWERS / f"{question}-{mark}"


def _write_text(text: str, part: Path) -> None:
    part.write_text(text, "utf-8")


def _write_csv(frame: pd.DataFrame, part: Path) -> None:
    frame.to_csv(part, index=False, lineterminator="\n")


def _drawing(figure: Figure, kind: str) -> Callable[[Path], None]:
    def write(part: Path) -> None:
        figure.savefig(part, format=kind, dpi=120)

    return write
