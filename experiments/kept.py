"""What the studies kept here share: a command, its reduced form, and a summary that is held against the stored one."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fraudsim as fs
from fraudsim.study.reading.answers import plain

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
DIGITS = 6
SMALL: dict[str, Any] = {"latin-hypercube": {"points": 4}, "morris": {"trajectories": 2}, "saltelli": {"points": 2},
                         "full-factorial": {}}
"""Of a reduced form: how much of each design is run, with two replications at most."""

MADE_BY = {"version", "model", "fingerprint", "optuna"}
"""What tells versions apart: other sources may well give the same numbers."""


@dataclass(frozen=True)
class Kept:
    """How a study kept here is run.

    Attributes
    ----------
    folder : Path
        Its own folder, with study files and the stored summary.
    out : Path
        Where runs, answers and summary go.
    jobs : int
    quick : bool
        Whether the reduced form is run: a few days and points, without burn-in. It shows that the command works.
    keep : bool
        Whether summary and figures take the place of the stored ones.
    """

    folder: Path
    out: Path
    jobs: int = 1
    quick: bool = False
    keep: bool = False

    def study(self, name: str) -> fs.Study:
        """Return the study of a file in the folder, reduced if asked."""
        raw = tomllib.loads((self.folder / f"{name}.toml").read_text("utf-8"))
        if self.quick:
            small = SMALL[raw["design"]["kind"]]
            raw |= {"days": 8, "replications": min(raw["replications"], 2), "overrides": {"burn_in_days": 0},
                    "design": raw["design"] | small}
        return fs.Study(raw)

    def run(self, name: str) -> Any:
        """Do what is not done yet of a study, and open it."""
        self.out.mkdir(parents=True, exist_ok=True)
        return self.study(name).run(self.out / name, jobs=self.jobs)

    def finish(self, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Figure], **about: Any) -> str:
        """Write summary and figures, and say whether the summary is as stored."""
        found = about | {"version": fs.__version__} | {
            name: [{str(key): _short(value) for key, value in row.items()} for row in frame.to_dict("records")]
            for name, frame in tables.items()}
        places = [self.out] + [self.folder] * self.keep
        stored = self.folder / "summary.json"
        same = stored.exists() and _bare(json.loads(stored.read_text("utf-8"))) == _bare(json.loads(json.dumps(found)))
        for place in places:
            (place / "summary.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
            for name, figure in figures.items():
                figure.savefig(place / f"{name}.png", dpi=110)
        return f"Summary and figures are in {self.out}; the summary is {'as stored' if same else 'not as stored'}.\n"


def _bare(found: Any) -> Any:
    """Return what was found, without what tells versions apart."""
    if isinstance(found, dict):
        return {key: _bare(value) for key, value in found.items() if key not in MADE_BY}
    return [_bare(value) for value in found] if isinstance(found, list) else found


def _short(value: Any) -> Any:
    value = plain(value)
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def asked(folder: Path, about: str) -> Kept:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--jobs", type=int, default=1, help="processes; results do not depend on it")
    parser.add_argument("--out", type=Path, help="where runs and answers go (results/<folder>)")
    parser.add_argument("--quick", action="store_true", help="a few days and points, to see that it works")
    parser.add_argument("--keep", action="store_true", help="replace the stored summary and figures")
    given = parser.parse_args()
    if given.quick and given.keep:
        parser.error("--keep: a reduced form is not kept")
    name = folder.name + ("-quick" if given.quick else "")
    return Kept(folder, given.out or ROOT / "results" / name, given.jobs, given.quick, given.keep)


def told(*what: object) -> None:
    """Print answers, with a line between them."""
    for one in what:
        sys.stdout.write(f"{one}\n\n")
