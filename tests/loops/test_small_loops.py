"""Small loops do what NumPy would; the loops of whole processes are tested with their processes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim.core.draws import Draws, purpose
from fraudsim.loops.adaptation import people_in, seek_sources, standing_of, waking
from fraudsim.loops.captivity import first_vacant, seat_elsewhere
from fraudsim.loops.evidence import add_confirmations, first_missing, ripened, unready_dens
from fraudsim.loops.investigation import files_of, notice, unasked_abroad, work
from fraudsim.loops.learning import learn_journeys
from fraudsim.loops.raids import ripe_files

OPEN = np.array([0, 1])
CODE, OTHER = purpose("test.loops"), purpose("test.other loops")
generators = st.builds(np.random.default_rng, st.integers(0, 2**32))
sizes = st.integers(0, 30)


class Files:
    """Random dens in three countries and files of three forces on them."""

    def __init__(self, seed: int, n: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.country, self.status = rng.integers(0, 3, 5), rng.integers(0, 5, 5).astype(np.int8)
        self.force, self.den = rng.integers(0, 3, n), rng.integers(0, 5, n)
        self.strength, self.astray = rng.integers(0, 9, n) / 4.0, rng.integers(0, 9, n) / 4.0
        self.asked = np.where(rng.random(n) < 0.5, 32767, 3).astype(np.int32)
        self.key = rng.integers(0, 2**63, n).astype(np.uint64)


files = st.builds(Files, st.integers(0, 2**32), sizes)


def same(got, expected) -> None:
    assert np.asarray(got).tolist() == np.asarray(expected).tolist()


@given(files)
def test_files_are_found(f):
    worth = np.flatnonzero((f.force == 1) & (f.strength + f.astray > 0.25))
    worth = worth[np.argsort(f.key[worth])]
    rows, seen = files_of(1, f.force, f.strength, f.astray, f.key, 0.25)
    same(rows, worth)
    same(seen, f.strength[worth] + f.astray[worth])
    same(unasked_abroad(f.force, f.den, f.country, f.strength, f.asked, 32767),
         np.flatnonzero((f.asked == 32767) & (f.strength >= 1.0) & (f.country[f.den] != f.force)))
    same(ripe_files(f.force, f.den, f.country, f.strength, f.astray, 1.5),
         np.flatnonzero((f.country[f.den] == f.force) & ((f.strength >= 1.5) | (f.astray >= 1.5))))


@given(files, st.integers(-3, 3))
def test_a_week_of_work_is_its_numpy_twin(f, day):
    draws = Draws(5)
    # Some files twice: they gain once, as by assignment to an index in NumPy.
    cases = f.rng.integers(0, f.key.size, 20) if f.key.size else np.empty(0, np.int64)
    strength, astray = f.strength.copy(), f.astray.copy()
    keys = f.key[cases]
    gained = draws.poisson(CODE, keys, np.full(cases.size, 0.8), day)
    right = draws.uniform(CODE, keys, day, 1) < 0.6
    standing = f.status[f.den[cases]] <= 1
    strength[cases] += np.where(right & standing, gained, 0)
    astray[cases] += np.where(right, 0, gained)
    refuted = draws.uniform(OTHER, keys, day) < 0.4
    astray[cases[refuted]] = 0.0
    strength[cases[refuted & ~standing]] = 0.0
    work(cases, day, draws.run, CODE, OTHER, f.key, f.den, f.strength, f.astray, f.status, 0.8, 0.6, 0.4, 1)
    same(f.strength, strength)
    same(f.astray, astray)


@given(files)
def test_files_ripen_and_dens_wait_for_it(f):
    enough = (f.strength >= 1.5) | (f.astray >= 1.5)
    same(ripened(f.strength, f.astray, f.asked, 1.5, 32767), np.flatnonzero(enough & (f.asked == 32767)))
    known, ready = set(f.den.tolist()), set(f.den[(f.force == f.country[f.den]) & (f.asked != 32767)].tolist())
    same(unready_dens(f.force, f.den, f.asked, f.country, f.status, 32767, 1),
         [den for den in range(5) if den in known - ready and f.status[den] <= 1])


@pytest.mark.parametrize("row", [4, -5])
def test_a_case_that_does_not_exist_is_refused(row):
    f = Files(0, 4)
    with pytest.raises(IndexError, match="does not exist"):
        work(np.array([row]), 0, np.uint64(1), CODE, OTHER, f.key, f.den, f.strength, f.astray, f.status,
             0.8, 0.6, 0.4, 1)


@given(generators, sizes)
def test_dens_are_noticed_as_numpy_draws(rng, n):
    draws, status, zone = Draws(7), rng.integers(0, 5, n).astype(np.int8), rng.integers(0, 3, n)
    key, protection = rng.integers(0, 2**63, n).astype(np.uint64), rng.random(3)
    dens = np.flatnonzero(status <= 1)
    expected = dens[draws.uniform(CODE, key[dens], 4) < 0.7 * (1.0 - protection[zone[dens]])]
    rows, drawn = notice(status, protection[zone], key, 4, draws.run, CODE, 0.7, OPEN)
    same(rows, expected)
    assert drawn == draws.made == dens.size


@given(generators, sizes)
def test_questions_about_dens(rng, n):
    status, owner = rng.integers(0, 5, n).astype(np.int8), rng.integers(0, 3, n)
    wake, staff = rng.integers(0, 9, n).astype(np.int32), rng.integers(0, 50, n).astype(np.int32)
    same(waking(status, wake, 4, 1), np.flatnonzero((wake <= 4) & (status == 1)))
    mine = standing_of(2, owner, status, OPEN)
    same(mine, np.flatnonzero((owner == 2) & (status <= 1)))
    assert people_in(staff, mine) == staff[mine].sum()


@given(generators, st.integers(0, 10))
def test_sources_are_its_numpy_twin(rng, days):
    record, belief = rng.integers(0, 3, (10, 4, 3)), rng.random((2, 3))
    first, twin = max(0, days - 7), belief.copy()
    week = record[first:days].sum(axis=0)
    left = week[1] + week[3]
    record[:, 1] += record[:, 3]  # as many leave, at least, as are stopped
    passed = np.divide(left - week[3], left, out=np.ones(3), where=left > 0)
    twin += np.where(left > 0, 0.1, 0.0) * (passed - twin)
    learn_journeys(record, first, days, 1, np.array([3]), belief, 0.1)
    same(belief, twin)


@given(generators)
def test_reach_is_its_numpy_twin(rng):
    reach, base, growth = rng.random((2, 4)), rng.random((2, 4)), rng.random(4)
    at_risk, twin = rng.integers(0, 2, 4), reach.copy()
    twin[1] += np.where(at_risk > 0, growth * (1.0 - reach[1]), 0.0) - 0.02 * (reach[1] - base[1])
    seek_sources(1, reach, base, at_risk, growth, 0.02)
    same(reach, twin)


@given(files)
def test_confirmations_are_its_numpy_twin(f):
    draws = Draws(3)
    rows = f.rng.integers(0, f.key.size, 20) if f.key.size else np.empty(0, np.int64)
    keys, strength, astray = f.rng.integers(0, 2**63, rows.size).astype(np.uint64), f.strength.copy(), f.astray.copy()
    right = draws.uniform(CODE, keys, 6) < 0.7
    np.add.at(strength, rows[right], 1.0)
    np.add.at(astray, rows[~right], 1.0)
    add_confirmations(rows, keys, 6, draws.run, CODE, 0.7, f.strength, f.astray)
    same(f.strength, strength)
    same(f.astray, astray)


@pytest.mark.parametrize("seed", range(10))
def test_missing_files_are_found_once_each_in_the_order_of_their_keys(seed):
    rng = np.random.default_rng(seed)
    keys, rows = rng.integers(0, 9, 20).astype(np.uint64), rng.integers(-1, 2, 20)
    missing = np.flatnonzero(rows < 0)
    _, first = np.unique(keys[missing], return_index=True)
    assert first_missing(keys, rows).tolist() == missing[first].tolist()
    assert first_missing(keys, np.zeros(20, np.int64)).size == 0


@given(generators, sizes)
def test_a_buyer_is_the_open_den_with_a_vacant_seat_and_the_highest_draw(rng, n):
    holder, seat_den, status = rng.integers(-1, 1, n), np.sort(rng.integers(0, 6, n)), rng.integers(0, 2, 6)
    first = first_vacant(holder, seat_den, 6)
    vacant = [np.flatnonzero((holder < 0) & (seat_den == den)) for den in range(6)]
    same(first, [seats[0] if seats.size else -1 for seats in vacant])
    keys, me, draws = rng.integers(0, 2**63, 6).astype(np.uint64), np.uint64(9), Draws(5)
    asked = [den for den in range(6) if first[den] >= 0 and den != 2 and status[den] == 1]
    wishes = draws.uniform(CODE, keys[asked] ^ me, 4)
    expected = first[asked[int(np.argmax(wishes))]] if asked else -1
    assert seat_elsewhere(draws.run, CODE, 4, me, 2, first, keys, status, 1) == (expected, len(asked))
