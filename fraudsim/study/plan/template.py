"""A study file to begin with."""

from __future__ import annotations

from pathlib import Path

from fraudsim.errors import InputError

TEMPLATE = '''\
# A study: which world, what is not known, what policy may choose, what is looked at.
# Check it with:  fraudsim study check study.toml
# Run it with:    fraudsim sweep study.toml --out first-study --jobs 2

name = "first-study"
title = "Raids and call interception in the classroom world"
question = """
How much do joint raids and call interception change losses and captivity, if we know neither how many calls are
answered nor what moving a den costs?
"""

# The name of a shipped world (see `fraudsim worlds`) or a world file, relative to this file.
world = "tutorial"

# Days of each run; leave it out for all days of the world.
days = 90

# Every design point is run so many times, and every run has the baseline and all arms, which share their random draws.
replications = 4
seed = 0

# Replication 3 has the same seed at every design point, so that points are paired too. Set it to false for
# points that are independent of one another.
same_seeds = true

# What is compared with doing nothing; "all" stands for every intervention of the world.
arms = ["joint-raids", "call-interception:start=10"]

# What is kept of each run; leave it out for all outcomes (see `fraudsim describe`).
outcomes = ["loss_net", "victims", "captive_days", "travellers_stopped_wrongly", "wanted_calls_blocked", "public_cost"]

# Keep daily series, for curves; keep outcomes by place, target, nationality, script and channel, for displacement.
daily = false
breakdown = false

# Values put over the world's own for all runs, by path, as with --set.
[overrides]
burn_in_days = 91

# Which combinations of the factors below are run. Other kinds:
#   kind = "full-factorial", levels = 3        all combinations
#   kind = "sobol", points = 64                a Sobol sequence; a power of two
#   kind = "morris", trajectories = 20         for screening: which factors matter at all
#   kind = "saltelli", points = 128            for Sobol indices: how much of the variance each factor brings
#   kind = "csv", file = "points.csv"          your own points, a column each factor
[design]
kind = "latin-hypercube"
points = 8
seed = 0

# What we do not know: a path into the world, and the range that we think possible. Distributions: uniform (the
# default), log-uniform, integer, triangular (with mode), normal (with mean and sd, cut off at low and high), and choice
# (with values). A bare {} takes the range that the model declares: see docs/parameters.md.
[uncertainties]
parameters.calls.answer_share = { low = 0.03, high = 0.12 }
parameters.adaptation.relocation_weeks = { low = 1, high = 24, distribution = "log-uniform" }

# What policy may choose: intervention.setting, in every arm that holds that intervention.
[levers]
joint-raids.strength = { low = 0.2, high = 0.8 }
'''


def write_template(path: Path) -> None:
    """Write the template to a file that is not there yet; nothing stays of one that cannot be written whole.

    Raises
    ------
    InputError
    """
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise InputError(f"{path}: is there already; name another file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    try:
        with file:
            file.write(TEMPLATE.replace("study.toml", path.name))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
