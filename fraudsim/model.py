"""FraudModel: the simulation as a Mesa model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from fraudsim.core.allagents import TableModelMixin
from fraudsim.core.table import Table
from fraudsim.errors import InputError
from fraudsim.interventions.base import Intervention
from fraudsim.interventions.parsing import check_interventions, parse_arm
from fraudsim.kinds import KINDS
from fraudsim.outcomes import OUTCOMES, total
from fraudsim.simulation import Simulation, kinds_in_force
from fraudsim.state import State
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.problems import show
from fraudsim.worlds.schema import World

__all__ = ["FraudModel", "Simulation"]

REPORTED = ("victims", "loss_net", "dens_active", "captive_days")
"""Outcomes that the model's own data collector keeps day by day; ask :meth:`FraudModel.outcomes` for all."""

_OUTCOMES = {outcome.name: outcome for outcome in OUTCOMES}


class FraudModel(TableModelMixin, mesa.Model):  # type: ignore[misc]
    """Transnational telecom fraud as a Mesa model: one step is one day.

    Parameters
    ----------
    world : str, Path or World
        A shipped name, a file, or a loaded world.
    interventions : str or sequence of str
        ``"joint-raids+call-interception:sensitivity=0.5"``, or a list of such names.
    rng : int, optional
        Seed; as in Mesa, a generator is accepted too and gives its next integer.
    agents : dict, optional
        Kinds to replace by subclasses, as in ``{Syndicate: Mine}``.
    **overrides
        Values of the world file by path, with double underscores for dots:
        ``parameters__calls__answer_share=0.1``.

    Raises
    ------
    InputError
        With one line for every mistake.

    Examples
    --------
    >>> from fraudsim import FraudModel, Den
    >>> model = FraudModel("tutorial", "joint-raids", rng=1)
    >>> model.run_for(10)
    >>> len(model.agents_by_type[Den]) >= 30
    True
    """

    def __init__(self, world: str | Path | World = "tutorial", interventions: str | Sequence[str] = "",
                 rng: Any = None, agents: Mapping[type[Any], type[Any]] | None = None, **overrides: Any) -> None:
        paths = {path.replace("__", "."): value for path, value in overrides.items()}
        loaded, arm, self.kinds = _checked(world, interventions, rng, agents, paths)
        super().__init__(rng=int(rng) if isinstance(rng, np.integer) else rng)  # Mesa takes no NumPy number
        self.seed = seed_from(rng, self.rng)
        self.simulation = Simulation(loaded, arm, self.seed, self.kinds, model=self)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(outcome_so_far, name) for name in REPORTED})

    @property
    def state(self) -> State:
        """The tables, ledgers and parameters of today."""
        return self.simulation.state

    @property
    def tables(self) -> dict[str, Table]:  # type: ignore[override]  # the mixin only asks that it can be read
        """All tables by name."""
        return self.state.tables

    @property
    def world(self) -> World:
        """The world as loaded."""
        return self.simulation.world

    def step(self) -> None:
        """Live one day, then let ordinary Mesa agents take their step."""
        self.simulation.run(1)
        for kind, agents in list(self._agents_by_type.items()):
            if hasattr(kind, "step"):
                agents.do("step")
        self.datacollector.collect(self)
        if self.state.day >= self.world.days:
            self.running = False

    def outcomes(self) -> dict[str, float | None]:
        """Return all outcomes of the days lived so far."""
        return self.simulation.outcomes()

    def digest(self) -> str:
        """Return the SHA-256 of the state."""
        return self.simulation.digest()


def _checked(world: Any, interventions: Any, rng: Any, agents: Any,
             overrides: Mapping[str, Any]) -> tuple[World, tuple[Intervention, ...], dict[str, type[Any]]]:
    """Return world, arm and kinds, or tell all mistakes at once."""
    loaded, lines = _tried(load_world, world, overrides)
    arm: tuple[Intervention, ...] | None = None
    if loaded is not None:
        lines += check_interventions(loaded, overrides=overrides)
        arm, more = _tried(parse_arm, interventions, loaded)
        lines += more
    kinds, more = _tried(kinds_in_force, agents, KINDS)
    lines = list(dict.fromkeys([*lines, *rng_problems(rng), *more]))
    if lines or loaded is None or arm is None or kinds is None:
        raise InputError(lines)
    return loaded, arm, kinds


def _tried[T](act: Callable[..., T], *arguments: Any) -> tuple[T | None, list[str]]:
    try:
        return act(*arguments), []
    except InputError as error:
        return None, error.lines


def rng_problems(rng: Any) -> list[str]:
    """Return one line if ``rng`` is neither a seed nor a generator."""
    try:
        if not isinstance(rng, (bool, np.bool_)):
            np.random.default_rng(rng)  # knows all that NumPy and Mesa take; a generator comes back as it is
            return []
    except (TypeError, ValueError):
        pass
    value = show(rng.item() if isinstance(rng, np.generic) else rng)
    return [f"rng: {value}; allowed: a whole number, 0 and more, a generator, or None"]


def outcome_so_far(name: str, model: FraudModel) -> float | None:
    """Return one outcome of the days lived so far, for Mesa's DataCollector.

    A module's function, so that the model can be pickled; Mesa calls ``partial(outcome_so_far, name)``
    with the model.
    """
    return total(_OUTCOMES[name], model.simulation.record())


def seed_from(rng: Any, generator: np.random.Generator) -> int:
    """Return the seed of a run: the integer given, or the generator's next one."""
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool):
        return int(rng)
    return int(generator.integers(2**63 - 1))
