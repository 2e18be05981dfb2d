"""What is remembered of residents comes back as it was."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraudsim.core.index import Index
from fraudsim.loops.residents import fits, memory, recalled, recalled_all

days, scams, warnings = st.integers(-32768, 32767), st.integers(0, 255), st.integers(0, 127)


@given(days, scams, warnings)
def test_what_is_remembered_is_recalled(day, scams, warnings):
    assert fits.py_func(scams, warnings)
    number = memory.py_func(day, scams, warnings)
    assert number < -1
    assert recalled.py_func(number) == (day, scams, warnings)
    assert recalled_all(np.array([number]))[:, 0].tolist() == [day, scams, warnings]
    index = Index()
    index.insert(np.array([3], np.uint64), np.array([number]))
    assert index.find(np.array([3], np.uint64)).tolist() == [number]


def test_more_than_fits_is_told():
    assert not fits.py_func(256, 0)
    assert not fits.py_func(0, 128)
