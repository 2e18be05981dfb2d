"""Where does a day go? ``python experiments/benchmarks/parts.py``: each process timed on its own, and its counts."""

from __future__ import annotations

import argparse
from typing import Any

from common import publish, say, table, three

WORLDS = ("tutorial", "great-wall-2016")
REPEATS = 5


def profile(name: str, days: int) -> dict[str, Any]:
    """Profile the same days several times; keep of every process the least, what the code needs and not what it met."""
    from fraudsim.profile import profiled
    from fraudsim.simulation import Simulation
    from fraudsim.worlds.loader import load_world

    found = []
    for _ in range(REPEATS):
        simulation = Simulation(load_world(name))
        with profiled() as clock:
            simulation.run(days)
        found.append(clock.to_json())
    least = {process: min(one["microseconds_a_day"][process] for one in found)
             for process in found[0]["microseconds_a_day"]}
    return {**found[0], "microseconds_a_day": least}


def report(days: int) -> str:
    """Write the share of every process, and draws and candidates, world by world."""
    found = {}
    for name in WORLDS:
        found[name] = profile(name, days)
        say(f"{name}: {sum(found[name]['microseconds_a_day'].values()):.0f} us a day")
    costs = {name: one["microseconds_a_day"] for name, one in found.items()}
    totals = {name: sum(of.values()) for name, of in costs.items()}
    rows = [[process, *(cell for name in WORLDS for cell in (
        f"{costs[name][process]:.1f}", f"{100 * costs[name][process] / totals[name]:.1f}%"))]
        for process in costs[WORLDS[0]]]
    rows.append(["**all**", *(cell for name in WORLDS for cell in (f"{totals[name]:.0f}", "100%"))])
    counts = [["draws a day", *(f"{found[name]['draws_a_day']:,.0f}" for name in WORLDS)],
              ["contacts a day", *(f"{found[name]['contacts_a_day']:,.0f}" for name in WORLDS)],
              ["candidates per contact, 2% at most", *(f"{100 * found[name]['candidates_per_contact']:.3f}%"
                                                       for name in WORLDS)]]
    shares = table(("Process", *(head for name in WORLDS for head in (f"`{name}`, us a day", "share"))), rows)
    return (f"Mean over {three(days)} days after the burn-in; of {REPEATS} repeats the least for every process.\n\n"
            f"{shares}\n\n{table(('Work', *(f'`{name}`' for name in WORLDS)), counts)}")


def main() -> None:
    """Take the times and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--dry", action="store_true", help="write no file")
    options = parser.parse_args()
    publish("parts", report(options.days), write=not options.dry)


if __name__ == "__main__":
    main()
