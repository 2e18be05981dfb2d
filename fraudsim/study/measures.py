"""What a simulation that has run says about a recorded fact: one number, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.ledgers.flows import POSITION
from fraudsim.ledgers.tables import OperationStatus

if TYPE_CHECKING:
    from fraudsim.simulation import Simulation

Of = Callable[["Simulation", int], float | None]
Window = Callable[["Simulation"], slice]

MONTH = 30.44
HAND_OVER_DAYS = 913
SEASON = 62
"""Days that are compared before and after an operation is ordered."""
NEVER = 32767


@dataclass(frozen=True)
class Measure:
    """One number of a simulation that a recorded fact can be compared with.

    Parameters
    ----------
    unit, meaning : str
    of : callable
        Takes a simulation that has run and the row of its first joint operation that struck, -1 for none.
    strike : bool
        Whether there is nothing to measure without a joint strike.
    """

    unit: str
    meaning: str
    of: Of
    strike: bool = True


def first_strike(simulation: Simulation) -> int | None:
    """Return the row of the first joint operation that struck; None if there was none."""
    operations, struck = simulation.state.operations, joint_strikes(simulation)
    return int(struck[np.argmin(operations.strike_day[struck])]) if struck.size else None


def joint_strikes(simulation: Simulation) -> NDArray[np.int64]:
    """Return the rows of all joint operations that struck."""
    operations = simulation.state.operations
    return np.flatnonzero(operations.joint & (operations.status == OperationStatus.STRUCK))


def window(simulation: Simulation) -> slice:
    """Return the days of the record on which the arm was in force; all days where there is no arm."""
    ends = [i.end for i in simulation.arm if i.intensity > 0.0]
    first = simulation.first_day() if ends else 0
    return slice(first, min(max(ends, default=simulation.world.days), simulation.state.day))


def joint_window(simulation: Simulation) -> slice:
    """Return the days of the record on which every part of the arm was in force; all days where there is no arm."""
    parts = [i for i in simulation.arm if i.intensity > 0.0]
    first, end = max((i.start for i in parts), default=0), min((i.end for i in parts), default=simulation.world.days)
    return slice(first, max(first, min(end, simulation.state.day)))


def measured(simulation: Simulation) -> dict[str, float | None]:
    """Return all measures of a simulation that has run."""
    row = first_strike(simulation)
    return {name: None if row is None and measure.strike else measure.of(simulation, -1 if row is None else row)
            for name, measure in MEASURES.items()}


# The first joint operation


def _of_operation(column: str, scale: float = 1.0) -> Of:
    return lambda simulation, row: float(simulation.state.operations[column][row]) * scale


def _strike_month(simulation: Simulation, row: int) -> float:
    operations = simulation.state.operations
    return float(operations.strike_day[row] - operations.opened[row]) / MONTH


def _staff_per_centre(simulation: Simulation, row: int) -> float | None:
    operations = simulation.state.operations
    return _ratio(operations.arrests[row], operations.found[row])


def _owners_hit(simulation: Simulation, row: int) -> float:
    dens, operations = simulation.state.dens, simulation.state.operations
    hit = (dens.status == DenStatus.DISMANTLED) & (dens.ended == operations.strike_day[row])
    return float(np.unique(dens.syndicate[hit & operations.hosts[row][dens.country]]).size)


def _handed_over_within(days: int) -> Of:
    def of(simulation: Simulation, row: int) -> float | None:
        workers, until = simulation.state.workers, int(simulation.state.operations.strike_day[row]) + days
        if until >= simulation.state.day:
            return None
        return float(((workers.operation == row) & (workers.handed_over <= until)).sum())

    return of


def _largest_source_share(simulation: Simulation, row: int) -> float | None:
    workers = simulation.state.workers
    sources = workers.nationality[workers.operation == row]
    return float(np.bincount(sources).max() / sources.size) if sources.size else None


# All joint operations


def _of_all(column: str, scale: float = 1.0) -> Of:
    return lambda simulation, row: float(simulation.state.operations[column][joint_strikes(simulation)].sum()) * scale


def _arrests_per_search(simulation: Simulation, row: int) -> float | None:
    o, struck = simulation.state.operations, joint_strikes(simulation)
    return _ratio(o.arrests[struck].sum(), o.searches[struck].sum())


def _all_handed_over(simulation: Simulation, row: int) -> float:
    workers = simulation.state.workers
    return float((np.isin(workers.operation, joint_strikes(simulation)) & (workers.handed_over < NEVER)).sum())


# The whole arm


def _sum(*names: str, scale: float = 1.0, over: Window = window) -> Of:
    def of(simulation: Simulation, row: int) -> float:
        days = simulation.record()[over(simulation)]
        return scale * sum(float(days[:, POSITION[name], :].sum()) for name in names)

    return of


def _rate(above: str, below: str, scale: float = 1.0) -> Of:
    def of(simulation: Simulation, row: int) -> float | None:
        return _ratio(scale * (_sum(above)(simulation, row) or 0.0), _sum(below)(simulation, row) or 0.0)

    return of


def _ratio(above: Any, below: Any) -> float | None:
    return float(above) / float(below) if below else None


def _revenue_per_worker(simulation: Simulation, row: int) -> float | None:
    before = simulation.burn_in_record()[-365:]
    return _ratio(365.0 * 0.01 * float(before[:, POSITION["paid"], :].sum()), before[:, POSITION["staff"], :].sum())


def _people_at_start(simulation: Simulation, row: int) -> float:
    return float(simulation.record()[0, POSITION["staff"], :].sum())


def _youngest_share(simulation: Simulation, row: int) -> float | None:
    victims = simulation.state.victims
    band = victims.age_band[victims.payments > 0]
    return _ratio((band == 0).sum(), band.size)


def _loss_change(simulation: Simulation, row: int) -> float | None:
    order = int(simulation.state.operations.opened[row])
    if order < SEASON or order + SEASON > simulation.state.day:
        return None
    paid = simulation.record()[order - SEASON: order + SEASON, POSITION["paid"], :].sum(axis=1)
    before = float(paid[:SEASON].sum())
    return _ratio(float(paid[SEASON:].sum()) - before, before)


MEASURES: dict[str, Measure] = {
    "strike_month": Measure("months", "from the order for the first joint operation that struck to its strike",
                            _strike_month),
    "centres_found": Measure("dens", "dens found in that operation", _of_operation("found")),
    "owners_hit": Measure("syndicates", "owners of the dens found in that operation", _owners_hit),
    "searches": Measure("sites", "sites searched in that operation", _of_operation("searches")),
    "arrests": Measure("persons", "people arrested in that operation", _of_operation("arrests")),
    "loss_found": Measure("currency", "all that the dens found had taken from victims",
                          _of_operation("loss_found", 0.01)),
    "victims_found": Measure("persons", "victims of the dens found", _of_operation("victims_found")),
    "loss_reported": Measure("currency", "of that loss, what had been reported to the police",
                             _of_operation("loss_reported", 0.01)),
    "reports_found": Measure("reports", "number of those reports", _of_operation("reports_found")),
    "staff_per_centre": Measure("persons/den", "people arrested for each den found", _staff_per_centre),
    "handed_over_by_month_30": Measure(
        "persons", f"suspects handed over by the operation's hosts within {HAND_OVER_DAYS} days of the strike; null "
        "where the run ends before", _handed_over_within(HAND_OVER_DAYS)),
    "handed_over_by_month_3": Measure(
        "persons", "the same within 91 days of the strike", _handed_over_within(91)),
    "largest_source_share": Measure("share", "share of the largest nationality among those arrested in the operation",
                                    _largest_source_share),
    "joint_strikes": Measure("operations", "joint operations that struck",
                             lambda simulation, row: float(joint_strikes(simulation).size), strike=False),
    "joint_searches": Measure("sites", "sites searched in all joint operations", _of_all("searches")),
    "joint_centres_found": Measure("dens", "dens found in all joint operations", _of_all("found")),
    "joint_arrests": Measure("persons", "people arrested in all joint operations", _of_all("arrests")),
    "arrests_per_search": Measure("persons/site", "people arrested for each site searched in joint operations",
                                  _arrests_per_search),
    "joint_handed_over": Measure("persons", "people arrested in joint operations and handed over by the end of the run",
                                 _all_handed_over),
    "funds_intercepted": Measure("currency", "money frozen, called back or seized while all of the arm was in force",
                                 _sum("frozen", "recalled", "seized", scale=0.01, over=joint_window), strike=False),
    "leaders_taken": Measure("persons", "leaders arrested while the arm was in force", _sum("leaders_taken"),
                             strike=False),
    "payments_per_victim": Measure("payments/person", "payments for each new victim while the arm was in force",
                                   _rate("payments", "victims"), strike=False),
    "loss_per_victim": Measure("currency/person", "money paid for each new victim while the arm was in force",
                               _rate("paid", "victims", 0.01), strike=False),
    "calls_per_message_stopped": Measure("calls/message", "scam calls stopped for each scam message stopped, "
                                         "wrong hits left out", _rate("calls_blocked", "sms_blocked"), strike=False),
    "warnings_per_call_stopped": Measure("warnings/call", "warnings to people in a scam for each scam call stopped",
                                         _rate("warnings", "calls_blocked"), strike=False),
    "held_per_call_stopped": Measure("currency/call", "transfers held, retries counted, for each scam call stopped",
                                     _rate("held", "calls_blocked", 0.01), strike=False),
    "calls_stopped": Measure("calls", "scam and wanted calls stopped while the arm was in force",
                             _sum("calls_blocked", "wanted_calls_blocked"), strike=False),
    "messages_stopped": Measure("messages", "scam and wanted messages stopped while the arm was in force",
                                _sum("sms_blocked", "wanted_messages_blocked"), strike=False),
    "money_held": Measure("currency", "transfers held, retries counted, while the arm was in force",
                          _sum("held", scale=0.01), strike=False),
    "warnings_given": Measure("warnings", "warnings to people in a scam while the arm was in force",
                              _sum("warnings"), strike=False),
    "helpers_punished": Measure("persons", "people punished for lending an account or card while the arm was in force",
                                _sum("helpers_punished"), strike=False),
    "click_farming_share": Measure("share", "share of click-farming among new victims while the arm was in force",
                                   _rate("victims_click_farming", "victims"), strike=False),
    "investment_share": Measure("share", "share of investment scams in the money paid while the arm was in force",
                                _rate("paid_investment", "paid"), strike=False),
    "youngest_share": Measure("share", "share of the youngest age band among all who have paid by the last day, the "
                              "burn-in included", _youngest_share, strike=False),
    "loss_change": Measure("share", f"change of the money paid in the {SEASON} days from the order for that operation, "
                           f"against the {SEASON} days before", _loss_change),
    "people_at_start": Measure("persons", "people in dens on the first day after the burn-in", _people_at_start,
                               strike=False),
    "revenue_per_worker": Measure("currency/person/year", "money paid by victims for each person in a den, a year, "
                                  "over the last year of the burn-in", _revenue_per_worker, strike=False),
}
"""Measures that a fact in a world file may name."""
