"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import difflib
import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fraudsim.errors import InputError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from fraudsim.profile import Profile
    from fraudsim.study.comparison import Comparison
    from fraudsim.study.run import RunResult
    from fraudsim.study.store import Inputs
    from fraudsim.worlds.schema import World


class Commands(click.Group):
    """A group that names the nearest command to one that does not exist."""

    def resolve_command(self, ctx: click.Context,
                        args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which is nearest."""
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            close = difflib.get_close_matches(args[0], known, 1, 0.5)
            hint = f"Did you mean {close[0]!r}?" if close else f"Commands: {', '.join(known)}."
            raise click.UsageError(f"No such command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fraudsim", prog_name="fraudsim")
def cli() -> None:
    """Simulate transnational telecom fraud, and what may be done against it.

    WORLD is the name of a shipped world (see `fraudsim worlds`) or a world file. An arm is an intervention or
    several joined by +, with settings after a colon: joint-raids:strength=0.8+exit-restrictions.
    """


@cli.command()
def worlds() -> None:
    """List the shipped worlds."""
    from fraudsim.worlds.loader import shipped_worlds

    titles = shipped_worlds()
    width = max(map(len, titles), default=0)
    for name, title in titles.items():
        click.echo(f"{name:<{width}}  {title}")


@cli.command()
@click.argument("name", required=False)
@click.option("--world", metavar="WORLD", help="Show what WORLD sets of NAME.")
def interventions(name: str | None, world: str | None) -> None:
    """List the interventions, or show one with all its settings.

    Without NAME: lever, direct effect, side effects, adaptation, cost and source of each. With NAME: every setting
    with unit, range, default, meaning, mark and source.
    """
    from fraudsim.interventions import interventions as known
    from fraudsim.report import describe as words

    if name is None:
        if world:
            raise click.UsageError("--world needs the NAME of an intervention")
        click.echo("\n\n".join([*(words.catalogue(kind, _width()) for kind in known().values()),
                                words.sources_text(_width())]))
        return
    every = ", ".join(known())
    lines = [] if name in known() else [f"no intervention {name!r}; known: {every}{nearest(name, known())}"]
    place = _opened(world, (), lines) if world else None
    if lines:
        raise InputError(lines)
    click.echo(words.settings_text(known()[name], _width(), place))


@cli.command()
@click.argument("world", required=False)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Set a value of the world; repeatable.")
def describe(world: str | None, settings: tuple[str, ...]) -> None:
    """Describe the model, or what WORLD says.

    Without WORLD: the day's order with what each process reads and writes, every table, lever, outcome and daily
    series. With WORLD: places, people, parameters with unit, range, mark and source, and recorded facts.
    """
    from fraudsim.report import describe as words

    if world is None:
        if settings:
            raise click.UsageError("--set needs a WORLD")
        click.echo(words.model_text(_width()))
        return
    click.echo(words.world_text(_opened(world, settings), _width()))


def _opened(world: str, settings: Sequence[str], others: Sequence[str] = ()) -> World:
    from fraudsim.study.inputs import open_world
    from fraudsim.worlds.loader import parse_assignments

    place, mistakes = open_world(world, parse_assignments(settings), others)
    if mistakes:
        raise InputError([*mistakes, *others])
    return place


def _common(function: Callable[..., None]) -> Callable[..., None]:
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


def _jobs(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--jobs", type=int, default=1, show_default=True, metavar="J",
                        help="Processes; results do not depend on it.")(function)


def _days(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--days", type=int, default=None, metavar="N", help="Days to run; the world's own by default.",
                        )(function)


def _out(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--out", type=click.Path(path_type=Path), default=None, metavar="DIR",
                        help="Directory for tables, figures and a manifest.")(function)


@cli.command()
@click.argument("world")
@click.option("--seeds", type=int, default=20, show_default=True, metavar="N", help="Runs, of consecutive seeds.")
@_jobs
@_common
def check(world: str, seeds: int, jobs: int, seed: int, settings: tuple[str, ...], as_json: bool) -> None:
    """Compare WORLD with its recorded facts, running what happened for many seeds."""
    from fraudsim.study import check as study
    from fraudsim.worlds.loader import parse_assignments

    overrides = parse_assignments(settings)
    with _progress(seeds, "runs") as progress:
        result = study.check(world, seeds, jobs, seed, overrides, progress)
    if as_json:
        _print_json(result.to_json())
    else:
        result.show(_console())


@cli.command()
@click.argument("world")
@click.option("-i", "--intervention", "arm", multiple=True, metavar="NAME[:FIELD=VALUE,...]",
              help="Put an intervention in force; repeatable.")
@_days
@_out
@click.option("--digest", "digest_only", is_flag=True, help="Print the SHA-256 of the last day's state, no table.")
@click.option("--profile", is_flag=True, help="Print, after all else, what each process of the day cost.")
@_common
def run(world: str, arm: tuple[str, ...], days: int | None, out: Path | None, digest_only: bool, profile: bool,
        seed: int, settings: tuple[str, ...], as_json: bool) -> None:
    """Run WORLD once and print its outcomes."""
    from fraudsim.study import run as study
    from fraudsim.worlds.loader import parse_assignments

    inputs, _ = study.checked_run(world, arm, days, seed, parse_assignments(settings))
    _claim(out, inputs)
    with _progress(inputs.days, "days") as progress, _clock(profile) as costs:
        result = study.run(inputs.world, arm, days, seed, progress=progress)
    _keep(result, out)
    if as_json:
        _print_json({**result.to_json(), **({"profile": costs.to_json()} if costs else {})})
    elif digest_only:
        click.echo(result.digest)
    else:
        result.show(_console())
        _say_where(out)
    if costs and not as_json:
        from fraudsim.report.profile import profile_table

        click.echo()
        profile_table(_console(), costs.to_json())


@cli.command()
@click.argument("world")
@click.argument("arms", nargs=-1, required=True, metavar="ARM...")
@click.option("--replications", type=int, default=20, show_default=True, metavar="N",
              help="Runs of every arm, in pairs with the baseline.")
@click.option("--no-sweep", is_flag=True,
              help="Skip the runs at other settings of what displacement hangs on: it then comes from one value only.")
@_days
@_jobs
@_out
@_common
def compare(world: str, arms: tuple[str, ...], replications: int, no_sweep: bool, days: int | None, jobs: int,
            out: Path | None, seed: int, settings: tuple[str, ...], as_json: bool) -> None:
    """Compare every ARM with doing nothing in WORLD.

    The arm `all` stands for every intervention that WORLD has settings for, each as an arm of its own.
    """
    from fraudsim.study import compare as study
    from fraudsim.study import sweep
    from fraudsim.worlds.loader import parse_assignments

    inputs, _ = study.checked(world, arms, replications, seed, days, jobs, parse_assignments(settings),
                              sweep=not no_sweep)
    _claim(out, inputs)
    with _progress(sweep.runs(replications, inputs.sweep), "replications") as progress:
        result = study.compare(inputs.world, arms, replications, seed, days, jobs, progress=progress,
                               sweep=inputs.sweep)
    _keep(result, out)
    for line in result.notes():
        click.echo(f"{inputs.world.name}: {line}", err=True)
    if as_json:
        _print_json(result.to_json())
    else:
        result.show(_console())
        _say_where(out)


def _claim(out: Path | None, inputs: Inputs) -> None:
    if out is not None:
        from fraudsim.study.store import claim

        claim(out, inputs)


def _keep(result: RunResult | Comparison, out: Path | None) -> None:
    if out is not None:
        result.save(out, shlex.join(["fraudsim", *sys.argv[1:]]))


def _say_where(out: Path | None) -> None:
    if out is not None:
        click.echo(f"\nTables and figures are in {out}; figures in {out / 'figures'}")


def _console() -> Console:
    from fraudsim.report.tables import console

    return console()


def _print_json(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, indent=1, allow_nan=False))


def _width() -> int:
    return max(50, min(100, shutil.get_terminal_size((80, 24)).columns))


@contextmanager
def _clock(wanted: bool) -> Iterator[Profile | None]:
    """Put a clock around every process of the day if it is wanted."""
    if not wanted:
        yield None
        return
    from fraudsim.profile import profiled

    with profiled() as profile:
        yield profile


@contextmanager
def _progress(total: int, unit: str) -> Iterator[Callable[[int], None] | None]:
    """Show a bar with the time left on a terminal; nothing where standard error is a file."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=max(total, 0), unit=f" {unit}", leave=False, dynamic_ncols=True) as bar:
        yield bar.update


def main() -> None:
    """Run the command line: mistakes in one line each and exit code 2, Ctrl-C quiet with 130."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended is told like Ctrl-C: nothing half-written
    try:
        cli.main(prog_name="fraudsim", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except InputError as error:
        for line in error.lines:
            click.echo(line, err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        _close_quietly()
        sys.exit(141)
    except RuntimeError as error:
        _fail(error)


def _fail(error: RuntimeError) -> None:
    """Tell a failed study in one line; any other error is a fault in the program and keeps its traceback."""
    from fraudsim.study.pool import StudyError

    if not isinstance(error, StudyError):
        raise error
    click.echo(f"fraudsim: {error}", err=True)
    sys.exit(1)


def _close_quietly() -> None:
    """Keep Python from complaining about the closed pipe once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
