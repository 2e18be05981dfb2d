"""The six kinds of agents as Mesa agents. Each is what :mod:`fraudsim.agents` says of it, on a row that Mesa knows."""

from __future__ import annotations

from fraudsim.agents import country, den, police, syndicate, victim, worker
from fraudsim.core.agents import RowAgent


class Country(RowAgent, country.Country):
    """A country as a Mesa agent: see :class:`fraudsim.agents.country.Country`."""


class Syndicate(RowAgent, syndicate.Syndicate):
    """A syndicate as a Mesa agent: see :class:`fraudsim.agents.syndicate.Syndicate`."""


class Den(RowAgent, den.Den):
    """A den as a Mesa agent: see :class:`fraudsim.agents.den.Den`."""


class Worker(RowAgent, worker.Worker):
    """A worker as a Mesa agent: see :class:`fraudsim.agents.worker.Worker`."""


class Victim(RowAgent, victim.Victim):
    """A victim as a Mesa agent: see :class:`fraudsim.agents.victim.Victim`."""


class PoliceForce(RowAgent, police.PoliceForce):
    """A police force as a Mesa agent: see :class:`fraudsim.agents.police.PoliceForce`."""


KINDS: tuple[type[RowAgent], ...] = (Country, Syndicate, Den, Worker, Victim, PoliceForce)
"""All of them, in the order of the model description."""
