"""Run the whole suite and write docs/benchmarks.md: ``python experiments/benchmarks/run.py``; see README.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from common import HERE, PAGE, say, settle

SUITE = ("speed", "parts", "against_mesa", "agreement", "world_size", "others")


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return every command of the suite with its arguments."""
    given = {"speed": ["--full"] if options.full else [], "agreement": ["--jobs", str(options.jobs)],
             "others": ["--starsim", options.starsim, "--pyproton", options.pyproton]}
    names = [name for name in SUITE if name in (options.only or SUITE)]
    return {name: [sys.executable, str(HERE / f"{name}.py"), *given.get(name, [])] for name in names}


def main() -> None:
    """Run one command after the other, each in a process of its own; exit code 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole comparison: 20 replications of four years")
    parser.add_argument("--only", nargs="+", choices=SUITE, metavar="NAME", help=f"some of: {', '.join(SUITE)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes of the independent check")
    parser.add_argument("--starsim", default=sys.executable, metavar="PYTHON", help="interpreter that has Starsim")
    parser.add_argument("--pyproton", default=sys.executable, metavar="PYTHON", help="interpreter that has PyPROTON-OC")
    failed = []
    for name, command in commands(parser.parse_args()).items():
        settle()  # or the load of the one before would pass for somebody else's
        say(f"== {name}")
        start = time.perf_counter()
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        say(f"== {name}: {time.perf_counter() - start:.0f} s")
    say(f"Failed: {', '.join(failed)}" if failed else f"The results are in {PAGE}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
