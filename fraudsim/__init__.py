"""fraudsim: transnational telecom fraud, and what may be done against it, as an agent-based simulation.

The public names, and nothing else; each is imported when it is first used.
"""

import sys

if sys.version_info < (3, 12):  # noqa: UP036 - this file must be readable to the Pythons it turns away
    sys.exit("fraudsim needs Python 3.12 or newer; this is Python %d.%d" % sys.version_info[:2])  # noqa: UP031

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fraudsim.errors import InputError
    from fraudsim.interventions import interventions
    from fraudsim.kinds import Country, Den, PoliceForce, Syndicate, Victim, Worker
    from fraudsim.model import FraudModel
    from fraudsim.study.check import check
    from fraudsim.study.compare import compare
    from fraudsim.study.reading.results import open_study
    from fraudsim.study.run import run
    from fraudsim.study.study import Study
    from fraudsim.worlds.loader import load_world
    from fraudsim.worlds.loader import shipped_worlds as worlds

    __version__: str

__all__ = [
    "Country", "Den", "FraudModel", "InputError", "PoliceForce", "Study", "Syndicate", "Victim", "Worker",
    "__version__", "check", "compare", "interventions", "load_world", "open_study", "run", "worlds",
]

_WHERE = {
    "Country": "kinds", "Den": "kinds", "FraudModel": "model", "InputError": "errors",
    "PoliceForce": "kinds", "Syndicate": "kinds", "Victim": "kinds",
    "Worker": "kinds", "check": "study.check", "compare": "study.compare", "load_world": "worlds.loader",
    "open_study": "study.reading.results", "run": "study.run", "Study": "study.study",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name == "__version__":
        value = importlib.import_module("importlib.metadata").version("fraudsim")
    elif name in _CALLED:
        return importlib.import_module(f"fraudsim.{name}")
    elif name in _WHERE:
        value = getattr(importlib.import_module(f"fraudsim.{_WHERE[name]}"), name)
    else:
        raise AttributeError(f"module 'fraudsim' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)


# ``fs.worlds()`` and ``fs.interventions()`` share their names with packages. So that a call works wherever those
# were imported first, the packages can be called: each call passes to one function inside.

_CALLED = {"worlds": ("fraudsim.worlds.loader", "shipped_worlds"),
           "interventions": ("fraudsim.interventions", "interventions")}


class _Callable(ModuleType):
    """A package that can be called."""

    def __call__(self) -> Any:
        """Call the function that has this package's public name."""
        module, function = _CALLED[self.__name__.rpartition(".")[2]]
        return getattr(importlib.import_module(module), function)()


class _Package(ModuleType):
    """The package ``fraudsim``, which makes two of its packages callable when they are imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _CALLED and isinstance(value, ModuleType):
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
