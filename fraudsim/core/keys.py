"""Names of entities: every key follows from its parent's key, a kind and an ordinal, never from a row number."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled

Keys = NDArray[np.uint64]

MIX1, MIX2, GOLDEN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)

_KINDS: dict[str, np.uint64] = {}


def root_key(*names: str) -> np.uint64:
    """Return the key of an entity that has a name of its own (a country by its ISO code)."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "little"))


@compiled
def _mix(x: Any) -> Any:  # pragma: no cover - compiled; the twin is child_keys_plain
    x = (x ^ (x >> _S30)) * MIX1
    x = (x ^ (x >> _S27)) * MIX2
    return x ^ (x >> _S31)


@compiled
def child_key(parent: Any, kind: Any, ordinal: Any) -> Any:  # pragma: no cover - compiled
    """Return the key of one entity, for compiled loops, as :func:`child_keys` does; ``kind`` from :func:`kind_code`."""
    return _mix((_mix((_mix(parent + GOLDEN) ^ kind) + GOLDEN) ^ np.uint64(ordinal)) + GOLDEN)


@compiled
def kind_stem(parent: Any, kind: Any) -> Any:  # pragma: no cover - compiled
    """Return what all children of one kind and parent have in common, for :func:`stem_key`."""
    return _mix((_mix(parent + GOLDEN) ^ kind) + GOLDEN)


@compiled
def stem_key(stem: Any, ordinal: Any) -> Any:  # pragma: no cover - compiled
    """Return the key of one entity from :func:`kind_stem`, as :func:`child_key` does."""
    return _mix((stem ^ np.uint64(ordinal)) + GOLDEN)


@compiled
def _children(parents: Any, kind: Any, ordinals: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        x = _mix(parents[i % parents.size] + GOLDEN)
        x = _mix((x ^ kind) + GOLDEN)
        out[i] = _mix((x ^ np.uint64(ordinals[i % ordinals.size])) + GOLDEN)


def kind_code(kind: str) -> np.uint64:
    """Return the code of what children are, for :func:`child_key`."""
    if kind not in _KINDS:
        _KINDS[kind] = np.uint64(zlib.crc32(kind.encode()))
    return _KINDS[kind]


def child_keys(parents: Keys | np.uint64, kind: str, ordinals: Any) -> Keys:
    """Return keys of entities from their parents' keys.

    Parameters
    ----------
    parents : uint64, scalar or shape (n,)
        Keys of the parents.
    kind : str
        What the children are, as in ``"seat"``.
    ordinals : int, scalar or shape (n,)
        Each child's number under its parent.

    Returns
    -------
    uint64, shape (n,)
        hash(parent, kind, ordinal): the finaliser of SplitMix64 (Steele, Lea, Flood 2014), chained.
    """
    many = parents if isinstance(parents, np.ndarray) else np.array([parents], np.uint64)
    each = ordinals if isinstance(ordinals, np.ndarray) else np.array([ordinals], np.int64)
    out = np.empty(max(many.size, each.size) if many.size and each.size else 0, np.uint64)
    _children(many, kind_code(kind), each.astype(np.int64, copy=False), out)
    return out
