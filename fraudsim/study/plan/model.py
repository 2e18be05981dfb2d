"""Which version of the model makes a result: the hash of all sources that it may follow from."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
APART = ("cli", "report")
"""What only shows results: imports run one way, so that nothing that is simulated can depend on it."""

STUDY = ("study/run.py", "study/work/unit.py")
"""Of the package ``study``, what a run's results follow from."""


@cache
def model_hash() -> str:
    """Return the hash of the model's sources, shipped worlds included: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix in (".py", ".toml") and _matters(name):
            digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _matters(name: str) -> bool:
    top = name.partition("/")[0].removesuffix(".py")
    return name in STUDY if top == "study" else top not in APART


@cache
def model_version() -> dict[str, str]:
    """Return the version of the package and the hash of its sources."""
    return {"version": metadata.version("fraudsim"), "sources": model_hash()}
