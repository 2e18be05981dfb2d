"""What a day's record counts, by country: flows of the day and stocks at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraudsim.core.kernels import tally, tally_amounts


@dataclass(frozen=True)
class Series:
    """One daily series.

    Parameters
    ----------
    name : str
    unit : str
    at : {"target", "host", "source", "home", "place"}
        Which country a number belongs to: the called, the den's, the worker's, the syndicate's,
        the one a person is in.
    meaning : str
    stock : bool
        Whether it is a level at the end of the day rather than a sum over the day.
    """

    name: str
    unit: str
    at: str
    meaning: str
    stock: bool = False


SERIES: tuple[Series, ...] = (
    Series("calls_placed", "calls", "target", "scam calls placed"),
    Series("calls_blocked", "calls", "target", "scam calls stopped by the voice filter"),
    Series("calls_unanswered", "calls", "target", "scam calls that rang in vain"),
    Series("calls_hung_up", "calls", "target", "scam calls answered and soon ended"),
    Series("calls_engaged", "calls", "target", "scam calls that engaged a resident"),
    Series("candidates", "calls", "target", "calls drawn one by one (the rest is counted exactly)"),
    Series("wanted_calls_blocked", "calls", "target", "wanted calls stopped by the voice filter"),
    Series("scams_left", "scams", "target", "scams that the engaged person left"),
    Series("victims", "persons", "target", "residents who paid for the first time"),
    Series("payments", "payments", "target", "payments by victims"),
    Series("paid", "cents", "target", "money paid by victims"),
    Series("paid_to_host", "cents", "host", "money paid by victims, by the country of the den"),
    Series("victims_of_host", "persons", "host", "residents who paid for the first time, by the country of the den"),
    Series("frozen", "cents", "target", "money frozen in mule accounts"),
    Series("returned", "cents", "target", "frozen money back with victims"),
    Series("cleared", "cents", "target", "money that left the mule accounts for the syndicates"),
    Series("severe_harm", "persons", "target", "victims severely harmed after a loss"),
    Series("reports", "reports", "target", "payments reported to the police: recorded crime"),
    Series("offers", "offers", "source", "offers made to people at risk"),
    Series("departures", "persons", "source", "recruits who left through a control or tried to"),
    Series("border_stops", "persons", "source", "recruits stopped at the border"),
    Series("smuggled", "persons", "source", "recruits who went by smuggler"),
    Series("travellers_stopped_wrongly", "persons", "source", "ordinary travellers stopped by exit screening"),
    Series("arrivals", "persons", "host", "recruits who arrived at a den"),
    Series("arrivals_from", "persons", "source", "recruits who arrived at a den, by nationality"),
    Series("quits", "persons", "host", "workers who left with leave"),
    Series("escapes", "persons", "host", "people who fled a den"),
    Series("ransoms", "persons", "host", "people for whom ransom was paid"),
    Series("ransom_paid", "cents", "host", "ransom paid by kin"),
    Series("abandoned", "persons", "host", "captives left behind when a den was given up"),
    Series("fled_raid", "persons", "host", "people who got away from a raid"),
    Series("resold", "persons", "host", "people sold to another den"),
    Series("deaths", "persons", "host", "people who died in a den"),
    Series("abuse", "events", "host", "acts of violence against people in dens"),
    Series("strikes", "operations", "host", "days on which police struck"),
    Series("searches", "sites", "host", "sites searched"),
    Series("searches_empty", "sites", "host", "searches that found no den: wrong address, or left in time"),
    Series("dens_dismantled", "dens", "host", "dens dismantled by police"),
    Series("dens_tipped_off", "dens", "host", "dens warned by a leak before a strike"),
    Series("dens_opened", "dens", "host", "dens opened, those that moved in included"),
    Series("dens_moved", "dens", "host", "dens that left for another place"),
    Series("dens_closed", "dens", "host", "dens given up"),
    Series("arrests", "persons", "host", "people arrested in dens"),
    Series("rescued", "persons", "host", "people recognised as victims of trafficking"),
    Series("trafficked_punished", "persons", "host", "trafficked people convicted or handed over "
           "as offenders"),
    Series("trafficked_deported", "persons", "host", "trafficked people deported as offenders"),
    Series("offenders_rescued", "persons", "host", "offenders taken for trafficked by screening"),
    Series("released", "persons", "host", "suspects released for lack of evidence, or after refusal"),
    Series("convicted", "persons", "host", "suspects convicted where they were arrested"),
    Series("deported", "persons", "host", "suspects deported"),
    Series("handed_over", "persons", "host", "suspects handed over to the country that asked"),
    Series("seized", "cents", "host", "money seized at raids"),
    Series("profit_taken", "cents", "home", "profit that owners took out"),
    Series("public_cost", "cents", "target", "public spending on interventions, by the country that pays"),
    Series("dens_active", "dens", "host", "dens that call", stock=True),
    Series("dens_standing", "dens", "host", "dens that call or lie low", stock=True),
    Series("staff", "persons", "host", "people in dens", stock=True),
    Series("captive", "persons", "host", "people held, or confined while working", stock=True),
    Series("trafficked", "persons", "host", "people in dens who were recruited by deception or force", stock=True),
    Series("stranded", "persons", "place", "people out of a den who cannot go home yet, where they are", stock=True),
    Series("detained", "persons", "host", "people arrested or serving a sentence, by country of the den",
           stock=True),
    Series("trafficked_detained", "persons", "host", "trafficked people among them", stock=True),
    Series("extradition_pending", "persons", "host", "suspects who wait for extradition", stock=True),
    Series("capital", "cents", "home", "capital of syndicates", stock=True),
)

POSITION = {series.name: i for i, series in enumerate(SERIES)}


def positions(*names: str) -> NDArray[np.int64]:
    """Return the positions of several series, for a loop that counts them."""
    return np.array([POSITION[name] for name in names], np.int64)


class Flows:
    """Today's counts, series by country.

    Examples
    --------
    >>> flows = Flows(2)
    >>> flows.add("arrests", np.array([1, 1, 0]))
    >>> flows.today[POSITION["arrests"]].tolist()
    [1, 2]
    """

    def __init__(self, n_countries: int) -> None:
        self.n = n_countries
        self.today: NDArray[np.int64] = np.zeros((len(SERIES), n_countries), np.int64)

    def add(self, name: str, countries: Any, amounts: Any = 1) -> None:
        """Count events by country, or add up an amount each; rows of equal country add up.

        Parameters
        ----------
        name : str
        countries : int or int64, shape (n,)
        amounts : int or int64, shape (n,)
            Of each event; nothing to count each once.
        """
        if isinstance(countries, int):
            self.today[POSITION[name], countries] += amounts
        elif isinstance(amounts, np.ndarray):
            tally_amounts(self.today, POSITION[name], countries, amounts)
        elif amounts != 1:
            tally_amounts(self.today, POSITION[name], countries, np.full(countries.size, amounts))
        elif countries.size:
            tally(self.today, POSITION[name], countries)

    def add_all(self, name: str, amounts: NDArray[np.int64]) -> None:
        """Count one amount a country: int64, shape (countries,)."""
        self.today[POSITION[name]] += amounts

    def copy(self) -> Flows:
        """Return an independent copy."""
        twin = Flows(self.n)
        twin.today = self.today.copy()
        return twin
