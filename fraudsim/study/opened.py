"""A stored study that can be asked questions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim.study.reading.results import StudyResults

if TYPE_CHECKING:
    from fraudsim.study.questions.calibrate import Calibration
    from fraudsim.study.questions.discover import Discovery
    from fraudsim.study.questions.portfolio import Portfolio
    from fraudsim.study.questions.robust import Robustness
    from fraudsim.study.questions.sensitivity import Of, Sensitivity

type Texts = Iterable[str] | str | None


class OpenedStudy(StudyResults):
    """What a sweep has found so far, and the questions researchers ask of it.

    Parameters
    ----------
    directory : str or path

    Raises
    ------
    InputError
        If the directory holds no study, or one of a newer version.
    """

    def portfolio(self, budget: float, objectives: Texts = None, interventions: Texts = None, population: int = 24,
                  generations: int = 5, situations: int = 8, fresh: int = 24, keep: int = 12, seed: int = 0,
                  **how: Any) -> Portfolio:
        """Return packages of interventions that are best within a budget; its runs are kept in the study's directory.

        See :func:`fraudsim.study.questions.portfolio.portfolio`. How runs are done: ``jobs``, ``timeout``, ``retries``,
        ``progress``, as in :meth:`fraudsim.study.study.Study.run`.
        """
        from fraudsim.study.questions.nested import Means
        from fraudsim.study.questions.portfolio import portfolio

        return portfolio(self, budget, objectives, interventions, population, generations, situations, fresh, keep,
                         seed, Means(**how))

    def sensitivity(self, outcomes: Texts = None, arms: Texts = None, of: Of | None = None,
                    seed: int = 0) -> Sensitivity:
        """Return how much each factor moves each outcome.

        See :func:`fraudsim.study.questions.sensitivity.sensitivity`.
        """
        from fraudsim.study.questions.sensitivity import sensitivity

        return sensitivity(self, outcomes, arms, of, seed)

    def robust(self, outcomes: Texts = None, criteria: Texts = None, arms: Texts = None, seed: int = 0) -> Robustness:
        """Return worst case, regret and satisficing of arms over the design points.

        See :func:`fraudsim.study.questions.robust.robust`.
        """
        from fraudsim.study.questions.robust import robust

        return robust(self, outcomes, criteria, arms, seed)

    def calibrate(self, facts: Texts = None, draws: int = 200, accept: float = 0.1, trials: int = 40,
                  replications: int = 3, fresh: int = 20, seed: int = 0, **how: Any) -> Calibration:
        """Return what recorded facts say about the uncertainties; further runs are kept in the study's directory.

        See :func:`fraudsim.study.questions.calibrate.calibrate`. How runs are done: ``jobs``, ``timeout``, ``retries``,
        ``progress``, as in :meth:`fraudsim.study.study.Study.run`.
        """
        from fraudsim.study.questions.calibrate import calibrate
        from fraudsim.study.questions.nested import Means

        return calibrate(self, facts, draws, accept, trials, replications, fresh, seed, Means(**how))

    def discover(self, arm: str | None = None, fails: Iterable[str] | str = "loss_net>=0", box: int | None = None,
                 seed: int = 0) -> Discovery:
        """Return under which values of the factors an arm fails.

        See :func:`fraudsim.study.questions.discover.discover`.
        """
        from fraudsim.study.questions.discover import discover

        return discover(self, arm, fails, box, seed)


def open_study(directory: str | Path) -> OpenedStudy:
    """Open what a sweep has written, also while it still runs.

    Raises
    ------
    InputError
        If the directory holds no study, or one of a newer version.
    """
    return OpenedStudy(directory)
