"""Loops compiled to check every place they touch give the same bits: ``python experiments/benchmarks/bounds.py``.

Compiled code looks at no bounds, and columns are opened by their addresses: a row that is none of the table's would be
written to without a word. Here the same runs are lived twice, once with Numba's checks, compiled anew for it. What the
checks cannot see is a row of -1, which is the last one to NumPy and Numba alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from common import say

RUNS = (("tutorial", 150), ("mekong-today", 60), ("great-wall-2016", 60))
LIVE = """
import sys
from fraudsim.interventions.parsing import parse_arm
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world
for name, days in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    world = load_world(name, {"burn_in_days": 30})
    arm = parse_arm("+".join(f"{each}:start=1" for each in world.interventions), world)
    simulation = Simulation(world, arm)
    simulation.run(days)
    print(name, simulation.digest(), simulation.state.draws.made)
"""


def lived(**environment: str) -> str:
    """Live all runs with all of their worlds' interventions, in a process of their own; return digests and draws."""
    words = [str(word) for run in RUNS for word in run]
    done = subprocess.run([sys.executable, "-c", LIVE, *words], env={**os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, check=False)
    return done.stdout if done.returncode == 0 else f"ended with exit code {done.returncode}\n{done.stdout}"


def main() -> None:
    """Compare both; exit code 1 where they differ."""
    with tempfile.TemporaryDirectory() as folder:
        checked = lived(NUMBA_BOUNDSCHECK="1", FRAUDSIM_CACHE_DIR=folder)
    usual = lived()
    same = checked == usual and usual.count("\n") == len(RUNS)
    say(usual if same else f"With checks: {checked}\nWithout: {usual}")
    say("No place outside a table was touched." if same else "Loops touch what they should not.")
    sys.exit(not same)


if __name__ == "__main__":
    main()
