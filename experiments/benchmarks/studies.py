"""Measure what a sweep costs beside the model, how much memory it takes, and how fast its store answers.

The runs are synthetic: numbers in the shape of real ones (114 outcomes of three arms) that take no time to make.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
STUDY = {"name": "synthetic", "world": "tutorial", "arms": ["joint-raids", "call-interception"],
         "design": {"kind": "latin-hypercube", "points": 100},
         "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.2},
                           "parameters.calls.talk_seconds": {"low": 30, "high": 300}}}
QUERY = """select arm, floor(answer_share * 20) as slice, count(*) as n, avg(loss_net) as mean,
quantile_cont(loss_net, [0.025, 0.5, 0.975]) as loss, quantile_cont(captive_days, [0.025, 0.5, 0.975]) as held
from runs group by all order by all"""
TARGETS = {"overhead": "2 ms", "query": "0.3 s"}


def synthetic(base, job):
    """Return numbers that differ from run to run and have as many digits as real ones."""
    values = np.random.default_rng(job.seed + 1000 * job.point).lognormal(9.0, 2.0, (1 + len(base.arms),
                                                                                     len(base.outcomes)))
    return {"values": np.round(values, 2).tolist(), "drift": [0.01] * 5}


def sweep(runs: int, out: Path, jobs: int) -> dict[str, float]:
    """Sweep in this process and return seconds and the most memory it took, in MB."""
    import fraudsim as fs
    import studies

    study = fs.Study(STUDY | {"replications": runs // 100})
    study.run(out / "warm", jobs=jobs, work=studies.synthetic, progress=False, shard="1/100")
    began, before = time.perf_counter(), time.process_time()
    study.run(out / "store", jobs=jobs, work=studies.synthetic, progress=False)
    return {"seconds": time.perf_counter() - began, "parent_seconds": time.process_time() - before,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def in_process(runs: int, out: Path, jobs: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(runs), "--out", str(out), "--jobs", str(jobs)]
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)


def answers(store: Path) -> list[float]:
    import fraudsim as fs

    results = fs.open_study(store)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        frame = results.sql(QUERY)
        times.append(time.perf_counter() - began)
    assert len(frame)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="100,000 runs; 5,000 otherwise")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--one", type=int)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(sweep(options.one, options.out, options.jobs)))
        return
    most = 100_000 if options.full else 5_000
    with tempfile.TemporaryDirectory() as place:
        for runs in (1_000, most):
            (Path(place) / str(runs)).mkdir()
            found = in_process(runs, Path(place) / str(runs), options.jobs)
            print(f"{runs:,} runs with {options.jobs} processes: {1000 * found['seconds'] / runs:.2f} ms a run "
                  f"({1000 * found['parent_seconds'] / runs:.2f} ms of the parent's; target {TARGETS['overhead']}), "
                  f"parent at most {found['peak_mb']:.0f} MB")
        times = answers(Path(place) / str(most) / "store")
        disk = sum(f.stat().st_size for f in (Path(place) / str(most) / "store").rglob("*.parquet"))
        print(f"group-by with quantiles over {most:,} runs: median {sorted(times)[3]:.3f} s ({min(times):.3f} to "
              f"{max(times):.3f}; target {TARGETS['query']}); {disk / most:,.0f} bytes a run on the disk")


if __name__ == "__main__":
    main()
