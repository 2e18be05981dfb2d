"""Contradictions within a world: what single fields cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fraudsim.errors import nearest

if TYPE_CHECKING:
    from fraudsim.worlds.schema import World


def _unknown(where: str, name: str, allowed: Iterable[str], kind: str) -> str:
    known = sorted(allowed)
    return f"{where}: no {kind} {name!r}; known: {', '.join(known[:30])}{nearest(name, known)}"


def _twice(where: str, names: Iterable[str]) -> list[str]:
    return [f"{where}: {name!r} stands twice" for name, n in Counter(names).items() if n > 1]


def contradictions(world: World) -> list[str]:
    """Return one line for every contradiction: path of the field, what is wrong, what is allowed.

    Names that point nowhere, names that stand twice, recruits from a country with nobody at risk, dens
    beyond the span of control, stages that cannot be, facts in two roles.
    """
    isos = {c.iso for c in world.countries}
    zones = {z.name for c in world.countries for z in c.zones}
    scripts = {s.name for s in world.scripts} | set(world.shipped_scripts)
    at_risk = {c.iso: c.at_risk for c in world.countries}
    targets = {c.iso for c in world.countries if c.target}
    lines = _twice("countries", [c.iso for c in world.countries])
    lines += _twice("zones", [z.name for c in world.countries for z in c.zones])
    lines += _twice("scripts", [*(s.name for s in world.scripts), *world.shipped_scripts])
    lines += _twice("syndicates", [s.name for s in world.syndicates])
    lines += _twice("facts", [f.name for f in world.facts])
    if not zones:
        lines.append("countries: no country has a zone, so no den can stand anywhere")
    if not any(c.elsewhere for c in world.countries):
        lines.append("countries: one country must have elsewhere = true, so that nothing leaves the accounts by "
                     "leaving the map")
    for i, syndicate in enumerate(world.syndicates):
        where = f"syndicates[{i}]"
        for field, value in (("home", syndicate.home), ("target", syndicate.target)):
            if value not in isos:
                lines.append(_unknown(f"{where}.{field}", value, isos, "country"))
        if syndicate.target in isos - targets:
            lines.append(f"{where}.target: country {syndicate.target!r} is not marked target = true")
        if syndicate.script not in scripts:
            lines.append(_unknown(f"{where}.script", syndicate.script, scripts, "script"))
        for source, weight in syndicate.sources.items():
            if source not in isos:
                lines.append(_unknown(f"{where}.sources", source, isos, "country"))
            elif weight > 0 and at_risk[source] == 0:
                lines.append(f"{where}.sources.{source}: recruits are sought where at_risk is 0")
            if weight < 0:
                lines.append(f"{where}.sources.{source}: {weight} is negative; a weight is 0 or more")
        if not any(weight > 0 for weight in syndicate.sources.values()):
            lines.append(f"{where}.sources: at least one country needs a weight above 0")
        for zone in syndicate.start_zones:
            if zone not in zones:
                lines.append(_unknown(f"{where}.start_zones", zone, zones, "zone"))
        if syndicate.dens > syndicate.dens_most:
            lines.append(f"{where}.dens: {syndicate.dens} is more than dens_most = {syndicate.dens_most}")
        if sum(syndicate.start_zones.values()) > syndicate.dens:
            lines.append(f"{where}.start_zones: places more dens than dens = {syndicate.dens}")
        if syndicate.staff > syndicate.den_capacity:
            lines.append(f"{where}.staff: {syndicate.staff} is more than den_capacity = {syndicate.den_capacity}")
    for i, treaty in enumerate(world.treaties):
        for field, value in (("host", treaty.host), ("requester", treaty.requester)):
            if value not in isos:
                lines.append(_unknown(f"treaties[{i}].{field}", value, isos, "country"))
        if treaty.host == treaty.requester:
            lines.append(f"treaties[{i}]: host and requester are both {treaty.host!r}")
    lines += _twice("treaties", [f"{t.host} -> {t.requester}" for t in world.treaties])
    if world.parameters.recruitment.deceived_share + world.parameters.recruitment.coerced_share > 1.0:
        lines.append("parameters.recruitment: deceived_share and coerced_share add up to more than 1")
    if len(world.age_bands) > 100:
        lines.append("age_bands: at most 100")
    for i, fact in enumerate(world.facts):
        if fact.high is not None and fact.high < fact.low:
            lines.append(f"facts[{i}].high: {fact.high:g} is below low = {fact.low:g}")
    return lines
