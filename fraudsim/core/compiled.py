"""Where compiled code is cached: a folder named by the hash of its sources.

Numba's own cache looks at the file of the compiled function only. A helper or a constant edited in
another file would leave stale machine code behind without a word, so the folder's name covers every
source that holds compiled code, and all columns that are declared.
"""

from __future__ import annotations

import ast
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
from filelock import FileLock, Timeout
from numba.core import config as numba_config

config: Any = numba_config  # its settings are made at import, out of a type checker's sight

PACKAGE = Path(__file__).parent.parent
CORE = ("agenda", "columns", "compiled", "distributions", "draws", "index", "kernels", "keys", "prefetch", "spare")
SOURCES = (*(f"core/{name}.py" for name in CORE),
           *sorted(f"loops/{path.name}" for path in PACKAGE.glob("loops/[!_]*.py")))
"""Files with compiled code, below the package."""
DECLARING = (*sorted(f"agents/{path.name}" for path in PACKAGE.glob("agents/[!_]*.py")), "ledgers/tables.py",
             "core/table.py", "state.py")
"""Files that declare columns and tables, below the package."""


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (PACKAGE / name).read_bytes() + b"\0")
    for name in DECLARING:
        digest.update(name.encode() + b"\0" + "".join(_declared(PACKAGE / name)).encode() + b"\0")
    digest.update(f"{numba.__version__} {sys.version_info[:3]}".encode())
    return digest.hexdigest()[:16]


def _declared(path: Path) -> Iterator[str]:
    """Go through the statements by which a file declares columns and tables, and no others."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and "column" in (written := ast.unparse(node)).lower():
            yield written


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


READY = FOLDER / f"ready-{hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:8]}"
"""A file that is there once all loops have been compiled for the package where it lies: Numba tells places apart."""
_state = {"compiling": False}


def compile_once(use_all: Callable[[], None]) -> None:
    """Let the first process that runs this version compile all loops, and say so; others wait until it has.

    Parameters
    ----------
    use_all : callable
        Uses every compiled function, so that each is compiled and cached.
    """
    if _state["compiling"] or READY.exists():
        return
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        lock = _lock()
    except OSError:  # a place where nothing can be kept
        _compile(use_all)
        return
    try:
        if not READY.exists():
            _compile(use_all)
            READY.touch()
    finally:
        lock.release()


def _lock() -> FileLock:
    """Return the lock of today's folder, acquired; it ends with the process that holds it, however that ends."""
    lock = FileLock(FOLDER / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _say("another process is compiling the loops; waiting for it ...")
        lock.acquire()
    return lock


def _compile(use_all: Callable[[], None]) -> None:
    _say("compiling its loops, once for this version (about a minute) ...")
    start, _state["compiling"] = time.monotonic(), True
    try:
        use_all()
    finally:
        _state["compiling"] = False
    _say(f"compiled in {time.monotonic() - start:.0f} s")


def _say(words: str) -> None:
    print(f"fraudsim: {words}", file=sys.stderr, flush=True)


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
