"""A world against its recorded facts: what happened is run for many seeds, and nothing outside is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError, nearest
from fraudsim.study.inputs import WorldLike, no_progress, open_arm, open_world, too_low
from fraudsim.study.measures import MEASURES, measured
from fraudsim.study.pool import Progress, for_seeds
from fraudsim.study.statistics import values

if TYPE_CHECKING:
    from rich.console import Console

    from fraudsim.interventions.base import Intervention
    from fraudsim.worlds.schema import Fact, World

LOW, HIGH = 0.025, 0.975


def missed(runs: int) -> float:
    """Return how often a new run lies outside the 2.5 and 97.5% quantiles of so many runs, on average.

    The quantiles of few runs lie nearer together than those of all runs that might be: at 20 runs a new one lies
    outside in 14% of cases and not in 5%. From the mean ranks of order statistics (NumPy's linear quantiles): exact
    where runs are spread evenly, 1 percentage point less at 10 and 20 runs where they are spread normally.

    Parameters
    ----------
    runs : int

    Examples
    --------
    >>> [round(missed(runs), 2) for runs in (10, 20, 100)]
    [0.22, 0.14, 0.07]
    """
    return min(1.0, 2.0 * (1.0 + (runs - 1) * LOW) / (runs + 1))


def narrow(runs: int) -> str:
    """Return a sentence on how far quantiles of so many runs are an interval of single runs."""
    return (f"Of {runs} runs, a new one lies outside these quantiles in about {100 * missed(runs):.0f}% of cases, "
            "not 5%: they are no 95% interval, and 'outside' is said too readily close by.")


@dataclass(frozen=True)
class FactCheck:
    """A recorded fact beside what the model made of it.

    Attributes
    ----------
    name, role, unit, source, note, measure : str
        As in the world file; ``measure`` is empty for facts that are not compared.
    low, high : float, float or None
        Recorded value, or the two that differ between sources.
    median, simulated_low, simulated_high : float or None
        Median, and quantiles 2.5% and 97.5%, over the seeds that have a value: of single runs, not of their mean, and
        narrower than where 95% of new runs would lie (:func:`missed`).
    seeds : int
        Seeds that have a value.
    verdict : {"inside", "outside", "no value", "-"}
        Whether the recorded range overlaps the simulated interval; '-' for facts that are not compared.
    """

    name: str
    role: str
    unit: str
    source: str
    note: str
    measure: str
    low: float
    high: float | None
    median: float | None
    simulated_low: float | None
    simulated_high: float | None
    seeds: int
    verdict: str


@dataclass(frozen=True)
class Check:
    """All recorded facts of a world, compared.

    Attributes
    ----------
    world : World
    seed, seeds, days : int
        First seed, number of seeds, horizon.
    strikes : int
        Seeds in which a joint operation struck.
    facts : tuple of FactCheck
        In the order of the world file.
    """

    world: World = field(repr=False)
    seed: int
    seeds: int
    days: int
    strikes: int
    facts: tuple[FactCheck, ...] = field(repr=False)

    @property
    def title(self) -> str:
        """One line that says what was checked."""
        return (f"{self.world.name}, as it happened ({self.world.happened or 'no intervention'}): "
                f"{self.seeds} seeds from {self.seed}, {self.days:,} days")

    @property
    def notes(self) -> list[str]:
        """Sentences a reader must know."""
        compared = [fact for fact in self.facts if fact.measure]
        if not self.facts:
            return ["This world records no facts: there is nothing that it could be compared with."]
        outside = sum(fact.verdict == "outside" for fact in compared)
        return [
            f"{len(compared)} of {len(self.facts)} facts are compared with the model; {outside} lie outside.",
            f"A joint strike came in {self.strikes} of {self.seeds} seeds"
            + ("." if self.strikes == self.seeds else "; without one, what belongs to a strike has no value."),
            "Simulated: median, and 2.5 and 97.5% quantiles of single runs over the seeds. Inside: the recorded value, "
            "or the range between sources, overlaps them.",
            narrow(self.seeds) + self._fewer(compared),
            "Input: put into the model. Calibration: used to set a parameter. Held-out: neither; only these test it.",
        ]

    def _fewer(self, compared: Sequence[FactCheck]) -> str:
        least = min((fact.seeds for fact in compared if fact.seeds), default=self.seeds)
        return (f" Where a fact has a value in only {least}: {100 * missed(least):.0f}%." if least < self.seeds else "")

    def table(self) -> Any:
        """Return the facts as a DataFrame, a row each."""
        import pandas as pd

        frame = pd.DataFrame([asdict(fact) for fact in self.facts], columns=list(FactCheck.__dataclass_fields__))
        return frame.astype(dict.fromkeys(("low", "high", "median", "simulated_low", "simulated_high"), "float64"))

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain data: what ``fraudsim check --json`` prints."""
        return {"world": self.world.name, "arm": self.world.happened, "seed": self.seed, "seeds": self.seeds,
                "days": self.days, "strikes": self.strikes, "facts": [asdict(fact) for fact in self.facts]}

    def show(self, to: Console) -> None:
        """Print the facts and the notes to a console of Rich."""
        from fraudsim.report.tables import check_table

        check_table(to, self.to_json()["facts"], title=self.title, notes=self.notes)

    def __str__(self) -> str:
        from fraudsim.report.tables import written

        return written(self.show)

    def _repr_html_(self) -> str:
        from fraudsim.report.html import check_html

        return check_html([asdict(fact) for fact in self.facts], self.title, self.notes)


def check(world: WorldLike, seeds: int = 20, jobs: int = 1, seed: int = 0,
          overrides: Mapping[str, Any] | None = None, progress: Progress | None = None) -> Check:
    """Run what happened for many seeds and compare it with every recorded fact.

    Parameters
    ----------
    world : World, str or path
    seeds : int
        Runs; their seeds are ``seed``, ``seed + 1``, ...
    jobs : int
        Processes; the results do not depend on it.
    seed : int
    overrides : dict, optional
        Path of a field to its value.
    progress : callable, optional
        Called with the number of runs done since the last call.

    Raises
    ------
    InputError
        With all mistakes, one line each.
    """
    place, arm = _checked(world, seeds, jobs, seed, overrides, progress)
    seeds, seed = int(seeds), int(seed)
    runs = for_seeds(partial(_measure_one, place, arm), range(seed, seed + seeds), jobs, progress)
    strikes = sum(run["strike_month"] is not None for run in runs)
    return Check(place, seed, seeds, place.days, strikes, tuple(compare_fact(fact, runs) for fact in place.facts))


def _checked(world: WorldLike, seeds: int, jobs: int, seed: int,
             overrides: Mapping[str, Any] | None, progress: Progress | None) -> tuple[World, tuple[Intervention, ...]]:
    lines = too_low(seeds=(seeds, 1), jobs=(jobs, 1), seed=(seed, 0)) + no_progress(progress)
    place, found = open_world(world, overrides, lines)
    arm, more = open_arm(place.happened, place)
    lines += [f"facts[{fact.name}].measure: no measure {fact.measure!r}{nearest(fact.measure, MEASURES)}; known: "
              f"{', '.join(MEASURES)}" for fact in place.facts if fact.measure and fact.measure not in MEASURES]
    if found or lines or more:
        raise InputError([*found, *(more if not found else ()), *lines])
    return place, arm


def _measure_one(world: World, arm: tuple[Intervention, ...], seed: int) -> dict[str, float | None]:
    from fraudsim.simulation import Simulation

    simulation = Simulation(world, arm, seed)
    simulation.run()
    found = measured(simulation)
    simulation.state.model = None  # state and simulation refer to each other: memory would wait for the collector
    return found


def compare_fact(fact: Fact, runs: Sequence[Mapping[str, float | None]]) -> FactCheck:
    """Compare one fact with the measures of all runs."""
    found = values([run[fact.measure] for run in runs]) if fact.measure else values([])
    found = found[~np.isnan(found)]
    median = low = high = None
    if found.size:
        low, median, high = (float(x) for x in np.quantile(found, [LOW, 0.5, HIGH]))
    return FactCheck(fact.name, fact.role, fact.unit, fact.source, fact.note, fact.measure, fact.low, fact.high,
                     median, low, high, int(found.size), _verdict(fact, low, high))


def _verdict(fact: Fact, low: float | None, high: float | None) -> str:
    if not fact.measure:
        return "-"
    if low is None or high is None:
        return "no value"
    most = fact.low if fact.high is None else fact.high
    return "inside" if fact.low <= high and low <= most else "outside"
