"""Work that stands in for the model: quick, or failing in all the ways that runs fail."""

from __future__ import annotations

import os
import signal
import time

DRIFT = [0.0] * 5


def quick(base, job):
    """Numbers that follow from the job, as a run's results follow from its seed and its point."""
    size = sum(v for v in job.settings.values() if isinstance(v, float | int))
    values = [[(job.seed + 1.0) * (arm + 1) * (i + 1) + size for i in range(len(base.outcomes))]
              for arm in range(1 + len(base.arms))]
    return {"values": values, "drift": DRIFT}


def slow(base, job):
    time.sleep(0.02)
    return quick(base, job)


def raises(base, job):
    if job.replication == 1:
        raise ValueError("no dens")
    return quick(base, job)


def raises_once(base, job):
    if job.replication == 1 and job.attempt == 1:
        raise ValueError("no dens")
    return quick(base, job)


def dies(base, job):
    if job.replication == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(base, job)


def dies_once(base, job):
    if job.replication == 1 and job.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(base, job)


def always_dies(base, job):
    os._exit(3)


def spins(base, job):
    while job.replication == 1:
        pass
    return quick(base, job)


def sleeps(base, job):
    if job.replication == 1:
        time.sleep(600)
    return quick(base, job)


def refuses(base, job):
    from fraudsim.errors import InputError

    raise InputError(["first", "second"])


def with_days(base, job):
    """As quick, with daily series: seed plus day plus point, in all bands of all arms."""
    from fraudsim.study.run import BANDS

    days = [job.seed + day + job.point for day in range(base.days)]
    return quick(base, job) | {"daily": [[days] * len(BANDS)] * (1 + len(base.arms))}
