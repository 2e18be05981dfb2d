"""Reports: what victims tell the police becomes recorded crime and, now and then, evidence."""

from __future__ import annotations

from fraudsim.core.draws import purpose
from fraudsim.core.kernels import add_each, add_same
from fraudsim.core.process import process
from fraudsim.ledgers.evidence import confirm
from fraudsim.state import State

TRACE = purpose("reports.trace")


@process(reads="transfers.key transfers.victim transfers.den transfers.amount victims.country forces.key dens.key",
         writes="victims.reported forces.recorded dens.reported dens.reports evidence.*")
def reports(state: State) -> None:
    """Record today's reports; some lead to a number, an address or an account of the den."""
    rows = state.agendas["reports"].take(state.day)
    if rows.size == 0:
        return
    transfers, victims = state.transfers, state.victims
    victim = transfers.victim[rows]
    country = victims.country[victim]
    victims.reported[victim] = True
    add_same(state.forces.recorded, country, 1)
    add_each(state.dens.reported, transfers.den[rows], transfers.amount[rows])
    add_same(state.dens.reports, transfers.den[rows], 1)
    state.flows.add("reports", country)
    traced = state.draws.uniform(TRACE, transfers.key[rows]) < state.world.parameters.investigation.trace_share
    if traced.any():
        confirm(state, country[traced], transfers.den[rows[traced]], transfers.key[rows[traced]])
