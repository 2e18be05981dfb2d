from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from matplotlib.figure import Figure

from fraudsim.errors import InputError
from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.flows import POSITION, SERIES
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.run import acts_from, replicate, run


@pytest.fixture(scope="module")
def result(short_world):
    return run(short_world, "joint-raids:start=3", days=20, seed=4)


def test_a_run_knows_what_it_was(result):
    assert (result.interventions, result.seed, result.days) == ("joint-raids:start=3", 4, 20)
    assert set(result.outcomes) == {o.name for o in OUTCOMES}
    assert len(result.digest) == 64
    assert set(result.to_json()) == {"world", "seed", "days", "outcomes", "digest"}


def test_the_same_run_twice_is_the_same(result, short_world):
    again = run(short_world, ["joint-raids:start=3"], days=20, seed=4)
    assert again.to_json() == result.to_json()
    assert run(short_world, "joint-raids:start=3", days=20, seed=5).digest != result.digest


def test_daily_series_are_tidy_and_in_currency(result):
    daily = result.daily()
    assert list(daily.columns) == ["day", "date", "country", *(s.name for s in SERIES)]
    assert len(daily) == 20 * 3
    assert daily["paid"].sum() == pytest.approx(result.outcomes["loss_gross"])
    assert daily["paid"].sum() > 0
    row = daily[(daily["day"] == 7) & (daily["country"] == "HO")].iloc[0]
    assert row["date"].date() == dt.date(2025, 1, 8)
    assert row["staff"] == result.record[7, POSITION["staff"], 1]


def test_summary_and_pictures(result):
    summary = result.summary()
    assert list(summary["outcome"]) == [o.name for o in OUTCOMES]
    assert summary.set_index("outcome").loc["victims", "value"] == result.outcomes["victims"]
    assert isinstance(result.plot(), Figure)
    assert "Victims" in result._repr_html_()


def test_the_world_s_own_days_are_the_horizon(short_world):
    days = []
    done = run(short_world, overrides={"days": 6}, progress=days.append)
    assert (done.days, done.interventions) == (6, "baseline")
    assert sum(days) == short_world.burn_in_days + 6
    again = []  # the burn-in is not lived anew, and counts all the same
    run(short_world, overrides={"days": 6}, progress=again.append)
    assert sum(again) == sum(days)


def test_all_mistakes_are_told_at_once(short_world):
    with pytest.raises(InputError) as caught:
        run(short_world, "joint-riads", days=9999, seed=-1)
    text = "\n".join(caught.value.lines)
    assert len(caught.value.lines) == 3
    assert "nearest: joint-raids" in text
    assert "1 to 365" in text
    assert "seed: -1" in text


@pytest.mark.parametrize("days", [0, -3, 366])
def test_a_horizon_beyond_the_world_is_refused(short_world, days):
    with pytest.raises(InputError, match="days"):
        run(short_world, days=days)


def test_branched_arms_are_what_runs_of_their_own_would_be(short_world):
    texts = ["call-interception:start=12", "joint-raids:start=3", "exit-restrictions:start=300"]
    arms = [parse_arm(text, short_world) for text in texts]
    together = replicate(short_world, arms, 20, 4)
    assert together.seed == 4
    for text, arm in zip(["", *texts], together.arms, strict=True):
        alone = run(short_world, text, days=20, seed=4)
        assert arm.outcomes == alone.outcomes, text
        np.testing.assert_array_equal(arm.daily[:, 0], alone.record[:, POSITION["paid"], :].sum(axis=1))
    assert together.arms[0].outcomes != together.arms[1].outcomes
    assert together.arms[0].outcomes == together.arms[3].outcomes  # acts after the horizon: the baseline


def test_an_arm_of_no_intensity_never_acts(short_world):
    assert acts_from(parse_arm("joint-raids:start=3+call-interception:start=9", short_world)) == 3
    assert acts_from(parse_arm("joint-raids:start=3,intensity=0+call-interception:start=9", short_world)) == 9
    assert acts_from(parse_arm("joint-raids:intensity=0", short_world)) > short_world.days


def test_a_failing_day_names_the_arm(short_world, monkeypatch):
    from fraudsim.simulation import Simulation

    def broken(self, days=None, progress=None):
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(Simulation, "run", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        replicate(short_world, [], 5, 0)
    assert caught.value.__notes__ == ["arm baseline"]
