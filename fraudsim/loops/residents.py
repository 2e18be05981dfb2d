"""What is remembered of residents who were engaged and hold no row.

Whoever leaves a scam before being asked for money becomes a number again. Their traits follow from draws; of what
happened to them only this can ever matter again: the day they left, which says how wary they are, and how many scams
and warnings they have had, which name the draws of the next scam. It fits into 31 bits, and stands in the index of
residents in place of a row: below -1, where -1 stands for a stranger.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.compiled import compiled, compiled_inline

# The loops are not counted as covered: a tracer cannot see into compiled code.

_FIRST = 32768  # days are -32768 to 32767, as in draws
_SCAMS, _WARNINGS = 8, 7  # bits


@compiled_inline
def fits(scams: Any, warnings: Any) -> Any:  # pragma: no cover - compiled
    """Tell whether so many scams and warnings can be remembered; who has had more keeps the row."""
    return scams < 1 << _SCAMS and warnings < 1 << _WARNINGS


@compiled_inline
def memory(day: Any, scams: Any, warnings: Any) -> Any:  # pragma: no cover - compiled
    """Return what stands for somebody who left on a day, below -1."""
    days = (np.int64(day) + _FIRST) << (_SCAMS + _WARNINGS)
    return -2 - (days | (np.int64(scams) << _WARNINGS) | np.int64(warnings))


@compiled_inline
def recalled(number: Any) -> Any:  # pragma: no cover - compiled
    """Return day of leaving, scams and warnings so far of somebody whom :func:`memory` stands for."""
    packed = -2 - np.int64(number)
    day = (packed >> (_SCAMS + _WARNINGS)) - _FIRST
    return day, (packed >> _WARNINGS) & ((1 << _SCAMS) - 1), packed & ((1 << _WARNINGS) - 1)


@compiled
def recalled_all(numbers: Any) -> Any:  # pragma: no cover - compiled
    """Return what is remembered of many: days of leaving, scams, warnings, shape (3, n)."""
    found = np.empty((3, numbers.size), np.int64)
    for i in range(numbers.size):
        found[0, i], found[1, i], found[2, i] = recalled(numbers[i])
    return found
