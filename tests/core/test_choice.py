"""Nested choices. Inputs are fixed; 1e-6 is the chance that a right one fails a test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import assert_shares

from fraudsim.core.choice import nest_values, nested_choice
from fraudsim.core.draws import Draws, child_keys, gumbel, purpose, root_key, run_key

NEST, OPTION = purpose("test.nest"), purpose("test.option")
MADE = Draws(run_key(7, "test"))


def test_the_value_of_a_nest_by_hand():
    appeal, region = np.array([1.0, 2.0, -0.5, 0.0]), np.array([0, 0, 2, 2], np.int32)
    # Half the logarithm of exp(2) + exp(4); region 1 has no zone; half the logarithm of exp(-1) + exp(0).
    # Nor has region 3, the last by name.
    assert nest_values(appeal, region, 0.5, 4) == pytest.approx([2.0634640055, -np.inf, 0.1566308438, -np.inf])
    assert nest_values(appeal, region, 1.0, 3)[0] == pytest.approx(np.log(np.exp(1.0) + np.exp(2.0)))
    appeal[:2] = -np.inf
    assert nest_values(appeal, region, 0.5, 3)[0] == -np.inf
    assert nest_values(appeal + 1e4, region, 0.05, 3)[2] == pytest.approx(1e4 + 0.0, abs=0.01)


def choose(appeal, nest, similarity, ordinal, names=None) -> int:
    """Choose with draws named by options and nests, as owners do."""
    options = child_keys(root_key("option"), "option", np.arange(len(appeal)) if names is None else np.array(names))
    nests = child_keys(root_key("nest"), "nest", np.arange(max(nest) + 1))
    each = [gumbel(MADE.uniform(code, keys, index=ordinal)) for code, keys in ((NEST, nests), (OPTION, options))]
    return nested_choice(np.array(appeal), np.array(nest), similarity, *each)


def test_shares_are_those_computed_by_hand():
    """Two nests of similarity 0.5: options worth 1 and 2 against one worth 1.5 and one not on offer.

    In the first nest exp(2) and exp(4): shares 0.1192 and 0.8808, inclusive value 2.0635. In the second 1.5. The first
    nest is chosen with 1 / (1 + exp(1.5 - 2.0635)) = 0.6373.
    """
    appeal, nest = [1.0, 2.0, 1.5, -np.inf], [0, 0, 1, 1]
    chosen = np.bincount([choose(appeal, nest, 0.5, i) for i in range(20000)], minlength=4)
    assert_shares(chosen, [0.6372539 * 0.1192029, 0.6372539 * 0.8807971, 0.3627461, 0.0])


def test_twins_in_a_nest_draw_from_each_other_and_hardly_from_elsewhere():
    """Staying against one, then ten equal places: a flat logit would let displacement grow from 1/2 to 10/11."""
    for similarity, stays in ((1.0, 1 / 11), (0.05, 1 / (1 + 10**0.05))):
        chosen = [choose([0.0] * 11, [0] + [1] * 10, similarity, i) for i in range(4000)]
        assert_shares([chosen.count(0), 4000 - chosen.count(0)], [stays, 1 - stays])


@given(st.lists(st.tuples(st.floats(-3, 3), st.integers(0, 2)), min_size=1, max_size=8), st.floats(-3, 3),
       st.integers(0, 3), st.integers(0, 9), st.integers(0, 2**16 - 1))
def test_an_added_option_disturbs_no_other_choice(options, appeal, nest, place, ordinal):
    """Wherever it stands in the list: who does not choose it, nor its nest for its sake, chooses as before."""
    values, nests, names = [o[0] for o in options], [o[1] for o in options], list(range(len(options)))
    place = min(place, len(options))
    before = choose(values, [*nests], 0.5, ordinal, names)
    values.insert(place, appeal), nests.insert(place, nest), names.insert(place, 99)
    after = choose(values, nests, 0.5, ordinal, names)
    if names[after] != 99 and (nests[after] != nest or options[before][1] == nest):
        assert names[after] == before
    else:
        assert nests[after] == nest
