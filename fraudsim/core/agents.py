"""A Mesa agent that is a handle on a row of a table.

The sets of agents that a model hands out are in :mod:`fraudsim.core.agentsets`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np

from fraudsim.core.handles import Handle

if TYPE_CHECKING:
    from fraudsim.core.agentsets import TableAgentSet


class RowAgent(Handle, mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """Mesa agent whose attributes are the columns of a table: see :class:`~fraudsim.core.handles.Handle`.

    ``Den(model, **values)`` adds a row by way of ``create_row``; ``at`` makes a handle on a
    row that is there. Neither registers anything with Mesa.

    Parameters
    ----------
    model : mesa.Model
        With ``tables`` (name to :class:`~fraudsim.core.table.Table`) and ``kinds`` (table name to class of handle).
    **values
        Columns of the new row; references as handles, row numbers or None.
    """

    __slots__ = ()

    def __init__(self, model: Any, **values: Any) -> None:
        if not hasattr(model, "tables"):
            raise TypeError(f"{type(self).__name__} needs a FraudModel to stand in, got {type(model).__name__}")
        # Mesa's own __init__ would register the handle; the table is the register.
        self._stand_for(model, int(self.create_row(model, **values)))

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> TableAgentSet[Self]:
        """Create ``n`` rows one by one; as in Mesa, a sequence of length ``n`` is dealt out."""
        dealt = zip(range(n), _deal(args, n), _deal(kwargs.values(), n))
        return cls._set_of(model, (cls(model, *each, **dict(zip(kwargs, named))) for _, each, named in dealt))

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> TableAgentSet[Self]:
        """Create one row for every row of a DataFrame; ``kwargs`` are the same for all."""
        records = df.to_dict(orient="records")
        return cls._set_of(model, (cls(model, **{**record, **kwargs}) for record in records))

    @classmethod
    def _set_of(cls, model: Any, handles: Iterable[Self]) -> TableAgentSet[Self]:
        from fraudsim.core.agentsets import TableAgentSet  # the sets know the handles, so not at the top

        return TableAgentSet(model, cls, [handle.row for handle in handles])

    @property
    def pos(self) -> None:
        """None: rows stand on no Mesa grid."""
        return None


def _spread(value: Any, n: int) -> Iterable[Any]:
    is_sequence = isinstance(value, (list, tuple, np.ndarray)) or hasattr(value, "iloc")
    return value if is_sequence and len(value) == n else repeat(value, n)


def _deal(values: Collection[Any], n: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(_spread(value, n) for value in values)) if values else repeat(())
