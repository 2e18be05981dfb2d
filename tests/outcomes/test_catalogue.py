from __future__ import annotations

import json
import math

import numpy as np
import pytest
from support import simulation, small_world

from fraudsim.ledgers.flows import POSITION, SERIES, Flows
from fraudsim.levers import LEVERS
from fraudsim.outcomes import BREAKDOWNS, DISPLACEMENT, OUTCOMES, by_country, summary, total
from fraudsim.outcomes.breakdowns import SIDES, parts
from fraudsim.state import TABLES

UNITS = {"day", "hour", "hours", "code", "row", "1", "share", "yes/no"}


def record(**series: list[list[int]]) -> np.ndarray:
    """Return a record of three days and two countries."""
    made = np.zeros((3, len(SERIES), 2), np.int64)
    for name, days in series.items():
        made[:, POSITION[name], :] = days
    return made


HAND = record(paid=[[10000, 0], [2050, 100], [0, 0]], frozen=[[0, 0], [0, 0], [150, 0]],
              victims=[[2, 0], [1, 1], [0, 0]], captive=[[1, 2], [3, 4], [5, 6]],
              dens_active=[[1, 0], [2, 3], [3, 0]], staff=[[10, 0], [20, 0], [0, 3]],
              calls_hung_up=[[5, 0], [6, 0], [7, 1]], calls_engaged=[[1, 0], [0, 0], [1, 1]],
              strikes=[[0, 1], [1, 0], [0, 0]], dens_dismantled=[[0, 3], [2, 0], [0, 0]],
              extradition_pending=[[9, 9], [8, 8], [4, 1]], capital=[[100, 100], [200, 100], [-5, 105]],
              public_cost=[[1, 0], [0, 0], [0, 99]])
EXPECTED = {"loss_gross": 121.5, "loss_net": 120.0, "victims": 4, "captive_days": 21, "dens_active": 3, "staff": 11,
            "calls_answered": 22, "strikes": 2, "dens_dismantled": 5, "sites_per_strike": 2.5,
            "extradition_pending": 5, "syndicate_capital": 1.0, "public_cost": 1.0, "arrests": 0}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_outcome_by_hand(name):
    assert summary(HAND)[name] == pytest.approx(EXPECTED[name])


def test_outcomes_by_country_by_hand():
    found = {outcome.name: by_country(outcome, HAND) for outcome in OUTCOMES}
    assert found["loss_net"].tolist() == pytest.approx([119.0, 1.0])
    assert found["dens_active"].tolist() == [2.0, 1.0]
    assert found["sites_per_strike"].tolist() == [2.0, 3.0]
    assert found["extradition_pending"].tolist() == [4.0, 1.0]


def test_what_has_no_meaning_is_null_never_nan():
    quiet = summary(record())
    assert quiet["sites_per_strike"] is None
    assert all(value is None or math.isfinite(value) for value in quiet.values())
    assert set(summary(record()[:0]).values()) == {None}
    run = simulation(small_world())
    assert set(run.outcomes().values()) == {None}
    run.run(1)
    json.dumps(run.outcomes(), allow_nan=False)


def test_the_sum_over_countries_is_the_total():
    run = simulation(small_world())
    run.run(50)
    for outcome in (*OUTCOMES, *DISPLACEMENT):
        if not outcome.per and outcome.over == "sum":
            assert by_country(outcome, run.record()).sum() == pytest.approx(total(outcome, run.record()))


def test_outcomes_are_plain_numbers_and_leave_the_record_alone():
    before = HAND.copy()
    assert all(type(value) is float for value in summary(HAND).values() if value is not None)
    assert (before == HAND).all()


@pytest.mark.parametrize("outcome", [*OUTCOMES, *DISPLACEMENT], ids=lambda o: o.name)
def test_every_outcome_has_unit_meaning_direction_and_series_that_exist(outcome):
    assert outcome.unit
    assert outcome.meaning
    assert outcome.good in ("up", "down", "none")
    assert outcome.plus
    assert set(outcome.plus + outcome.minus + outcome.per) <= set(POSITION)
    units = {series.unit for series in SERIES if series.name in outcome.plus + outcome.minus}
    of_money = {series.unit for series in SERIES if series.name in outcome.per} == {"cents"}
    assert (units == {"cents"}) == (outcome.unit.startswith("currency") or of_money)
    assert of_money or (units == {"cents"}) == (outcome.scale == 0.01)
    stocks = {series.stock for series in SERIES if series.name in outcome.plus}
    assert len(stocks) == 1
    assert stocks == {True} or outcome.how == "sum"


def test_names_are_unique_and_no_series_is_wasted():
    assert len({outcome.name for outcome in OUTCOMES}) == len(OUTCOMES)
    assert len(POSITION) == len(SERIES)


@pytest.mark.parametrize("series", SERIES, ids=lambda s: s.name)
def test_every_series_has_unit_meaning_and_a_country_it_belongs_to(series):
    assert series.unit
    assert series.meaning
    assert series.at in ("target", "host", "source", "home", "place")


@pytest.mark.parametrize("column", [pytest.param(column, id=f"{table}.{column.name}")
                                    for table, columns in TABLES.items() for column in columns])
def test_every_column_has_unit_and_meaning(column):
    assert column.unit
    assert column.meaning
    assert not column.refers or column.refers in TABLES
    assert not column.codes or column.unit == "code"
    assert np.dtype(column.dtype).kind in "iufb"
    if column.unit.startswith("cents") and np.dtype(column.dtype).kind == "f":
        assert column.name.startswith(("profit", "line_belief")), "money is whole cents; only beliefs are not"


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_every_lever_has_unit_and_meaning(lever):
    assert lever.unit
    assert lever.meaning
    assert lever.scope in ("country", "pair")


def test_flows_count_events_amounts_and_repeats():
    flows = Flows(3)
    flows.add("arrests", np.array([1, 1, 2]))
    flows.add("arrests", np.array([1]), np.array([5]))
    flows.add("arrests", 0, 7)
    flows.add("arrests", np.empty(0, np.int64))
    assert flows.today[POSITION["arrests"]].tolist() == [7, 7, 1]
    twin = flows.copy()
    twin.add("arrests", 0)
    assert flows.today[POSITION["arrests"], 0] == 7


MANY = record(
    paid=[[50000, 0], [0, 0], [0, 0]], frozen=[[10000, 0], [0, 0], [0, 0]], recalled=[[0, 0], [500, 0], [0, 0]],
    restituted=[[0, 0], [0, 0], [1500, 0]], attempted=[[60000, 0], [0, 20000], [0, 0]],
    held=[[12000, 0], [12000, 0], [0, 0]], retried=[[12000, 0], [0, 0], [0, 0]], holds=[[1, 0], [1, 0], [0, 0]],
    transfers_held_wrongly=[[3, 0], [0, 4], [0, 0]], calls_blocked=[[100, 0], [0, 0], [0, 0]],
    wanted_calls_blocked=[[7, 0], [0, 0], [0, 0]], kin_pressured=[[0, 0], [0, 2], [0, 0]],
    sms_placed=[[10, 0], [0, 0], [0, 0]], sms_blocked=[[4, 0], [0, 0], [0, 0]], sms_hung_up=[[2, 0], [0, 0], [0, 0]],
    sms_engaged=[[1, 0], [0, 0], [0, 0]], web_engaged=[[0, 1], [0, 0], [0, 0]],
    numbers=[[10, 0], [20, 0], [30, 0]], dens_active=[[1, 0], [1, 0], [3, 0]], control_reach=[[5000, 0]] * 3,
    leaders=[[3, 0], [3, 1], [2, 0]], leader_posts=[[3, 1], [3, 1], [3, 1]], answers=[[2, 0], [1, 0], [0, 0]], answer_days=[[50, 0], [10, 0], [0, 0]],
    sites_ready=[[0, 0], [2, 0], [0, 0]], sites_ready_days=[[0, 0], [180, 0], [0, 0]],
    handed_over=[[0, 4], [0, 0], [0, 0]], handed_over_days=[[0, 90], [0, 0], [0, 0]],
    homecomings=[[8, 0], [2, 0], [0, 0]], re_recruited=[[0, 0], [1, 0], [0, 1]], departures=[[9, 0], [0, 0], [0, 0]],
    border_stops=[[4, 0], [0, 0], [0, 0]], account_cost=[[9000, 0], [0, 0], [0, 0]],
    accounts_used=[[2, 0], [0, 1], [0, 0]], cleared=[[30000, 0], [0, 0], [0, 0]],
    adjacent_income=[[0, 100], [0, 0], [0, 0]])


@pytest.mark.parametrize(("name", "value"), [
    ("loss_net", 380.0), ("net_per_attempted", 380 / 800), ("stopped", 120.0), ("recorded_money_stopped", 240.0),
    ("recorded_transfers_stopped", 9), ("recorded_calls_stopped", 107), ("bystanders_hit", 16),
    ("messages_delivered", 6), ("engagement_rate", 0.5), ("conversations", 2), ("numbers_per_den", 12.0),
    ("control_reach", 0.25), ("leaders_in_post", 0.75), ("request_days", 20.0), ("days_to_ready", 90.0),
    ("queue_days", 22.5), ("re_recruitment", 0.2), ("departures_passed", 5), ("account_price", 30.0),
    ("syndicate_revenue", 301.0)])
def test_ratios_and_sums_by_hand(name, value):
    assert summary(MANY)[name] == pytest.approx(value)


PROXIMAL = {
    "sites_per_strike": "up", "days_to_ready": "down", "request_days": "down", "calls_answered": "down",
    "messages_delivered": "down", "site_hours": "down", "scams_broken_off": "up", "net_per_attempted": "down",
    "departures_passed": "down", "smuggled_arrivals": "down", "surrenders": "up", "leaders_in_post": "down",
    "queue_days": "down", "re_recruitment": "down", "engagement_rate": "down", "numbers_per_den": "down",
    "account_price": "up", "control_reach": "up"}


def test_what_interventions_act_on_directly_is_an_outcome_with_that_direction():
    good = {outcome.name: outcome.good for outcome in OUTCOMES}
    assert {name: good[name] for name in PROXIMAL} == PROXIMAL
    assert good["arrests"] == "none"  # special-campaign moves them up; more arrests are no good in themselves


def test_parts_by_hand():
    found = parts(record(paid_investment=[[100, 50], [0, 0], [0, 0]], paid_by_sms=[[0, 30], [0, 0], [0, 0]],
                         paid_to_host=[[0, 500], [0, 0], [100, 0]], sms_engaged=[[0, 2], [1, 0], [0, 0]]))
    by_script = {script: value for (script, _), value in zip(BREAKDOWNS[0].parts, found["script"][0])}
    assert by_script == {"neighbour-chain": 0, "safe-account": 0, "click-farming": 0, "investment": 1.5,
                         "other-script": 0}
    channels = [breakdown for breakdown in BREAKDOWNS if breakdown.by == "channel"]
    rows = {b.name: dict(zip([name for name, _ in b.parts], row)) for b, row in zip(channels, found["channel"])}
    assert rows["loss_gross"] == {"voice": 0, "sms": 0.3, "social": 0, "web": 0}
    assert rows["engaged"]["sms"] == 3
    assert found["place"][1].tolist() == [1.0, 5.0]
    assert set(found) == set(SIDES)


def test_breakdowns_name_series_that_exist():
    for breakdown in BREAKDOWNS:
        assert breakdown.meaning
        for _, outcome in breakdown.parts:
            assert set(outcome.plus) <= set(POSITION)
