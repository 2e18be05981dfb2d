"""Countries and their zones: the ground the others stand on. They decide nothing."""

from __future__ import annotations

from fraudsim.core.handles import Handle
from fraudsim.core.table import Column

COUNTRY_COLUMNS = (
    Column("adults", "int64", "persons", "adult residents", digest=False),
    Column("at_risk", "int64", "persons", "people at home who recruiters may still win"),
    Column("at_risk_at_start", "int64", "persons", "that number when the burn-in began"),
    Column("joined", "int64", "persons", "people who came to be at risk since then: of age, or out of work"),
    Column("away", "int64", "persons", "people once at risk who have been recruited: rows of workers not declined"),
    Column("target", "bool", "yes/no", "whether residents are called"),
    Column("host", "bool", "yes/no", "whether dens may stand here"),
    Column("elsewhere", "bool", "yes/no", "whether this is the rest of the world"),
    Column("region", "int32", "code", "region, for choices of place"),
    Column("awareness", "float64", "share", "engagement that education takes away now; below 0 where it backfired"),
    Column("warning_tired", "float64", "share", "effect of warnings lost because people have had many"),
    Column("lead_quality", "float64", "share", "freshness of contact lists on residents; worn by calls, recovers"),
)
"""Columns of the table ``countries``."""

ZONE_COLUMNS = (
    Column("country", "int64", "row", "country the zone lies in", refers="countries", default=-1),
    Column("region", "int32", "code", "region, for nested choices of place"),
    Column("protection", "float64", "share", "how far officials or armed groups shield dens here, 0 to 1"),
    Column("militia", "bool", "yes/no", "whether a militia holds the place: the country's police cannot search alone"),
    Column("attraction", "float64", "log odds", "appeal of the place beyond profit and risk"),
    Column("raids_week", "int32", "dens", "dens dismantled here since syndicates last took stock"),
    Column("rent", "int64", "cents/day", "rent and protection for one den"),
)
"""Columns of the table ``zones``."""


class Country(Handle):
    """A country: host, target, source of recruits, transit or protector, often several at once."""

    table_name = "countries"

    @property
    def name(self) -> str:
        """ISO code, as in the world file."""
        return str(self.model.state.country_names[self.row])
