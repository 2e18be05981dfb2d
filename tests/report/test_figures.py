from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from fraudsim.report.figures import BLACK, OKABE_ITO, daily_figure, difference_figure, displacement_figure
from fraudsim.report.policy import policy_figure
from fraudsim.report.words import HEADLINE, label


def draw(figure):
    figure.savefig(io.BytesIO(), format="png")


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left").startswith(title))


def test_differences_show_every_headline_outcome_with_unit_and_baseline(table):
    figure = difference_figure(table, "EUR", "a world")
    assert isinstance(figure, Figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [t.partition(",")[0] for t in titles] == [label(name) for name in HEADLINE]
    assert "Net loss, EUR" in titles
    assert panel(figure, "Net loss").get_xlabel() == "without: 1,000"
    assert "a world" in figure.get_suptitle()


def test_a_whisker_stands_at_its_interval_in_the_arm_s_colour(table):
    axes = panel(difference_figure(table), "Victims")
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) == 2 and line.get_color() != BLACK]
    assert [list(line.get_xdata()) for line in lines] == [[-150, -50], [-250, -150]]
    assert [line.get_color() for line in lines] == list(OKABE_ITO[:2])
    assert [tick.get_text() for tick in panel(difference_figure(table), "Net loss").get_yticklabels()] == ["raids",
                                                                                                       "filters"]


def test_a_point_is_hollow_where_the_interval_contains_zero(table):
    table.loc[(table["arm"] == "raids") & (table["outcome"] == "victims"), "high"] = 5.0
    axes = panel(difference_figure(table), "Victims")
    fills = [to_hex(line.get_markerfacecolor()) for line in axes.get_lines() if line.get_marker() in ("o", "s")]
    assert fills == ["#ffffff", OKABE_ITO[1].lower()]


def test_relative_differences_scale_the_interval_too(table):
    axes = panel(difference_figure(table, by="relative"), "Victims")
    spans = [list(line.get_xdata()) for line in axes.get_lines() if len(line.get_xdata()) == 2]
    assert [-0.15, -0.05] in [pytest.approx(span) for span in spans]


def test_outcomes_that_are_zero_throughout_have_no_panel(table):
    table.loc[table["outcome"] == "searches_empty", ["baseline", "mean", "difference", "low", "high"]] = 0.0
    figure = difference_figure(table)
    draw(figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    assert len(titles) == len(HEADLINE) - 1
    assert "Empty searches" not in titles
    assert "arm: empty searches." in " ".join(figure.get_suptitle().split())


def test_one_replication_draws_points_without_intervals(table):
    table[["low", "high"]] = np.nan
    figure = difference_figure(table)
    draw(figure)
    lines = [line for line in panel(figure, "Victims").get_lines() if line.get_color() != BLACK]
    assert all(len(line.get_xdata()) == 1 for line in lines)
    assert len(lines) == 2


def test_an_outcome_without_any_value_draws(table):
    table.loc[table["outcome"] == "victims", ["baseline", "difference", "low", "high", "relative"]] = np.nan
    for by in ("difference", "relative"):
        draw(difference_figure(table, by=by))


def test_daily_curves_have_bands_and_a_black_baseline(daily):
    figure = daily_figure(daily, "EUR", smooth=28)
    axes = panel(figure, "Active dens")
    assert [line.get_label() for line in axes.get_lines()] == ["no intervention", "raids", "filters"]
    assert axes.get_lines()[0].get_color() == BLACK
    assert len(axes.collections) == 3
    assert axes.get_ylim()[0] == 0
    assert panel(figure, "Money paid").get_title(loc="left") == "Money paid, EUR a day"
    assert "28 days" in figure.get_suptitle()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["no intervention", "raids", "filters"]


def test_displacement_shows_the_total_and_the_countries_that_changed(displacement):
    figure = displacement_figure(displacement, names={"HO": "Hostland"})
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["all countries", "Hostland", "XX"]
    assert [bar.get_width() for bar in axes.patches] == [-1.5, -3.0, 1.5, 0.0, 0.0, 0.0]


def test_many_arms_draw(table, daily):
    draw(difference_figure(pd.concat([table.assign(arm=f"arm {i}") for i in range(10)])))
    draw(daily_figure(pd.concat([daily.assign(arm=f"arm {i}") for i in range(10)])))


def test_a_notebook_shows_a_figure_without_set_up(table):
    assert difference_figure(table)._repr_png_().startswith(b"\x89PNG")


def test_drawing_leaves_pyplot_and_its_settings_alone():
    code = ("import io, sys, pandas as pd\n"
            "from fraudsim.report.figures import difference_figure\n"
            "rows = [{'arm': 'a', 'outcome': 'victims', 'unit': 'persons', 'good': 'down', 'baseline': 1., 'low': 0.,\n"
            "         'mean': 2., 'difference': 1., 'high': 2., 'relative': 1.}]\n"
            "difference_figure(pd.DataFrame(rows)).savefig(io.BytesIO(), format='svg')\n"
            "print('matplotlib.pyplot' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "False\n"


def test_many_arms_stand_as_squares_and_few_curves(displacement, daily):
    wide = pd.concat([displacement.assign(arm=f"arm {i}", difference=displacement["difference"] + i) for i in range(12)]
                     ).drop_duplicates(["arm", "outcome", "country"])
    figure = displacement_figure(wide, names={"HO": "Hostland"})
    draw(figure)
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == [f"arm {i}" for i in range(12)]
    assert figure.axes[0].images[0].get_array().shape == (12, 4)
    base, one = (daily[daily["arm"] == name] for name in ("baseline", "raids"))
    many = pd.concat([base, *(one.assign(arm=f"arm {i}", mean=one["mean"] - i) for i in range(10))])
    figure = daily_figure(many)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["no intervention", *(f"arm {i}" for i in range(3, 10))]
    assert "the 7 of 10 arms that change" in figure.get_suptitle()
    assert not panel(figure, "Active dens").collections


def test_the_policy_figure_fills_what_is_clear():
    frame = pd.DataFrame([{"arm": name, "displacement_by": by, "displacement_sweep_low": -5.0,
                           "displacement_sweep_high": 9.0,
                           **{f"{p}{part}": v for p in ("benefit", "displacement", "workers", "bystanders", "cost")
                              for part, v in (("", middle), ("_low", middle - 2), ("_high", middle + 2))}}
                          for name, by, middle in (("raids", "place", 1.0), ("filters", "target", 5.0))])
    figure = policy_figure(frame, "EUR", "a world")
    draw(figure)
    axes = panel(figure, "Net loss averted")
    fills = [to_hex(line.get_markerfacecolor()) for line in axes.get_lines() if line.get_marker() == "o"]
    assert fills == ["#ffffff", "#0072b2"]  # more averted is better
    fills = [to_hex(line.get_markerfacecolor()) for line in panel(figure, "Captivity").get_lines()
             if line.get_marker() == "o"]
    assert fills == ["#ffffff", "#d55e00"]  # more captivity is worse
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["raids", "filters"]
