"""Named draws. Statistical tests have fixed inputs; 1e-6 is the chance that a right generator fails one of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from support import assert_shares

from fraudsim.core import draws
from fraudsim.core.draws import (
    Draws,
    child_keys,
    purpose,
    purposes,
    root_key,
    run_key,
)
from fraudsim.core.plain import child_key_plain, uniform_plain

FALSE_ALARM = 1e-6
MANY = 200_000
CODE = purpose("test.draws")

word = st.integers(0, 2**32 - 1)
long = st.integers(0, 2**64 - 1)
day = st.integers(-32768, 32767)
index = st.integers(0, 65535)


def some(n: int = MANY, parent: str = "some") -> np.ndarray:
    return child_keys(root_key(parent), "thing", np.arange(n))


# Random123-1.14.0, tests/kat_vectors, philox4x32 10: counter (4 words), key (2 words), first two words of output.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0), (0xD16CFE09, 0x94FDCCEB)),
]


def named(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, int, int, int, int]:
    """Return run, entity key, purpose, day and index that make this counter and key of Philox."""
    return key[1] << 32 | key[0], counter[1] << 32 | counter[0], counter[2], counter[3] >> 16, counter[3] & 0xFFFF


def unit(a: int, b: int) -> float:
    return ((a << 32 | b) >> 12) * 2.0**-52 + 2.0**-53


@pytest.mark.parametrize(("counter", "key", "output"), PUBLISHED)
def test_philox_gives_the_published_vectors(counter, key, output):
    run, entity, code, on, nth = named(counter, key)
    assert Draws(run).one(np.uint64(code), np.uint64(entity), on, nth) == unit(*output)
    assert uniform_plain(run, entity, code, on, nth) == unit(*output)
    assert draws._philox.py_func(*map(np.uint64, (*counter, *key))) == output


@given(run=long, key=long, code=word, on=day, nth=index)
@settings(max_examples=300)
def test_the_compiled_draw_is_the_plain_one_to_the_bit(run, key, code, on, nth):
    made = Draws(run)
    keys = np.array([key], np.uint64)
    plain = uniform_plain(run, key, code, on, nth)
    assert made.one(np.uint64(code), np.uint64(key), on, nth) == plain
    assert made.uniform(np.uint64(code), keys, on, nth)[0] == plain
    assert made.uniform(np.uint64(code), keys, on, np.array([nth]))[0] == plain
    assert 0.0 < plain < 1.0


@given(parent=long, kind=st.text(max_size=20), ordinal=st.integers(-2**63, 2**63 - 1))
@settings(max_examples=300)
def test_compiled_child_keys_are_the_plain_ones(parent, kind, ordinal):
    made = child_keys(np.uint64(parent), kind, np.array([ordinal]))
    assert made.tolist() == [child_key_plain(parent, kind, ordinal)]


def test_child_keys_of_many_parents_or_many_ordinals():
    parents = some(3)
    assert child_keys(parents, "a", 7).tolist() == [child_key_plain(int(p), "a", 7) for p in parents]
    assert child_keys(parents[0], "a", np.arange(3)).tolist() == [child_key_plain(int(parents[0]), "a", i)
                                                                  for i in range(3)]
    assert child_keys(parents[:0], "a", np.arange(0)).size == 0


def test_child_keys_do_not_collide():
    seats = child_keys(np.repeat(some(1000), 100), "seat", np.tile(np.arange(100), 1000))
    assert np.unique(np.concatenate((seats, child_keys(seats, "holder", 0)))).size == 200_000


def uncounter(output: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Run Philox backwards: return the counter that gives this output."""
    m0, m1, low = 0xD2511F53, 0xCD9E8D57, 0xFFFFFFFF
    c0, c1, c2, c3 = output
    for i in reversed(range(10)):
        k0, k1 = (key[0] + i * 0x9E3779B9) & low, (key[1] + i * 0xBB67AE85) & low
        b0, b2 = c3 * pow(m0, -1, 2**32) & low, c1 * pow(m1, -1, 2**32) & low
        c0, c1, c2, c3 = b0, c0 ^ (m1 * b2 >> 32) ^ k0, b2, c2 ^ (m0 * b0 >> 32) ^ k1
    return c0, c1, c2, c3


def drawn(output: tuple[int, int, int, int]) -> float:
    run, entity, code, on, nth = named(uncounter(output, (1, 2)), (1, 2))
    assert uniform_plain(run, entity, code, on, nth) == unit(*output[:2])
    return Draws(run).one(np.uint64(code), np.uint64(entity), on, nth)


def test_the_lowest_uniform_is_above_zero():
    assert drawn((0, 0, 0, 0)) == 2.0**-53


def test_the_highest_uniform_is_below_one():
    assert drawn((2**32 - 1,) * 4) < 1.0


def test_uniforms_are_uniform_and_unrelated():
    made = Draws(run_key(0, "test"))
    u = made.uniform(CODE, some())
    assert stats.kstest(u, "uniform").pvalue > FALSE_ALARM
    for other in (made.uniform(CODE, some(), 1), made.uniform(CODE, some(), 0, 1), Draws(1).uniform(CODE, some()),
                  made.uniform(purpose("test.other"), some()), np.roll(u, 1)):
        assert stats.pearsonr(u, other).pvalue > FALSE_ALARM


def test_a_draw_does_not_depend_on_its_neighbours_or_on_earlier_draws():
    keys = some(1000)
    alone = np.array([Draws(5).one(CODE, key, 3, 4) for key in keys])
    made = Draws(5)
    made.poisson(CODE, keys, np.ones(1000), 3)
    shuffled = np.random.default_rng(0).permutation(1000)
    assert (made.uniform(CODE, keys[shuffled], 3, 4) == alone[shuffled]).all()
    assert (made.uniform(CODE, np.ascontiguousarray(keys[::7]), 3, 4) == alone[::7]).all()


def test_negative_days_are_days_of_their_own():
    made, keys = Draws(5), some(100)
    rows = [made.uniform(CODE, keys, on) for on in (-728, -364, -1, 0, 1)]
    assert np.unique(np.concatenate(rows)).size == 500
    assert made.one(CODE, keys[0], -7) == uniform_plain(5, int(keys[0]), int(CODE), -7, 0)


def test_every_draw_is_counted():
    made = Draws(1)
    made.one(CODE, root_key("a"))
    made.uniform(CODE, some(10))
    made.poisson(CODE, some(5), np.ones(5))
    assert made.made == 16
    made.race(CODE, some(5), some(3), np.ones(3))
    assert made.made == 31


def test_a_race_is_won_in_proportion_to_weights():
    options, weights = some(4, "options"), np.array([1.0, 0.0, 3.0, 6.0])
    won = Draws(3).race(CODE, some(20_000), options, weights)
    assert_shares(np.bincount(won, minlength=4), [0.1, 0.0, 0.3, 0.6])


def test_every_runner_of_a_race_has_a_draw_of_its_own():
    made, keys, options = Draws(3), some(6), some(3, "options")
    weights = np.array([[1.0, 2.0, 3.0]] * 6)
    u = np.array([[made.one(CODE, key ^ option) for option in options] for key in keys])
    assert made.race(CODE, keys, options, weights).tolist() == np.argmin(-np.log(u) / weights, axis=1).tolist()


def test_one_key_races_as_many_do():
    made, keys, options = Draws(3), some(200), some(5, "options")
    weights = np.random.default_rng(0).random((200, 5)) * (np.random.default_rng(1).random((200, 5)) < 0.5)
    alone = [draws.race_at(made.run, CODE, key, options, row) for key, row in zip(keys, weights)]
    with np.errstate(divide="ignore"):
        assert alone == made.race(CODE, keys, options, weights).tolist()


def test_one_child_key_is_one_of_many():
    kind = draws.kind_code("seat")
    assert child_keys(root_key("a"), "seat", np.arange(5)).tolist() == [draws.child_key(root_key("a"), kind, n)
                                                                        for n in range(5)]


def test_each_key_races_by_its_own_weights():
    weights = np.zeros((300, 3))
    sure = np.arange(300) % 3
    weights[np.arange(300), sure] = 1e-9
    assert Draws(3).race(CODE, some(300), some(3, "options"), weights).tolist() == sure.tolist()


def test_options_that_are_added_reordered_or_scaled_disturb_no_other_choice():
    made, keys, options, weights = Draws(3), some(5000), some(4, "options"), np.array([1.0, 2.0, 3.0, 4.0])
    won = made.race(CODE, keys, options, weights)
    order = np.array([2, 0, 3, 1])
    assert (order[made.race(CODE, keys, options[order], 7.0 * weights[order])] == won).all()
    fewer = made.race(CODE, keys, options[:3], weights[:3])
    assert (fewer == won)[won < 3].all()
    assert_shares(np.bincount(fewer[won == 3]), weights[:3] / 6)


def test_several_purposes_at_once_are_the_same_draws():
    made, keys, nth = Draws(7), some(50), np.arange(50)
    codes = purposes("test.one", "test.two", "test.three")
    for index in (0, 3, nth):
        assert (made.several(codes, keys, 4, index) == [made.uniform(c, keys, 4, index) for c in codes]).all()
    assert codes.tolist() == [int(purpose(f"test.{name}")) for name in ("one", "two", "three")]


def test_two_names_of_one_code_are_refused():
    # A known collision of CRC-32.
    assert purpose("plumless") == purpose("plumless")
    with pytest.raises(ValueError, match="'buckeroo' and 'plumless' share a code"):
        purpose("buckeroo")


def test_equal_seeds_of_two_worlds_are_unrelated_and_names_are_told_apart():
    assert run_key(0, "a") != run_key(0, "b") != run_key(1, "b")
    assert root_key("ab", "c") != root_key("a", "bc")
    assert 0 <= run_key(10**30, "a") < 2**64


@given(long, long, word, day, index)
def test_the_draw_and_the_key_of_loops_are_those_of_arrays(run, key, code, on, nth):
    keys = np.array([key], np.uint64)
    assert draws.unit(np.uint64(run), np.uint64(key), np.uint64(code), on, nth) == \
        Draws(run).uniform(np.uint64(code), keys, on, nth)[0]
    assert np.uint64(draws.child_key(np.uint64(key), draws.kind_code("thing"), nth)) == \
        child_keys(np.uint64(key), "thing", nth)[0]
