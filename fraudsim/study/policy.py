"""The policy table: benefit, displacement, harm to workers, harm to bystanders and cost, one row an arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fraudsim.outcomes.catalogue import OUTCOMES
from fraudsim.study.benefit import BY_NAME, changes
from fraudsim.study.displacement import lost_here
from fraudsim.study.statistics import interval, mean, values

if TYPE_CHECKING:
    from fraudsim.study.comparison import Comparison

PANELS = ("benefit", "displacement", "workers", "bystanders", "cost")
UNITS = {"benefit": "currency", "displacement": "currency", "workers": "person-days", "bystanders": "events",
         "cost": "currency", "net_benefit": "currency"}
PARTS = ("", "_low", "_high")
SWEPT = ("_sweep_low", "_sweep_high")


def policy_frame(of: Comparison) -> pd.DataFrame:
    """Return one row an arm: see :meth:`Comparison.policy`."""
    numbers = [f"{panel}{part}" for panel in (*PANELS, "net_benefit") for part in PARTS]
    shares = of.displaced().set_index(["arm", "outcome"])
    frame = pd.DataFrame([_row(of, arm, shares) for arm in range(len(of.arms))])
    numbers += [f"displacement{part}" for part in SWEPT]
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    clear = {f"{panel}_clear": (frame[f"{panel}_low"] > 0) | (frame[f"{panel}_high"] < 0) for panel in PANELS}
    return frame.assign(**clear)


def _row(of: Comparison, arm: int, shares: pd.DataFrame) -> dict[str, Any]:
    name = of.arms[arm]
    found: dict[str, Any] = {"arm": name, "pairs": of.replications}
    for panel, measure in (("benefit", "loss_averted"), ("cost", "cost"), ("net_benefit", "net_benefit")):
        change = changes(of, arm, BY_NAME[measure])
        known = change[np.isfinite(change)]
        low, high = interval(known)
        found |= {panel: mean(known), f"{panel}_low": low, f"{panel}_high": high}
    for panel, outcome in (("workers", "captive_days"), ("bystanders", "bystanders_hit")):
        pair = of.paired(arm, outcome)
        found |= {panel: pair.difference, f"{panel}_low": pair.low, f"{panel}_high": pair.high}
    by = _side(of, arm)
    moved: dict[str, Any] = dict(shares.loc[(name, "loss_by_host" if by == "place" else "loss_gross"), :])
    there = not moved["note"].startswith("nothing")
    found |= {f"displacement{part}": moved[f"elsewhere{part}"] if there else None for part in (*PARTS, *SWEPT)}
    found["displacement_by"] = by if there else ""
    return found | {f"worse_for_{group}": "; ".join(_worse(of, arm, group)) for group in ("workers", "bystanders")}


def _side(of: Comparison, arm: int) -> str:
    """Return the side on which an arm may displace: dens' places where it acts on hosts, else victims' countries."""
    on_places = any(intervention.side == "place" for intervention in of.settings(arm))
    return "place" if on_places and lost_here(of, arm) > 0 else "target"


def _worse(of: Comparison, arm: int, group: str) -> list[str]:
    """Return the outcomes of a group that are clearly worse, with the change in each.

    Many are looked at, so each is held to its share of 5% (Bonferroni).
    """
    looked_at = [o for o in OUTCOMES if o.group == group and o.good != "none"
                 and o.name not in ("captive_days", "bystanders_hit")]
    found = []
    for outcome in looked_at:
        change = values(of.values(arm + 1, outcome.name)) - values(of.values(0, outcome.name))
        low, high = interval(change[np.isfinite(change)], 1.0 - 0.05 / len(looked_at))
        if low is not None and high is not None and (high < 0 if outcome.good == "up" else low > 0):
            found.append(f"{outcome.name} {np.nanmean(change):+.6g}")
    return found
