from __future__ import annotations

import numpy as np
import pytest
from support import assert_share, empty_state, flow

from fraudsim.agents.worker import WorkerStatus
from fraudsim.core.draws import child_keys, root_key
from fraudsim.processes.homecoming import homecoming

S = WorkerStatus
N = 4000
P = "parameters__captivity__"


def due(status: int, **settings):
    state = empty_state(**settings)
    keys = child_keys(root_key("people"), "person", np.arange(N))
    rows = state.workers.add(N, key=keys, nationality=0, place=1, status=status, due=0)
    state.agendas["lives"].enter(rows, 0)
    return state


@pytest.mark.parametrize("status", [S.FLED, S.QUIT, S.RANSOMED, S.RESCUED, S.DEPORTED, S.LET_GO, S.RELEASED])
def test_people_come_home_or_are_stranded(status):
    state = due(status, **{P + "stranded_share": 0.15, P + "stranded_days": 120, P + "aftercare_days": 180})
    homecoming(state)
    workers = state.workers
    stranded = workers.status == S.STRANDED
    assert_share(stranded.sum(), N, 0.15)
    assert (workers.status[~stranded] == S.HOME).all()
    assert (workers.place == np.where(stranded, 1, 0)).all()
    assert (workers.due == np.where(stranded, 120, 180)).all()
    assert state.agendas["lives"].take(120).tolist() == np.flatnonzero(stranded).tolist()
    assert state.agendas["lives"].take(180).size == N - stranded.sum()


def test_the_stranded_come_home_in_the_end():
    state = due(S.STRANDED)
    homecoming(state)
    assert (state.workers.status == S.HOME).all()
    assert (state.workers.place == 0).all()


def test_nobody_else_finds_other_work():
    for status in (S.WORKING, S.TRAVELLING, S.HOME, S.STRANDED, S.DECLINED):
        state = due(status, **{P + "resettle": 1.0})
        state.agendas["lives"].take(0)
        homecoming(state)
        assert (state.workers.status == status).all()


def test_after_aftercare_people_are_settled_or_at_risk():
    state = due(S.HOME, **{P + "at_risk_share": 0.25, P + "resettle": 0.0})
    homecoming(state)
    assert_share((state.workers.status == S.AT_RISK).sum(), N, 0.25)
    assert np.isin(state.workers.status, (S.AT_RISK, S.REINTEGRATED)).all()
    for day in range(1, 400):
        assert state.agendas["lives"].take(day).size == 0


def test_some_at_risk_again_find_other_work_each_day():
    state = due(S.AT_RISK, **{P + "resettle": 0.3})
    state.agendas["lives"].take(0)
    left = N
    for day in range(3):
        state.day = day
        homecoming(state)
        still = int((state.workers.status == S.AT_RISK).sum())
        assert_share(left - still, left, 0.3)
        assert (state.workers.status == S.REINTEGRATED).sum() == N - still
        assert (state.workers.since == day).sum() >= left - still
        left = still


def flows(state, *names):
    return [flow(state, name)[0] for name in names]


def test_who_comes_home_may_be_helped_and_is_counted():
    state = due(S.RESCUED, **{P + "stranded_share": 0.0})
    state.levers.move("aftercare", [0], 0.4)
    homecoming(state)
    assert flows(state, "homecomings", "aftercare") == [N, state.workers.aided.sum()]
    assert_share(state.workers.aided.sum(), N, 0.4)
    assert state.workers.came_home.all()


def test_without_aftercare_nobody_is_helped():
    state = due(S.RESCUED, **{P + "stranded_share": 0.0})
    state.levers.move("aftercare", [1, 2], 1.0)
    state.workers.aided[...] = True  # at an earlier homecoming
    homecoming(state)
    assert not state.workers.aided.any()
    assert flows(state, "homecomings", "aftercare") == [N, 0]


def test_help_prevents_relapse():
    state = due(S.HOME, **{P + "at_risk_share": 0.5, P + "aftercare_effect": 0.6, P + "resettle": 0.0})
    state.workers.aided[: N // 2] = True
    homecoming(state)
    back = state.workers.status == S.AT_RISK
    assert_share(back[: N // 2].sum(), N // 2, 0.5 * 0.4)
    assert_share(back[N // 2:].sum(), N // 2, 0.5)
    assert flows(state, "reintegrated") == [N - back.sum()]
    assert (state.workers.due == 32767).all()


def test_who_settles_later_is_counted_if_they_had_come_home():
    state = due(S.AT_RISK, **{P + "resettle": 1.0})
    state.agendas["lives"].take(0)
    state.workers.came_home[:10] = True
    homecoming(state)
    assert flows(state, "reintegrated") == [10]


def test_who_is_no_longer_due_is_passed_over():
    state = due(S.HOME)
    state.workers.due[5:] = 3
    homecoming(state)
    assert (state.workers.status[5:] == S.HOME).all()
    assert (state.workers.status[:5] != S.HOME).all()
