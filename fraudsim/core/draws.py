"""Named random draws: every number is a function of (run, entity, purpose, day, index).

Generator: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as
1, 2, 3"). Key = the run's 64 bits; counter = entity key (64 bits), purpose (CRC-32 of its name),
day (16 bits), index (16 bits). Nothing here depends on the order in which draws are made, so two
arms of a comparison share every draw that both of them make.
"""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled, compiled_inline
from fraudsim.core.distributions import (
    Floats,
    Ints,
    _normal,
    binomial,
    exponential,
    gumbel,
    lognormal,
    poisson_at,
)
from fraudsim.core.keys import Keys, child_key, child_keys, kind_code, root_key

__all__ = ["Draws", "Floats", "Ints", "Keys", "_normal", "binomial", "child_key", "child_keys", "exponential",
           "gumbel", "kind_code", "lognormal", "purpose", "purposes", "race_at", "root_key", "run_key", "unit"]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32, _S16, _S12 = np.uint64(32), np.uint64(16), np.uint64(12)
# 52 bits and a half: with 53 the highest uniform would round to 1.
_TO_UNIT, _HALF = 2.0**-52, 2.0**-53

_PURPOSES: dict[int, str] = {}


def purpose(name: str) -> np.uint64:
    """Register the name of a kind of draw and return its code.

    Parameters
    ----------
    name : str
        A dotted name such as ``"calls.engage"``.

    Returns
    -------
    numpy.uint64
        CRC-32 of the name.

    Raises
    ------
    ValueError
        If another name already has this code.
    """
    code = zlib.crc32(name.encode())
    if _PURPOSES.setdefault(code, name) != name:
        raise ValueError(f"draw names {name!r} and {_PURPOSES[code]!r} share a code: rename one")
    return np.uint64(code)


def purposes(*names: str) -> Keys:
    """Register several names and return their codes, for :meth:`Draws.several`."""
    return np.array([purpose(name) for name in names], np.uint64)


@compiled_inline
def _philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:  # pragma: no cover - compiled
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _S32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _S32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1


@compiled_inline
def _unit(run: Any, key: Any, code: Any, day: Any, index: Any) -> Any:  # pragma: no cover - compiled
    c3 = ((np.uint64(day) & np.uint64(0xFFFF)) << _S16) | (np.uint64(index) & np.uint64(0xFFFF))
    a, b = _philox(key & _LOW, key >> _S32, code, c3, run & _LOW, run >> _S32)
    return float(np.int64(((a << _S32) | b) >> _S12)) * _TO_UNIT + _HALF


unit = _unit
"""One uniform in (0, 1) of (run, key, purpose, day, index), for compiled loops: what :meth:`Draws.one` gives."""


@compiled
def _one(run: Any, key: Any, code: Any, day: Any, index: Any) -> Any:  # pragma: no cover - compiled
    return _unit(run, key, code, day, index)


@compiled
def race_at(run: Any, code: Any, key: Any, options: Any, weights: Any) -> Any:  # pragma: no cover - compiled
    """Return the position of the option that wins for one key, for compiled loops: see :meth:`Draws.race`."""
    first, least = 0, math.inf
    for i in range(options.size):
        if weights[i] > 0.0:
            time = -math.log(unit(run, key ^ options[i], code, 0, 0)) / weights[i]
            if time < least:
                first, least = i, time
    return first


@compiled
def _uniforms(run: Any, keys: Any, code: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = _unit(run, keys[i], code, day, index)


@compiled
def _uniforms_each(run: Any, keys: Any, code: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = _unit(run, keys[i], code, day, index[i])


@compiled
def _poissons(run: Any, keys: Any, code: Any, day: Any, means: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = poisson_at(_unit(run, keys[i], code, day, 0), means[i])


@compiled
def _poissons_several(run: Any, keys: Any, codes: Any, day: Any, means: Any, out: Any) -> None:  # pragma: no cover
    for j in range(codes.size):
        for i in range(keys.size):
            out[j, i] = poisson_at(_unit(run, keys[i], codes[j], day, 0), means[j, i])


@compiled
def _several(run: Any, keys: Any, codes: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for j in range(codes.size):
        for i in range(keys.size):
            out[j, i] = _unit(run, keys[i], codes[j], day, index)


@compiled
def _several_each(run: Any, keys: Any, codes: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for j in range(codes.size):
        for i in range(keys.size):
            out[j, i] = _unit(run, keys[i], codes[j], day, index[i])


@compiled
def _events(run: Any, keys: Any, rows: Any, group: Any, steps: Any, code: Any, day: Any) -> Any:  # pragma: no cover
    # Draws first, in a loop of their own: the compiler takes several at a time.
    own, u = keys[rows], np.empty(rows.size)
    for i in range(rows.size):
        u[i] = _unit(run, own[i], code, day, 0)
    hit, event = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n, last = 0, steps.shape[1] - 1
    for i in range(rows.size):
        g = group[i]
        if u[i] < steps[g, last]:
            k = 0
            while u[i] >= steps[g, k]:
                k += 1
            hit[n], event[n] = rows[i], k
            n += 1
    return hit[:n], event[:n]


@compiled
def _poisson_counts(u: Any, rows: Any, group: Any, means: Any, none: Any) -> Any:  # pragma: no cover - compiled
    # What poisson_at gives for each; where means are small for 64 rows at a time, step by step: the compiler then takes
    # several together. Who is through stays so (waits = 0): nothing is subtracted or counted any more.
    counts = np.empty(u.size, np.int64)
    left, p, mean, waits, k = np.empty(64), np.empty(64), np.empty(64), np.empty(64), np.empty(64)
    for first in range(0, u.size, 64):
        n, step, waiting = min(64, u.size - first), 0.0, 1.0
        for i in range(n):
            g = group[rows[first + i]]
            left[i], p[i], mean[i], waits[i], k[i] = u[first + i], none[g], means[g], 1.0 if none[g] > 0.0 else 0.0, 0.0
        while waiting > 0.0 and step < 1000.0:
            step, waiting = step + 1.0, 0.0
            for i in range(n):
                waits[i] = waits[i] if left[i] >= p[i] else 0.0
                left[i] -= waits[i] * p[i]
                k[i] += waits[i]
                p[i] *= mean[i] / step
            for i in range(n):
                waiting = max(waiting, waits[i])
        for i in range(n):
            g = group[rows[first + i]]
            counts[first + i] = np.int64(k[i]) if none[g] > 0.0 else poisson_at(u[first + i], means[g])
    return counts


@compiled
def _arrivals(run: Any, keys: Any, rows: Any, group: Any, means: Any, code: Any, day: Any) -> Any:  # pragma: no cover
    none = np.empty(means.size)  # once a group, not once a row
    for g in range(means.size):
        none[g] = math.exp(-means[g]) if means[g] < 30.0 else 0.0
    own, u = keys[rows], np.empty(rows.size)
    for i in range(rows.size):
        u[i] = _unit(run, own[i], code, day, 0)
    some, n = np.empty(rows.size + 1, np.int64), 0  # where means are small nothing comes of most, as one look tells
    for i in range(rows.size):
        some[n] = i
        n += u[i] >= none[group[rows[i]]]
    some = some[:n]
    u, rows = u[some], rows[some]
    counts, total, n = _poisson_counts(u, rows, group, means, none), 0, 0
    for i in range(rows.size):
        total += counts[i]
    who, ordinal = np.empty(total + 4, np.int64), np.empty(total + 4, np.int64)
    for i in range(rows.size):  # four at once, of which those too many are written over: no branch to foresee
        for k in range(4):
            who[n + k], ordinal[n + k] = rows[i], k
        for k in range(4, counts[i]):
            who[n + k], ordinal[n + k] = rows[i], k
        n += counts[i]
    return who[:total], ordinal[:total]


class Draws:
    """The random draws of one run.

    Parameters
    ----------
    run_key : int
        64 bits; :func:`run_key` makes one from a seed.

    Notes
    -----
    Keys in one call may repeat; a draw is then repeated too. Give ``index`` to tell them apart.
    """

    def __init__(self, run_key: int) -> None:
        self.run = np.uint64(run_key)
        self.made = 0

    def uniform(self, code: np.uint64, keys: Keys, day: int = 0, index: Any = 0) -> Floats:
        """Return uniforms in the open interval (0, 1), one a key.

        Parameters
        ----------
        code : numpy.uint64
            From :func:`purpose`.
        keys : uint64, shape (n,)
        day : int
            Day of the run, -32768 to 32767; 0 for draws that happen once in an entity's life.
        index : int or int array of shape (n,)
            Ordinal of the draw (third payment, fourth candidate), 0 to 65535.
        """
        out = np.empty(keys.size)
        self.made += keys.size
        if isinstance(index, np.ndarray):
            _uniforms_each(self.run, keys, code, day, index, out)
        else:
            _uniforms(self.run, keys, code, day, index, out)
        return out

    def several(self, codes: Keys, keys: Keys, day: int = 0, index: Any = 0) -> Floats:
        """Return uniforms for several purposes: row j holds what ``uniform`` gives for ``codes[j]``.

        Parameters
        ----------
        codes : uint64, shape (m,)
            From :func:`purposes`.
        keys, day, index
            As for :meth:`uniform`.

        Returns
        -------
        float64, shape (m, n)
        """
        out = np.empty((codes.size, keys.size))
        self.made += out.size
        if isinstance(index, np.ndarray):
            _several_each(self.run, keys, codes, day, index, out)
        else:
            _several(self.run, keys, codes, day, index, out)
        return out

    def poissons(self, codes: Keys, keys: Keys, means: Floats, day: int = 0) -> Ints:
        """Return Poisson counts for several purposes: row j holds what ``poisson`` gives for ``codes[j]``.

        Parameters
        ----------
        codes : uint64, shape (m,)
            From :func:`purposes`.
        means : float64, shape (m, n)

        Returns
        -------
        int64, shape (m, n)
        """
        out = np.empty((codes.size, keys.size), np.int64)
        self.made += out.size
        _poissons_several(self.run, keys, codes, day, means, out)
        return out

    def events(self, code: np.uint64, keys: Keys, rows: Ints, group: Ints, steps: Floats,
               day: int = 0) -> tuple[Ints, Ints]:
        """Draw at most one of several events a row: competing risks by one uniform each.

        Parameters
        ----------
        keys : uint64
            Keys of the whole table.
        rows : int64, shape (n,)
        group : int64, shape (n,)
            Row of ``steps`` that holds for each.
        steps : float64, shape (groups, events)
            Cumulative chances.

        Returns
        -------
        rows, events : int64, shape (m,)
            Those rows to which an event happens, and which.
        """
        self.made += rows.size
        return _events(self.run, keys, rows, group, steps, code, day)  # type: ignore[no-any-return]

    def arrivals(self, code: np.uint64, keys: Keys, rows: Ints, group: Ints, means: Floats,
                 day: int = 0) -> tuple[Ints, Ints]:
        """Draw a Poisson count a row, as :meth:`poisson` does, and return one element for everything counted.

        Parameters
        ----------
        keys, group
            Key, and position in ``means``, of every row of the table.
        rows : int64, shape (n,)
        means : float64, shape (groups,)
            Expected counts.

        Returns
        -------
        rows, ordinals : int64, shape (total,)
            Whose it is, and its number among those of that row.
        """
        self.made += rows.size
        return _arrivals(self.run, keys, rows, group, means, code, day)  # type: ignore[no-any-return]

    def one(self, code: np.uint64, key: np.uint64, day: int = 0, index: int = 0) -> float:
        """Return a single uniform in (0, 1)."""
        self.made += 1
        return float(_one(self.run, key, code, day, index))

    def race(self, code: np.uint64, keys: Keys, options: Keys, weights: Floats) -> Ints:
        """Choose an option a key in proportion to weights, with one draw an option.

        Each option waits an exponential time at the rate of its weight, and the first wins: the same
        as a choice by Gumbel draws. An option that is added or reordered disturbs no other.

        Parameters
        ----------
        keys : uint64, shape (n,)
        options : uint64, shape (m,)
            Keys of the options.
        weights : float64, shape (m,) or (n, m)
            0 or more; at least one of a row above 0.

        Returns
        -------
        int64, shape (n,)
            Positions of the chosen options.
        """
        u = self.uniform(code, (keys[:, None] ^ options).ravel()).reshape(keys.size, options.size)
        with np.errstate(divide="ignore"):
            first: Ints = np.argmin(-np.log(u) / weights, axis=1)
        return first

    def poisson(self, code: np.uint64, keys: Keys, means: Floats, day: int = 0) -> Ints:
        """Return Poisson counts by inversion of one uniform a key.

        Parameters
        ----------
        means : float64, shape (n,)
            Expected counts, one a key.
        """
        out = np.empty(keys.size, np.int64)
        self.made += keys.size
        _poissons(self.run, keys, code, day, means, out)
        return out


def run_key(seed: int, world: str) -> int:
    """Return the 64-bit key of a run.

    Parameters
    ----------
    seed : int
        Any non-negative integer; seeds of a study are 0, 1, 2, ...
    world : str
        Name of the world, so that equal seeds in two worlds are unrelated.
    """
    return int(root_key("run", world, str(seed)))
