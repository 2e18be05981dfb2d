import numpy as np
import pytest

from fraudsim.ledgers.flows import POSITION, SERIES
from fraudsim.outcomes.steady import TOLERANCE, WATCHED, drift, unsettled


def burn_in(levels):
    record = np.zeros((4 * 28, len(SERIES), 2), np.int64)
    for name in WATCHED:
        for quarter, level in enumerate(levels):
            record[28 * quarter: 28 * (quarter + 1), POSITION[name], 1] = level
    return record


def test_drift_compares_the_last_two_quarters():
    assert drift(burn_in([10, 500, 200, 250])) == dict.fromkeys(WATCHED, 0.25)


def test_drift_has_no_value_where_there_is_nothing_to_compare():
    assert drift(burn_in([0, 0, 0, 5])) == dict.fromkeys(WATCHED)
    assert drift(burn_in([1, 1, 1, 1])[:40]) == dict.fromkeys(WATCHED)


def test_a_world_that_drifts_says_so_for_every_series():
    lines = unsettled([drift(burn_in([100, 100, 100, 130]))] * 3)
    assert len(lines) == len(WATCHED)
    assert all("+30%" in line for line in lines)


def test_a_settled_world_says_nothing():
    assert unsettled([drift(burn_in([1, 50, 100, 100 + int(100 * TOLERANCE)]))] * 3) == []


def test_scattered_drifts_are_not_called_a_trend():
    scattered = [dict.fromkeys(WATCHED, x) for x in (-1.0, 1.5, -0.4, 0.9)]
    assert unsettled(scattered) == []


@pytest.mark.parametrize("days", [0, 40])
def test_too_short_a_burn_in_is_told(days):
    assert "too short" in unsettled([drift(burn_in([1, 1, 1, 1])[:days])])[0]
