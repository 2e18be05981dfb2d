"""The documentation tells the truth: its examples run, its links lead somewhere, its tables are current."""

from __future__ import annotations

import importlib.util
import re
import shlex
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from fraudsim.cli import cli
from fraudsim.day import DAY
from fraudsim.interventions import interventions
from fraudsim.study.study import Study
from fraudsim.study.work.local import InlineExecutor

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(page for place in ("*.md", "docs/*.md", "experiments/*.md", "experiments/*/*.md")
               for page in ROOT.glob(place))
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
SMALL = {"replications": "1", "days": "8", "seeds": "1", "population": "4", "generations": "1", "situations": "2",
         "fresh": "2"}


def blocks(page: Path, kind: str) -> list[str]:
    return [textwrap.dedent(m["body"]) for m in FENCE.finditer(page.read_text("utf-8")) if m["kind"] == kind]


def commands(page: Path) -> list[str]:
    """Lines that call the command line: in blocks of shell, and in indented blocks."""
    text = page.read_text("utf-8")
    indented = re.findall(r"^    ((?:uv run )?fraudsim .*)$", text, re.MULTILINE)
    fenced = [line for block in blocks(page, "sh") for line in block.splitlines() if line.startswith("fraudsim ")]
    return list(dict.fromkeys([line.removeprefix("uv run ") for line in indented] + fenced))


def small(arguments: list[str]) -> list[str]:
    """Make a command quick: one replication or seed, a few days, one process."""
    command = arguments[0]
    wanted = {"compare": ("replications", "days"), "run": ("days",), "check": ("seeds",),
              "portfolio": ("population", "generations", "situations", "fresh")}.get(command, ())
    for option in wanted:
        if f"--{option}" in arguments:
            arguments[arguments.index(f"--{option}") + 1] = SMALL[option]
        else:
            arguments += [f"--{option}", SMALL[option]]
    if "--jobs" in arguments:
        arguments[arguments.index("--jobs") + 1] = "1"
    return arguments


TINY_STUDY = """name = "first-study"
world = "tutorial"
days = 3
replications = 1
arms = ["joint-raids"]
overrides = { burn_in_days = 0 }
"""


ASKED = """outcomes = ["loss_net", "captive_days", "public_cost"]
[design]
kind = "{kind}"
{size}
[uncertainties]
parameters.calls.answer_share = {{ low = 0.03, high = 0.12 }}
"""
DESIGNS = {"sensitivity": ("morris", "trajectories = 2"), "robust": ("latin-hypercube", "points = 4"),
           "discover": ("latin-hypercube", "points = 4"), "portfolio": ("latin-hypercube", "points = 4")}


def prepare(line: str) -> None:
    """Lay out what a page's commands have made by then: a study file, and what its sweep has stored."""
    command, *more = line.split()[1:]
    if command in DESIGNS:
        kind, size = DESIGNS[command]
        Path("asked.toml").write_text(TINY_STUDY + ASKED.format(kind=kind, size=size))
        Study("asked.toml").run(more[0], progress=False)
    if "study.toml" in line and " init " not in line:
        Path("study.toml").write_text(TINY_STUDY)
    if line.startswith(("fraudsim query", "fraudsim export")):
        Path("study.toml").write_text(TINY_STUDY)
        Study("study.toml").run("first-study", progress=False)


def small_python(code: str) -> str:
    """Make the first example quick; everything else in the pages is quick as it stands."""
    return re.sub(r"replications=\d+", "replications=1, days=8", code)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_python_examples_run(page: Path) -> None:
    names: dict[str, object] = {"__name__": "documentation"}
    for block in blocks(page, "python"):
        exec(compile(small_python(block), str(page), "exec"), names)


@pytest.mark.parametrize(("page", "line"), [(p, line) for p in PAGES for line in commands(p)],
                         ids=lambda value: value.name if isinstance(value, Path) else None)
def test_commands_run(page: Path, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if line.split()[1] in {*DESIGNS, "query", "export"}:  # starting processes takes longer
        for module in ("work.driver", "questions.nested"):
            monkeypatch.setattr(f"fraudsim.study.{module}.LocalExecutor", lambda jobs: InlineExecutor())
    prepare(line)
    result = CliRunner().invoke(cli, small(shlex.split(line)[1:]))
    assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path) if path else page
        assert target.exists(), f"{page.name}: no {path}"
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            known = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
            assert anchor in known, f"{page.name}: no #{anchor} in {target.name}"


def test_parameters_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("make_parameters", ROOT / "docs" / "make_parameters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.page(), "run `make docs`"


def test_the_model_page_has_the_day_in_its_order() -> None:
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    table = re.findall(r"^\| \d+ \| `(\w+)` \|", text, re.MULTILINE)
    assert table == [process.__name__ for process in DAY]


def test_every_intervention_has_its_section() -> None:
    text = (ROOT / "docs" / "interventions.md").read_text("utf-8")
    for name, kind in interventions().items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert f"`{kind.proximal[0]}`, {kind.proximal[1]}" in section
        for lever in re.findall(r"[a-z]+_[a-z_]+", kind.lever):
            assert f"`{lever}`" in section
