"""How tables stand on a terminal: columns that keep their room, and names on lines of their own where there is none."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from typing import Literal, TextIO

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

NARROWEST = 16

type Heading = tuple[str, Literal["left", "right"], int]
"""A column: its title, the side its cells stand on, its least width (0: words may wrap)."""


def console(stream: TextIO | None = None) -> Console:
    """Return a console that writes text as it is: no markup, no highlighting, colour on terminals only."""
    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


def written(draw: Callable[[Console], None]) -> str:
    """Return what is printed to a console as plain text, without blanks at the ends of lines."""
    stream = io.StringIO()
    draw(Console(file=stream, markup=False, highlight=False, emoji=False, force_terminal=False,
                 force_jupyter=False, no_color=True))
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().split("\n"))


def grid(*columns: Heading) -> Grid:
    """Return a table without lines; a column of width 0 wraps its words, the others stand whole."""
    lines = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name, side, width in columns:
        lines.add_column(name, justify=side, min_width=width or None, no_wrap=width > 0, overflow="fold")
    return lines


def draw(to: Console, columns: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    """Print rows of a name and numbers; a row of one cell is a heading.

    Where too little room is left for the names, each stands on a line of its own above its numbers.
    """
    widths = [max([width, *(len(row[i]) for row in rows if len(row) > i)])
              for i, (_, _, width) in enumerate(columns[1:], 1)]
    if to.width - sum(width + 1 for width in widths) < NARROWEST:
        _stack(to, columns, rows)
        return
    lines = grid(*columns)
    for row in rows:
        lines.add_row(*row)
    to.print(lines)


def _stack(to: Console, columns: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    heads = [name.split("\n") for name, _, _ in columns[1:]]
    tall = max(map(len, heads))
    header = [[Text(([""] * (tall - len(head)) + head)[i], style="bold") for head in heads] for i in range(tall)]
    body = [[Text.assemble(cell) for cell in row[1:]] for row in rows]
    widths = [max(len(line[i]) for line in [*header, *body] if line) for i in range(len(heads))]
    sides = [side for _, side, _ in columns[1:]]
    for line in header:
        to.print(_beside(line, widths, sides))
    for row, numbers in zip(rows, body, strict=True):
        to.print(row[0] if isinstance(row[0], Text) else Text(row[0]))
        if numbers:
            to.print(_beside(numbers, widths, sides))


def _beside(cells: Sequence[Text], widths: Sequence[int], sides: Sequence[str]) -> Text:
    line = Text("   ")
    for cell, width, side in zip(cells, widths, sides, strict=True):
        blank = " " * (width - len(cell))
        line.append_text(Text.assemble(" ", *((blank, cell) if side == "right" else (cell, blank))))
    line.rstrip()
    return line
