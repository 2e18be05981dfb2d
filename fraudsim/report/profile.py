"""Where the time of a run went, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from fraudsim.report.layout import draw

if TYPE_CHECKING:
    from rich.console import Console


def profile_table(to: Console, profile: dict[str, Any]) -> None:
    """Print what a day cost, process by process, and what it counted.

    Parameters
    ----------
    to : Console
    profile : dict
        As :meth:`fraudsim.profile.Profile.to_json` returns it.
    """
    costs = profile["microseconds_a_day"]
    whole = sum(costs.values())
    days = profile["days"]
    to.print(Text(f"What a day cost, mean of {days:,} days after the burn-in", style="bold"))
    rows = [(f"  {name}", f"{cost:,.1f}", f"{cost / whole if whole else 0.0:.1%}") for name, cost in costs.items()]
    draw(to, [("Process", "left", 0), ("Microseconds a day", "right", 8), ("Share", "right", 6)],
         [*rows, ("All", f"{whole:,.1f}", "100.0%")])
    to.print()
    to.print(Text(f"Draws a day: {profile['draws_a_day']:,.0f}. Contacts a day: {profile['contacts_a_day']:,.0f}."))
    if profile["candidates_per_contact"] is not None:
        to.print(Text(f"Candidates, contacts drawn one by one: {profile['candidates_per_contact']:.3%} of contacts."))
