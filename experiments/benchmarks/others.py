"""Beside other simulators: ``python experiments/benchmarks/others.py [--starsim PYTHON] [--pyproton PYTHON]``.

Each runs under an interpreter that has it, by default this one: see README.md for how to install them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from typing import Any

from common import HERE, publish, say, spread, table, three
from speed import timed_days

PUBLISHED = ("[commit 5b70346](https://github.com/LABSS/PyPROTON-OC/commit/5b70346477a1f62b3af8ea017c6bc1420e128c79) "
             "of November 2020")


def run(python: str, script: str) -> dict[str, Any] | None:
    """Run a script under an interpreter and return what it prints; None where it lacks the package."""
    done = subprocess.run([python, str(HERE / script)], text=True, capture_output=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout.strip().splitlines()[-1])
    if "ModuleNotFoundError" not in done.stderr:
        raise SystemExit(f"{script}: {done.stderr.strip().splitlines()[-1]}")
    say(f"{script}: not installed for {python}")
    return None


def report(starsim: dict[str, Any], proton: dict[str, Any], own: list[float]) -> str:
    """Write times side by side, and what each does in them."""
    rows = [
        ("fraudsim, `tutorial`, every mechanism", "100,000 residents", "365 days", spread(own)),
        (f"{starsim['version']}, SIR on a random network", "100,000 people", "365 days", spread(starsim["seconds"])),
        (proton["version"], "10,000 people", "a month", spread(proton["month"]))]
    return "\n\n".join([
        table(("Program", "people", "steps", "time, founding left out"), rows),
        "These are different models, so no ratio is given: this is context and no race. Starsim visits everybody on "
        "every day, ten contacts each, and knows everybody's state. fraudsim counts calls that can engage nobody in "
        "bulk and draws some thousands of numbers a day; that is the point of its method, and it holds as long as most "
        "contacts end early. PyPROTON-OC steps every person once a month, on networks of kin, work and friends.",
        f"For PyPROTON-OC a published time of a run was looked for in its repository, its user manual and its package "
        f"page, and none was found; a message of {PUBLISHED} speaks of 35 seconds to set up 10,000 people, where this "
        f"machine took {three(statistics.median(proton['setup']))}. Its own default is 480 months: at the pace above "
        f"{three(statistics.median(proton['month']) * 480 / 60)} minutes."])


def main() -> None:
    """Take the times and write the section, if both others are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starsim", default=sys.executable, metavar="PYTHON", help="interpreter that has Starsim")
    parser.add_argument("--pyproton", default=sys.executable, metavar="PYTHON", help="interpreter that has PyPROTON-OC")
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    starsim, proton = run(options.starsim, "starsim_sir.py"), run(options.pyproton, "pyproton_oc.py")
    if starsim is None or proton is None:
        say("The section stays as it is: README.md says how to install the other simulators.")
        return
    timed_days("tutorial", 365, 1)
    publish("others", report(starsim, proton, timed_days("tutorial", 365, 7)[0]), write=not options.dry)


if __name__ == "__main__":
    main()
