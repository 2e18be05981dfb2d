from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim.core.index import Index

# Equal high bits, so that keys meet in the table, also at its end, and must be told apart along the chain.
keys = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 40).map(lambda k: k << 58 | 7), st.integers(0, 100),
                 st.integers(0, 30).map(lambda k: 2**64 - 1 - k),
                 st.integers(0, 30).map(lambda k: 2**64 - 1 - (k << 50)))
numbers = st.integers(-(2**31) - 1, 2**31 - 3).filter(lambda number: number != -1)
batch = st.lists(st.tuples(keys, numbers), max_size=60)


@given(st.lists(batch, max_size=8), st.lists(keys, max_size=20))
@settings(max_examples=200)
def test_an_index_is_a_dict(batches, others):
    index, expected = Index(), {}
    for pairs in batches:
        index.insert(np.array([k for k, _ in pairs], np.uint64), np.array([r for _, r in pairs], np.int64))
        expected.update(pairs)
        wanted = [*expected, *others]
        assert index.find(np.array(wanted, np.uint64)).tolist() == [expected.get(k, -1) for k in wanted]
        twin = pickle.loads(pickle.dumps(index))
        assert twin.find(np.array(wanted, np.uint64)).tolist() == [expected.get(k, -1) for k in wanted]


@given(st.lists(batch, max_size=8), st.sampled_from([1, 5, 1000]), st.sampled_from([-1, 0, 1000]))
@settings(max_examples=200)
def test_keys_of_low_numbers_come_in_their_order_whatever_the_size(batches, piece, limit):
    index, roomy, expected = Index(), Index(), {}
    roomy.reserve(3000)
    for pairs in batches:
        for each in (index, roomy):
            each.insert(np.array([k for k, _ in pairs], np.uint64), np.array([r for _, r in pairs], np.int64))
        expected.update(pairs)
    for each in (index, roomy):
        found = [(k, n) for part in each.below(limit, piece) for k, n in zip(*(x.tolist() for x in part))]
        assert found == sorted((k, n) for k, n in expected.items() if n < limit)


def test_a_large_index_finds_all_and_nothing_else():
    made = np.random.default_rng(0).integers(0, 2**64, 50_000, np.uint64)
    index = Index()
    for i in range(0, made.size, 777):
        part = np.arange(i, min(i + 777, made.size))
        index.insert(made[part], part)
    assert (index.find(made) == np.arange(made.size)).all()
    assert (index.find(made + np.uint64(1)) == -1).all()
    assert made.size / 0.75 <= len(index.slots) < 2 * made.size


def test_room_made_at_once_is_not_made_again():
    index = Index()
    index.reserve(50_000)
    slots = index.slots
    index.insert(np.random.default_rng(0).integers(0, 2**64, 50_000, np.uint64), np.arange(50_000))
    assert index.slots is slots


def test_a_copy_is_independent():
    index = Index()
    index.insert(np.array([5], np.uint64), np.array([1]))
    twin = index.copy()
    twin.insert(np.array([6], np.uint64), np.array([2]))
    index.insert(np.array([5], np.uint64), np.array([3]))
    wanted = np.array([5, 6], np.uint64)
    assert index.find(wanted).tolist() == [3, -1]
    assert twin.find(wanted).tolist() == [1, 2]
