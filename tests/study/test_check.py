from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from fraudsim.agents.den import COLUMNS as DENS
from fraudsim.agents.den import DenStatus
from fraudsim.agents.victim import COLUMNS as VICTIMS
from fraudsim.agents.worker import COLUMNS
from fraudsim.core.table import Table
from fraudsim.errors import InputError
from fraudsim.ledgers.flows import POSITION, SERIES
from fraudsim.ledgers.tables import OPERATIONS, OperationStatus
from fraudsim.study.check import check, compare_fact, missed, narrow
from fraudsim.study.measures import HAND_OVER_DAYS, MEASURES, MONTH, first_strike, measured
from fraudsim.worlds.loader import load_world, shipped_worlds
from fraudsim.worlds.schema import Fact


def simulation(days=2000):
    """Return what a measure reads: three countries, four operations, of which the third is the one."""
    operations = Table("operations", OPERATIONS, {"countries": 3})
    operations.add(4, joint=[False, True, True, True],
                   status=[OperationStatus.STRUCK, OperationStatus.ENDED, OperationStatus.STRUCK,
                           OperationStatus.STRUCK],
                   strike_day=[10, 20, 252, 400], opened=[5, 6, 100, 300], searches=[1, 2, 20, 3], found=[1, 2, 13, 3],
                   arrests=[1, 2, 234, 3], loss_found=[1, 2, 1_680_000_000, 3], victims_found=[1, 2, 3000, 3],
                   loss_reported=[1, 2, 50_000, 3], reports_found=[1, 2, 30, 3],
                   hosts=[[True, True, True], [True] * 3, [False, True, False], [True] * 3])
    workers = Table("workers", COLUMNS)
    # Of the operation: one in time, one on the last day, one a day late, one never; another operation's; nobody's.
    last = 252 + HAND_OVER_DAYS
    workers.add(6, operation=[2, 2, 2, 2, 3, -1], nationality=[1, 1, 1, 0, 0, 0],
                handed_over=[300, last, last + 1, 32767, 300, 300])
    # Dismantled on the day and on the operation's ground: two dens of one owner, one of another; the rest is not its.
    dens = Table("dens", DENS)
    dens.add(6, syndicate=[0, 0, 1, 2, 3, 4], country=[1, 1, 1, 0, 1, 1], ended=[252, 252, 252, 252, 252, 251],
             status=[DenStatus.DISMANTLED] * 4 + [DenStatus.CLOSED, DenStatus.DISMANTLED])
    victims = Table("victims", VICTIMS)
    victims.add(5, age_band=[0, 0, 1, 2, 0], payments=[1, 3, 1, 2, 0])
    state = SimpleNamespace(operations=operations, workers=workers, dens=dens, victims=victims, day=days)
    record = np.zeros((days, len(SERIES), 3), np.int64)
    record[99:151] = 1  # the arm is in force on days 100 to 149: 50 days, three countries
    record[:, POSITION["payments"]] *= 3
    record[:, POSITION["sms_blocked"]] = 0
    arm = (SimpleNamespace(start=100, end=120, intensity=0.5), SimpleNamespace(start=110, end=150, intensity=1.0),
           SimpleNamespace(start=140, end=900, intensity=0.0))
    return SimpleNamespace(state=state, first_day=lambda: 100, arm=arm, record=lambda: record,
                           burn_in_record=lambda: record[50:101],
                           world=SimpleNamespace(days=days))


def test_measures_are_those_of_the_first_joint_strike():
    assert first_strike(simulation()) == 2
    found = {name: value for name, value in measured(simulation()).items()
             if MEASURES[name].strike and "joint" not in name and name != "arrests_per_search"}
    assert found == {
        "owners_hit": 2, "handed_over_by_month_3": 1,
        "strike_month": pytest.approx(152 / MONTH), "centres_found": 13, "searches": 20, "arrests": 234,
        "loss_found": 16_800_000, "victims_found": 3000, "loss_reported": 500, "reports_found": 30,
        "staff_per_centre": 18, "handed_over_by_month_30": 2, "largest_source_share": 0.75,
        "loss_change": 50}  # a cent and country on day 99, then on 51 days


def test_measures_of_all_joint_strikes_leave_out_searches_by_one_force():
    found = measured(simulation())
    assert {name: found[name] for name in found if "joint" in name or name == "arrests_per_search"} == {
        "joint_strikes": 2, "joint_searches": 23, "joint_centres_found": 16, "joint_arrests": 237,
        "arrests_per_search": pytest.approx(237 / 23), "joint_handed_over": 4}


def test_measures_of_an_arm_count_the_days_on_which_it_is_in_force():
    found = measured(simulation())
    assert found["leaders_taken"] == 150
    assert found["funds_intercepted"] == pytest.approx(0.9)  # three series, 30 cents each: days 110 to 119
    assert (found["payments_per_victim"], found["loss_per_victim"]) == (3, pytest.approx(0.01))
    assert found["calls_per_message_stopped"] is None
    assert found["revenue_per_worker"] == pytest.approx(3.65)  # a cent a person and day
    assert (found["calls_stopped"], found["messages_stopped"], found["warnings_given"]) == (300, 150, 150)
    assert (found["money_held"], found["helpers_punished"]) == (pytest.approx(1.5), 150)
    assert (found["click_farming_share"], found["investment_share"]) == (1, 1)
    assert found["youngest_share"] == 0.5  # of the four who paid
    without = simulation()
    without.arm = ()
    assert measured(without)["leaders_taken"] == 156


def test_without_a_joint_strike_there_is_nothing_to_measure_of_one():
    case = simulation()
    case.state.operations.status[2:] = OperationStatus.ENDED
    assert first_strike(case) is None
    found = measured(case)
    assert {found[name] for name, measure in MEASURES.items() if measure.strike} == {None}
    assert found["joint_strikes"] == 0


def test_ratios_without_a_base_are_null():
    case = simulation()
    case.state.operations.found[2] = 0
    case.state.workers.operation[:] = -1
    found = measured(case)
    assert (found["staff_per_centre"], found["largest_source_share"]) == (None, None)


def test_a_change_of_losses_is_null_where_a_season_is_missing():
    """The operation is ordered on day 100."""
    assert measured(simulation(162))["loss_change"] is not None
    assert measured(simulation(161))["loss_change"] is None
    early = simulation()
    early.state.operations.opened[2] = 61
    assert measured(early)["loss_change"] is None


def test_hand_overs_are_null_where_the_run_ends_too_soon():
    assert measured(simulation(252 + HAND_OVER_DAYS + 1))["handed_over_by_month_30"] == 2
    assert measured(simulation(252 + HAND_OVER_DAYS))["handed_over_by_month_30"] is None


def fact(low, high=None, measure="arrests"):
    return Fact(name="arrested", role="held-out", low=low, high=high, unit="persons", source="000", measure=measure)


RUNS = [{"arrests": value} for value in (*range(101), None, None)]  # quantiles 2.5, 50, 97.5


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (50, None, "inside"), (2.5, None, "inside"), (97.5, None, "inside"), (97.6, None, "outside"),
    (2.4, None, "outside"), (0, 2.5, "inside"), (0, 2.4, "outside"), (0, 500, "inside"), (98, 99, "outside")])
def test_inside_means_that_the_ranges_overlap(low, high, verdict):
    assert compare_fact(fact(low, high), RUNS).verdict == verdict


def test_a_fact_shows_median_interval_and_seeds_with_a_value():
    found = compare_fact(fact(50), RUNS)
    assert (found.median, found.simulated_low, found.simulated_high, found.seeds) == (50, 2.5, 97.5, 101)


@pytest.mark.parametrize("runs", [10, 20, 100])
def test_how_often_a_new_run_lies_outside_is_told(runs):
    drawn = np.random.default_rng(runs).uniform(size=(8000, runs))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=1)
    assert missed(runs) == pytest.approx(float((low + 1 - high).mean()), abs=0.005)
    assert f"Of {runs} runs, a new one lies outside these quantiles in about {100 * missed(runs):.0f}%" in narrow(runs)


def test_facts_that_cannot_be_compared_say_so():
    assert compare_fact(fact(50), [{"arrests": None}]).verdict == "no value"
    found = compare_fact(fact(50, measure=""), RUNS)
    assert (found.verdict, found.median, found.seeds) == ("-", None, 0)


@pytest.fixture(scope="module")
def raided(short_world):
    """Return a world whose police are quick and easily satisfied."""
    quick = {"investigation.warrant": 0.5, "investigation.progress": 5, "raids.authorise_days": 1,
             "raids.patience_weeks": 1, "raids.sites_least": 1}
    world = load_world(short_world, {"days": 120} | {f"parameters.{path}": value for path, value in quick.items()})
    facts = (fact(1, 10_000), fact(10**6), fact(5, measure=""))
    return world.model_copy(update={"facts": facts, "happened": "joint-raids:start=1"})


@pytest.fixture(scope="module")
def checked(raided):
    return check(raided, seeds=2)


def test_a_check_keeps_all_facts_in_their_order(checked):
    assert checked.strikes > 0
    assert [f.verdict for f in checked.facts] == ["inside", "outside", "-"]
    assert any("1 lie outside" in note for note in checked.notes)
    assert any("not 5%" in note for note in checked.notes)
    json.dumps(checked.to_json(), allow_nan=False)
    assert list(checked.table()["verdict"]) == ["inside", "outside", "-"]
    assert "outside" in checked._repr_html_()


def test_jobs_do_not_change_a_check(checked, raided):
    assert check(raided, seeds=2, jobs=2).to_json() == checked.to_json()


def test_mistakes_are_told_at_once(short_world):
    world = short_world.model_copy(update={"facts": (fact(1, measure="arests"),)})
    with pytest.raises(InputError) as caught:
        check(world, seeds=0, jobs=0)
    text = "\n".join(caught.value.lines)
    assert all(part in text for part in ("seeds: 0", "jobs: 0", "nearest: arrests"))


def test_facts_of_the_shipped_worlds_name_known_measures():
    for name in shipped_worlds():
        for one in load_world(name).facts:
            assert one.measure in ("", *MEASURES), one.name


def test_every_measure_says_its_unit_and_meaning():
    assert all(measure.unit and measure.meaning for measure in MEASURES.values())
