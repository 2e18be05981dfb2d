"""Syndicates: owners of dens. They learn from what they observe and choose where to be."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.agents import RowAgent
from fraudsim.core.draws import gumbel, purpose
from fraudsim.core.table import Column, where

if TYPE_CHECKING:
    from fraudsim.state import State

Floats = NDArray[np.float64]

CHOOSE_REGION = purpose("syndicate.choose region")
CHOOSE_ZONE = purpose("syndicate.choose zone")
CHOOSE_STANCE = purpose("syndicate.choose stance")

COLUMNS = (
    Column("home", "int64", "row", "country its leaders sit in", refers="countries", default=-1),
    Column("target", "int64", "row", "country it calls", refers="countries", default=-1),
    Column("script", "int32", "code", "script it plays: position in the world's list"),
    Column("template", "int32", "code", "entry of the world file it follows"),
    Column("den_capacity", "int32", "seats", "seats of a den"),
    Column("dens_most", "int32", "dens", "span of control"),
    Column("dens_opened", "int32", "dens", "dens opened so far"),
    Column("choices", "int32", "1", "choices of place made so far"),
    Column("active", "bool", "yes/no", "whether it is in business"),
    Column("capital", "int64", "cents", "money at its disposal"),
    Column("coercion_base", "float64", "share", "how often deceived recruits are confined when staff is full"),
    Column("coercion", "float64", "share", "how often deceived recruits are confined now"),
    Column("profit_belief", "float64", "cents/week", "expected profit of a den, by zone", width="zones"),
    Column("risk_belief", "float64", "raids/den/week", "expected risk of a raid, by zone", width="zones"),
    Column("staff_usual", "float64", "persons", "people in one of its dens, as it has come to expect"),
    Column("reach_base", "float64", "share", "the same when it began: what reach falls back to", width="countries"),
    Column("reach", "float64", "share", "people at risk whom its recruiters can reach, by source", width="countries"),
    Column("leaders", "int32", "persons", "leaders in post"),
    Column("leaders_taken", "int32", "persons", "leaders arrested so far"),
    Column("hideout", "int64", "row", "country its leaders hide in", refers="countries", default=-1),
    Column("leaderless_until", "int32", "day", "day from which a successor decides", default=-32768),
    Column("exposed_until", "int32", "day", "day from which protection is bought again", default=-32768),
    Column("splits", "int32", "1", "times a part went its own way"),
    Column("haste", "float64", "share", "fear of a freeze: share of payments lately frozen, held or called back"),
    Column("settled_week", "int64", "payments", "payments that cleared or were stopped since haste was last reckoned"),
    Column("stopped_week", "int64", "payments", "payments among them that were held, frozen or called back"),
    Column("line_belief", "float64", "cents/week", "expected weekly profit of a den, by script and target",
           width="lines"),
    Column("line_reach", "bool", "yes/no", "scripts and targets it may turn to", width="lines"),
    Column("route_belief", "float64", "share", "smuggled recruits who arrive, of those who left, by source",
           default=1.0, width="countries"),
    Column("source_belief", "float64", "share", "recruits who arrive, of those who left, by source", default=1.0,
           width="countries"),
)
"""Columns of the table ``syndicates``."""


class Stance(enum.IntEnum):
    """What an owner may do with a den that has been warned."""

    STAY = 0
    LIE_LOW = 1
    MOVE = 2
    LEAVE = 3


@dataclass(frozen=True)
class Places:
    """What a syndicate knows of the zones when it chooses.

    Attributes
    ----------
    appeal : float64, shape (zones,)
        Log odds of a place: its attraction and its expected value, scaled.
    value : float64, shape (zones,)
        Expected profit less expected loss by raids over the horizon, weeks of profit.
    region : int32, shape (zones,)
    """

    appeal: Floats
    value: Floats
    region: NDArray[np.int32]


class Syndicate(RowAgent):
    """An owner of dens.

    Every ``wants_``, ``choose_`` and ``set_`` method is one decision. Subclass and override one, then
    run ``FraudModel(agents={Syndicate: Mine})``.
    """

    table_name = "syndicates"

    def look_at_places(self) -> Places:
        """Weigh every zone by what the syndicate believes.

        Returns
        -------
        Places
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        profit = state.syndicates.profit_belief[self.row]
        risk = state.syndicates.risk_belief[self.row]
        typical = max(float(profit.max()), 100.0)
        # A den is raided at most once: the loss is that of a first raid within the horizon.
        raided = 1.0 - np.exp(-risk * a.horizon_weeks)
        value = a.horizon_weeks * profit / typical - raided * a.raid_loss_weeks
        return Places(state.zones.attraction + a.choice_scale * value, value, state.zones.region)

    def wants_to_open(self, dens: int, places: Places) -> bool:
        """Decide whether to open one more den: span, means and expected value allow it.

        Parameters
        ----------
        dens : int
            Dens it runs now.
        places : Places
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        table = state.syndicates
        if dens >= table.dens_most[self.row] or not places.value.max() > 0.0:
            return False
        weekly_costs = 700.0 * a.running_cost * table.den_capacity[self.row] * 0.5
        needed = 100.0 * a.opening_cost + a.reserve_weeks * weekly_costs * 0.5
        return bool(table.capital[self.row] >= needed)

    def choose_zone(self, places: Places, closed: int = -1) -> int:
        """Choose a zone by nested logit: first the region, then the zone in it.

        Parameters
        ----------
        places : Places
        closed : int
            A zone that is not on offer (the one a den leaves), -1 for none.

        Returns
        -------
        int
            Row of the zone.

        Notes
        -----
        McFadden 1978. Each option has a Gumbel draw of its own, named by the option, so that an added
        option disturbs no other.
        """
        state = self.model.state
        similarity = state.world.parameters.adaptation.region_similarity
        ordinal = int(state.syndicates.choices[self.row])
        state.syndicates.choices[self.row] += 1
        appeal = places.appeal.copy()
        if closed >= 0:
            appeal[closed] = -np.inf
        inclusive = region_value(appeal, places.region, similarity, state.region_keys.size)
        own = state.syndicates.key[self.row]
        noise = gumbel(state.draws.uniform(CHOOSE_REGION, state.region_keys ^ own, index=ordinal & 0xFFFF))
        region = int(np.argmax(inclusive + noise))
        inside = where(places.region == region)
        noise = gumbel(state.draws.uniform(CHOOSE_ZONE, state.zones.key[inside] ^ own, index=ordinal & 0xFFFF))
        return int(inside[np.argmax(appeal[inside] / similarity + noise)])

    def choose_stance(self, den: int, places: Places) -> Stance:
        """Choose what to do with a den that has been warned: stay, lie low, move or leave.

        Parameters
        ----------
        den : int
            Row of the den.
        places : Places
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        zone = int(state.dens.zone[den])
        here = float(places.value[zone])
        risk = float(state.syndicates.risk_belief[self.row, zone])
        risk_cost = a.raid_loss_weeks * (1.0 - np.exp(-risk * a.horizon_weeks))
        elsewhere = np.delete(places.value, zone)
        best = float(elsewhere.max()) if elsewhere.size else -1e9
        worth = np.array([here, here - a.lie_low_weeks + a.lie_low_safety * risk_cost,
                          best - a.relocation_weeks - a.relocation_days / 7.0, 0.0])
        key = np.full(4, state.dens.key[den], np.uint64)
        noise = gumbel(state.draws.uniform(CHOOSE_STANCE, key, state.day, np.arange(4)))
        return Stance(int(np.argmax(a.choice_scale * worth + noise)))

    def wants_to_close(self, den: int) -> bool:
        """Decide whether to give up a den that has cost more than it brought for a quarter of a year."""
        dens = self.model.state.dens
        return bool(dens.profit_mean[den] < 0.0 and self.model.state.day - dens.opened[den] > 90)

    def choose_profit(self, dens: int) -> int:
        """Choose how much profit to take out: all above the working capital.

        Returns
        -------
        int
            Cents.
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        seats = int(state.syndicates.den_capacity[self.row])
        keep: int = round(100 * a.opening_cost + (dens + 1) * a.reserve_weeks * 7 * 100 * a.running_cost * seats * 0.5)
        return max(0, int(state.syndicates.capital[self.row]) - keep)

    def set_coercion(self, staffing: float) -> float:
        """Choose how much coercion to use: more where seats stay empty.

        Parameters
        ----------
        staffing : float
            Staff a den as a share of what it has been used to, 0 to 1.
        """
        state = self.model.state
        base = float(state.syndicates.coercion_base[self.row])
        scarcity = max(0.0, 1.0 - staffing)
        return float(base + (1.0 - base) * state.world.parameters.adaptation.scarcity_coercion * scarcity)


def region_value(appeal: Floats, region: NDArray[np.int32], similarity: float, regions: int) -> Floats:
    """Return the inclusive value of every region: similarity x log sum exp(appeal / similarity).

    Parameters
    ----------
    appeal : float64, shape (zones,)
    region : int32, shape (zones,)
    similarity : float
        Dissimilarity parameter of the nests, above 0 and at most 1.
    regions : int
        Number of regions; one without zones on offer is worth minus infinity.

    Returns
    -------
    float64, shape (regions,)
    """
    values = np.full(regions, -np.inf)
    for r in range(values.size):
        inside = appeal[region == r] / similarity
        top = inside.max() if inside.size else -np.inf
        if np.isfinite(top):
            values[r] = similarity * (top + np.log(np.exp(inside - top).sum()))
    return values


def found_syndicate(state: State, template: int, key: np.uint64) -> int:
    """Add a syndicate that follows an entry of the world file; its owners put in the capital.

    Parameters
    ----------
    state : State
    template : int
        Position in the world's list of syndicates.
    key : numpy.uint64
        Name of the new syndicate for random draws.

    Returns
    -------
    int
        Row of the syndicate.
    """
    data, names = state.world.syndicates[template], state.country_names
    weights = np.zeros(len(names))
    for iso, weight in data.sources.items():
        weights[names.index(iso)] = weight
    script, target = [s.name for s in state.scripts].index(data.script), names.index(data.target)
    lines = [(script, target)] + [([s.name for s in state.scripts].index(own.script), names.index(own.target))
                                  for own in data.lines]
    capital = round(100 * data.capital)
    row = state.syndicates.add(
        1, key=key, home=names.index(data.home), target=target, script=script, template=template,
        leaders=data.leaders, hideout=names.index(data.hideout or data.home),
        line_reach=np.array([line in lines for line in state.lines]),
        line_belief=100.0 * state.world.parameters.adaptation.profit_prior,
        den_capacity=data.den_capacity, dens_most=data.dens_most, active=True, capital=capital,
        coercion_base=data.coercion, coercion=data.coercion,
        profit_belief=100.0 * state.world.parameters.adaptation.profit_prior, reach=weights, reach_base=weights,
        staff_usual=float(data.staff))
    state.accounts.move("owners", "syndicates", capital)
    return int(row[0])
