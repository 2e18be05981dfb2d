from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fraudsim
from fraudsim.core import compiled

HERE = compiled.PACKAGE
DRAW = ("import numpy as np\nfrom fraudsim.core.draws import Draws, child_keys\n"
        "keys = child_keys(np.uint64(3), 'seat', np.arange(9))\n"
        "print(Draws(1).uniform(np.uint64(5), keys, -3).tobytes().hex())")


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Return a folder of copied sources that the hash is taken of."""
    for name in (*compiled.SOURCES, *compiled.DECLARING):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(HERE / name, tmp_path / name)
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", compiled.SOURCES)
def test_the_folder_changes_its_name_when_a_source_changes(name, sources):
    before = compiled._sources_hash()
    assert before == compiled._sources_hash() == compiled.FOLDER.name.removeprefix("compiled-")
    with (sources / name).open("a") as file:
        file.write("_M0 = 1\n")
    assert compiled._sources_hash() != before


@pytest.mark.parametrize("name", compiled.DECLARING)
def test_it_changes_when_a_column_does_and_not_when_a_decision_does(name, sources):
    """All that loops know of columns follows from these files: a student who edits a decision need not compile."""
    before, text = compiled._sources_hash(), (sources / name).read_text()
    (sources / name).write_text(text + "\n\ndef wants_to_open(dens):\n    return dens < 3\n")
    assert compiled._sources_hash() == before
    (sources / name).write_text(text + "\nMORE = (Column('hue', 'int8', 'code', 'colour of the door'),)\n")
    assert compiled._sources_hash() != before


def test_every_module_that_declares_columns_is_among_them():
    package = Path(fraudsim.__file__).parent
    declare = {path.relative_to(package).as_posix() for path in package.rglob("*.py")
               if "Column(" in path.read_text().replace("class Column", "")}
    assert declare <= set(compiled.DECLARING)
    assert {path.relative_to(package).as_posix() for path in package.rglob("*.py")
            if " declare(" in path.read_text().replace("def declare(", "")
            or "\ndeclare(" in path.read_text()} <= set(compiled.DECLARING)


def test_every_module_with_compiled_code_is_among_the_sources():
    package = Path(fraudsim.__file__).parent
    users = set()
    for path in package.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        for node in (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom) and node.module == "fraudsim.core.compiled":
                users |= {path} if {"compiled", "compiled_inline"} & set(names) else set()
            elif any(name.split(".")[0] == "numba" for name in [getattr(node, "module", "") or "", *names]):
                users.add(path)
    assert {path.relative_to(HERE).as_posix() for path in users} == set(compiled.SOURCES)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Let nothing have been compiled yet."""
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "none")
    monkeypatch.setattr(compiled, "READY", tmp_path / "none" / "ready")


@pytest.mark.usefixtures("fresh")
def test_compiling_is_announced_and_done_once(capsys):
    used = []
    compiled.compile_once(lambda: used.append(1))
    out, err = capsys.readouterr()
    assert out == ""
    assert "compiling its loops" in err
    assert "compiled in" in err
    compiled.compile_once(lambda: used.append(2))
    assert capsys.readouterr() == ("", "")
    assert used == [1]


@pytest.mark.usefixtures("fresh")
def test_what_uses_the_loops_may_ask_again_and_a_failure_is_no_success():
    with pytest.raises(ZeroDivisionError):
        compiled.compile_once(lambda: 1 / 0)
    used = []
    compiled.compile_once(lambda: (used.append(1), compiled.compile_once(lambda: used.append(2))))
    assert used == [1]


@pytest.mark.usefixtures("fresh")
def test_where_nothing_can_be_kept_loops_are_compiled_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "file" / "below")
    monkeypatch.setattr(compiled, "READY", tmp_path / "file" / "below" / "ready")
    used = []
    for _ in range(2):
        compiled.compile_once(lambda: used.append(1))
    assert used == [1, 1]


ONCE = ("import sys, time\nfrom pathlib import Path\nfrom fraudsim.core import compiled\n"
        "def use_all():\n    time.sleep(1.0)\n    print('compiled')\n"
        "compiled.compile_once(use_all)")


def test_of_processes_that_start_at_once_one_compiles_and_the_others_wait(tmp_path):
    env = {**os.environ, "FRAUDSIM_CACHE_DIR": str(tmp_path)}
    several = [subprocess.Popen([sys.executable, "-c", ONCE], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True) for _ in range(3)]
    results = [process.communicate() for process in several]
    assert [process.returncode for process in several] == [0, 0, 0], results
    assert sorted(out for out, _ in results) == ["", "", "compiled\n"]
    assert sum("waiting for it" in err for _, err in results) >= 1


def test_who_is_killed_while_compiling_leaves_no_lock_behind(tmp_path):
    env = {**os.environ, "FRAUDSIM_CACHE_DIR": str(tmp_path)}
    first = subprocess.Popen([sys.executable, "-c", ONCE.replace("sleep(1.0)", "sleep(600)")], env=env,
                             stderr=subprocess.PIPE, text=True)
    first.stderr.readline()
    first.kill()
    first.wait()
    again = subprocess.run([sys.executable, "-c", ONCE], env=env, capture_output=True, text=True, check=True,
                           timeout=60)
    assert again.stdout == "compiled\n"
    assert "waiting" not in again.stderr


def test_the_cache_goes_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("FRAUDSIM_CACHE_DIR", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled.cache_root() == tmp_path / "named"
    monkeypatch.delenv("FRAUDSIM_CACHE_DIR")
    assert compiled.cache_root() == tmp_path / "xdg" / "fraudsim"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert compiled.cache_root() == tmp_path / "home" / ".cache" / "fraudsim"


def test_a_cache_that_cannot_be_written_gives_way_to_the_temporary_folder(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRAUDSIM_CACHE_DIR", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(compiled.tempfile, "tempdir", str(tmp_path))
    assert compiled.cache_root().parent == tmp_path
    assert compiled.cache_root().name.startswith("fraudsim-cache-")


def test_two_processes_may_compile_at_once(tmp_path):
    env = {**os.environ, "FRAUDSIM_CACHE_DIR": str(tmp_path)}
    both = [subprocess.Popen([sys.executable, "-c", DRAW], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True) for _ in range(2)]
    results = [process.communicate() for process in both]
    warm = subprocess.run([sys.executable, "-c", DRAW], env=env, capture_output=True, text=True, check=True)
    assert [process.returncode for process in both] == [0, 0], results
    assert {out for out, _ in results} == {warm.stdout} != {""}
    assert list(tmp_path.rglob("*.nbi"))
