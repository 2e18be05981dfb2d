from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fraudsim.study.storage.journal import Journal, entries

LINES = [json.dumps({"run": f"{i:04x}", "values": [i] * i}).encode() + b"\n" for i in range(6)]


def runs(path):
    return [entry["run"] for entry in entries(path)]


def test_lines_come_back(tmp_path):
    journal = Journal(tmp_path / "1.jsonl")
    journal.append(LINES[:2])
    journal.append(LINES[2:3])
    assert (journal.lines, journal.size) == (3, sum(map(len, LINES[:3])))
    journal.close()
    assert runs(tmp_path / "1.jsonl") == ["0000", "0001", "0002"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(cut=st.integers(0, sum(map(len, LINES))), junk=st.binary(max_size=8))
def test_a_file_torn_anywhere_keeps_its_whole_lines_and_takes_more(tmp_path, cut, junk):
    path, data = tmp_path / "torn.jsonl", b"".join(LINES)
    path.write_bytes(data[:cut] + junk.replace(b"\n", b" "))
    whole = data[:cut].count(b"\n")
    assert runs(path) == [f"{i:04x}" for i in range(whole)]
    journal = Journal(path)
    assert journal.lines == whole
    journal.append([b'{"run":"more"}\n'])
    journal.close()
    assert runs(path) == [*(f"{i:04x}" for i in range(whole)), "more"]


def test_a_line_that_is_no_json_is_passed_over(tmp_path):
    (tmp_path / "1.jsonl").write_bytes(LINES[0] + b"\0\0\0\n[1]\n" + LINES[1])
    assert runs(tmp_path / "1.jsonl") == ["0000", "0001"]


def test_lines_are_on_the_disk_before_append_returns(tmp_path, monkeypatch):
    journal, called = Journal(tmp_path / "1.jsonl"), []
    monkeypatch.setattr(os, "fsync", lambda file: called.append(os.fstat(file).st_size))
    journal.append(LINES)
    assert called == [sum(map(len, LINES))]


FULL = """
import resource, sys
from pathlib import Path
from fraudsim.study.storage.journal import Journal
journal = Journal(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for i in range(99):
    try:
        journal.append([b'{"run":"%04d"}\\n' % i] * 9)
    except OSError as error:
        print(i, error.errno)
        break
"""


def test_a_full_disk_leaves_no_torn_line(tmp_path):
    path = tmp_path / "1.jsonl"
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    appended = int(done.stdout.split()[0])
    assert 0 < appended < 99
    assert path.read_bytes().endswith(b"\n")
    assert len(runs(path)) == 9 * appended
    assert resource.RLIMIT_FSIZE is not None


def test_what_cannot_be_brought_to_the_disk_does_not_stay(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "1.jsonl")
    journal.append(LINES[:1])

    def fails(file):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        journal.append(LINES[1:])
    assert runs(tmp_path / "1.jsonl") == ["0000"]
