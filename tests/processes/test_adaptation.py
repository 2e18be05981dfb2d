from __future__ import annotations

import numpy as np
import pytest
from owners import QUIET, SUNDAY, A, ground, three_targets, week, with_kind
from support import NEVER, add_den, add_workers, assert_share, assert_shares, empty_state, flow, simulation, small_world

from fraudsim.agents.den import DenStatus
from fraudsim.agents.syndicate import Places, Stance, Syndicate
from fraudsim.agents.worker import Control, WorkerStatus
from fraudsim.core.choice import nest_values

S = WorkerStatus


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


# --- choices of place -----------------------------------------------------------------------------


def nested_logit(appeal, region, similarity) -> np.ndarray:
    inclusive = nest_values(appeal, region, similarity, 2)
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


def test_more_places_as_good_as_the_best_move_nobody_else():
    """A world with more countries is not one with more displacement."""
    state = ground()
    for _ in range(300):
        add_den(state)
    red = state.handle("syndicates", 0)
    few, many = (Places(value, value, np.zeros(value.size, np.int32))
                 for value in (np.array([8.0, 12.0]), np.array([8.0] + [12.0] * 20)))
    stances = [red.choose_stance(den, few) for den in range(300)]
    assert stances == [red.choose_stance(den, many) for den in range(300)]
    assert set(stances) == set(Stance)


def test_fear_of_raids_next_door_counts_in_a_choice_of_stance():
    state = ground()
    for _ in range(300):
        add_den(state)
    red, value = state.handle("syndicates", 0), np.array([8.0, 2.0])
    places = Places(value, value, np.zeros(2, np.int32))
    low = []
    for state.syndicates.fear[0, 0] in (0.0, 0.05):
        low.append(sum(red.choose_stance(den, places) == Stance.LIE_LOW for den in range(300)))
    assert low[1] > low[0] + 30


# --- what follows from a choice -------------------------------------------------------------------


def test_alarmed_dens_are_decided_on_weekly_only():
    state = with_kind(ground(), take(Stance.LEAVE))
    den = add_den(state, alarmed=True)
    state.day = 5
    week(state)
    assert state.dens.alarmed[den]
    state.day = SUNDAY
    week(state)
    assert not state.dens.alarmed[den]
    assert state.dens.status[den] == DenStatus.CLOSED


def test_a_den_lies_low_and_wakes():
    state = with_kind(ground(**{A + "lie_low_weeks": 4}), take(Stance.LIE_LOW))
    den = add_den(state, staff=3, alarmed=True, profit_mean=1e8)
    week(state)
    assert state.dens.status[den] == DenStatus.LYING_LOW
    for state.day in range(SUNDAY + 1, SUNDAY + 28):
        week(state)
        assert state.dens.status[den] == DenStatus.LYING_LOW
    state.day += 1
    week(state)
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
    week(state)
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
    week(state)
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
    week(state)
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
    week(state)
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
    week(state)
    assert (flow(state, "quits"), flow(state, "abandoned"), flow(state, "resold")) == ([0, 2, 0], [0, 3, 0], [0] * 3)


@pytest.mark.parametrize(("profit", "age", "closes"), [(-1e6, 91, True), (-1e6, 90, False), (1e8, 200, False)])
def test_dens_that_lose_money_for_a_quarter_are_given_up(profit, age, closes):
    state = ground()
    den = add_den(state, profit_mean=profit)
    state.dens.opened[den] = state.day - age
    week(state)
    assert (state.dens.status[den] == DenStatus.CLOSED) == closes


# --- profit, coercion, sources --------------------------------------------------------------------


def test_owners_take_out_what_is_above_the_working_capital():
    state = ground(capital=10**9, **{A + "opening_cost": 4000.0, A + "reserve_weeks": 8.0, A + "running_cost": 8.0})
    add_den(state, profit_mean=1e8)
    week(state)
    # One opening, and eight weeks of two dens of 14 seats, half full.
    keep = 400000 + 2 * 8 * 7 * 800 * 14 * 0.5
    assert state.syndicates.capital[0] == keep
    assert flow(state, "profit_taken")[0] == 10**9 - 7 * 6000 - keep


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
    week(state)
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
    week(state)
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
    week(state)
    assert len(state.dens) == 2
    assert (state.dens.syndicate[1], state.dens.opened[1], state.dens.status[1]) == (0, SUNDAY, DenStatus.ACTIVE)
    assert (state.seats.den == 1).sum() == state.dens.seats[1] == 14
    assert sum(flow(state, "dens_opened")) == 1
    assert np.unique(state.dens.key).size == 2


@pytest.mark.parametrize(("capital", "most", "profit", "opens"), [
    # 4,000.00 for the opening and eight weeks of half the running costs of half-filled seats.
    (400000 + 8 * 7 * 800 * 14 * 0.25, 5, 2e5, True), (400000 + 8 * 7 * 800 * 14 * 0.25 - 1, 5, 2e5, False),
    (10**8, 1, 2e5, False), (10**8, 5, 0.0, False),
    # 26 weeks of believed profit must bring in the opening: 400,000 cents / 26 = 15,384.6.
    (10**8, 5, 15385.0, True), (10**8, 5, 15384.0, False)])
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
        week(state)
        opened += (state.dens.syndicate == 0).sum()
    assert_share(opened, 150, 0.15)


def test_newcomers_enter_where_a_den_pays_and_there_is_room():
    for profit, room, enters in ((1e6, 1, True), (10.0, 1, False), (1e6, 0, False)):
        state = ground(**{A + "entry_rate": 1.0, A + "entrants_most": room, A + "entry_payback_weeks": 26.0})
        den = add_den(state, profit_mean=profit)
        add_den(state, syndicate=1, profit_mean=profit)
        state.dens.income_week[:2] = profit + 7 * 6300
        week(state)
        assert len(state.syndicates) == 2 + enters
        assert state.dens.status[den] == DenStatus.ACTIVE
    assert np.unique(state.syndicates.key).size == len(state.syndicates)


def test_a_syndicate_without_dens_and_means_is_out_of_business():
    state = ground(capital=399999, **{A + "opening_cost": 4000.0})
    week(state)
    assert not state.syndicates.active[0]


def test_a_syndicate_that_starts_anew_is_in_business():
    state = ground(capital=650000, **{A + "open_rate": 1.0, A + "opening_cost": 4000.0})
    week(state)
    assert state.dens.status.tolist()[:1] == [DenStatus.ACTIVE]
    assert state.syndicates.active[0]


def test_a_syndicate_that_moves_its_only_den_is_in_business():
    state = with_kind(ground(capital=500000, **{A + "opening_cost": 4000.0}), take(Stance.MOVE, zone=2))
    add_den(state, staff=5, alarmed=True)
    week(state)
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
        week(state)
        red = state.dens.syndicate == 0
        dens.append((state.dens.key[red].tolist(), state.dens.status[red].tolist(), state.dens.zone[red].tolist()))
    assert dens[0] == dens[1]


# --- choices of script and target -----------------------------------------------------------------


def chosen_lines(state, n: int, kept: int = -1) -> np.ndarray:
    """Return how often Red chooses each of three lines, for dens one after another."""
    red = state.handle("syndicates", 0)
    found = []
    for state.syndicates.dens_opened[0] in range(n):
        found.append(red.choose_line(kept))
    return np.bincount(found, minlength=3)


def test_lines_are_chosen_by_nested_logit():
    """Red plays line 0; lines 1 and 2 are new. Its people are from TA: XX understands them, HO does not."""
    state = three_targets(**{A + "line_scale": 0.1, A + "line_weeks": 4.0, A + "line_similarity": 0.5,
                             A + "horizon_weeks": 26.0, "parameters__residents__language_penalty": 0.5})
    add_den(state, staff=6)
    add_den(state, syndicate=1, staff=3)
    state.syndicates.line_belief[0] = [1e5, 2e5, 1.2e5]
    # Weeks of the best expected: 13; 26 less a half for language, less 4 for training: 9; 15.6 - 4.
    lines = state.handle("syndicates", 0).look_at_lines()
    assert lines.appeal == pytest.approx([1.3, 0.9, 1.16])
    assert lines.new.tolist() == [False, True, True]
    # exp(1.8) and exp(2.32) in the nest of new lines: 0.3729 and 0.6271, worth log(16.2253) / 2 = 1.3933 together.
    new = 1.0 / (1.0 + np.exp(1.3 - 1.3932936))
    assert_shares(chosen_lines(state, 6000), [1.0 - new, new * 0.3728522, new * 0.6271478])


def test_a_line_out_of_reach_is_never_chosen_and_one_that_is_added_disturbs_no_other_choice():
    state = three_targets(**{A + "line_similarity": 1.0})
    add_den(state, staff=6)
    red, one, two = state.handle("syndicates", 0), [], []
    for lines, chosen in (([True, True, False], two), ([True, True, True], one)):
        state.syndicates.line_reach[0] = lines
        for state.syndicates.dens_opened[0] in range(1000):
            zone = red.choose_zone(red.look_at_places())
            chosen.append((red.choose_line(), zone))
        state.syndicates.choices[0] = 0
    assert {line for line, _ in two} == {0, 1}
    assert {line for line, _ in one} == {0, 1, 2}
    # Places are the same; lines too, but for those who now take the third or, for its sake, a new one.
    assert [zone for _, zone in one] == [zone for _, zone in two]
    assert all(now in (before, 2) or (before, now) == (0, 1) for (now, _), (before, _) in zip(one, two))
    assert sum((before, now) == (0, 1) for (now, _), (before, _) in zip(one, two)) < 100


def test_who_has_one_line_keeps_it_without_a_draw():
    state = ground()
    made = state.draws.made
    red = state.handle("syndicates", 0)
    assert (red.choose_line(), red.choose_line(kept=0), state.draws.made) == (0, 0, made)


def test_an_owner_without_dens_knows_the_line_it_began_with():
    state = three_targets()
    assert state.handle("syndicates", 0).look_at_lines().new.tolist() == [False, True, True]
    assert state.handle("syndicates", 0).speakers().tolist() == [1.0, 1.0, 1.0]


def test_speakers_are_counted_among_the_owners_people():
    state = three_targets()
    den = add_den(state, staff=6)
    add_workers(state, den, 2, nationality=1)
    add_den(state, syndicate=1, staff=5)
    # Six from TA, understood in TA and XX; two from HO, in HO only.
    assert state.handle("syndicates", 0).speakers().tolist() == [0.75, 0.25, 0.75]


def test_a_moved_den_may_turn_to_another_line():
    for line, switched in ((0, 0), (2, 1)):
        state = three_targets(**{A + "opening_cost": 0.0, A + "running_cost": 0.0})

        class Mine(take(Stance.MOVE, zone=2)):
            def choose_line(self, kept=-1, line=line):
                assert kept == 0
                return line

        with_kind(state, Mine)
        add_den(state, staff=3, alarmed=True, profit_mean=5e5, adjacent=True)
        state.syndicates.line_belief[0], state.syndicates.profit_belief[0] = [1e5, 2e5, 3e5], 4e5
        state.levers.leader_hazard[0] = 0.0
        week(state)
        d = state.dens
        assert (d.line[1], d.script[1], d.target[1]) == (line, 0, line)
        assert (d.line[0], d.target[0]) == (0, 0)
        assert flow(state, "dens_switched") == [0, switched, 0]
        # What is expected of a den: what it brought, or what is believed of a line that is new.
        assert d.profit_mean[1] == pytest.approx(state.syndicates.line_belief[0, 2] if switched else d.profit_mean[0])
        assert d.adjacent[1] == (not switched)


def test_new_dens_play_the_line_their_owner_chooses():
    state = three_targets(**{A + "open_rate": 1.0, A + "opening_cost": 0.0})

    class Mine(Syndicate):
        def choose_line(self, kept=-1):
            return 1

    with_kind(state, Mine)
    state.syndicates.active[1] = False
    state.syndicates.line_belief[0] = [1e5, 2e5, 3e5]
    week(state)
    assert (state.dens.line[0], state.dens.target[0], state.dens.profit_mean[0]) == (1, 1, 2e5)


# --- sources, other business, debt ----------------------------------------------------------------


def test_reach_grows_sooner_where_the_targets_language_is_spoken():
    state = three_targets(**{A + "new_sources": 0.01, "parameters__recruitment__language_reach": 0.3})
    den = add_den(state)
    red = state.handle("syndicates", 0)
    state.syndicates.source_belief[0] = [1.0, 1.0, 0.5]
    assert red.choose_sources(0.5) == pytest.approx([0.005, 0.0015, 0.0025])
    state.dens.target[den] = 1
    assert red.choose_sources(0.5) == pytest.approx([0.0015, 0.005, 0.00075])
    add_den(state)
    assert red.choose_sources(0.5) == pytest.approx([0.005, 0.005, 0.0025])


@pytest.mark.parametrize(("adjacent", "calls", "turns"), [
    # 10 people bring 1,000.00 less 420.00 for rent and 560.00 for keep, 20.00 a week; turning costs four weeks'
    # worth of 26: 3.0769.
    (False, 1692, True), (False, 1693, False), (True, 2363, True), (True, 2364, False), (True, -5000, True)])
def test_dens_turn_to_other_business_and_back_where_it_repays_the_cost_of_turning(adjacent, calls, turns):
    state = ground(**{A + "adjacent_income": 100.0, A + "adjacent_weeks": 4.0, A + "horizon_weeks": 26.0,
                      A + "running_cost": 8.0})
    den = add_den(state, staff=10, adjacent=adjacent)
    state.rent_now[...] = 6000.0
    if adjacent:
        state.syndicates.line_belief[0] = calls
    else:
        state.dens.profit_mean[den] = calls
    assert state.handle("syndicates", 0).wants_other_business(den) == turns


def test_turning_is_counted_and_happens_only_where_there_is_other_business():
    for income, turned in ((0.0, False), (100.0, True)):
        state = ground(**{A + "adjacent_income": income, A + "belief_weight": 0.0, A + "running_cost": 0.0})
        den = add_den(state, staff=10, profit_mean=-1e6)
        idle = add_den(state, staff=10, profit_mean=-1e6)
        state.dens.opened[[den, idle]] = state.day
        state.dens.status[idle], state.dens.wake[idle] = DenStatus.LYING_LOW, NEVER - 1
        week(state)
        assert state.dens.adjacent.tolist() == [turned, False]
        assert flow(state, "dens_switched") == [0, int(turned), 0]


def test_a_den_in_other_business_returns_to_calls():
    state = ground(**{A + "adjacent_income": 1.0, A + "belief_weight": 0.0})
    add_den(state, staff=10, profit_mean=1e6, adjacent=True)
    week(state)
    assert not state.dens.adjacent[0]
    assert flow(state, "dens_switched") == [0, 1, 0]


@pytest.mark.parametrize(("beyond", "profits", "closed"), [
    (0, [-1.0, -2.0, 3.0], []), (1, [-1.0, -2.0, 3.0], [0, 1]), (1, [2.0, 1.0, 3.0], [1]), (1, [5.0], [0])])
def test_a_syndicate_that_owes_more_than_its_reserves_gives_up_losing_dens_or_its_worst(beyond, profits, closed):
    state = ground(**{A + "belief_weight": 0.0, A + "running_cost": 8.0, A + "reserve_weeks": 8.0})
    for profit in profits:
        den = add_den(state, profit_mean=profit)
        state.dens.opened[den] = state.day
    red, dens = state.handle("syndicates", 0), np.arange(len(profits))
    reserve = len(profits) * 8 * 7 * 800 * 14 // 2
    assert red.reserve(len(profits)) == reserve
    state.syndicates.capital[0] = -reserve - beyond
    assert red.choose_dens_to_drop(dens).tolist() == closed
    week(state)
    # The week's rent is what takes even the first one beyond its reserve.
    assert (state.dens.status == DenStatus.CLOSED).tolist() == [
        den in (closed or [0, 1]) for den in range(len(profits))]


def test_debt_ends_with_the_dens():
    """An owner whose dens lose more every week ends in debt by its reserves and a few weeks' costs, no more."""
    state = ground(capital=100000, **{A + "belief_weight": 0.0, A + "opening_cost": 4000.0})
    for _ in range(3):
        den = add_den(state, profit_mean=1.0)
        state.dens.opened[den] = NEVER - 1000
    lowest = 0
    for _ in range(30):
        week(state)
        state.day += 7
        lowest = min(lowest, int(state.syndicates.capital[0]))
    assert (state.dens.status == DenStatus.CLOSED).all()
    assert not state.syndicates.active[0]
    assert lowest >= -state.handle("syndicates", 0).reserve(3) - 3 * 7 * 6000 * 1.1 * 3


# --- without a leader -----------------------------------------------------------------------------


def test_nobody_chooses_until_there_is_a_successor():
    state = with_kind(ground(), take(Stance.LEAVE))
    den = add_den(state, staff=2, alarmed=True)
    state.syndicates.leaderless_until[0] = SUNDAY + 7
    week(state)
    assert state.dens.alarmed[den]
    assert state.dens.status[den] == DenStatus.ACTIVE
    assert state.accounts.balance["hosts"] > 0
    state.day += 7
    week(state)
    assert state.dens.status[den] == DenStatus.CLOSED
