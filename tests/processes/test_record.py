from __future__ import annotations

import numpy as np
from support import add_den, add_workers, empty_state

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, RecruitedAs, WorkerStatus
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.record import record


def test_a_row_holds_the_days_counts_and_the_stocks_at_its_end():
    state = empty_state()
    here, there, low = add_den(state, staff=4), add_den(state, zone=2), add_den(state, zone=1)
    state.dens.status[low] = DenStatus.LYING_LOW
    add_workers(state, there, 3, control=Control.CONFINED, recruited_as=RecruitedAs.DECEIVED)
    add_workers(state, here, 2, status=WorkerStatus.HELD)
    gone = add_workers(state, here, 1, status=WorkerStatus.DETAINED)
    state.dens.staff[here] -= gone.size
    # In custody: one more of den ``here`` who came by deception, one of ``there`` who was once held, one not.
    add_workers(state, here, 1, status=WorkerStatus.ARRESTED, recruited_as=RecruitedAs.DECEIVED)
    add_workers(state, there, 1, status=WorkerStatus.SENTENCED, days_captive=1)
    away = add_workers(state, there, 1, status=WorkerStatus.HANDED_OVER)
    state.workers.place[away] = 0
    # Stranded: two in HO, one on the way through TA. Those at home are neither.
    add_workers(state, low, 2, status=WorkerStatus.STRANDED)
    away = add_workers(state, there, 1, status=WorkerStatus.STRANDED)
    state.workers.place[away] = 0
    add_workers(state, low, 2, status=WorkerStatus.HOME, recruited_as=RecruitedAs.DECEIVED)
    state.syndicates.capital[...] = [500, -7]
    state.flows.add("arrests", np.array([1, 1, 2]))
    state.spending.book("something", 0, 99)
    record(state)
    row = {name: state.record[0, i].tolist() for name, i in POSITION.items()}
    assert row["arrests"] == [0, 2, 1]
    assert row["public_cost"] == [99, 0, 0]
    assert row["dens_active"] == [0, 1, 1]
    assert row["dens_standing"] == [0, 2, 1]
    assert row["staff"] == [0, 6, 3]
    assert row["captive"] == [0, 2, 3]
    assert row["trafficked"] == [0, 0, 3]
    assert row["extradition_pending"] == [0, 1, 0]
    assert row["detained"] == [0, 2, 2]
    assert row["trafficked_detained"] == [0, 1, 1]
    assert row["stranded"] == [1, 2, 0]
    # Red's leaders sit in TA, Blue's in HO.
    assert row["capital"] == [500, -7, 0]
    assert (state.yesterday == state.record[0]).all()
    assert not state.flows.today.any()
    assert not state.spending.today.any()
    assert state.days_lived == 1


def test_the_record_grows_and_keeps_its_rows():
    state = empty_state()
    for day in range(600):
        state.flows.add("arrests", 1, day)
        record(state)
    assert state.days_lived == 600 <= len(state.record)
    assert (state.record[:600, POSITION["arrests"], 1] == np.arange(600)).all()
