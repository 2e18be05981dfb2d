"""The model as the EMA Workbench (Kwakkel 2017) takes it: uncertainties, levers, outcomes.

Needs ``pip install 'fraudsim[ema]'``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError, nearest
from fraudsim.interventions.parsing import BASELINE
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.inputs import told, too_low
from fraudsim.study.plan.checked import StudyLike, checked, world_at
from fraudsim.study.plan.factors import Factor
from fraudsim.study.plan.plan import Plan
from fraudsim.study.run import BANDS, ReplicationResult, money_scale, replicate
from fraudsim.worlds.problems import listed

if TYPE_CHECKING:
    from fraudsim.study.study import Study

ARM = "arm"
"""Name of the lever that chooses an arm."""

CHANGE = "_change"
"""What an outcome's name ends with where it is the paired difference from the baseline."""

KINDS = {"down": -1, "up": 1, "none": 0}
"""Good direction to kind of outcome: minimise, maximise, information only."""


@dataclass(frozen=True)
class Runner:
    """Runs an experiment: what the Workbench calls the function of a model. It can be sent to other processes.

    Attributes
    ----------
    plan : Plan
    replications, seed : int
        Every experiment is the mean over so many replications, with the same seeds.
    """

    plan: Plan = field(repr=False)
    replications: int
    seed: int

    def __call__(self, **values: Any) -> dict[str, Any]:
        """Run one experiment.

        Parameters
        ----------
        **values
            By name of a factor; ``arm`` chooses the arm. What is left out is as the world has it.

        Returns
        -------
        dict
            ``loss_net``, ... of the arm; ``loss_net_change``, ... against the baseline; daily series where the study
            keeps them, in currency or persons. All NaN, with a warning, if the run fails: an exception would leave the
            Workbench's processes waiting for ever.
        """
        try:
            runs = self._runs(values)
        except Exception as error:
            warnings.warn(f"an experiment failed and is NaN: {values}: {type(error).__name__}: {error}", RuntimeWarning,
                          stacklevel=2)
            return self._nothing()
        return self._levels(runs) | (self._daily(runs) if self.plan.file.daily else {})

    def _runs(self, values: dict[str, Any]) -> list[ReplicationResult]:
        values = dict(values)
        arm = str(values.pop(ARM, BASELINE))
        if arm not in self.plan.arm_names:
            raise InputError(f"arm: no arm {told(arm)} in this study{nearest(arm, self.plan.arm_names)}; arms: "
                             f"{listed(self.plan.arm_names)}")
        known = {factor.name: factor for factor in self.plan.factors}
        settings = {known[name].target: known[name].setting(_plain(known[name], value))
                    for name, value in values.items()}
        world, arms = world_at(self.plan.world, settings, () if arm == BASELINE else (arm,))
        return [replicate(world, arms, self.plan.days, self.seed + i) for i in range(self.replications)]

    def _nothing(self) -> dict[str, Any]:
        names = [name + end for name in self.plan.outcomes for end in ("", CHANGE)]
        days = np.full(self.plan.days, np.nan)
        return dict.fromkeys(names, np.nan) | {f"daily_{name}": days for name in BANDS}

    def _levels(self, runs: list[ReplicationResult]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name in self.plan.outcomes:
            pairs = [[run.arms[i].outcomes[name] for i in (0, -1)] for run in runs]
            base, mine = np.array(pairs, np.float64).T
            found |= {name: float(mine.mean()), name + CHANGE: float((mine - base).mean())}
        return found

    def _daily(self, runs: list[ReplicationResult]) -> dict[str, Any]:
        mean = np.mean([run.arms[-1].daily for run in runs], axis=0)
        return {f"daily_{name}": mean[:, i] / money_scale(name) for i, name in enumerate(BANDS)}


def _plain(factor: Factor, value: Any) -> Any:
    """Return a value of the Workbench's as the world takes it."""
    value = getattr(value, "value", value)
    if factor.sort == "whole" and factor.distribution != "choice":
        return int(value)
    if factor.distribution != "choice":
        return float(value)
    return value.item() if isinstance(value, np.generic) else value


def model(study: Study | StudyLike | None = None, *, replications: int | None = None, seed: int | None = None,
          **fields: Any) -> Any:
    """Return the model as an ``ema_workbench.Model``.

    Parameters
    ----------
    study : Study, str, path or dict, optional
        A study, its file, or what the file would say; its design is not used, since the Workbench draws its own.
    replications, seed : int, optional
        Of every experiment; the study's unless given.
    **fields
        In place of a study: what its file would say, such as ``world="tutorial"``, ``uncertainties={...}``,
        ``levers={...}``, ``arms=[...]``, ``outcomes=[...]``, ``days=90``.

    Returns
    -------
    ema_workbench.Model
        Uncertainties and levers as parameters with the same names, ranges and distributions; ``arm``, a lever that
        chooses among all arms, if the study has any; outcomes as levels and, named ``..._change``, as paired
        differences from the baseline; daily series where the study keeps them.

    Raises
    ------
    InputError

    Examples
    --------
    >>> from ema_workbench import perform_experiments
    >>> tutorial = model(world="tutorial", days=30, arms=["joint-raids:start=5"], outcomes=["loss_net"],
    ...                  uncertainties={"parameters.calls.answer_share": {"low": 0.03, "high": 0.12}})
    >>> experiments, outcomes = perform_experiments(tutorial, scenarios=20, policies=2)  # doctest: +SKIP
    """
    workbench = _workbench()
    plan = _plan(study, fields)
    lines = too_low(**{key: (value, least) for key, value, least in (("replications", replications, 1),
                                                                     ("seed", seed, 0)) if value is not None})
    if lines:
        raise InputError(lines)
    runner = Runner(plan, plan.replications if replications is None else int(replications),
                    plan.file.seed if seed is None else int(seed))
    found = workbench.Model("study_" + re.sub(r"\W", "_", plan.file.name), function=runner)
    found.uncertainties = [_parameter(workbench, f) for f in plan.factors if f.role == "uncertainty"]
    found.levers = [_parameter(workbench, f) for f in plan.factors if f.role == "lever"] + (
        [workbench.CategoricalParameter(ARM, list(plan.arm_names))] if plan.arms else [])
    found.outcomes = _outcomes(workbench, plan)
    return found


def _workbench() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts of the Workbench that are not used here
            import ema_workbench
    except ModuleNotFoundError:
        raise InputError("fraudsim.study.ema needs the EMA Workbench; install it with: pip install 'fraudsim[ema]'"
                         ) from None
    return ema_workbench


def _plan(study: Study | StudyLike | None, fields: dict[str, Any]) -> Plan:
    if study is not None and fields:
        raise InputError(f"{', '.join(fields)}: go with no study; change the study, or leave it out")
    if study is None and "world" not in fields:
        raise InputError("study: none given; allowed: a study, or world=... and what else its file would say")
    if study is None or isinstance(study, Mapping):
        raw = {"name": "study", "replications": 1, **(study or fields)}
        # The Workbench draws its own points; a study with factors needs a design all the same.
        needs = (raw.get("uncertainties") or raw.get("levers")) and "design" not in raw
        return checked(raw | ({"design": {"kind": "latin-hypercube", "points": 1}} if needs else {}))
    if isinstance(study, str | Path):
        return checked(study)
    plan = getattr(study, "plan", None)
    if not isinstance(plan, Plan):
        raise InputError(f"study: {told(study)}; allowed: a study, the path of a study file, or a dictionary")
    return plan


def _parameter(workbench: Any, factor: Factor) -> Any:
    if factor.distribution == "choice":
        return workbench.CategoricalParameter(factor.name, list(factor.values))
    low, high = factor.low, factor.high
    if low is None or high is None:
        raise InputError(f"{factor.path}: has no range")
    if factor.distribution == "integer":
        return workbench.IntegerParameter(factor.name, int(low), int(high))
    if factor.distribution == "uniform":
        return workbench.RealParameter(factor.name, low, high)
    return workbench.RealParameter.from_dist(factor.name, _distribution(factor, low, high))


def _distribution(factor: Factor, low: float, high: float) -> Any:
    from scipy import stats

    if factor.distribution == "log-uniform":
        return stats.loguniform(low, high)
    if factor.distribution == "triangular":
        return stats.triang((float(factor.mode or 0.0) - low) / (high - low), low, high - low)
    mean, sd = float(factor.mean or 0.0), float(factor.sd or 1.0)
    return stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)


def _outcomes(workbench: Any, plan: Plan) -> list[Any]:
    good = {outcome.name: outcome.good for outcome in OUTCOMES}
    found = [workbench.ScalarOutcome(name + end, kind=KINDS[good[name]]) for name in plan.outcomes
             for end in (("", CHANGE) if plan.arms else ("",))]
    return found + ([workbench.TimeSeriesOutcome(f"daily_{name}") for name in BANDS] if plan.file.daily else [])
