from __future__ import annotations

import ast
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import descendants

import fraudsim
from fraudsim.cli import cli
from fraudsim.interventions import interventions
from fraudsim.ledgers.flows import SERIES
from fraudsim.levers import LEVERS
from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.state import TABLES
from fraudsim.study import check as check_module
from fraudsim.study import compare as compare_module
from fraudsim.study import run as run_module
from fraudsim.study.pool import StudyError
from fraudsim.worlds.quantity import SOURCES

SHORT = ("--set", "burn_in_days=7")
HEAVY = {"duckdb", "distributed", "numpy", "pandas", "mesa", "numba", "matplotlib", "scipy", "pydantic", "rich", "tqdm"}


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    """Compile once beforehand: a first run says on standard error that it compiles."""
    run_module.run("tutorial", days=1, overrides={"burn_in_days": 0})


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120,
                          check=False)


# Starting up


def test_help_lists_every_command_and_imports_nothing_heavy():
    done = python("import sys\nfrom fraudsim.cli import main\nsys.argv = ['fraudsim', '--help']\n"
                  "try:\n    main()\nexcept SystemExit:\n    pass\n"
                  "print(sorted({name.partition('.')[0] for name in sys.modules}))")
    assert done.returncode == 0, done.stderr
    *text, modules = done.stdout.strip().split("\n")
    assert all(any(name in line for line in text) for name in cli.commands)
    assert set(cli.commands) >= {"worlds", "interventions", "describe", "check", "run", "compare", "study", "sweep",
                                 "query", "export"}
    assert not HEAVY & set(ast.literal_eval(modules))


def test_the_package_imports_nothing_heavy():
    done = python("import sys, fraudsim\nprint(sorted({name.partition('.')[0] for name in sys.modules}))")
    assert not HEAVY & set(ast.literal_eval(done.stdout)), done.stderr


def test_a_python_that_is_too_old_is_told_in_one_line():
    source = Path(fraudsim.__file__).read_text()
    ast.parse(source, feature_version=(3, 7))
    done = python("import sys\nsys.version_info = (3, 11, 4, 'final', 0)\nimport fraudsim")
    assert done.returncode == 1
    assert done.stderr == "fraudsim needs Python 3.12 or newer; this is Python 3.11\n"


def test_version(call):
    assert call("--version") == (0, f"fraudsim, version {fraudsim.__version__}\n", "")


def test_public_names_are_there_and_no_others():
    assert dir(fraudsim) == sorted(fraudsim.__all__)
    for name in fraudsim.__all__:
        assert getattr(fraudsim, name) is not None, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fraudsim.nothing  # noqa: B018


def test_worlds_and_interventions_can_be_called_whatever_was_imported_first():
    code = "import fraudsim as fs\n{}\nprint(sorted(fs.worlds()), sorted(fs.interventions()))\n{}"
    first = "import fraudsim.worlds.schema, fraudsim.interventions.base"
    done = [python(code.format(*lines)) for lines in (("", ""), (first, ""), ("", first))]
    assert {d.stdout for d in done} == {f"{sorted(fraudsim.worlds())} {sorted(interventions())}\n"}


# Mistakes


@pytest.mark.parametrize(("arguments", "hint"), [
    (["wolrds"], "Did you mean 'worlds'?"), (["xyzzy"], "Commands: "), (["run", "tutorial", "--seeed", "1"], "--seed"),
    (["run"], "Missing argument 'WORLD'"), (["compare", "tutorial"], "Missing argument"),
    (["run", "tutorial", "--days", "x"], "not a valid integer"), (["describe", "--set", "days=1"], "needs a WORLD")])
def test_usage_errors_exit_with_2_and_name_the_nearest(call, arguments, hint):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert hint in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [
    ["run", "nowhere"], ["compare", "nowhere", "joint-raids"], ["check", "nowhere"], ["describe", "nowhere"],
    ["run", "tutorial", "--days", "0"], ["run", "tutorial", "-i", "joint-riads"], ["run", "tutorial", "--set", "days"],
    ["compare", "tutorial", "joint-riads"], ["check", "tutorial", "--seeds", "0"],
    ["describe", "tutorial", "--set", "days=-1"]])
def test_bad_input_exits_with_2_in_lines_on_stderr(call, arguments):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert 0 < len(err.strip().split("\n")) < 3
    assert "Traceback" not in err


def test_all_mistakes_come_at_once(call):
    code, _, err = call("compare", "tutorial", "joint-riads", "--replications", 0, "--jobs", 0, "--days", 9999)
    assert code == 2
    assert len(err.strip().split("\n")) == 4


def test_a_bad_place_is_told_before_anything_runs(call, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "run", lambda *args, **kwargs: pytest.fail("ran"))
    monkeypatch.setattr(compare_module, "compare", lambda *args, **kwargs: pytest.fail("ran"))
    (tmp_path / "file").write_text("")
    for command in (["run", "tutorial"], ["compare", "tutorial", "joint-raids"]):
        code, out, err = call(*command, "--out", tmp_path / "file")
        assert (code, out) == (2, "")
        assert "is a file, not a directory" in err


def test_a_failed_study_is_told_in_one_line(call, monkeypatch):
    def broken(*args, **kwargs):
        raise StudyError("seed 3 failed: ValueError: no dens")

    monkeypatch.setattr(compare_module, "compare", broken)
    assert call("compare", "tutorial", "joint-raids") == (1, "", "fraudsim: seed 3 failed: ValueError: no dens\n")


def test_a_fault_in_the_program_keeps_its_traceback(call, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a bug")

    monkeypatch.setattr(run_module, "run", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        call("run", "tutorial")


def test_interrupts_are_quiet(call, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(check_module, "check", interrupted)
    code, out, err = call("check", "tutorial")
    assert (code, out, err.strip()) == (130, "", "")


# Running


def test_run_prints_its_outcomes(call):
    code, out, err = call("run", "tutorial", *SHORT, "--days", 10, "-i", "joint-raids:start=2", "-i",
                          "call-interception:start=3")
    assert (code, err) == (0, "")
    assert out.startswith("tutorial: joint-raids:start=2+call-interception:start=3, seed 0, 10 days")
    assert "Person-days in captivity" in out


def test_run_as_json_prints_one_object_and_nothing_else(call):
    code, out, err = call("run", "tutorial", *SHORT, "--days", 10, "--seed", 3, "--json")
    assert (code, err) == (0, "")
    content = json.loads(out)
    assert list(content) == ["world", "seed", "days", "outcomes", "digest"]
    assert (content["world"], content["seed"], content["days"]) == ("tutorial", 3, 10)
    assert set(content["outcomes"]) == {o.name for o in OUTCOMES}
    code, out, _ = call("run", "tutorial", *SHORT, "--days", 10, "--seed", 3, "--digest")
    assert out == content["digest"] + "\n"


def test_run_says_what_its_processes_cost_if_asked(call):
    plain = call("run", "tutorial", *SHORT, "--days", 5)[1]
    code, out, err = call("run", "tutorial", *SHORT, "--days", 5, "--profile")
    assert (code, err) == (0, "")
    assert out.startswith(plain + "\nWhat a day cost, mean of 5 days")
    assert re.search(r"^  calls +[\d.,]+ +[\d.]+%$", out, re.MULTILINE)
    code, out, _ = call("run", "tutorial", *SHORT, "--days", 5, "--profile", "--json")
    content = json.loads(out)
    assert (code, content["profile"]["days"]) == (0, 5)
    assert list(content["profile"]["microseconds_a_day"])[:2] == ["policy", "recruitment"]


def test_settings_change_the_world(call):
    plain = call("run", "tutorial", *SHORT, "--days", 5, "--digest")[1]
    other = call("run", "tutorial", *SHORT, "--days", 5, "--digest", "--set", "parameters.calls.answer_share=0.2")[1]
    assert len(plain) == len(other) == 65
    assert plain != other


def test_run_leaves_its_study(call, tmp_path):
    code, out, _ = call("run", "tutorial", *SHORT, "--days", 5, "--out", tmp_path / "study")
    assert code == 0
    assert f"figures in {tmp_path / 'study' / 'figures'}" in out
    about = json.loads((tmp_path / "study" / "manifest.json").read_text())
    assert about["command"].startswith("fraudsim run tutorial --set burn_in_days=7 --days 5")
    code, _, err = call("run", "tutorial", *SHORT, "--days", 6, "--out", tmp_path / "study")
    assert code == 2
    assert "another study" in err


COMPARE = ("compare", "tutorial", "joint-raids:start=2", "call-interception:start=2", *SHORT, "--days", 12,
           "--replications", 2, "--no-sweep")


# Seven days of burn-in are too few to tell whether the tutorial has settled, and the command says so, once.
TOO_SHORT = "tutorial: burn-in: too short, or too empty, to tell whether the world has settled; lengthen burn_in_days\n"


def test_compare_prints_a_table(call):
    code, out, err = call(*COMPARE)
    assert (code, err) == (0, TOO_SHORT)
    assert "burn-in" not in out
    assert max(map(len, out.split("\n"))) <= 80
    for part in ("joint-raids:start=2, compared with no intervention", "Bystanders", "Workers held or trafficked",
                 "call-interception:start=2, which acts in Targetland", "95% interval says"):
        assert part in out, part


def test_compare_sweeps_unless_told_not_to(call):
    arguments = ("compare", "tutorial", "all", *SHORT, "--days", 3, "--replications", 1, "--json")
    swept, alone = (json.loads(call(*arguments, *more)[1]) for more in ((), ("--no-sweep",)))
    assert [part["replications"] for part in swept["sweep"]] == [2, 2, 2, 2]
    assert alone["sweep"] == []
    assert swept["arms"] == alone["arms"]
    assert len(swept["arms"]) >= 3


def test_compare_gives_the_same_bytes_with_any_number_of_jobs(call, tmp_path):
    code, one, err = call(*COMPARE, "--json", "--out", tmp_path / "one")
    assert (code, err) == (0, TOO_SHORT)
    assert call(*COMPARE, "--json", "--jobs", 2, "--out", tmp_path / "two") == (0, one, TOO_SHORT)
    content = json.loads(one)
    assert [arm["name"] for arm in content["arms"]] == ["joint-raids:start=2", "call-interception:start=2"]
    files = {f.relative_to(tmp_path / "one") for f in (tmp_path / "one").rglob("*") if f.is_file()}
    differing = {str(f) for f in files if (tmp_path / "one" / f).read_bytes() != (tmp_path / "two" / f).read_bytes()}
    assert differing == {"manifest.json"}


def test_check_prints_facts_or_json(call, tmp_path):
    world = Path(fraudsim.__file__).parent / "worlds" / "tutorial.toml"
    fact = ('\n[[facts]]\nname = "seats"\nrole = "input"\nlow = 40\nunit = "persons"\nsource = "none"\n'
            '\n[[facts]]\nname = "arrested"\nrole = "held-out"\nlow = 1e9\nunit = "persons"\nsource = "none"\n'
            'measure = "arrests"\n')
    mine = tmp_path / "mine.toml"
    mine.write_text(world.read_text() + fact)
    settings = (*SHORT, "--set", "days=20", "--seeds", 2)
    code, out, err = call("check", mine, *settings)
    assert (code, err) == (0, "")
    assert all(part in out for part in ("seats", "held-out", "A joint strike came in 0 of 2 seeds", "no value"))
    content = json.loads(call("check", mine, *settings, "--json")[1])
    assert [fact["verdict"] for fact in content["facts"]] == ["-", "no value"]


# Describing


def test_worlds_are_listed_with_their_titles(call):
    code, out, _ = call("worlds")
    assert code == 0
    assert all(name in out and title in out for name, title in fraudsim.worlds().items())


def test_interventions_are_listed_with_all_that_is_known(call):
    code, out, _ = call("interventions")
    assert code == 0
    words = " ".join(out.split())
    for name, kind in interventions().items():
        for part in (name, kind.lever, kind.proximal[0], kind.side_effects, kind.adaptation, kind.source):
            assert part in words, (name, part)
    assert out.count("cost: ") == len(interventions())


def test_the_list_says_what_the_numbers_of_sources_mean(call):
    words = " ".join(call("interventions")[1].split())
    assert all(f"{number} {title}" in words for number, title in SOURCES.items())
    for kind in interventions().values():
        assert set(re.findall(r"\d{3}", kind.source)) <= SOURCES.keys()


@pytest.mark.parametrize("name", sorted(interventions()))
def test_one_intervention_is_shown_with_all_its_settings(call, name):
    code, out, err = call("interventions", name)
    assert (code, err) == (0, "")
    assert max(map(len, out.split("\n"))) <= 80
    words, kind = " ".join(out.split()), interventions()[name]
    for part in (kind.lever, f"{kind.proximal[0]} ({kind.proximal[1]})", kind.side_effects, kind.adaptation):
        assert part in words, part
    for field, about in kind.model_fields.items():
        extra = about.json_schema_extra
        assert f"{field} [{extra['unit']}; " in words, field
        assert f"({extra['mark']}: {extra['source']})" in words, field
    assert "countries [ISO codes; must be set]" in words
    assert "intensity [share; 0 to 1; default 1]" in words


def test_one_intervention_with_what_a_world_sets(call):
    words = " ".join(call("interventions", "joint-raids", "--world", "great-wall-2016")[1].split())
    assert "great-wall-2016 sets: start, countries, lead, officers, operations" in words
    assert "start = 122 [day; 0 to 32,000; set by great-wall-2016; default 0]" in words
    assert "countries = CN|ES [ISO codes; set by great-wall-2016; must be set]" in words
    assert "strength [share; 0 to 1; default 0.5]" in words


def test_a_date_that_a_world_sets_is_shown_with_its_day(call, tmp_path):
    text = (Path(fraudsim.__file__).parent / "worlds" / "great-wall-2016.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace("start = 122 ", 'start = "2016-07-01" ', 1))
    words = " ".join(call("interventions", "joint-raids", "--world", tmp_path / "mine.toml")[1].split())
    assert "start = 2016-07-01 (day 122) [day" in words


@pytest.mark.parametrize(("arguments", "hints"), [
    (["joint-riads"], ["nearest: joint-raids"]), (["xyzzy"], ["known: administrative-punishment, "]),
    (["joint-riads", "--world", "nowhere"], ["no world 'nowhere'", "nearest: joint-raids"]),
    (["joint-raids", "--world", "tutoril"], ["nearest: tutorial"]), (["--world", "tutorial"], ["needs the NAME"])])
def test_an_unknown_intervention_is_told_with_the_nearest(call, arguments, hints):
    code, out, err = call("interventions", *arguments)
    assert (code, out) == (2, "")
    assert all(hint in err for hint in hints)
    assert "Traceback" not in err


def described(call, *arguments):
    code, out, err = call("describe", *arguments)
    assert (code, err) == (0, "")
    assert max(map(len, out.split("\n"))) <= 120
    return " ".join(out.split())


def test_describe_gives_every_process_column_lever_outcome_and_series(call):
    from fraudsim.day import DAY

    words = described(call)
    for process in DAY:
        assert f". {process.__name__} " in words
        assert f"reads: {', '.join(process.reads) or 'nothing'}" in words, process.__name__
    for name, columns in TABLES.items():
        assert f"Table {name} =" in words
        for column in columns:
            assert f"{column.name} [{column.unit}" in words, (name, column.name)
            assert column.meaning in words, (name, column.name)
    for thing in (*LEVERS, *OUTCOMES, *SERIES):
        assert f"{thing.name} [{thing.unit}; " in words, thing.name
        assert thing.meaning in words, thing.name


@pytest.mark.parametrize("name", ["tutorial", "great-wall-2016"])
def test_describe_gives_all_that_a_world_says(call, name):
    world = fraudsim.load_world(name)
    words = described(call, name)
    for part in (world.title, " ".join(world.description.split()), *(c.name for c in world.countries),
                 *(z.name for c in world.countries for z in c.zones), *(s.name for s in world.syndicates),
                 *(s.name for s in world.scripts), *(f"{t.host} -> {t.requester}" for t in world.treaties),
                 *(f.name for f in world.facts), *interventions()):
        assert part in words, part
    for group, parameters in world.parameters:
        assert f"parameters.{group} =" in words
        for field, about in type(parameters).model_fields.items():
            assert f"{field} = " in words, (group, field)
            assert about.json_schema_extra["mark"] in "SRDA"
            assert f"[{about.json_schema_extra['unit']}; " in words, (group, field)


def test_describe_shows_what_was_set(call):
    assert "answer_share = 0.11 [" in described(call, "tutorial", "--set", "parameters.calls.answer_share=0.11")


# Pipes, terminals, signals


def test_no_progress_bar_in_a_log(call):
    assert call("run", "tutorial", *SHORT, "--days", 3)[2] == ""


def test_a_progress_bar_on_a_terminal(call, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    code, out, _ = call("run", "tutorial", *SHORT, "--days", 3, "--json")
    assert code == 0
    assert "/10" in screen.getvalue()  # with seven of burn-in
    json.loads(out)


@pytest.mark.parametrize("arguments", [["describe"], ["run", "tutorial", "--days", "1", *SHORT]])
def test_a_closed_pipe_is_quiet(arguments):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "fraudsim.cli", *arguments], stdout=write, stderr=subprocess.PIPE,
                          text=True, timeout=120, check=False)
    os.close(write)
    assert done.stderr == ""
    assert done.returncode in (1, 141)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended but was not yet asked how does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_ctrl_c_ends_workers_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "fraudsim.cli", "compare", "great-wall-2016", "joint-raids", "--jobs", "2",
               "--out", str(tmp_path / "study")]
    study = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    deadline = time.monotonic() + 60
    while len(descendants(study.pid)) < 4 and time.monotonic() < deadline:  # two workers, their server, and a tracker
        time.sleep(0.05)
    workers = descendants(study.pid)
    time.sleep(1.0)
    study.send_signal(signal.SIGINT)
    out, err = study.communicate(timeout=60)
    assert (study.returncode, out, err.strip()) == (130, "", "")
    assert len(workers) == 4
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))
    assert list(tmp_path.iterdir()) == []
