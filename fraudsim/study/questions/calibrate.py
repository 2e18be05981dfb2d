"""Parameters against recorded facts: a posterior by rejection ABC, a best point by Optuna, a test on held-out facts.

Only parameters are moved, never the seed: every draw of the posterior has a seed of its own, and what is found is
tried again with seeds that nothing was chosen by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.designs import Points
from fraudsim.study.plan.factors import Factor
from fraudsim.study.plan.model import model_version
from fraudsim.study.plan.plan import Plan
from fraudsim.study.questions.answer import Answer, folder_of
from fraudsim.study.questions.asked import about, refuse
from fraudsim.study.questions.facts import accepted, compared, distances, scales, targets
from fraudsim.study.questions.measuring import measure
from fraudsim.study.questions.nested import Means, Runner, by_point, drawn, further, running, table_of
from fraudsim.study.questions.posterior import correlations, fact_rows, notes, parameter_rows
from fraudsim.study.questions.searching import optuna_or_refuse, quiet
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    import optuna
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.reading.results import StudyResults
    from fraudsim.worlds.schema import Fact

BATCH = 10
"""Points that the search asks for at once."""

FEWEST = 20
"""Draws from the prior below which no share of them can be called a posterior."""


@dataclass(frozen=True)
class Calibration(Answer):
    """What recorded facts say about parameters.

    Tables
    ------
    posterior
        A row for every uncertainty: quantiles of prior and posterior, ``shrinkage`` (by how much the central half has
        narrowed), ``informed`` (whether the posterior is shown to differ from the prior; False is not shown, not no),
        ``half_median`` and ``moved`` (median at half the tolerance, and whether it differs by more than chance),
        ``best``.
    facts
        A row for every fact that is compared with the model: role, recorded, and the median and 2.5 and 97.5% quantiles
        of single runs under prior, posterior (draws anew, with fresh seeds) and best point; ``prior_verdict`` and
        ``verdict`` (of the posterior); ``width`` of the posterior's interval as a multiple of the prior's.
    draws
        All draws from the prior: parameters, seed, measures, ``distance``, ``accepted``.
    search
        All points that the search tried, with their distance.
    correlations
        Between parameters in the posterior.
    """

    question: ClassVar[str] = "calibrate"

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        facts, runs = len(self.asked["facts"]), self.asked["replications"]
        return (f"Calibration of {self.about['name']} ({self.about['world']}) to {facts} fact{'s' * (facts > 1)}: "
                f"{self.asked['draws']:,} draws, {self.asked['trials']:,} trials of {runs} run{'s' * (runs > 1)}")

    def points(self) -> pd.DataFrame:
        """Return the posterior's draws as design points: a column for every uncertainty, by its path.

        Written to a CSV file they are the design of another study (``kind = "csv"``).
        """
        names = self.tables["posterior"].set_index("factor")["path"]
        draws = self.tables["draws"]
        return draws[draws["accepted"]][list(names.index)].rename(columns=dict(names)).reset_index(drop=True)

    def plot(self) -> Figure:
        """Draw the posterior in pairs of parameters, and the facts beside it."""
        from fraudsim.report.calibration import calibration_figure

        return calibration_figure(self.tables, self.title)

    def show(self, to: Console) -> None:
        """Print the posterior and the facts."""
        from fraudsim.report.calibration import calibration_table

        calibration_table(to, self.tables, title=self.title, notes=self.notes)


def calibrate(results: StudyResults, facts: Iterable[str] | str | None = None, draws: int = 200, accept: float = 0.1,
              trials: int = 40, replications: int = 3, fresh: int = 20, seed: int = 0,
              means: Means | None = None) -> Calibration:
    """Return what recorded facts say about the uncertainties of a study.

    The runs that this takes are kept in the study's directory; asked once more, nothing is run again.

    Parameters
    ----------
    results : StudyResults
        A study with uncertainties, whose ranges and distributions are the prior. Levers stay as the world has them.
    facts : str or iterable of str, optional
        Names of facts that are marked calibration; all of them unless given.
    draws : int
        Draws from the prior, one run each, each with a seed of its own.
    accept : float
        Share of them that is kept as the posterior.
    trials : int
        Points that the search for a best one tries; 0 for no search.
    replications : int
        Runs of every such point, with the same seeds at all of them.
    fresh : int
        Runs with fresh seeds that posterior and best point are tested with.
    seed : int
        Of drawing and searching; the seeds of the runs follow from the study's.
    means : Means, optional
        How the runs are done.

    Raises
    ------
    InputError
    StudyError
    """
    means = means or Means()
    chosen, lines = targets(results.world, facts)
    lines += _problems(results, draws, accept, trials, replications, fresh, seed) + means.problems()
    refuse(results.directory, lines)
    asked = {"facts": [fact.name for fact in chosen], "draws": draws, "accept": accept, "trials": trials,
             "replications": replications, "fresh": fresh, "seed": seed, "model": model_version(),
             "optuna": _optuna().__version__ if trials else None,
             "study": results.stored.about["fingerprint"][:16]}
    place = folder_of(results.directory, Calibration.question, asked) / "runs"
    total = draws + trials * replications + fresh * (2 if trials else 1)
    with running(place, means, measure, total) as runner:
        found = _Calibrating(results, chosen, asked, runner)
        found.prior()
        with quiet() if trials else nullcontext():
            found.search()
        found.test()
    tables = found.tables()
    return Calibration(asked, about(results), results.world.currency, tables, tuple(found.notes(tables)))


def _problems(results: StudyResults, draws: Any, accept: Any, trials: Any, replications: Any, fresh: Any,
              seed: Any) -> list[str]:
    lines = too_low(draws=(draws, FEWEST), trials=(trials, 0), replications=(replications, 1), fresh=(fresh, 2),
                    seed=(seed, 0))
    if not isinstance(accept, int | float) or not 0 < accept <= 0.5:
        lines.append(f"accept: {told(accept)}; allowed: a share above 0, at most 0.5")
    if not results.uncertainties:
        lines.append("the study has no uncertainties: there is nothing to calibrate")
    return lines


@dataclass
class _Calibrating:
    """A calibration on its way."""

    results: StudyResults
    chosen: list[Fact]
    asked: dict[str, Any]
    runner: Runner

    def __post_init__(self) -> None:
        self.factors: tuple[Factor, ...] = tuple(f for f in self.results.factors if f.role == "uncertainty")
        self.facts = compared(self.results.world)
        self.columns = list(dict.fromkeys(fact.measure for fact in self.facts))
        self.failed = 0
        self.best: tuple[Any, ...] | None = None
        self.trials: list[dict[str, Any]] = []
        self.best_runs: pd.DataFrame | None = None

    def _plan(self, points: Points, seed: int, replications: int = 1, same_seeds: bool = False) -> Plan:
        return further(self.results.plan, points, self.factors, seed, replications, same_seeds, arms=(),
                       days=self.results.world.days, outcomes=tuple(self.columns))

    def _seed(self, stage: int) -> int:
        """Return the first seed of a stage: prior, search, test of the posterior, test of the best point."""
        used = (0, self.asked["draws"], self.asked["replications"], self.asked["fresh"])
        return int(self.results.file.seed) + sum(used[:stage + 1])

    def _values(self, rows: pd.DataFrame, count: int) -> NDArray[np.float64]:
        return by_point(rows, [fact.measure for fact in self.chosen], count)

    def prior(self) -> None:
        """Run the draws from the prior, and keep those nearest to the facts."""
        self.points = drawn(self.factors, self.asked["draws"], self.asked["seed"])
        self.prior_runs = self.runner.run("prior", self._plan(self.points, self._seed(0)))
        self.failed += self.runner.failed("prior")
        values = self._values(self.prior_runs, self.asked["draws"])
        self.scale = scales(values, self.chosen)
        self.distance = distances(values, self.chosen, self.scale)
        self.kept, self.tolerance = accepted(self.distance, self.asked["accept"])
        if not self.kept.any():
            said = listed(self.asked["facts"])
            raise InputError(f"{self.results.directory}: no draw gives all facts a value ({said}): nothing can be "
                             "calibrated; look at the ranges of the uncertainties")

    def search(self) -> None:
        """Search for a best point, from the best draws on."""
        if not self.asked["trials"]:
            return
        optuna = _optuna()
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=self.asked["seed"], constant_liar=True))
        start = np.argsort(self.distance, kind="stable")[:BATCH // 2]
        for i in start:
            study.enqueue_trial(_shares(self.points, int(i)))
        for number, count in enumerate(_batches(self.asked["trials"])):
            self._batch(study, number, count)
        fine = [row for row in self.trials if np.isfinite(row["distance"])]
        if fine:
            best = min(fine, key=lambda row: (row["distance"], row["trial"]))
            self.best = tuple(best[factor.name] for factor in self.factors)

    def _batch(self, study: optuna.Study, number: int, count: int) -> None:
        asked = [study.ask() for _ in range(count)]
        numbers = range(len(self.factors))
        shares = np.array([[trial.suggest_float(f"x{i}", 0.0, 1.0) for i in numbers] for trial in asked])
        points = Points(list(zip(*(factor.at(shares[:, i]) for i, factor in enumerate(self.factors)))), shares)
        name = f"search-{number:03d}"
        rows = self.runner.run(name, self._plan(points, self._seed(1), self.asked["replications"], same_seeds=True))
        self.failed += self.runner.failed(name)
        found = distances(self._values(rows, count), self.chosen, self.scale)
        for trial, row, distance in zip(asked, points.rows, found, strict=True):
            if np.isfinite(distance):
                study.tell(trial, float(distance))
            else:
                study.tell(trial, state=_optuna().trial.TrialState.FAIL)
            self.trials.append({"trial": trial.number, **{f.name: v for f, v in zip(self.factors, row)},
                                "distance": float(distance)})

    def test(self) -> None:
        """Run draws of the posterior, and the best point, with seeds that nothing was chosen by."""
        count = self.asked["fresh"]
        rng = np.random.default_rng(self.asked["seed"])
        again = rng.choice(np.flatnonzero(self.kept), count, replace=True)
        points = Points([self.points.rows[i] for i in again])
        self.fresh_runs = self.runner.run("posterior", self._plan(points, self._seed(2)))
        self.failed += self.runner.failed("posterior")
        if self.best is not None:
            self.best_runs = self.runner.run("best", self._plan(Points([self.best]), self._seed(3), count))
            self.failed += self.runner.failed("best")

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return everything found as tables."""
        import pandas as pd

        draws = table_of(self.points, self.factors).merge(
            self.prior_runs[["point", "seed", *self.columns]], on="point", how="left").assign(
            distance=self.distance, accepted=self.kept)
        share = self.points.shares if self.points.shares is not None else np.empty((0, 0))
        near = self.kept & (self.distance <= self.tolerance / 2)
        posterior = parameter_rows(self.factors, self.points.rows, share, self.kept, near, self.best)
        facts = fact_rows(self.facts, self.asked["facts"], self.prior_runs, self.fresh_runs, self.best_runs)
        return {"posterior": pd.DataFrame(posterior), "facts": pd.DataFrame(facts), "draws": draws,
                "search": pd.DataFrame(self.trials), "correlations": correlations(self.factors, share, self.kept)}

    def notes(self, tables: dict[str, pd.DataFrame]) -> list[str]:
        """Return what a reader must know beside the tables."""
        new = None
        if self.best_runs is not None:
            mean = self.best_runs[[fact.measure for fact in self.chosen]].mean().to_numpy(np.float64)
            new = float(distances(mean[None, :], self.chosen, self.scale)[0])
        return notes(self.asked, len(self.factors), self.distance, self.kept, self.tolerance,
                     [row["distance"] for row in self.trials], new, self.failed, tables)


def _batches(trials: int) -> Iterator[int]:
    yield from (min(BATCH, trials - first) for first in range(0, trials, BATCH))


def _shares(points: Points, row: int) -> dict[str, float]:
    shares: Sequence[float] = [] if points.shares is None else points.shares[row].tolist()
    return {f"x{i}": share for i, share in enumerate(shares)}


def _optuna() -> Any:
    return optuna_or_refuse("a search", ", or do without one (--trials 0)")
