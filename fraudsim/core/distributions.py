"""Distributions: uniforms turned into counts, waiting times and sizes by inversion.

Results that follow from ``exp`` or ``log`` are rounded to integers before anything keeps them:
both may differ in their last place between processors.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 2.0**53
"""Largest value that a draw returns: beyond it whole numbers are not exact, and far beyond it int64 overflows."""


@compiled
def poisson_small(u: Any, mean: Any, none: Any) -> Any:  # pragma: no cover - compiled
    """Return the Poisson count of a uniform by plain inversion; ``none`` is ``exp(-mean)``, the chance of no event."""
    p, k = none, 0
    while u >= p and k < 1000:
        u -= p
        k += 1
        p *= mean / k
    return k


@compiled
def poisson_at(u: Any, mean: Any) -> Any:  # pragma: no cover - compiled
    """Return the Poisson count of a uniform.

    Small means: plain inversion. Large ones: inversion that starts at the mode and walks outwards,
    exact as well, in about sqrt(mean) steps.
    """
    if not mean > 0.0:
        return 0
    if mean < 30.0:
        return poisson_small(u, mean, math.exp(-mean))
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
def lognormal_at(u: Any, median: Any, sigma: Any) -> Any:  # pragma: no cover - compiled
    """Return the lognormal value of a uniform, rounded, for compiled loops: what :func:`lognormal` gives."""
    return round(min(median * math.exp(sigma * _normal(u)), MOST))


@compiled
def _lognormals(u: Any, median: Any, sigma: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        out[i] = round(min(median[i % median.size] * math.exp(sigma[i % sigma.size] * _normal(u[i])), MOST))


@compiled
def _exponentials(u: Any, mean: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        out[i] = math.ceil(min(-mean * math.log(u[i]), MOST))


def lognormal(u: Floats, median: Any, sigma: Any) -> Ints:
    """Turn uniforms into lognormal values, rounded to integers (cents, hours or days).

    Rounding is what keeps the bits equal across processors: ``exp`` may differ in its last place. Values end at
    :data:`MOST`.

    Parameters
    ----------
    u : float64, shape (n,)
    median : float, scalar or shape (n,)
    sigma : float, scalar or shape (n,)
        Standard deviation of the logarithm.
    """
    out = np.empty(u.size, np.int64)
    medians = median if isinstance(median, np.ndarray) else np.array([median], np.float64)
    sigmas = sigma if isinstance(sigma, np.ndarray) else np.array([sigma], np.float64)
    _lognormals(u, medians, sigmas, out)
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


@compiled
def exponential_at(u: Any, mean: Any) -> Any:  # pragma: no cover - compiled; the twin is exponential
    """Return the exponential waiting time of a uniform, rounded up to whole units."""
    return math.ceil(min(-mean * math.log(u), MOST))
