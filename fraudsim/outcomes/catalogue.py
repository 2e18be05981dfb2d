"""Outcomes of a run: what each means, its unit, its good direction, and how it follows from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fraudsim.ledgers.flows import POSITION

Record = NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """One number that sums up a run.

    Parameters
    ----------
    name, unit, meaning : str
    good : {"up", "down", "none"}
        Direction that is better.
    plus, minus : tuple of str
        Daily series that are added, and taken away.
    how : {"sum", "mean", "last"}
        Over the days of the run: sum, mean, or value on the last day.
    scale : float
        What the result is multiplied by (0.01 turns cents into currency).
    per : tuple of str
        Series whose sum the result is divided by; the outcome is null where that is 0.
    group : {"victims", "workers", "bystanders", "dens", "police", "money", "cost"}
        Heading under which it stands in tables.
    """

    name: str
    unit: str
    good: Literal["up", "down", "none"]
    group: str
    meaning: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    how: Literal["sum", "mean", "last"] = "sum"
    scale: float = 1.0
    per: tuple[str, ...] = ()


ENGAGED = tuple(f"{way}_engaged" for way in ("calls", "sms", "social", "web"))
ANSWERED = (*ENGAGED, *(f"{way}_hung_up" for way in ("calls", "sms", "social", "web")))

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("loss_net", "currency", "down", "victims",
            "payments by victims less what was frozen in time, which comes back",
            ("paid",), ("frozen",), scale=0.01),
    Outcome("loss_gross", "currency", "down", "victims", "payments by victims", ("paid",), scale=0.01),
    Outcome("victims", "persons", "down", "victims", "residents who paid for the first time", ("victims",)),
    Outcome("payments", "payments", "down", "victims", "payments by victims", ("payments",)),
    Outcome("severe_harm", "persons", "down", "victims", "victims severely harmed after a loss", ("severe_harm",)),
    Outcome("money_frozen", "currency", "none", "victims", "payments frozen in time: more where more is paid",
            ("frozen",), scale=0.01),
    Outcome("net_per_attempted", "share", "down", "victims", "net loss per attempted loss: retries save nothing",
            ("paid",), ("frozen", "recalled", "restituted"), per=("attempted",)),
    Outcome("captive_days", "person-days", "down", "workers", "days people were held, or confined while working",
            ("captive",)),
    Outcome("trafficked_days", "person-days", "down", "workers",
            "days in dens of people recruited by deception or force", ("trafficked",)),
    Outcome("abuse", "events", "down", "workers", "acts of violence against people in dens", ("abuse",)),
    Outcome("deaths", "persons", "down", "workers", "people who died in dens", ("deaths",)),
    Outcome("trafficked_punished", "persons", "down", "workers",
            "trafficked people convicted or handed over as offenders", ("trafficked_punished",)),
    Outcome("trafficked_deported", "persons", "down", "workers", "trafficked people deported as offenders",
            ("trafficked_deported",)),
    Outcome("trafficked_detained_days", "person-days", "down", "workers",
            "days that trafficked people spent under arrest, in custody or serving a sentence",
            ("trafficked_detained",)),
    Outcome("stranded_days", "person-days", "down", "workers", "days that people out of a den could not go home",
            ("stranded",)),
    Outcome("abandoned", "persons", "down", "workers", "captives left behind when a den was given up", ("abandoned",)),
    Outcome("resold", "persons", "down", "workers", "people sold to another owner or den", ("resold",)),
    Outcome("ransom_paid", "currency", "down", "workers", "ransom paid by kin", ("ransom_paid",), scale=0.01),
    Outcome("rescued", "persons", "none", "workers", "people recognised as victims of trafficking", ("rescued",)),
    Outcome("escapes", "persons", "none", "workers", "people who fled a den", ("escapes",)),
    Outcome("smuggled", "persons", "down", "workers", "recruits who travelled by smuggler", ("smuggled",)),
    Outcome("smuggled_arrivals", "persons", "down", "workers", "recruits who arrived at a den by smuggler",
            ("smuggled_arrivals",)),
    Outcome("smuggled_deaths", "persons", "down", "workers", "recruits who died on a smuggler's route",
            ("smuggled_deaths",)),
    Outcome("smuggler_debt", "currency", "down", "workers", "debt for the route of a recruit who arrived by "
            "smuggler", ("smuggler_debt",), scale=0.01, per=("smuggled_arrivals",)),
    Outcome("surrenders", "persons", "up", "workers", "workers who surrendered", ("surrenders",)),
    Outcome("homecomings", "persons", "none", "workers", "people who came home from a den or custody",
            ("homecomings",)),
    Outcome("re_recruitment", "recruits/homecoming", "down", "workers",
            "people recruited once more, for each who came home", ("re_recruited",), per=("homecomings",)),
    Outcome("kin_pressured", "families", "down", "bystanders", "families newly pressed to call a relative home",
            ("kin_pressured",)),
    Outcome("wanted_calls_blocked", "calls", "down", "bystanders", "wanted calls stopped by voice filters",
            ("wanted_calls_blocked",)),
    Outcome("travellers_stopped_wrongly", "persons", "down", "bystanders",
            "ordinary travellers stopped by exit screening", ("travellers_stopped_wrongly",)),
    Outcome("searches_empty", "sites", "down", "bystanders",
            "searches that found no den: a wrong address, or one left in time", ("searches_empty",)),
    Outcome("offenders_rescued", "persons", "none", "police", "offenders taken for trafficked by screening",
            ("offenders_rescued",)),
    Outcome("dens_active", "dens", "down", "dens", "dens that call, mean over the days", ("dens_active",), how="mean"),
    Outcome("staff", "persons", "none", "dens", "people in dens, mean over the days", ("staff",), how="mean"),
    Outcome("dens_dismantled", "dens", "none", "dens", "dens dismantled by police", ("dens_dismantled",)),
    Outcome("dens_moved", "dens", "none", "dens", "dens that left for another place", ("dens_moved",)),
    Outcome("dens_opened", "dens", "down", "dens", "dens opened, those that moved in included", ("dens_opened",)),
    Outcome("arrivals_from", "persons", "down", "dens", "recruits who arrived at a den", ("arrivals_from",)),
    Outcome("border_stops", "persons", "none", "dens", "recruits stopped at the border", ("border_stops",)),
    Outcome("calls_placed", "calls", "none", "dens", "scam calls placed", ("calls_placed",)),
    Outcome("calls_answered", "calls", "down", "dens", "scam calls answered", ("calls_hung_up", "calls_engaged")),
    Outcome("calls_blocked", "calls", "none", "dens", "scam calls stopped by voice filters", ("calls_blocked",)),
    Outcome("strikes", "operations", "none", "police", "days on which police struck", ("strikes",)),
    Outcome("sites_per_strike", "dens", "up", "police", "dens dismantled a strike", ("dens_dismantled",),
            per=("strikes",)),
    Outcome("searches", "sites", "none", "police", "sites searched", ("searches",)),
    Outcome("arrests", "persons", "none", "police", "people arrested in dens", ("arrests",)),
    Outcome("handed_over", "persons", "none", "police", "suspects handed over", ("handed_over",)),
    Outcome("days_to_ready", "days", "down", "police", "days that dens known to some force stand without a file of "
            "the host's that suffices for a warrant, per site for which one came to suffice", ("sites_ready_days",),
            per=("sites_ready",)),
    Outcome("request_days", "days", "down", "police", "days that a request to another force waited for its answer",
            ("answer_days",), per=("answers",)),
    Outcome("leaders_in_post", "persons", "down", "police", "leaders of syndicates in post, mean over the days",
            ("leaders",), how="mean"),
    Outcome("queue_days", "days", "down", "police", "days that those handed over had waited", ("handed_over_days",),
            per=("handed_over",)),
    Outcome("extradition_pending", "persons", "none", "police", "suspects who wait for extradition on the last day",
            ("extradition_pending",), how="last"),
    Outcome("recorded_crime", "reports", "none", "police", "payments reported to the police: recorded, not true, crime",
            ("reports",)),
    Outcome("syndicate_profit", "currency", "down", "money", "profit that owners took out", ("profit_taken",),
            scale=0.01),
    Outcome("syndicate_capital", "currency", "down", "money", "capital of syndicates on the last day", ("capital",),
            how="last", scale=0.01),
    Outcome("account_price", "currency/account", "up", "money", "what launderers paid for a mule account",
            ("account_cost",), scale=0.01, per=("accounts_used",)),
    Outcome("seized", "currency", "up", "money", "money seized at raids", ("seized",), scale=0.01),
    Outcome("public_cost", "currency", "down", "cost", "public spending on interventions", ("public_cost",),
            scale=0.01),
    Outcome("messages_delivered", "messages", "down", "victims", "scam messages that arrived: sent less stopped",
            ("sms_placed",), ("sms_blocked",)),
    Outcome("engagement_rate", "share", "down", "victims", "engaged residents per answered contact, all channels",
            ENGAGED, per=ANSWERED),
    Outcome("site_hours", "hours", "down", "victims", "hours that scam sites could be reached", ("site_hours",)),
    Outcome("scams_broken_off", "scams", "up", "victims", "scams broken off after a warning", ("scams_broken_off",)),
    Outcome("control_reach", "share", "up", "police", "share of services that controls cover, mean over days",
            ("control_reach",), how="mean", scale=1e-4),
    Outcome("wanted_messages_blocked", "messages", "down", "bystanders", "wanted messages stopped by message filters",
            ("wanted_messages_blocked",)),
    Outcome("sites_blocked_wrongly", "sites", "down", "bystanders", "ordinary sites blocked by mistake",
            ("sites_blocked_wrongly",)),
    Outcome("warnings_wrong", "warnings", "down", "bystanders", "warnings that reached people in no scam",
            ("warnings_wrong",)),
    Outcome("numbers_per_den", "numbers", "down", "dens", "telephone numbers kept per den that calls", ("numbers",),
            per=("dens_active",)),
)

DISPLACEMENT: tuple[Outcome, ...] = (
    Outcome("dens_active", "dens", "down", "dens", "dens that call, mean over the days", ("dens_active",), how="mean"),
    Outcome("loss_by_host", "currency", "down", "victims", "payments by victims, by the country of the den",
            ("paid_to_host",), scale=0.01),
    Outcome("staff", "persons", "none", "dens", "people in dens, mean over the days", ("staff",), how="mean"),
    Outcome("captive_days", "person-days", "down", "workers", "days people were held, or confined while working",
            ("captive",)),
)
"""Outcomes that are shown country by country, by the country of the den."""


def by_country(outcome: Outcome, record: Record) -> NDArray[np.float64]:
    """Compute an outcome for every country.

    Parameters
    ----------
    outcome : Outcome
    record : int64, shape (days, series, countries)

    Returns
    -------
    float64, shape (countries,)
        NaN where a ratio has no denominator.
    """
    top = sum((record[:, POSITION[s], :] for s in outcome.plus), np.zeros_like(record[:, 0, :]))
    top = top - sum((record[:, POSITION[s], :] for s in outcome.minus), np.zeros_like(top))
    return _fold(outcome, top, record)


def _fold(outcome: Outcome, daily: Record, record: Record) -> NDArray[np.float64]:
    if len(daily) == 0:
        return np.full(daily.shape[1], np.nan)
    folded = {"sum": daily.sum(axis=0), "last": daily[-1], "mean": daily.mean(axis=0)}[outcome.how]
    value: NDArray[np.float64] = folded * float(outcome.scale)
    if not outcome.per:
        return value
    per = sum(record[:, POSITION[s], :].sum(axis=0) for s in outcome.per)
    ratio: NDArray[np.float64] = np.divide(value, per, out=np.full(value.shape, np.nan), where=per != 0)
    return ratio


def total(outcome: Outcome, record: Record) -> float | None:
    """Compute an outcome for the whole world; None where it has no meaning.

    Parameters
    ----------
    outcome : Outcome
    record : int64, shape (days, series, countries)
    """
    if len(record) == 0:
        return None
    value = float(by_country(outcome, record.sum(axis=2, keepdims=True))[0])
    return None if np.isnan(value) else value


def summary(record: Record) -> dict[str, float | None]:
    """Compute all outcomes of a run from its daily record (without the burn-in)."""
    return {outcome.name: total(outcome, record) for outcome in OUTCOMES}
