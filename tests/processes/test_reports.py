from __future__ import annotations

import numpy as np
import pytest
from support import add_den, add_victims, assert_share, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import VictimStatus
from fraudsim.core.draws import child_keys
from fraudsim.processes.reports import reports


def told(n: int = 400, **settings):
    """Return a state with payments to two dens, reported today."""
    state = empty_state(**settings)
    dens = [add_den(state), add_den(state)]
    rows = add_victims(state, dens[0], n, status=VictimStatus.PAID)
    state.transfers.add(n, key=child_keys(state.victims.key[rows], "payment", 0), victim=rows,
                        den=np.repeat(dens, n // 2), amount=100, paid_hour=5, clear_hour=90, report_hour=9)
    state.agendas["reports"].enter(np.arange(n), 0)
    return state


def test_reports_are_recorded_with_victim_den_and_force():
    state = told(parameters__investigation__trace_share=0.0)
    reports(state)
    assert state.victims.reported.all()
    assert state.forces.recorded.tolist() == [400, 0, 0]
    assert state.dens.reports.tolist() == [200, 200]
    assert state.dens.reported.tolist() == [20000, 20000]
    assert flow(state, "reports") == [400, 0, 0]
    assert len(state.evidence) == 0
    reports(state)
    assert flow(state, "reports") == [400, 0, 0]


@pytest.mark.parametrize("precision", [0.0, 0.75, 1.0])
def test_traced_reports_confirm_an_address_right_or_wrong(precision):
    state = told(4000, parameters__investigation__trace_share=0.25, parameters__investigation__precision=precision)
    reports(state)
    evidence = state.evidence
    assert evidence.force.tolist() == [0, 0]
    assert sorted(evidence.den) == [0, 1]
    traced = int(evidence.strength.sum() + evidence.astray.sum())
    assert_share(traced, 4000, 0.25)
    assert_share(int(evidence.strength.sum()), traced, precision)


@pytest.mark.parametrize(("share", "lever"), [(0.8, 1.0), (0.5, 0.4), (0.8, 2.0)])
def test_police_register_a_share_of_reports_as_cases(share, lever):
    state = told(3000, parameters__justice__registered_share=share)
    state.levers.move("registration", [0], lever)
    reports(state)
    registered = flow(state, "registered")
    assert registered[1:] == [0, 0]
    assert_share(registered[0], 3000, min(1.0, share * lever))
    assert state.dens.registered.sum() == registered[0]
    assert flow(state, "solved") == [0, 0, 0]


def test_a_case_on_a_den_that_is_dismantled_already_is_solved_at_once():
    state = told(400, parameters__justice__registered_share=1.0)
    state.dens.status[1] = DenStatus.DISMANTLED
    reports(state)
    assert flow(state, "solved") == [200, 0, 0]
