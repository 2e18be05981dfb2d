"""Does a calibration find known parameters again? ``python experiments/benchmarks/recovery.py``: a minute or two.

Runs of `tutorial` (30 days of burn-in, 30 days) at draws of two parameters from flat priors. Each run in turn plays
the recorded facts, with its parameters as the truth, and the posterior is taken from all the others, as `calibrate`
does it.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from common import made_with, say, table
from fraudsim.simulation import Simulation
from fraudsim.study.measures import measured
from fraudsim.study.questions.facts import accepted, distances, scales
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import Fact

PRIORS = {"parameters.calls.answer_share": (0.03, 0.2), "scripts[0].further_demand": (0.1, 0.95)}
FACTS = ("revenue_per_worker", "payments_per_victim")
SHORT = {"burn_in_days": 30, "days": 30}

type Sample = NDArray[np.float64]


def runs(draws: int) -> tuple[Sample, Sample]:
    """Return draws on the unit square and what the facts' measures are there: shape (draws, 2) each."""
    shares = np.random.default_rng(0).uniform(size=(draws, len(PRIORS)))
    found = np.empty((draws, len(FACTS)))
    for seed, share in enumerate(shares):
        point = {path: low + x * (high - low) for (path, (low, high)), x in zip(PRIORS.items(), share)}
        simulation = Simulation(load_world("tutorial", SHORT | point), (), seed)
        simulation.run()
        of = measured(simulation)
        found[seed] = [of[name] for name in FACTS]
        if (seed + 1) % 50 == 0:
            say(f"{seed + 1} of {draws} runs")
    return shares, found


def found_again(shares: Sample, values: Sample, accept: float) -> tuple[Sample, Sample]:
    """Return, for every truth and parameter, its rank in the posterior (0 to 1) and the posterior's median."""
    ranks, medians = np.empty_like(shares), np.empty_like(shares)
    for i in range(len(shares)):
        others = np.arange(len(shares)) != i
        facts = [Fact(name=name, role="calibration", low=value, unit="x", source="x", measure=name)
                 for name, value in zip(FACTS, values[i])]
        kept, _ = accepted(distances(values[others], facts, scales(values[others], facts)), accept)
        posterior = shares[others][kept]
        ranks[i], medians[i] = (posterior < shares[i]).mean(axis=0), np.median(posterior, axis=0)
    return ranks, medians


def main() -> None:
    """Run the draws, take each as the truth, print how often it is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--accept", type=float, default=0.1)
    options = parser.parse_args()
    shares, values = runs(options.draws)
    ranks, medians = found_again(shares, values, options.accept)
    rows = [(path, f"{100 * (abs(ranks[:, i] - 0.5) < 0.25).mean():.0f}%",
             f"{100 * (abs(ranks[:, i] - 0.5) < 0.475).mean():.0f}%",
             f"{abs(medians[:, i] - shares[:, i]).mean():.3f}", f"{np.corrcoef(medians[:, i], shares[:, i])[0, 1]:.2f}")
            for i, path in enumerate(PRIORS)]
    print(table(("Parameter", "in the central half", "in the central 95%", "mean error, of the prior's range",
                 "correlation of median and truth"), rows))
    print(f"\nA flat prior's median errs by 0.25. {made_with()}")


if __name__ == "__main__":
    main()
