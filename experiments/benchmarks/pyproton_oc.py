"""PyPROTON-OC with 10,000 people for some monthly steps: prints JSON. Called by others.py; needs `protonoc`."""

from __future__ import annotations

import json
import time
from importlib.metadata import version

from protonoc import ProtonOC

PEOPLE, STEPS, SEEDS = 10_000, 3, (0, 1, 2)


def one(seed: int) -> tuple[float, float]:
    """Return the seconds of setting up, and of a month."""
    model = ProtonOC(seed=seed)
    start = time.perf_counter()
    model.setup(PEOPLE)
    founded = time.perf_counter()
    for _ in range(STEPS):
        model.step()
    return founded - start, (time.perf_counter() - founded) / STEPS


if __name__ == "__main__":
    setups, months = zip(*map(one, SEEDS))
    print(json.dumps({"setup": setups, "month": months,
                      "version": f"PyPROTON-OC {version('protonoc')} on Mesa {version('mesa')}"}))
