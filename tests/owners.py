"""Ground for tests of what owners do in a week."""

from __future__ import annotations

from support import empty_state, small_world

from fraudsim.processes.adaptation import adaptation
from fraudsim.processes.bookkeeping import bookkeeping
from fraudsim.processes.learning import learning
from fraudsim.processes.succession import succession
from fraudsim.simulation import Simulation
from fraudsim.state import State
from fraudsim.worlds.build import build
from fraudsim.worlds.schema import Line, World

A, L = "parameters__adaptation__", "parameters__leaders__"
SUNDAY = 6
# Nobody opens, enters or is tempted to; costs and beliefs as in the small world.
QUIET = {A + "open_rate": 0.0, A + "entry_rate": 0.0, "syndicates__Red__dens_most": 2000}


def ground(capital: int = 10**8, **settings) -> State:
    """Return the small world without dens on the day owners take stock; Red has so much capital, and nobody acts."""
    state = empty_state(**{**QUIET, **settings})
    state.day = SUNDAY
    state.accounts.move("owners", "syndicates", capital - int(state.syndicates.capital[0]))
    state.syndicates.capital[0] = capital
    return state


def with_kind(state: State, kind: type) -> State:
    """Let syndicates be of a class."""
    state.model.kinds = {**state.model.kinds, "syndicates": kind}
    return state


def week(state: State) -> None:
    """Live what concerns owners on this day."""
    for happen in (succession, bookkeeping, learning, adaptation):
        happen(state)


def three_target_world(lines: tuple[tuple[str, ...], tuple[str, ...]] = (("HO", "XX"), ("HO",)), **settings) -> World:
    """Return the small world where Red and Blue may turn to calls to further countries."""
    languages = {"countries__TA__languages": ("ta",), "countries__HO__languages": ("ho",),
                 "countries__XX__languages": ("xx", "ta")}
    targets = {f"countries__{iso}__target": True for iso in ("HO", "XX")}
    world = small_world(**{**languages, **targets, **settings})
    return world.model_copy(update={"syndicates": tuple(
        owner.model_copy(update={"lines": tuple(Line(script="short", target=iso) for iso in further)})
        for owner, further in zip(world.syndicates, lines))})


def three_targets(**settings) -> State:
    """Return ground where Red may turn to calls to HO and XX as well, and Blue to HO."""
    bare = {f"syndicates__{name}__{what}": 0 for name in ("Red", "Blue") for what in ("dens", "staff")}
    world = three_target_world(burn_in_days=0, **{**bare, **QUIET, **settings})
    state = build(world, 0)
    Simulation(world, (), 0, state=state)
    state.day = SUNDAY
    return state
