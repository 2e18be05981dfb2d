from __future__ import annotations

import numpy as np
import pytest
from owners import A, ground, three_targets, week
from support import add_den

from fraudsim.agents.den import DenStatus
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.learning import learning


def test_raids_of_the_week_before_are_no_news_of_ones_own():
    for ended, weight in ((6, 1.0), (7, 0.5)):
        state = ground(**{A + "belief_weight": 0.1, A + "news_share": 0.5})
        add_den(state, profit_mean=1e8)
        struck = add_den(state)
        state.dens.status[struck], state.dens.ended[struck] = DenStatus.DISMANTLED, state.day - ended
        state.zones.raids_week[0] = 1
        week(state)
        assert state.syndicates.risk_belief[0, 0] == pytest.approx(0.1 * weight / 2)


def test_beliefs_follow_own_profits_and_raids_seen():
    state = ground(**{A + "belief_weight": 0.1, A + "news_share": 0.5, A + "neighbour_share": 0.3,
                      A + "neighbour_fear_weeks": 12.0})
    for profit in (3000.0, 5000.0):
        add_den(state, profit_mean=profit, zone=0)
    struck = add_den(state, zone=0, syndicate=1)
    state.dens.status[struck], state.dens.ended[struck] = DenStatus.DISMANTLED, state.day - 2
    state.zones.raids_week[0] = 1
    before = state.syndicates.profit_belief.copy()
    week(state)
    own = np.rint(state.dens.profit_mean[:2]).mean()
    assert state.syndicates.profit_belief[0, 0] == pytest.approx(before[0, 0] + 0.1 * (own - before[0, 0]))
    # Where Red has no den, places look like the mean of those it has; Blue has none left, and nothing to learn from.
    assert state.syndicates.profit_belief[0, 1:] == pytest.approx(before[0, 1:] + 0.1 * (own - before[0, 1:]))
    assert (state.syndicates.profit_belief[1] == before[1]).all()
    # One of three dens raided: 1/3 here, half of that to whom it is news. 0.3 of it is feared in the other zone of the
    # country; with twelve weeks to halve it, fear follows by 1 - 2^(-1/12) a week.
    assert state.syndicates.risk_belief[1] == pytest.approx([0.1 / 3, 0.0, 0.0])
    assert state.syndicates.risk_belief[0] == pytest.approx([0.1 * 0.5 / 3, 0.0, 0.0])
    fading = 0.0561256873
    assert state.syndicates.fear[1] == pytest.approx([0.0, fading * 0.3 / 3, 0.0])
    assert state.syndicates.fear[0] == pytest.approx([0.0, fading * 0.5 * 0.3 / 3, 0.0])
    assert state.zones.raids_week.tolist() == [0, 0, 0]


def test_an_owner_with_dens_in_two_zones_expects_their_mean_over_dens_elsewhere():
    state = ground(**{A + "belief_weight": 0.1, A + "running_cost": 0.0, A + "crowding": 0.0})
    for zone, income in ((0, 0), (0, 30000), (1, 90000)):
        add_den(state, zone=zone, income_week=income + 7 * [6000, 5000][zone])
    state.syndicates.profit_belief[0] = [1000.0, 2000.0, 3000.0]
    week(state)
    # A tenth of the week's profit is booked: 0, 3,000 and 9,000; 1,500 in zone 0, 9,000 in zone 1, 4,000 a den.
    assert state.syndicates.profit_belief[0] == pytest.approx([1050.0, 2700.0, 3100.0])


def test_owners_learn_from_a_week_at_which_border_recruits_are_stopped():
    state = ground(**{A + "belief_weight": 0.1})
    state.days_lived = 9
    left, stopped = POSITION["departures"], POSITION["border_stops"]
    # Days 2 to 8 count, 10 from TA of whom 5 are stopped; days 0 and 1 are past.
    state.record[2, left], state.record[2, stopped] = [6, 4, 0], [5, 0, 0]
    state.record[8, left] = [4, 0, 0]
    state.record[1, left], state.record[1, stopped] = [100, 100, 100], [100, 100, 100]
    week(state)
    assert state.syndicates.source_belief[0] == pytest.approx([0.95, 1.0, 1.0])


def test_fear_of_raids_next_door_is_halved_in_its_time_and_belief_of_raids_seen_in_another():
    state = ground(**{A + "belief_weight": 0.1, A + "neighbour_fear_weeks": 4.0})
    state.syndicates.risk_belief[0], state.syndicates.fear[0] = 0.08, 0.08
    red = state.handle("syndicates", 0)
    assert red.look_at_risk() == pytest.approx([0.16] * 3)
    for _ in range(4):
        learning(state)
    assert state.syndicates.fear[0] == pytest.approx([0.04] * 3, rel=1e-6)
    assert state.syndicates.risk_belief[0] == pytest.approx([0.08 * 0.9**4] * 3)
    assert red.look_at_risk() == pytest.approx([0.04 + 0.08 * 0.9**4] * 3)


def test_a_raid_is_feared_next_door_and_not_where_it_was_seen():
    """So a raid is counted once, and a den that was never raided feels safer again while its own zone stays quiet."""
    state = ground(**{A + "neighbour_share": 1.0, A + "news_share": 1.0})
    for zone in (0, 1, 2):
        add_den(state, zone=zone, syndicate=1)
    state.zones.raids_week[0] = 1
    learning(state)
    table = state.syndicates
    assert (table.fear[0] > 0.0).tolist() == [False, True, False]
    assert (table.risk_belief[0] > 0.0).tolist() == [True, False, False]
    value = state.handle("syndicates", 0).look_at_places().value
    assert value[1] < value[2]


def test_lines_are_believed_by_own_dens_else_by_others_and_else_as_before():
    state = three_targets(**{A + "belief_weight": 0.1, A + "news_share": 0.5})
    assert state.lines == ((0, 0), (0, 1), (0, 2))
    for syndicate, line, profit in ((0, 0, 1e6), (0, 0, 2e6), (1, 0, 9e6), (1, 1, 5e6)):
        den = add_den(state, syndicate=syndicate, profit_mean=profit)
        state.dens.line[den], state.dens.target[den] = line, line
    adjacent = add_den(state, syndicate=0, profit_mean=7e7, adjacent=True)
    state.syndicates.line_belief[...] = 1e6
    learning(state)
    belief = state.syndicates.line_belief
    # Red: its own mean of 1.5 million; of the second line it hears that Blue makes 5 million; nobody plays the third.
    assert belief[0] == pytest.approx([1e6 + 0.1 * 0.5e6, 1e6 + 0.05 * 4e6, 1e6])
    # Blue cannot turn to the third line. A den in other business tells nothing of its line.
    assert belief[1] == pytest.approx([1e6 + 0.1 * 8e6, 1e6 + 0.1 * 4e6, 1e6])
    state.dens.line[adjacent], state.dens.adjacent[adjacent] = 2, False
    learning(state)
    assert belief[0, 2] == pytest.approx(1e6 + 0.1 * 69e6)
    assert belief[1, 2] == 1e6


def test_routes_are_believed_by_who_arrives():
    state = ground(**{A + "belief_weight": 0.1})
    state.days_lived = 7
    for name, counts in (("smuggled", [10, 4, 0]), ("smuggled_stopped", [3, 6, 1]), ("smuggled_deaths", [2, 0, 0])):
        state.record[3, POSITION[name]] = counts
    learning(state)
    # Half of ten arrive; people caught today may have left before, but no more than all are lost; nobody went from XX.
    assert state.syndicates.route_belief[0] == pytest.approx([0.95, 0.9, 1.0])
    assert (state.syndicates.source_belief[0] == 1.0).all()


def test_nothing_is_learnt_on_other_days():
    state = ground()
    state.day -= 1
    state.zones.raids_week[0] = 1
    learning(state)
    assert state.zones.raids_week[0] == 1
    assert not np.any(state.syndicates.risk_belief)
