"""Everything a day can touch: the tables, the ledgers, today's levers, the draws, the parameters.

The state is plain data. It can be copied, so that the arms of a comparison branch from the same day,
and it can be hashed, so that two of them can be shown to be the same.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents import country, den, police, syndicate, victim, worker
from fraudsim.core.agenda import Agenda
from fraudsim.core.columns import addresses_of, declare
from fraudsim.core.draws import Draws, Keys
from fraudsim.core.index import Index
from fraudsim.core.table import KEY, Column, Table
from fraudsim.ledgers.accounts import Accounts
from fraudsim.ledgers.flows import SERIES, Flows
from fraudsim.ledgers.spending import Spending
from fraudsim.ledgers.tables import LEDGERS
from fraudsim.levers import Levers
from fraudsim.scripts import Script, ScriptBook

if TYPE_CHECKING:
    from fraudsim.worlds.schema import World

TABLES: dict[str, tuple[Column, ...]] = {
    "countries": country.COUNTRY_COLUMNS, "zones": country.ZONE_COLUMNS, "syndicates": syndicate.COLUMNS,
    "dens": den.COLUMNS, "workers": worker.COLUMNS, "victims": victim.COLUMNS, "forces": police.COLUMNS, **LEDGERS,
}
"""Columns of every table: six kinds of agents, the zones, and the ledgers that are tables."""

declare({name: (KEY, *columns) for name, columns in TABLES.items()})

SPARES = ("victims",)
"""Tables whose rows may be given back: see :mod:`fraudsim.loops.residents`."""

AGENDAS = ("departures", "arrivals", "stages", "payments", "reports", "money", "cases", "assets", "lives")


def lines_of(world: World) -> tuple[tuple[int, int], ...]:
    """Return script and target of every line of business, by the world's order of syndicates and lines."""
    scripts, isos = [s.name for s in world.scripts], [c.iso for c in world.countries]
    pairs = []
    for owner in world.syndicates:
        pairs += [(owner.script, owner.target), *((line.script, line.target) for line in owner.lines)]
    return tuple(dict.fromkeys((scripts.index(script), isos.index(target)) for script, target in pairs))


class State:
    """One run on one day.

    Attributes
    ----------
    day : int
        Day of the run; the burn-in has negative days.
    countries, zones, syndicates, dens, workers, victims, forces : Table
        Who acts, and where.
    lines : tuple of (int, int)
        Script and target country of every line of business that some syndicate may turn to.
    seats, assets, transfers, evidence, operations : Table
        Ledgers: what passes between them.
    columns : int64
        Where the columns of all tables lie, for loops: see :mod:`fraudsim.core.columns`.
    draws, levers, accounts, spending, flows :
        Named draws; what policy moves today; money; public spending; today's counts.
    orders : list
        Joint operations that policy asks for today.
    yesterday : int64, shape (series, countries)
        The record of the day before.
    officers_out : int64, shape (countries,)
        Officers in the last day's strikes, by host.
    record : int64, shape (days lived, series, countries)
        The daily record: see :data:`fraudsim.ledgers.flows.SERIES`.
    """

    countries: Table
    zones: Table
    syndicates: Table
    dens: Table
    workers: Table
    victims: Table
    forces: Table
    seats: Table
    assets: Table
    transfers: Table
    evidence: Table
    operations: Table

    def __init__(self, world: World, draws: Draws, scripts: tuple[Script, ...]) -> None:
        self.world, self.draws, self.scripts = world, draws, scripts
        self.book = ScriptBook(scripts)
        self.day = -world.burn_in_days
        n = len(world.countries)
        self.lines = lines_of(world)
        sizes = {"countries": n, "zones": sum(len(c.zones) for c in world.countries), "lines": len(self.lines)}
        for name, columns in TABLES.items():
            setattr(self, name, Table(name, columns, sizes, spares=name in SPARES))
        self.columns = addresses_of(self.tables.values())
        self.country_names = tuple(c.iso for c in world.countries)
        self.zone_names = tuple(z.name for c in world.countries for z in c.zones)
        self.levers, self.accounts = Levers(n, world.parameters.controls.overlap), Accounts()
        self.spending, self.flows = Spending(n), Flows(n)
        self.orders: list[Any] = []
        self.agendas = {name: Agenda() for name in AGENDAS}
        self.residents, self.files = Index(), Index()
        self.region_keys: Keys = np.empty(0, np.uint64)
        self.rent_now: NDArray[np.float64] = np.zeros(sizes["zones"])
        self.policy: tuple[Any, ...] = ()
        self.model: Any = None
        self.yesterday: NDArray[np.int64] = self.flows.today.copy()
        self.officers_out: NDArray[np.int64] = np.zeros(n, np.int64)
        self.record: NDArray[np.int64] = np.zeros((world.burn_in_days + world.days, len(SERIES), n), np.int64)
        self.days_lived = 0
        self.constants: dict[Callable[..., Any], Any] = {}

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    def fixed[T](self, compute: Callable[[State], T]) -> T:
        """Return what follows from the world file alone, computed once and then kept.

        Parameters
        ----------
        compute : callable
            A function of a module, of nothing in the state that a day can change.
        """
        try:
            return self.constants[compute]  # type: ignore[no-any-return]
        except KeyError:
            value = self.constants[compute] = compute(self)
            return value

    def standing[T](self, compute: Callable[[State], T]) -> T:
        """Return what follows from the world file and today's levers alone, computed once while they stand so.

        Parameters
        ----------
        compute : callable
            A function of a module, of nothing else in the state that a day can change.
        """
        kept = self.levers.kept()
        try:
            return kept[compute]  # type: ignore[no-any-return]
        except KeyError:
            value = kept[compute] = compute(self)
            return value

    def handle(self, kind: str, row: int) -> Any:
        """Return a Mesa handle on a row, of the class in force for that kind."""
        return self.model.kinds[kind].at(self.model, row)

    def copy(self) -> State:
        """Return an independent state: what happens to one does not touch the other."""
        twin = object.__new__(State)
        shared = {"world", "scripts", "book", "lines", "country_names", "zone_names", "region_keys", "policy",
                  "constants"}
        for name, value in self.__dict__.items():
            if name in shared:
                twin.__dict__[name] = value
            elif name == "record":  # days to come are not copied: a page of zeros costs nothing until it is written
                twin.record = np.zeros_like(value)
                twin.record[: self.days_lived] = value[: self.days_lived]
            elif hasattr(value, "copy"):
                twin.__dict__[name] = value.copy()
            else:
                twin.__dict__[name] = copy.copy(value)
        twin.columns = addresses_of(twin.tables.values())
        twin.agendas = {name: agenda.copy() for name, agenda in self.agendas.items()}
        twin.draws = Draws(int(self.draws.run))
        twin.draws.made = self.draws.made
        twin.model = None
        return twin

    __copy__ = copy

    def __setattr__(self, name: str, value: Any) -> None:
        # Loops know where the columns of these tables lie, not those of others.
        if name in TABLES and name in self.__dict__:
            raise AttributeError(f"write into the columns of {name}: the table itself stays")
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "columns"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.columns = addresses_of(self.tables.values())
