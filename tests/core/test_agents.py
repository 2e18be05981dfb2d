"""Table agents behave as Mesa's: wherever possible both are asked the same and must answer the same."""

import collections
import copy
import enum
import json
import pickle
import statistics

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.agentset import AgentSet

from fraudsim.core.agents import RowAgent
from fraudsim.core.agentsets import TableAgentSet
from fraudsim.core.allagents import AllAgents, TableModelMixin
from fraudsim.core.lifecycle import Lifecycle
from fraudsim.core.mixedsets import MixedAgentSet
from fraudsim.core.table import Column, Table

N = 12


class Mood(enum.IntEnum):
    CALM = 0
    CROSS = 1
    GONE = 2


MOODS = Lifecycle("mood", Mood, {Mood.CALM: (Mood.CROSS,), Mood.CROSS: (Mood.CALM, Mood.GONE)})


class Colour(enum.IntEnum):
    RED = 0
    BLUE = 1


HOME_COLUMNS = (
    Column("beds", "int32", "1", "beds"),
    Column("colour", "uint8", "code", "colour", codes=Colour),
    Column("owner", "int64", "row", "a row of a table that is no kind", refers="owners", default=-1),
)
PERSON_COLUMNS = (
    Column("home", "int32", "row", "home", refers="homes", default=-1),
    Column("mood", "uint8", "code", "mood", codes=Mood, lifecycle=True),
    Column("age", "int16", "years", "age"),
    Column("debt", "float64", "1", "debt"),
    Column("awake", "bool", "yes/no", "whether awake", default=True),
    Column("views", "float64", "1", "two opinions", width=2),
    Column("steps_made", "int32", "1", "calls of step"),
)

AGES = [30, 41, 30, 17, 65, 41, 30, 22, 17, 80, 65, 30]
DEBTS = [0.5, 2.25, 1.0, 0.0, 9.5, 3.0, 0.25, 7.0, 1.5, 2.0, 4.0, 0.125]
MOOD = [0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1]
HOMES = [0, 1, -1, 0, 1, 0, -1, 1, 0, 0, 1, 1]
AWAKE = [True, False] * 6


def ages_a_year(agent, by=1):
    agent.age += by
    return agent.age


class Behaviour:
    """What both kinds of person do, so that sets of either can be told to do it."""

    def step(self):
        self.steps_made += self.model.random.randrange(10)

    def older(self, by=1):
        return ages_a_year(self, by)

    @property
    def double(self):
        return 2 * self.age

    @double.setter
    def double(self, value):
        self.age = value // 2


class Home(RowAgent):
    table_name = "homes"


class Person(Behaviour, RowAgent):
    table_name = "people"
    lifecycle = MOODS


class MyPerson(Person):
    limit = 18

    @property
    def grown_up(self):
        return self.age >= self.limit

    @property
    def broken(self):
        return self.agee

    @property
    def debt(self):
        return -1.0


class World(TableModelMixin, mesa.Model):
    def __init__(self, rng=1, kind=Person):
        super().__init__(rng=rng)
        keys = np.arange(1, N + 1, dtype=np.uint64) * np.uint64(2**60 + 17)
        owners, homes = Table("owners", []), Table("homes", HOME_COLUMNS, capacity=2)
        people = Table("people", PERSON_COLUMNS, capacity=N)
        owners.add(1, key=3)
        homes.add(2, key=[2**63 + 5, 2**63 + 9], beds=[4, 6], colour=[1, 0], owner=[0, -1])
        people.add(N, key=keys, home=HOMES, mood=MOOD, age=AGES, debt=DEBTS, awake=AWAKE)
        people.views[...] = np.arange(2 * N).reshape(N, 2)
        self.tables = {"owners": owners, "homes": homes, "people": people}
        self.kinds = {"homes": Home, "people": kind}

    @property
    def people(self):
        return self.agents_by_type[Person]


class ObjectPerson(Behaviour, mesa.Agent):
    def __init__(self, model, row):
        super().__init__(model)
        self.row, self.age, self.debt, self.awake = row, AGES[row], DEBTS[row], AWAKE[row]
        self.mood, self.steps_made = Mood(MOOD[row]), 0


class ObjectWorld(mesa.Model):
    def __init__(self, rng=1):
        super().__init__(rng=rng)
        for row in range(N):
            ObjectPerson(self, row)

    @property
    def people(self):
        return self.agents_by_type[ObjectPerson]


class Guest(mesa.Agent):
    age = 50

    def __init__(self, model):
        super().__init__(model)
        self.count = 0

    def step(self):
        self.count += 1


@pytest.fixture(autouse=True, params=[False, True], ids=["still", "moving"])
def moves(request, monkeypatch):
    monkeypatch.setattr(Table, "moves_on_add", request.param)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def both():
    return World(), ObjectWorld()


def rows(agents):
    return [agent.row for agent in agents]


# --- one handle -----------------------------------------------------------------------------------


def test_reads_plain_scalars(world):
    person = Person.at(world, 4)
    assert (person.age, person.debt, person.awake) == (65, 9.5, True)
    assert [type(v) for v in (person.age, person.debt, person.awake)] == [int, float, bool]


def test_reads_codes_as_members_and_strange_codes_as_numbers(world):
    assert Person.at(world, 1).mood is Mood.CROSS
    world.tables["homes"].colour[0] = 77
    assert Home.at(world, 0).colour == 77
    assert world.agents_by_type[Home].get("colour") == [77, Colour.RED]


def test_reads_references(world):
    home = Person.at(world, 1).home
    assert isinstance(home, Home)
    assert (home.row, home.beds) == (1, 6)
    assert Person.at(world, 2).home is None
    assert Home.at(world, 0).owner == 0
    assert Home.at(world, 1).owner == -1


def test_reads_wide_columns_as_read_only_copies(world):
    views = Person.at(world, 3).views
    world.tables["people"].views[3] = 0
    assert views.tolist() == [6.0, 7.0]
    with pytest.raises(ValueError, match="read-only"):
        views[0] = 1


def test_unknown_attribute_names_the_nearest_column(world):
    person = Person.at(world, 0)
    with pytest.raises(AttributeError, match=r"Person has no attribute 'agee'; the nearest column is 'age'"):
        _ = person.agee
    with pytest.raises(AttributeError, match=r"nearest column is 'age'; a handle is not kept"):
        person.agee = 3
    with pytest.raises(AttributeError, match=r"has no attribute 'zzzzz'$"):
        _ = person.zzzzz
    assert getattr(person, "zzzzz", 5) == 5
    assert {"age", "move_to", "double"} <= set(dir(person))


def test_writes_in_place(world):
    person = Person.at(world, 0)
    person.age = 33
    person.age += 1
    person.views = [1, 2]
    person.awake = False
    Home.at(world, 0).colour = Colour.RED
    people = world.tables["people"]
    assert people.age[:2].tolist() == [34, 41]
    assert people.views[0].tolist() == [1.0, 2.0]
    assert not people.awake[0]
    assert world.tables["homes"].colour[0] == 0


@pytest.mark.parametrize(("name", "value", "message"), [
    ("mood", Mood.CROSS, r"use move_to"),
    ("home", 1, r"refers to homes"),
    ("key", 1, r"people.key cannot be set"),
    ("_notes", [], r"not kept, so store state in a column or on the model"),
    ("step", 1, r"belongs to the class"),
    ("row", 1, r"make a new handle"),
    ("model", None, r"make a new handle"),
    ("unique_id", 1, r"no setter"),
    ("pos", (1, 1), r"no setter"),
])
def test_refuses_to_set(world, name, value, message):
    with pytest.raises(AttributeError, match=message):
        setattr(Person.at(world, 0), name, value)
    with pytest.raises(AttributeError, match=message):
        world.people.set(name, value)
    assert world.tables["people"].mood.tolist() == MOOD
    assert world.tables["people"].home.tolist() == HOMES


@pytest.mark.parametrize(("name", "value", "error"), [
    ("age", 2.5, ValueError), ("age", float("nan"), ValueError), ("age", 10**6, OverflowError),
    ("age", float("inf"), OverflowError), ("age", "old", ValueError), ("awake", 0.5, ValueError),
])
def test_refuses_values_a_column_cannot_hold(world, name, value, error):
    with pytest.raises(error):
        setattr(Person.at(world, 0), name, value)
    with pytest.raises(error):
        world.people.set(name, value)
    with pytest.raises(error):
        Person(world, **{name: value})
    assert world.people.get("age") == AGES
    assert len(world.tables["people"]) == N == len(world.tables["people"].age)


def test_refuses_numbers_that_are_no_code(world):
    with pytest.raises(ValueError, match="9 is not a valid Colour"):
        Home.at(world, 0).colour = 9


def test_moves_along_the_lifecycle_only(world):
    person = Person.at(world, 0)
    with pytest.raises(ValueError, match="CALM -> GONE is not an allowed move"):
        person.move_to(Mood.GONE)
    with pytest.raises(ValueError, match="-1 is not a valid Mood"):
        Person.at(world, 1).move_to(-1)
    person.move_to(Mood.CROSS)
    person.move_to(Mood.GONE)
    assert person.mood is Mood.GONE
    with pytest.raises(AttributeError, match="Home has no lifecycle"):
        Home.at(world, 0).move_to(1)


def test_creates_a_row(world):
    home = Home.at(world, 1)
    person = Person(world, key=99, home=home, age=7, mood=Mood.CROSS, views=[8, 9])
    assert (person.row, person.age, person.home, person.mood, person.awake) == (N, 7, home, Mood.CROSS, True)
    assert person.views.tolist() == [8.0, 9.0]
    assert Person(world, home=None).home is None
    assert len(world.people) == N + 2
    assert world._all_agents._agents == {}, "Mesa's own register stays out of it"


@pytest.mark.parametrize(("values", "error", "message"), [
    ({"agee": 3}, AttributeError, "nearest column is 'age'"),
    ({"home": 2}, ValueError, "homes has no row 2"),
    ({"home": -2}, ValueError, "homes has no row -2"),
])
def test_creating_with_nonsense_adds_nothing(world, values, error, message):
    with pytest.raises(error, match=message):
        Person(world, **values)
    with pytest.raises(ValueError, match="home refers to homes of the same model"):
        Person(world, home=Person.at(world, 0))
    with pytest.raises(ValueError, match="home refers to homes of the same model"):
        Person(world, home=Home.at(World(), 0))
    assert len(world.people) == N


def test_create_row_is_a_hook(world):
    class Keyed(Person):
        @classmethod
        def create_row(cls, model, **values):
            return super().create_row(model, key=1000 + len(model.people), **values)

    assert Keyed(world, age=3).unique_id == (1000 + N) >> 1


def test_create_agents_deals_out_sequences_and_keeps_what_it_made(world):
    made = Person.create_agents(world, 3, age=[1, 2, 3], debt=4.0)
    assert isinstance(made, TableAgentSet)
    assert rows(made) == [N, N + 1, N + 2]
    assert made.get(["age", "debt"]) == [[1, 4.0], [2, 4.0], [3, 4.0]]
    assert len(Person.create_agents(world, 2)) == 2
    framed = Person.from_dataframe(world, pd.DataFrame({"age": [5, 6]}), debt=1.0)
    assert framed.get(["age", "debt"]) == [[5, 1.0], [6, 1.0]]


def test_identity(world):
    other = World()
    assert Person.at(world, 3) == Person.at(world, np.int64(3)) == MyPerson.at(world, 3)
    assert len({Person.at(world, 3), Person.at(world, 3), Person.at(world, 4), Home.at(world, 1)}) == 3
    for stranger in (Person.at(world, 4), Person.at(other, 3), Home.at(world, 3), 3):
        assert Person.at(world, 3) != stranger
    assert type(Person.at(world, np.int64(3)).row) is int
    assert repr(Person.at(world, 3)) == "<Person 3 of 12>"
    with pytest.raises(IndexError):
        Person.at(world, -1)
    with pytest.raises(IndexError):
        _ = Person.at(world, N).age


def test_unique_id_is_the_key_in_63_bits(world):
    ids = world.agents.get("unique_id")
    assert ids == [agent.unique_id for agent in world.agents]
    assert ids[:2] == [(2**63 + 5) >> 1, (2**63 + 9) >> 1]
    assert len(set(ids)) == N + 2
    assert max(ids) < 2**63
    assert all(type(i) is int for i in ids)


def test_is_a_mesa_agent_and_stays(world):
    person = Person.at(world, 0)
    assert isinstance(person, mesa.Agent)
    assert person.pos is None
    assert person.random is world.random
    assert Home.at(world, 0).step() is None
    with pytest.raises(TypeError, match="rows stay"):
        person.remove()


def test_subclass_attributes_come_before_columns():
    world = World(kind=MyPerson)
    person = world.people[3]
    assert (person.grown_up, person.debt, person.limit) == (False, -1.0, 18)
    assert world.people.get("debt") == [-1.0] * N
    assert world.people.agg("debt", np.mean) == -1.0
    assert rows(world.people.sort("debt")) == list(range(N))
    person.double = 8
    assert person.age == 4
    assert world.people.set("double", 20).get("age") == [10] * N
    with pytest.raises(AttributeError, match="belongs to the class"):
        person.limit = 3


def test_an_error_in_a_property_is_shown_as_it_is():
    with pytest.raises(AttributeError, match="no attribute 'agee'"):
        _ = World(kind=MyPerson).people[0].broken


# --- sets, against Mesa's -------------------------------------------------------------------------


def old(agent):
    return agent.age > 30


SELECTIONS = [
    {}, {"filter_func": old}, {"at_most": 3}, {"at_most": 0}, {"at_most": 0.5}, {"at_most": 0.3},
    {"at_most": 1.0}, {"at_most": 2.5}, {"at_most": 100}, {"filter_func": old, "at_most": 2},
    {"filter_func": old, "at_most": 0.2},
    {"agent_type": mesa.Agent}, {"agent_type": Guest}, {"agent_type": mesa.Agent, "at_most": 2},
]


@pytest.mark.parametrize("how", SELECTIONS)
def test_select_as_mesa(both, how):
    ours, theirs = (world.people.select(**how) for world in both)
    assert rows(ours) == rows(theirs)
    assert isinstance(ours, TableAgentSet)
    ours, theirs = (world.people.sort("age").select(**how) for world in both)
    assert rows(ours) == rows(theirs)
    ours, theirs = (world.people.copy().select(inplace=True, **how) for world in both)
    assert rows(ours) == rows(theirs)


def test_select_stops_asking_when_it_has_enough(world):
    asked = []
    world.people.select(lambda agent: asked.append(agent.row) or True, at_most=2)
    assert asked == [0, 1]


KEYS = ["age", "debt", "awake", "mood", "double", lambda agent: -agent.age]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ascending", [False, True])
def test_sort_as_mesa(both, key, ascending):
    ours, theirs = (world.people.sort(key, ascending=ascending) for world in both)
    assert rows(ours) == rows(theirs)
    ours, theirs = (world.people.copy() for world in both)
    assert rows(ours.sort(key, ascending, inplace=True)) == rows(ours) == rows(theirs.sort(key, ascending))


def test_sort_by_default_descends(both):
    assert rows(both[0].people.sort("debt")) == rows(both[1].people.sort("debt"))


def test_sort_follows_dotted_names_and_cannot_order_handles(world):
    housed = world.people.select(lambda agent: agent.home)
    assert [agent.home.beds for agent in housed.sort("home.beds")] == [6] * 5 + [4] * 5
    with pytest.raises(TypeError):
        housed.sort("home")


def test_shuffles_as_mesa_with_the_same_seed(both):
    ours, theirs = (world.people.shuffle() for world in both)
    assert rows(ours) == rows(theirs) != list(range(N))
    ours, theirs = (world.people.copy().shuffle(inplace=True) for world in both)
    assert rows(ours) == rows(theirs)
    for world in both:
        world.people.shuffle_do("step").do("step").shuffle_do(ages_a_year, by=2)
    assert both[0].people.get(["steps_made", "age"]) == both[1].people.get(["steps_made", "age"])
    assert both[0].random.random() == both[1].random.random()


def test_do_and_map_as_mesa(both):
    for call in (("older",), ("older", 3), (ages_a_year,), (ages_a_year, 2)):
        ours, theirs = (world.people.map(*call) for world in both)
        assert ours == theirs
    ours, theirs = (world.people.map("older", by=5) for world in both)
    assert ours == theirs
    people = both[0].people
    assert people.do("older", by=1) is people
    assert both[0].people.get("age") == both[1].people.do(ages_a_year).get("age")


@pytest.mark.parametrize("name", ["age", "debt", "awake", "mood", "double", ["age", "mood"], ("row", "debt"),
                                  []])
def test_get_as_mesa(both, name):
    ours, theirs = (world.people.get(name) for world in both)
    assert ours == theirs
    assert [type(a) for a in ours] == [type(b) for b in theirs]
    ours, theirs = (world.people.sort("age").get(name) for world in both)
    assert ours == theirs


def test_get_gives_what_the_handles_give(world):
    for name in ("home", "mood", "unique_id", "pos", "model"):
        assert world.people.get(name) == [getattr(agent, name) for agent in world.people]
    views = world.people.sort("age").get("views")
    assert all((a == b.views).all() for a, b in zip(views, world.people.sort("age")))
    assert not views[0].flags.writeable


def test_get_missing_as_mesa(both):
    for people in (world.people for world in both):
        with pytest.raises(AttributeError, match="agee"):
            people.get("agee")
        with pytest.raises(ValueError, match="Unknown handle_missing option: other"):
            people.get("age", handle_missing="other")
        assert people.get("agee", "default", 7) == [7] * N
        assert people.get(["age", "agee"], handle_missing="default")[1] == [41, None]
        assert people.select(at_most=0).get("agee") == []


FUNCS = [min, max, sum, len, sorted, statistics.mean, collections.Counter,
         np.mean, np.sum, np.max, np.std, np.argmax, np.add.reduce]


@pytest.mark.parametrize("func", FUNCS)
@pytest.mark.parametrize("name", ["age", "debt", "awake", "double", "mood"])
def test_agg_as_mesa(both, name, func):
    ours, theirs = (world.people.agg(name, func) for world in both)
    assert ours == theirs
    assert not isinstance(ours, np.generic)
    ours, theirs = (world.people.sort("debt").agg(name, func) for world in both)
    assert ours == theirs


def test_agg_of_several_functions(both):
    ours, theirs = (world.people.agg("age", [min, np.mean, sum]) for world in both)
    assert ours == theirs
    json.dumps(both[0].people.agg("age", (np.max, np.sum, np.ptp)))


def test_agg_does_not_overflow_narrow_columns(world):
    world.people.set("age", 30000)
    assert world.people.agg("age", [sum, np.sum, np.mean, max]) == [N * 30000, N * 30000, 30000.0, 30000]
    world.people[0].age = -30000
    assert world.people.agg("age", np.ptp) == 60000
    assert world.agents_by_type[Home].agg("colour", np.diff).tolist() == [-1]
    assert world.people.agg("key", np.max) == max(world.people.get("key"))


def test_agg_of_nothing_as_mesa(both):
    for people in (world.people.select(at_most=0) for world in both):
        assert people.agg("age", sum) == 0
        with pytest.raises(ValueError, match="empty"):
            people.agg("age", min)


def test_set_as_mesa(both):
    for world in both:
        people = world.people
        assert people.set("age", 5) is people
        people.sort("debt").select(at_most=4).set("debt", 8.5)
    assert both[0].people.get(["age", "debt"]) == both[1].people.get(["age", "debt"])


def test_set_gives_every_row_the_same(world):
    world.people.sort("age").select(at_most=1).set("views", [1, 2])
    assert world.tables["people"].views[9].tolist() == [1.0, 2.0]
    assert world.tables["people"].views[8].tolist() == [16.0, 17.0]
    with pytest.raises(ValueError, match="same value"):
        world.people.set("age", np.arange(N))
    with pytest.raises(AttributeError, match="nearest column is 'age'"):
        world.people.select(at_most=0).set("agee", 1)


@pytest.mark.parametrize("by", ["mood", "age", "awake", "double", lambda agent: agent.age // 20])
@pytest.mark.parametrize("result_type", ["agentset", "list"])
def test_groupby_as_mesa(both, by, result_type):
    ours, theirs = (world.people.groupby(by, result_type=result_type) for world in both)
    assert list(ours.groups) == list(theirs.groups)
    assert [rows(group) for _, group in ours] == [rows(group) for _, group in theirs]
    assert ours.count() == theirs.count()
    assert ours.agg("debt", sum) == theirs.agg("debt", sum)
    kind = TableAgentSet if result_type == "agentset" else list
    assert all(type(group) is kind for _, group in ours)
    for groups in (ours, theirs):
        groups.do(lambda group: [agent.older() for agent in group])
    assert both[0].people.get("age") == both[1].people.get("age")


def test_groupby_methods_and_references(world):
    groups = world.people.groupby("home")
    assert groups.count() == {Home.at(world, 0): 5, Home.at(world, 1): 5, None: 2}
    assert groups.map("get", "age")[None] == [30, 30]
    groups.do("set", "age", 1)
    assert world.people.get("age") == [1] * N


def test_is_a_collection_as_mesa(both):
    for world in both:
        people, some = world.people, world.people.select(old)
        first, young = people.to_list()[0], people.to_list()[0]
        assert len(people) == N
        assert bool(people)
        assert not people.select(at_most=0)
        assert first in people
        assert young not in some
        assert people[1:3] == people.to_list()[1:3]
        assert people[-1] == people.to_list()[-1]
        assert "x" not in people
        some.add(young)
        some.add(young)
        assert rows(some) == [1, 4, 5, 9, 10, 0]
        some.remove(young)
        some.discard(young)
        with pytest.raises(KeyError):
            some.remove(young)
        assert rows(some) == [1, 4, 5, 9, 10]
        assert rows(some | people.select(at_most=2)) == [1, 4, 5, 9, 10, 0]
        assert rows(people - some) == [0, 2, 3, 6, 7, 8, 11]
        assert rows(some & people.select(at_most=5)) == [1, 4]
        assert some == some.sort("age")
        assert some <= people.copy()
        assert some.pop().row == 1


def test_membership_keeps_models_and_kinds_apart(world):
    other = World()
    assert Person.at(other, 0) not in world.people
    assert Home.at(world, 0) not in world.people
    assert Person.at(world, N) not in world.people
    some = world.people.copy()
    for stranger in (Person.at(other, 0), Home.at(world, 0), 3):
        with pytest.raises(TypeError, match="is no Person of this set's model"):
            some.add(stranger)
    mixed = some.select(at_most=1) | world.agents_by_type[Home]
    assert isinstance(mixed, MixedAgentSet)
    assert list(mixed) == [Person.at(world, 0), Home.at(world, 0), Home.at(world, 1)]


def test_shown_in_a_line(world):
    Guest(world)
    assert repr(world.people.select(old)) == "<5 Person>"
    assert repr(world.agents) == "<15 agents>"
    assert repr(world.agents_by_type) == "<2 Home, 12 Person, 1 Guest>"


def test_rows_given_by_hand(world):
    some = TableAgentSet(world, Person, [4, 1, 4])
    assert some.rows.tolist() == [4, 1]
    assert not some.rows.flags.writeable
    for bad in ([N], [-1]):
        with pytest.raises(IndexError, match="people has no row"):
            TableAgentSet(world, Person, bad)
    with pytest.raises(TypeError):
        TableAgentSet(world, Person, [1.5])


def test_the_models_own_sets_refuse_changes(world):
    own, person = world.people, Person.at(world, 0)
    changes = (
        lambda s: s.add(person), lambda s: s.discard(person), lambda s: s.remove(person), lambda s: s.pop(),
        lambda s: s.clear(), lambda s: s.select(old, inplace=True), lambda s: s.sort("age", inplace=True),
        lambda s: s.shuffle(inplace=True), lambda s: s._update([person]), lambda s: s.select(inplace=True),
    )
    state = world.random.getstate()
    for change in changes:
        with pytest.raises(TypeError, match=r"model.agents_by_type\[Person\] is the model's own set: use"):
            change(own)
        with pytest.raises(TypeError, match=r"model.agents is the model's own set: use .copy()"):
            change(world.agents)
    assert rows(own) == list(range(N))
    assert world.random.getstate() == state


def test_own_set_is_live_and_a_copy_is_not(world):
    own, before = world.people, (world.people.copy(), copy.copy(world.people), world.people.select())
    Person(world, age=1)
    assert len(own) == N + 1
    assert own[N].age == 1
    assert [len(each) for each in before] == [N, N, N]


def test_rows_added_while_iterating_are_not_visited(world):
    for agents in (world.people, world.agents):
        expected, seen = agents.to_list(), []
        for agent in agents:
            seen.append(agent)
            Person(world)
            Home(world)
            assert len(seen) < 1000
        assert seen == expected
    before = len(world.people)
    world.people.do(lambda agent: Person(world))
    world.people.shuffle_do(lambda agent: Person(world))
    assert len(world.people) == 4 * before


def test_values_are_read_anew_after_rows_were_added(world):
    person = Person.at(world, 0)
    ages = []
    for agent in world.people.select(at_most=3):
        Person.create_agents(world, 40)
        agent.age += 1
        ages.append(agent.age)
    assert ages == [31, 42, 31]
    assert person.age == 31
    assert world.people.get("age")[:3] == ages


def test_column_is_a_read_only_copy(world):
    own, some = world.people.column("age"), world.people.sort("age").column("mood")
    world.people.set("age", 0)
    assert own.tolist() == AGES
    assert some.dtype == np.uint8
    assert some[0] == MOOD[9]
    assert world.people.column("views").shape == (N, 2)
    assert not own.flags.writeable
    assert not some.flags.writeable
    with pytest.raises(AttributeError, match="nearest column is 'age'"):
        world.people.column("agee")


def test_where(world):
    people, home = world.people, Home.at(world, 1)
    assert rows(people.where(age=30)) == [0, 2, 6, 11]
    assert rows(people.where(age=30, mood=Mood.CROSS)) == [11]
    assert rows(people.where(home=home)) == rows(people.select(lambda a: a.home == home)) == [1, 4, 7, 10, 11]
    assert rows(people.where(home=1)) == rows(people.where(home=home))
    assert rows(people.where(home=None)) == [2, 6]
    assert rows(people.sort("debt").where(awake=True, home=0)) == [0, 8][::-1]
    assert rows(people.where()) == list(range(N))
    with pytest.raises(AttributeError, match="nearest column is 'age'"):
        people.where(agee=3)
    for nonsense in ({"mood": 9}, {"views": 1.0}, {"age": [1, 2]}, {"home": Person.at(world, 0)}):
        with pytest.raises(ValueError, match=r"Mood|compares one value|refers to homes"):
            people.where(**nonsense)


def test_to_frame(world):
    frame = world.people.sort("age").to_frame()
    assert frame.index.name == "unique_id"
    assert frame.index.tolist() == world.people.sort("age").get("unique_id")
    assert frame["mood"].tolist() == [Mood(MOOD[r]).name for r in rows(world.people.sort("age"))]
    assert frame["views_1"].tolist() == world.people.sort("age").column("views")[:, 1].tolist()
    assert "key" not in frame
    assert frame["home"].isna().sum() == 2
    homes = world.agents_by_type[Home].to_frame()
    joined = frame.dropna(subset="home").join(homes, on="home")
    assert joined["beds"].tolist() == [a.home.beds for a in world.people.sort("age") if a.home]
    assert homes["owner"].tolist()[0] == 1
    assert world.people.select(at_most=0).to_frame().shape == (0, frame.shape[1])
    world.people.set("age", 0)
    assert 30 in frame["age"].tolist()


# --- the model's three properties -----------------------------------------------------------------


def test_all_agents_are_handles_then_ordinary_agents(world):
    guest = Guest(world)
    agents = world.agents
    assert isinstance(agents, AllAgents)
    assert agents.to_list() == [*world.agents_by_type[Home], *world.people, guest]
    assert len(agents) == N + 3
    assert agents[-1] is guest
    assert guest in agents
    assert Person.at(world, 0) in agents
    assert Guest(World()) not in agents
    guest.remove()
    assert len(agents) == N + 2


def test_all_agents_select(world):
    guest = Guest(world)
    people = world.agents.select(agent_type=Person)
    assert isinstance(people, TableAgentSet)
    assert rows(people) == list(range(N))
    assert rows(world.agents.select(old, agent_type=Person, at_most=2)) == [1, 4]
    assert rows(world.agents.select(agent_type=Person, at_most=0.2)) == [0, 1, 2]
    assert len(world.agents.select(agent_type=MyPerson)) == 0
    guests = world.agents.select(agent_type=Guest)
    assert type(guests) is AgentSet
    assert list(guests) == [guest]
    rest = world.agents.select(lambda agent: agent.unique_id % 2 == 0)
    assert list(rest) == [agent for agent in world.agents if agent.unique_id % 2 == 0]
    assert 1 < len(rest) < N + 3
    assert len(world.agents.select(at_most=4)) == 4
    assert len(world.agents.select(agent_type=RowAgent)) == N + 2


def test_all_agents_act(world):
    guest = Guest(world)
    world.agents.do("step").shuffle_do("step")
    assert guest.count == 2
    assert sum(world.people.get("steps_made")) > 0
    assert len(world.agents.map("step")) == N + 3
    assert world.agents.get("age", "default", -1) == [-1, -1, *AGES, 50]
    assert world.agents.agg("unique_id", len) == N + 3
    assert world.agents.groupby(type).count() == {Home: 2, Person: N, Guest: 1}
    assert list(world.agents.sort("unique_id")) == sorted(world.agents, key=lambda a: -a.unique_id)
    assert list(world.agents.sort(lambda a: a.unique_id, ascending=True)) == sorted(
        world.agents, key=lambda a: a.unique_id)
    assert set(world.agents.shuffle()) == set(world.agents)
    assert list(world.agents.shuffle()) != list(world.agents)
    assert len(world.agents & world.people) == N


def test_who_leaves_meanwhile_is_not_called(world):
    guests = [Guest(world) for _ in range(3)]

    def chase(agent):
        if isinstance(agent, Home) and guests[0] in world.agents:
            guests[0].remove()
        return agent

    assert guests[0] not in world.agents.map(chase)
    assert guests[2] in world.agents.map(chase)


def test_mixed_sets_keep_their_handles_and_let_ordinary_agents_go(world):
    Guest(world)
    mixed = world.agents.copy()
    for each in (mixed, mixed.copy(), copy.copy(mixed), mixed.shuffle(), mixed.sort("unique_id"),
                 mixed.select(), pickle.loads(pickle.dumps(mixed))):
        assert len(each) == N + 3
    late = Person(world)
    mixed.add(late)
    del late
    assert len(mixed) == N + 4
    world.agents_by_type[Guest].to_list()[0].remove()
    assert len(mixed) == N + 3
    mixed.shuffle(inplace=True).sort("unique_id", inplace=True).select(agent_type=Home, inplace=True)
    assert set(mixed) == set(world.agents_by_type[Home])


def test_agents_by_type(world):
    Guest(world)
    by_type = world.agents_by_type
    assert list(by_type) == world.agent_types == [Home, Person, Guest]
    assert {kind: len(part) for kind, part in by_type.items()} == {Home: 2, Person: N, Guest: 1}
    assert len(by_type) == 3
    assert by_type[Guest] is world._agents_by_type[Guest]
    for stranger in (MyPerson, RowAgent, mesa.Agent, "Person", []):
        assert stranger not in by_type
        with pytest.raises(KeyError, match="no type of agent in this model, which has Home, Person, Guest"):
            by_type[stranger]


def test_agents_by_type_finds_a_subclass_that_was_handed_in():
    world = World(kind=MyPerson)
    assert list(world.agents_by_type) == [Home, MyPerson]
    for asked in (Person, MyPerson):
        assert asked in world.agent_types
        assert asked in world.agents_by_type
        assert type(world.agents_by_type[asked].to_list()[0]) is MyPerson
        assert len(world.agents.select(agent_type=asked)) == N
    assert Guest not in world.agent_types
    assert RowAgent not in world.agent_types


# --- Mesa's own tools -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Person, MyPerson])
def test_datacollector(kind):
    world, objects = World(kind=kind), ObjectWorld()
    reporters = {"age": "age", "mood": lambda agent: agent.mood, "more": [ages_a_year, [0]]}
    frames = []
    for model, asked in ((world, Person), (objects, ObjectPerson)):
        collector = mesa.DataCollector(agenttype_reporters={asked: reporters},
                                       model_reporters={"mean": lambda m: m.people.agg("age", np.mean)})
        for _ in range(3):
            collector.collect(model)
            model.people.do("older")
            model.step()
        frames.append((collector.get_agenttype_vars_dataframe(asked), collector.get_model_vars_dataframe()))
    (ours, our_means), (theirs, their_means) = frames
    assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()
    assert ours.index.get_level_values("AgentID").tolist() == 3 * world.people.get("unique_id")
    assert our_means.equals(their_means)


def test_datacollector_takes_a_handed_in_kind_without_walking_all_agents(monkeypatch):
    world = World(kind=MyPerson)
    monkeypatch.setattr(AllAgents, "__iter__", lambda self: pytest.fail("walked all agents"))
    collector = mesa.DataCollector(agenttype_reporters={Person: {"age": "age"}})
    collector.collect(world)
    assert collector.get_agenttype_vars_dataframe(Person)["age"].tolist() == AGES


def test_datacollector_over_all_agents_and_handles_as_values(world):
    guest = Guest(world)
    collector = mesa.DataCollector(
        agent_reporters={"kind": lambda agent: type(agent).__name__},
        agenttype_reporters={Person: {"home": "home", "views": "views"}, Guest: {"age": "age"}},
        model_reporters={"first": lambda m: m.people.select(at_most=2)},
    )
    collector.collect(world)
    frame = collector.get_agent_vars_dataframe()
    assert frame["kind"].tolist() == ["Home"] * 2 + ["Person"] * N + ["Guest"]
    homes = collector.get_agenttype_vars_dataframe(Person)["home"].tolist()
    assert all(home is None or home.model is world for home in homes), "no copy of the model for every agent"
    assert collector.model_vars["first"][0].model is world
    assert collector.get_agenttype_vars_dataframe(Guest)["age"].tolist() == [guest.age]


def test_data_registry(world):
    world.data_registry.track_agents(world.people, "people", ["age", "mood"])
    data = world.data_registry["people"].data
    assert [line["age"] for line in data] == AGES
    assert [line["unique_id"] for line in data] == world.people.get("unique_id")


def roundtrip(thing):
    return pickle.loads(pickle.dumps(thing))


@pytest.mark.parametrize("again", [roundtrip, copy.deepcopy])
def test_a_model_takes_its_handles_and_sets_along(again):
    world = World()
    world.favourite = Person.at(world, 3)
    world.known = {Person.at(world, 1): "one", Home.at(world, 0): "home"}
    world.own, world.some, world.all = world.people, world.people.sort("age"), world.agents
    world.kept = world.agents.select(lambda agent: agent.unique_id % 2 == 0)
    twin = again(world)
    assert twin.favourite.model is twin
    assert twin.known[Person.at(twin, 1)] == "one"
    assert twin.own.model is twin.some.model is twin.all.model is twin
    assert rows(twin.some) == rows(world.some)
    assert {agent.model for agent in twin.kept} == {twin}
    assert rows(twin.people.shuffle()) == rows(world.people.shuffle())
    twin.favourite.age = 99
    Person(twin)
    assert (world.favourite.age, len(world.own), len(twin.own), len(twin.all)) == (17, N, N + 1, N + 3)
    twin.step()
    assert (twin.time, world.time) == (1.0, 0.0)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_handle_or_set_takes_its_model_along(world, protocol):
    # Starting from the handle, its model holds handles in sets: they are hashed while the model is half made.
    world.known = {Person.at(world, 3), Home.at(world, 1)}
    person = pickle.loads(pickle.dumps(Person.at(world, 3), protocol))
    assert (type(person), person.row, person.age) == (Person, 3, 17)
    assert person in person.model.known
    assert person.model is not world
    some = pickle.loads(pickle.dumps(world.people.sort("age"), protocol))
    assert rows(some) == rows(world.people.sort("age"))
    assert some.model.people[0].model is some.model
    some.sort("debt", inplace=True).set("age", 1)
    both = pickle.loads(pickle.dumps([world.people, world.agents, Person.at(world, 0)], protocol))
    assert len({id(each.model) for each in both}) == 1


def test_copies_of_handles_and_sets_stay_with_their_model(world):
    person = Person.at(world, 3)
    for twin in (copy.copy(person), copy.deepcopy(person)):
        assert twin == person
    some = world.people.select(old)
    for twin in (some.copy(), copy.copy(some), copy.deepcopy(some)):
        assert twin.model is world
        twin.discard(twin[0])
        assert len(twin) == len(some) - 1
    assert copy.deepcopy(world.agents).model is world


def test_shuffle_do_of_many_rows(world):
    world.tables["people"].add(20_000)
    world.agents_by_type[Person].shuffle_do("step")
    world.agents_by_type[Home].shuffle_do("step")
    assert np.count_nonzero(world.tables["people"].steps_made) > 15_000
