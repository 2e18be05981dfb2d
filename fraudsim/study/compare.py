"""Arms compared with doing nothing, in replications that share their draws with the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fraudsim.errors import InputError
from fraudsim.interventions.parsing import BASELINE
from fraudsim.study.comparison import Comparison
from fraudsim.study.inputs import (
    WorldLike,
    arm_texts,
    horizon_problems,
    named_arms,
    no_progress,
    open_arm,
    open_world,
    told,
    too_low,
)
from fraudsim.study.pool import Progress
from fraudsim.study.store import Inputs
from fraudsim.study.sweep import all_settings

if TYPE_CHECKING:
    from fraudsim.interventions.base import Intervention

def compare(world: WorldLike, arms: Sequence[str] | str, replications: int = 20, seed: int = 0, days: int | None = None,
            jobs: int = 1, overrides: Mapping[str, Any] | None = None, progress: Progress | None = None,
            sweep: bool = True) -> Comparison:
    """Compare arms with doing nothing.

    Parameters
    ----------
    world : World, str or path
        A world, the name of a shipped one, or a world file.
    arms : sequence of str
        Each an intervention or several joined by ``+``, with settings after a colon:
        ``"joint-raids:strength=0.8+exit-restrictions"``. ``"all"`` stands for every intervention that the
        world has settings for, each as an arm of its own.
    replications : int
        Runs of every arm; replication i has seed ``seed + i`` in all arms, the baseline included.
    seed : int
    days : int, optional
        Horizon; all of the world's days unless given.
    jobs : int
        Processes; the results do not depend on it. Workers import the package only, so that scripts need
        no ``if __name__ == "__main__"`` guard.
    overrides : dict, optional
        Path of a field to its value.
    progress : callable, optional
        Called with the number of replications done since the last call, those of the sweep included.
    sweep : bool
        Whether a tenth of the replications, and at least two, are lived again at each of four other settings
        of what displacement hangs on: how sharply syndicates choose, and what moving a den costs.

    Raises
    ------
    InputError
        With all mistakes, one line each.
    StudyError
        If a replication fails; it names the seed and the arm.

    Examples
    --------
    >>> result = compare("tutorial", ["joint-raids"], replications=2, days=20, sweep=False)
    >>> sorted(result.to_json())
    ['arms', 'baseline', 'benefit', 'displaced', 'replications', 'seed', 'sweep', 'world']
    """
    inputs, parsed = checked(world, arms, replications, seed, days, jobs, overrides, progress, sweep)
    seeds = range(inputs.seed, inputs.seed + inputs.replications)
    results, swept = all_settings(inputs.world, parsed, inputs.days, seeds, jobs, progress, inputs.sweep)
    return Comparison(inputs.world, inputs.arms, inputs.seed, inputs.days, results, swept)


def checked(world: WorldLike, arms: Sequence[str] | str, replications: int, seed: int, days: int | None, jobs: int,
            overrides: Mapping[str, Any] | None = None,
            progress: Progress | None = None,
            sweep: bool = True) -> tuple[Inputs, list[tuple[Intervention, ...]]]:
    """Return the inputs of a comparison and the arms' interventions, or tell all mistakes at once.

    Raises
    ------
    InputError
    """
    texts, lines = arm_texts(arms)
    lines += too_low(replications=(replications, 1), jobs=(jobs, 1), seed=(seed, 0)) + no_progress(progress)
    lines += [] if isinstance(sweep, bool) else [f"sweep: {told(sweep)}; allowed: True or False"]
    place, found = open_world(world, overrides, lines)
    names, more = named_arms(texts, place)
    lines += more
    parsed = [open_arm(arm, place) for arm in dict.fromkeys(names)]
    found += [line for _, mistakes in parsed for line in mistakes]
    if BASELINE in names:
        found.append(f"arms: {BASELINE!r} is what arms are compared with, and is always run")
    lines = [*found, *lines, *horizon_problems(place, days)]
    if lines:
        raise InputError(lines)
    horizon = place.days if days is None else int(days)
    replications, seed = int(replications), int(seed)
    return Inputs("compare", place, names, replications, seed, horizon, sweep), [arm for arm, _ in parsed]
