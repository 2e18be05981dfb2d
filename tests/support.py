"""What several test modules share: a small world, states of a few rows, random worlds, and what must always hold."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import annotated_types
import numpy as np
from hypothesis import strategies as st

from fraudsim.agents.den import LIFECYCLE as DEN_MOVES
from fraudsim.agents.den import open_den
from fraudsim.agents.victim import LIFECYCLE as VICTIM_MOVES
from fraudsim.agents.worker import LIFECYCLE as WORKER_MOVES
from fraudsim.agents.worker import Control, RecruitedAs, Role, WorkerStatus
from fraudsim.core.draws import child_keys, root_key
from fraudsim.interventions.parsing import parse_arm
from fraudsim.ledgers.tables import ASSET_LIFECYCLE, OPERATION_LIFECYCLE, TRANSFER_LIFECYCLE
from fraudsim.simulation import Simulation
from fraudsim.state import State
from fraudsim.worlds.build import build
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.parameters import Parameters
from fraudsim.worlds.schema import World

NEVER = 32767
OF_POLICE = "intelligence-sharing+liaison-teams+extradition-agreement+special-campaign+leader-warrants"
ARM = "joint-raids+call-interception+exit-restrictions"

SMALL: dict[str, Any] = {
    "name": "small", "title": "A small world", "description": "for tests", "start": "2020-01-01", "days": 120,
    "burn_in_days": 28, "age_bands": [{"name": "young", "share": 0.75, "engagement": 0.9},
                                      {"name": "old", "share": 0.25, "engagement": 1.3}],
    "countries": [
        {"iso": "TA", "name": "Target", "region": "Here", "adults": 20000, "income": 20000.0, "at_risk": 4000,
         "target": True, "report_share": 0.2, "police": {"investigators": 40.0, "officers": 120}},
        {"iso": "HO", "name": "Host", "region": "Here", "adults": 50000, "income": 5000.0, "at_risk": 4000,
         "police": {"investigators": 20.0, "officers": 90},
         "zones": [{"name": "Port", "protection": 0.1, "attraction": 0.5, "rent": 60.0},
                   {"name": "Border", "protection": 0.5, "attraction": 0.4, "rent": 50.0}]},
        {"iso": "XX", "name": "Elsewhere", "region": "Far", "adults": 10**9, "at_risk": 10000, "elsewhere": True,
         "zones": [{"name": "Abroad", "protection": 0.2, "attraction": -0.3, "rent": 70.0}]},
    ],
    "treaties": [{"host": "HO", "requester": "TA", "kind": "border", "median_days": 20.0, "sigma": 0.5,
                  "refusal": 0.1, "batch_days": 7}],
    "scripts": [{"name": "short", "demand_median": 2800.0, "demand_sigma": 1.0, "further_demand": 0.4,
                 "severe_harm": 0.05, "stages": [
                     {"role": "clerk", "channel": "voice", "hours": 0.05, "success": 0.015, "delay_days": 0},
                     {"role": "officer", "channel": "voice", "hours": 0.7, "success": 0.4, "delay_days": 1},
                     {"role": "official", "channel": "voice", "hours": 1.0, "success": 0.4, "delay_days": 0}]}],
    "syndicates": [
        {"name": "Red", "home": "TA", "target": "TA", "script": "short", "dens": 3, "dens_most": 5,
         "den_capacity": 14, "staff": 10, "capital": 60000.0, "coercion": 0.3, "sources": {"TA": 0.5, "HO": 0.5}},
        {"name": "Blue", "home": "HO", "target": "TA", "script": "short", "dens": 3, "dens_most": 5,
         "den_capacity": 14, "staff": 10, "capital": 60000.0, "coercion": 0.5,
         "sources": {"TA": 0.3, "HO": 0.5, "XX": 0.2}}],
    "parameters": {
        "calls": {"hours_per_day": 1.0, "dial_seconds": 20.0, "talk_seconds": 300.0, "number_price": 0.01},
        "adaptation": {"running_cost": 8.0, "opening_cost": 4000.0, "profit_prior": 2000.0},
        "recruitment": {"caller_share": 0.9, "offers_per_at_risk": 1e-3, "recruiter_fee": 200.0, "debt": 1500.0},
        "captivity": {"ransom_price": 2000.0, "repay": 5.0, "resell": 0.01},
        "investigation": {"tip_off": 0.01, "warrant": 2.0, "answer_days": 20},
    },
    "interventions": {
        "joint-raids": {"start": 14, "countries": ["TA", "HO"], "lead": "TA", "officers": 300},
        "call-interception": {"start": 10, "countries": ["TA"], "daily_cost": 500.0, "fixed_cost": 1000.0},
        "exit-restrictions": {"start": 12, "countries": ["TA", "HO"], "daily_cost": 500.0},
        "intelligence-sharing": {"start": 7, "countries": ["TA", "HO"], "share": 1.0, "meetings": 1.0},
        "liaison-teams": {"start": 7, "countries": ["TA", "HO"], "sender": "TA", "officers": 10},
        "extradition-agreement": {"start": 0, "countries": ["TA", "HO"]},
        "special-campaign": {"start": 7, "countries": ["TA", "HO"], "duration": 40},
        "leader-warrants": {"start": 7, "countries": ["TA"], "hazard": 0.02},
        "fund-interception": {"start": 11, "countries": ["TA"], "daily_cost": 500.0, "fixed_cost": 1000.0},
        "administrative-punishment": {"start": 13, "countries": ["TA"], "daily_cost": 300.0}},
}


def small_world(contacts: Any = (), **overrides: Any) -> World:
    """Return the small world; paths with double underscores for dots are put over it.

    ``contacts``: shares of first contacts by channel, as pairs.
    """
    data = copy.deepcopy(SMALL)
    data["scripts"][0]["contacts"] = dict(contacts)
    data["start"] = dt.date.fromisoformat(data["start"])
    world = World.model_validate(data)
    return load_world(world, {path.replace("__", "."): value for path, value in overrides.items()})


def simulation(world: World, arm: str = "", seed: int = 0) -> Simulation:
    """Return a simulation on day 0 of a world."""
    return Simulation(world, parse_arm(arm, world), seed)


def empty_state(seed: int = 0, **overrides: Any) -> State:
    """Return the small world on day 0 without burn-in, dens or workers: ground for hand-made rows."""
    bare = {f"syndicates__{name}__{what}": 0 for name in ("Red", "Blue") for what in ("dens", "staff")}
    world = small_world(burn_in_days=0, **{**bare, **overrides})
    state = build(world, seed)
    Simulation(world, (), seed, state=state)
    return state


def add_den(state: State, staff: int = 0, zone: int = 0, syndicate: int = 0, **columns: Any) -> int:
    """Open a den with free volunteers from TA as callers, and return its row."""
    den = open_den(state, syndicate, zone)
    state.dens.opened[den] = state.day - 200
    for name, value in columns.items():
        state.dens[name][den] = value
    add_workers(state, den, staff)
    return den


def add_workers(state: State, den: int, n: int, **columns: Any) -> np.ndarray:
    """Put people on the first vacant seats of a den, at work unless told otherwise, and return their rows."""
    seats = np.flatnonzero((state.seats.den == den) & (state.seats.holder < 0))[:n]
    assert seats.size == n, "the den has too few seats"
    values = {"nationality": 0, "recruited_as": RecruitedAs.VOLUNTARY, "control": Control.FREE, "role": Role.CALLER,
              "status": WorkerStatus.WORKING, "started": state.day, "trips": 1, **columns}
    keys = child_keys(state.seats.key[seats], "holder", state.seats.holders[seats].astype(np.int64))
    rows = state.workers.add(n, key=keys, den=den, seat=seats, place=state.dens.country[den], **values)
    state.seats.holder[seats] = rows
    state.seats.holders[seats] += 1
    np.subtract.at(state.countries.at_risk, state.workers.nationality[rows], 1)
    np.add.at(state.countries.away, state.workers.nationality[rows], 1)
    inside = state.workers.started[rows] < NEVER
    state.dens.staff[den] += int(inside.sum())
    calling = inside & (state.workers.status[rows] == WorkerStatus.WORKING) & (state.workers.role[rows] == Role.CALLER)
    state.dens.callers[den] += int(calling.sum())
    return rows


def add_victims(state: State, den: int, n: int, first: int = 0, **columns: Any) -> np.ndarray:
    """Add engaged residents of TA and return their rows."""
    resident = np.arange(first, first + n)
    keys = child_keys(state.countries.key[0], "resident", resident)
    values = {"susceptibility": 1.0, "savings": 10**7, "stage": 1, "scams": 1, **columns}
    rows = state.victims.add(n, key=keys, country=0, resident=resident, den=den, script=state.dens.script[den],
                             **values)
    state.residents.insert(keys, rows)
    return rows


def add_file(state: State, force: int, den: int, **columns: Any) -> int:
    """Open a police file and return its row."""
    from fraudsim.ledgers.evidence import files

    row = int(files(state, np.array([force]), np.array([den]))[0])
    for name, value in columns.items():
        state.evidence[name][row] = value
    return row


def flow(state: State, name: str) -> list[int]:
    """Return today's count of a series, by country."""
    from fraudsim.ledgers.flows import POSITION

    return state.flows.today[POSITION[name]].tolist()


# --- random worlds -------------------------------------------------------------------------------

# Ranges narrower than declared: beyond them a day of a small world has more calls than a test has time for.
NARROWER = {("calls", "dial_seconds"): (5.0, 60.0), ("calls", "hours_per_day"): (0.5, 3.0),
            ("calls", "answer_share"): (0.0, 0.2), ("residents", "susceptibility_high"): (1.0, 8.0),
            ("adaptation", "opening_cost"): (0.0, 2e4), ("adaptation", "profit_prior"): (0.0, 1e5),
            ("adaptation", "entrants_most"): (0, 2), ("recruitment", "offers_per_at_risk"): (0.0, 5e-3),
            ("money", "report_delay_hours"): (0.1, 200.0), ("messages", "sms_seconds"): (2.0, 60.0),
            ("messages", "social_seconds"): (5.0, 60.0), ("messages", "web_seconds"): (5.0, 60.0)}
# The sum of these two may not exceed 1.
SHARES = {("recruitment", "deceived_share"): (0.0, 0.6), ("recruitment", "coerced_share"): (0.0, 0.4)}


def bounds_of(field: Any) -> tuple[Any, Any]:
    """Return the declared range of a field."""
    low = next(m.ge for m in field.metadata if isinstance(m, annotated_types.Ge))
    return low, next(m.le for m in field.metadata if isinstance(m, annotated_types.Le))


def value_of(group: str, name: str, field: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a parameter."""
    low, high = {**NARROWER, **SHARES}.get((group, name)) or bounds_of(field)
    if field.annotation is int:
        return st.integers(low, min(high, max(low + 1, 10 * (field.default or 1))))
    return st.floats(low, min(high, max(10.0 * (field.default or 0.1), low)), allow_subnormal=False, width=64)


# Short times and frequent events, so that a few weeks of a small world see all that may happen.
EVENTFUL: dict[str, dict[str, Any]] = {
    "captivity": {"home_days": 4, "stranded_days": 5, "aftercare_days": 6, "at_risk_share": 0.6, "re_enlist": 0.2,
                  "resettle": 0.05,
                  "death_confined": 0.003, "death_held": 0.01, "hold": 0.01},
    "justice": {"screening_days": 2, "screening_wrong": 0.2, "trial_days": 3, "sentence_days": 5,
                "request_share": 0.7, "confiscation_days": 5, "restitution_days": 4},
    "money": {"return_days": 6}, "travel": {"days": 3, "smuggled_extra_days": 2},
    "investigation": {"tip_off": 0.05, "warrant": 1.5, "ask_at": 0.5, "answer_days": 7, "trace_share": 0.8},
    "raids": {"authorise_days": 3, "sites_least": 1, "patience_weeks": 2, "leak_share": 1.0},
    "leaders": {"present_share": 0.5}, "adaptation": {"open_rate": 0.4},
}


@st.composite
def parameters(draw: Any) -> dict[str, dict[str, Any]]:
    """Draw parameters: the small world's, made eventful, with some at random within their declared ranges."""
    chosen = {group: {**SMALL["parameters"].get(group, {}), **EVENTFUL.get(group, {})}
              for group in Parameters.model_fields}
    every = [(group, name) for group, of in Parameters.model_fields.items()
             for name in of.annotation.model_fields]
    for group, name in draw(st.lists(st.sampled_from(every), max_size=12, unique=True)):
        field = Parameters.model_fields[group].annotation.model_fields[name]
        chosen[group][name] = draw(value_of(group, name, field))
    return chosen


share = st.floats(0.0, 1.0, allow_subnormal=False)


@st.composite
def countries(draw: Any) -> list[dict[str, Any]]:
    """Draw a target, hosts and an elsewhere, with one to four zones in all."""
    n = draw(st.integers(2, 4))
    spread = draw(st.integers(1, 4))
    made = []
    for i in range(n):
        last = i == n - 1
        # The elsewhere comes last and lies in region "Z", so that the region with the last name has a zone.
        zones = [{"name": f"Z{i}{j}", "protection": draw(share), "attraction": draw(st.floats(-2.0, 2.0)),
                  "rent": draw(st.floats(0.0, 200.0))}
                 for j in range(spread) if (j % (n - 1) + 1 == i if n > 2 else last) or (last and j == 0)]
        made.append({
            "iso": f"C{i}", "name": f"Country {i}", "region": "Z" if last else draw(st.sampled_from("AB")),
            "adults": draw(st.integers(500, 20000)), "income": draw(st.floats(100.0, 5e4)),
            "at_risk": draw(st.integers(2000, 5000)), "target": i == 0 or draw(st.booleans()), "elsewhere": last,
            "report_share": draw(share), "wanted_calls": draw(st.floats(0.0, 5.0)), "zones": zones,
            "police": {"investigators": draw(st.floats(0.0, 60.0)), "officers": draw(st.integers(0, 400))}})
    return made


@st.composite
def scripts(draw: Any) -> dict[str, Any]:
    """Draw a script of one to three stages."""
    stages = [{"role": f"part {i}", "channel": "voice", "hours": draw(st.floats(0.0, 2.0)),
               "success": draw(st.floats(0.001, 0.01) if i == 0 else st.floats(0.1, 1.0)),
               "delay_days": draw(st.integers(0, 3))} for i in range(draw(st.integers(1, 3)))]
    weight = {way: draw(st.integers(1, 4)) for way in ("voice", "sms", "social", "web") if draw(st.booleans())}
    contacts = {way: n / sum(weight.values()) for way, n in weight.items()}
    for stage in stages[1:]:
        stage["channel"] = draw(st.sampled_from(("voice", "web")))
    return {"name": "s", "contacts": contacts, "needs_site": draw(st.booleans()), "stages": stages,
            "demand_median": draw(st.floats(1.0, 1e4)),
            "demand_sigma": draw(st.floats(0.0, 2.0)), "further_demand": draw(share), "severe_harm": draw(share)}


@st.composite
def worlds(draw: Any) -> World:
    """Draw a small world: 2 to 4 countries with an elsewhere, 1 to 4 zones, 1 to 3 syndicates, few dens."""
    places = draw(countries())
    isos = [c["iso"] for c in places]
    targets = [c["iso"] for c in places if c["target"]]
    syndicates = []
    for i in range(draw(st.integers(1, 3))):
        capacity = draw(st.integers(2, 12))
        dens = draw(st.integers(0, 4))
        weights = {iso: draw(st.floats(0.1, 1.0)) for iso in isos if draw(st.booleans())} or {isos[0]: 1.0}
        syndicates.append({
            "name": f"S{i}", "home": draw(st.sampled_from(isos)), "target": draw(st.sampled_from(targets)),
            "script": "s", "dens": dens, "dens_most": draw(st.integers(max(1, dens), 6)), "den_capacity": capacity,
            "staff": draw(st.integers(0, capacity)), "capital": draw(st.floats(0.0, 2e5)),
            "coercion": draw(share), "sources": weights})
    pairs = [(a, b) for a in isos for b in isos if a != b]
    treaties = [{"host": a, "requester": b, "kind": "court", "median_days": draw(st.floats(1.0, 60.0)),
                 "sigma": draw(st.floats(0.0, 1.0)), "refusal": draw(share), "batch_days": draw(st.integers(1, 30))}
                for a, b in draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True))]
    return World.model_validate({
        **SMALL, "name": "random", "start": dt.date(2020, 1, 1), "days": 42,
        "burn_in_days": draw(st.integers(0, 21)), "countries": places, "scripts": [draw(scripts())],
        "syndicates": syndicates, "treaties": treaties, "parameters": draw(parameters()), "interventions": {}})


@st.composite
def arms(draw: Any, world: World) -> str:
    """Draw an arm: some of the three interventions, with random settings."""
    isos = [c.iso for c in world.countries]
    hosts = [c.iso for c in world.countries if c.zones]
    parts = []
    window = lambda: f"start={draw(st.integers(0, 20))},ramp={draw(st.integers(0, 20))},intensity={draw(share)}"  # noqa: E731
    some = lambda: "|".join(draw(st.lists(st.sampled_from(isos), min_size=1, unique=True)))  # noqa: E731
    if draw(st.booleans()) and hosts != isos[:1]:
        lead = draw(st.sampled_from(isos))
        others = [iso for iso in hosts if iso != lead]
        if others:
            parts.append(f"joint-raids:{window()},countries={'|'.join([lead, *others])},lead={lead},"
                         f"strength={draw(share)},officers={draw(st.integers(1, 600))},"
                         f"end={draw(st.integers(21, 60))},operations={draw(st.integers(0, 2))}")
    if draw(st.booleans()):
        parts.append(f"call-interception:{window()},countries={called(world)},sensitivity={draw(share)},"
                     f"false_positives={draw(share)}")
    wide = {"sms-interception": "sensitivity", "site-blocking": "blocked", "warning-service": "noticed",
            "anti-fraud-law": "gained"}
    for name, setting in wide.items():
        if draw(st.booleans()):
            parts.append(f"{name}:{window()},countries={called(world)},{setting}={draw(share)}")
    if draw(st.booleans()):
        parts.append(f"public-education:{window()},countries={called(world)},effect={draw(st.floats(-0.2, 0.9))}")
        parts.append(f"real-name-sim:{window()},countries={called(world)},price={draw(st.floats(1.0, 20.0))}")
    if draw(st.booleans()):
        parts.append(f"exit-restrictions:{window()},countries={some()},ban={draw(share)},screening={draw(share)},"
                     f"false_positives={draw(share)}")
    if draw(st.booleans()):
        parts.append(f"border-policing:{window()},countries={some()},stopped={draw(share)},"
                     f"price_rise={draw(st.floats(0.0, 3.0))}")
    if draw(st.booleans()):
        parts.append(f"return-notice:{window()},countries={some()},surrender={draw(st.floats(0.0, 0.2))},"
                     f"leniency={draw(share)},deadline={draw(st.integers(0, 30))},kin_pressure={draw(share)}")
    if draw(st.booleans()):
        parts.append(f"rescue-and-reintegration:{window()},countries={some()},aftercare={draw(share)},"
                     f"screening={draw(share)},false_positives={draw(share)}")
    if draw(st.booleans()):
        parts.append(f"fund-interception:{window()},countries={called(world)},hold={draw(share)},"
                     f"hold_wrong={draw(share)},freeze={draw(share)},recall={draw(share)}")
    if draw(st.booleans()):
        parts.append(f"administrative-punishment:{window()},countries={called(world)},"
                     f"price={draw(st.floats(1.0, 20.0))},punished={draw(share)},wrongly={draw(share)}")
    return "+".join(parts + draw(police_arms(world, window, some)))


@st.composite
def police_arms(draw: Any, world: World, window: Any, some: Any) -> list[str]:
    """Draw some of the interventions of the police, with random settings."""
    isos = [c.iso for c in world.countries]
    called = "|".join(c.iso for c in world.countries if c.target)
    all_of_them = [
        f"intelligence-sharing:{window()},countries={'|'.join(isos)},share={draw(share)},meetings={7 * draw(share)}",
        f"extradition-agreement:{window()},countries={'|'.join(isos)},delay={max(0.05, draw(share))},"
        f"refusal={draw(share)},evidence={draw(share)}",
        f"special-campaign:{window()},countries={some()},duration={draw(st.integers(1, 40))},"
        f"borrowed={4 * draw(share)}",
        f"leader-warrants:{window()},countries={called},hazard={0.05 * draw(share)}"]
    people = max(world.countries, key=lambda c: c.police.investigators)
    officers = int(people.police.investigators / (len(isos) - 1))
    all_of_them.append(f"liaison-teams:{window()},countries={'|'.join(isos)},sender={people.iso},officers={officers}")
    return [part for part in all_of_them if draw(st.booleans())]


def called(world: World) -> str:
    """Return the countries that somebody calls, as an arm names them."""
    return "|".join(c.iso for c in world.countries if c.target)


# --- what must hold at the end of every day ------------------------------------------------------

LIFECYCLES = {"dens": DEN_MOVES, "workers": WORKER_MOVES, "victims": VICTIM_MOVES, "transfers": TRANSFER_LIFECYCLE,
              "operations": OPERATION_LIFECYCLE, "assets": ASSET_LIFECYCLE}


def reachable(lifecycle: Any) -> np.ndarray:
    """Return which status may be reached from which by any chain of allowed moves, none included."""
    reach = lifecycle.allowed | np.eye(len(lifecycle.codes), dtype=bool)
    for _ in range(len(reach)):
        reach = reach | (reach.astype(int) @ reach.astype(int) > 0)
    return reach


def key_of(name: str) -> np.uint64:
    """Return some key."""
    return root_key("test", name)


# --- tests of frequencies ------------------------------------------------------------------------

FALSE_ALARM = 1e-6
"""Chance that one test of a frequency fails though the model is right. Seeds are fixed, so it fails always or never."""


def assert_share(hits: int, n: int, p: float) -> None:
    """Test a count of hits among ``n`` independent trials against their chance."""
    from scipy import stats

    assert stats.binomtest(int(hits), int(n), p).pvalue > FALSE_ALARM, f"{hits} of {n}, expected {n * p:.1f}"


def assert_poisson(count: int, mean: float) -> None:
    """Test a Poisson count against its expectation."""
    from scipy import stats

    p = 2.0 * min(stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean))
    assert p > FALSE_ALARM, f"{count}, expected {mean:.1f}"


def assert_shares(counts: Any, shares: Any) -> None:
    """Test counts of several kinds against their chances."""
    from scipy import stats

    counts, shares = np.asarray(counts), np.asarray(shares, float)
    assert not counts[shares == 0.0].any()
    counts, expected = counts[shares > 0.0], shares[shares > 0.0] * counts.sum()
    assert stats.chisquare(counts, expected, sum_check=False).pvalue > FALSE_ALARM, f"{counts}, expected {expected}"


# --- first contacts by all channels --------------------------------------------------------------

WIDE: dict[str, Any] = {
    "contacts": (("voice", 0.4), ("sms", 0.2), ("social", 0.3), ("web", 0.1)),
    "scripts__short__needs_site": True, "scripts__short__stages__1__channel": "web",
    "countries__TA__control_reach": 0.8, "countries__TA__call_filter": 0.1}
"""Over the small world: a script of all channels that needs a site, and controls that do not reach everybody."""

CONTACTS: dict[str, dict[str, Any]] = {
    "sms-interception": {"sensitivity": 0.6}, "site-blocking": {"blocked": 0.6, "wrong": 2.0},
    "warning-service": {"noticed": 0.3, "wrong": 1e-3}, "public-education": {"effect": 0.3},
    "real-name-sim": {"price": 2.0}, "anti-fraud-law": {"gained": 0.1}}
for _name, _settings in CONTACTS.items():
    SMALL["interventions"][_name] = {"start": 10, "countries": ["TA"], **_settings}
CONTACTS_ARM = "+".join(("call-interception", *CONTACTS))


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that these have: Linux's /proc knows."""
    own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*own, *(each for child in own for each in descendants(child))]
