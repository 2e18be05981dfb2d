from __future__ import annotations

import io

import pandas as pd
import pytest

from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.report.html import check_html, comparison_html, run_html
from fraudsim.report.tables import check_table, comparison_table, console, run_table, verdicts, written
from fraudsim.report.words import HEADINGS, silent


def printed(draw, *args, **kwargs) -> list[str]:
    stream = io.StringIO()
    draw(console(stream), *args, **kwargs)
    text = stream.getvalue()
    assert "\x1b" not in text
    assert text.isascii()
    return [line.rstrip() for line in text.split("\n")]


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_comparison_reads_in_80_columns(table, displacement):
    lines = printed(comparison_table, table, displacement, title="a world", currency="EUR",
                    where={"raids": ["TA", "HO"]}, names={"HO": "Hostland"})
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for part in ("raids, compared with no intervention", "Victims\n", "Workers held or trafficked\n", "Bystanders\n",
                 "Dens\n", "Police\n", "Cost\n", "Better: net loss", "raids, which acts in TA, Hostland",
                 "95% interval says how surely"):
        assert part in text, part
    assert any(line.split() == ["Net", "loss,", "EUR", "1,000", "-100", "-150", "to", "-50", "-10%", "75%"]
               for line in lines)
    assert any(line.split()[:4] == ["Hostland", "10", "-3.00", "-4.00"] for line in lines)


def test_rows_without_dens_are_left_out_and_the_two_sums_come_in_pairs(table, displacement):
    lines = [line.split()[0] for line in printed(comparison_table, table, displacement, title="") if line]
    assert "TA" not in lines
    assert "elsewhere" in lines
    displacement.loc[displacement["country"] == "acts here", ["baseline", "difference"]] = 0.0
    lines = [line.split()[0] for line in printed(comparison_table, table, displacement, title="") if line]
    assert "elsewhere" not in lines


def test_outcomes_acted_on_directly_are_shown_in_addition(table, displacement):
    extra = table[table["outcome"] == "arrests"].assign(outcome="calls_answered", unit="calls", good="down")
    both = pd.concat([table, extra])
    shown = printed(comparison_table, both, displacement, title="", direct={"raids": ["calls_answered"]})
    assert sum("Calls answered" in line for line in shown) == 1


def test_verdicts_follow_interval_and_direction(table):
    rows = table[table["arm"] == "raids"].set_index("outcome", drop=False)
    rows.loc["victims", "high"] = 10.0  # contains zero
    rows.loc["dens_active", ["difference", "low", "high"]] = [100.0, 50.0, 150.0]  # more is worse
    rows.loc["searches_empty", ["difference", "low", "high"]] = 0.0  # nothing changed: no word on it
    sentences = verdicts(rows)
    assert sentences[0].startswith("Better: net loss")
    assert sentences[1:] == ["Worse: active dens.", "Not clear either way: victims."]
    assert "arrests" not in " ".join(sentences)


def test_up_is_better_where_the_outcome_says_so(table):
    rows = table[(table["arm"] == "raids") & (table["outcome"] == "victims")].assign(good="up")
    assert verdicts(rows) == ["Worse: victims."]


def test_numbers_without_meaning_are_dashes(table, displacement):
    fields = ["baseline", "mean", "difference", "low", "high", "relative", "share_better"]
    table.loc[table["outcome"] == "victims", fields] = None
    table.loc[table["outcome"] == "victims", "pairs"] = 0
    lines = printed(comparison_table, table, displacement, title="")
    assert sum(line.split() == ["Victims", "-", "-", "-", "-", "-"] for line in lines) == 2


def test_a_run_prints_all_outcomes():
    rows = [(o.name, o.group, o.unit, o.good, 1234.5, o.meaning) for o in OUTCOMES]
    summary = pd.DataFrame(rows, columns=["outcome", "group", "unit", "good", "value", "meaning"])
    lines = printed(run_table, dict.fromkeys((o.name for o in OUTCOMES), 1234.5), title="a run", currency="EUR")
    assert max(map(len, lines)) <= 80
    assert sum("1,23" in line for line in lines) == len(OUTCOMES)
    assert "<b>a run</b>" in run_html(summary, "a run", "EUR")


NUMBERS = ["baseline", "mean", "difference", "low", "high"]


def test_outcomes_that_are_zero_throughout_stand_in_one_line(table, displacement):
    table.loc[table["outcome"].isin(["searches_empty", "wanted_calls_blocked"]), NUMBERS] = 0.0
    table.loc[(table["outcome"] == "travellers_stopped_wrongly") & (table["arm"] == "raids"), NUMBERS] = 0.0
    text = "\n".join(printed(comparison_table, table, displacement, title=""))
    assert " ".join(text.split()).count("Zero throughout, with and without every arm: wanted calls blocked, empty "
                                        "searches.") == 1
    assert "Wanted calls blocked" not in text
    assert text.count("Travellers wrongly stopped") == 2  # zero in one arm only
    html = comparison_html(table, {}, "a", "USD")
    assert "Wanted calls blocked" not in html
    assert "Zero throughout" in html


def test_zero_in_one_replication_has_no_interval_and_is_zero_all_the_same(table):
    table.loc[table["outcome"] == "searches_empty", ["baseline", "mean", "difference"]] = 0.0
    table[["low", "high"]] = float("nan")
    assert silent(table) == ["searches_empty"]
    table[["baseline", "mean", "difference"]] = 0.0
    assert silent(table) == []  # a table of nothing but zeros is shown


@pytest.mark.parametrize("columns", [50, 60, 70])
def test_narrow_terminals_give_names_a_line_of_their_own(table, displacement, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = printed(comparison_table, table, displacement, title="a world", currency="EUR",
                    where={"raids": ["TA", "HO"]}, names={"HO": "Hostland"})
    assert max(map(len, lines)) <= columns
    at = lines.index("  Person-days in captivity") if columns == 50 else lines.index("Hostland")
    assert lines[at + 1].split()[0] in ("1,000", "10")
    assert max(map(len, printed(check_table, FACTS, title="a check"))) <= columns


def test_in_a_notebook_too_what_is_written_is_text_and_nothing_is_shown_beside_it(monkeypatch):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    shown = []
    monkeypatch.setattr("rich.jupyter.display", lambda *what: shown.append(what))
    assert written(lambda to: to.print("a table")) == "a table"
    assert not shown


def test_what_is_written_is_what_is_printed(table, displacement):
    text = written(lambda to: comparison_table(to, table, displacement, title="a world"))
    assert text.split("\n") == printed(comparison_table, table, displacement, title="a world")[:-1]


def test_gross_and_net_loss_are_told_apart(table, displacement):
    text = " ".join(" ".join(printed(comparison_table, table, displacement, title="", currency="EUR")).split())
    assert "Gross loss" in text
    assert "Net loss, EUR" in text
    assert "Gross loss is all that victims paid" in text


def test_a_run_on_a_narrow_terminal_leaves_meanings_to_describe(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = printed(run_table, dict.fromkeys((o.name for o in OUTCOMES), 1234.5), title="a run", currency="EUR")
    assert max(map(len, lines)) <= 60
    assert len(lines) == len(OUTCOMES) + len(HEADINGS) + 3  # title, where the meanings are, the end


FACTS = [
    {"name": "call centres found in the villas", "role": "held-out", "unit": "dens", "low": 13.0, "high": None,
     "median": 12.0, "simulated_low": 3.0, "simulated_high": 20.0, "seeds": 20, "verdict": "inside", "note": ""},
    {"name": "loss [all]", "role": "held-out", "unit": "USD", "low": 16e6, "high": 17.34e6, "median": 4e6,
     "simulated_low": 541_224.0, "simulated_high": 5e6, "seeds": 20, "verdict": "outside", "note": ""},
    {"name": "seats", "role": "input", "unit": "persons", "low": 50.0, "high": None, "median": None,
     "simulated_low": None, "simulated_high": None, "seeds": 0, "verdict": "-", "note": ""}]


def test_a_check_hides_nothing():
    lines = printed(check_table, FACTS, title="a check", notes=["a note"])
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for part in ("16 M to 17.3 M", "541,224 to 5 M", "outside", "inside", "loss [all]", "input", "a note"):
        assert part in text, part
    html = check_html(FACTS, "a check", ["a note"])
    assert "outside" in html
    assert "16 M to 17.3 M" in html


def test_html_escapes_what_people_wrote(table):
    table["arm"] = "<script>"
    html = comparison_html(table, {}, "a & b", "USD")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "a &amp; b" in html
