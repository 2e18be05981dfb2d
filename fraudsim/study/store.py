"""A study on disk: tables, figures, and a manifest that says what made them.

Everything is written beside its place first and then moved there, the manifest last: a directory with a
manifest is whole. The same study writes the same bytes, but for the manifest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim.errors import InputError
from fraudsim.study.inputs import place_of
from fraudsim.study.storage.layout import umask

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from fraudsim.study.comparison import Comparison
    from fraudsim.study.run import RunResult
    from fraudsim.worlds.schema import World

MANIFEST = "manifest.json"
PART = ".fraudsim-part-"
PACKAGES = ("fraudsim", "mesa", "numpy", "numba", "pandas", "pyarrow", "matplotlib", "scipy")


@dataclass(frozen=True)
class Inputs:
    """All that a study's results follow from.

    Attributes
    ----------
    kind : {"run", "compare"}
    world : World
        As validated, defaults and overrides included.
    arms : tuple of str
    replications, seed, days : int
    sweep : bool
        Of a comparison: whether displacement is swept.
    """

    kind: str
    world: World
    arms: tuple[str, ...]
    replications: int
    seed: int
    days: int
    sweep: bool = False

    def plain(self) -> dict[str, Any]:
        """Return all but the world as plain data."""
        return {"kind": self.kind, "arms": list(self.arms), "replications": self.replications, "seed": self.seed,
                "days": self.days, "sweep": self.sweep}

    def hash(self) -> str:
        """Return their SHA-256."""
        content = self.plain() | {"world": self.world.model_dump(mode="json")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def claim(out: str | Path, inputs: Inputs) -> Path:
    """Check, before anything runs, that a study may be written to a directory.

    Parameters
    ----------
    out : str or path
        A directory that does not exist (its parent does), is empty, or holds the same study.
    inputs : Inputs

    Raises
    ------
    InputError
        In one line, if it may not.
    """
    path = place_of(out)
    try:
        if path.exists():
            _refuse_another(path, inputs.hash())
        _try_to_write(path if path.exists() else path.absolute().parent)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written: {error.strerror}") from None
    return path


def _refuse_another(path: Path, fingerprint: str) -> None:
    held = [name for name in os.listdir(path) if not name.startswith(PART)]
    if held and MANIFEST not in held:
        raise InputError(f"--out {path}: is not empty and holds no study; choose another directory")
    if held and manifest(path).get("input_hash") != fingerprint:
        raise InputError(f"--out {path}: holds another study (see its {MANIFEST}); choose another directory")


def _try_to_write(place: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=PART, dir=place):
        pass


def manifest(path: str | Path) -> dict[str, Any]:
    """Return a study's manifest; empty if it cannot be read as one."""
    try:
        content = json.loads((Path(path) / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def save_run(result: RunResult, out: str | Path, command: str | None = None) -> Path:
    """Write ``daily.parquet``, ``runs.parquet``, ``world.json``, a figure and a manifest.

    Raises
    ------
    InputError
        If the directory holds something else, or cannot be written.
    """
    import pandas as pd

    head = {"arm": result.interventions, "seed": result.seed, "digest": result.digest}
    runs = pd.DataFrame([head | result.outcomes]).astype(dict.fromkeys(result.outcomes, "float64"))
    tables = {"daily.parquet": result.daily(), "runs.parquet": runs}
    return _save(out, result.inputs(), tables, {"daily": result.plot}, command)


def save_comparison(comparison: Comparison, out: str | Path, command: str | None = None) -> Path:
    """Write ``daily.parquet``, ``runs.parquet``, CSV files, ``world.json``, figures and a manifest.

    Raises
    ------
    InputError
        If the directory holds something else, or cannot be written.
    """
    tables = {"daily.parquet": comparison.daily_runs(), "runs.parquet": comparison.runs(),
              "comparison.csv": comparison.table(), "displacement.csv": comparison.displacement(),
              "breakdown.csv": comparison.breakdown(), "displaced.csv": comparison.displaced(),
              "benefit.csv": comparison.benefit(), "policy.csv": comparison.policy()}
    figures = {"differences": comparison.plot, "daily": comparison.plot_daily,
               "displacement": comparison.plot_displacement, "policy": comparison.plot_policy}
    return _save(out, comparison.inputs(), tables, figures, command)


def _save(out: str | Path, inputs: Inputs, tables: dict[str, pd.DataFrame], figures: dict[str, Callable[[], Figure]],
          command: str | None) -> Path:
    path = claim(out, inputs)
    with _part(path) as part:
        for name, table in tables.items():
            _write_table(table, part / name)
        _write_json(inputs.world.model_dump(mode="json"), part / "world.json")
        (part / "figures").mkdir()
        for name, draw in figures.items():
            write_figure(draw(), part / "figures" / name)
        files = {f.relative_to(part).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest()
                 for f in sorted(part.rglob("*")) if f.is_file()}
        _write_json(_about(inputs, command) | {"files": files}, part / MANIFEST)
        _move(part, path, [*files, MANIFEST])
    return path


def _write_json(content: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _about(inputs: Inputs, command: str | None) -> dict[str, Any]:
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    return {"input_hash": inputs.hash(), "world": inputs.world.name, **inputs.plain(), "command": command,
            "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "versions": versions,
            "commit": commit()}


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """Give a directory on the same disk to write in; nothing of it stays behind."""
    part = Path(tempfile.mkdtemp(prefix=PART, dir=path if path.exists() else path.absolute().parent))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _move(part: Path, path: Path, names: Sequence[str]) -> None:
    if not path.exists():
        part.chmod(0o777 & ~umask())
        part.rename(path)
        return
    for old in set(manifest(path).get("files", ())) - set(names):
        _inside(path, old).unlink(missing_ok=True)
    for name in names:
        (path / name).parent.mkdir(exist_ok=True)
        os.replace(part / name, path / name)


def _inside(path: Path, name: str) -> Path:
    found = (path / name).resolve()
    if not found.is_relative_to(path.resolve()):
        raise InputError(f"{path / MANIFEST}: names a file outside its directory: {name!r}")
    return found


def _write_table(table: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        table.to_csv(path, index=False, lineterminator="\n")
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    # The metadata that pandas adds names its version, and nothing here needs it.
    plain = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(plain, path, compression="zstd")


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG and SVG, with nothing in them that changes from run to run."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "fraudsim"}):
        figure.savefig(path.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
        figure.savefig(path.with_suffix(".png"), dpi=150, metadata={"Software": None})


def commit() -> str | None:
    """Return the git commit that the package's code stands at, with ``+`` if edited since; None outside git."""
    package = Path(__file__).resolve().parent.parent
    try:
        top, head = _git(package, "rev-parse", "--show-toplevel", "HEAD").split("\n")
        if Path(top) != package.parent:
            return None
        return head + ("+" if _git(package, "status", "--porcelain", "--", ".") else "")
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()
