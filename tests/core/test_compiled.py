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
    for name in compiled.SOURCES:
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


def test_every_module_with_compiled_code_is_among_the_sources():
    package = Path(fraudsim.__file__).parent
    users = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", ())]
            if isinstance(node, ast.ImportFrom) and node.module == "fraudsim.core.compiled":
                users |= {path} if {"compiled", "compiled_inline"} & set(names) else set()
            elif isinstance(node, ast.Import | ast.ImportFrom) and any(
                    name.split(".")[0] == "numba" for name in [getattr(node, "module", "") or "", *names]):
                users.add(path)
    assert {path.relative_to(HERE).as_posix() for path in users} == set(compiled.SOURCES)


def test_compiling_is_announced_only_where_nothing_is_cached(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "none")
    compiled.announce()
    out, err = capsys.readouterr()
    assert out == ""
    assert "compiling" in err
    (tmp_path / "none" / "below").mkdir(parents=True)
    (tmp_path / "none" / "below" / "draws.nbi").touch()
    compiled.announce()
    assert capsys.readouterr() == ("", "")


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
