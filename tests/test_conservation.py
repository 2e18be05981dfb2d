"""Money, people and calls are conserved: after every day of random worlds under random policy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from owners import A as OWNER
from owners import three_target_world
from support import (
    ARM,
    CONTACTS_ARM,
    EVENTFUL,
    LIFECYCLES,
    NEVER,
    WIDE,
    arms,
    reachable,
    simulation,
    small_world,
    worlds,
)

from fraudsim.agents.den import DenStatus
from fraudsim.agents.syndicate import lose_leader
from fraudsim.agents.victim import VictimStatus
from fraudsim.agents.worker import Role, WorkerStatus
from fraudsim.core.agenda import Agenda
from fraudsim.day import live
from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.flows import POSITION
from fraudsim.ledgers.residents import remembered
from fraudsim.ledgers.tables import NOT_REPORTED, AssetStatus, OperationStatus, TransferStatus
from fraudsim.loops.residents import memory
from fraudsim.scripts import CHANNELS
from fraudsim.simulation import Simulation
from fraudsim.state import State
from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world

A, S, T, V = AssetStatus, WorkerStatus, TransferStatus, VictimStatus
IN_DEN = (S.WORKING, S.HELD)
ON_THE_WAY = (S.TRAVELLING, S.SMUGGLED)
CASES = (S.ARRESTED, S.DETAINED, S.HANDED_OVER, S.SENTENCED, S.CONVICTED)
LIVES = (S.FLED, S.QUIT, S.RANSOMED, S.SURRENDERED, S.RESCUED, S.DEPORTED, S.LET_GO, S.RELEASED, S.STRANDED, S.HOME)
REACH = {name: reachable(lifecycle) for name, lifecycle in LIFECYCLES.items()}
FINAL = {"workers": (S.DECLINED, S.DIED, S.REINTEGRATED)}


def of(status: np.ndarray, codes: tuple[int, ...]) -> np.ndarray:
    return np.flatnonzero(np.isin(status, codes))


class Watch:
    """What is compared from day to day: status columns, what once was fixed, accounts at the start."""

    def __init__(self, state: State) -> None:
        self.status: dict[str, np.ndarray] = {}
        self.keys: dict[str, np.ndarray] = {}
        self.traits: dict[int, tuple[int, float]] = {}
        self.known: dict[int, int] = {}
        self.look(state)

    def look(self, state: State) -> None:
        for name in LIFECYCLES:
            self.status[name], self.keys[name] = state.tables[name].status.copy(), state.tables[name].key.copy()
        self.recruited_as = state.workers.recruited_as.copy()
        self.traits |= traits(state)
        self.known = known(state)


def traits(state: State) -> dict[int, tuple[int, float]]:
    """Return by key what once is fixed of everybody in the table: savings at first, and susceptibility."""
    v, rows = state.victims, state.victims.in_use
    whole = v.savings + v.lost - v.returned
    return dict(zip(v.key[rows].tolist(), zip(whole[rows].tolist(), v.susceptibility[rows].tolist())))


def known(state: State) -> dict[int, int]:
    """Return the scams so far of everybody who ever was in one, by key."""
    v, rows, others = state.victims, state.victims.in_use, remembered(state)
    here = dict(zip(v.key[rows].tolist(), v.scams[rows].tolist()))
    there = dict(zip(others.key.tolist(), others.scams.tolist()))
    assert not here.keys() & there.keys()
    return here | there


def check_money(state: State) -> None:
    balance, t, v, a = state.accounts.balance, state.transfers, state.victims, state.assets
    assert sum(balance.values()) == 0
    assert balance["syndicates"] == state.syndicates.capital.sum()
    assert balance["mules"] == t.amount[t.status == T.WITH_MULES].sum()
    assert balance["frozen"] == t.amount[t.status == T.FROZEN].sum()
    assert balance["residents"] == v.returned.sum() - v.lost.sum()
    for name in ("launderers", "staff", "seized", "treasury", "hosts", "suppliers"):
        assert balance[name] >= 0, name
    assert balance["families"] <= 0
    assert (t.amount > 0).all()
    assert (v.savings >= 0).all()
    assert (np.bincount(t.victim, t.amount, len(v)) == v.lost).all()
    back = t.status == T.RETURNED
    assert (np.bincount(t.victim[back], t.amount[back], len(v)) + np.bincount(t.victim, t.restituted, len(v))
            == v.returned).all()
    assert ((t.restituted >= 0) & (t.restituted <= t.amount)).all()
    assert not t.restituted[t.status != T.CLEARED].any()
    assert balance["seized"] == a.amount[a.status == A.SEIZED].sum()
    assert balance["treasury"] == a.amount[of(a.status, (A.CONFISCATED, A.SHARED_OUT))].sum() - t.restituted.sum()
    assert (a.amount > 0).all()
    assert ((v.held > 0) <= (v.status == V.PAYING)).all()
    assert (v.payments <= v.attempts).all()
    assert (np.bincount(t.victim, minlength=len(v)) == v.payments).all()
    assert (np.bincount(t.den, t.amount, len(state.dens)) == state.dens.stolen).all()
    assert (state.dens.reported <= state.dens.stolen).all()


def check_residents(state: State, watch: Watch) -> None:
    """Who is in the table, who is only remembered; traits are what they were, also of those who come back."""
    v, rows, others = state.victims, state.victims.in_use, remembered(state)
    now = traits(state)
    assert len(now) == rows.size
    assert all(watch.traits.get(key, fixed) == fixed for key, fixed in now.items())
    assert ((v.status[rows] <= V.PAYING) | (v.attempts[rows] > 0)).all()
    assert (state.residents.find(v.key[rows]) == rows).all()
    spare = v.spare.rows[: len(v.spare)]
    assert sorted(spare.tolist()) == np.flatnonzero(v.key == 0).tolist()
    for name in ("lost", "returned", "held", "holds", "attempts", "payments", "reported", "harmed"):
        assert not v[name][spare].any(), name
    scams = known(state)
    assert len(scams) == rows.size + others.key.size == state.residents.count
    assert all(scams[key] >= before for key, before in watch.known.items())
    assert (others.scams >= 1).all()
    assert (others.left < state.day).all()
    assert (others.warnings >= 0).all()


def check_people(state: State) -> None:
    c, w, n = state.countries, state.workers, len(state.countries)
    assert (c.at_risk >= 0).all()
    assert (c.at_risk + c.away == c.at_risk_at_start + c.joined).all()
    away = of(w.status, tuple(set(S) - {S.DECLINED, S.PROSPECT}))
    assert (np.bincount(w.nationality[away], minlength=n) == c.away).all()
    assert not of(w.status, (S.PROSPECT, S.ARRIVED, S.RESOLD, S.SCREENED, S.REFUSED)).size
    assert np.unique(w.key).size == len(w)
    assert (w.debt >= 0).all()
    assert (w.trips[away] >= 1).all()
    home = of(w.status, (S.HOME, S.REINTEGRATED, S.AT_RISK))
    assert (w.place[home] == w.nationality[home]).all()


def check_dens(state: State) -> None:
    w, d, s = state.workers, state.dens, state.seats
    inside = of(w.status, IN_DEN)
    assert (np.bincount(w.den[inside], minlength=len(d)) == d.staff).all()
    calling = inside[(w.status[inside] == S.WORKING) & (w.role[inside] == Role.CALLER)]
    assert (np.bincount(w.den[calling], minlength=len(d)) == d.callers).all()
    assert not d.staff[d.status > DenStatus.LYING_LOW].any()
    assert (d.staff <= d.seats).all()
    assert (w.place[inside] == d.country[w.den[inside]]).all()
    assert (w.started[inside] <= state.day).all()
    assert (np.delete(w.started, inside) == NEVER).all()
    assert (np.bincount(s.den, minlength=len(d)) == d.seats).all()
    seated = np.flatnonzero(w.seat >= 0)
    assert set(seated) == set(of(w.status, (*IN_DEN, *ON_THE_WAY, S.STOPPED)))
    assert (s.holder[w.seat[seated]] == seated).all()
    assert (s.den[w.seat[seated]] == w.den[seated]).all()
    taken = np.flatnonzero(s.holder >= 0)
    assert (w.seat[s.holder[taken]] == taken).all()
    assert np.unique(s.holder[taken]).size == taken.size
    assert ((d.wake < NEVER) == (d.status == DenStatus.LYING_LOW)).all() or (d.wake[d.status == DenStatus.LYING_LOW]
                                                                            < NEVER).all()
    assert ((d.ended == NEVER) == (d.status <= DenStatus.LYING_LOW)).all()


def check_moves(state: State, watch: Watch) -> None:
    for name, reach in REACH.items():
        table, before = state.tables[name], watch.status[name]
        same = (table.key[: before.size] == watch.keys[name]) & (watch.keys[name] != 0)
        assert same.all() or name == "victims", name
        now, new = table.status[: before.size], np.append(~same, np.ones(len(table) - before.size, bool))
        assert reach[before[same], now[same]].all(), name
        assert reach[0, table.status[new & (table.key != 0)]].all() or name in ("operations", "workers"), name
    assert (state.workers.recruited_as[: watch.recruited_as.size] == watch.recruited_as).all()


def entered(state: State, agenda: str) -> dict[int, set[int]]:
    """Return the days for which every row of an agenda is entered, those still to come."""
    days: dict[int, set[int]] = {}
    for day, rows in state.agendas[agenda]._days.items():
        if day >= state.day:
            for row in rows:
                days.setdefault(row, set()).add(day)
    return days


def check_times(state: State) -> None:
    """Every row that waits is in an agenda for the day of its ``due``; nothing is in an agenda of the past."""
    w, t, v = state.workers, state.transfers, state.victims
    for name, agenda in state.agendas.items():
        assert all(day >= state.day for day in agenda._days), name
    for name, table, rows in (
            ("arrivals", w, of(w.status, ON_THE_WAY)), ("departures", w, of(w.status, (S.STOPPED,))),
            ("cases", w, of(w.status, CASES)),
            ("lives", w, of(w.status, LIVES)), ("money", t, of(t.status, (T.WITH_MULES, T.FROZEN))),
            ("assets", state.assets, of(state.assets.status, (A.SEIZED, A.CONFISCATED))),
            ("stages", v, np.intersect1d(v.in_use, of(v.status, (V.ENGAGED,)))),
            ("payments", v, np.intersect1d(v.in_use, of(v.status, (V.PAYING,))))):
        days = entered(state, name)
        for row in rows.tolist():
            assert int(table.due[row]) in days.get(row, set()), (name, row, int(table.due[row]), days.get(row))
    waiting = np.isin(w.status, (*ON_THE_WAY, S.STOPPED, *CASES, *LIVES))
    assert (w.due[~waiting] == NEVER).all()
    assert (t.report_hour > t.paid_hour).all()
    assert ((t.paid_hour < t.clear_hour) & (t.clear_hour < t.chain_hour)).all()
    told = np.flatnonzero((t.report_hour < NOT_REPORTED) & (t.report_hour // 24 >= state.day))
    assert set(told.tolist()) <= set(entered(state, "reports"))


def check_police(state: State) -> None:
    e, o = state.evidence, state.operations
    assert (e.strength >= 0.0).all()
    assert (e.astray >= 0.0).all()
    assert np.isfinite(e.strength).all()
    assert np.isfinite(e.astray).all()
    assert np.unique(e.key).size == len(e)
    asked = e.asked < NEVER
    assert ((e.answer_due < NEVER) == asked).all()
    struck = o.status == OperationStatus.STRUCK
    assert not o.searches[~struck].any()
    assert (o.found <= o.searches).all()
    assert (o.strike_day[struck] < state.day).all()
    assert (o.searches * state.world.parameters.raids.officers_per_site <= np.where(
        o.joint, o.officers, state.forces.officers[o.lead])).all()
    assert ((state.forces.lent >= 0.0) & (state.forces.lent <= 1.0)).all()


def check_record(state: State) -> None:
    n = len(state.countries)
    row = dict(zip(POSITION, state.record[state.days_lived - 1]))
    for way in ("calls", "sms", "social", "web"):
        ended = sum(row[f"{way}_{how}"] for how in ("blocked", "unanswered", "hung_up", "engaged"))
        assert (row[f"{way}_placed"] == ended).all(), way
    assert (sum(row[f"{way}_engaged"] for way in ("calls", "sms", "social", "web")) <= row["candidates"]).all()
    assert (row["scams_broken_off"] <= row["warnings"]).all()
    assert (row["control_reach"] <= 10000).all()
    for name, values in row.items():
        assert name == "capital" or (values >= 0).all(), name
    d, w = state.dens, state.workers
    count = lambda country, mask: np.bincount(country[mask], minlength=n)  # noqa: E731
    assert (row["dens_active"] == count(d.country, d.status == DenStatus.ACTIVE)).all()
    assert (row["dens_standing"] == count(d.country, d.status <= DenStatus.LYING_LOW)).all()
    assert (row["staff"] == np.bincount(d.country, d.staff, n)).all()
    calling = d.status == DenStatus.ACTIVE
    assert (row["numbers"] == np.bincount(d.country[calling], d.numbers[calling], n)).all()
    c = state.countries
    assert ((c.awareness >= -0.2) & (c.awareness <= 0.9)).all()
    assert ((c.warning_tired >= 0.0) & (c.warning_tired <= 1.0)).all()
    assert (row["extradition_pending"] == count(d.country[w.den], w.status == S.DETAINED)).all()
    assert (row["stranded"] == count(w.place, w.status == S.STRANDED)).all()
    held = np.isin(w.status, CASES)
    assert (row["detained"] == count(d.country[w.den], held)).all()
    wronged = (w.recruited_as > 0) | (w.days_captive > 0)
    assert (row["trafficked_detained"] == count(d.country[w.den], held & wronged)).all()
    inside = np.isin(w.status, IN_DEN)
    assert (row["captive"] == count(d.country[w.den], inside & ((w.status == S.HELD) | (w.control == 2)))).all()
    assert (row["trafficked"] == count(d.country[w.den], inside & wronged)).all()
    assert (row["capital"].sum() == state.syndicates.capital.sum())
    assert row["leaders"].sum() == state.syndicates.leaders[state.syndicates.active].sum()
    assert (row["dens_adjacent"] == count(d.country, d.adjacent & (d.status <= DenStatus.LYING_LOW))).all()
    assert (state.flows.today == 0).all()


def check_totals(state: State) -> None:
    """Sums of the record are what the tables say."""
    total = dict(zip(POSITION, state.record[: state.days_lived].sum(axis=(0, 2))))
    t, v, o = state.transfers, state.victims, state.operations
    assert total["paid"] == total["paid_to_host"] == v.lost.sum() == t.amount.sum()
    assert total["frozen"] + total["recalled"] == t.amount[np.isin(t.status, (T.FROZEN, T.RETURNED))].sum()
    assert total["returned"] + total["restituted"] == v.returned.sum()
    assert total["restituted"] == t.restituted.sum()
    # What was set out to be paid is paid, or waits for another try, or was held for good.
    assert total["paid"] + v.held.sum() <= total["attempted"] <= total["paid"] + total["held"]
    assert total["retried"] <= min(total["paid"], total["held"])
    assert total["holds"] == v.holds.sum()
    for of_what in ("paid_", "victims_"):
        names = [name for name in total if name.startswith(of_what) and not name.startswith(("paid_to_", "paid_by_"))
                 and name != "victims_of_host"]
        assert sum(total[name] for name in names) == total[of_what[:-1]]
    assert sum(total[f"paid_by_{channel}"] for channel in CHANNELS) == total["paid"]
    assert total["registered"] == state.dens.registered.sum() <= total["reports"]
    assert total["solved"] == state.dens.registered[state.dens.status == DenStatus.DISMANTLED].sum()
    assert total["helpers_punished_wrongly"] <= total["helpers_punished"] <= total["accounts_used"]
    assert total["cleared"] == t.amount[t.status == T.CLEARED].sum()
    assert total["victims"] == total["victims_of_host"] == (v.payments > 0).sum() == state.dens.victims.sum()
    assert total["payments"] == len(t)
    assert total["reports"] == state.forces.recorded.sum() == state.dens.reports.sum()
    rows, others = v.in_use, remembered(state)
    engaged = sum(total[f"{way}_engaged"] for way in ("calls", "sms", "social", "web"))
    assert engaged == v.scams[rows].sum() + others.scams.sum()
    assert total["warnings"] == v.warnings[rows].sum() + others.warnings.sum()
    assert total["severe_harm"] == v.harmed.sum()
    assert total["searches"] == o.searches.sum()
    assert total["dens_dismantled"] == o.found.sum() == (state.dens.status == DenStatus.DISMANTLED).sum()
    assert total["arrests"] == o.arrests.sum()
    assert total["seized"] == state.assets.amount.sum()
    assert total["confiscated"] == state.accounts.balance["treasury"] + total["restituted"]
    assert total["public_cost"] == sum(state.spending.by_name.values())
    assert total["dens_moved"] == (state.dens.status == DenStatus.MOVED).sum()
    assert total["dens_closed"] == (state.dens.status == DenStatus.CLOSED).sum()
    assert total["abuse"] == state.workers.abuse.sum()
    assert total["ransom_paid"] == -state.accounts.balance["families"]
    assert total["adjacent_income"] == -state.accounts.balance["gamblers"]
    assert total["leaders_taken"] == state.syndicates.leaders_taken.sum()
    assert total["syndicates_founded"] == len(state.syndicates) - len(state.world.syndicates)
    assert total["deaths"] + total["smuggled_deaths"] == (state.workers.status == S.DIED).sum()
    assert total["kin_pressured"] == state.workers.kin_pressed.sum()
    assert total["aftercare"] <= total["homecomings"]
    assert total["surrenders_lenient"] <= total["surrenders"]
    assert total["smuggled_arrivals"] + total["smuggled_deaths"] + total["smuggled_stopped"] <= total["smuggled"]


def check(state: State, watch: Watch) -> None:
    check_money(state)
    check_residents(state, watch)
    check_people(state)
    check_dens(state)
    check_moves(state, watch)
    check_times(state)
    check_police(state)
    check_record(state)
    check_totals(state)
    watch.look(state)


def live_watched(state: State, days: int) -> None:
    watch = Watch(state)
    for _ in range(days):
        live(state)
        check(state, watch)


@given(st.data())
@settings(max_examples=100)
def test_everything_is_conserved_on_every_day_of_random_worlds(data):
    world = data.draw(worlds())
    state = build(world, data.draw(st.integers(0, 1000)))
    Simulation(world, parse_arm(data.draw(arms(world)), world), state=state)
    live_watched(state, world.burn_in_days + world.days)


def test_everything_is_conserved_in_the_classroom_world():
    state = simulation(load_world("tutorial"), ARM, seed=3).state
    live_watched(state, 120)
    assert state.operations.joint.any()
    assert len(state.victims) > 500


def test_everything_is_conserved_with_all_channels_and_what_may_be_done_about_them():
    world = small_world(**WIDE)
    state = build(world, 4)
    Simulation(world, parse_arm(CONTACTS_ARM, world), state=state)
    live_watched(state, 90)
    assert (state.victims.status == V.BROKEN_OFF).any()


def test_everything_is_conserved_while_tables_move(moves_on_add):
    state = build(small_world(), 4)
    world = small_world()
    Simulation(world, parse_arm(ARM, world), state=state)
    live_watched(state, 100)


def test_everything_is_conserved_while_leaders_fall_and_dens_turn_to_other_lines_and_business():
    world = three_target_world(**{
        "parameters__leaders__split_share": 0.6, "parameters__leaders__succession_weeks": 2, OWNER + "open_rate": 0.6,
        OWNER + "line_weeks": 0.0, OWNER + "adjacent_income": 250.0, OWNER + "adjacent_weeks": 0.0,
        **{f"parameters__{group}__{name}": value for group, of in EVENTFUL.items() for name, value in of.items()
           if group != "adaptation"}})
    state = build(world, 1)
    Simulation(world, parse_arm(ARM, world), state=state)
    watch = Watch(state)
    for day in range(130):
        if day % 15 == 10:
            for row in range(len(state.syndicates)):
                lose_leader(state, row)
        live(state)
        check(state, watch)
    s, d = state.syndicates, state.dens
    assert s.splits.sum() > 1
    assert (s.falls_settled == s.leaders_taken).all()
    assert np.unique(d.line).size > 1
    assert d.adjacent.any()
    assert np.unique(s.key).size == len(s)
    assert np.unique(d.key).size == len(d)


def test_the_checks_can_fail():
    """Spoil one number at a time; some check must notice each."""
    spoils = {
        "victims.savings": lambda s: s.victims.savings.__setitem__(0, s.victims.savings[0] + 1),
        "victims.lost": lambda s: s.victims.lost.__setitem__(0, s.victims.lost[0] + 1),
        "transfers.amount": lambda s: s.transfers.amount.__setitem__(0, s.transfers.amount[0] + 1),
        "transfers.restituted": lambda s: s.transfers.restituted.__setitem__(0, 1),
        "victims.held": lambda s: s.victims.held.__setitem__(of(s.victims.status, (V.PAID,))[0], 5),
        "victims.key": lambda s: s.victims.key.__setitem__(0, s.victims.key[0] + 2),
        "victims.susceptibility": lambda s: s.victims.susceptibility.__setitem__(0, 0.25),
        "spare rows": lambda s: s.victims.key.__setitem__(s.victims.spare.rows[0], 77),
        "residents": lambda s: s.residents.insert(remembered(s).key[:1], np.array([memory(s.day + 1, 1, 0)])),
        "scams remembered": lambda s: s.residents.insert(remembered(s).key[:1], np.array([memory(0, 9, 0)])),
        "dens.registered": lambda s: s.dens.registered.__setitem__(0, s.dens.registered[0] + 1),
        "syndicates.capital": lambda s: s.syndicates.capital.__setitem__(0, s.syndicates.capital[0] + 1),
        "accounts": lambda s: s.accounts.move("hosts", "owners", 1 + s.accounts.balance["hosts"]),
        "countries.away": lambda s: s.countries.away.__setitem__(0, 0),
        "dens.staff": lambda s: s.dens.staff.__setitem__(0, s.dens.staff[0] + 1),
        "dens.callers": lambda s: s.dens.callers.__setitem__(0, s.dens.callers[0] + 1),
        "seats.holder": lambda s: s.seats.holder.__setitem__(np.flatnonzero(s.seats.holder >= 0)[0], -1),
        "workers.status": lambda s: s.workers.status.__setitem__(0, S.PROSPECT),
        "workers.due": lambda s: s.workers.due.__setitem__(of(s.workers.status, LIVES)[0], 5),
        "agenda": lambda s: s.agendas.__setitem__("lives", Agenda()),
        "evidence": lambda s: s.evidence.strength.__setitem__(0, -0.5),
        "record": lambda s: s.record.__setitem__((s.days_lived - 1, POSITION["calls_placed"], 0), 7),
        "recruited_as": lambda s: s.workers.recruited_as.__setitem__(0, (s.workers.recruited_as[0] + 1) % 3),
    }
    base = simulation(small_world(), "", seed=2).state
    live_watched(base, 40)
    for name, spoil in spoils.items():
        state = base.copy()
        watch = Watch(state)
        watch.look(state)
        check(state, watch)
        spoil(state)
        try:
            check(state, watch)
        except AssertionError:
            continue
        raise RuntimeError(f"nobody noticed a change of {name}")
