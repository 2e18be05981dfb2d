"""Optuna, which all searches are left to."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fraudsim.errors import InputError


def optuna_or_refuse(what: str, instead: str = "") -> Any:
    """Return the package.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import optuna
    except ModuleNotFoundError:
        raise InputError(f"{what} needs Optuna; install it with: pip install 'fraudsim[study]'{instead}") from None
    return optuna


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from telling of every trial, and of what it calls experimental, for as long as this lasts."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
