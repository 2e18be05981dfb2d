"""What a study is asked for, checked before anything runs; all mistakes are told at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError, nearest
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.worlds.problems import one_line, show

if TYPE_CHECKING:
    from fraudsim.interventions.base import Intervention
    from fraudsim.worlds.schema import World

type WorldLike = World | str | Path
"""A world, the name of a shipped one, or a world file."""

type Arm = tuple[Intervention, ...]

ALL = "all"
"""The arm that stands for every intervention of a world, one by one."""

MOST_RUNS = 1_000_000


def open_world(world: WorldLike, overrides: Mapping[str, Any] | None = None,
               others: Sequence[str] = ()) -> tuple[World, list[str]]:
    """Return a checked world, and one line for every mistake in its settings of interventions.

    Parameters
    ----------
    world : World, str or path
    overrides : dict, optional
    others : sequence of str
        Mistakes in the rest of what was asked, to be told with those of the world.

    Raises
    ------
    InputError
        If it is no world at all.
    """
    from fraudsim.interventions.parsing import check_interventions
    from fraudsim.worlds.loader import load_world, world_label

    try:
        place = load_world(world, overrides)
    except InputError as error:
        raise InputError([*error.lines, *others]) from None
    return place, check_interventions(place, world_label(world), overrides or ())


def open_arm(text: str | Sequence[str], world: World) -> tuple[Arm, list[str]]:
    """Return an arm's interventions and its mistakes; those of the world's own settings are left out."""
    from fraudsim.interventions.parsing import parse_arm
    from fraudsim.worlds.loader import world_label

    try:
        return parse_arm(text, world), []
    except InputError as error:
        return (), [line for line in error.lines if not line.startswith(f"{world_label(world)}: ")]


def arm_texts(arms: object) -> tuple[list[str], list[str]]:
    """Return the texts of all arms, and a line if they are no list of texts."""
    texts = [arms] if isinstance(arms, str) else arms
    if isinstance(texts, Iterable) and not isinstance(texts, (bytes, Mapping, set, frozenset)):
        found = list(texts)
        if all(isinstance(text, str) for text in found):
            return found, [] if found else ["arms: at least one is needed, such as joint-raids"]
    return [], [f"arms: {told(arms)}; allowed: a list of texts such as ['joint-raids']"]


def named_arms(texts: Sequence[str], world: World) -> tuple[tuple[str, ...], list[str]]:
    """Return the arms' names, with ``all`` written out, and a line for every mistake in them."""
    from fraudsim.interventions.parsing import arm_name

    every = list(world.interventions)
    names = tuple(name for text in map(arm_name, texts) for name in (every if text == ALL else [text]))
    lines = [f"arms: {name!r} stands {n} times" for name, n in Counter(names).items() if n > 1]
    if ALL in map(arm_name, texts) and not every:
        lines.append(f"arms: {ALL!r} stands for the interventions that {world.name} has settings for, and it has none")
    return names, lines


def horizon_problems(world: World, days: int | None) -> list[str]:
    """Return one line if ``days`` is no horizon of this world."""
    if days is None or (is_whole(days) and 1 <= days <= world.days):
        return []
    return [f"days: {told(days)}; allowed: 1 to {world.days}, the days of {world.name}"]


def too_low(**given: tuple[Any, int]) -> list[str]:
    """Return one line for every number that is no whole one, or below its least value, or absurdly high.

    Each is given as (value, least). Seeds may be as high as one likes.
    """
    lines = []
    for name, (value, least) in given.items():
        if not is_whole(value):
            lines.append(f"{name}: {told(value)}; allowed: a whole number, {least} and more")
        elif value < least:
            lines.append(f"{name}: {told(value)}; allowed: {least} and more")
        elif name != "seed" and value > MOST_RUNS:
            lines.append(f"{name}: {told(value)}; allowed: {least} to {MOST_RUNS:,}")
    return lines


def no_progress(progress: object) -> list[str]:
    """Return one line if ``progress`` cannot be called."""
    if progress is None or callable(progress):
        return []
    return [f"progress: {told(progress)}; allowed: a function that takes a number, or None"]


def chosen_outcomes(outcomes: object) -> set[str]:
    """Return names of outcomes, all of them for None.

    Raises
    ------
    InputError
        For what is no list of names, and for every name that no outcome has.
    """
    if outcomes is None:
        return {outcome.name for outcome in OUTCOMES}
    if not isinstance(outcomes, Iterable) or isinstance(outcomes, bytes):
        raise InputError(f"outcomes: {told(outcomes)}; allowed: a list of names such as ['loss_net']")
    chosen = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    if lines := unknown_outcomes(chosen, "outcomes"):
        raise InputError(lines)
    return set(chosen)


def unknown_outcomes(names: Iterable[object], where: str) -> list[str]:
    """Return a line for every name that no outcome has."""
    known = [outcome.name for outcome in OUTCOMES]
    return [f"{where}: no outcome {told(name)}{nearest(name, known) if isinstance(name, str) else ''}; "
            "`fraudsim describe` lists all" for name in names if name not in known]


def is_whole(value: object) -> bool:
    """Tell whether a value is an integer, of Python or of NumPy, and no truth value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def place_of(out: str | os.PathLike[str]) -> Path:
    """Return a directory that may be written to, or made, as far as its path tells.

    Raises
    ------
    InputError
    """
    if not isinstance(out, str | os.PathLike):
        raise InputError(f"out: {show(out)}; allowed: the path of a directory")
    path = Path(out)
    if path.exists() and not path.is_dir():
        raise InputError(f"--out {path}: is a file, not a directory")
    if not path.exists() and not path.absolute().parent.is_dir():
        raise InputError(f"--out {path}: its parent {path.absolute().parent} is no directory; create it first")
    return path


def told(value: object) -> str:
    """Return how a line about a mistake calls a value, of NumPy's kinds too."""
    return one_line(show(value.item() if isinstance(value, np.generic) else value))
