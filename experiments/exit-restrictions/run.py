"""Which assumptions the effects of exit restrictions hang on: see README.md."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from kept import Kept, asked, told  # noqa: E402

OUTCOMES = ["loss_net", "captive_days", "trafficked_detained_days+stranded_days"]


def main(kept: Kept) -> str:
    """Screen twenty assumptions, then share out the variance among the few that matter."""
    screened = kept.run("screening").sensitivity(OUTCOMES)
    shared = kept.run("sobol").sensitivity(OUTCOMES)
    told(screened, shared)
    for name, answer in (("screening", screened), ("sobol", shared)):
        answer.save(kept.out / name)
    return kept.finish(
        {"screening": screened.tables["indices"], "screening_variance": screened.tables["variance"],
         "sobol": shared.tables["indices"], "sobol_variance": shared.tables["variance"]},
        {"figure": screened.plot(), "sobol": shared.plot()},
        studies=[screened.about, shared.about], notes=[*screened.notes, *shared.notes])


if __name__ == "__main__":
    told(main(asked(FOLDER, __doc__ or "")))
