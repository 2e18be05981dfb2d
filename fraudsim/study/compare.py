"""Arms compared with doing nothing, in replications that share their draws with the baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fraudsim.errors import InputError, nearest
from fraudsim.interventions.parsing import BASELINE, arm_name, parse_arm
from fraudsim.outcomes.catalogue import DISPLACEMENT, OUTCOMES
from fraudsim.outcomes.steady import unsettled
from fraudsim.study.inputs import (
    WorldLike,
    arm_texts,
    chosen_outcomes,
    horizon_problems,
    is_whole,
    no_progress,
    open_arm,
    open_world,
    told,
    too_low,
    unknown_outcomes,
)
from fraudsim.study.pool import Progress, for_seeds
from fraudsim.study.run import BANDS, NEVER, ReplicationResult, acts_from, dates, money_scale, replicate
from fraudsim.study.statistics import Paired, interval, mean, paired
from fraudsim.study.store import Inputs
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.interventions.base import Intervention
    from fraudsim.worlds.schema import World

TOTAL, ACTS, ELSEWHERE = "total", "acts here", "elsewhere"
SMOOTH = 28
TABLE_FIELDS = ("baseline", "mean", "difference", "low", "high", "relative", "share_better", "pairs", "variance_ratio")
JSON_FIELDS = TABLE_FIELDS[1:]


@dataclass(frozen=True)
class Comparison:
    """Arms of one world against its baseline.

    Attributes
    ----------
    world : World
    arms : tuple of str
        As given, without surrounding blanks.
    seed : int
        Seed of the first replication; the others follow.
    days : int
    results : tuple of ReplicationResult
        In the order of their seeds; the first arm of each is the baseline.
    """

    world: World = field(repr=False)
    arms: tuple[str, ...]
    seed: int
    days: int
    results: tuple[ReplicationResult, ...] = field(repr=False)

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.results)

    def notes(self) -> list[str]:
        """Return a line for every arm that never acts, and for every series that had not settled on day 0."""
        idle = [f"arm {arm!r} acts from day {start} on: never within {self.days:,} days"
                for i, arm in enumerate(self.arms)
                if self.days <= (start := acts_from(self.settings(i))) < NEVER]
        return idle + unsettled([result.drift for result in self.results])

    def paired(self, arm: int | str, outcome: str) -> Paired:
        """Compare one arm, given by name or by number counted from 0, in one outcome.

        Raises
        ------
        InputError
        """
        position, lines = self._position(arm)
        lines += unknown_outcomes([outcome], "outcome")
        if lines:
            raise InputError(lines)
        good = next(o.good for o in OUTCOMES if o.name == outcome)
        return paired(self._values(0, outcome), self._values(position + 1, outcome), good)

    def _position(self, arm: int | str) -> tuple[int, list[str]]:
        if isinstance(arm, str) and arm in self.arms:
            return self.arms.index(arm), []
        if is_whole(arm) and 0 <= int(arm) < len(self.arms):
            return int(arm), []
        close = nearest(arm, self.arms) if isinstance(arm, str) else ""
        return 0, [f"arm: {told(arm)}; allowed: 0 to {len(self.arms) - 1}, or {listed(map(repr, self.arms))}{close}"]

    def _values(self, arm: int, outcome: str) -> list[float | None]:
        return [result.arms[arm].outcomes[outcome] for result in self.results]

    def table(self, outcomes: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return a row for every arm and outcome.

        Parameters
        ----------
        outcomes : str or iterable of str, optional
            Names of outcomes; all unless given.

        Returns
        -------
        DataFrame
            ``arm``, ``outcome``, ``unit``, ``good`` and the fields of :class:`~fraudsim.study.statistics.Paired`;
            what has no meaning is missing.

        Raises
        ------
        InputError
            For an unknown outcome.
        """
        chosen = chosen_outcomes(outcomes)
        rows = [{"arm": arm, "outcome": o.name, "unit": o.unit, "good": o.good} | asdict(self.paired(i, o.name))
                for i, arm in enumerate(self.arms) for o in OUTCOMES if o.name in chosen]
        return _numbers(pd.DataFrame(rows, columns=["arm", "outcome", "unit", "good", *TABLE_FIELDS]), TABLE_FIELDS)

    def displacement(self) -> pd.DataFrame:
        """Return what fell in some countries beside what rose in others, by the country of the den.

        Returns
        -------
        DataFrame
            A row for every arm, outcome and ``country``. Beside the countries stand ``total`` and two sums
            that are fixed before the run: ``acts here``, the countries that the arm's settings name, and
            ``elsewhere``, all others. Intervals are 95%, of paired differences.
        """
        rows = [row for arm in range(len(self.arms)) for row in self._displaced(arm)]
        fields = ("baseline", "mean", "difference", "low", "high")
        return _numbers(pd.DataFrame(rows, columns=["arm", "outcome", "unit", "good", "country", *fields, "pairs"]),
                        fields)

    def _displaced(self, arm: int) -> Iterable[dict[str, Any]]:
        base = np.stack([result.arms[0].displacement for result in self.results])
        acted = np.stack([result.arms[arm + 1].displacement for result in self.results])
        places = self._places(arm)
        for i, outcome in enumerate(DISPLACEMENT):
            for place, members in places.items():
                before, after = base[:, i, members].sum(axis=1), acted[:, i, members].sum(axis=1)
                low, high = interval(after - before)
                yield {"arm": self.arms[arm], "outcome": outcome.name, "unit": outcome.unit, "good": outcome.good,
                       "country": place, "baseline": mean(before), "mean": mean(after),
                       "difference": mean(after - before), "low": low, "high": high, "pairs": self.replications}

    def _places(self, arm: int) -> dict[str, NDArray[np.intp]]:
        names = [country.iso for country in self.world.countries]
        acts = np.isin(names, _countries(self.settings(arm)))
        groups = {TOTAL: np.ones(len(names), bool), ACTS: acts, ELSEWHERE: ~acts}
        single = {name: np.array(names) == name for name in names}
        return {place: np.flatnonzero(mask) for place, mask in (groups | single).items()}

    def settings(self, arm: int | str) -> tuple[Intervention, ...]:
        """Return the interventions of an arm, given by name or number, with their settings in this world."""
        position, lines = self._position(arm)
        if lines:
            raise InputError(lines)
        return parse_arm(self.arms[position], self.world)

    def runs(self) -> pd.DataFrame:
        """Return a row for every replication and arm, baseline included, with all outcomes."""
        rows = [{"replication": i, "seed": result.seed, "arm": name} | arm.outcomes
                for i, result in enumerate(self.results)
                for name, arm in zip((BASELINE, *self.arms), result.arms, strict=True)]
        return _numbers(pd.DataFrame(rows), [o.name for o in OUTCOMES])

    def daily_runs(self) -> pd.DataFrame:
        """Return world totals of every replication, arm and day; money in currency."""
        frames = []
        for i, result in enumerate(self.results):
            for name, arm in zip((BASELINE, *self.arms), result.arms, strict=True):
                keys = {"replication": i, "seed": result.seed, "arm": name, "day": np.arange(len(arm.daily)),
                        "date": dates(self.world, len(arm.daily))}
                totals = {band: _money(band, arm.daily[:, k]) for k, band in enumerate(BANDS)}
                frames.append(pd.DataFrame(keys | totals))
        return pd.concat(frames, ignore_index=True)

    def daily(self, smooth: int = 1) -> pd.DataFrame:
        """Return daily curves of world totals with bands over the replications.

        Parameters
        ----------
        smooth : int
            Days over which each replication is averaged first: the day itself and those before. Days before
            the first full window have no value.

        Returns
        -------
        DataFrame
            ``arm``, ``series``, ``day``, ``date``, ``mean``, and ``low`` and ``high``: the 2.5% and 97.5%
            quantiles over replications. They show how much single runs vary, not how sure the mean is.
        """
        if not (is_whole(smooth) and 1 <= smooth <= self.days):
            raise InputError(f"smooth: {told(smooth)}; allowed: 1 to {self.days}, the days compared")
        frames = []
        for a, name in enumerate((BASELINE, *self.arms)):
            days = np.stack([result.arms[a].daily for result in self.results])
            for k, band in enumerate(BANDS):
                level = trailing_mean(_money(band, days[:, :, k]), smooth)
                low, high = np.quantile(level, [0.025, 0.975], axis=0)
                frames.append(pd.DataFrame({
                    "arm": name, "series": band, "day": np.arange(level.shape[1]),
                    "date": dates(self.world, level.shape[1]), "mean": level.mean(axis=0), "low": low, "high": high}))
        return pd.concat(frames, ignore_index=True)

    @property
    def title(self) -> str:
        """One line that says what was compared."""
        times = f"{self.replications} replication{'s' if self.replications > 1 else ''}"
        return f"{self.world.name}: {times} of {self.days:,} days, seed {self.seed}"

    def plot(self) -> Figure:
        """Draw what each arm changed in the headline outcomes, with 95% intervals."""
        from fraudsim.report.figures import difference_figure

        return difference_figure(self.table(), currency=self.world.currency, title=self.title)

    def plot_daily(self) -> Figure:
        """Draw daily curves of every arm, with bands over the replications."""
        from fraudsim.report.figures import daily_figure

        smooth = max(1, min(SMOOTH, self.days // 12))
        return daily_figure(self.daily(smooth), currency=self.world.currency, title=self.title, smooth=smooth)

    def plot_displacement(self) -> Figure:
        """Draw what changed country by country, with 95% intervals."""
        from fraudsim.report.figures import displacement_figure

        return displacement_figure(self.displacement(), currency=self.world.currency, title=self.title,
                                   names=self.country_names())

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain data: what ``fraudsim compare --json`` prints."""
        pairs = {(i, o.name): self.paired(i, o.name) for i in range(len(self.arms)) for o in OUTCOMES}
        return {
            "world": self.world.name, "seed": self.seed, "replications": self.replications,
            "baseline": {o.name: mean(self._values(0, o.name)) for o in OUTCOMES},
            "arms": [{"name": arm, "outcomes": {o.name: {name: getattr(pairs[i, o.name], name) for name in JSON_FIELDS}
                                                for o in OUTCOMES}}
                     for i, arm in enumerate(self.arms)],
        }

    def proximal(self) -> dict[str, list[str]]:
        """Return, for every arm, the outcomes on which its interventions act directly."""
        return {arm: sorted({i.proximal[0] for i in self.settings(k)} - {""}) for k, arm in enumerate(self.arms)}

    def where(self) -> dict[str, list[str]]:
        """Return, for every arm, the ISO codes of the countries that its settings name."""
        return {arm: _countries(self.settings(k)) for k, arm in enumerate(self.arms)}

    def country_names(self) -> dict[str, str]:
        """Return the names of countries by ISO code."""
        return {country.iso: country.name for country in self.world.countries}

    def inputs(self) -> Inputs:
        """Return all that the result follows from."""
        return Inputs("compare", self.world, self.arms, self.replications, self.seed, self.days)

    def save(self, out: str | Path, command: str | None = None) -> Path:
        """Leave tables, figures and a manifest in a directory; see :mod:`fraudsim.study.store`."""
        from fraudsim.study.store import save_comparison

        return save_comparison(self, out, command)

    def show(self, to: Console) -> None:
        """Print the main table to a console of Rich."""
        from fraudsim.report.tables import comparison_table

        comparison_table(to, self.table(), self.displacement(), title=self.title, currency=self.world.currency,
                         direct=self.proximal(), where=self.where(), names=self.country_names())

    def __str__(self) -> str:
        from fraudsim.report.tables import written

        return "\n".join([written(self.show), *(f"{self.world.name}: {line}" for line in self.notes())])

    def _repr_html_(self) -> str:
        from fraudsim.report.html import comparison_html

        return comparison_html(self.table(), self.proximal(), self.title, self.world.currency)


def compare(world: WorldLike, arms: Sequence[str] | str, replications: int = 20, seed: int = 0, days: int | None = None,
            jobs: int = 1, overrides: Mapping[str, Any] | None = None, progress: Progress | None = None) -> Comparison:
    """Compare arms with doing nothing.

    Parameters
    ----------
    world : World, str or path
        A world, the name of a shipped one, or a world file.
    arms : sequence of str
        Each an intervention or several joined by ``+``, with settings after a colon:
        ``"joint-raids:strength=0.8+exit-restrictions"``.
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
        Called with the number of replications done since the last call.

    Raises
    ------
    InputError
        With all mistakes, one line each.
    StudyError
        If a replication fails; it names the seed and the arm.

    Examples
    --------
    >>> result = compare("tutorial", ["joint-raids"], replications=2, days=20)
    >>> sorted(result.to_json())
    ['arms', 'baseline', 'replications', 'seed', 'world']
    """
    inputs, parsed = checked(world, arms, replications, seed, days, jobs, overrides, progress)
    seeds = range(inputs.seed, inputs.seed + inputs.replications)
    seed = inputs.seed
    results = for_seeds(partial(replicate, inputs.world, parsed, inputs.days), seeds, jobs, progress)
    return Comparison(inputs.world, inputs.arms, seed, inputs.days, tuple(results))


def checked(world: WorldLike, arms: Sequence[str] | str, replications: int, seed: int, days: int | None, jobs: int,
            overrides: Mapping[str, Any] | None = None,
            progress: Progress | None = None) -> tuple[Inputs, list[tuple[Intervention, ...]]]:
    """Return the inputs of a comparison and the arms' interventions, or tell all mistakes at once.

    Raises
    ------
    InputError
    """
    texts, lines = arm_texts(arms)
    names = tuple(map(arm_name, texts))
    lines += too_low(replications=(replications, 1), jobs=(jobs, 1), seed=(seed, 0)) + no_progress(progress)
    lines += [f"arms: {name!r} stands {n} times" for name, n in Counter(names).items() if n > 1]
    place, found = open_world(world, overrides, lines)
    parsed = [open_arm(arm, place) for arm in dict.fromkeys(names)]
    found += [line for _, mistakes in parsed for line in mistakes]
    if BASELINE in names:
        found.append(f"arms: {BASELINE!r} is what arms are compared with, and is always run")
    lines = [*found, *lines, *horizon_problems(place, days)]
    if lines:
        raise InputError(lines)
    horizon = place.days if days is None else int(days)
    replications, seed = int(replications), int(seed)
    return Inputs("compare", place, names, replications, seed, horizon), [arm for arm, _ in parsed]


def trailing_mean(level: NDArray[Any], days: int) -> NDArray[Any]:
    """Average over the day and those before, ``days`` in all, along the last axis; NaN before the first window.

    Examples
    --------
    >>> trailing_mean(np.array([1.0, 3.0, 5.0]), 2).tolist()
    [nan, 2.0, 4.0]
    """
    if days <= 1:
        return level
    means = np.full(level.shape, np.nan)
    means[..., days - 1:] = np.lib.stride_tricks.sliding_window_view(level, days, axis=-1).mean(axis=-1)
    return means


def _countries(arm: Iterable[Intervention]) -> list[str]:
    return sorted({iso for intervention in arm for iso in intervention.countries})


def _money(band: str, level: NDArray[np.int64]) -> NDArray[Any]:
    return level / money_scale(band) if money_scale(band) > 1 else level


def _numbers(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    kinds: dict[str, Any] = {name: "int64" if name == "pairs" else "float64" for name in columns}
    return frame.astype(kinds)
