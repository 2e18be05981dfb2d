from __future__ import annotations

import numpy as np
import pytest
from support import NEVER, add_den, add_workers, assert_share, assert_shares, empty_state, flow, simulation, small_world

from fraudsim.agents.den import DenStatus
from fraudsim.agents.syndicate import Places, Stance, Syndicate, region_value
from fraudsim.agents.worker import Control, WorkerStatus
from fraudsim.ledgers.flows import POSITION
from fraudsim.processes.adaptation import adaptation

A = "parameters__adaptation__"
S = WorkerStatus
SUNDAY = 6
# Nobody opens, enters or is tempted to; costs and beliefs as in the small world.
QUIET = {A + "open_rate": 0.0, A + "entry_rate": 0.0, "syndicates__Red__dens_most": 2000}


def ground(capital: int = 10**8, **settings):
    state = empty_state(**{**QUIET, **settings})
    state.day = SUNDAY
    state.accounts.move("owners", "syndicates", capital - int(state.syndicates.capital[0]))
    state.syndicates.capital[0] = capital
    return state


def take(stance: Stance, zone: int | None = None):
    """Return a class of syndicates that always takes this stance, and this zone."""

    class Mine(Syndicate):
        def choose_stance(self, den, places):
            return stance

        def choose_zone(self, places, closed=-1):
            return super().choose_zone(places, closed) if zone is None else zone

        def choose_profit(self, dens):
            return 0

    return Mine


def with_kind(state, kind):
    state.model.kinds = {**state.model.kinds, "syndicates": kind}
    return state


# --- choices of place -----------------------------------------------------------------------------


def test_the_value_of_a_region_by_hand():
    appeal, region = np.array([1.0, 2.0, -0.5, 0.0]), np.array([0, 0, 2, 2], np.int32)
    # Half the logarithm of exp(2) + exp(4); region 1 has no zone; half the logarithm of exp(-1) + exp(0).
    # Nor has region 3, the last by name.
    assert region_value(appeal, region, 0.5, 4) == pytest.approx([2.0634640055, -np.inf, 0.1566308438, -np.inf])
    assert region_value(appeal, region, 1.0, 3)[0] == pytest.approx(np.log(np.exp(1.0) + np.exp(2.0)))
    appeal[:2] = -np.inf
    assert region_value(appeal, region, 0.5, 3)[0] == -np.inf
    assert region_value(appeal + 1e4, region, 0.05, 3)[2] == pytest.approx(1e4 + 0.0, abs=0.01)


def nested_logit(appeal, region, similarity) -> np.ndarray:
    inclusive = region_value(appeal, region, similarity, 2)
    top = np.exp(inclusive) / np.exp(inclusive).sum()
    inside = np.exp(appeal / similarity)
    return top[region] * inside / np.bincount(region, inside)[region]


@pytest.mark.parametrize("similarity", [0.3, 1.0])
@pytest.mark.parametrize("closed", [-1, 0])
def test_zones_are_chosen_by_nested_logit(similarity, closed):
    state = ground(**{A + "region_similarity": similarity})
    red = state.handle("syndicates", 0)
    appeal = np.array([0.4, 0.9, 0.2])
    region = state.zones.region
    # HO's two zones lie in one region, the elsewhere in another.
    assert region.tolist() == [1, 1, 0]
    places = Places(appeal, appeal, region)
    chosen = np.bincount([red.choose_zone(places, closed) for _ in range(4000)], minlength=3)
    assert state.syndicates.choices[0] == 4000
    offered = appeal.copy()
    if closed >= 0:
        offered[closed] = -np.inf
    assert_shares(chosen, nested_logit(offered, region, similarity))


@pytest.mark.parametrize("region", [[0, 0, 0], [0, 1, 2]])
def test_three_zones_in_one_region_or_each_in_its_own_are_chosen_by_logit(region):
    """With three options the sign of the noise matters; with two it does not."""
    state = ground(countries__TA__region="Third", **{A + "region_similarity": 1.0})
    red = state.handle("syndicates", 0)
    appeal = np.array([1.2, -0.5, 0.1])
    places = Places(appeal, appeal, np.array(region, np.int32))
    chosen = np.bincount([red.choose_zone(places) for _ in range(6000)], minlength=3)
    assert_shares(chosen, np.exp(appeal) / np.exp(appeal).sum())


def test_raids_of_the_week_before_are_no_news_of_ones_own():
    for ended, weight in ((6, 1.0), (7, 0.5)):
        state = ground(**{A + "belief_weight": 0.1, A + "news_share": 0.5})
        add_den(state, profit_mean=1e8)
        struck = add_den(state)
        state.dens.status[struck], state.dens.ended[struck] = DenStatus.DISMANTLED, state.day - ended
        state.zones.raids_week[0] = 1
        adaptation(state)
        assert state.syndicates.risk_belief[0, 0] == pytest.approx(0.1 * weight / 2)


def test_a_region_without_zones_is_no_choice():
    state = ground(countries__TA__region="Zuletzt", **{A + "region_similarity": 1.0})
    assert state.region_keys.size == 3
    red = state.handle("syndicates", 0)
    places = Places(np.zeros(3), np.zeros(3), state.zones.region)
    assert_shares(np.bincount([red.choose_zone(places) for _ in range(3000)], minlength=3), [1 / 3] * 3)


def test_what_a_place_is_worth_by_hand():
    state = ground(**{A + "horizon_weeks": 26.0, A + "raid_loss_weeks": 20.0, A + "choice_scale": 0.15})
    state.syndicates.profit_belief[0], state.syndicates.risk_belief[0] = [1e5, 2e5, 0.0], [0.01, 0.0, 0.0]
    # What is expected is net of rent: today's rents add nothing.
    state.rent_now = np.array([1000.0, 2000.0, 3000.0])
    places = state.handle("syndicates", 0).look_at_places()
    # Half the best profit for 26 weeks, less 20 weeks' worth times the chance 1 - exp(-0.26) of a raid in them.
    value = [26 * 0.5 - 20 * 0.2289484142, 26.0, 0.0]
    assert places.value == pytest.approx(value)
    assert places.appeal == pytest.approx(np.array([0.5, 0.4, -0.3]) + 0.15 * np.array(value))


def test_stances_are_chosen_by_logit():
    state = ground(**{A + "choice_scale": 0.15, A + "horizon_weeks": 26.0, A + "raid_loss_weeks": 20.0,
                      A + "lie_low_weeks": 4, A + "lie_low_safety": 0.6, A + "relocation_weeks": 6.0,
                      A + "relocation_days": 21})
    for _ in range(1500):
        add_den(state)
    state.syndicates.risk_belief[0] = [0.02, 0.0, 0.0]
    value = np.array([8.0, 12.0, -3.0])
    places = Places(value, value, state.zones.region)
    red = state.handle("syndicates", 0)
    chosen = np.bincount([red.choose_stance(den, places) for den in range(1500)], minlength=4)
    # Stay; lie low: four weeks less, 0.6 of the risk cost of 20 (1 - exp(-0.52)) = 8.1096 saved; move: the best
    # elsewhere less 9; leave.
    worth = np.exp(0.15 * np.array([8.0, 8.0 - 4 + 0.6 * 8.1095890, 12.0 - 9.0, 0.0]))
    assert_shares(chosen, worth / worth.sum())


# --- what follows from a choice -------------------------------------------------------------------


def test_alarmed_dens_are_decided_on_weekly_only():
    state = with_kind(ground(), take(Stance.LEAVE))
    den = add_den(state, alarmed=True)
    state.day = 5
    adaptation(state)
    assert state.dens.alarmed[den]
    state.day = SUNDAY
    adaptation(state)
    assert not state.dens.alarmed[den]
    assert state.dens.status[den] == DenStatus.CLOSED


def test_a_den_lies_low_and_wakes():
    state = with_kind(ground(**{A + "lie_low_weeks": 4}), take(Stance.LIE_LOW))
    den = add_den(state, staff=3, alarmed=True, profit_mean=1e8)
    adaptation(state)
    assert state.dens.status[den] == DenStatus.LYING_LOW
    for state.day in range(SUNDAY + 1, SUNDAY + 28):
        adaptation(state)
        assert state.dens.status[den] == DenStatus.LYING_LOW
    state.day += 1
    adaptation(state)
    assert state.dens.status[den] == DenStatus.ACTIVE
    assert state.dens.wake[den] == NEVER
    assert state.dens.staff[den] == 3


def test_a_move_keeps_the_people_and_starts_after_some_weeks():
    state = with_kind(ground(**{A + "relocation_days": 21, A + "opening_cost": 4000.0, A + "running_cost": 0.0}),
                      take(Stance.MOVE, zone=2))
    old = add_den(state, staff=3, alarmed=True, profit_mean=777.0)
    add_den(state, profit_mean=1e8)
    held = add_workers(state, old, 2, status=S.HELD, control=Control.CONFINED)
    coming = add_workers(state, old, 1, status=S.TRAVELLING, started=NEVER)
    state.workers.place[coming] = 0
    capital = int(state.syndicates.capital[0])
    adaptation(state)
    d, w, new = state.dens, state.workers, 2
    assert d.status.tolist() == [DenStatus.MOVED, DenStatus.ACTIVE, DenStatus.LYING_LOW]
    assert (d.moved_from[new], d.zone[new], d.country[new], d.wake[new]) == (old, 2, 2, SUNDAY + 21)
    assert (d.staff[old], d.callers[old], d.staff[new], d.callers[new]) == (0, 0, 5, 3)
    assert (w.den == new).all()
    assert (state.seats.den[w.seat] == new).all()
    assert (state.seats.holder[w.seat] == np.arange(6)).all()
    assert not (state.seats.holder[state.seats.den == old] >= 0).any()
    assert w.place.tolist() == [2] * 5 + [0]
    assert (w.status[held] == S.HELD).all()
    assert flow(state, "dens_moved") == [0, 1, 0]
    assert flow(state, "dens_opened") == [0, 0, 1]
    # The lease of the new place, and the week's rent of two dens in one zone, 5% dearer for crowding.
    assert capital - state.syndicates.capital[0] == 400000 + 2 * 7 * 6000 * 1.05


def test_where_there_is_no_other_den_workers_go_and_captives_are_left_behind():
    state = with_kind(ground(), take(Stance.LEAVE))
    den = add_den(state, staff=2, alarmed=True)
    held = add_workers(state, den, 2, status=S.HELD, control=Control.CONFINED)
    confined = add_workers(state, den, 1, control=Control.CONFINED)
    indebted = add_workers(state, den, 1, control=Control.INDEBTED)
    adaptation(state)
    w = state.workers
    assert w.status.tolist() == [S.QUIT] * 2 + [S.STRANDED] * 3 + [S.QUIT]
    left = [*held, *confined]
    assert w.due[left].tolist() == [SUNDAY + 120] * 3
    assert w.due[[0, 1, *indebted]].tolist() == [SUNDAY + 30] * 3
    assert sorted(state.agendas["lives"].take(SUNDAY + 120).tolist()) == left
    assert sorted(state.agendas["lives"].take(SUNDAY + 30).tolist()) == [0, 1, *indebted]
    assert (w.seat == -1).all()
    assert not (state.seats.holder >= 0).any()
    assert (state.dens.staff[den], state.dens.callers[den], state.dens.ended[den]) == (0, 0, SUNDAY)
    for name, count in (("quits", 3), ("abandoned", 3), ("resold", 0), ("dens_closed", 1)):
        assert flow(state, name) == [0, count, 0], name


def closing(own: int, others: int, **settings):
    """Return a state in which Red closes den 0 with 2 free, 2 held and 1 confined, and vacant seats elsewhere.

    Den 1 is Red's, den 2 (abroad) Blue's; both call and have so many vacant seats.
    """
    state = with_kind(ground(**settings), take(Stance.LEAVE))
    add_den(state, staff=2, alarmed=True)
    add_workers(state, 0, 2, status=S.HELD, control=Control.CONFINED, debt=500)
    add_workers(state, 0, 1, control=Control.CONFINED, debt=500)
    add_den(state, staff=14 - own, profit_mean=1e8)
    add_den(state, staff=14 - others, zone=2, syndicate=1, profit_mean=1e8)
    return state


def test_people_of_a_den_given_up_go_to_dens_of_the_same_owner_captives_first():
    state = closing(own=4, others=9)
    capital = state.syndicates.capital.copy()
    rents = np.array([2 * 7 * 6300, 7 * 7000])
    costs = np.array([(10 + 5) * 5600, 5 * 5600])
    adaptation(state)
    w, d = state.workers, state.dens
    # Five people, four seats: the three captives and one of the two free; the other quits.
    assert w.den[[2, 3, 4]].tolist() == [1, 1, 1]
    assert w.status[[2, 3, 4]].tolist() == [S.HELD, S.HELD, S.WORKING]
    assert sorted(w.status[[0, 1]].tolist()) == sorted([S.WORKING, S.QUIT])
    # Who comes along is decided by key.
    first, last = np.argsort(w.key[:2])
    assert (w.status[first], w.den[first], w.status[last]) == (S.WORKING, 1, S.QUIT)
    assert w.debt[[2, 3, 4]].tolist() == [500] * 3
    assert (d.staff.tolist(), d.callers.tolist()) == ([0, 14, 5], [0, 12, 5])
    came = np.array([2, 3, 4, first])
    assert (state.seats.holder[w.seat[came]] == came).all()
    assert (state.seats.den[w.seat[came]] == 1).all()
    assert not (state.seats.holder[state.seats.den == 0] >= 0).any()
    assert (flow(state, "quits"), flow(state, "abandoned"), flow(state, "resold")) == ([0, 1, 0], [0] * 3, [0] * 3)
    # Nothing is paid within one owner.
    assert (state.syndicates.capital == capital - rents - costs).all()


def test_captives_without_a_seat_are_sold_to_other_owners_and_the_rest_left_behind():
    state = closing(own=1, others=1, **{"parameters__recruitment__recruiter_fee": 200.0, A + "running_cost": 0.0})
    capital = state.syndicates.capital.copy()
    adaptation(state)
    w, d = state.workers, state.dens
    # One captive comes along, one is sold, one left behind, in the order of keys, the free quit.
    order = 2 + np.argsort(w.key[2:5])
    assert w.den[order[:2]].tolist() == [1, 2]
    assert w.place[order[:2]].tolist() == [1, 2]
    assert w.status[order[2]] == S.STRANDED
    assert w.status[:2].tolist() == [S.QUIT, S.QUIT]
    # Twice the fee, to be worked off.
    assert w.debt[order].tolist() == [500, 500 + 40000, 0]
    assert (state.syndicates.capital - capital).tolist() == [40000 - 2 * 7 * 6300, -40000 - 7 * 7000]
    assert d.staff.tolist() == [0, 14, 14]
    assert (state.seats.holder[w.seat[order[:2]]] == order[:2]).all()
    for name, count in (("quits", 2), ("abandoned", 1), ("resold", 1), ("dens_closed", 1)):
        assert flow(state, name) == [0, count, 0], name


def test_dens_that_lie_low_take_nobody_in():
    state = closing(own=4, others=9)
    state.dens.status[1:], state.dens.wake[1:] = DenStatus.LYING_LOW, SUNDAY + 9
    adaptation(state)
    assert (flow(state, "quits"), flow(state, "abandoned"), flow(state, "resold")) == ([0, 2, 0], [0, 3, 0], [0] * 3)


@pytest.mark.parametrize(("profit", "age", "closes"), [(-1e6, 91, True), (-1e6, 90, False), (1e8, 200, False)])
def test_dens_that_lose_money_for_a_quarter_are_given_up(profit, age, closes):
    state = ground()
    den = add_den(state, profit_mean=profit)
    state.dens.opened[den] = state.day - age
    adaptation(state)
    assert (state.dens.status[den] == DenStatus.CLOSED) == closes


# --- accounts and beliefs -------------------------------------------------------------------------


def test_a_week_is_booked_to_the_cent():
    state = ground(**{A + "running_cost": 8.0, A + "belief_weight": 0.1, A + "crowding": 0.05})
    den = add_den(state, staff=10, income_week=500000, line_costs=12345, profit_mean=1000.0)
    capital = int(state.syndicates.capital[0])
    adaptation(state)
    rent, supplies = 7 * 6000, 10 * 5600 + 12345
    assert state.syndicates.capital[0] == capital - rent - supplies - flow(state, "profit_taken")[0]
    assert state.accounts.balance["hosts"] == rent
    assert state.accounts.balance["suppliers"] == supplies
    assert state.dens.profit_mean[den] == pytest.approx(1000 + 0.1 * (500000 - rent - supplies - 1000))
    assert (state.dens.income_week[den], state.dens.line_costs[den]) == (0, 0)


def test_owners_take_out_what_is_above_the_working_capital():
    state = ground(capital=10**9, **{A + "opening_cost": 4000.0, A + "reserve_weeks": 8.0, A + "running_cost": 8.0})
    add_den(state, profit_mean=1e8)
    adaptation(state)
    # One opening, and eight weeks of two dens of 14 seats, half full.
    keep = 400000 + 2 * 8 * 7 * 800 * 14 * 0.5
    assert state.syndicates.capital[0] == keep
    assert flow(state, "profit_taken")[0] == 10**9 - 7 * 6000 - keep


def test_rents_rise_where_dens_crowd():
    state = ground(**{A + "crowding": 0.05})
    for _ in range(4):
        add_den(state, zone=0)
    add_den(state, zone=1)
    adaptation(state)
    assert state.rent_now.tolist() == pytest.approx([6000 * 1.15, 5000.0, 7000.0])


def test_beliefs_follow_own_profits_and_raids_seen():
    state = ground(**{A + "belief_weight": 0.1, A + "news_share": 0.5, A + "neighbour_share": 0.3})
    for profit in (3000.0, 5000.0):
        add_den(state, profit_mean=profit, zone=0)
    struck = add_den(state, zone=0, syndicate=1)
    state.dens.status[struck], state.dens.ended[struck] = DenStatus.DISMANTLED, state.day - 2
    state.zones.raids_week[0] = 1
    before = state.syndicates.profit_belief.copy()
    adaptation(state)
    own = np.rint(state.dens.profit_mean[:2]).mean()
    assert state.syndicates.profit_belief[0, 0] == pytest.approx(before[0, 0] + 0.1 * (own - before[0, 0]))
    # Where Red has no den, places look like the mean of those it has; Blue has none left, and nothing to learn from.
    assert state.syndicates.profit_belief[0, 1:] == pytest.approx(before[0, 1:] + 0.1 * (own - before[0, 1:]))
    assert (state.syndicates.profit_belief[1] == before[1]).all()
    # One of three dens raided: 1/3 here, 0.3 of it in the other zone of the country; half of that to whom it is news.
    assert state.syndicates.risk_belief[1] == pytest.approx([0.1 / 3, 0.1 * 0.5 * 0.3 / 3, 0.0])
    assert state.syndicates.risk_belief[0] == pytest.approx([0.1 * 0.5 / 3, 0.1 * 0.5 * 0.3 / 3, 0.0])
    assert state.zones.raids_week.tolist() == [0, 0, 0]


def test_an_owner_with_dens_in_two_zones_expects_their_mean_over_dens_elsewhere():
    state = ground(**{A + "belief_weight": 0.1, A + "running_cost": 0.0, A + "crowding": 0.0})
    for zone, income in ((0, 0), (0, 30000), (1, 90000)):
        add_den(state, zone=zone, income_week=income + 7 * [6000, 5000][zone])
    state.syndicates.profit_belief[0] = [1000.0, 2000.0, 3000.0]
    adaptation(state)
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
    adaptation(state)
    assert state.syndicates.source_belief[0] == pytest.approx([0.95, 1.0, 1.0])


@pytest.mark.parametrize(("usual", "coercion", "growth"), [
    # 4 people where 10 are usual: a shortage of 0.6, of which 0.15 is borne. Where less is missing than is
    # borne, and where fewer are usual, nobody seeks further sources.
    (10.0, 0.3 + 0.7 * 0.5 * 0.6, 0.45), (4.5, 0.3 + 0.7 * 0.5 / 9, 0.0), (3.0, 0.3, 0.0)])
def test_a_shortage_against_what_is_usual_raises_coercion_and_opens_further_sources(usual, coercion, growth):
    state = ground(**{A + "scarcity_coercion": 0.5, A + "new_sources": 0.01, A + "staff_memory": 0.02,
                      A + "shortage_borne": 0.15, A + "belief_weight": 0.0})
    for staff in (3, 5):
        add_den(state, staff=staff, profit_mean=1e8)
    table = state.syndicates
    table.staff_usual[0], table.reach[0], table.source_belief[0] = usual, [0.7, 0.5, 1.0], [0.8, 0.5, 1.0]
    table.staff_usual[1] = 10.0
    before = table.reach[1].copy()
    adaptation(state)
    assert table.coercion[0] == pytest.approx(coercion)
    # Growth into what is left to 1, by what arrives; what was won before, 0.2 and 1 over 0.5 and 0, fades by a 50th.
    assert table.reach[0] == pytest.approx([0.7 + 0.01 * growth * 0.8 * 0.3 - 0.02 * 0.2,
                                            0.5 + 0.01 * growth * 0.5 * 0.5, 1.0 - 0.02])
    assert table.staff_usual[0] == pytest.approx(usual + 0.02 * (4 - usual))
    # Blue has no den, and no shortage.
    assert (table.reach[1] == before).all()
    assert (table.coercion[1], table.staff_usual[1]) == (0.5, 10.0)


def test_nobody_reaches_for_a_source_where_nobody_is_at_risk():
    state = ground(**{A + "new_sources": 0.01, A + "shortage_borne": 0.15})
    add_den(state, profit_mean=1e8)
    state.countries.at_risk[2] = 0
    adaptation(state)
    assert state.syndicates.reach[0] == pytest.approx([0.50425, 0.50425, 0.0])


def test_empty_seats_raise_coercion():
    state = ground(**{A + "scarcity_coercion": 0.5})
    add_den(state, staff=4)
    red = state.handle("syndicates", 0)
    assert red.set_coercion(1.0) == pytest.approx(0.3)
    assert red.set_coercion(0.0) == pytest.approx(0.3 + 0.7 * 0.5)
    assert red.set_coercion(0.5) == pytest.approx(0.3 + 0.7 * 0.25)
    assert red.set_coercion(2.0) == pytest.approx(0.3)


# --- opening and entering -------------------------------------------------------------------------


def test_a_syndicate_with_means_and_reason_opens_a_den():
    state = ground(**{A + "open_rate": 1.0, A + "opening_cost": 4000.0})
    state.syndicates.capital[1] = 0
    add_den(state, profit_mean=1e8)
    adaptation(state)
    assert len(state.dens) == 2
    assert (state.dens.syndicate[1], state.dens.opened[1], state.dens.status[1]) == (0, SUNDAY, DenStatus.ACTIVE)
    assert (state.seats.den == 1).sum() == state.dens.seats[1] == 14
    assert sum(flow(state, "dens_opened")) == 1
    assert np.unique(state.dens.key).size == 2


@pytest.mark.parametrize(("capital", "most", "profit", "opens"), [
    # 4,000.00 for the opening and eight weeks of half the running costs of half-filled seats.
    (400000 + 8 * 7 * 800 * 14 * 0.25, 5, 2e5, True), (400000 + 8 * 7 * 800 * 14 * 0.25 - 1, 5, 2e5, False),
    (10**8, 1, 2e5, False), (10**8, 5, 1.0, True), (10**8, 5, 0.0, False)])
def test_what_it_takes_to_open(capital, most, profit, opens):
    state = ground(capital=int(capital), syndicates__Red__dens_most=most, **{A + "opening_cost": 4000.0})
    state.syndicates.profit_belief[0] = profit
    red = state.handle("syndicates", 0)
    assert red.wants_to_open(1, red.look_at_places()) == opens


def test_openings_come_at_their_rate():
    opened = 0
    for seed in range(150):
        state = empty_state(seed=seed, **{**QUIET, A + "open_rate": 0.15})
        state.day = SUNDAY
        state.syndicates.capital[0] = 10**8
        adaptation(state)
        opened += (state.dens.syndicate == 0).sum()
    assert_share(opened, 150, 0.15)


def test_newcomers_enter_where_a_den_pays_and_there_is_room():
    for profit, room, enters in ((1e6, 1, True), (10.0, 1, False), (1e6, 0, False)):
        state = ground(**{A + "entry_rate": 1.0, A + "entrants_most": room, A + "entry_payback_weeks": 26.0})
        den = add_den(state, profit_mean=profit)
        add_den(state, syndicate=1, profit_mean=profit)
        state.dens.income_week[:2] = profit + 7 * 6300
        adaptation(state)
        assert len(state.syndicates) == 2 + enters
        assert state.dens.status[den] == DenStatus.ACTIVE
    assert np.unique(state.syndicates.key).size == len(state.syndicates)


def test_a_syndicate_without_dens_and_means_is_out_of_business():
    state = ground(capital=399999, **{A + "opening_cost": 4000.0})
    adaptation(state)
    assert not state.syndicates.active[0]


def test_a_syndicate_that_starts_anew_is_in_business():
    state = ground(capital=650000, **{A + "open_rate": 1.0, A + "opening_cost": 4000.0})
    adaptation(state)
    assert state.dens.status.tolist()[:1] == [DenStatus.ACTIVE]
    assert state.syndicates.active[0]


def test_a_syndicate_that_moves_its_only_den_is_in_business():
    state = with_kind(ground(capital=500000, **{A + "opening_cost": 4000.0}), take(Stance.MOVE, zone=2))
    add_den(state, staff=5, alarmed=True)
    adaptation(state)
    assert state.dens.status.tolist() == [DenStatus.MOVED, DenStatus.LYING_LOW]
    assert state.syndicates.active[0]


def test_choices_of_one_syndicate_do_not_depend_on_another():
    """A baseline and an arm that differ only in Blue share what Red does."""
    dens = []
    for blue in (0, 3):
        world = small_world(syndicates__Blue__dens=blue, burn_in_days=0, **{A + "entry_rate": 0.0, A + "crowding": 0.0})
        state = simulation(world).state
        state.day = SUNDAY
        state.dens.alarmed[state.dens.syndicate == 0] = True
        adaptation(state)
        red = state.dens.syndicate == 0
        dens.append((state.dens.key[red].tolist(), state.dens.status[red].tolist(), state.dens.zone[red].tolist()))
    assert dens[0] == dens[1]
