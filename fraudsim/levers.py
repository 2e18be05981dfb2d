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
    # Telecom and network
    Lever("call_block", "share of scam calls", "country", 0.0, 0.0, 1.0, "either",
          "sensitivity of the voice filter: scam calls into the country that never ring"),
    Lever("call_block_wrong", "share of wanted calls", "country", 0.0, 0.0, 1.0, "either",
          "false-positive rate of the voice filter: wanted calls into the country that never ring"),
    Lever("sms_block", "share of scam messages", "country", 0.0, 0.0, 1.0, "either",
          "sensitivity of the message filter: scam messages into the country that never arrive"),
    Lever("sms_block_wrong", "share of wanted messages", "country", 0.0, 0.0, 1.0, "either",
          "false-positive rate of the message filter: wanted messages that never arrive"),
    Lever("site_block", "share of site hours", "country", 0.0, 0.0, 1.0, "either",
          "hours of scam sites that residents of the country cannot reach, before dens rotate domains"),
    Lever("site_block_wrong", "sites/day", "country", 0.0, 0.0, 1e6, "add", "ordinary sites blocked by mistake"),
    Lever("number_price", "times", "country", 1.0, 1.0, 20.0, "multiply",
          "price of numbers that call or write into the country, against the price without identity rules"),
    Lever("reach", "share", "country", 0.0, 0.0, 1.0, "add",
          "what a law adds to the share of the country's telecom, network and bank services that controls cover"),
    # People who are called
    Lever("warning", "share of stages", "country", 0.0, 0.0, 1.0, "either",
          "chance that a warning reaches a person before a stage of a scam in progress"),
    Lever("warning_wrong", "warnings/adult/day", "country", 0.0, 0.0, 0.1, "add",
          "warnings that reach people who are in no scam"),
    Lever("education", "share of engagement", "country", 0.0, -0.2, 0.9, "add",
          "share of engagement that education takes away once it has been learnt; below 0 it backfires"),
    # Banks
    Lever("hold", "share of scam payments", "country", 0.0, 0.0, 1.0, "either",
          "sensitivity of the bank's check: payments to fraudsters that it holds"),
    Lever("hold_wrong", "share of ordinary transfers", "country", 0.0, 0.0, 1.0, "either",
          "false-positive rate of that check: ordinary transfers that it holds"),
    Lever("freeze", "share of timely reports", "country", 0.0, 0.0, 1.0, "either",
          "timely reports that lead to a freeze, in addition to those that do without policy"),
    Lever("recall", "share of payments on the move", "country", 0.0, 0.0, 1.0, "either",
          "reported payments called back from further mule accounts, after the first has been emptied"),
    Lever("helper_punishment", "share of lenders", "country", 0.0, 0.0, 1.0, "either",
          "people who lent an account or card to launderers and are punished for it"),
    Lever("helper_punishment_wrong", "share of those punished", "country", 0.0, 0.0, 1.0, "either",
          "of those punished, people who had been robbed of the account or deceived themselves"),
    Lever("account_price", "times", "country", 1.0, 1.0, 20.0, "multiply",
          "price of mule accounts and cards, against the price without punishment of those who lend them"),
    # Travel and workers
    Lever("exit_ban", "share of named persons", "country", 0.0, 0.0, 1.0, "either",
          "bans on named persons engaged in fraud: how surely one of them is stopped when leaving the country"),
    Lever("exit_screening", "share of recruits", "country", 0.0, 0.0, 1.0, "either",
          "screening of people at risk: recruits stopped when they leave the country through a control"),
    Lever("exit_screening_wrong", "share of travellers", "country", 0.0, 0.0, 1.0, "either",
          "ordinary travellers stopped by that screening"),
    Lever("smuggle_stop", "share of smuggled recruits", "country", 0.0, 0.0, 1.0, "either",
          "recruits stopped on a smuggler's route out of or into the country"),
    Lever("smuggle_price", "times", "country", 1.0, 1.0, 20.0, "multiply",
          "price of a smuggler's route out of the country; the recruit owes it"),
    Lever("surrender", "1/day", "country", 0.0, 0.0, 0.2, "add",
          "chance a day that a national who is free to leave a den surrenders"),
    Lever("kin_pressure", "share of nationals in dens", "country", 0.0, 0.0, 1.0, "either",
          "nationals in dens whose kin are pressed to call them home"),
    Lever("leniency", "share of those who surrender", "country", 0.0, 0.0, 1.0, "either",
          "nationals who surrendered and go unpunished"),
    Lever("screening", "share of the missed", "country", 0.0, 0.0, 1.0, "either",
          "trafficked people missed by screening without policy who are recognised with it"),
    Lever("screening_wrong", "share of offenders", "country", 0.0, 0.0, 1.0, "either",
          "offenders whom that screening takes for trafficked, in addition to those without policy"),
    Lever("aftercare", "share of people who come home", "country", 0.0, 0.0, 1.0, "either",
          "people who come home and receive help with work, debt and health"),
    # Police and courts
    Lever("leader_hazard", "1/day", "country", 0.0, 0.0, 0.05, "add",
          "chance a day that a leader wanted by the country is arrested where nobody shields him"),
    Lever("police", "times", "country", 1.0, 0.0, 5.0, "multiply",
          "investigators and officers at work on fraud, against the usual number"),
    Lever("registration", "times", "country", 1.0, 0.1, 5.0, "multiply",
          "reports that become registered cases, against the usual share: assessed forces register more or less"),
    Lever("sharing", "share of files/week", "pair", 0.0, 0.0, 1.0, "either",
          "files that a force (row) passes to another (column) in a week, at full trust"),
    Lever("meetings", "meetings/week", "pair", 0.0, 0.0, 7.0, "add", "meetings of two forces; they build trust"),
    Lever("liaison", "officers", "pair", 0.0, 0.0, 1000.0, "add",
          "liaison officers of a force (row) in another country (column), taken from its investigators"),
    Lever("treaty_delay", "times", "pair", 1.0, 0.05, 1.0, "multiply",
          "duration of extradition from a host (row) to a requester (column), against that without an agreement"),
    Lever("treaty_refusal", "times", "pair", 1.0, 0.0, 1.0, "multiply", "requests refused, against that share"),
    Lever("agreement", "yes/no", "pair", 0.0, 0.0, 1.0, "either",
          "extradition from a host (row) to a requester (column) where no treaty stands: any value above 0"),
    Lever("evidence_transfer", "share", "pair", 0.0, 0.0, 1.0, "either",
          "of the weight that a court (row) denies to evidence from another country (column), the part restored"),
)


BY_NAME = {lever.name: lever for lever in LEVERS}

Move = tuple[str, Any, float]
"""What one intervention does to one lever: its name, where, and the value."""


def either(first: Any, second: Any, overlap: float) -> Any:
    """Return the share of cases that one of two filters catches, of which the weaker shares some beyond chance.

    Parameters
    ----------
    first, second : float or float64 array
        Sensitivities.
    overlap : float
        As for :class:`Levers`.
    """
    alone = np.maximum(first, second)
    return alone + (1.0 - overlap) * (1.0 - (1.0 - first) * (1.0 - second) - alone)


def _plain(where: Any) -> Any:
    """Return rows without arrays, so that two moves can be told to be the same."""
    if isinstance(where, tuple):
        return tuple(map(_plain, where))
    return where.tolist() if isinstance(where, np.ndarray) else where


class Levers:
    """Today's value of every lever, read as attributes.

    Interventions say every day anew what they move; the values are worked out when they are first read, and only if
    something else was moved than the day before. Arrays of values are never changed, so that they can be kept.

    Parameters
    ----------
    n_countries : int
    overlap : float
        Of the cases that the weaker of two filters catches, the share that the stronger catches anyway,
        beyond what chance would have it: 0 for filters that know nothing of each other, 1 where the weaker adds
        nothing.

    Examples
    --------
    >>> levers = Levers(2)
    >>> levers.move("call_block", [1], 0.5); levers.move("call_block", [1], 0.5)
    >>> levers.call_block.tolist(), levers.acting
    ([0.0, 0.75], True)
    """

    _moves: list[Move]
    _joined_moves: list[Move]  # those of which the values are made
    _values: dict[str, Floats]
    _kept: dict[Any, Any]

    def __init__(self, n_countries: int, overlap: float = 0.0) -> None:
        self.overlap = overlap
        self._neutral = {lever.name: np.full((n_countries,) if lever.scope == "country" else (n_countries,) * 2,
                                             lever.neutral) for lever in LEVERS}
        self._values, self._kept = self._neutral, {}
        self._moves = self._joined_moves = []

    def __getattr__(self, name: str) -> Floats:
        own = self.__dict__
        if name not in own.get("_neutral", ()):
            raise AttributeError(f"there is no lever {name!r}")
        if own["_moves"] is not own["_joined_moves"]:
            self._join()
        return own["_values"][name]  # type: ignore[no-any-return]

    @property
    def acting(self) -> bool:
        """Whether any lever is moved today."""
        return bool(self._moves)

    def moved(self, *names: str) -> bool:
        """Tell whether any of these levers is moved today."""
        return bool(self._moves) and any(move[0] in names for move in self._moves)

    def kept(self) -> dict[Any, Any]:
        """Return what was worked out from the levers as they stand; empty again once they stand otherwise."""
        if self._moves is not self._joined_moves:
            self._join()
        return self._kept

    def reset(self) -> None:
        """Set every lever to its neutral value."""
        self._moves = []

    def move(self, name: str, where: Any, value: float) -> None:
        """Move a lever for some countries (or pairs), combining with what others moved today.

        Parameters
        ----------
        name : str
        where : list of int, or pair of such lists
            Rows of countries, an array of them as well; for a lever between countries, rows of who asks and of who is
            asked.
        value : float

        Raises
        ------
        ValueError
            If ``value`` lies outside the lever's range.
        """
        lever = BY_NAME[name]
        # A setting at the end of its range may come out a last place beyond it: 1 + (0.1 - 1) is below 0.1.
        if not lever.low - 1e-9 <= value <= lever.high + 1e-9:
            raise ValueError(f"lever {name}: {value} lies outside {lever.low} to {lever.high}")
        if value == lever.neutral:
            return
        if self._moves is self._joined_moves:
            self._moves = self._moves.copy()
        self._moves.append((name, _plain(where), value))

    def _join(self) -> None:
        """Work out the values, unless the same was moved as when that was last done."""
        if self._moves != self._joined_moves:
            self._values, self._kept = self._neutral.copy(), {}
            for name, where, value in self._moves:
                lever, values = BY_NAME[name], self._values[name].copy()
                values[where] = np.clip(self._combined(lever, values[where], value), lever.low, lever.high)
                self._values[name] = values
        self._joined_moves = self._moves

    def _combined(self, lever: Lever, now: Any, value: float) -> Any:
        if lever.combine == "add":
            return now + value
        if lever.combine == "multiply":
            return now * value
        return either(now, value, self.overlap)

    def copy(self) -> Levers:
        """Return an independent copy."""
        self._join()
        twin = object.__new__(Levers)
        twin.__dict__.update(self.__dict__)
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_kept": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
