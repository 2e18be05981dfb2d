from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from fraudsim.study.work.timer import TooLong, time_limit


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_takes_too_long_is_stopped():
    began = time.monotonic()
    with pytest.raises(TooLong), time_limit(0.05):
        spin(10)
    assert time.monotonic() - began < 5


def test_it_is_no_exception_that_a_model_would_catch():
    def swallows():
        while True:
            with suppress(Exception):
                spin(10)

    with pytest.raises(TooLong), time_limit(0.05):
        swallows()


@pytest.mark.parametrize("seconds", [None, 10.0])
def test_what_is_in_time_is_left_alone(seconds):
    with time_limit(seconds):
        result = 1
    with pytest.raises(ValueError, match="mine"), time_limit(seconds):
        raise ValueError("mine")
    assert result == 1


def test_a_limit_that_strikes_at_the_end_strikes_here_and_not_later():
    heard = 0
    for i in range(300):
        try:
            with time_limit(0.001 + i * 1e-6):
                spin(0.001)
        except TooLong:
            heard += 1
        sum(range(100))  # a late exception would come here and fail the test
    time.sleep(0.5)
    watching = [thread for thread in threading.enumerate() if type(thread).__name__ == "_Watch"]
    assert not watching, "a watch that was not ended would end the process"
    assert heard < 300


def test_what_does_not_listen_ends_with_its_process():
    code = ("import time\nfrom fraudsim.study.work.timer import time_limit\n"
            "with time_limit(0.1, 0.2):\n    time.sleep(60)")
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 124
