"""Tables and figures of robustness; they draw DataFrames and know no study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from fraudsim.report.answers import (
    arm_label,
    condition_label,
    print_notes,
    records,
    rows_of,
    short_label,
    sums_said,
    unit_of,
    wrapped,
)
from fraudsim.report.harm import MARKED, NOT, SHADES, change_panel, harm_table, not_modelled, part_label
from fraudsim.report.layout import Heading, draw
from fraudsim.report.words import scale, share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from fraudsim.report.figures import Chart


def robustness_table(to: Console, tables: Mapping[str, pd.DataFrame], *, title: str, currency: str,
                     notes: Iterable[str]) -> None:
    """Print regret of every arm, what each rule would choose, and how often the criteria are met.

    Parameters
    ----------
    to : Console
    tables : dict of str to DataFrame
        See :class:`fraudsim.study.questions.robust.Robustness`.
    title, currency : str
    notes : iterable of str
    """
    to.print(Text(title, style="bold"))
    arms, choices = tables["arms"], tables["choices"]
    for outcome, mine in arms.groupby("outcome", sort=False):
        to.print()
        _regrets(to, mine, str(outcome), currency)
        rules = choices[choices["outcome"] == outcome]
        to.print(Text("Chosen by " + "; ".join(f"{row.rule}: {_arms_said(row.arms)}" for row in rows_of(rules))
                      + "."))
    if len(tables["harm"]):
        to.print()
        harm_table(to, tables["harm"], "arm", [(name, name) for name in dict.fromkeys(tables["harm"]["arm"])])
        to.print(Text(MARKED))
    if len(tables["criteria"]):
        to.print()
        _criteria(to, tables["criteria"])
        most = choices[choices["rule"] == "satisficing"].iloc[0]
        to.print(Text(f"Meets all of it most often: {_arms_said(most['arms'])} ({share(most['value'])})."))
    print_notes(to, (*sums_said(dict.fromkeys(arms["outcome"])), *notes))


def _arms_said(names: str) -> str:
    return ", ".join(arm_label(name) for name in names.split(", "))


def _regrets(to: Console, rows: pd.DataFrame, outcome: str, currency: str) -> None:
    fit = scale([*rows["mean"], *rows["worst"]], rows["regret_max"])
    unit = f"{fit.letter} {unit_of(str(rows['unit'].iloc[0]), currency)}".strip()
    to.print(Text(f"{short_label(outcome)}, {unit} ({'less' if rows['good'].iloc[0] == 'down' else 'more'} is better)",
                  style="bold"))
    columns: list[Heading] = [("", "left", 0), ("Mean", "right", 6), ("Worst", "right", 6),
                              ("Regret:\nmean", "right", 7), ("90%", "right", 6), ("most", "right", 6),
                              ("chance", "right", 6), ("Best", "right", 4)]
    draw(to, columns, [
        (arm_label(row.arm), *[NOT] * 6, "") if not row.modelled else
        (arm_label(row.arm), fit.level(row.mean), fit.level(row.worst), fit.level(row.regret_mean),
         fit.level(row.regret_90), fit.level(row.regret_max), fit.level(row.chance), share(row.best_share))
        for row in rows_of(rows)])


def _criteria(to: Console, criteria: pd.DataFrame) -> None:
    to.print(Text("Share of the points that meet", style="bold"))
    columns: list[Heading] = [("", "left", 0), ("Share", "right", 5), ("95% interval", "right", 13),
                              ("Clearly", "right", 7), ("Unclear", "right", 7)]
    rows: list[tuple[str | Text, ...]] = []
    for text, mine in criteria.groupby("criterion", sort=False):
        rows.append((Text(condition_label(str(text)), style="italic"),))
        rows += [_criterion(row, str(text)) for row in rows_of(mine)]
    draw(to, columns, rows)
    to.print(Text("Share: by the mean over replications. Clearly: their 95% interval lies on that side of the limit; "
                  "unclear: it holds the limit. In per cent: of the level without intervention."))


def _criterion(row: Any, text: str) -> tuple[str | Text, ...]:
    if not row.modelled and text != "all of them":
        return f"  {arm_label(row.arm)}", NOT, "", "", ""
    said = "" if row.modelled else f" (wrong hits {NOT})"
    return (f"  {arm_label(row.arm)}{said}", share(row.share), f"{share(row.low)} to {share(row.high)}",
            share(row.clear), share(row.unclear))


# Figures


def robustness_figure(arms: pd.DataFrame, criteria: pd.DataFrame, harm: pd.DataFrame, currency: str,
                      title: str) -> Chart:
    """Draw regret of every arm for every outcome, how often the criteria are met, and workers' harm in its parts.

    Parameters
    ----------
    arms, criteria, harm : DataFrame
        See :class:`fraudsim.study.questions.robust.Robustness`.
    currency, title : str
    """
    from fraudsim.report.figures import Chart, head

    names = list(dict.fromkeys(arms["arm"]))
    outcomes = list(dict.fromkeys(arms["outcome"]))
    parts = list(dict.fromkeys(harm["objective"]))
    panels = len(outcomes) + bool(len(criteria)) + len(parts)
    columns = min(3, panels)
    rows = -(-panels // columns)
    figure = Chart(figsize=(10.5, 1.3 + rows * (1.1 + 0.3 * len(names))), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    free = iter(grid.flat)
    for outcome in outcomes:
        _panel(next(free), arms[arms["outcome"] == outcome].set_index("arm").loc[names], currency)
    if len(criteria):
        _shares(next(free), criteria, names)
    for part in parts:
        said = part_label(part).replace("\n", " ").lower()
        mine = harm[harm["objective"] == part].set_index("arm").reindex(names[1:])
        change_panel(next(free), mine, currency, f"Workers, change: {said}")
    for axes in free:
        axes.set_visible(False)
    grid[0, 0].set_yticks(range(len(names))[::-1], [wrapped(arm_label(name), 30) for name in names])
    grid[0, 0].set_ylim(-0.6, len(names) - 0.4)
    head(figure, title, CAPTION)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, currency: str) -> None:
    from fraudsim.report.figures import GREY, NUMBER, OKABE_ITO, tidy

    for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
        if not row["modelled"]:
            not_modelled(axes, y)
            continue
        axes.plot([row["regret_mean"], row["regret_max"]], [y, y], color=GREY, linewidth=1.2, zorder=1)
        axes.plot([row["regret_max"]], [y], marker="|", color="black", markersize=9, zorder=2)
        axes.plot([row["regret_90"]], [y], marker="D", color=OKABE_ITO[1], markersize=5, zorder=3)
        axes.plot([row["regret_mean_low"], row["regret_mean_high"]], [y, y], color=OKABE_ITO[0], linewidth=3,
                  solid_capstyle="butt", zorder=3)
        axes.plot([row["regret_mean"]], [y], marker="o", color=OKABE_ITO[0], markersize=6, zorder=4)
    axes.set_title(wrapped(f"{short_label(str(rows['outcome'].iloc[0]))}: regret", 38), fontsize=9.5, loc="left")
    axes.set_xlabel(unit_of(str(rows["unit"].iloc[0]), currency), fontsize=8.5)
    most = float(rows["regret_max"].max())
    axes.set_xlim(-0.05 * most or -1.0, 1.08 * most or 1.0)
    axes.xaxis.set_major_formatter(NUMBER)
    tidy(axes, ticks=4)


def _shares(axes: Axes, criteria: pd.DataFrame, names: list[str]) -> None:
    """Draw the share of points that meet all criteria, and a tick for each single one."""
    from fraudsim.report.figures import BLACK, OKABE_ITO, tidy

    last = criteria["criterion"].iloc[-1]
    every = criteria[criteria["criterion"] == last].set_index("arm").loc[names]
    for y, row in zip(range(len(names))[::-1], records(every), strict=True):
        axes.barh(y, row["share"], 0.5, color=OKABE_ITO[2], alpha=0.35, zorder=2)
        axes.barh(y, row["clear"], 0.5, color=OKABE_ITO[2], alpha=0.9, zorder=2)
        axes.plot([row["low"], row["high"]], [y, y], color=BLACK, linewidth=1.0, zorder=3)
        singles = criteria[(criteria["arm"] == names[len(names) - 1 - y]) & (criteria["criterion"] != last)]
        axes.plot(singles["share"], [y] * len(singles), linestyle="", marker="|", color="#555555", markersize=11,
                  zorder=3)
    axes.set_xlim(0, 1.02)
    many = criteria["criterion"].nunique() - 1
    every = f"all {many} criteria" if many > 2 else "both criteria"
    said = condition_label(str(last)) if last != "all of them" else every
    axes.set_title(wrapped(f"Points that meet {said}", 38), fontsize=9.5, loc="left")
    axes.set_xlabel("share of the points; grey: each alone", fontsize=8.5)
    tidy(axes, ticks=4)
    axes.xaxis.set_major_formatter(lambda value, _: share(value))


CAPTION = (
    "Regret: what is lost against the arm that is best at the same point. Blue: mean over the points with its 95% "
    "interval; orange: 90th percentile; black: largest. Left is better. Green: share of the points that meet all "
    "criteria; dark: clearly. Workers' harm, change against no intervention: " + SHADES
)
