"""Packages of interventions under a budget: a search over many objectives, tried again where nothing was chosen.

Every package is compared with the baseline in the same situations: draws of the uncertainties, each with a seed of
its own. The search is Optuna's (NSGA-II, or NSGA-III from four objectives on).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from fraudsim.errors import InputError
from fraudsim.interventions.parsing import parse_arm
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.model import model_version
from fraudsim.study.questions.answer import Answer, folder_of
from fraudsim.study.questions.asked import HARM, Term, about, refuse, terms
from fraudsim.study.questions.hunt import EVERY, Search
from fraudsim.study.questions.nested import Means, running
from fraudsim.study.questions.packages import candidates, genes
from fraudsim.study.questions.searching import optuna_or_refuse, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from fraudsim.study.reading.results import StudyResults

@dataclass(frozen=True)
class Portfolio(Answer):
    """Packages of interventions that no other package within the budget beats in everything.

    Tables
    ------
    packages
        A row for every package of the search's Pareto set, and for those tried ``beside`` (``source``): ``spend`` with
        fresh seeds and in the search, ``within`` (share of the situations in which it keeps the budget), ``still``
        (whether it keeps the budget with fresh seeds, and no package tried there that does, nor doing nothing, beats
        it), ``unbeaten`` (how often that holds where the situations are drawn again).
    objectives
        A row for every such package and objective: mean paired change with fresh seeds, its 95% interval, the
        mean in the ``search``, the ``baseline``'s mean, a ``verdict`` (better, worse, unclear; mixed: of harm to
        workers one part is worse), and whether anything in it can hit a bystander in the model (``modelled``).
    harm
        The same for the parts of workers' harm, whatever the objectives are.
    curse
        A row for every objective: the ``package`` that was best in it in the search, its mean there and with fresh
        seeds, the ``difference`` with its 95% interval (Welch), and the mean difference of packages that were not
        chosen (``others``).
    search
        A row for every generation: packages ``tried`` so far, size of the Pareto ``front``, and its ``hypervolume``
        among all that was tried.
    evaluated
        Every package that was tried, with its means in the search.
    """

    question: ClassVar[str] = "portfolio"

    @property
    def title(self) -> str:
        """One line that says what was asked of which runs."""
        return (f"Packages within {self.asked['budget']:,.0f} {self.currency} in {self.runs}: "
                f"{len(self.tables['evaluated']):,} tried in {self.asked['situations']} situations, "
                f"{len(self.tables['packages'])} tried in {self.asked['fresh']} new ones")

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
              means: Means | None = None, beside: Iterable[str] = ()) -> Portfolio:
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
    beside : iterable of str
        Packages, written as arms, that are tried in the new situations too, chosen or not.

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
    more_arms, unfit = _beside(results, beside)
    refuse(results.directory, lines + unfit + means.problems())
    asked = {"budget": float(budget), "objectives": [t.name for t in asked_terms],
             "interventions": [c.written({lever.path: 0.5 for lever in c.levers}) for c in found],
             "levers": genes(found)["levers"], "population": population, "generations": generations,
             "situations": situations, "fresh": fresh, "keep": keep, "seed": seed, "beside": more_arms,
             "optuna": optuna.__version__, "model": model_version(), "study": results.stored.about["fingerprint"][:16]}
    place = folder_of(results.directory, Portfolio.question, asked) / "runs"
    with running(place, means, None, generations * situations + fresh) as runner:
        search = Search(results, found, asked_terms, asked, runner)
        with quiet():
            search.run()
        search.again()
        tables = search.tables()
    return Portfolio(asked, about(results), results.world.currency, tables, tuple(search.notes(tables["search"])))


def _beside(results: StudyResults, texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return packages that are to be tried beside those chosen, or a line for every mistake in them."""
    lines: list[str] = []
    found = [texts] if isinstance(texts, str) else list(texts)
    for text in found:
        try:
            parse_arm(text, results.world)
        except InputError as error:
            lines += [f"beside: {line}" for line in error.lines]
    return list(dict.fromkeys(found)), lines


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
