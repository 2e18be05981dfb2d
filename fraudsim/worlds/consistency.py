"""Contradictions within a world: what single fields cannot show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from fraudsim.errors import nearest
from fraudsim.worlds.problems import Loc, errors_of, labels, listed, shape, show, step

if TYPE_CHECKING:
    from fraudsim.worlds.schema import Script, Syndicate, World

# Stands for a value that could not be read. It is no less, no more and no equal of anything, so that no
# check complains of it; sums with it are unread again.
UNREAD: Any = float("nan")


def salvage[M: BaseModel](model: type[M], data: Mapping[str, Any], error: ValidationError) -> M:
    """Return what can be read of data with mistakes, and :data:`UNREAD` in place of the rest.

    Parameters
    ----------
    model : type
    data : mapping
        The raw data.
    error : ValidationError
        The mistakes that were found in it.
    """
    part: M = _group(model, data, (), {e["loc"] for e in errors_of(error)})
    return part


def _group(model: Any, data: object, here: Loc, bad: set[Loc]) -> Any:
    if isinstance(data, model):
        return data
    values = {}
    for name, field in model.model_fields.items():
        if isinstance(data, Mapping) and name not in data and not field.is_required():
            values[name] = field.get_default(call_default_factory=True)
        else:
            raw = data.get(name, UNREAD) if isinstance(data, Mapping) else UNREAD
            values[name] = _value(field.annotation, raw, (*here, name), bad)
    return model.model_construct(**values)


def _value(kind: Any, raw: Any, here: Loc, bad: set[Loc]) -> Any:
    if here in bad:
        raw = UNREAD
    form, of = shape(kind)
    if form == "group":
        return _group(of, raw, here, bad)
    if form in ("groups", "values"):
        # A list that cannot be read counts as one item of which nothing is known.
        items = raw if isinstance(raw, list | tuple) else [UNREAD]
        return tuple(_value(of, item, (*here, i), bad) for i, item in enumerate(items))
    if form == "map":
        entries = raw if isinstance(raw, Mapping) else {UNREAD: UNREAD}
        return {key: _value(of, value, (*here, key), bad) for key, value in entries.items()}
    return raw


def lost(where: str, name: str, known: Iterable[str], kind: str) -> list[str]:
    """Return a line if ``name`` is not among the known; none while either was not read in full."""
    names = list(known)
    if name is UNREAD or any(other is UNREAD for other in names) or name in names:
        return []
    return [f"{where}: no {kind} {name!r}; known: {listed(sorted(names))}{nearest(name, names)}"]


def twice(where: str, names: Iterable[str]) -> list[str]:
    """Return a line for every name that stands more than once."""
    count = Counter(name for name in names if name is not UNREAD)
    return [f"{where}: {name!r} stands twice" for name, n in count.items() if n > 1]


def contradictions(world: World) -> list[str]:
    """Return one line for every contradiction: path of the field, what is wrong, what is allowed.

    Names that point nowhere, names that stand twice, recruits from a country with nobody at risk, dens
    beyond the span of control, currencies without a rate, channels whose shares do not add up, facts in two
    roles. Works on a salvaged world too.
    """
    lines = _names(world) + _places(world) + _first_workers(world) + _targets(world)
    for syndicate, label in zip(world.syndicates, labels([s.name for s in world.syndicates])):
        lines += _references(world, syndicate, f"syndicates[{label}]")
        lines += _lines(world, syndicate, f"syndicates[{label}]")
        lines += _sources(world, syndicate, f"syndicates[{label}].sources")
        lines += _size(syndicate, f"syndicates[{label}]")
    lines += _treaties(world) + _currencies(world) + _languages(world)
    for script, label in zip(world.scripts, labels([s.name for s in world.scripts])):
        lines += _contacts(script, f"scripts[{label}].contacts")
    if world.parameters.recruitment.deceived_share + world.parameters.recruitment.coerced_share > 1.0:
        lines.append("parameters.recruitment: deceived_share and coerced_share add up to more than 1")
    if len(world.age_bands) > 100:
        lines.append("age_bands: at most 100")
    for fact, label in zip(world.facts, labels([f.name for f in world.facts])):
        if fact.high is not None and fact.high < fact.low:
            lines.append(f"facts[{label}].high: {fact.high:g} is below low = {fact.low:g}")
    return lines


def _names(world: World) -> list[str]:
    lines = twice("countries", [c.iso for c in world.countries])
    lines += twice("zones", [z.name for c in world.countries for z in c.zones])
    lines += twice("scripts", [*(s.name for s in world.scripts), *world.shipped_scripts])
    lines += twice("syndicates", [s.name for s in world.syndicates])
    return lines + twice("facts", [f.name for f in world.facts])


def _targets(world: World) -> list[str]:
    return [f"countries{step(c.iso)}.adults: 0; allowed: 1 and more, since it is marked target = true"
            for c in world.countries if c.target and c.adults == 0]


def _first_workers(world: World) -> list[str]:
    """Refuse more first workers than people at risk, should all of them come from one country."""
    lines = []
    for c in world.countries:
        first = sum(s.dens * s.staff for s in world.syndicates if s.sources.get(c.iso, 0) > 0)
        if first > c.at_risk > 0:
            lines.append(f"countries{step(c.iso)}.at_risk: {c.at_risk}; allowed: {first} and more, since so many first "
                         "workers (dens x staff) may come from here")
    return lines


def _places(world: World) -> list[str]:
    lines = []
    if not any(c.zones for c in world.countries):
        lines.append("countries: no country has a zone, so no den can stand anywhere")
    if not any(c.elsewhere for c in world.countries):
        lines.append("countries: one country must have elsewhere = true, so that nothing leaves the accounts "
                     "by leaving the map")
    return lines


def _references(world: World, syndicate: Syndicate, where: str) -> list[str]:
    isos = [c.iso for c in world.countries]
    lines = lost(f"{where}.home", syndicate.home, isos, "country")
    lines += lost(f"{where}.target", syndicate.target, isos, "country")
    if any(c.iso == syndicate.target and not c.target for c in world.countries):
        lines.append(f"{where}.target: country {syndicate.target!r} is not marked target = true")
    scripts = [*(s.name for s in world.scripts), *world.shipped_scripts]
    lines += lost(f"{where}.script", syndicate.script, scripts, "script")
    zones = [z.name for c in world.countries for z in c.zones]
    for zone in syndicate.start_zones:
        lines += lost(f"{where}.start_zones", zone, zones, "zone")
    return lines


def _lines(world: World, syndicate: Syndicate, where: str) -> list[str]:
    """Check scripts and targets that a syndicate may turn to, and the place where its leaders hide."""
    targets = [c.iso for c in world.countries if c.target is not False]
    scripts = [*(s.name for s in world.scripts), *world.shipped_scripts]
    lines = [] if syndicate.hideout == "" else lost(f"{where}.hideout", syndicate.hideout,
                                                    [c.iso for c in world.countries], "country")
    pairs = [(syndicate.script, syndicate.target), *((own.script, own.target) for own in syndicate.lines)]
    for i, (script, target) in enumerate(pairs[1:]):
        lines += lost(f"{where}.lines[{i}].script", script, scripts, "script")
        lines += lost(f"{where}.lines[{i}].target", target, targets, "country with target = true")
    return lines + twice(f"{where}.lines", [f"{a} -> {b}" for a, b in pairs if UNREAD is not a and UNREAD is not b])


def _contacts(script: Script, where: str) -> list[str]:
    """Check the shares of a caller's time that a script gives to each channel."""
    if not script.contacts:
        return []
    lines = [f"{where}{step(channel)}: {share:g}; allowed: 0 to 1"
             for channel, share in script.contacts.items() if share < 0 or share > 1]
    total = sum(script.contacts.values())
    if not lines and abs(total - 1.0) > 1e-6:
        lines.append(f"{where}: the shares add up to {total:g}, not to 1")
    return lines


def _languages(world: World) -> list[str]:
    return [f"countries[{label}].languages: {show(code)}; allowed: ISO 639 codes of two or three small letters, as 'zh'"
            for label, c in zip(labels([c.iso for c in world.countries]), world.countries)
            for code in c.languages
            if code is not UNREAD and not (isinstance(code, str) and re.fullmatch("[a-z]{2,3}", code))]


def _currencies(world: World) -> list[str]:
    """Check that every currency in use has a rate, and that rates are above 0."""
    lines = [f"rates{step(code)}: {rate:g}; allowed: above 0, the accounting currency a unit"
             for code, rate in world.rates.items() if rate <= 0]
    if world.rates.get(world.currency, 1.0) != 1.0:
        lines.append(f"rates{step(world.currency)}: {world.rates[world.currency]:g}; allowed: 1, since it is the "
                     "accounting currency")
    known = [world.currency, *world.rates]
    uses = list(zip([f"countries[{label}]" for label in labels([c.iso for c in world.countries])],
                    [c.currency for c in world.countries]))
    uses += zip([f"scripts[{label}]" for label in labels([s.name for s in world.scripts])],
                [s.currency for s in world.scripts])
    for where, code in uses:
        if code and code is not UNREAD and code not in known and UNREAD not in known:
            rates = listed(world.rates) or "nothing"
            lines.append(f"{where}.currency: no rate for {code!r}; rates holds: {rates}; the accounting currency is "
                         f"{world.currency!r}")
    return lines + _beyond(world)


def _beyond(world: World) -> list[str]:
    """Check that incomes and demands lie within their ranges once they are in the accounting currency."""
    lines = []
    amounts: tuple[tuple[str, Iterable[Any], list[str], str], ...] = (
        ("countries", world.countries, [c.iso for c in world.countries], "income"),
        ("scripts", world.scripts, [s.name for s in world.scripts], "demand_median"))
    for kind, group, names, field in amounts:
        for label, own in zip(labels(names), group):
            rate, value = world.rates.get(own.currency, 1.0), getattr(own, field)
            if own.currency is UNREAD or value is UNREAD or rate is UNREAD or not own.currency:
                continue
            most = next(m.le for m in type(own).model_fields[field].metadata if hasattr(m, "le"))
            if value * rate > most:
                lines.append(f"{kind}[{label}].{field}: {value * rate:g} {world.currency} at the rate of "
                             f"{own.currency}; allowed: at most {most:g}")
    return lines


def _sources(world: World, syndicate: Syndicate, where: str) -> list[str]:
    at_risk = {c.iso: c.at_risk for c in world.countries}
    lines = []
    for source, weight in syndicate.sources.items():
        lines += lost(where, source, at_risk, "country")
        if weight > 0 and at_risk.get(source, UNREAD) == 0:
            lines.append(f"{where}{step(source)}: recruits are sought where at_risk is 0")
        if weight < 0 or weight > 1:
            lines.append(f"{where}{step(source)}: {weight}; allowed: 0 to 1, the share of people at risk in reach")
    if all(weight <= 0 for weight in syndicate.sources.values()):
        lines.append(f"{where}: at least one country needs a reach above 0")
    return lines


def _size(syndicate: Syndicate, where: str) -> list[str]:
    lines = []
    if syndicate.dens > syndicate.dens_most:
        lines.append(f"{where}.dens: {syndicate.dens} is more than dens_most = {syndicate.dens_most}")
    for zone, dens in syndicate.start_zones.items():
        if dens < 0:
            lines.append(f"{where}.start_zones{step(zone)}: {show(dens)} is negative; dens are 0 or more")
    placed = list(syndicate.start_zones.values())
    # Whole numbers of any length may stand here, and those of more than 308 digits do not add to a NaN.
    if UNREAD not in placed and sum(placed) > syndicate.dens:
        lines.append(f"{where}.start_zones: places more dens than dens = {syndicate.dens}")
    if syndicate.staff > syndicate.den_capacity:
        lines.append(f"{where}.staff: {syndicate.staff} is more than den_capacity = {syndicate.den_capacity}")
    return lines


def _treaties(world: World) -> list[str]:
    isos = [c.iso for c in world.countries]
    lines = []
    for i, treaty in enumerate(world.treaties):
        lines += lost(f"treaties[{i}].host", treaty.host, isos, "country")
        lines += lost(f"treaties[{i}].requester", treaty.requester, isos, "country")
        if treaty.host == treaty.requester:
            lines.append(f"treaties[{i}]: host and requester are both {treaty.host!r}")
    pairs = [(t.host, t.requester) for t in world.treaties]
    return lines + twice("treaties", [f"{a} -> {b}" for a, b in pairs if UNREAD is not a and UNREAD is not b])
