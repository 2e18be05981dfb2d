"""Packages of interventions under a budget: a search over many objectives, tried again where nothing was chosen.

Every package is compared with the baseline in the same situations: draws of the uncertainties, each with a seed of
its own. The search is Optuna's (NSGA-II, or NSGA-III from four objectives on).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fraudsim.errors import InputError
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.model import model_version
from fraudsim.study.questions.answer import Answer, folder_of
from fraudsim.study.questions.asked import HARM, Term, about, refuse, term, terms
from fraudsim.study.questions.fronts import nondominated, spread_out
from fraudsim.study.questions.nested import Means, Runner, drawn, further, running
from fraudsim.study.questions.packages import Candidate, candidates, genes, parts, written
from fraudsim.study.questions.searching import optuna_or_refuse, quiet
from fraudsim.study.statistics import interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.reading.results import StudyResults

type Values = NDArray[np.float64]

SPEND = "public_cost"
CONTROLS = 6
"""Packages that were not chosen and are tried again beside those that were."""

EVERY = [outcome.name for outcome in OUTCOMES]


@dataclass(frozen=True)
class Portfolio(Answer):
    """Packages of interventions that no other package within the budget beats in everything.

    Tables
    ------
    packages
        A row for every package of the search's Pareto set: ``spend`` with fresh seeds and in the search, ``within``
        (share of the situations in which it keeps the budget), ``still`` (whether no other is better in everything with
        fresh seeds too).
    objectives
        A row for every such package and objective: mean paired change with fresh seeds, its 95% interval, and the
        mean in the ``search``.
    curse
        A row for every objective: mean over the packages chosen, in the search and with fresh seeds, their
        ``difference`` with its 95% interval, and the same difference for packages that were not chosen (``others``).
    evaluated
        Every package that was tried, with its means in the search.
    """

    question: ClassVar[str] = "portfolio"

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        return (f"Packages within {self.asked['budget']:,.0f} {self.currency} in {self.runs}: "
                f"{len(self.tables['evaluated']):,} tried in {self.asked['situations']} situations, "
                f"{len(self.tables['packages'])} tried again in {self.asked['fresh']} new ones")

    def plot(self) -> Figure:
        """Draw which interventions stand in each package, and what it changes."""
        from fraudsim.report.portfolio import portfolio_figure

        return portfolio_figure(self.tables, self.currency, self.title)

    def show(self, to: Console) -> None:
        """Print the packages, what they change, and the winner's curse."""
        from fraudsim.report.portfolio import portfolio_table

        portfolio_table(to, self.tables, title=self.title, currency=self.currency, notes=self.notes)


def portfolio(results: StudyResults, budget: float, objectives: Iterable[str] | str | None = None,
              interventions: Iterable[str] | str | None = None, population: int = 24, generations: int = 5,
              situations: int = 8, fresh: int = 24, keep: int = 12, seed: int = 0,
              means: Means | None = None) -> Portfolio:
    """Return packages of interventions that are best within a budget, one way or another.

    The runs that this takes are kept in the study's directory; asked once more, nothing is run again.

    Parameters
    ----------
    results : StudyResults
        A study: its arms say which interventions may stand in a package (without arms: all that its world has settings
        for), its levers which settings are searched for, its uncertainties what the situations differ in.
    budget : float
        Most that a package may add to public cost over the run, on average, in currency.
    objectives : str or iterable of str, optional
        Two and more; losses, workers' harm, bystanders' harm and cost unless given.
    interventions : str or iterable of str, optional
        Some of the study's.
    population, generations : int
        Packages a generation; generations.
    situations, fresh : int
        In which every package is tried in the search, and those chosen once more.
    keep : int
        Most packages that are tried once more.
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
    optuna = optuna_or_refuse("a portfolio")
    asked_terms, lines = terms(HARM if objectives is None else objectives, EVERY, "objectives")
    found, more = candidates(results, interventions)
    lines += more + _problems(asked_terms, budget, population, generations, situations, fresh, keep, seed)
    refuse(results.directory, lines + means.problems())
    asked = {"budget": float(budget), "objectives": [t.name for t in asked_terms],
             "interventions": [c.written({lever.path: 0.5 for lever in c.levers}) for c in found],
             "levers": genes(found)["levers"], "population": population, "generations": generations,
             "situations": situations, "fresh": fresh, "keep": keep, "seed": seed, "optuna": optuna.__version__,
             "model": model_version(), "study": results.stored.about["fingerprint"][:16]}
    place = folder_of(results.directory, Portfolio.question, asked) / "runs"
    with running(place, means, None, generations * situations + fresh) as runner:
        search = _Search(results, found, asked_terms, asked, runner)
        with quiet():
            search.run()
        search.again()
    return Portfolio(asked, about(results), results.world.currency, search.tables(), tuple(search.notes()))


def _problems(asked: Sequence[Term], budget: Any, population: Any, generations: Any, situations: Any, fresh: Any,
              keep: Any, seed: Any) -> list[str]:
    lines = too_low(population=(population, 4), generations=(generations, 1), situations=(situations, 2),
                    fresh=(fresh, 2), keep=(keep, 1), seed=(seed, 0))
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget < float("inf"):
        lines.append(f"budget: {told(budget)}; allowed: an amount above 0")
    lines += [f"objectives: {t.name}: neither more nor less of it is better" for t in asked if t.good == "none"]
    if len(asked) == 1:
        lines.append(f"objectives: {asked[0].name} alone; allowed: two and more")
    return lines


@dataclass
class _Search:
    """A search on its way."""

    results: StudyResults
    found: list[Candidate]
    terms: list[Term]
    asked: dict[str, Any]
    runner: Runner

    def __post_init__(self) -> None:
        spend, _ = term(SPEND, EVERY)
        self.spend = spend if spend is not None else self.terms[0]
        self.factors = tuple(f for f in self.results.factors if f.role == "uncertainty")
        self.signs = np.array([-1.0 if t.good == "up" else 1.0 for t in self.terms])
        count = self.asked["situations"]
        nothing = np.zeros((count, len(self.terms) + 1))
        self.tried: dict[str, Values] = {"": nothing}
        self.first: list[str] = []
        self.failed = 0

    # The search

    def run(self) -> None:
        """Try packages, generation after generation."""
        optuna = optuna_or_refuse("a portfolio")
        sampler = optuna.samplers.NSGAIIISampler if len(self.terms) > 3 else optuna.samplers.NSGAIISampler
        study = optuna.create_study(
            directions=["minimize"] * len(self.terms),
            sampler=sampler(population_size=self.asked["population"], seed=self.asked["seed"]))
        for alone in self._singles():
            study.enqueue_trial(alone)
        for number in range(self.asked["generations"]):
            trials = [study.ask() for _ in range(self.asked["population"])]
            packages = [self._suggested(trial) for trial in trials]
            self._try(f"search-{number:03d}", packages)
            for trial, package in zip(trials, packages, strict=True):
                mean = _mean(self.tried[package])
                trial.set_constraint("spending", float(mean[-1] - self.asked["budget"]))
                study.tell(trial, (mean[:-1] * self.signs).tolist())
            self.first = self.first or list(dict.fromkeys(package for package in packages if package))

    def _singles(self) -> list[dict[str, Any]]:
        """Return every intervention alone, as far as half of a generation holds them: a beginning that is not luck."""
        half = [candidate.name for candidate in self.found][:self.asked["population"] // 2]
        return [{candidate.name: candidate.name == alone for candidate in self.found} for alone in half]

    def _suggested(self, trial: Any) -> str:
        """Return the package of a trial; settings are asked for even where their intervention is left out."""
        names = genes(self.found)
        on = [name for name in names["on"] if trial.suggest_categorical(name, [False, True])]
        shares = {path: trial.suggest_float(path, 0.0, 1.0) for path in names["levers"]}
        return written(self.found, on, shares)

    def _try(self, name: str, packages: Sequence[str]) -> None:
        new = [package for package in dict.fromkeys(packages) if package not in self.tried]
        if new:
            count, seed = self.asked["situations"], int(self.asked["seed"])
            self.tried |= self._changes(name, new, count, seed, int(self.results.file.seed))

    def _changes(self, name: str, packages: Sequence[str], count: int, draw: int, seed: int) -> dict[str, Values]:
        """Return what packages change in each situation: float64, shape (situations, objectives and spending).

        NaN in situations whose run failed, or in which something has no value.
        """
        outcomes = list(dict.fromkeys(o for t in (*self.terms, self.spend) for o in t.outcomes))
        plan = further(self.results.plan, drawn(self.factors, count, draw), self.factors, seed, arms=tuple(packages),
                       outcomes=tuple(outcomes))
        rows = self.runner.run(name, plan)
        self.failed += self.runner.failed(name)
        every = np.stack([t.of(rows) for t in (*self.terms, self.spend)], axis=1)
        whole = np.full((count, len(packages) + 1, every.shape[1]), np.nan)
        whole[np.unique(rows["point"])] = every.reshape(-1, *whole.shape[1:])
        whole[~np.isfinite(whole).all(axis=(1, 2))] = np.nan
        if np.isfinite(whole[:, 0, 0]).sum() < 2:
            said = ", ".join(self.asked["objectives"])
            raise InputError(f"{self.results.directory}: objectives: {said}: in fewer than two situations have all of "
                             "them a value for all packages; ask for outcomes that always have one")
        return {package: whole[:, i] - whole[:, 0] for i, package in enumerate(packages, 1)}

    # Once more

    def again(self) -> None:
        """Try the Pareto set, and some packages that were not chosen, in new situations with new seeds."""
        self.front = self._front()
        others = [package for package in self.first if package not in self.front]
        self.controls = [others[i] for i in np.unique(np.linspace(0, len(others) - 1, CONTROLS).astype(int))] \
            if others else []
        count = self.asked["fresh"]
        seed = int(self.results.file.seed) + self.asked["situations"]
        self.fresh = self._changes("fresh", [*self.front, *self.controls], count, int(self.asked["seed"]) + 1, seed) \
            if self.front else {}

    def _front(self) -> list[str]:
        """Return packages within the budget that no other, nor doing nothing, beats in everything."""
        names = [package for package, values in self.tried.items() if _mean(values)[-1] <= self.asked["budget"]]
        values = np.stack([_mean(self.tried[package])[:-1] * self.signs for package in names])
        best = np.flatnonzero(nondominated(values))
        best = best[(values[best] < 0).any(axis=1)]
        kept = best[spread_out(values[best], self.asked["keep"])]
        return sorted((names[i] for i in kept), key=lambda name: float(_mean(self.tried[name])[0] * self.signs[0]))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return everything found as tables."""
        import pandas as pd

        means = {package: _mean(values) for package, values in self.tried.items() if package}
        evaluated = [{"package": package, "size": len(parts(package)), "spend": float(mean[-1]),
                      "within": bool(mean[-1] <= self.asked["budget"]), "chosen": package in self.front,
                      **{t.name: float(value) for t, value in zip(self.terms, mean)}}
                     for package, mean in means.items()]
        return {"packages": pd.DataFrame(self._packages(), columns=PACKAGES),
                "objectives": pd.DataFrame(self._objectives(), columns=OBJECTIVES),
                "curse": pd.DataFrame(self._curse(), columns=CURSE), "evaluated": pd.DataFrame(evaluated)}

    def _packages(self) -> list[dict[str, Any]]:
        if not self.front:
            return []
        means = np.stack([_mean(self.fresh[package])[:-1] * self.signs for package in self.front])
        still = nondominated(np.concatenate([means, np.zeros((1, means.shape[1]))]))[:-1] & (means < 0).any(axis=1)
        return [{"package": package, "size": len(parts(package)), "spend": float(_mean(self.fresh[package])[-1]),
                 "spend_search": float(_mean(self.tried[package])[-1]),
                 "within": float(np.mean(_known(self.fresh[package])[:, -1] <= self.asked["budget"])),
                 "still": bool(good)}
                for package, good in zip(self.front, still, strict=True)]

    def _objectives(self) -> list[dict[str, Any]]:
        rows = []
        for package in self.front:
            for i, t in enumerate(self.terms):
                change = _known(self.fresh[package])[:, i]
                low, high = interval(change)
                rows.append({"package": package, "objective": t.name, "unit": t.unit, "good": t.good,
                             "mean": float(change.mean()), "low": low, "high": high,
                             "search": float(_mean(self.tried[package])[i]), "situations": len(change)})
        return rows

    def _curse(self) -> list[dict[str, Any]]:
        return [{"objective": t.name, "unit": t.unit, "good": t.good, **self._gap(self.front, i),
                 "others": self._gap(self.controls, i)["difference"] if self.controls else np.nan}
                for i, t in enumerate(self.terms)] if self.front else []

    def _gap(self, packages: Sequence[str], i: int) -> dict[str, float]:
        """Return what packages change on average in the search and with fresh seeds, and the difference."""
        before, after = (_known(np.mean([of[package] for package in packages], axis=0))[:, i]
                         for of in (self.tried, self.fresh))
        gap = float(after.mean() - before.mean())
        half = 1.96 * float(np.sqrt(before.var(ddof=1) / len(before) + after.var(ddof=1) / len(after)))
        return {"search": float(before.mean()), "fresh": float(after.mean()), "difference": gap, "low": gap - half,
                "high": gap + half}

    def notes(self) -> list[str]:
        """Return what a reader must know."""
        lines = []
        if not self.front:
            lines.append("No package that was tried keeps the budget and beats doing nothing in anything.")
        if not self.factors:
            lines.append("The study has no uncertainties: situations differ in their seed only.")
        if self.failed:
            lines.append(f"{self.failed:,} runs failed and are left out; the same question tries them again.")
        return lines + list(NOTES)


def _known(values: Values) -> Values:
    """Return the situations that have values."""
    found: Values = values[np.isfinite(values).all(axis=1)]
    return found


def _mean(values: Values) -> Values:
    found: Values = _known(values).mean(axis=0)
    return found


PACKAGES = ["package", "size", "spend", "spend_search", "within", "still"]
OBJECTIVES = ["package", "objective", "unit", "good", "mean", "low", "high", "search", "situations"]
CURSE = ["objective", "unit", "good", "search", "fresh", "difference", "low", "high", "others"]
NOTES = (
    "Changes are means of paired differences from doing nothing, over draws of the uncertainties that each have a "
    "seed; 95% intervals hold both. All numbers but those of the search are from situations that nothing was chosen "
    "by.",
    "The packages chosen are those that looked good, so the search flatters them: the winner's curse. How much of the "
    "difference is the luck of the situations shows in packages that were not chosen.",
    "A Pareto set ranks nothing: it says what must be given up for what. People are not priced here. With few "
    "situations some packages stand in it by chance; 'still' marks those that do with fresh seeds too.",
)
