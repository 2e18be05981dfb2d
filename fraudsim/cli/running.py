"""Commands that run worlds: check, run, compare."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fraudsim.cli.app import cli
from fraudsim.cli.shared import common, console, days_option, jobs_option, out_option, print_json, progress_bar

if TYPE_CHECKING:
    from fraudsim.profile import Profile
    from fraudsim.study.comparison import Comparison
    from fraudsim.study.run import RunResult
    from fraudsim.study.store import Inputs


@cli.command()
@click.argument("world")
@click.option("--seeds", type=int, default=20, show_default=True, metavar="N", help="Runs, of consecutive seeds.")
@jobs_option
@common
def check(world: str, seeds: int, jobs: int, seed: int, settings: tuple[str, ...], as_json: bool) -> None:
    """Compare WORLD with its recorded facts, running what happened for many seeds."""
    from fraudsim.study import check as study
    from fraudsim.worlds.loader import parse_assignments

    overrides = parse_assignments(settings)
    with progress_bar(seeds, "runs") as progress:
        result = study.check(world, seeds, jobs, seed, overrides, progress)
    if as_json:
        print_json(result.to_json())
    else:
        result.show(console())


@cli.command()
@click.argument("world")
@click.option("-i", "--intervention", "arm", multiple=True, metavar="NAME[:FIELD=VALUE,...]",
              help="Put an intervention in force; repeatable.")
@days_option
@out_option
@click.option("--digest", "digest_only", is_flag=True, help="Print the SHA-256 of the last day's state, no table.")
@click.option("--profile", is_flag=True, help="Print, after all else, what each process of the day cost.")
@common
def run(world: str, arm: tuple[str, ...], days: int | None, out: Path | None, digest_only: bool, profile: bool,
        seed: int, settings: tuple[str, ...], as_json: bool) -> None:
    """Run WORLD once and print its outcomes."""
    from fraudsim.study import run as study
    from fraudsim.worlds.loader import parse_assignments

    inputs, _ = study.checked_run(world, arm, days, seed, parse_assignments(settings))
    _claim(out, inputs)
    lived = inputs.world.burn_in_days + inputs.days
    with progress_bar(lived, "days") as progress, _clock(profile) as costs:
        result = study.run(inputs.world, arm, days, seed, progress=progress)
    _keep(result, out)
    if as_json:
        print_json({**result.to_json(), **({"profile": costs.to_json()} if costs else {})})
    elif digest_only:
        click.echo(result.digest)
    else:
        result.show(console())
        _say_where(out)
    if costs and not as_json:
        from fraudsim.report.profile import profile_table

        click.echo()
        profile_table(console(), costs.to_json())


@cli.command()
@click.argument("world")
@click.argument("arms", nargs=-1, required=True, metavar="ARM...")
@click.option("--replications", type=int, default=20, show_default=True, metavar="N",
              help="Runs of every arm, in pairs with the baseline.")
@click.option("--no-sweep", is_flag=True,
              help="Skip the runs at other settings of what displacement hangs on: it then comes from one value only.")
@days_option
@jobs_option
@out_option
@common
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
    with progress_bar(sweep.runs(replications, inputs.sweep), "replications") as progress:
        result = study.compare(inputs.world, arms, replications, seed, days, jobs, progress=progress,
                               sweep=inputs.sweep)
    _keep(result, out)
    for line in result.notes():
        click.echo(f"{inputs.world.name}: {line}", err=True)
    if as_json:
        print_json(result.to_json())
    else:
        result.show(console())
        _say_where(out)


@contextmanager
def _clock(wanted: bool) -> Iterator[Profile | None]:
    """Put a clock around every process of the day if it is wanted."""
    if not wanted:
        yield None
        return
    from fraudsim.profile import profiled

    with profiled() as profile:
        yield profile


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
