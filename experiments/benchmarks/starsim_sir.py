"""Starsim's SIR with as many people and steps as `tutorial`: prints JSON. Called by others.py; needs `starsim`."""

from __future__ import annotations

import json
import sys
import time

import starsim as ss

PEOPLE, STEPS, CONTACTS, REPEATS = 100_000, 365, 10, 5


def one(seed: int) -> float:
    """Return the seconds of a year of an SIR on a random network; setting up is not counted."""
    sim = ss.Sim(n_agents=PEOPLE, start=0, dur=STEPS, dt=1, rand_seed=seed, verbose=0,
                 diseases=ss.SIR(beta=0.1), networks=ss.RandomNet(n_contacts=CONTACTS))
    sim.init()
    start = time.perf_counter()
    sim.run()
    return time.perf_counter() - start


if __name__ == "__main__":
    one(0)
    print(json.dumps({"seconds": [one(seed) for seed in range(REPEATS)], "version": f"Starsim {ss.__version__}"}))
    sys.stdout.flush()
