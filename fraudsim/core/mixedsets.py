"""Sets of agents of several kinds, and what all sets share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Literal, NoReturn, Self

from mesa.agentset import AgentSet

from fraudsim.core.agents import RowAgent

Missing = Literal["error", "default"]
Groups = Literal["agentset", "list"]
INFINITE = float("inf")


def limit_of(at_most: float, n: int) -> float:
    """Return Mesa's ``at_most`` as a count: a float up to 1 is a share, rounded down."""
    if isinstance(at_most, float) and at_most <= 1.0:
        at_most = int(n * at_most)
    return at_most if at_most == INFINITE else max(0, math.ceil(at_most))


def refuse(name: str) -> NoReturn:
    """Say that a set is the model's own and may not be changed."""
    raise TypeError(f"{name} is the model's own set: use .copy() or .select()")


def calling(method: str | Callable[..., Any], args: Any, kwargs: Any) -> Callable[[Any], Any]:
    """Return a function that calls a method, by name or as a function, on an agent."""
    if isinstance(method, str):
        return lambda agent: getattr(agent, method)(*args, **kwargs)
    return lambda agent: method(agent, *args, **kwargs)


class MixedAgentSet(AgentSet):  # type: ignore[misc]  # Mesa ships no types
    """Mesa's ``AgentSet`` of agents of several kinds; it keeps the handles among them alive."""

    def __init__(self, agents: Iterable[Any], random: Any = None) -> None:
        members = list(agents)
        super().__init__(members, random)
        self._keep()

    def _keep(self) -> None:
        # Exactly the objects that are keys: an equal handle would not do.
        self._handles = [agent for agent in self._agents if isinstance(agent, RowAgent)]

    def _update(self, agents: Iterable[Any]) -> Self:
        members = list(agents)
        super()._update(members)
        self._keep()
        return self

    def add(self, agent: Any) -> None:
        """Add an agent."""
        if agent not in self:
            super().add(agent)
            self._handles += [agent] if isinstance(agent, RowAgent) else []

    def _from_iterable(self, agents: Iterable[Any]) -> MixedAgentSet:
        return MixedAgentSet(agents, self.random)

    def copy(self) -> Self:
        """Return a set of the same agents."""
        return type(self)(self, self.random)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the set in random order, or shuffle it."""
        shuffled = super().shuffle(inplace)
        return self if inplace else type(self)(shuffled, self.random)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Return the set sorted by an attribute or a function, or sort it."""
        ordered = super().sort(key, ascending, inplace)
        return self if inplace else type(self)(ordered, self.random)
