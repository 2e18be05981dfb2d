"""What an intervention is: a window, a strength, places, a cost; it moves levers or files orders.

An intervention never touches an agent, and no process knows an intervention's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import model_validator

from fraudsim.worlds.consistency import UNREAD, lost, twice
from fraudsim.worlds.parameters import Group
from fraudsim.worlds.quantity import quantity as q

if TYPE_CHECKING:
    from fraudsim.state import State
    from fraudsim.worlds.schema import World


class Intervention(Group):
    """Settings that every intervention has; subclasses add their own and say what they move.

    Notes
    -----
    A subclass sets the class attributes ``name``, ``lever``, ``proximal`` (the outcome it acts on
    directly, and the direction it should move it), ``side_effects``, ``adaptation`` and ``source``,
    and ``side = "target"`` where it guards the residents of its countries wherever dens stand (then the policy
    table looks for displacement among victims' countries, not among dens' places). It overrides
    :meth:`act`; it may override :meth:`work_cost` and :meth:`check`.
    """

    name: ClassVar[str] = ""
    lever: ClassVar[str] = ""
    proximal: ClassVar[tuple[str, str]] = ("", "")
    side_effects: ClassVar[str] = ""
    adaptation: ClassVar[str] = ""
    source: ClassVar[str] = ""
    side: ClassVar[str] = "place"

    start: int = q(0, "day", 0, 32000, "first day")
    end: int = q(32000, "day", 0, 32000, "day after the last")
    ramp: int = q(0, "days", 0, 3650, "days over which it grows from nothing to its intensity")
    intensity: float = q(1.0, "share", 0.0, 1.0, "how much of it: 0 is none, 1 is all that the settings say")
    countries: tuple[str, ...] = q(..., "ISO codes", None, None, "countries it is in force in; joined by | on the "
                                   "command line")
    fixed_cost: float = q(0.0, "currency/country", 0.0, 1e12, "cost on the first day")
    daily_cost: float = q(0.0, "currency/country/day", 0.0, 1e12, "cost a day at full intensity")

    @model_validator(mode="after")
    def _window(self) -> Intervention:
        if lines := self._window_lines():
            raise ValueError(lines[0])
        return self

    def _window_lines(self) -> list[str]:
        late = self.end <= self.start
        return [f"end: day {self.end} is not after start = {self.start}"] if late else []

    def check(self, world: World) -> list[str]:
        """Return a line for everything that does not fit the world: field, what is wrong, what is allowed.

        Settings with mistakes come with ``UNREAD`` in their place, of which nothing is to be said.
        """
        if not self.countries:
            known = ", ".join(c.iso for c in world.countries)
            return [*self._window_lines(), f"countries: none given; known: {known}"]
        lines = self._window_lines() + twice("countries", self.countries)
        for iso in dict.fromkeys(self.countries):
            lines += lost("countries", iso, [c.iso for c in world.countries], "country")
        return lines

    def _not_called(self, world: World) -> list[str]:
        """Return a line for every country that nobody calls."""
        targets = [c.iso for c in world.countries if c.target]
        idle = {c.iso for c in world.countries if not c.target}
        return [f"countries: {iso!r} is not called by anybody; allowed: {', '.join(targets)}"
                for iso in self.countries if iso in idle]

    def alone(self) -> bool:
        """Tell whether a single country is named; one list that could not be read may hold any number."""
        return len(self.countries) == 1 and self.countries[0] is not UNREAD

    def force(self, day: int) -> float:
        """Return today's strength, 0 to ``intensity``: nothing outside the window, rising over the ramp."""
        if not self.start <= day < self.end:
            return 0.0
        grown = 1.0 if self.ramp == 0 else min(1.0, (day - self.start + 1) / self.ramp)
        return self.intensity * grown

    def rows(self, state: State) -> list[int]:
        """Return rows of the countries it is in force in."""
        return [state.country_names.index(iso) for iso in self.countries]

    def act(self, state: State, force: float) -> None:
        """Move levers or file orders for today.

        Parameters
        ----------
        state : State
        force : float
            Today's strength, above 0.
        """
        raise NotImplementedError

    def work_cost(self, state: State, country: int) -> int:
        """Return the cost of yesterday's work in a country, cents; none unless overridden."""
        return 0

    def live(self, state: State) -> None:
        """Act and book the cost, unless today's strength is 0; yesterday's work is paid in any case."""
        force = self.force(state.day)
        if force == 0.0 and self.force(state.day - 1) == 0.0:
            return
        if force > 0.0:
            self.act(state, force)
        for country in self.rows(state):
            cents = round(100 * self.daily_cost * force) + self.work_cost(state, country)
            if state.day == self.start:
                cents += round(100 * self.fixed_cost * self.intensity)
            state.spending.book(self.name, country, cents)
