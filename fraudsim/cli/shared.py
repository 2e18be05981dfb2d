"""What several commands have in common: options, progress, ways to print."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fraudsim.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from fraudsim.worlds.schema import World


def opened(world: str, settings: Sequence[str], others: Sequence[str] = ()) -> World:
    """Return a world with its settings, or tell all mistakes in both, and others found before."""
    from fraudsim.study.inputs import open_world
    from fraudsim.worlds.loader import parse_assignments

    place, mistakes = open_world(world, parse_assignments(settings), others)
    if mistakes:
        raise InputError([*mistakes, *others])
    return place


def common(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every simulation takes."""
    options = (
        click.option("--seed", type=int, default=0, show_default=True, metavar="S",
                     help="Seed of the random draws; of the first run, where there are several."),
        click.option("--set", "settings", multiple=True, metavar="PATH=VALUE",
                     help="Set a value of the world, such as parameters.calls.answer_share=0.1; repeatable."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def jobs_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--jobs``."""
    return click.option("--jobs", type=int, default=1, show_default=True, metavar="J", callback=_begin,
                        help="Processes; results do not depend on it.")(function)


def _begin(context: click.Context, option: click.Parameter, jobs: int) -> int:
    """Let workers get ready while this process still imports and reads its input."""
    if jobs > 1:
        from fraudsim.study.workers import prepare

        prepare()
    return jobs


def days_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--days``."""
    return click.option("--days", type=int, default=None, metavar="N", help="Days to run; the world's own by default.",
                        )(function)


def out_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--out``."""
    return click.option("--out", type=click.Path(path_type=Path), default=None, metavar="DIR",
                        help="Directory for tables, figures and a manifest.")(function)


def console() -> Console:
    """Return the console that tables are printed to."""
    from fraudsim.report import tables

    return tables.console()


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(content, indent=1, allow_nan=False))


def width() -> int:
    """Return how many columns text may take."""
    return max(50, min(100, shutil.get_terminal_size((80, 24)).columns))


@contextmanager
def progress_bar(total: int, unit: str) -> Iterator[Callable[[int], None] | None]:
    """Show a bar with the time left on a terminal; nothing where standard error is a file."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=max(total, 0), unit=f" {unit}", leave=False, dynamic_ncols=True) as bar:
        yield bar.update
