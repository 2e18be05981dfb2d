"""The table of experiments/nation: a row says what its records hold."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np

from fraudsim.ledgers.flows import POSITION, SERIES

SCRIPT = Path(__file__).resolve().parents[2] / "experiments" / "nation" / "run.py"


def test_a_row_has_dens_people_and_losses_around_the_strike():
    found = runpy.run_path(str(SCRIPT))
    names = list(found["PLACES"])
    records = [np.zeros((90, len(SERIES), len(names)), np.int64) for _ in range(3)]
    for record, dens, held in zip(records, (1200, 1500, 100), (50_000, 60_000, 40_000)):
        record[-1, POSITION["dens_standing"], names.index("MM")] = dens
        record[-1, POSITION["captive"], 0] = held
    records[1][:, POSITION["paid"], 0] = 100
    records[2][:, POSITION["paid"], 0] = np.repeat((90, 40, 60), (30, 28, 32))
    row = list(found["cells"](names, 30, records))
    assert row[0] == row[len(names)] == "1,200 / 1,500 / 100"
    assert row[1:len(names)] == ["0 / 0 / 0"] * (len(names) - 1)
    assert row[len(names) + 1:] == ["50 / 60 / 40", "-10%", "-60%", "-40%", "30"]
