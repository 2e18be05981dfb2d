"""Arms against their baseline: what changed, where, for whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fraudsim.errors import InputError, nearest
from fraudsim.interventions.parsing import BASELINE, parse_arm
from fraudsim.outcomes.breakdowns import SIDES
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.outcomes.steady import unsettled
from fraudsim.study import curves
from fraudsim.study.benefit import benefit_frame
from fraudsim.study.displacement import breakdown_frame, places_frame, shares_frame
from fraudsim.study.inputs import chosen_outcomes, is_whole, told, unknown_outcomes
from fraudsim.study.policy import policy_frame
from fraudsim.study.run import NEVER, ReplicationResult, acts_from
from fraudsim.study.statistics import Paired, mean, paired
from fraudsim.study.store import Inputs
from fraudsim.study.sweep import SWEPT, SweptSetting, words
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.interventions.base import Intervention
    from fraudsim.worlds.schema import World

ALL_SIDES = (*SIDES, "time")
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
    sweep : tuple of SweptSetting
        The same arms, for fewer seeds, at other settings of what displacement hangs on; empty if not swept.
    """

    world: World = field(repr=False)
    arms: tuple[str, ...]
    seed: int
    days: int
    results: tuple[ReplicationResult, ...] = field(repr=False)
    sweep: tuple[SweptSetting, ...] = field(default=(), repr=False)

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
        return paired(self.values(0, outcome), self.values(position + 1, outcome), good)

    def _position(self, arm: int | str) -> tuple[int, list[str]]:
        if isinstance(arm, str) and arm in self.arms:
            return self.arms.index(arm), []
        if is_whole(arm) and 0 <= int(arm) < len(self.arms):
            return int(arm), []
        close = nearest(arm, self.arms) if isinstance(arm, str) else ""
        return 0, [f"arm: {told(arm)}; allowed: 0 to {len(self.arms) - 1}, or {listed(map(repr, self.arms))}{close}"]

    def values(self, arm: int, outcome: str) -> list[float | None]:
        """Return an outcome of every replication; arm 0 is the baseline, the others follow."""
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
            ``elsewhere``, all others. Intervals are 95%, of paired differences. ``sweep_low`` and ``sweep_high``
            are the least and the greatest mean change over the settings of the sweep.
        """
        return places_frame(self)

    def breakdown(self, by: Iterable[str] | str | None = None) -> pd.DataFrame:
        """Return what changed part by part.

        Parameters
        ----------
        by : str or iterable of str, optional
            Of ``place`` (country of the den), ``target`` (of the victims), ``nationality`` (of recruits),
            ``script``, ``channel`` and ``time`` (before the arm acts, while it does, after it has ended);
            all unless given.

        Returns
        -------
        DataFrame
            ``arm``, ``by``, ``outcome``, ``unit``, ``good``, ``part``, and the columns of :meth:`displacement`.

        Raises
        ------
        InputError
        """
        sides = [by] if isinstance(by, str) else list(ALL_SIDES if by is None else by)
        lines = [f"by: {told(side)}; allowed: {listed(ALL_SIDES)}" for side in sides if side not in ALL_SIDES]
        if lines:
            raise InputError(lines)
        return breakdown_frame(self, sides)

    def displaced(self) -> pd.DataFrame:
        """Return how much of what fell where an arm acts rose elsewhere.

        Returns
        -------
        DataFrame
            A row for every arm and outcome: change ``here`` (in the countries its settings name) and
            ``elsewhere``, each with interval and range over the sweep; ``share``, the rise elsewhere per fall
            here, with Fieller's interval, missing unless the interval of the fall excludes zero; its range over
            the sweep, missing unless the fall is clear over the sweep; ``note``.
        """
        return shares_frame(self)

    def benefit(self) -> pd.DataFrame:
        """Return what each arm brought and cost, in money and in person-days of captivity.

        Returns
        -------
        DataFrame
            A row for every arm and ``measure``: ``value``, 95% interval, ``note``. Net benefit leaves harm to
            workers and bystanders out. A ratio is missing, and the note says why, unless the interval of its
            denominator excludes zero; its interval is Fieller's.
        """
        return benefit_frame(self)

    def policy(self) -> pd.DataFrame:
        """Return one row an arm, for choosing among many.

        Returns
        -------
        DataFrame
            Benefit (net loss averted), displacement (change of gross loss elsewhere: see ``displacement_by``),
            harm to workers (change in person-days of captivity), harm to bystanders (change in wrong hits), cost
            (public and custody), each with interval and whether it excludes zero; net benefit; and what else is
            clearly worse for workers and bystanders.
        """
        return policy_frame(self)

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
        return curves.daily_runs(self)

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
        return curves.daily(self, smooth)

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

    def plot_policy(self) -> Figure:
        """Draw benefit, displacement, harm and cost side by side, a row for each arm."""
        from fraudsim.report.policy import policy_figure

        return policy_figure(self.policy(), currency=self.world.currency, title=self.title)

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
            "baseline": {o.name: mean(self.values(0, o.name)) for o in OUTCOMES},
            "arms": [{"name": arm, "outcomes": {o.name: {name: getattr(pairs[i, o.name], name) for name in JSON_FIELDS}
                                                for o in OUTCOMES}}
                     for i, arm in enumerate(self.arms)],
            "benefit": plain(self.benefit().drop(columns="meaning")),
            "displaced": plain(self.displaced()),
            "sweep": [{"setting": swept.setting, "replications": len(swept.results)} for swept in self.sweep],
        }

    def proximal(self) -> dict[str, list[str]]:
        """Return, for every arm, the outcomes on which its interventions act directly."""
        return {arm: sorted({i.proximal[0] for i in self.settings(k)} - {""}) for k, arm in enumerate(self.arms)}

    def where(self) -> dict[str, list[str]]:
        """Return, for every arm, the ISO codes of the countries that its settings name."""
        return {arm: self.acts_in(k) for k, arm in enumerate(self.arms)}

    def acts_in(self, arm: int) -> list[str]:
        """Return the ISO codes of the countries that an arm's settings name."""
        return sorted({iso for intervention in self.settings(arm) for iso in intervention.countries})

    def country_names(self) -> dict[str, str]:
        """Return the names of countries by ISO code."""
        return {country.iso: country.name for country in self.world.countries}

    def inputs(self) -> Inputs:
        """Return all that the result follows from."""
        return Inputs("compare", self.world, self.arms, self.replications, self.seed, self.days,
                      bool(self.sweep))

    def save(self, out: str | Path, command: str | None = None) -> Path:
        """Leave tables, figures and a manifest in a directory; see :mod:`fraudsim.study.store`."""
        from fraudsim.study.store import save_comparison

        return save_comparison(self, out, command)

    def show(self, to: Console) -> None:
        """Print the main table to a console of Rich."""
        from fraudsim.report.tables import Extras, comparison_table

        comparison_table(to, self.table(), self.displacement(), title=self.title, currency=self.world.currency,
                         direct=self.proximal(), where=self.where(), names=self.country_names(),
                         more=Extras(self.policy(), self.benefit(), self.displaced(),
                                     self.breakdown(["script", "channel", "time"]), self.sweep_line()))

    def sweep_line(self) -> str:
        """Return the sentence that says from which settings displacement comes."""
        if not self.sweep:
            adaptation = self.world.parameters.adaptation
            here = words({name: getattr(adaptation, name) for name in SWEPT})
            return (f"Displacement comes from one value only ({here}): conclude nothing from it before both are "
                    "swept, as they are by default.")
        ranges = " and ".join(f"{name} from {low:g} to {high:g}" for name, (low, high) in SWEPT.items())
        return (f"'Swept' is the range of mean changes over {len(self.sweep)} other settings of what displacement "
                f"hangs on ({ranges}), {len(self.sweep[0].results)} pairs each.")

    def __str__(self) -> str:
        from fraudsim.report.tables import written

        return "\n".join([written(self.show), *(f"{self.world.name}: {line}" for line in self.notes())])

    def _repr_html_(self) -> str:
        from fraudsim.report.html import comparison_html

        return comparison_html(self.table(), self.proximal(), self.title, self.world.currency)


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as plain data, None for what has no value."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _numbers(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    kinds: dict[str, Any] = {name: "int64" if name == "pairs" else "float64" for name in columns}
    return frame.astype(kinds)
