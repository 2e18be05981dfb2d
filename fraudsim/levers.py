"""What policy can move: every lever with its unit, scope, neutral value, range and rule of combination.

Interventions move levers; processes read them. At its neutral value a lever changes nothing, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lever:
    """One thing that policy can move.

    Parameters
    ----------
    name : str
    unit : str
    scope : {"country", "pair"}
        One value a country, or one a pair of countries (row: who asks, column: who is asked).
    neutral, low, high : float
        Value without policy; range. Bounds used in thinning come from this range.
    combine : {"either", "add", "multiply"}
        How several interventions join: ``either`` is 1 - (1 - a)(1 - b), for filters in sequence.
    meaning : str
    """

    name: str
    unit: str
    scope: Literal["country", "pair"]
    neutral: float
    low: float
    high: float
    combine: Literal["either", "add", "multiply"]
    meaning: str


LEVERS: tuple[Lever, ...] = (
    Lever("call_block", "share of scam calls", "country", 0.0, 0.0, 1.0, "either",
          "sensitivity of the voice filter: scam calls into the country that never ring"),
    Lever("call_block_wrong", "share of wanted calls", "country", 0.0, 0.0, 1.0, "either",
          "false-positive rate of the voice filter: wanted calls into the country that never ring"),
    Lever("exit_ban", "share of named persons", "country", 0.0, 0.0, 1.0, "either",
          "bans on named persons engaged in fraud: how surely one of them is stopped when leaving the country"),
    Lever("exit_screening", "share of recruits", "country", 0.0, 0.0, 1.0, "either",
          "screening of people at risk: recruits stopped when they leave the country through a control"),
    Lever("exit_screening_wrong", "share of travellers", "country", 0.0, 0.0, 1.0, "either",
          "ordinary travellers stopped by that screening"),
)


class Levers:
    """Today's value of every lever, read as attributes.

    Parameters
    ----------
    n_countries : int

    Examples
    --------
    >>> levers = Levers(2)
    >>> levers.move("call_block", [1], 0.5); levers.move("call_block", [1], 0.5)
    >>> levers.call_block.tolist(), levers.acting
    ([0.0, 0.75], True)
    """

    def __init__(self, n_countries: int) -> None:
        self._levers = {lever.name: lever for lever in LEVERS}
        self._values: dict[str, Floats] = {}
        for lever in LEVERS:
            shape = (n_countries,) if lever.scope == "country" else (n_countries, n_countries)
            self._values[lever.name] = np.full(shape, lever.neutral)
        self.acting = False

    def __getattr__(self, name: str) -> Floats:
        try:
            return self.__dict__["_values"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"there is no lever {name!r}") from None

    def reset(self) -> None:
        """Set every lever to its neutral value."""
        if self.acting:
            for name, lever in self._levers.items():
                self._values[name][...] = lever.neutral
            self.acting = False

    def move(self, name: str, where: Any, value: float) -> None:
        """Move a lever for some countries (or pairs), combining with what others moved today.

        Raises
        ------
        ValueError
            If ``value`` lies outside the lever's range.
        """
        lever = self._levers[name]
        if not lever.low <= value <= lever.high:
            raise ValueError(f"lever {name}: {value} lies outside {lever.low} to {lever.high}")
        if value == lever.neutral:
            return
        now = self._values[name][where]
        joined = {"either": 1.0 - (1.0 - now) * (1.0 - value), "add": now + value, "multiply": now * value}
        self._values[name][where] = np.clip(joined[lever.combine], lever.low, lever.high)
        self.acting = True

    def copy(self) -> Levers:
        """Return an independent copy."""
        twin = object.__new__(Levers)
        twin.__dict__.update(self.__dict__)
        twin._values = {name: values.copy() for name, values in self._values.items()}
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
