"""Police forces: which cases to work, and when to strike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.handles import Handle
from fraudsim.core.table import Column, Rows

Floats = NDArray[np.float64]

COLUMNS = (
    Column("country", "int64", "row", "country of the force", refers="countries", default=-1),
    Column("investigators", "float64", "investigators", "investigators and analysts on cross-border fraud"),
    Column("lent", "float64", "share", "share of the investigators lent to joint operations"),
    Column("officers", "int64", "officers", "officers available on one day for raids"),
    Column("borrowed", "float64", "share", "capacity borrowed by a campaign today, as a share of the usual"),
    Column("owed", "float64", "share", "capacity missing after campaigns, as a share of the usual"),
    Column("trust", "float64", "share", "trust in the forces of other countries", width="countries"),
    Column("recorded", "int64", "reports", "reports received: recorded crime"),
)
"""Columns of the table ``forces``."""


class PoliceForce(Handle):
    """A country's anti-fraud police. It sees its own evidence, never the dens themselves."""

    table_name = "forces"

    def choose_cases(self, cases: Rows, evidence: Floats, capacity: int) -> Rows:
        """Choose which cases to work this week: those with most evidence first.

        Parameters
        ----------
        cases : int64, shape (n,)
            Rows of ``evidence``, in the order of their keys.
        evidence : float64, shape (n,)
            Confirmations, right and astray, as the force sees them.
        capacity : int
            Cases it has people for.

        Returns
        -------
        int64
            At most ``capacity`` of the rows.
        """
        if cases.size <= capacity:
            return cases
        return cases[np.argsort(-evidence, kind="stable")[:capacity]]

    def wants_to_ask(self, evidence: float) -> bool:
        """Decide whether to ask the host's force for help on a den."""
        return bool(evidence >= self.model.state.world.parameters.investigation.ask_at)

    def wants_to_strike(self, ready: int, known: int, idle_weeks: float, officers: int) -> bool:
        """Decide, as leader of a joint operation, whether the time has come.

        Parameters
        ----------
        ready : int
            Sites with evidence enough for a warrant.
        known : int
            Sites with any evidence worth work (a fourth of a warrant's).
        idle_weeks : float
            Weeks since the number of ready sites last grew.
        officers : int
            Officers available.

        Notes
        -----
        A force strikes when most known sites are ready, or officers would not suffice for more, or
        nothing new has turned up for a while. It never knows how many dens there are.
        """
        raids = self.model.state.world.parameters.raids
        if ready < raids.sites_least:
            return False
        full = (ready + 1) * raids.officers_per_site > officers
        return bool(full or ready >= raids.ready_share * known or idle_weeks >= raids.patience_weeks)
