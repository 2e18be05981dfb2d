"""Studies whose runs are formulas: what a question must find in them is known beforehand."""

from __future__ import annotations

import numpy as np

from fraudsim.study.opened import OpenedStudy
from fraudsim.study.plan.checked import checked
from fraudsim.study.storage.layout import Shard
from fraudsim.study.work.driver import How, sweep
from fraudsim.study.work.local import InlineExecutor

DRIFT = [0.0] * 5
RANGES = {"parameters.calls.answer_share": (0.05, 0.25), "parameters.money.freeze_success": (0.2, 0.8),
          "parameters.adaptation.open_rate": (0.1, 0.5), "parameters.raids.leak_share": (0.0, 1.0)}
ANSWER, FREEZE, OPEN, LEAK = RANGES
HERE = InlineExecutor()


def share(settings, path):
    """Where in its range a factor is, 0 to 1."""
    low, high = RANGES[path]
    return (settings[path] - low) / (high - low)


def chance(seed, *more):
    """A standard normal number that follows from a seed and nothing else."""
    return float(np.random.default_rng([seed, *more]).normal())


def file(design, paths=(ANSWER, FREEZE, OPEN), **more):
    """What a study file would say."""
    return {"name": "pretend", "world": "tutorial", "days": 3, "replications": 2, "overrides": {"burn_in_days": 0},
            "outcomes": ["loss_net", "captive_days", "trafficked_detained_days", "stranded_days", "public_cost"],
            "design": design,
            "uncertainties": {path: dict(zip(("low", "high"), RANGES[path])) for path in paths}} | more


def stored(out, study, work):
    """Do a study's runs in this process."""
    sweep(checked(study), out, Shard(), How(work=work, executor=HERE))
    return OpenedStudy(out)


def answered(value):
    """Make a work out of a formula: value(settings, seed, arm number) for the first outcome, zero for the others."""
    def work(base, job):
        values = [[value(job.settings, job.seed, arm), *[0.0] * (len(base.outcomes) - 1)]
                  for arm in range(1 + len(base.arms))]
        return {"values": values, "drift": DRIFT}

    return work
