"""Commands that ask a stored study what researchers want to know."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fraudsim.cli.app import cli
from fraudsim.cli.shared import console, jobs_option, print_json
from fraudsim.errors import InputError

if TYPE_CHECKING:
    from fraudsim.study.opened import OpenedStudy
    from fraudsim.study.questions.answer import Answer

OUTCOME = "An outcome, or several of one unit joined by +; repeatable."
DIR = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
SEED = click.option("--seed", type=int, default=0, show_default=True, metavar="S",
                    help="Seed of the analysis; those of the runs are the study's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def runs_of_its_own(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command what it takes to bring runs of its own: a directory or a study file, and how runs are done."""
    options = (
        click.argument("place", metavar="DIR|STUDY", type=click.Path(path_type=Path)),
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
                     help="With a study file: directory that becomes the study's own."),
        click.option("--timeout", type=float, metavar="S", help="Seconds that a run may take; no limit by default."),
        click.option("--retries", type=int, default=1, show_default=True, metavar="R",
                     help="Further attempts at a run that failed."),
        jobs_option, SEED, JSON,
    )
    for option in reversed(options):
        function = option(function)
    return function


@cli.command()
@DIR
@click.option("--outcome", "outcomes", multiple=True, metavar="OUTCOME", help=OUTCOME)
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="An arm of the study; repeatable. All by default.")
@click.option("--of", type=click.Choice(["change", "level"]), help="The change against the baseline, which is what is "
              "looked at by default, or the level.")
@SEED
@JSON
def sensitivity(directory: Path, outcomes: tuple[str, ...], arms: tuple[str, ...], of: str | None, seed: int,
                as_json: bool) -> None:
    """Rank the factors of a study by how much they move its outcomes.

    DIR holds a sweep with a morris design (which factors matter at all) or a saltelli design (Sobol indices: how much
    of the variance each brings), all of whose runs are done.
    """
    results = _opened(directory)
    _tell(results, results.sensitivity(outcomes or None, arms or None, of, seed), as_json)  # type: ignore[arg-type]


@cli.command()
@DIR
@click.option("--arm", metavar="ARM", help="An arm of the study; may be left out where there is one.")
@click.option("--fails", multiple=True, metavar="CONDITION", help="When it fails, such as 'loss_net>=0' (the change "
              "against the baseline; the default), 'captive_days>5%' or 'level:victims>=5000'; repeatable: any of "
              "them.")
@click.option("--box", type=int, metavar="N", help="Show box N of the peeling trajectory; the best balance of coverage "
              "and density by default.")
@SEED
@JSON
def discover(directory: Path, arm: str | None, fails: tuple[str, ...], box: int | None, seed: int,
             as_json: bool) -> None:
    """Find under which values of the factors an arm fails (scenario discovery: PRIM and CART).

    DIR holds a sweep whose points are spread over the ranges: a latin-hypercube or a sobol design.
    """
    results = _opened(directory)
    _tell(results, results.discover(arm, fails or "loss_net>=0", box, seed), as_json)


@cli.command()
@DIR
@click.option("--outcome", "outcomes", multiple=True, metavar="OUTCOME", help=OUTCOME)
@click.option("--criterion", "criteria", multiple=True, metavar="CONDITION", help="What is wanted, such as "
              "'loss_net<=-10%' or 'level:victims<=5000'; repeatable: all of them.")
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="An arm of the study; repeatable. All by default.")
@SEED
@JSON
def robust(directory: Path, outcomes: tuple[str, ...], criteria: tuple[str, ...], arms: tuple[str, ...], seed: int,
           as_json: bool) -> None:
    """Compare arms over all design points: worst case, regret, and how often what is wanted is reached."""
    results = _opened(directory)
    _tell(results, results.robust(outcomes or None, criteria or None, arms or None, seed), as_json)


@cli.command()
@runs_of_its_own
@click.option("--fact", "facts", multiple=True, metavar="NAME", help="A recorded fact that is marked calibration; "
              "repeatable. All of them by default.")
@click.option("--draws", type=int, default=200, show_default=True, metavar="N",
              help="Draws from the prior, a run each.")
@click.option("--accept", type=float, default=0.1, show_default=True, metavar="SHARE",
              help="Share of the draws that is kept as the posterior.")
@click.option("--trials", type=int, default=40, show_default=True, metavar="N",
              help="Points that the search for a best one tries; 0 for no search.")
@click.option("--replications", type=int, default=3, show_default=True, metavar="N", help="Runs of every such point.")
@click.option("--fresh", type=int, default=20, show_default=True, metavar="N",
              help="Runs with fresh seeds that posterior and best point are tested with.")
def calibrate(place: Path, out: Path | None, facts: tuple[str, ...], draws: int, accept: float, trials: int,
              replications: int, fresh: int, seed: int, as_json: bool, **how: Any) -> None:
    """Find what recorded facts say about the uncertainties of a study, and test it on facts that were held out.

    Their ranges and distributions are the prior. Rejection ABC gives the posterior, a search a best point. The runs
    are kept in DIR, and never done twice.
    """
    with _prepared(place, out) as results, _told_if_interrupted():
        found = results.calibrate(facts or None, draws, accept, trials, replications, fresh, seed, **how)
    _tell(results, found, as_json)


@cli.command()
@runs_of_its_own
@click.option("--budget", type=float, required=True, metavar="AMOUNT",
              help="Most that a package may add to public cost over the run, in the world's currency.")
@click.option("--objective", "objectives", multiple=True, metavar="OUTCOME", help=OUTCOME)
@click.option("--intervention", "interventions", multiple=True, metavar="NAME",
              help="An intervention of the study's arms; repeatable. All of them by default.")
@click.option("--population", type=int, default=24, show_default=True, metavar="N", help="Packages a generation.")
@click.option("--generations", type=int, default=5, show_default=True, metavar="N", help="Generations.")
@click.option("--situations", type=int, default=8, show_default=True, metavar="N",
              help="Situations that every package is tried in: draws of the uncertainties, each with a seed.")
@click.option("--fresh", type=int, default=24, show_default=True, metavar="N",
              help="New situations that the chosen packages are tried in again.")
@click.option("--keep", type=int, default=12, show_default=True, metavar="N", help="Most packages that are chosen.")
def portfolio(place: Path, out: Path | None, budget: float, objectives: tuple[str, ...],
              interventions: tuple[str, ...], population: int, generations: int, situations: int, fresh: int, keep: int,
              seed: int, as_json: bool, **how: Any) -> None:
    """Search for packages of interventions under a budget: losses, workers' harm, bystanders' harm, cost.

    What may stand in a package follows from the study's arms, the settings that are searched from its levers. The runs
    are kept in DIR, and never done twice.
    """
    with _prepared(place, out) as results, _told_if_interrupted():
        found = results.portfolio(budget, objectives or None, interventions or None, population, generations,
                                  situations, fresh, keep, seed, **how)
    _tell(results, found, as_json)


@contextmanager
def _told_if_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Interrupted. The runs that were done are safe. The same command goes on.", err=True)
        raise


def _opened(directory: Path) -> OpenedStudy:
    from fraudsim.study.opened import open_study

    return open_study(directory)


@contextmanager
def _prepared(place: Path, out: Path | None) -> Iterator[OpenedStudy]:
    """Open a study's directory, or make one for a study file; one that is new goes again if the question is wrong."""
    new = out is not None and not out.exists()
    results = _opened_or_made(place, out)
    try:
        yield results
    except InputError:
        if new and not (results.directory / "answers").exists():
            shutil.rmtree(results.directory)
        raise


def _opened_or_made(place: Path, out: Path | None) -> OpenedStudy:
    if place.is_dir():
        if out is not None:
            raise InputError(f"--out {out}: goes with a study file; {place} is a directory")
        return _opened(place)
    if out is None:
        what = "is a study file; name a directory for it with --out DIR" if place.is_file() else \
            "neither the directory of a sweep nor a study file"
        raise InputError(f"{place}: {what}")
    from fraudsim.study.study import Study

    return Study(place).prepare(out)


def _tell(results: OpenedStudy, answer: Answer, as_json: bool) -> None:
    """Print an answer and keep it; that it cannot be kept is told, takes nothing from it, and is exit code 1."""
    if as_json:
        print_json(answer.to_json())
    else:
        answer.show(console())
    try:
        place = answer.save(results.directory)
    except InputError as error:
        click.echo("\n".join(error.lines), err=True)
        raise click.exceptions.Exit(1) from error
    if not as_json:
        click.echo(f"\nTables and figure are in {place}; the figure is {place / 'figure.png'}")
