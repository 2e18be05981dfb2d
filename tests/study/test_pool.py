from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fraudsim.errors import InputError
from fraudsim.study.pool import StudyError, for_seeds


def square(seed):
    return seed * seed


def fail_at_three(seed):
    if seed == 3:
        error = ValueError("no dens")
        error.add_note("arm joint-raids")
        raise error
    return seed


def refuse(seed):
    raise InputError(["first", "second"])


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_results_stand_in_the_order_of_the_seeds(jobs):
    done = []
    assert for_seeds(square, range(4, 9), jobs, done.append) == [16, 25, 36, 49, 64]
    assert sum(done) == 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_names_seed_arm_and_error(jobs):
    with pytest.raises(StudyError, match=r"seed 3 \(arm joint-raids\) failed: ValueError: no dens"):
        for_seeds(fail_at_three, range(6), jobs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_input_stays_bad_input(jobs):
    with pytest.raises(InputError) as caught:
        for_seeds(refuse, range(2), jobs)
    assert caught.value.lines == ["first", "second"]


def test_a_dead_worker_is_told():
    with pytest.raises(StudyError, match="worker process died"):
        for_seeds(os._exit, range(1, 4), 2)


def test_the_main_module_is_back_afterwards():
    before = sys.modules["__main__"]
    for_seeds(square, range(2), 2)
    assert sys.modules["__main__"] is before


def test_a_script_needs_no_guard(tmp_path):
    script = tmp_path / "study.py"
    script.write_text("print('started')\n"
                      "import operator\n"
                      "from fraudsim.study.pool import for_seeds\n"
                      "print(for_seeds(operator.neg, range(3), 2))\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.returncode) == ("started\n[0, -1, -2]\n", 0), done.stderr
