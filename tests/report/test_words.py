from __future__ import annotations

import pytest

from fraudsim.outcomes.catalogue import DISPLACEMENT, OUTCOMES
from fraudsim.report.words import (
    HEADINGS,
    HEADLINE,
    TABLE,
    heading,
    interval_text,
    label,
    number,
    percent,
    scale,
    with_unit,
)


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (0.0, "0"), (None, "-"), (float("nan"), "-"), (3.14159, "3.14"), (0.00123, "0.00123"), (99.94, "99.9"),
    (12_300, "12,300"), (999_499, "999,499"), (999_999, "1 M"), (1_234_567, "1.23 M"), (-2.5e9, "-2.5 bn"),
    (4e12, "4 T"), (1e-7, "1.0e-07"), (100, "100"), (-7, "-7")])
def test_numbers(value, text):
    assert number(value) == text


def test_signs():
    assert (number(5, signed=True), number(-5, signed=True), number(0, signed=True)) == ("+5", "-5", "0")


@pytest.mark.parametrize(("value", "text"), [
    (-0.256, "-26%"), (0.0951, "+9.5%"), (0.004, "+0.4%"), (-0.0007, "-0.07%"), (0, "0%"), (None, "-"),
    (float("nan"), "-"), (12.5, "+1,250%")])
def test_percentages(value, text):
    assert percent(value) == text


def test_intervals():
    assert interval_text(1.5e6, 2e6) == "1.5 M to 2 M"
    assert interval_text(None, 3) == interval_text(3, float("nan")) == "-"


def test_a_row_has_one_scale():
    row = scale([10_720_000], [-333_534, -1_090_000, 437_928])
    assert (row.letter, row.level(10_720_000), row.change(-333_534)) == ("M", "10.7", "-0.33")
    assert row.span(-1_090_000, 437_928) == "-1.09 to +0.44"


@pytest.mark.parametrize(("levels", "changes", "letter"), [
    ([99_999], [5], ""), ([100_000], [5], "k"), ([0], [2e6], "M"), ([3e9], [1], "bn"), ([0], [0], ""),
    ([None], [None], ""), ([float("nan")], [float("nan")], "")])
def test_the_scale_follows_the_largest_number(levels, changes, letter):
    assert scale(levels, changes).letter == letter


def test_no_change_is_told_as_zero_and_no_number_as_a_dash():
    row = scale([27.5], [0, 0, 0])
    assert (row.change(0), row.span(0, 0), row.change(None), row.span(None, None)) == ("0", "0", "-", "-")
    assert row.level(None) == "-"
    assert (row.level(37.04), row.level(9.3), row.level(13)) == ("37.0", "9.30", "13")


def test_a_small_change_is_never_written_as_nothing():
    row = scale([1000.0], [0.004, -0.002, 0.01])
    assert row.change(0.004) == "+0.0040"


def test_labels_carry_the_unit_they_do_not_say():
    assert with_unit("loss_net", "currency", "EUR", "M") == "Net loss, M EUR"
    assert with_unit("victims", "persons", "EUR") == "Victims"
    assert label("border_stops") == "Border stops"


def test_every_outcome_stands_under_a_heading():
    assert {heading(o.name) for o in OUTCOMES} == set(HEADINGS.values())
    assert {o.group for o in (*OUTCOMES, *DISPLACEMENT)} <= set(HEADINGS)


def test_headlines_name_harm_to_workers_and_bystanders_beside_losses():
    groups = {o.name: o.group for o in OUTCOMES}
    for names in (HEADLINE, TABLE):
        assert {"victims", "workers", "bystanders", "dens", "cost"} <= {groups[name] for name in names}
