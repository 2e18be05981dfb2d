"""A search for packages: tried, chosen, tried again where nothing was chosen, and told as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fraudsim.errors import InputError
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.questions.asked import (
    Term,
    about_bystanders,
    about_workers,
    hits_bystanders,
    parts_of_harm,
    term,
    verdict,
)
from fraudsim.study.questions.fronts import dominated_share, nondominated, spread_out, unbeaten, unbeaten_share
from fraudsim.study.questions.nested import Runner, drawn, further
from fraudsim.study.questions.packages import Candidate, genes, parts, written
from fraudsim.study.questions.searching import optuna_or_refuse
from fraudsim.study.statistics import interval
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    import pandas as pd

    from fraudsim.study.reading.results import StudyResults

type Values = NDArray[np.float64]

SPEND = "public_cost"
CONTROLS = 6
"""Packages that were not chosen and are tried again beside those that were."""

RESAMPLES = 1000
RISE = 0.01
"""Hypervolume that rises by more than this share over the last third of the search is called rising."""

EVERY = [outcome.name for outcome in OUTCOMES]


@dataclass
class Search:
    """A search on its way."""

    results: StudyResults
    found: list[Candidate]
    terms: list[Term]
    asked: dict[str, Any]
    runner: Runner

    def __post_init__(self) -> None:
        spend, _ = term(SPEND, EVERY)
        self.spend = spend if spend is not None else self.terms[0]
        self.parts = parts_of_harm(EVERY)
        self.factors = tuple(f for f in self.results.factors if f.role == "uncertainty")
        self.signs = np.array([-1.0 if t.good == "up" else 1.0 for t in self.terms])
        count = self.asked["situations"]
        self.columns = (*self.terms, *self.parts, self.spend)
        self.tried: dict[str, Values] = {"": np.zeros((count, len(self.columns)))}
        self.generation: dict[str, int] = {"": 0}
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
        alone = self._singles()
        for number in range(self.asked["generations"]):
            for _ in range(self.asked["population"] // 2):
                if alone:
                    study.enqueue_trial(alone.pop(0))
            trials = [study.ask() for _ in range(self.asked["population"])]
            packages = [self._suggested(trial) for trial in trials]
            self._try(f"search-{number:03d}", packages)
            for trial, package in zip(trials, packages, strict=True):
                mean = _mean(self.tried[package])
                trial.set_constraint("spending", float(mean[-1] - self.asked["budget"]))
                study.tell(trial, (mean[:len(self.terms)] * self.signs).tolist())
                self.generation.setdefault(package, number)
            self.first = self.first or list(dict.fromkeys(package for package in packages if package))

    def _singles(self) -> list[dict[str, Any]]:
        """Return every intervention alone: they fill half of each generation until all are tried, whatever luck."""
        return [{candidate.name: candidate.name == alone.name for candidate in self.found} for alone in self.found]

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
        outcomes = list(dict.fromkeys(o for t in self.columns for o in t.outcomes))
        plan = further(self.results.plan, drawn(self.factors, count, draw), self.factors, seed, arms=tuple(packages),
                       outcomes=tuple(outcomes))
        rows = self.runner.run(name, plan)
        self.failed += self.runner.failed(name)
        every = np.stack([t.of(rows) for t in self.columns], axis=1)
        whole = np.full((count, len(packages) + 1, every.shape[1]), np.nan)
        whole[np.unique(rows["point"])] = every.reshape(-1, *whole.shape[1:])
        whole[~np.isfinite(whole).all(axis=(1, 2))] = np.nan
        if np.isfinite(whole[:, 0, 0]).sum() < 2:
            said = ", ".join(self.asked["objectives"])
            raise InputError(f"{self.results.directory}: objectives: {said}: in fewer than two situations have all of "
                             "them a value for all packages; ask for outcomes that always have one")
        self.base = _mean(whole[:, 0])
        return {package: whole[:, i] - whole[:, 0] for i, package in enumerate(packages, 1)}

    # Once more

    def again(self) -> None:
        """Try the Pareto set, and some packages that were not chosen, in new situations with new seeds."""
        self.front = self._front()
        self.shown = list(dict.fromkeys([*self.front, *self.asked["beside"]]))
        others = [package for package in self.first if package not in self.shown]
        self.controls = [others[i] for i in np.unique(np.linspace(0, len(others) - 1, CONTROLS).astype(int))] \
            if others else []
        count = self.asked["fresh"]
        seed = int(self.results.file.seed) + self.asked["situations"]
        self.fresh = self._changes("fresh", [*self.shown, *self.controls], count, int(self.asked["seed"]) + 1, seed) \
            if self.shown else {}

    def _signed(self, of: dict[str, Values], names: Iterable[str]) -> Values:
        """Return means of the objectives, less being better: float64, shape (packages, objectives)."""
        return np.stack([_mean(of[name])[:len(self.terms)] * self.signs for name in names])

    def _front(self) -> list[str]:
        """Return packages within the budget that no other, nor doing nothing, beats in everything."""
        names = [package for package, values in self.tried.items() if _mean(values)[-1] <= self.asked["budget"]]
        values = self._signed(self.tried, names)
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
                "harm": pd.DataFrame(self._harm(), columns=HARMED), "search": pd.DataFrame(self._search()),
                "curse": pd.DataFrame(self._curse(), columns=CURSE), "evaluated": pd.DataFrame(evaluated)}

    def _packages(self) -> list[dict[str, Any]]:
        if not self.shown:
            return []
        names = list(self.fresh)
        budget = float(self.asked["budget"])
        fits = np.array([_mean(self.fresh[name])[-1] <= budget for name in names])
        still = dict(zip(names, unbeaten(self._signed(self.fresh, names), fits), strict=True))
        runs = np.stack([_known(self.fresh[name]) for name in names])
        often = dict(zip(names, unbeaten_share(runs[:, :, :len(self.terms)] * self.signs, runs[:, :, -1], budget,
                                               RESAMPLES, int(self.asked["seed"])), strict=True))
        return [{"package": name, "size": len(parts(name)), "source": "search" if name in self.front else "beside",
                 "spend": float(_mean(self.fresh[name])[-1]),
                 "spend_search": float(_mean(self.tried[name])[-1]) if name in self.tried else np.nan,
                 "within": float(np.mean(_known(self.fresh[name])[:, -1] <= budget)),
                 "still": bool(still[name]), "unbeaten": float(often[name])} for name in self.shown]

    def _objectives(self) -> list[dict[str, Any]]:
        rows = []
        for package in self.shown:
            behind = [row["verdict"] for row in self._parts(package)]
            rows += [self._row(package, i, t, behind if about_workers(t) else ()) | {
                "modelled": not about_bystanders(t) or hits_bystanders(package),
                "search": float(_mean(self.tried[package])[i]) if package in self.tried else np.nan,
                "situations": len(_known(self.fresh[package]))} for i, t in enumerate(self.terms)]
        return rows

    def _harm(self) -> list[dict[str, Any]]:
        return [row for package in self.shown for row in self._parts(package)]

    def _parts(self, package: str) -> list[dict[str, Any]]:
        return [self._row(package, i, t) for i, t in enumerate(self.parts, len(self.terms))]

    def _row(self, package: str, i: int, t: Term, behind: Iterable[str] = ()) -> dict[str, Any]:
        change = _known(self.fresh[package])[:, i]
        mean = float(change.mean())
        low, high = (mean if end is None else end for end in interval(change))
        return {"package": package, "objective": t.name, "unit": t.unit, "good": t.good, "mean": mean, "low": low,
                "high": high, "baseline": float(self.base[i]), "verdict": verdict(mean, low, high, t.good, behind)}

    def _curse(self) -> list[dict[str, Any]]:
        if not self.front:
            return []
        rows = []
        for i, t in enumerate(self.terms):
            best = min(self.front, key=lambda name: float(_mean(self.tried[name])[i] * self.signs[i]))
            rows.append({"objective": t.name, "unit": t.unit, "good": t.good, "package": best,
                         "number": self.shown.index(best) + 1, **self._gap([best], i),
                         "others": self._gap(self.controls, i)["difference"] if self.controls else np.nan})
        return rows

    def _gap(self, packages: Sequence[str], i: int) -> dict[str, float]:
        """Return what packages change on average in the search and with fresh seeds, and the difference."""
        before, after = (_known(np.mean([of[package] for package in packages], axis=0))[:, i]
                         for of in (self.tried, self.fresh))
        gap = float(after.mean() - before.mean())
        half = welch_half(before, after)
        return {"search": float(before.mean()), "fresh": float(after.mean()), "difference": gap, "low": gap - half,
                "high": gap + half}

    def _search(self) -> list[dict[str, Any]]:
        """Return how the Pareto set within the budget grew, generation by generation."""
        names = [name for name, of in self.tried.items() if _mean(of)[-1] <= self.asked["budget"]]
        values = self._signed(self.tried, names)
        when = np.array([self.generation[name] for name in names])
        best, worst = values.min(axis=0), values.max(axis=0)
        rows = []
        for number in range(self.asked["generations"]):
            mine = values[when <= number]
            rows.append({"generation": number + 1,
                         "tried": sum(at <= number for name, at in self.generation.items() if name),
                         "front": int(nondominated(mine).sum()), "hypervolume": dominated_share(mine, best, worst)})
        return rows

    def notes(self, search: pd.DataFrame) -> list[str]:
        """Return what a reader must know."""
        lines = [rising(search["hypervolume"].tolist())]
        singles = {name for name in map(tuple, map(parts, self.tried)) if len(name) == 1}
        if missing := [c.name for c in self.found if (c.name,) not in singles]:
            lines.append(f"Never tried alone, for want of generations: {listed(missing)}.")
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


def welch_half(before: Values, after: Values) -> float:
    """Return half the width of Welch's 95% interval of a difference of means of two samples that are not paired."""
    a, b = (float(x.var(ddof=1)) / len(x) for x in (before, after))
    if a + b == 0:
        return 0.0
    freedom = (a + b) ** 2 / (a * a / (len(before) - 1) + b * b / (len(after) - 1))
    return float(stdtrit(freedom, 0.975)) * float(np.sqrt(a + b))


def rising(hypervolume: Sequence[float]) -> str:
    """Return a sentence on whether the search was still finding better packages when it ended."""
    at = max(0, len(hypervolume) - 1 - max(1, len(hypervolume) // 3))
    before, last = hypervolume[at], hypervolume[-1]
    gain = last / before - 1 if before > 0 else 0.0
    if len(hypervolume) < 2:
        return "One generation: whether more would find better packages cannot be told."
    many = len(hypervolume) - 1 - at
    said = (f"The Pareto set's hypervolume rose by {100 * gain:.1f}% over the last "
            f"{f'{many} generations' if many > 1 else 'generation'}")
    return said + (": more generations would find better packages." if gain > RISE else
                   ": little more is to be found this way, in these situations.")


PACKAGES = ["package", "size", "source", "spend", "spend_search", "within", "still", "unbeaten"]
HARMED = ["package", "objective", "unit", "good", "mean", "low", "high", "baseline", "verdict"]
OBJECTIVES = [*HARMED, "modelled", "search", "situations"]
CURSE = ["objective", "unit", "good", "package", "number", "search", "fresh", "difference", "low", "high", "others"]
NOTES = (
    "Changes are means of paired differences from doing nothing, over draws of the uncertainties that each have a "
    "seed; 95% intervals hold both. All numbers but those of the search are from situations that nothing was chosen "
    "by.",
    "What looks best is partly lucky, so the search flatters it: the winner's curse, shown for the package that was "
    "best in each objective. How much of the difference is the luck of the situations shows in packages that were not "
    "chosen. Intervals are Welch's.",
    "Mixed: a sum of harm to workers in which one part is clearly worse is not called better. Not modelled: nothing in "
    "the package has a way to hit a bystander in this model, which does not mean that it hits none.",
    "A Pareto set ranks nothing: it says what must be given up for what. People are not priced here. With few "
    "situations some packages stand in it by chance: 'still' marks those that keep the budget and stay unbeaten by all "
    "that was tried with fresh seeds, 'unbeaten' says in which share of resamples of these situations they do.",
)
