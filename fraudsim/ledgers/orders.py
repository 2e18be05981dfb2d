"""What policy asks of the police."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JointOrder:
    """A joint operation that policy asks for, filed anew each day it is wanted.

    Parameters
    ----------
    lead : int
        Row of the country whose police lead.
    hosts : tuple of int
        Rows of the countries on whose territory it strikes.
    earliest : int
        Day before which no strike may come.
    strength : float
        Share of the forces' investigators lent to it.
    officers : int
        Officers available on the day of a strike.
    most : int
        Most operations this order may lead to; 0 for as many as its window allows.
    """

    lead: int
    hosts: tuple[int, ...]
    earliest: int
    strength: float
    officers: int
    most: int
