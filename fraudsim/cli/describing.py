"""Commands that describe: worlds, interventions, the model."""

from __future__ import annotations

import click

from fraudsim.cli.app import cli
from fraudsim.cli.shared import opened, width
from fraudsim.errors import InputError, nearest


@cli.command()
def worlds() -> None:
    """List the shipped worlds."""
    from fraudsim.worlds.loader import shipped_worlds

    titles = shipped_worlds()
    widest = max(map(len, titles), default=0)
    for name, title in titles.items():
        click.echo(f"{name:<{widest}}  {title}")


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
        click.echo("\n\n".join([*(words.catalogue(kind, width()) for kind in known().values()),
                                words.sources_text(width())]))
        return
    every = ", ".join(known())
    lines = [] if name in known() else [f"no intervention {name!r}; known: {every}{nearest(name, known())}"]
    place = opened(world, (), lines) if world else None
    if lines:
        raise InputError(lines)
    click.echo(words.settings_text(known()[name], width(), place))


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
        click.echo(words.model_text(width()))
        return
    click.echo(words.world_text(opened(world, settings), width()))
