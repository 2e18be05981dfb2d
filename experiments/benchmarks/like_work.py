"""fraudsim with the mechanisms of the plain program only: what is compared with it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from fraudsim.core.process import Process
from fraudsim.day import DAY
from fraudsim.interventions import interventions
from fraudsim.ledgers.flows import POSITION
from fraudsim.scripts import CHANNELS
from fraudsim.simulation import Simulation
from fraudsim.worlds.loader import load_world
from fraudsim.worlds.schema import World

PROCESSES = ("recruitment", "travel", "captivity", "calls", "scams", "payments", "reports", "settlement",
             "investigation", "raids", "homecoming", "record")
"""The part of the day that both programs live."""

CORE: tuple[Process, ...] = tuple(happen for happen in DAY if happen.__name__ in PROCESSES)

NEUTRAL: dict[str, Any] = {
    "burn_in_days": 0,                     # both begin with the founding of the dens
    "parameters.captivity.quota_abuse": 0.0,  # quotas follow profit, which nobody books here
    "parameters.money.haste_most": 0.0,       # launderers' fear of freezes
    "parameters.raids.warned_share": 0.0,     # nobody decides what a warned den does
    "parameters.leaders.present_share": 0.0,  # nobody follows a leader
}
"""Values that take out of those processes what the plain program does not have."""

SPOKEN = "voice"
"""The channel that both programs have."""
CONTACTS = {channel: f"{'calls' if channel == SPOKEN else channel}_placed" for channel in CHANNELS}
"""Series that counts the contacts of each channel."""

LEFT_OUT = {
    "policy": "interventions coming into force",
    "cooperation": "requests between forces, trust, sharing of files, joint strikes",
    "warrants": "arrests of wanted leaders",
    "justice": "custody: screening, recognition as a victim, extradition, courts, prisons",
    "assets": "seizure, and what victims get of it",
    "succession": "leaders who fall, and who comes after",
    "bookkeeping": "what a den costs and brings",
    "learning": "what owners believe",
    "adaptation": "all choices of owners: dens, places, business, sources; coercion as it changes",
}
"""Processes of the day that are not lived here, in words."""

INSIDE = ("warnings", "sites taken down", "recall of payments", "mule accounts", "haste of launderers", "warned raids",
          "quotas, and abuse that follows them", "education")
"""What the shared processes have and the plain program does not, so that it is neutral here."""

CHECK_WORLD = Path(__file__).parent / "plain_mesa" / "check.toml"

SERIES = {"calls": ("calls_placed",), "blocked": ("calls_blocked",),
          "answered": ("calls_hung_up", "calls_engaged"), "engaged": ("calls_engaged",),
          "departures": ("departures", "smuggled"), "captive_days": ("captive",), "dismantled": ("dens_dismantled",),
          "staff_days": ("staff",), "trafficked_days": ("trafficked",), "stranded_days": ("stranded",)}
"""Outcomes of the plain program that are not called as the series of fraudsim's record."""


def reduced(world: str | Path, **overrides: Any) -> World:
    """Return a world with all that is out made neutral; double underscores stand for dots."""
    return load_world(world, {**NEUTRAL, **{path.replace("__", "."): value for path, value in overrides.items()}})


def live_core(simulation: Simulation, days: int) -> float:
    """Live days of the shared processes only; return the seconds they took."""
    state = simulation.state
    start = time.perf_counter()
    for _ in range(days):
        for happen in CORE:
            happen(state)
        state.day += 1
    return time.perf_counter() - start


def outcomes(simulation: Simulation, names: tuple[str, ...]) -> list[int]:
    """Return what the plain program counts, from fraudsim's record: sums over days and countries."""
    sums = simulation.record().sum(axis=(0, 2))
    return [sum(int(sums[POSITION[series]]) for series in SERIES.get(name, (name,))) for name in names]


def left_out() -> list[str]:
    """Return what of fraudsim is not lived here, a line a kind: processes as they stand in the day."""
    processes = [name for happen in DAY if (name := happen.__name__) not in PROCESSES]
    policies = sorted(interventions())
    return [f"processes of the day ({len(processes)} of {len(DAY)}): "
            + "; ".join(f"*{name}* ({LEFT_OUT[name]})" for name in processes),
            f"channels ({len(CHANNELS) - 1} of {len(CHANNELS)}): " + ", ".join(x for x in CHANNELS if x != SPOKEN)
            + " (messages, social media, advertisements and sites)",
            f"all {len(policies)} interventions: {', '.join(policies)}",
            f"within the processes that are compared: {', '.join(INSIDE)}"]


def contacts_by_channel(world: str, days: int) -> dict[str, int]:
    """Return the contacts placed by each channel in a world's first days, from its founding on."""
    simulation = Simulation(load_world(world, {"burn_in_days": 0}))
    simulation.run(days)
    sums = simulation.record().sum(axis=(0, 2))
    return {channel: int(sums[POSITION[series]]) for channel, series in CONTACTS.items()}
