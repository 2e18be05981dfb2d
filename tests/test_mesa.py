"""FraudModel as a Mesa model: batch runs, data collection, agents of six kinds, students' own."""

from __future__ import annotations

import copy
import pickle

import mesa
import numpy as np
import pytest

from fraudsim import Country, Den, FraudModel, InputError, PoliceForce, Syndicate, Victim, Worker
from fraudsim.agents.syndicate import Stance
from fraudsim.core.agentsets import TableAgentSet
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world

KINDS = {Country: "countries", Syndicate: "syndicates", Den: "dens", Worker: "workers", Victim: "victims",
         PoliceForce: "forces"}
QUICK = {"burn_in_days": 20}


def plain(m: FraudModel) -> FraudModel:
    """Return a model that collects nothing."""
    m.datacollector = mesa.DataCollector()
    return m


def model(interventions="", rng=1, **more) -> FraudModel:
    return plain(FraudModel("tutorial", interventions, rng=rng, **{**QUICK, **more}))


def test_six_kinds_are_reached_by_their_class_and_are_mesa_agents():
    m = model()
    assert set(m.agents_by_type) >= set(KINDS)
    assert set(m.agent_types) >= set(KINDS)
    for kind, table in KINDS.items():
        agents = m.agents_by_type[kind]
        assert isinstance(agents, TableAgentSet)
        assert len(agents) == len(m.tables[table].in_use) > 0
        agent = next(iter(agents))
        assert isinstance(agent, kind)
        assert isinstance(agent, mesa.Agent)
        assert agent.model is m
    assert len(m.agents) == sum(len(m.tables[table].in_use) for table in KINDS.values())
    ids = [agent.unique_id for agent in m.agents]
    assert len(set(ids)) == len(ids)


def test_a_model_is_the_simulation_of_its_world_and_arm():
    m = model("joint-raids+call-interception", rng=4)
    m.run_for(15)
    from fraudsim.interventions.parsing import parse_arm

    world = load_world("tutorial", QUICK)
    run = Simulation(world, parse_arm(["joint-raids", "call-interception"], world), 4)
    run.run(15)
    assert m.digest() == run.digest()
    assert m.outcomes() == run.outcomes()
    assert m.time == 15
    assert m.state.day == 15


def test_the_end_of_the_horizon_ends_the_run():
    m = model(days=5)
    while m.running:
        m.step()
    assert m.state.day == 5


def test_data_is_collected_every_day():
    m = model()
    m.datacollector = mesa.DataCollector(
        model_reporters={"victims": lambda m: m.outcomes()["victims"], "day": lambda m: m.state.day},
        agenttype_reporters={Den: {"staff": "staff", "zone": lambda den: den.zone}})
    m.run_for(4)
    daily = m.datacollector.get_model_vars_dataframe()
    assert daily["day"].tolist() == [1, 2, 3, 4]
    assert daily["victims"].is_monotonic_increasing
    dens = m.datacollector.get_agenttype_vars_dataframe(Den)
    last = dens.loc[dens.index.get_level_values(0).max()]
    assert last["staff"].tolist() == m.state.dens.staff.tolist()
    assert last.index.tolist() == [den.unique_id for den in m.agents_by_type[Den]]


def test_the_models_own_collector_and_its_reporters():
    m = FraudModel("tutorial", rng=1, **QUICK)
    m.run_for(3)
    frame = m.datacollector.get_model_vars_dataframe()
    assert len(frame) == 3
    assert frame["victims"].iloc[-1] == m.outcomes()["victims"]


def test_batch_run_in_one_process():
    results = mesa.batch_run(FraudModel, {"world": "tutorial", "interventions": ["", "call-interception:start=0"],
                                          "days": 4, "burn_in_days": 10, "parameters__calls__answer_share": [0.04]},
                             rng=[1, 2], number_processes=1, data_collection_period=-1, display_progress=False)
    assert len(results) == 4
    by = {(r["interventions"], r["rng"] if "rng" in r else r["seed"]): r for r in results}
    assert len(by) == 4
    alone = FraudModel("tutorial", "call-interception:start=0", rng=2, days=4, burn_in_days=10,
                       parameters__calls__answer_share=0.04)
    alone.run_for(4)
    assert by["call-interception:start=0", 2]["victims"] == alone.outcomes()["victims"]


def test_batch_run_in_several_processes_gives_the_same_day_by_day():
    """Fresh interpreters, as Mesa starts them: the model travels by name, and its results do not depend on it."""
    asked = {"world": "tutorial", "interventions": ["", "call-interception:start=0+joint-raids"], "days": 3,
             "burn_in_days": 0}
    alone, beside = (mesa.batch_run(FraudModel, asked, rng=[3], number_processes=n, data_collection_period=1,
                                    display_progress=False) for n in (1, 2))
    names = ("interventions", "Step", "victims", "loss_net", "dens_active", "captive_days")
    one, two = (sorted(tuple(row[name] for name in names) for row in rows) for rows in (alone, beside))
    assert one == two
    assert len(one) == 2 * 3


def test_batch_run_tells_a_mistake_and_ends():
    with pytest.raises(InputError, match="nearest: call-interception"):
        mesa.batch_run(FraudModel, {"world": "tutorial", "interventions": ["call-intercept"]}, rng=[1],
                       number_processes=1, display_progress=False)


def test_an_ordinary_mesa_agent_takes_part():
    class Journalist(mesa.Agent):
        def __init__(self, model):
            super().__init__(model)
            self.days, self.raids = [], 0

        def step(self):
            self.days.append(self.model.state.day)
            self.raids += len(self.model.agents_by_type[Den].select(lambda den: den.status == 4))

    m, alone = model(), model()
    journalist = Journalist(m)
    m.run_for(5)
    alone.run_for(5)
    assert journalist.days == [1, 2, 3, 4, 5]
    assert journalist in m.agents
    assert m.agents_by_type[Journalist].to_list() == [journalist]
    assert m.digest() == alone.digest()
    journalist.remove()
    m.run_for(1)
    assert len(journalist.days) == 5


class Stubborn(Syndicate):
    """Leaves with every den that is warned, and opens none."""

    def choose_stance(self, den, places):
        return Stance.LEAVE

    def wants_to_open(self, dens, places):
        return False


def test_a_syndicate_of_ones_own_decides_otherwise():
    m, usual = (model(agents=agents) for agents in ({Syndicate: Stubborn}, None))
    for each in (m, usual):
        each.state.dens.alarmed[...] = True
        each.run_for(14)
    assert isinstance(m.agents_by_type[Syndicate][0], Stubborn)
    assert m.agents_by_type[Stubborn][0] == m.agents_by_type[Syndicate][0]
    assert m.outcomes()["dens_opened"] == 0
    assert len(m.agents_by_type[Den].select(lambda den: den.status == 3)) >= 30 > \
        len(usual.agents_by_type[Den].select(lambda den: den.status == 3))
    assert m.digest() != usual.digest()


def test_the_burn_in_is_lived_by_ones_own_syndicates_and_not_kept_for_others():
    before = model(burn_in_days=40).digest()
    FraudModel("tutorial", rng=1, agents={Syndicate: Stubborn}, burn_in_days=40)
    assert model(burn_in_days=40).digest() == before


@pytest.mark.parametrize("mine", [{int: int}, {Syndicate: Den}, {Syndicate: "Mine"}])
def test_a_class_that_does_not_fit_is_refused(mine):
    with pytest.raises(InputError, match="agents"):
        FraudModel("tutorial", agents=mine, **QUICK)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(InputError) as error:
        FraudModel("tutorial", agents={int: int, Den: Syndicate}, **QUICK)
    assert len(error.value.lines) == 2


@pytest.mark.parametrize("how", ["pickle", "deepcopy"])
def test_a_copied_model_goes_on_the_same_and_by_itself(how):
    m = model("joint-raids:start=0")
    m.run_for(3)
    twin = pickle.loads(pickle.dumps(m)) if how == "pickle" else copy.deepcopy(m)
    assert twin.digest() == m.digest()
    assert twin.agents_by_type[Den][0].model is twin
    m.run_for(20)
    assert twin.digest() != m.digest()
    twin.run_for(20)
    assert twin.digest() == m.digest()
    assert twin.outcomes() == m.outcomes()


def test_seeds_of_mesa():
    assert model(rng=7).seed == 7
    assert model(rng=7).digest() != model(rng=8).digest()
    first, again = (model(rng=np.random.default_rng(5)) for _ in range(2))
    assert first.seed == again.seed
    assert model(rng=None).seed != model(rng=None).seed


def test_a_numpy_number_is_a_seed():
    assert model(rng=np.int64(7)).digest() == model(rng=7).digest()


def test_handles_show_rows_and_an_unknown_name_is_an_error():
    m = model()
    den = m.agents_by_type[Den][0]
    assert den.syndicate == m.agents_by_type[Syndicate][0]
    assert den.country in m.agents_by_type[Country].to_list()
    worker = next(iter(m.agents_by_type[Worker]))
    assert isinstance(worker.trafficked, bool)
    with pytest.raises(AttributeError, match="staff"):
        den.stafff = 3
    with pytest.raises(AttributeError, match="lifecycle"):
        den.status = 1


def test_a_den_made_by_hand_has_its_seats_and_lives():
    m = model()
    red = m.agents_by_type[Syndicate][0]
    den = Den(m, syndicate=red, zone=0)
    assert den.seats == (m.state.seats.den == den.row).sum() > 0
    assert den in m.agents_by_type[Den]
    m.run_for(10)
    with pytest.raises(TypeError, match="zone"):
        Den(m, syndicate=red)
