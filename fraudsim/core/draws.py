"""Named random draws: every number is a function of (run, entity, purpose, day, index).

Generator: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as
1, 2, 3"). Key = the run's 64 bits; counter = entity key (64 bits), purpose (CRC-32 of its name),
day (16 bits), index (16 bits). Nothing here depends on the order in which draws are made, so two
arms of a comparison share every draw that both of them make.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled, compiled_inline

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32, _S16, _S11, _S5 = np.uint64(32), np.uint64(16), np.uint64(11), np.uint64(5)
_MIX1, _MIX2, _GOLDEN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_TO_UNIT, _HALF = 2.0**-53, 2.0**-54

_PURPOSES: dict[int, str] = {}
_KINDS: dict[str, np.uint64] = {}


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


def root_key(*names: str) -> np.uint64:
    """Return the key of an entity that has a name of its own (a country by its ISO code)."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "little"))


@compiled
def _mix(x: Any) -> Any:  # pragma: no cover - compiled; the twin is child_keys_plain
    x = (x ^ (x >> _S30)) * _MIX1
    x = (x ^ (x >> _S27)) * _MIX2
    return x ^ (x >> _S31)


@compiled
def _children(parents: Any, kind: Any, ordinals: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        x = _mix(parents[i % parents.size] + _GOLDEN)
        x = _mix((x ^ kind) + _GOLDEN)
        out[i] = _mix((x ^ np.uint64(ordinals[i % ordinals.size])) + _GOLDEN)


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
    if kind not in _KINDS:
        _KINDS[kind] = np.uint64(zlib.crc32(kind.encode()))
    _children(many, _KINDS[kind], each.astype(np.int64, copy=False), out)
    return out


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
    return float(np.int64(((a << _S32) | b) >> _S11)) * _TO_UNIT + _HALF


@compiled
def _one(run: Any, key: Any, code: Any, day: Any, index: Any) -> Any:  # pragma: no cover - compiled
    return _unit(run, key, code, day, index)


@compiled
def _uniforms(run: Any, keys: Any, code: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = _unit(run, keys[i], code, day, index)


@compiled
def _uniforms_each(run: Any, keys: Any, code: Any, day: Any, index: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = _unit(run, keys[i], code, day, index[i])


@compiled
def _poisson_at(u: Any, mean: Any) -> Any:  # pragma: no cover - compiled
    # Small means: plain inversion. Large ones: inversion that starts at the mode and walks outwards,
    # exact as well, in about sqrt(mean) steps.
    if not mean > 0.0:
        return 0
    if mean < 30.0:
        p = math.exp(-mean)
        k = 0
        while u >= p and k < 1000:
            u -= p
            k += 1
            p *= mean / k
        return k
    mode = int(mean)
    p_mode = math.exp(mode * math.log(mean) - mean - math.lgamma(mode + 1.0))
    if u < p_mode:
        return mode
    u -= p_mode
    down, up, p_down, p_up = mode, mode, p_mode, p_mode
    while True:
        up += 1
        p_up *= mean / up
        if u < p_up:
            return up
        u -= p_up
        if down > 0:
            p_down *= down / mean
            down -= 1
            if u < p_down:
                return down
            u -= p_down
        elif p_up < 1e-300:
            return up
        if p_up < 1e-17 and p_down < 1e-17:
            return mode


@compiled
def _poissons(run: Any, keys: Any, code: Any, day: Any, means: Any, out: Any) -> None:  # pragma: no cover
    for i in range(out.size):
        out[i] = _poisson_at(_unit(run, keys[i], code, day, 0), means[i])


@compiled
def _binomial_at(u: Any, n: Any, p: Any) -> Any:  # pragma: no cover - compiled
    # By inversion from zero; for the small n of this model (officers, searches, offers).
    if n <= 0 or not p > 0.0:
        return 0
    if p >= 1.0:
        return n
    q = math.exp(n * math.log1p(-p))
    odds = p / (1.0 - p)
    k = 0
    while u >= q and k < n:
        u -= q
        q *= odds * (n - k) / (k + 1)
        k += 1
    return k


@compiled
def _normal(u: Any) -> Any:  # pragma: no cover - compiled; tested against scipy
    # Wichura 1988, Algorithm AS 241 (PPND16).
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                   + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608)
        low = (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                   + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0)
        return q * top / low
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                   + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734)
        low = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                   + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
                + 2.05319162663775882187) * r + 1.0)
    else:
        r -= 5.0
        top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                   + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
                + 5.4637849111641143699) * r + 6.6579046435011037772)
        low = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                   + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
                + 0.59983220655588793769) * r + 1.0)
    return -top / low if q < 0.0 else top / low


@compiled
def _lognormals(u: Any, median: Any, sigma: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        out[i] = int(round(median[i % median.size] * math.exp(sigma * _normal(u[i]))))


@compiled
def _exponentials(u: Any, mean: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        out[i] = int(math.ceil(-mean * math.log(u[i])))


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

    def one(self, code: np.uint64, key: np.uint64, day: int = 0, index: int = 0) -> float:
        """Return a single uniform in (0, 1)."""
        self.made += 1
        return float(_one(self.run, key, code, day, index))

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


def lognormal(u: Floats, median: Any, sigma: float) -> Ints:
    """Turn uniforms into lognormal values, rounded to integers (cents, hours or days).

    Rounding is what keeps the bits equal across processors: ``exp`` may differ in its last place.

    Parameters
    ----------
    u : float64, shape (n,)
    median : float, scalar or shape (n,)
    sigma : float
        Standard deviation of the logarithm.
    """
    out = np.empty(u.size, np.int64)
    medians = median if isinstance(median, np.ndarray) else np.array([median], np.float64)
    _lognormals(u, medians, float(sigma), out)
    return out


def exponential(u: Floats, mean: float) -> Ints:
    """Turn uniforms into exponential waiting times, rounded up to whole units (at least 1)."""
    out = np.empty(u.size, np.int64)
    _exponentials(u, float(mean), out)
    return out


def binomial(u: float, n: int, p: float) -> int:
    """Turn one uniform into a binomial count by inversion; meant for small ``n``."""
    return int(_binomial_at(u, n, p))


def gumbel(u: Floats) -> Floats:
    """Turn uniforms into standard Gumbel values, for choices; never store these."""
    return cast(Floats, -np.log(-np.log(u)))


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


def uniform_plain(run: int, key: int, code: int, day: int, index: int) -> float:
    """Compute one uniform in plain Python: the twin that tests compare the compiled draw with."""
    low = 0xFFFFFFFF
    c = [key & low, key >> 32, code, ((day & 0xFFFF) << 16) | (index & 0xFFFF)]
    k0, k1 = run & low, run >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & low, (p0 >> 32) ^ c[3] ^ k1, p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & low, (k1 + 0xBB67AE85) & low
    return (((c[0] << 32) | c[1]) >> 11) * _TO_UNIT + _HALF


def child_key_plain(parent: int, kind: str, ordinal: int) -> int:
    """Compute one child key in plain Python: the twin of :func:`child_keys`."""
    mask = (1 << 64) - 1

    def mix(x: int) -> int:
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
        return x ^ (x >> 31)

    x = mix((parent + 0x9E3779B97F4A7C15) & mask)
    x = mix(((x ^ zlib.crc32(kind.encode())) + 0x9E3779B97F4A7C15) & mask)
    return mix(((x ^ (ordinal & mask)) + 0x9E3779B97F4A7C15) & mask)
