"""From a world file's data to the state of its first day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.den import open_den
from fraudsim.agents.syndicate import found_syndicate
from fraudsim.agents.worker import Control, RecruitedAs, Role, WorkerStatus
from fraudsim.core.draws import Draws, child_keys, gumbel, lognormal, purpose, root_key, run_key
from fraudsim.core.table import where
from fraudsim.processes.calls import work
from fraudsim.scripts import CHANNELS, Script, Stage
from fraudsim.state import State
from fraudsim.worlds.schema import Script as ScriptData
from fraudsim.worlds.schema import World

START_ZONE = purpose("build.zone of a first den")
START_WORKER = purpose("build.first workers")
START_AGE = purpose("build.age of a first worker")
START_ROLE = purpose("build.role of a first worker")


def cents(amount: float) -> int:
    """Return an amount of the accounting currency in whole cents."""
    return round(100 * amount)


def script_of(data: ScriptData) -> Script:
    """Turn a script of a world file into the one the processes read."""
    stages = tuple(Stage(s.role, s.channel, s.hours, s.success, s.delay_days) for s in data.stages)
    shares = data.contacts or {data.stages[0].channel: 1.0}
    contacts = tuple(shares.get(channel, 0.0) for channel in CHANNELS)
    return Script(data.name, stages, cents(data.demand_median), data.demand_sigma, data.further_demand,
                  data.severe_harm, contacts, data.needs_site)


def build(world: World, seed: int) -> State:
    """Create the state on the first day of the burn-in.

    Parameters
    ----------
    world : World
    seed : int
        Any non-negative integer.
    """
    world = world.in_one_currency()
    state = State(world, Draws(run_key(seed, world.name)), tuple(script_of(s) for s in world.scripts))
    _add_places(state)
    for template in range(len(world.syndicates)):
        syndicate = found_syndicate(state, template, root_key("syndicate", world.syndicates[template].name))
        _add_first_dens(state, syndicate, template)
    _wear_first_leads(state)
    _make_room(state)
    return state


def _add_places(state: State) -> None:
    world = state.world
    regions = sorted({c.region for c in world.countries})
    state.region_keys = np.array([root_key("region", r) for r in regions], np.uint64)
    for row, c in enumerate(world.countries):
        key = root_key("country", c.iso)
        region = regions.index(c.region)
        state.countries.add(1, key=key, adults=c.adults, at_risk=c.at_risk, at_risk_at_start=c.at_risk,
                            target=c.target, host=bool(c.zones), elsewhere=c.elsewhere, region=region,
                            lead_quality=1.0)
        state.forces.add(1, key=root_key("force", c.iso), country=row, investigators=c.police.investigators,
                         officers=c.police.officers, trust=world.parameters.investigation.trust_start)
        for zone in c.zones:
            state.zones.add(1, key=root_key("zone", zone.name), country=row, region=region,
                            protection=zone.protection, militia=zone.holder == "militia",
                            attraction=zone.attraction, rent=cents(zone.rent))
    state.rent_now = state.zones.rent.astype(np.float64)


def _contacts(state: State) -> NDArray[np.float64]:
    """Return the contacts that each den would place a day by every channel, were all time left for first contacts.

    Returns
    -------
    float64, shape (dens, channels)
    """
    seconds, answered, talk, _, _ = work(state)
    each = state.book.contacts * state.world.parameters.calls.hours_per_day * 3600.0 / (seconds + answered * talk)
    contacts: NDArray[np.float64] = state.dens.callers[:, None] * each[state.dens.script]
    return contacts


def _wear_first_leads(state: State) -> None:
    """Start contact lists as worn as the contacts of the first dens would leave them in the long run."""
    p = state.world.parameters.calls
    contacts = np.bincount(state.dens.target, _contacts(state).sum(axis=1), len(state.countries))
    worn = p.lead_wear * contacts / np.maximum(state.countries.adults, 1)
    if p.lead_recovery > 0.0:  # without recovery lists only wear: they start fresh
        state.countries.lead_quality[...] = p.lead_recovery / (p.lead_recovery + worn)


def _make_room(state: State) -> None:
    """Make room at once for those whom the first dens would engage up to the horizon: tables then need not grow."""
    dens, world, book = state.dens, state.world, state.book
    bands = sum(band.share * band.engagement for band in world.age_bands)
    answered = (_contacts(state) * work(state)[1]).sum(axis=1)
    engaged = answered * book.success[dens.script, 0] * bands * state.countries.lead_quality[dens.target]
    # Each of them takes time from first contacts later on: that of every stage, as far as a standard person goes on.
    goes_on = np.cumprod(np.append(np.ones((len(book.success), 1)), book.success[:, 1:-1], axis=1), axis=1)
    later = (book.seconds[:, 1:] * goes_on).sum(axis=1)[dens.script]
    free = np.maximum(dens.callers * world.parameters.calls.hours_per_day * 3600.0, 1.0)
    expected = int((engaged / (1.0 + engaged * later / free)).sum() * (world.burn_in_days + world.days))
    state.residents.reserve(min(expected, int(state.countries.adults[np.unique(dens.target)].sum())))
    state.victims.reserve(expected // 2)
    state.transfers.reserve(expected // 2)


def _add_first_dens(state: State, syndicate: int, template: int) -> None:
    data = state.world.syndicates[template]
    zones = [state.zone_names.index(name) for name, n in data.start_zones.items() for _ in range(n)]
    rest = data.dens - len(zones)
    keys = child_keys(state.syndicates.key[syndicate], "first den", np.arange(rest))
    for key in keys:
        noise = gumbel(state.draws.uniform(START_ZONE, state.zones.key ^ key))
        zones.append(int(np.argmax(state.zones.attraction + noise)))
    for zone in zones:
        den = open_den(state, syndicate, zone)
        # Dens open a quarter of a year before the burn-in, so that none is judged on its first weeks.
        state.dens.opened[den] = state.day - 91
        state.dens.profit_mean[den] = float(cents(state.world.parameters.adaptation.profit_prior))
        _add_first_staff(state, den, data.staff)


def _add_first_staff(state: State, den: int, staff: int) -> None:
    p = state.world.parameters.recruitment
    seats = where(state.seats.den == den)[:staff]
    if seats.size == 0:
        return
    keys = child_keys(state.seats.key[seats], "holder", 0)
    syndicate = int(state.dens.syndicate[den])
    flow = state.syndicates.reach[syndicate] * state.countries.at_risk
    source = state.draws.race(START_WORKER, keys, state.countries.key, flow)
    caller = state.draws.uniform(START_ROLE, keys, index=1) < p.caller_share
    recruited, control = _first_bonds(state, state.draws.uniform(START_ROLE, keys), syndicate)
    debt = np.where(control == Control.FREE, 0, cents(p.debt))
    rows = state.workers.add(
        seats.size, key=keys, nationality=source, den=den, seat=seats, place=state.dens.country[den],
        age=np.clip(lognormal(state.draws.uniform(START_AGE, keys), p.age_median, p.age_sigma), 16, 70),
        recruited_as=recruited, control=control, role=np.where(caller, Role.CALLER, Role.GUARD),
        status=WorkerStatus.WORKING, debt=debt, since=state.day, started=state.day, trips=1)
    state.seats.holder[seats] = rows
    state.seats.holders[seats] = 1
    state.dens.staff[den] = rows.size
    state.dens.callers[den] = int(caller.sum())
    np.subtract.at(state.countries.at_risk, source, 1)
    np.add.at(state.countries.away, source, 1)


def _first_bonds(state: State, u: NDArray[np.float64], syndicate: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how the first workers were recruited and are controlled, as a settled den would have them.

    Each kind is as frequent as its recruits are, times the mean stay that its hazards give: those who
    cannot leave add up.
    """
    p, grip = state.world.parameters, float(state.syndicates.coercion[syndicate])
    c = p.captivity
    stays = (1.0 / max(c.quit_free, 1e-4), 1.0 / max(c.quit_indebted + c.flee_indebted, 1e-4),
             1.0 / max(c.flee_confined + c.ransom_confined + c.death_confined, 1e-4))
    coerced, deceived = p.recruitment.coerced_share, p.recruitment.deceived_share
    kinds = ((RecruitedAs.VOLUNTARY, Control.FREE, 1.0 - coerced - deceived),
             (RecruitedAs.DECEIVED, Control.INDEBTED, deceived * (1.0 - grip)),
             (RecruitedAs.DECEIVED, Control.CONFINED, deceived * grip),
             (RecruitedAs.COERCED, Control.CONFINED, coerced))
    weight = np.array([share * stays[control] for _, control, share in kinds])
    kind = np.searchsorted(np.cumsum(weight), u * weight.sum(), side="right")
    return np.array([int(k[0]) for k in kinds])[kind], np.array([int(k[1]) for k in kinds])[kind]
