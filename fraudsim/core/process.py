"""What a process declares: the columns it reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast


class Process(Protocol):
    """A function over the state, with its declared reads and writes."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    __name__: str

    def __call__(self, state: Any) -> None:
        """Live this part of the day."""


def process(*, reads: str = "", writes: str = "") -> Callable[[Callable[[Any], None]], Process]:
    """Attach to a function what it reads and writes of tables, nothing more.

    Agendas, indices, counts of the day, levers and accounts are not columns and are not declared.

    Parameters
    ----------
    reads, writes : str
        Names separated by blanks: ``table.column``, or ``table.*`` for all columns of a table;
        what is written may be read as well. Tests run every process on guarded tables that
        refuse anything undeclared.

    Examples
    --------
    >>> @process(reads="dens.zone", writes="dens.staff")
    ... def hiring(state): ...
    >>> hiring.writes
    ('dens.staff',)
    """

    def attach(function: Callable[[Any], None]) -> Process:
        declared = cast(Process, function)
        declared.reads, declared.writes = tuple(reads.split()), tuple(writes.split())
        return declared

    return attach
