"""One run: burn-in, days, record. The Mesa model in :mod:`fraudsim.model` wraps it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.country import Country
from fraudsim.agents.den import Den
from fraudsim.agents.police import PoliceForce
from fraudsim.agents.syndicate import Syndicate
from fraudsim.agents.victim import Victim
from fraudsim.agents.worker import Worker
from fraudsim.core.compiled import compile_once
from fraudsim.core.table import Table
from fraudsim.day import live
from fraudsim.digest import digest
from fraudsim.errors import InputError, nearest
from fraudsim.interventions.base import Intervention
from fraudsim.outcomes import summary
from fraudsim.state import State
from fraudsim.worlds.build import build
from fraudsim.worlds.problems import show
from fraudsim.worlds.schema import World

KINDS: tuple[type[Any], ...] = (Country, Syndicate, Den, Worker, Victim, PoliceForce)
"""Handles that need no Mesa; :mod:`fraudsim.kinds` has those that are Mesa agents."""
SHIPPED = {"fraudsim.kinds", *(kind.__module__ for kind in KINDS)}

_burnt_in: OrderedDict[tuple[str, int], State] = OrderedDict()
_KEEP = 2
_LARGE = 2**28
"""Bytes of a state that is handed out after its burn-in, not kept beside a copy."""


def kinds_in_force(mine: Mapping[type[Any], type[Any]] | None,
                   shipped: Sequence[type[Any]] = KINDS) -> dict[str, type[Any]]:
    """Return the handle class of every kind, by table, with handed-in subclasses in place.

    Parameters
    ----------
    mine : dict or None
        Kind to the subclass that takes its place.
    shipped : sequence of type
        The six kinds: plain handles, or Mesa agents.

    Raises
    ------
    InputError
        For a class that is no kind of agent, or no subclass of it.
    """
    if mine is not None and not isinstance(mine, Mapping):
        raise InputError(f"agents: {show(mine)}; allowed: a dictionary such as {{Syndicate: Mine}}")
    kinds = {kind.table_name: kind for kind in shipped}
    problems = []
    for base, own in (mine or {}).items():
        if base not in shipped:
            names = [kind.__name__ for kind in shipped]
            name = getattr(base, "__name__", base if isinstance(base, str) else show(base))
            problems.append(f"agents: {name} is no kind of agent; known: {', '.join(names)}{nearest(name, names)}")
        elif not (isinstance(own, type) and issubclass(own, base)):
            problems.append(f"agents: {getattr(own, '__name__', show(own))} is no subclass of {base.__name__}")
        else:
            kinds[base.table_name] = own
    if problems:
        raise InputError(problems)
    return kinds


def live_a_little(days: int | None = None) -> None:
    """Live a year of a small world, or some days, with all interventions, so that every loop has been used."""
    from fraudsim.interventions.parsing import parse_arm
    from fraudsim.worlds.loader import load_world

    world = load_world("tutorial", {"burn_in_days": 28})
    state = build(world, seed=0)
    Simulation(world, parse_arm(tuple(world.interventions), world), state=state).run(days)


def ground(world: World) -> str:
    """Return all of a world that its burn-in depends on, as text: not policy, facts or horizon."""
    return world.model_dump_json(exclude={"interventions", "facts", "happened", "days", "title", "description"})


def _unseen(days: int) -> None:
    """Show no progress."""


class Simulation:
    """A world, an arm and a seed, lived day by day.

    Parameters
    ----------
    world : World
    arm : sequence of Intervention
    seed : int
        Non-negative; equal seeds share their draws across arms.
    kinds : dict, optional
        Handle class by table: see :func:`kinds_in_force`.
    model : object, optional
        What handles take for their model; the simulation itself by default.
    state : State, optional
        A state to go on from, as :meth:`branch` makes it.
    progress : callable, optional
        Called with the number of days of the burn-in lived since the last call.
    """

    def __init__(self, world: World, arm: Sequence[Intervention] = (), seed: int = 0,
                 kinds: dict[str, type[Any]] | None = None, model: Any = None, state: State | None = None,
                 progress: Callable[[int], None] | None = None) -> None:
        compile_once(live_a_little)
        self.world, self.seed, self.arm = world, seed, tuple(arm)
        self.kinds = kinds or kinds_in_force(None)
        self.custom = any(kind.__module__ not in SHIPPED for kind in self.kinds.values())
        self.state = state or self._after_burn_in(progress or _unseen)
        self.state.policy = self.arm
        self.state.model = model or self

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by name."""
        return self.state.tables

    def _after_burn_in(self, progress: Callable[[int], None]) -> State:
        """Live the burn-in, or copy it where this world and seed have lived it already and the world is not large."""
        key = (ground(self.world), self.seed)
        if self.custom or key not in _burnt_in:
            self.state = state = build(self.world, self.seed)
            state.model = self
            while state.day < 0:
                live(state)
                progress(1)
            if self.custom or sum(table.nbytes for table in self.tables.values()) > _LARGE:
                return state
            state.model = None  # what is kept must not keep this simulation alive
            _burnt_in[key] = state
            while len(_burnt_in) > _KEEP:
                _burnt_in.popitem(last=False)
        else:
            progress(self.world.burn_in_days)
        return _burnt_in[key].copy()

    def branch(self, arm: Sequence[Intervention]) -> Simulation:
        """Return a simulation that goes on from today under another arm."""
        return Simulation(self.world, arm, self.seed, self.kinds, state=self.state.copy())

    def first_day(self) -> int:
        """Return the first day on which the arm may act; the world's horizon when it never does."""
        starts = [i.start for i in self.arm if i.intensity > 0.0]
        return min(starts, default=self.world.days)

    def run(self, days: int | None = None, progress: Callable[[int], None] | None = None) -> None:
        """Live some days, by default up to the world's horizon.

        Parameters
        ----------
        days : int, optional
        progress : callable, optional
            Called with the number of days lived since the last call.
        """
        for _ in range(self.world.days - self.state.day if days is None else days):
            live(self.state)
            if progress is not None:
                progress(1)

    def record(self) -> NDArray[np.int64]:
        """Return the daily record without the burn-in: int64, shape (days, series, countries)."""
        return self.state.record[self.world.burn_in_days: self.state.days_lived]

    def burn_in_record(self) -> NDArray[np.int64]:
        """Return the daily record of the burn-in."""
        return self.state.record[: self.world.burn_in_days]

    def outcomes(self) -> dict[str, float | None]:
        """Return all outcomes of the days lived so far."""
        return summary(self.record())

    def digest(self) -> str:
        """Return the SHA-256 of the state: see :mod:`fraudsim.digest`."""
        return digest(self.state)
