"""A sweep that tells what is acknowledged, as a process of its own that a test may kill at any moment.

Arguments: directory of the store, file that acknowledged runs are appended to, number of replications.
"""

from __future__ import annotations

import json
import os
import sys

import works

from fraudsim.study.storage import store as module
from fraudsim.study.study import Study

STUDY = {
    "name": "killed", "world": "tutorial", "days": 5, "arms": ["joint-raids", "call-interception"],
    "outcomes": ["loss_net", "victims"], "design": {"kind": "latin-hypercube", "points": 20},
    "uncertainties": {"parameters.calls.answer_share": {"low": 0.03, "high": 0.2}}}


def study(replications: int) -> Study:
    return Study(STUDY | {"replications": replications})


def tell_what_is_safe(told: int) -> None:
    keep = module.Store.keep

    def kept(store, lines):
        keep(store, lines)
        os.write(told, "".join(json.loads(line)["run"] + "\n" for line in lines).encode())

    module.Store.keep = kept


if __name__ == "__main__":
    module.MOST_LINES = 7  # so that many kills meet a journal that becomes a part
    tell_what_is_safe(os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT))
    study(int(sys.argv[3])).run(sys.argv[1], jobs=2, work=works.slow, progress=False)
