"""What policy can change: one short module each, found by this folder.

A module that defines a subclass of :class:`~fraudsim.interventions.base.Intervention` with a ``name``
is an intervention; nothing else needs to know of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from fraudsim.interventions.base import Intervention


@cache
def interventions() -> dict[str, type[Intervention]]:
    """Return all interventions by name, in alphabetical order."""
    found: dict[str, type[Intervention]] = {}
    for module in pkgutil.iter_modules(__path__):
        content = vars(importlib.import_module(f"{__name__}.{module.name}"))
        for thing in content.values():
            if isinstance(thing, type) and issubclass(thing, Intervention) and thing.name:
                found[thing.name] = thing
    return dict(sorted(found.items()))
