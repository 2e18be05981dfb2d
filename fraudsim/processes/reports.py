"""Reports: what victims tell the police becomes recorded crime and, now and then, evidence."""

from __future__ import annotations

from fraudsim.core.draws import purpose
from fraudsim.core.process import process
from fraudsim.ledgers.evidence import confirm
from fraudsim.ledgers.flows import POSITION
from fraudsim.loops.reports import book
from fraudsim.state import State

TRACE = purpose("reports.trace")
REPORTS = POSITION["reports"]


@process(reads="transfers.key transfers.victim transfers.den transfers.amount victims.country forces.key dens.key",
         writes="victims.reported forces.recorded dens.reported dens.reports evidence.*")
def reports(state: State) -> None:
    """Record today's reports; some lead to a number, an address or an account of the den."""
    rows = state.agendas["reports"].take(state.day)
    if rows.size == 0:
        return
    t, v, d, forces, draws = state.transfers, state.victims, state.dens, state.forces, state.draws
    share = float(state.world.parameters.investigation.trace_share)
    traced = book(rows, draws.run, TRACE, share, t.key, t.victim, t.den, t.amount, v.country, v.reported,
                  forces.recorded, d.reported, d.reports, state.flows.today, REPORTS)
    draws.made += rows.size
    if traced.size:
        confirm(state, v.country[t.victim[traced]], t.den[traced], t.key[traced])
