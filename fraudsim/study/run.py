"""One run, and one replication of several arms: the units of every study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.ledgers.flows import POSITION, SERIES
from fraudsim.outcomes.breakdowns import parts
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.outcomes.steady import drift
from fraudsim.study.inputs import WorldLike, horizon_problems, no_progress, open_arm, open_world, too_low
from fraudsim.study.store import Inputs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.interventions.base import Intervention
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.schema import World

BANDS = ("paid", "dens_active", "staff", "captive", "arrests", "public_cost")
"""Daily series that a comparison keeps of every replication, summed over countries."""


NEVER = 2**31


@dataclass(frozen=True)
class RunResult:
    """What one run left behind.

    Attributes
    ----------
    world : World
    interventions : str
        The arm; ``baseline`` for none.
    seed, days : int
    record : int64, shape (days, series, countries)
        Daily record, money in cents: see :data:`fraudsim.ledgers.flows.SERIES`.
    outcomes : dict of str to float or None
        See :data:`fraudsim.outcomes.catalogue.OUTCOMES`.
    digest : str
        SHA-256 of the state on the last day.
    """

    world: World = field(repr=False)
    interventions: str
    seed: int
    days: int
    record: NDArray[np.int64] = field(repr=False)
    outcomes: dict[str, float | None] = field(repr=False)
    digest: str

    def daily(self) -> pd.DataFrame:
        """Return the daily series: a row for each day and country, money in currency."""
        import pandas as pd

        days, _, n = self.record.shape
        names = [country.iso for country in self.world.countries]
        columns: dict[str, Any] = {
            "day": np.repeat(np.arange(days), n),
            "date": np.repeat(dates(self.world, days), n),
            "country": np.tile(np.array(names, dtype=object), days),
        }
        for series in SERIES:
            flat = self.record[:, POSITION[series.name], :].reshape(-1)
            columns[series.name] = flat / 100 if series.unit == "cents" else flat
        return pd.DataFrame(columns)

    def summary(self) -> pd.DataFrame:
        """Return the outcomes: a row each, with unit, good direction, value and meaning."""
        import pandas as pd

        rows = [(o.name, o.group, o.unit, o.good, self.outcomes[o.name], o.meaning) for o in OUTCOMES]
        frame = pd.DataFrame(rows, columns=["outcome", "group", "unit", "good", "value", "meaning"])
        return frame.astype({"value": "float64"})

    def plot(self) -> Figure:
        """Draw losses, dens, people held and people in dens, day by day."""
        from fraudsim.report.figures import daily_figure

        return daily_figure(run_bands(self), currency=self.world.currency, title=self.title)

    @property
    def title(self) -> str:
        """One line that says what was run."""
        return f"{self.world.name}: {self.interventions}, seed {self.seed}, {self.days:,} days"

    def to_json(self) -> dict[str, Any]:
        """Return world, seed, days, outcomes and digest as plain data."""
        return {"world": self.world.name, "seed": self.seed, "days": self.days, "outcomes": dict(self.outcomes),
                "digest": self.digest}

    def inputs(self) -> Inputs:
        """Return all that the result follows from."""
        return Inputs("run", self.world, (self.interventions,), 1, self.seed, self.days)

    def save(self, out: str | Path, command: str | None = None) -> Path:
        """Leave tables, a figure and a manifest in a directory; see :mod:`fraudsim.study.store`."""
        from fraudsim.study.store import save_run

        return save_run(self, out, command)

    def show(self, to: Console) -> None:
        """Print all outcomes to a console of Rich."""
        from fraudsim.report.tables import run_table

        run_table(to, self.outcomes, title=self.title, currency=self.world.currency)

    def __str__(self) -> str:
        from fraudsim.report.tables import written

        return written(self.show)

    def _repr_html_(self) -> str:
        from fraudsim.report.html import run_html

        return run_html(self.summary(), self.title, self.world.currency)


def run(world: WorldLike, interventions: str | Sequence[str] = "", days: int | None = None, seed: int = 0,
        overrides: Mapping[str, Any] | None = None, progress: Callable[[int], None] | None = None) -> RunResult:
    """Live one world once.

    Parameters
    ----------
    world : World, str or path
        A world, the name of a shipped one, or a world file.
    interventions : str or sequence of str
        ``"joint-raids"``, ``"joint-raids:strength=0.8+exit-restrictions"``; '' for none.
    days : int, optional
        Horizon; all of the world's days unless given.
    seed : int
    overrides : dict, optional
        Path of a field to its value: ``{"parameters.calls.answer_share": 0.1}``.
    progress : callable, optional
        Called with the number of days lived since the last call, those of the burn-in included.

    Raises
    ------
    InputError
        With one line a mistake.

    Examples
    --------
    >>> run("tutorial", "joint-raids", days=10).outcomes["victims"] >= 0
    True
    """
    from fraudsim.simulation import Simulation

    inputs, arm = checked_run(world, interventions, days, seed, overrides, progress)
    simulation = Simulation(inputs.world, arm, inputs.seed, progress=progress)
    simulation.run(inputs.days, progress)
    return RunResult(inputs.world, inputs.arms[0], inputs.seed, inputs.days, simulation.record(), simulation.outcomes(),
                     simulation.digest())


def checked_run(world: WorldLike, interventions: str | Sequence[str], days: int | None, seed: int,
                overrides: Mapping[str, Any] | None = None,
                progress: Callable[[int], None] | None = None) -> tuple[Inputs, tuple[Intervention, ...]]:
    """Return the inputs of a run and its arm's interventions, or tell all mistakes at once.

    Raises
    ------
    InputError
    """
    from fraudsim.interventions.parsing import arm_name

    lines = too_low(seed=(seed, 0)) + no_progress(progress)
    place, found = open_world(world, overrides, lines)
    arm, more = open_arm(interventions, place)
    lines = [*found, *more, *lines, *horizon_problems(place, days)]
    if lines:
        raise InputError(lines)
    horizon = place.days if days is None else int(days)
    return Inputs("run", place, (arm_name(interventions),), 1, int(seed), horizon), arm


def dates(world: World, days: int) -> NDArray[np.datetime64]:
    """Return the date of every day, shape (days,)."""
    return np.datetime64(world.start, "D") + np.arange(days)


def run_bands(result: RunResult) -> pd.DataFrame:
    """Return the chosen daily series of one run in the form of a comparison's bands, without any width."""
    import pandas as pd

    totals = world_totals(result.record)
    frames = []
    for i, name in enumerate(BANDS):
        level = totals[:, i] / money_scale(name)
        frames.append(pd.DataFrame({
            "arm": result.interventions, "series": name, "day": np.arange(len(level)),
            "date": dates(result.world, len(level)), "mean": level, "low": np.nan, "high": np.nan}))
    return pd.concat(frames, ignore_index=True)


def money_scale(series: str) -> int:
    """Return what a series is divided by: 100 where it counts cents."""
    return 100 if SERIES[POSITION[series]].unit == "cents" else 1


def world_totals(record: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the series in :data:`BANDS` summed over countries, shape (days, bands)."""
    result: NDArray[np.int64] = record[:, [POSITION[name] for name in BANDS], :].sum(axis=2)
    return result


@dataclass(frozen=True)
class ArmResult:
    """What one arm of one replication left behind, small enough to travel between processes.

    Attributes
    ----------
    outcomes : dict of str to float or None
    parts : dict of str to float64
        Outcomes in parts, by side: see :func:`fraudsim.outcomes.breakdowns.parts`.
    daily : int64, shape (days, bands)
        World totals, money in cents: see :data:`BANDS`.
    """

    outcomes: dict[str, float | None]
    parts: dict[str, NDArray[np.float64]]
    daily: NDArray[np.int64]


@dataclass(frozen=True)
class ReplicationResult:
    """One replication of all arms; the first arm is the baseline, and all share their draws.

    Attributes
    ----------
    seed : int
    arms : tuple of ArmResult
    drift : dict of str to float or None
        Whether the world had settled when day 0 came: see :func:`fraudsim.outcomes.steady.drift`.
    """

    seed: int
    arms: tuple[ArmResult, ...]
    drift: dict[str, float | None] = field(default_factory=dict)


def replicate(world: World, arms: Sequence[tuple[Intervention, ...]], days: int | None, seed: int) -> ReplicationResult:
    """Run the baseline and all arms of one replication, in this process.

    An arm is the baseline until it acts, so it branches off on that day.

    Parameters
    ----------
    world : World
    arms : sequence of tuple of Intervention
        Without the baseline.
    days : int or None
    seed : int
    """
    from fraudsim.simulation import Simulation

    horizon = world.days if days is None else days
    baseline = Simulation(world, (), seed)
    results: dict[int, ArmResult] = {}
    for i in sorted(range(len(arms)), key=lambda i: acts_from(arms[i])):
        _live_until(baseline, min(acts_from(arms[i]), horizon), "baseline")
        branch = baseline.branch(arms[i])
        _live_until(branch, horizon, "+".join(intervention.name for intervention in arms[i]))
        results[i] = arm_result(branch)
        branch.state.model = None  # state and simulation refer to each other: memory would wait for the collector
    _live_until(baseline, horizon, "baseline")
    baseline.state.model = None
    others = (results[i] for i in range(len(arms)))
    return ReplicationResult(seed, (arm_result(baseline), *others), drift(baseline.burn_in_record()))


def acts_from(arm: Sequence[Intervention]) -> int:
    """Return the first day on which an arm may differ from the baseline; a day beyond any horizon for never."""
    return min((intervention.start for intervention in arm if intervention.intensity > 0), default=NEVER)


def _live_until(simulation: Simulation, day: int, arm: str) -> None:
    try:
        simulation.run(day - simulation.state.day)
    except Exception as error:
        error.add_note(f"arm {arm}")
        raise


def arm_result(simulation: Simulation) -> ArmResult:
    """Sum up a simulation that has run."""
    record = simulation.record()
    return ArmResult(simulation.outcomes(), parts(record), world_totals(record))
