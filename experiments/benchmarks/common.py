"""What the benchmarks share: how times are taken and written, and where tables are kept."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "benchmarks.md"
QUIET = 1.2
"""Most load of the minute before a benchmark at which its times are taken as undisturbed."""
PACKAGES = ("fraudsim", "numpy", "numba", "mesa")


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def three(value: float) -> str:
    """Write a number with three figures, thousands apart."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"


def spread(values: Sequence[float], unit: str = "s", scale: float = 1.0) -> str:
    """Write the median and the range of some times."""
    low, mid, high = (three(scale * of(values)) for of in (min, statistics.median, max))
    return f"{mid} {unit} ({low} to {high}, n = {len(values)})".replace("  ", " ")


def cpu() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def load() -> str:
    """Return how busy the machine has been over 1, 5 and 15 minutes."""
    return ", ".join(f"{x:.1f}" for x in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


BEFORE = load()
"""How busy the machine was when this benchmark began, before it added its own work."""


def disturbed(before: str) -> bool:
    """Return whether the machine was at work before the benchmark began."""
    return before[:1].isdigit() and float(before.split(",")[0]) > QUIET


def settle(most: float = 180.0) -> None:
    """Wait until the load that an earlier benchmark left behind is gone, or for some minutes at most."""
    start = time.monotonic()
    while disturbed(load()) and time.monotonic() - start < most:
        time.sleep(5.0)


def versions(*packages: str) -> str:
    """Return the versions of Python and of some packages."""
    found = []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join([f"Python {platform.python_version()}", *found])


def made_with(*packages: str) -> str:
    """Return one line on day, machine, versions and load before and after, for the foot of a table."""
    mark = "**taken under load**; " if disturbed(BEFORE) else ""
    return mark + (f"{dt.date.today()}; {cpu()}, {os.cpu_count()} logical processors, {platform.system()} "
            f"{platform.release()}; {versions(*PACKAGES, *packages)}; "
            f"load (1, 5, 15 minutes) before {BEFORE}, after {load()}.")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown; all columns but the first stand on the right where they hold numbers."""
    numeric = [all(row[i][:1] in "-+0123456789<" for row in rows if row[i]) for i in range(len(heads))]
    rule = "|".join("--:" if number and i else "---" for i, number in enumerate(numeric))
    return "\n".join(["| " + " | ".join(heads) + " |", f"|{rule}|", *("| " + " | ".join(row) + " |" for row in rows)])


def publish(section: str, text: str, *packages: str, write: bool = True) -> None:
    """Print a section, and put it between its marks on the page of results."""
    text = f"{text}\n\n{made_with(*packages)}"
    print(text, flush=True)
    if write:
        page = PAGE.read_text("utf-8")
        start, end = f"<!-- {section} -->", f"<!-- /{section} -->"
        before, found, rest = page.partition(start)
        if not found or end not in rest:
            raise SystemExit(f"{PAGE}: no marks for the section {section}")
        PAGE.write_text(f"{before}{start}\n\n{text}\n\n{end}{rest.partition(end)[2]}", "utf-8")


def apart(script: str, *arguments: Any) -> Any:
    """Run a script of this folder in a process of its own and return the JSON it prints last."""
    done = subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], check=True, text=True,
                          capture_output=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def say(text: str) -> None:
    """Tell how far a benchmark has come."""
    print(text, file=sys.stderr, flush=True)
