"""Reports: what victims tell the police becomes recorded crime and, now and then, evidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import DenStatus
from fraudsim.core.draws import purposes
from fraudsim.core.process import process
from fraudsim.ledgers.evidence import confirm
from fraudsim.ledgers.flows import positions
from fraudsim.loops.reports import book
from fraudsim.state import State

REPORT = purposes("reports.trace", "reports.register")
RECORDED = positions("reports", "registered", "solved")
DISMANTLED = DenStatus.DISMANTLED.value


def registered_share(state: State) -> NDArray[np.float64]:
    """Return the share of reports that police of every country register as a case today."""
    share: NDArray[np.float64] = np.minimum(1.0, state.world.parameters.justice.registered_share
                                            * state.levers.registration)
    return share


@process(reads="transfers.key transfers.victim transfers.den transfers.amount victims.country forces.key dens.key "
               "dens.target dens.status",
         writes="victims.reported forces.recorded dens.reported dens.reports dens.registered evidence.*")
def reports(state: State) -> None:
    """Record today's reports; some lead to a number, an address or an account of the den."""
    agenda = state.agendas["reports"]
    if not agenda.may_be_due(state.day):
        return
    share = float(state.world.parameters.investigation.trace_share)
    traced, reported = book(
        state.columns, *agenda.room(0), state.day, state.draws.run, REPORT, share, state.standing(registered_share),
        DISMANTLED, state.flows.today, RECORDED)
    state.draws.made += 2 * reported
    if traced.size:
        t, v = state.transfers.wide, state.victims.wide
        force, den = v.country[t.victim[traced]].astype(np.int64), t.den[traced].astype(np.int64)
        confirm(state, force, den, t.key[traced])
