"""Rows that are given back and used again: in tables, for handles, in sets of agents, in the digest."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from support import ARM, simulation, small_world

from fraudsim import Den, FraudModel, Victim
from fraudsim.agents.victim import VictimStatus
from fraudsim.core.spare import Spare, give_back, take_back
from fraudsim.core.table import Column, Table
from fraudsim.digest import digest
from fraudsim.ledgers.residents import remembered


def table(n: int = 4) -> Table:
    made = Table("people", [Column("age", "int16", "years", "age", default=7)], spares=True)
    made.add(n, key=np.arange(1, n + 1), age=np.arange(n))
    return made


def test_the_row_given_back_last_is_used_first():
    people = table()
    for row in (2, 0):
        give_back(*people.spare.room(1), people.wide.key, row)
    assert people.key.tolist() == [0, 2, 0, 4]
    assert people.in_use.tolist() == [1, 3]
    assert [take_back(people.spare.rows, people.spare.count) for _ in range(3)] == [0, 2, -1]


def test_there_is_room_for_many():
    spare, keys = Spare(), np.arange(1, 1001, dtype=np.uint64)
    for row in range(1000):
        give_back(*spare.room(1), keys, row)
    assert len(spare) == 1000
    assert not keys.any()


def test_copies_and_pickles_have_spare_rows_of_their_own():
    people = table()
    give_back(*people.spare.room(1), people.wide.key, 2)
    for twin in (people.copy(), pickle.loads(pickle.dumps(people))):
        give_back(*twin.spare.room(1), twin.wide.key, 1)
        assert twin.in_use.tolist() == [0, 3]
        assert people.in_use.tolist() == [0, 1, 3]
        assert twin.add(1, key=9).tolist() == [4]
        assert twin.age.tolist() == [0, 1, 2, 3, 7]


def test_room_made_at_once_keeps_what_is_there_and_is_not_pickled():
    people = table()
    people.reserve(10_000)
    assert people.capacity == 10_000
    assert people.age.tolist() == [0, 1, 2, 3]
    people.add(9000)
    assert people.capacity == 10_000
    assert (people.age[4:] == 7).all()
    few = table()
    few.reserve(10_000_000)
    assert len(pickle.dumps(few)) < 10_000
    assert pickle.loads(pickle.dumps(few)).capacity == 10_000_000


# --- as agents ------------------------------------------------------------------------------------


@pytest.fixture
def model() -> FraudModel:
    made = FraudModel("tutorial", rng=1, burn_in_days=5)
    made.run_for(2)
    return made


def gone_and_kept(model: FraudModel) -> tuple[list[Victim], list[Victim]]:
    """Return handles on those who leave, and on those who stay, until some rows stand for others."""
    before = {}
    for _ in range(25):
        before |= {agent.unique_id: agent for agent in model.agents_by_type[Victim]}
        model.run_for(1)
    keys = set(model.state.victims.key.tolist())
    return [v for v in before.values() if v._own_key not in keys], [v for v in before.values() if v._own_key in keys]


def test_a_handle_never_becomes_somebody_else(model):
    gone, kept = gone_and_kept(model)
    assert len(gone) > 20
    assert len(kept) > 20
    for agent in kept:
        assert not agent.is_gone
        assert agent.key >> 1 == agent.unique_id
    now = {agent.unique_id: agent for agent in model.agents_by_type[Victim]}
    reused = [agent for agent in gone if model.state.victims.key[agent.__reduce__()[1][2]] != 0]
    assert reused
    for agent in gone:
        assert agent.is_gone
        assert agent.unique_id not in now
        assert agent not in model.agents_by_type[Victim]
        assert agent not in model.agents
        assert agent not in now.values()
        assert "gone" in repr(agent)
        for act in (lambda v: v.lost, lambda v: v.row, lambda v: v.status, lambda v: setattr(v, "savings", 5),
                    lambda v: v.move_to(VictimStatus.LEFT)):
            with pytest.raises(LookupError, match="given back"):
                act(agent)


def test_a_handle_knows_itself_and_its_copies(model):
    agent = model.agents_by_type[Victim][0]
    for same in (copy.copy(agent), copy.deepcopy(agent), Victim.at(model, agent.row)):
        assert same == agent
        assert hash(same) == hash(agent)
    twin = pickle.loads(pickle.dumps(agent))
    assert twin.model is not model
    assert twin.unique_id == agent.unique_id
    assert twin.savings == agent.savings
    assert twin != agent
    assert agent != model.agents_by_type[Den][0]


def test_a_handle_on_a_spare_row_is_not_made_nor_a_victim_by_hand(model):
    gone_and_kept(model)
    spare = model.state.victims.spare
    row = int(spare.rows[len(spare) - 1])
    with pytest.raises(IndexError, match="given back"):
        Victim.at(model, row)
    with pytest.raises(TypeError, match="call"):
        Victim(model, country=0)


def test_a_set_loses_those_who_are_gone(model):
    mine = model.agents_by_type[Victim].copy()
    chosen = model.agents_by_type[Victim].select(at_most=0.5)
    assert len(chosen) == len(mine) // 2
    ids = {agent.unique_id for agent in mine}
    gone, kept = gone_and_kept(model)
    kept = [agent for agent in kept if agent.unique_id in ids]
    assert {agent.unique_id for agent in mine} == {agent.unique_id for agent in kept} < ids
    assert mine.column("savings").size == len(mine.to_frame()) == len(mine.rows) == len(kept)
    assert 0 < len(chosen) < len(mine)
    mine.set("savings", 12)
    assert (model.state.victims.savings == 12).sum() == len(kept)
    with pytest.raises(KeyError):
        mine.remove(gone[0])


def test_the_models_own_set_has_those_in_a_scam_and_all_who_were_ever_asked_for_money(model):
    gone_and_kept(model)
    v, own = model.state.victims, model.agents_by_type[Victim]
    assert len(own) == v.in_use.size < len(v)
    assert all(agent.status <= VictimStatus.PAYING or agent.attempts > 0 for agent in own)
    assert own.agg("scams", np.sum) == v.scams[v.in_use].sum()
    assert own.to_frame().index.is_unique
    assert len(own.where(status=VictimStatus.ENGAGED)) == (v.status[v.in_use] == VictimStatus.ENGAGED).sum()
    assert len([*own]) == len(own)


def test_who_leaves_while_a_set_is_gone_through_is_passed_over(model):
    seen = []

    def look(agent):
        if not seen:
            model.run_for(25)
        seen.append(agent.is_gone)

    before = len(model.agents_by_type[Victim])
    model.agents_by_type[Victim].do(look)
    assert 20 < len(seen) < before
    assert not any(seen[1:])


# --- in the digest --------------------------------------------------------------------------------


def test_the_digest_does_not_depend_on_which_row_is_used():
    """The same days with spare rows in another order: other rows, the same record and digest."""
    run, other = simulation(small_world(), ARM), simulation(small_world(), ARM)
    for _ in range(40):
        run.run(1)
        other.run(1)
        spare = other.state.victims.spare
        spare.rows[: len(spare)] = spare.rows[: len(spare)][::-1].copy()
    assert (run.record() == other.record()).all()
    assert run.state.victims.key.tolist() != other.state.victims.key.tolist()
    assert run.digest() == other.digest()


def test_the_digest_covers_what_is_remembered():
    state = simulation(small_world(), "").state
    others = remembered(state)
    assert others.key.size > 50
    before = digest(state)
    number = int(state.residents.find(others.key[:1])[0])
    state.residents.insert(others.key[:1], np.array([number - 1]))
    assert digest(state) != before
    state.residents.insert(others.key[:1], np.array([number]))
    assert digest(state) == before


def test_a_digest_in_parts_is_the_same_for_all_sizes_of_a_table(monkeypatch):
    import fraudsim.digest as module

    monkeypatch.setattr(module, "PART", 5)
    state, roomy = simulation(small_world(), "").state, simulation(small_world(), "").state
    roomy.victims.reserve(50_000)
    roomy.residents.reserve(50_000)
    assert digest(state) == digest(roomy)
    parts = [key for rows, order in module._by_key(state.victims) for key in state.victims.key[rows][order].tolist()]
    assert parts == sorted(state.victims.key[state.victims.in_use].tolist())
    assert len([*module._by_key(state.victims)]) > 1
