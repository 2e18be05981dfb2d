"""Syndicates: owners of dens. They learn from what they observe and choose where to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fraudsim.agents.country import understood
from fraudsim.agents.den import holders_of, standing
from fraudsim.agents.founding import found_syndicate, lose_leader, part_syndicate
from fraudsim.agents.options import Lines, Places, Stance, line_keys
from fraudsim.core.choice import nested_choice
from fraudsim.core.draws import gumbel, purpose, root_key
from fraudsim.core.handles import Handle
from fraudsim.core.table import Column, Rows
from fraudsim.loops.people import NEVER

__all__ = ["COLUMNS", "STOCKTAKING", "Lines", "Places", "Stance", "Syndicate", "found_syndicate", "line_keys",
           "lose_leader", "part_syndicate"]

Floats = NDArray[np.float64]

STOCKTAKING = 6
"""Day of the week on which owners take stock and choose."""

CHOOSE_REGION = purpose("syndicate.choose region")
CHOOSE_ZONE = purpose("syndicate.choose zone")
CHOOSE_STANCE = purpose("syndicate.choose stance")
CHOOSE_KIND = purpose("syndicate.choose known or new line")
CHOOSE_LINE = purpose("syndicate.choose line")
KINDS_OF_LINE = np.array([root_key("lines", "known"), root_key("lines", "new")], np.uint64)

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
    Column("risk_belief", "float64", "raids/den/week", "risk of a raid as seen there, by zone", width="zones"),
    Column("fear", "float64", "raids/den/week", "risk of a raid feared after raids in other zones of the country, by "
           "zone", width="zones"),
    Column("staff_usual", "float64", "persons", "people in one of its dens, as it has come to expect"),
    Column("reach_base", "float64", "share", "the same when it began: what reach falls back to", width="countries"),
    Column("reach", "float64", "share", "people at risk whom its recruiters can reach, by source", width="countries"),
    Column("leaders", "int32", "persons", "leaders in post"),
    Column("posts", "int32", "posts", "posts of leaders, filled or vacant"),
    Column("leaders_taken", "int32", "persons", "leaders arrested so far"),
    Column("hideout", "int64", "row", "country its leaders hide in", refers="countries", default=-1),
    Column("falls_settled", "int32", "persons", "leaders among them whose succession is settled"),
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


class Syndicate(Handle):
    """An owner of dens.

    Every ``look_``, ``wants_``, ``choose_``, ``can_`` and ``set_`` method is one decision. Subclass and override one,
    then run ``FraudModel(agents={Syndicate: Mine})``.
    """

    table_name = "syndicates"

    def can_choose(self) -> bool:
        """Tell whether somebody decides: nobody does between the fall of the last leader and a successor."""
        return bool(self.model.state.day >= self.model.state.syndicates.leaderless_until[self.row])

    def look_at_risk(self) -> Floats:
        """Weigh the risk of a raid: what was seen in a zone, and what is feared after raids next to it.

        Returns
        -------
        float64, shape (zones,)
            Raids a den and week.
        """
        table = self.model.state.syndicates
        risk: Floats = table.risk_belief[self.row] + table.fear[self.row]
        return risk

    def look_at_places(self) -> Places:
        """Weigh every zone by what the syndicate believes.

        Returns
        -------
        Places
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        profit = state.syndicates.profit_belief[self.row]
        risk = self.look_at_risk()
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
        table, best = state.syndicates, int(places.value.argmax())
        if dens >= table.dens_most[self.row] or not places.value[best] > 0.0:
            return False
        # Values are in weeks of profit, whatever the profit is: it must bring in the opening as well.
        if a.horizon_weeks * table.profit_belief[self.row, best] < 100.0 * a.opening_cost:
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
        own = state.syndicates.key[self.row]
        regions = state.draws.uniform(CHOOSE_REGION, state.region_keys ^ own, index=ordinal & 0xFFFF)
        zones = state.draws.uniform(CHOOSE_ZONE, state.zones.key ^ own, index=ordinal & 0xFFFF)
        return nested_choice(appeal, places.region, similarity, gumbel(regions), gumbel(zones))

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
        risk = float(self.look_at_risk()[zone])
        risk_cost = a.raid_loss_weeks * (1.0 - np.exp(-risk * a.horizon_weeks))
        elsewhere = np.delete(places.value, zone)
        best = float(elsewhere.max()) if elsewhere.size else -1e9
        worth = np.array([here, here - a.lie_low_weeks + a.lie_low_safety * risk_cost,
                          best - a.relocation_weeks - a.relocation_days / 7.0, 0.0])
        key = np.full(4, state.dens.key[den], np.uint64)
        noise = gumbel(state.draws.uniform(CHOOSE_STANCE, key, state.day, np.arange(4)))
        return Stance(int(np.argmax(a.choice_scale * worth + noise)))

    def look_at_lines(self) -> Lines:
        """Weigh scripts and targets by what the syndicate believes they bring.

        What its own dens play it knows from their books. A line new to it costs training, and brings less where few
        of its people speak the language of the target.

        Returns
        -------
        Lines
        """
        state, p = self.model.state, self.model.state.world.parameters
        table, a = state.syndicates, p.adaptation
        reach, belief = table.line_reach[self.row], table.line_belief[self.row]
        new = np.ones(reach.size, bool)
        mine = standing(state, self.row)
        new[state.dens.line[mine] if mine.size else self.first_line()] = False
        foreign = 1.0 - self.speakers()[[target for _, target in state.lines]]
        expected = belief / max(float(belief[reach].max()), 100.0)
        expected = np.where(new, expected * (1.0 - p.residents.language_penalty * foreign), expected)
        worth = a.horizon_weeks * expected - a.line_weeks * new
        return Lines(np.where(reach, a.line_scale * worth, -np.inf), new)

    def choose_line(self, kept: int = -1) -> int:
        """Choose script and target of a den that opens, by nested logit: a known line or a new one, then which.

        Parameters
        ----------
        kept : int
            Line of the den that moves there, -1 for a new den.

        Returns
        -------
        int
            Position in ``state.lines``.

        Notes
        -----
        Lines new to the owner are one nest, so that a world with more targets is not one with more displacement.
        """
        state = self.model.state
        reach = state.syndicates.line_reach[self.row]
        if reach.sum() <= 1:
            return kept if kept >= 0 else self.first_line()
        lines, own = self.look_at_lines(), state.syndicates.key[self.row]
        ordinal = int(state.syndicates.dens_opened[self.row]) & 0xFFFF
        kinds = state.draws.uniform(CHOOSE_KIND, KINDS_OF_LINE ^ own, index=ordinal)
        each = state.draws.uniform(CHOOSE_LINE, state.fixed(line_keys) ^ own, index=ordinal)
        return nested_choice(lines.appeal, lines.new, state.world.parameters.adaptation.line_similarity,
                             gumbel(kinds), gumbel(each))

    def first_line(self) -> int:
        """Return script and target that it began with: position in ``state.lines``."""
        state, table = self.model.state, self.model.state.syndicates
        position: int = state.lines.index((int(table.script[self.row]), int(table.target[self.row])))
        return position

    def speakers(self) -> Floats:
        """Return the share of its people in dens who are understood in every country; all where it has nobody."""
        state = self.model.state
        mine = [holders_of(state, den) for den in standing(state, self.row).tolist()]
        rows = np.concatenate([np.empty(0, np.int64), *mine])
        rows = rows[state.workers.started[rows] < NEVER]
        people = np.bincount(state.workers.nationality[rows], minlength=len(state.countries))
        if rows.size == 0:
            return np.ones(people.size)
        result: Floats = people @ state.fixed(understood) / rows.size
        return result

    def wants_other_business(self, den: int) -> bool:
        """Decide whether a den does other illegal business: where that repays the cost of turning within the horizon.

        A den that calls is judged by its own profit, one that has turned away from calls by what its owner believes
        its line brings.

        Parameters
        ----------
        den : int
            Row of the den.
        """
        state, a = self.model.state, self.model.state.world.parameters.adaptation
        d, margin = state.dens, a.adjacent_weeks / a.horizon_weeks
        costs = 7.0 * state.rent_now[d.zone[den]] + d.staff[den] * 700.0 * a.running_cost
        other = float(d.staff[den] * 100.0 * a.adjacent_income - costs)
        if d.adjacent[den]:
            calls = float(state.syndicates.line_belief[self.row, d.line[den]])
            return bool(calls - other <= margin * max(calls, 0.0))
        return bool(other - float(d.profit_mean[den]) > margin * max(other, 0.0))

    def wants_to_close(self, den: int) -> bool:
        """Decide whether to give up a den that has cost more than it brought for a quarter of a year."""
        dens = self.model.state.dens
        return bool(dens.profit_mean[den] < 0.0 and self.model.state.day - dens.opened[den] > 90)

    def choose_dens_to_drop(self, dens: Rows) -> Rows:
        """Choose which dens to give up for want of money: the losing ones, or else the worst, once reserves are owed.

        Parameters
        ----------
        dens : int64, shape (n,)
            Rows of its dens.

        Returns
        -------
        int64
        """
        state, profit = self.model.state, self.model.state.dens.profit_mean[dens]
        if dens.size == 0 or state.syndicates.capital[self.row] >= -self.reserve(dens.size):
            return dens[:0]
        drop: Rows = dens[(profit < 0.0) | (np.arange(dens.size) == np.lexsort((state.dens.key[dens], profit))[0])]
        return drop

    def choose_breakaway(self, dens: Rows) -> Rows:
        """Choose which dens go their own way when the syndicate splits: every second one, in the order of keys."""
        return dens[np.argsort(self.model.state.dens.key[dens])][1::2]

    def reserve(self, dens: int) -> int:
        """Return the working capital of some dens, cents."""
        a, seats = self.model.state.world.parameters.adaptation, self.model.state.syndicates.den_capacity[self.row]
        cents: int = round(dens * a.reserve_weeks * 7 * 100 * a.running_cost * int(seats) * 0.5)
        return cents

    def choose_sources(self, shortage: float) -> Floats:
        """Choose by how much recruiters extend their reach: where recruits arrive, and speak the target's language.

        Parameters
        ----------
        shortage : float
            Share of the usual staff that is missing, beyond what is borne.

        Returns
        -------
        float64, shape (countries,)
            Growth of reach this week, as a share of what is left to 1.
        """
        state, p = self.model.state, self.model.state.world.parameters
        growth: Floats = p.adaptation.new_sources * shortage * state.syndicates.source_belief[self.row]
        if shortage <= 0.0:
            return growth
        called = state.dens.target[standing(state, self.row)]
        speaks = state.fixed(understood)[:, called].any(axis=1)
        return np.where(speaks, growth, growth * p.recruitment.language_reach)

    def choose_profit(self, dens: int) -> int:
        """Choose how much profit to take out: all above the working capital.

        Returns
        -------
        int
            Cents.
        """
        state = self.model.state
        keep: int = round(100 * state.world.parameters.adaptation.opening_cost) + self.reserve(dens + 1)
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
