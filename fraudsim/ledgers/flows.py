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
    Series("sms_placed", "contacts", "target", "scam messages sent"),
    Series("sms_blocked", "contacts", "target", "scam messages stopped by a filter"),
    Series("sms_unanswered", "contacts", "target", "scam messages that nobody answered"),
    Series("sms_hung_up", "contacts", "target", "scam messages answered and soon dropped"),
    Series("sms_engaged", "contacts", "target", "scam messages that engaged a resident"),
    Series("social_placed", "contacts", "target", "scam contacts on social media sent"),
    Series("social_blocked", "contacts", "target", "scam contacts on social media stopped by a filter"),
    Series("social_unanswered", "contacts", "target", "scam contacts on social media that nobody answered"),
    Series("social_hung_up", "contacts", "target", "scam contacts on social media answered and soon dropped"),
    Series("social_engaged", "contacts", "target", "scam contacts on social media that engaged a resident"),
    Series("web_placed", "contacts", "target", "scam contacts by advertisement sent"),
    Series("web_blocked", "contacts", "target", "scam contacts by advertisement stopped by a filter"),
    Series("web_unanswered", "contacts", "target", "scam contacts by advertisement that nobody answered"),
    Series("web_hung_up", "contacts", "target", "scam contacts by advertisement answered and soon dropped"),
    Series("web_engaged", "contacts", "target", "scam contacts by advertisement that engaged a resident"),
    Series("candidates", "calls", "target", "calls drawn one by one (the rest is counted exactly)"),
    Series("wanted_calls_blocked", "calls", "target", "wanted calls stopped by the voice filter"),
    Series("wanted_messages_blocked", "messages", "target", "wanted messages stopped by the message filter"),
    Series("sites_blocked_wrongly", "sites", "target", "ordinary sites blocked by mistake"),
    Series("site_hours", "hours", "target", "hours that scam sites could be reached"),
    Series("warnings", "warnings", "target", "warnings that reached a person in a scam"),
    Series("warnings_wrong", "warnings", "target", "warnings that reached people in no scam"),
    Series("scams_broken_off", "scams", "target", "scams broken off after a warning"),
    Series("scams_left", "scams", "target", "scams that the engaged person left"),
    Series("victims", "persons", "target", "residents who paid for the first time"),
    Series("payments", "payments", "target", "payments by victims"),
    Series("attempts", "payments", "target", "payments that victims set out to make, retries not counted"),
    Series("attempted", "cents", "target", "money that victims set out to pay, retries not counted"),
    Series("holds", "payments", "target", "payments to fraudsters held by a bank, retries counted as an agency would"),
    Series("held", "cents", "target", "money in those payments"),
    Series("retried", "cents", "target", "money held once and paid by another way"),
    Series("transfers_held_wrongly", "transfers", "target", "ordinary transfers held by a bank"),
    Series("paid", "cents", "target", "money paid by victims"),
    Series("paid_to_host", "cents", "host", "money paid by victims, by the country of the den"),
    Series("victims_of_host", "persons", "host", "residents who paid for the first time, by the country of the den"),
    Series("paid_neighbour_chain", "cents", "target", "money paid by victims of the script neighbour-chain"),
    Series("victims_neighbour_chain", "persons", "target", "residents whose first payment was to the script "
           "neighbour-chain"),
    Series("paid_safe_account", "cents", "target", "money paid by victims of the script safe-account"),
    Series("victims_safe_account", "persons", "target", "residents whose first payment was to the script safe-account"),
    Series("paid_click_farming", "cents", "target", "money paid by victims of the script click-farming"),
    Series("victims_click_farming", "persons", "target", "residents whose first payment was to the script "
           "click-farming"),
    Series("paid_investment", "cents", "target", "money paid by victims of the script investment"),
    Series("victims_investment", "persons", "target", "residents whose first payment was to the script investment"),
    Series("paid_other_script", "cents", "target", "money paid by victims of any other script"),
    Series("victims_other_script", "persons", "target", "residents whose first payment was to any other script"),
    Series("paid_by_voice", "cents", "target", "money paid by victims first reached by voice"),
    Series("paid_by_sms", "cents", "target", "money paid by victims first reached by message"),
    Series("paid_by_social", "cents", "target", "money paid by victims first reached by social media"),
    Series("paid_by_web", "cents", "target", "money paid by victims first reached by advertisement"),
    Series("frozen", "cents", "target", "money frozen in mule accounts"),
    Series("recalled", "cents", "target", "money called back from further mule accounts"),
    Series("accounts_used", "accounts", "target", "mule accounts used up"),
    Series("account_cost", "cents", "target", "money spent on mule accounts"),
    Series("helpers_punished", "persons", "target", "people punished for lending an account or card"),
    Series("helpers_punished_wrongly", "persons", "target", "people among them who had been robbed or deceived"),
    Series("returned", "cents", "target", "frozen money back with victims"),
    Series("cleared", "cents", "target", "money that left the mule accounts for the syndicates"),
    Series("severe_harm", "persons", "target", "victims severely harmed after a loss"),
    Series("reports", "reports", "target", "payments reported to the police: recorded crime"),
    Series("registered", "cases", "target", "cases that police registered: recorded crime"),
    Series("solved", "cases", "target", "registered cases that police call solved, since the den was dismantled"),
    Series("offers", "offers", "source", "offers made to people at risk"),
    Series("departures", "persons", "source", "recruits who left through a control or tried to"),
    Series("border_stops", "persons", "source", "recruits stopped at the border"),
    Series("smuggled", "persons", "source", "recruits who went by smuggler"),
    Series("smuggled_stopped", "persons", "source", "recruits caught on a smuggler's route"),
    Series("smuggled_deaths", "persons", "source", "recruits who died on a smuggler's route"),
    Series("smuggled_arrivals", "persons", "source", "recruits who arrived at a den by smuggler"),
    Series("smuggler_debt", "cents", "source", "what those owe for the route"),
    Series("re_recruited", "persons", "source", "people recruited once more after they had come home"),
    Series("surrenders", "persons", "source", "nationals in dens who surrendered"),
    Series("surrenders_lenient", "persons", "source", "nationals among them who go unpunished"),
    Series("kin_pressured", "persons", "source", "families newly pressed to call a relative home"),
    Series("homecomings", "persons", "source", "people who came home"),
    Series("aftercare", "persons", "source", "people who came home and received help"),
    Series("reintegrated", "persons", "source", "people who settled at home for good"),
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
    Series("files_shared", "files", "target", "files that the country's force passed to another"),
    Series("files_leaked", "files", "host", "files passed on that reached the den"),
    Series("meetings", "meetings", "target", "meetings of the country's force with others"),
    Series("answers", "answers", "host", "requests that the country's force answered"),
    Series("answer_days", "days", "host", "days that those requests had waited"),
    Series("sites_ready", "sites", "host", "sites for which the host's own file first sufficed for a warrant"),
    Series("sites_ready_days", "site-days", "host", "days that dens known to any force stood without such a file"),
    Series("police_borrowed", "investigator-days", "target", "investigators borrowed from other work by campaigns"),
    Series("police_lent", "investigator-days", "target", "investigators lent to joint operations or sent abroad"),
    Series("dens_dismantled", "dens", "host", "dens dismantled by police"),
    Series("dens_tipped_off", "dens", "host", "dens warned by a leak before a strike"),
    Series("dens_opened", "dens", "host", "dens opened, those that moved in included"),
    Series("dens_moved", "dens", "host", "dens that left for another place"),
    Series("dens_closed", "dens", "host", "dens given up"),
    Series("dens_switched", "dens", "host", "dens that turned to another script, target or business"),
    Series("syndicates_founded", "syndicates", "home", "syndicates that entered or split off"),
    Series("leaders_taken", "persons", "home", "leaders arrested"),
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
    Series("handed_over_days", "days", "host", "days that those had waited"),
    Series("refused", "persons", "host", "suspects whose extradition was refused"),
    Series("custody_cost", "cents", "host", "public cost of custody and prison, by country of the den"),
    Series("seized", "cents", "host", "money seized at raids"),
    Series("confiscated", "cents", "host", "seized money that courts confiscated"),
    Series("restituted", "cents", "target", "confiscated money paid to victims"),
    Series("adjacent_income", "cents", "home", "net income from other illegal business"),
    Series("cleared_to_home", "cents", "home", "money that reached the syndicate, after launderers and staff"),
    Series("profit_taken", "cents", "home", "profit that owners took out"),
    Series("public_cost", "cents", "target", "public spending on interventions, by the country that pays"),
    Series("dens_active", "dens", "host", "dens that call", stock=True),
    Series("dens_standing", "dens", "host", "dens that call or lie low", stock=True),
    Series("dens_adjacent", "dens", "host", "dens that stand and have turned to other business", stock=True),
    Series("numbers", "numbers", "host", "telephone numbers kept by dens that call", stock=True),
    Series("leaders", "persons", "home", "leaders in post", stock=True),
    Series("leader_posts", "posts", "home", "posts of leaders of syndicates in business", stock=True),
    Series("control_reach", "ten-thousandths", "target", "share of services that controls cover", stock=True),
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
