from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim.core.index import Index

# Few low bits, so that keys meet in the table and must be told apart along the chain.
keys = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 40).map(lambda k: k << 58 | 7), st.integers(0, 100))
batch = st.lists(st.tuples(keys, st.integers(0, 10**6)), max_size=60)


@given(st.lists(batch, max_size=8), st.lists(keys, max_size=20))
@settings(max_examples=200)
def test_an_index_is_a_dict(batches, others):
    index, expected = Index(), {}
    for pairs in batches:
        index.insert(np.array([k for k, _ in pairs], np.uint64), np.array([r for _, r in pairs], np.int64))
        expected.update(pairs)
        wanted = [*expected, *others]
        assert index.find(np.array(wanted, np.uint64)).tolist() == [expected.get(k, -1) for k in wanted]


def test_a_large_index_finds_all_and_nothing_else():
    made = np.random.default_rng(0).integers(0, 2**64, 50_000, np.uint64)
    index = Index()
    for i in range(0, made.size, 777):
        part = np.arange(i, min(i + 777, made.size))
        index.insert(made[part], part)
    assert (index.find(made) == np.arange(made.size)).all()
    assert (index.find(made + np.uint64(1)) == -1).all()


def test_a_copy_is_independent():
    index = Index()
    index.insert(np.array([5], np.uint64), np.array([1]))
    twin = index.copy()
    twin.insert(np.array([6], np.uint64), np.array([2]))
    index.insert(np.array([5], np.uint64), np.array([3]))
    wanted = np.array([5, 6], np.uint64)
    assert index.find(wanted).tolist() == [3, -1]
    assert twin.find(wanted).tolist() == [1, 2]
