"""Where compiled code is cached: a folder named by the hash of its sources.

Numba's own cache looks at the file of the compiled function only. A helper or a constant edited in
another file would leave stale machine code behind without a word, so the folder's name covers every
source that holds compiled code.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import config as numba_config

config: Any = numba_config  # its settings are made at import, out of a type checker's sight

PACKAGE = Path(__file__).parent.parent
CORE = ("agenda", "compiled", "distributions", "draws", "index", "kernels", "spare", "keys")
SOURCES = (*(f"core/{name}.py" for name in CORE),
           *sorted(f"loops/{path.name}" for path in PACKAGE.glob("loops/[!_]*.py")))
"""Files with compiled code, below the package."""


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (PACKAGE / name).read_bytes() + b"\0")
    digest.update(f"{numba.__version__} {sys.version_info[:3]}".encode())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Return the folder for everything fraudsim caches.

    Returns
    -------
    Path
        ``$FRAUDSIM_CACHE_DIR``, else ``$XDG_CACHE_HOME/fraudsim``, else ``~/.cache/fraudsim``; a
        folder under the system's temporary directory where none of these can be written.
    """
    named = os.environ.get("FRAUDSIM_CACHE_DIR")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fraudsim"
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        return Path(tempfile.gettempdir()) / f"fraudsim-cache-{os.getuid() if hasattr(os, 'getuid') else 0}"


FOLDER = cache_root() / f"compiled-{_sources_hash()}"


def is_cold() -> bool:
    """Tell whether nothing has been compiled into today's folder yet."""
    return not any(FOLDER.rglob("*.nbi"))


def announce() -> None:
    """Say on standard error that compiling is under way, if it is."""
    if is_cold():
        print("fraudsim: compiling its loops, once for this version (about a minute) ...", file=sys.stderr)


def compiled[F: Callable[..., Any]](function: F, inline: str = "never") -> F:
    """Compile a function with Numba and cache it in :data:`FOLDER`.

    Floating-point contraction and reassociation stay off, so that results carry the same bits on
    every processor.
    """
    before = config.CACHE_DIR
    config.CACHE_DIR = str(FOLDER)
    try:
        compile_it: Any = numba.njit
        return compile_it(cache=True, fastmath=False, nogil=True, inline=inline)(function)  # type: ignore[no-any-return]
    finally:
        config.CACHE_DIR = before


def compiled_inline[F: Callable[..., Any]](function: F) -> F:
    """Compile a helper that is copied into its callers: a call in a loop over draws costs ten times the draw."""
    return compiled(function, inline="always")
