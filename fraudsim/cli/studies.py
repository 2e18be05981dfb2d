"""Commands for studies: write one, check it, run it, ask what it found, take its results elsewhere."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from fraudsim.cli.app import cli
from fraudsim.cli.shared import console, jobs_option, print_json

EXPORTS = ("csv", "excel", "duckdb", "canonical")


@cli.group()
def study() -> None:
    """Write a study file, or check one."""


@study.command("init")
@click.argument("file", type=click.Path(path_type=Path), default="study.toml")
def study_init(file: Path) -> None:
    """Write a study file with comments to FILE (study.toml unless given)."""
    from fraudsim.study.plan.template import write_template

    write_template(file)
    click.echo(f"Wrote {file}. Change it, then: fraudsim study check {file}")


@study.command("check")
@click.argument("file", metavar="STUDY", type=click.Path(path_type=Path))
@click.option("--no-pilot", is_flag=True, help="Run nothing: say what is wrong and how many runs there are, no more.")
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def study_check(file: Path, no_pilot: bool, jobs: int, as_json: bool) -> None:
    """Say what is wrong with STUDY, how many runs it has, how long they take and how much they leave on the disk.

    Time and disk come from a pilot: a few of its runs, which are not kept.
    """
    from fraudsim.study.study import Study

    found = Study(file).check(jobs, pilot=not no_pilot)
    if as_json:
        print_json(found.to_json())
    else:
        found.show(console())


@cli.command()
@click.argument("file", metavar="STUDY", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
              help="Directory of the store; one that holds this study already is gone on with.")
@jobs_option
@click.option("--shard", metavar="K/N", help="Do the K-th of N shares of the work; all write to the same DIR.")
@click.option("--cluster", metavar="ADDRESS", help="Let a Dask scheduler do the work, such as tcp://10.0.0.1:8786.")
@click.option("--timeout", type=float, metavar="S", help="Seconds that a run may take; no limit by default.")
@click.option("--retries", type=int, default=1, show_default=True, metavar="R",
              help="Further attempts at a run that failed.")
def sweep(file: Path, out: Path, jobs: int, shard: str | None, cluster: str | None, timeout: float | None,
          retries: int) -> None:
    """Do all runs of STUDY that are not in DIR yet.

    Each run is on the disk before it counts. After a kill, a crash or a full disk the same command goes on. A run
    that fails is recorded with its error, and the sweep goes on; the same command tries it again. The exit code is 1
    if runs have failed.
    """
    from fraudsim.study.study import Study

    checked = Study(file)
    try:
        results = checked.run(out, jobs, shard, cluster, timeout, retries)
    except KeyboardInterrupt:
        _say_what_is_safe(out)
        raise
    for line in results.closing():
        click.echo(line)
    if results.status()["failed"]:
        raise click.exceptions.Exit(1)


def _say_what_is_safe(out: Path) -> None:
    from fraudsim.errors import InputError
    from fraudsim.study.opened import open_study

    with suppress(InputError):  # interrupted before there was a store
        click.echo(f"Interrupted. {open_study(out).closing()[0]} The same command goes on.", err=True)


@cli.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("sql", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list of rows and nothing else.")
def query(directory: Path, sql: str | None, as_csv: bool, as_json: bool) -> None:
    """Answer a query in SQL over what a sweep has written to DIR, also while it runs.

    Without SQL: list the tables and their columns.
    """
    from fraudsim.errors import InputError
    from fraudsim.study.opened import open_study
    from fraudsim.study.reading import answers

    if as_csv and as_json:
        raise InputError("--csv and --json: allowed is one of them")
    results = open_study(directory)
    if sql is None:
        click.echo(answers.tables_text(results))
    else:
        click.echo(answers.answer_text(results.sql(sql), "csv" if as_csv else "json" if as_json else "table"),
                   nl=False)


@cli.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--to", "kind", type=click.Choice(EXPORTS), required=True,
              help="csv: a row each run and arm; excel: a workbook; duckdb: one database file; canonical: lines of "
              "JSON, sorted and without times, the same to the byte however the runs were done.")
def export(directory: Path, file: Path, kind: str) -> None:
    """Write what a sweep has stored in DIR to FILE, in another form."""
    from fraudsim.study.opened import open_study

    results = open_study(directory)
    results.export(file, kind)
    click.echo(f"Wrote {file}")
