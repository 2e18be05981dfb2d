from __future__ import annotations

import numpy as np
import pytest
from support import NEVER, add_den, add_workers, assert_poisson, assert_share, empty_state, flow

from fraudsim.agents.den import DenStatus
from fraudsim.agents.worker import Control, RecruitedAs, WorkerStatus
from fraudsim.processes.recruitment import recruitment
from fraudsim.processes.travel import travel

S = WorkerStatus
SURE = {"parameters__travel__smuggled_share": 0.0, "parameters__travel__retry_share": 0.0,
        "parameters__travel__named_share": 0.0, "parameters__recruitment__travel_loan_share": 0.0}


def leaving(n: int = 5, trips: int = 1, how: int = RecruitedAs.VOLUNTARY, capacity: int = 14, **settings):
    state = empty_state(**{**SURE, "syndicates__Red__den_capacity": capacity, **settings})
    den = add_den(state)
    rows = add_workers(state, den, n, status=S.TRAVELLING, started=NEVER, trips=trips, recruited_as=how,
                       due=0)
    state.workers.place[rows] = 0
    state.agendas["departures"].enter(rows, 0)
    return state


def go_on(state, days: int) -> None:
    for _ in range(days):
        travel(state)
        state.day += 1


def test_without_control_everybody_arrives_on_the_day_and_fills_the_seat():
    state = leaving(parameters__travel__days=7)
    capital, suppliers = int(state.syndicates.capital[0]), state.accounts.balance["suppliers"]
    go_on(state, 7)
    assert state.workers.status.tolist() == [S.TRAVELLING] * 5
    assert state.workers.due.tolist() == [7] * 5
    assert state.dens.staff[0] == 0
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.WORKING] * 5
    assert state.workers.control.tolist() == [Control.FREE] * 5
    assert state.workers.debt.tolist() == [0] * 5
    assert state.workers.place.tolist() == [1] * 5
    assert state.workers.started.tolist() == [7] * 5
    assert (state.dens.staff[0], state.dens.callers[0]) == (5, 5)
    assert flow(state, "departures") == [5, 0, 0]
    assert flow(state, "arrivals_from") == [5, 0, 0]
    assert flow(state, "arrivals") == [0, 5, 0]
    # The recruiter's fee of 200.00 each.
    assert capital - state.syndicates.capital[0] == 5 * 20000
    assert state.accounts.balance["suppliers"] - suppliers == 5 * 20000


def stopped(**settings):
    state = leaving(**settings)
    state.levers.move("exit_screening", [0], 1.0)
    go_on(state, 1)
    return state


def test_full_screening_without_retry_stops_everybody_and_they_are_at_risk_as_before():
    state = stopped()
    assert state.workers.status.tolist() == [S.AT_RISK] * 5
    assert state.workers.place.tolist() == [0] * 5
    assert state.workers.seat.tolist() == [-1] * 5
    assert not (state.seats.holder >= 0).any()
    assert flow(state, "border_stops") == flow(state, "departures") == [5, 0, 0]
    assert flow(state, "smuggled") == [0, 0, 0]
    go_on(state, 60)
    assert flow(state, "arrivals") == [0, 0, 0]


def test_the_stopped_may_be_won_anew_the_next_day():
    state = stopped(parameters__captivity__re_enlist=1.0)
    recruitment(state)
    assert state.workers.status.tolist() == [S.TRAVELLING] * 5
    assert state.workers.trips.tolist() == [2] * 5
    assert sorted(state.seats.holder[state.workers.seat]) == [0, 1, 2, 3, 4]
    # They were counted away when they were won first.
    assert state.countries.away.tolist() == [5, 0, 0]


def test_control_elsewhere_stops_nobody():
    state = leaving()
    state.levers.move("exit_screening", [1, 2], 1.0)
    state.levers.move("exit_ban", [1, 2], 1.0)
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.TRAVELLING] * 5


def test_the_stopped_may_try_again_by_smuggler_later_and_in_debt():
    state = leaving(parameters__travel__retry_share=1.0, parameters__travel__days=7,
                    parameters__travel__smuggled_extra_days=14)
    state.levers.move("exit_screening", [0], 1.0)
    go_on(state, 21)
    assert state.workers.status.tolist() == [S.SMUGGLED] * 5
    assert state.workers.smuggled.all()
    assert flow(state, "smuggled") == [5, 0, 0]
    assert flow(state, "border_stops") == [5, 0, 0]
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.WORKING] * 5
    assert state.workers.control.tolist() == [Control.INDEBTED] * 5
    # 1,500.00 of every recruit in debt and 3,000.00 for the smuggler.
    assert state.workers.debt.tolist() == [450000] * 5


@pytest.mark.parametrize(("trips", "named_share", "status"), [(1, 0.0, S.TRAVELLING), (2, 0.0, S.AT_RISK),
                                                            (1, 1.0, S.AT_RISK)])
def test_a_ban_stops_the_named_only(trips, named_share, status):
    state = leaving(trips=trips, parameters__travel__named_share=named_share)
    state.levers.move("exit_ban", [0], 1.0)
    go_on(state, 1)
    assert state.workers.status.tolist() == [status] * 5


def test_ban_and_screening_work_one_after_the_other():
    state = leaving(4000, capacity=4000, trips=2)
    state.levers.move("exit_ban", [0], 0.5)
    state.levers.move("exit_screening", [0], 0.3)
    go_on(state, 1)
    assert_share(flow(state, "border_stops")[0], 4000, 1 - 0.5 * 0.7)


def test_smugglers_know_no_control_and_the_coerced_go_with_them():
    for how, by_smuggler in ((RecruitedAs.VOLUNTARY, 1.0), (RecruitedAs.COERCED, 0.0)):
        state = leaving(how=how, parameters__travel__smuggled_share=by_smuggler)
        state.levers.move("exit_screening", [0], 1.0)
        go_on(state, 1)
        assert state.workers.status.tolist() == [S.SMUGGLED] * 5
        assert flow(state, "departures") == [0, 0, 0]


def test_recruiters_who_saw_recruits_stopped_send_them_by_smuggler():
    """A fifth goes by smuggler in any case; of the others, where 60% were stopped, 0.5 x 0.6 as well."""
    shares = {}
    for belief in ([1.0, 0.0, 0.0], [0.4, 1.0, 1.0]):
        state = leaving(4000, capacity=4000, parameters__travel__smuggled_share=0.2,
                        parameters__travel__evade_share=0.5)
        state.syndicates.source_belief[0] = belief
        state.syndicates.source_belief[1] = 0.0
        state.levers.move("exit_screening", [0], 1.0)
        go_on(state, 1)
        shares[belief[0]] = flow(state, "smuggled")[0]
        assert (state.workers.status == S.SMUGGLED).sum() == flow(state, "smuggled")[0]
        assert flow(state, "border_stops") == flow(state, "departures") == [4000 - flow(state, "smuggled")[0], 0, 0]
    # What the owner believes of other sources, and other owners of this one, is nothing to these.
    assert_share(shares[1.0], 4000, 0.2)
    assert_share(shares[0.4], 4000, 0.2 + 0.8 * 0.5 * 0.6)


def test_the_coerced_are_held_on_arrival():
    state = leaving(how=RecruitedAs.COERCED)
    go_on(state, 22)
    assert state.workers.status.tolist() == [S.HELD] * 5
    assert state.workers.control.tolist() == [Control.CONFINED] * 5
    assert (state.dens.staff[0], state.dens.callers[0]) == (5, 0)


@pytest.mark.parametrize(("by_smuggler", "confined"), [(0.0, 0.3), (1.0, 1 - 0.7**2)])
def test_the_deceived_are_confined_as_often_as_the_owner_coerces_more_without_papers(by_smuggler, confined):
    state = leaving(4000, capacity=4000, how=RecruitedAs.DECEIVED, parameters__travel__smuggled_share=by_smuggler)
    go_on(state, 22)
    workers = state.workers
    assert_share((workers.control == Control.CONFINED).sum(), 4000, confined)
    assert ((workers.status == S.HELD) == (workers.control == Control.CONFINED)).all()
    assert (workers.control[workers.status == S.WORKING] == Control.INDEBTED).all()


def test_some_volunteers_travel_on_a_loan():
    state = leaving(4000, capacity=4000, parameters__recruitment__travel_loan_share=0.3)
    go_on(state, 8)
    assert_share((state.workers.control == Control.INDEBTED).sum(), 4000, 0.3)
    assert set(state.workers.debt[state.workers.control == Control.INDEBTED].tolist()) == {150000}


@pytest.mark.parametrize("status", [DenStatus.CLOSED, DenStatus.DISMANTLED])
def test_who_arrives_at_a_den_that_is_gone_is_stranded(status):
    state = leaving()
    go_on(state, 7)
    state.dens.status[0] = status
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.STRANDED] * 5
    assert state.workers.due.tolist() == [7 + 120] * 5
    assert state.agendas["lives"].take(127).size == 5
    assert not (state.seats.holder >= 0).any()
    assert flow(state, "arrivals") == [0, 0, 0]
    assert state.dens.staff[0] == 0


def test_who_arrives_at_a_den_that_lies_low_joins_it():
    state = leaving()
    go_on(state, 7)
    state.dens.status[0] = DenStatus.LYING_LOW
    go_on(state, 1)
    assert state.dens.staff[0] == 5


def test_ordinary_travellers_are_stopped_by_the_false_positive_rate():
    state = leaving()
    state.levers.move("exit_screening_wrong", [0, 1], 0.01)
    go_on(state, 300)
    # Adults x travellers an adult and day x rate x days.
    for country, adults in ((0, 20000), (1, 50000)):
        assert_poisson(flow(state, "travellers_stopped_wrongly")[country], adults * 3e-4 * 0.01 * 300)
    assert flow(state, "travellers_stopped_wrongly")[2] == 0


def test_a_second_trip_through_a_control_is_no_smuggled_trip():
    state = leaving(trips=2)
    state.workers.smuggled[...] = True
    go_on(state, 8)
    assert state.workers.status.tolist() == [S.WORKING] * 5
    assert state.workers.debt.tolist() == [0] * 5
    assert np.array_equal(state.workers.control, [Control.FREE] * 5)


ALL = {"parameters__travel__smuggled_share": 1.0, "parameters__travel__caught_retry": 0.0,
       "parameters__travel__smuggled_death": 0.0}


@pytest.mark.parametrize(("origin", "host", "caught"), [(0.4, 0.0, 0.4), (0.0, 0.4, 0.4), (0.4, 0.3, 1 - 0.6 * 0.7)])
def test_who_goes_by_smuggler_is_caught_on_either_side_of_the_border(origin, host, caught):
    state = leaving(4000, capacity=4000, **ALL)
    state.levers.move("smuggle_stop", [0], origin)
    state.levers.move("smuggle_stop", [1], host)
    state.levers.move("smuggle_stop", [2], 1.0)
    go_on(state, 1)
    workers = state.workers
    assert flow(state, "smuggled") == [4000, 0, 0]
    assert_share(flow(state, "smuggled_stopped")[0], 4000, caught)
    home = workers.status == S.AT_RISK
    assert home.sum() == flow(state, "smuggled_stopped")[0] == 4000 - (workers.status == S.SMUGGLED).sum()
    assert (workers.place[home] == 0).all()
    assert (workers.seat[home] == -1).all()
    assert (workers.debt[home] == 0).all()
    assert (workers.due[home] == NEVER).all()
    assert flow(state, "border_stops") == flow(state, "departures") == [0, 0, 0]


def test_smugglers_are_the_only_ones_whom_policing_of_routes_stops():
    state = leaving()
    state.levers.move("smuggle_stop", [0, 1], 1.0)
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.TRAVELLING] * 5


def test_the_caught_are_sent_again_later_and_may_be_caught_again():
    state = leaving(4000, capacity=4000, **{**ALL, "parameters__travel__caught_retry": 0.5,
                                            "parameters__travel__smuggled_extra_days": 14})
    state.levers.move("smuggle_stop", [0], 1.0)
    go_on(state, 1)
    waiting = state.workers.status == S.STOPPED
    assert_share(waiting.sum(), 4000, 0.5)
    assert (state.workers.due[waiting] == 14).all()
    assert (state.workers.seat[waiting] >= 0).all()
    go_on(state, 13)
    first = int(waiting.sum())
    assert (state.workers.status == S.STOPPED).sum() == first == 4000 - (state.workers.status == S.AT_RISK).sum()
    state.levers.reset()
    state.levers.move("smuggle_stop", [0], 0.25)
    go_on(state, 1)
    second = flow(state, "smuggled_stopped")[0] - 4000
    assert flow(state, "smuggled")[0] == 4000 + first
    assert_share(second, first, 0.25)
    assert (state.workers.status == S.SMUGGLED).sum() == first - second
    go_on(state, 90)
    assert flow(state, "smuggled_arrivals")[0] == flow(state, "arrivals_from")[0] > first - second


def test_who_is_stopped_at_the_control_and_then_caught_goes_home():
    state = leaving(parameters__travel__retry_share=1.0, parameters__travel__caught_retry=0.0)
    state.levers.move("exit_screening", [0], 1.0)
    state.levers.move("smuggle_stop", [1], 1.0)
    go_on(state, 1)
    assert state.workers.status.tolist() == [S.AT_RISK] * 5
    assert flow(state, "border_stops") == flow(state, "smuggled") == flow(state, "smuggled_stopped") == [5, 0, 0]


def test_a_dearer_route_is_owed_by_those_who_arrive_by_it():
    state = leaving(**{**ALL, "parameters__travel__smuggler_debt": 3000.0})
    state.levers.move("smuggle_price", [0], 1.5)
    go_on(state, 1)
    state.levers.reset()  # the price is that of the day of departure
    go_on(state, 21)
    assert state.workers.debt.tolist() == [150000 + 450000] * 5
    assert flow(state, "smuggler_debt") == [5 * 450000, 0, 0]
    assert flow(state, "smuggled_arrivals") == [5, 0, 0]


def test_some_die_on_the_way():
    state = leaving(4000, capacity=4000, **{**ALL, "parameters__travel__smuggled_death": 0.1})
    capital = int(state.syndicates.capital[0])
    go_on(state, 22)
    dead = state.workers.status == S.DIED
    assert_share(dead.sum(), 4000, 0.1)
    assert flow(state, "smuggled_deaths") == [dead.sum(), 0, 0]
    assert flow(state, "deaths") == [0, 0, 0]
    assert flow(state, "arrivals_from")[0] == 4000 - dead.sum() == state.dens.staff[0]
    assert (state.workers.seat[dead] == -1).all()
    assert (state.workers.debt[dead] == 0).all()
    assert capital - state.syndicates.capital[0] == 20000 * (4000 - dead.sum())


def test_nobody_dies_who_goes_through_a_control():
    state = leaving(parameters__travel__smuggled_death=0.1, n=14)
    state.workers.smuggled[...] = True
    go_on(state, 8)
    assert state.dens.staff[0] == 14


def test_recruiters_send_by_smuggler_as_far_as_they_believe_that_it_works():
    state = leaving(4000, capacity=4000, **{**ALL, "parameters__travel__smuggled_share": 0.5})
    state.syndicates.route_belief[0] = [0.4, 0.0, 0.0]
    state.syndicates.route_belief[1] = 0.0
    go_on(state, 1)
    assert_share(flow(state, "smuggled")[0], 4000, 0.5 * 0.4)
    state = leaving(4000, capacity=4000, parameters__travel__retry_share=0.5)
    state.syndicates.route_belief[0] = 0.4
    state.levers.move("exit_screening", [0], 1.0)
    go_on(state, 1)
    assert_share(flow(state, "smuggled")[0], 4000, 0.5 * 0.4)


def test_who_is_no_longer_due_does_not_arrive():
    state = leaving()
    go_on(state, 3)
    state.handle("workers", 0).move_to(S.STOPPED)
    go_on(state, 10)
    assert state.workers.status.tolist() == [S.STOPPED] + [S.WORKING] * 4
    assert state.workers.due.tolist() == [NEVER] * 5
