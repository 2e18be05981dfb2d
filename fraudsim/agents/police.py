"""Police forces: which cases to work, and when to strike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.handles import Handle
from fraudsim.core.kernels import either_any
from fraudsim.core.table import Column, Rows
from fraudsim.loops.investigation import people_left

if TYPE_CHECKING:
    from fraudsim.state import State

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

    def choose_files_to_share(self, files: Rows, evidence: Floats) -> Rows:
        """Choose which files it would pass to other forces: all with a confirmation of its own.

        Parameters
        ----------
        files : int64, shape (n,)
            Rows of ``evidence``.
        evidence : float64, shape (n,)
            Confirmations that the force found itself: what others passed on is not passed on again.
        """
        return files[evidence >= 1.0]

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


def rest_kept(state: State) -> float:
    """Return the share of what forces owe that is left a day later."""
    # Rounded, so that no last place of a power is stored.
    return round(float(0.5 ** (1.0 / state.world.parameters.investigation.campaign_rest_days)), 9)


def muster(state: State) -> None:
    """Note what campaigns borrow today, and what forces owe to the work that was left undone.

    Debt grows towards ``campaign_dip`` times the capacity borrowed while a campaign lasts, and fades as
    slowly: a day's campaign owes next to nothing, a long one in full.
    """
    forces = state.forces
    if not (state.levers.moved("police") or either_any(forces.borrowed, forces.owed)):
        return
    forces.borrowed[...] = np.maximum(state.levers.police - 1.0, 0.0)
    due = state.world.parameters.investigation.campaign_dip * forces.borrowed
    forces.owed[...] = due + (forces.owed - due) * state.fixed(rest_kept)
    forces.owed[forces.owed < 1e-6] = 0.0


def capacity(state: State) -> Floats:
    """Return today's police on fraud against the usual: what policy makes of it, less what is owed.

    While the campaign that made a debt lasts, the debt is not called in.

    Returns
    -------
    float64, shape (countries,)
    """
    dip = float(state.world.parameters.investigation.campaign_dip)
    left: Floats = people_left(state.levers.police, state.forces.owed, state.forces.borrowed, dip)
    return left


def liaison(state: State) -> Floats:
    """Return liaison officers by sender (row) and host (column): never more than the sender has people.

    Returns
    -------
    float64, shape (countries, countries)
    """
    wanted: Floats = state.levers.liaison
    if not state.levers.moved("liaison"):
        return wanted
    people = state.forces.investigators * capacity(state)
    asked = wanted.sum(axis=1)
    share: Floats = np.divide(people, asked, out=np.ones_like(people), where=asked > people)
    return wanted * share[:, None]


def at_work(state: State) -> Floats:
    """Return investigators at work in every country, those lent to joint operations included.

    Liaison officers are missing where they come from; where they are, each adds ``liaison_lent``.

    Returns
    -------
    float64, shape (countries,)
    """
    people: Floats = state.forces.investigators * capacity(state)
    if not state.levers.moved("liaison"):
        return people
    abroad = liaison(state)
    left: Floats = np.maximum(people - abroad.sum(axis=1), 0.0)
    return left + state.world.parameters.investigation.liaison_lent * abroad.sum(axis=0)


def gain_trust(state: State, pairs: NDArray[np.bool_], share: float) -> None:
    """Let pairs of forces gain a share of the trust that is still missing.

    Parameters
    ----------
    pairs : bool, shape (countries, countries)
    share : float
    """
    trust = state.forces.trust
    trust[...] = np.where(pairs, trust + share * (1.0 - trust), trust)
