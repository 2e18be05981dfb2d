"""What a model hands out: all its agents, and its agents by type."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, NoReturn, Self

from mesa.agentset import AbstractAgentSet

from fraudsim.core.agents import RowAgent
from fraudsim.core.agentsets import TableAgentSet
from fraudsim.core.mixedsets import INFINITE, Groups, Missing, MixedAgentSet, calling, limit_of, refuse
from fraudsim.core.table import Table


class AllAgents(AbstractAgentSet):  # type: ignore[misc]
    """``model.agents``: the handles of every kind, then the ordinary Mesa agents.

    It always shows the model as it is. What would change its members or their order raises TypeError.
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    @property
    def random(self) -> Any:
        """The model's generator."""
        return self.model.random

    def _parts(self, agent_type: type | None = None) -> list[Any]:
        """Return the model's own sets, those that may hold agents of a type."""
        wanted = agent_type or object
        kinds = (kind for kind in self.model.kinds.values() if issubclass(kind, wanted))
        own: list[Any] = [TableAgentSet(self.model, kind) for kind in kinds]
        if agent_type is None or any(issubclass(each, wanted) for each in self.model._agents_by_type):
            own.append(self.model._all_agents)
        return own

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts())

    def __iter__(self) -> Iterator[Any]:
        parts = self._parts()
        return chain(*(iter(part) for part in parts[:-1]), list(parts[-1]))

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self._parts())

    def __getitem__(self, item: int | slice) -> Any:
        return self.to_list()[item]

    def __repr__(self) -> str:
        return f"<{len(self)} agents>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self)(memo.get(id(self.model), self.model))

    def __copy__(self) -> MixedAgentSet:
        return MixedAgentSet(self, self.random)

    def copy(self) -> MixedAgentSet:
        """Return a set of the present agents that may be changed."""
        return copy.copy(self)

    def to_list(self) -> list[Any]:
        """Return the agents as a list."""
        return list(self)

    def _from_iterable(self, agents: Iterable[Any]) -> MixedAgentSet:
        return MixedAgentSet(agents, self.random)

    def _update(self, agents: Iterable[Any]) -> NoReturn:
        refuse("model.agents")

    def add(self, agent: Any) -> NoReturn:
        """Refuse."""
        refuse("model.agents")

    def discard(self, agent: Any) -> NoReturn:
        """Refuse."""
        refuse("model.agents")

    def remove(self, agent: Any) -> NoReturn:
        """Refuse."""
        refuse("model.agents")

    def select(self, filter_func: Callable[[Any], Any] | None = None, at_most: float = INFINITE,
               inplace: bool = False, agent_type: type | None = None) -> Any:
        """Return the agents that pass, as Mesa's ``select``.

        With the type of one kind the result is a :class:`TableAgentSet`, of ordinary agents Mesa's
        ``AgentSet``, else a :class:`MixedAgentSet`.
        """
        if inplace:
            refuse("model.agents")
        limit, parts = limit_of(at_most, len(self)), self._parts(agent_type)
        if len(parts) == 1:
            return parts[0].select(filter_func, limit, agent_type=agent_type)
        passing = (a for part in parts for a in part
                   if isinstance(a, agent_type or object) and (filter_func is None or filter_func(a)))
        return MixedAgentSet(passing if limit == INFINITE else islice(passing, int(limit)), self.random)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: Groups = "agentset") -> Any:
        """Return Mesa's ``GroupBy`` of the agents."""
        return self.copy().groupby(by, result_type)

    def shuffle(self, inplace: bool = False) -> MixedAgentSet:
        """Return the agents in random order."""
        if inplace:
            refuse("model.agents")
        return self.copy().shuffle(inplace=True)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False,
             inplace: bool = False) -> MixedAgentSet:
        """Return the agents sorted by an attribute or a function."""
        if inplace:
            refuse("model.agents")
        return self.copy().sort(key, ascending, inplace=True)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, by name, or a function on every agent; who leaves meanwhile is passed over."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do in random order."""
        agents, call = self.to_list(), calling(method, args, kwargs)
        self.random.shuffle(agents)
        for agent in agents:
            if self._stays(agent):
                call(agent)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, by name, or a function on every agent; return the results."""
        call = calling(method, args, kwargs)
        return [call(agent) for agent in self if self._stays(agent)]

    def _stays(self, agent: Any) -> bool:
        return not agent.is_gone if isinstance(agent, RowAgent) else agent in self.model._all_agents

    def get(self, attr_names: str | Iterable[str], handle_missing: Missing = "error",
            default_value: Any = None) -> list[Any]:
        """Return one attribute of every agent, or a list of them, as Mesa's ``get``."""
        return [v for part in self._parts() for v in part.get(attr_names, handle_missing, default_value)]


def _serving(kinds: Iterable[type], wanted: object) -> type[RowAgent] | None:
    """Return the kind in force for a class: itself, or the subclass that was handed in for it."""
    if not isinstance(wanted, type) or not issubclass(wanted, RowAgent):
        return None
    same_table = (kind for kind in kinds if issubclass(kind, wanted) and kind.table_name == wanted.table_name)
    return next(same_table, None)


class AgentTypes(list[type]):
    """``model.agent_types``: the kinds in force, then the ordinary types; ``in`` finds a kind's base too."""

    def __contains__(self, item: object) -> bool:
        # DataCollector walks all agents of the model for a type that is not in here.
        return super().__contains__(item) or _serving(self, item) is not None


class AgentsByType(Mapping[type, Any]):
    """``model.agents_by_type``: type to the model's own set.

    A class finds its rows whether it is in force itself or a subclass was handed in for it.
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getitem__(self, agent_type: type) -> Any:
        kind = _serving(self.model.kinds.values(), agent_type)
        if kind is not None:
            return TableAgentSet(self.model, kind)
        try:
            return self.model._agents_by_type[agent_type]
        except (KeyError, TypeError):
            names = ", ".join(each.__name__ for each in self) or "none"
            wanted = getattr(agent_type, "__name__", agent_type)
            raise KeyError(f"{wanted} is no type of agent in this model, which has {names}") from None

    def __iter__(self) -> Iterator[type]:
        return chain(self.model.kinds.values(), list(self.model._agents_by_type))

    def __len__(self) -> int:
        return len(self.model.kinds) + len(self.model._agents_by_type)

    def __repr__(self) -> str:
        return f"<{', '.join(f'{len(part)} {kind.__name__}' for kind, part in self.items())}>"


class TableModelMixin:
    """What makes a ``mesa.Model`` show its tables as agents: ``class Model(TableModelMixin, mesa.Model)``.

    Attributes
    ----------
    tables : dict of str to Table
    kinds : dict of str to type of RowAgent
        Table name to the class of its handles.
    """

    tables: dict[str, Table]
    kinds: dict[str, type[RowAgent]]

    @property
    def agents(self) -> AllAgents:
        """All agents: handles of every kind, then ordinary Mesa agents."""
        return AllAgents(self)

    @property
    def agents_by_type(self) -> AgentsByType:
        """Agents by their type."""
        return AgentsByType(self)

    @property
    def agent_types(self) -> AgentTypes:
        """Types of agents: the kinds in force, then ordinary types."""
        return AgentTypes(AgentsByType(self))
