from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraudsim.core.agenda import Agenda

days = st.integers(-5, 5)
entry = st.one_of(
    st.tuples(st.lists(st.integers(0, 30), max_size=5), days),
    st.lists(st.tuples(st.integers(0, 30), days), max_size=5).map(lambda pairs: ([r for r, _ in pairs],
                                                                                 [d for _, d in pairs])),
    st.integers(1, 3).map(lambda seed: (np.random.default_rng(seed).integers(0, 400, 300).tolist(),
                                        np.random.default_rng(seed + 9).integers(-5, 6, 300).tolist())))


def fill(entries) -> tuple[Agenda, dict[int, set[int]]]:
    agenda, expected = Agenda(), {}
    for rows, on in entries:
        agenda.enter(np.array(rows, np.int64), on if isinstance(on, int) else np.array(on, np.int64))
        for row, day in zip(rows, [on] * len(rows) if isinstance(on, int) else on):
            expected.setdefault(day, set()).add(row)
    return agenda, expected


@given(st.lists(entry, max_size=6))
def test_every_row_comes_up_once_on_its_day_in_order(entries):
    agenda, expected = fill(entries)
    for day in range(-6, 7):
        assert agenda.take(day).tolist() == sorted(expected.get(day, ()))
        assert agenda.take(day).size == 0


@given(st.lists(entry, max_size=6))
def test_a_copy_is_independent(entries):
    agenda, expected = fill(entries)
    twin = agenda.copy()
    for day in range(-6, 7):
        twin.take(day)
    twin.enter(np.array([99]), 0)
    for day in range(-6, 7):
        assert agenda.take(day).tolist() == sorted(expected.get(day, ()))


def test_a_day_as_numpy_gives_it_is_a_day():
    agenda = Agenda()
    agenda.enter(np.array([3]), np.int32(4))
    assert agenda.take(4).tolist() == [3]
