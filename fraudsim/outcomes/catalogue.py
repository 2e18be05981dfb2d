"""Outcomes of a run: what each means, its unit, its good direction, and how it follows from the record."""

from __future__ import annotations

from fraudsim.outcomes.breakdowns import CHANNELS, DISPLACEMENT
from fraudsim.outcomes.outcome import Folded, Outcome, Record, by_country, total

__all__ = ["DISPLACEMENT", "OUTCOMES", "Outcome", "by_country", "summary", "total"]

ENGAGED = tuple(f"{contacts}_engaged" for contacts in CHANNELS.values())
ANSWERED = (*(f"{contacts}_hung_up" for contacts in CHANNELS.values()), *ENGAGED)
BACK = ("frozen", "recalled", "restituted")

VICTIMS: tuple[Outcome, ...] = (
    Outcome("loss_net", "currency", "down", "victims",
            "payments by victims less what came back: frozen or called back in time, or paid to victims by courts",
            ("paid",), BACK, scale=0.01),
    Outcome("loss_gross", "currency", "down", "victims", "payments by victims", ("paid",), scale=0.01),
    Outcome("victims", "persons", "down", "victims", "residents who paid for the first time", ("victims",)),
    Outcome("payments", "payments", "down", "victims", "payments by victims", ("payments",)),
    Outcome("severe_harm", "persons", "down", "victims", "victims severely harmed after a loss", ("severe_harm",)),
    Outcome("attempted", "currency", "down", "victims", "money that victims set out to pay, retries not counted",
            ("attempted",), scale=0.01),
    Outcome("stopped", "currency", "none", "victims",
            "payments held by banks less what was paid by another way afterwards: more where more is attempted",
            ("held",), ("retried",), scale=0.01),
    Outcome("money_frozen", "currency", "none", "victims", "payments frozen in time: more where more is paid",
            ("frozen",), scale=0.01),
    Outcome("recalled", "currency", "none", "victims", "payments called back from further mule accounts",
            ("recalled",), scale=0.01),
    Outcome("returned", "currency", "none", "victims", "frozen money that is back with victims", ("returned",),
            scale=0.01),
    Outcome("restituted", "currency", "up", "victims", "confiscated money that courts paid to victims",
            ("restituted",), scale=0.01),
    Outcome("net_per_attempted", "share", "down", "victims", "net loss per attempted loss: retries save nothing",
            ("paid",), BACK, per=("attempted",)),
)

CONTACTS: tuple[Outcome, ...] = (
    Outcome("calls_placed", "calls", "none", "contacts", "scam calls placed", ("calls_placed",)),
    Outcome("calls_answered", "calls", "down", "contacts", "scam calls answered", ("calls_hung_up", "calls_engaged")),
    Outcome("calls_blocked", "calls", "none", "contacts", "scam calls stopped by voice filters", ("calls_blocked",)),
    Outcome("messages_delivered", "messages", "down", "contacts", "scam messages that arrived: sent less stopped",
            ("sms_placed",), ("sms_blocked",)),
    Outcome("contacts_placed", "contacts", "none", "contacts", "scam contacts on all channels",
            tuple(f"{contacts}_placed" for contacts in CHANNELS.values())),
    Outcome("conversations", "contacts", "down", "contacts", "scam contacts on all channels that engaged a resident",
            ENGAGED),
    Outcome("engagement_rate", "share", "down", "contacts", "engaged residents per answered contact, all channels",
            ENGAGED, per=ANSWERED),
    Outcome("site_hours", "hours", "down", "contacts", "hours that scam sites could be reached", ("site_hours",)),
    Outcome("warnings", "warnings", "none", "contacts", "warnings that reached a person in a scam", ("warnings",)),
    Outcome("scams_broken_off", "scams", "up", "contacts", "scams broken off after a warning", ("scams_broken_off",)),
    Outcome("scams_left", "scams", "none", "contacts", "scams that the engaged person left without one",
            ("scams_left",)),
    Outcome("control_reach", "share", "up", "contacts",
            "share of services that controls cover, mean over days and countries, each country counting alike",
            ("control_reach",), how="mean", scale=1e-4, over="mean"),
)

WORKERS: tuple[Outcome, ...] = (
    Outcome("captive_days", "person-days", "down", "workers", "days people were held, or confined while working",
            ("captive",)),
    Outcome("trafficked_days", "person-days", "down", "workers",
            "days in dens of people recruited by deception or force", ("trafficked",)),
    Outcome("abuse", "events", "down", "workers", "acts of violence against people in dens", ("abuse",)),
    Outcome("deaths", "persons", "down", "workers", "people who died in dens", ("deaths",)),
    Outcome("route_deaths", "persons", "down", "workers", "recruits who died on a smuggler's route",
            ("smuggled_deaths",)),
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
    Outcome("ransoms", "persons", "none", "workers", "people for whom ransom was paid", ("ransoms",)),
    Outcome("ransom_paid", "currency", "down", "workers", "ransom paid by kin", ("ransom_paid",), scale=0.01),
    Outcome("rescued", "persons", "none", "workers", "people recognised as victims of trafficking", ("rescued",)),
    Outcome("escapes", "persons", "none", "workers", "people who fled a den", ("escapes",)),
    Outcome("quits", "persons", "none", "workers", "workers who left with leave", ("quits",)),
    Outcome("surrenders", "persons", "up", "workers", "people in dens who surrendered", ("surrenders",)),
    Outcome("surrenders_lenient", "persons", "none", "workers", "people among them who go unpunished",
            ("surrenders_lenient",)),
    Outcome("homecomings", "persons", "none", "workers", "people who came home", ("homecomings",)),
    Outcome("aftercare", "persons", "up", "workers", "people who came home and received help", ("aftercare",)),
    Outcome("reintegrated", "persons", "up", "workers", "people who settled at home for good", ("reintegrated",)),
    Outcome("re_recruited", "persons", "down", "workers", "people recruited once more", ("re_recruited",)),
    Outcome("re_recruitment", "share", "down", "workers", "people recruited once more, per homecoming",
            ("re_recruited",), per=("homecomings",)),
    Outcome("smuggled", "persons", "down", "workers", "recruits who travelled by smuggler", ("smuggled",)),
    Outcome("smuggled_stopped", "persons", "none", "workers", "recruits caught on a smuggler's route",
            ("smuggled_stopped",)),
    Outcome("smuggled_arrivals", "persons", "down", "workers", "recruits who arrived at a den by smuggler",
            ("smuggled_arrivals",)),
    Outcome("smuggler_debt", "currency", "down", "workers", "debt for the route of a recruit who arrived by smuggler",
            ("smuggler_debt",), scale=0.01, per=("smuggled_arrivals",)),
)

BYSTANDERS: tuple[Outcome, ...] = (
    Outcome("wanted_calls_blocked", "calls", "down", "bystanders", "wanted calls stopped by voice filters",
            ("wanted_calls_blocked",)),
    Outcome("wanted_messages_blocked", "messages", "down", "bystanders", "wanted messages stopped by message filters",
            ("wanted_messages_blocked",)),
    Outcome("sites_blocked_wrongly", "sites", "down", "bystanders", "ordinary sites blocked by mistake",
            ("sites_blocked_wrongly",)),
    Outcome("transfers_held_wrongly", "transfers", "down", "bystanders", "ordinary transfers held by banks",
            ("transfers_held_wrongly",)),
    Outcome("warnings_wrong", "warnings", "down", "bystanders", "warnings that reached people in no scam",
            ("warnings_wrong",)),
    Outcome("travellers_stopped_wrongly", "persons", "down", "bystanders",
            "ordinary travellers stopped by exit screening", ("travellers_stopped_wrongly",)),
    Outcome("helpers_punished_wrongly", "persons", "down", "bystanders",
            "people punished for lending an account who had been robbed of it or deceived",
            ("helpers_punished_wrongly",)),
    Outcome("kin_pressured", "persons", "down", "bystanders", "families pressed to call a relative home",
            ("kin_pressured",)),
    Outcome("searches_empty", "sites", "down", "bystanders",
            "searches that found no den: a wrong address, or one left in time", ("searches_empty",)),
    Outcome("bystanders_hit", "events", "down", "bystanders",
            "all of the wrong hits above, each counting one, a blocked call as much as a person punished",
            ("wanted_calls_blocked", "wanted_messages_blocked", "sites_blocked_wrongly", "transfers_held_wrongly",
             "warnings_wrong", "travellers_stopped_wrongly", "helpers_punished_wrongly", "kin_pressured",
             "searches_empty")),
)

DENS: tuple[Outcome, ...] = (
    Outcome("dens_active", "dens", "down", "dens", "dens that call, mean over the days", ("dens_active",), how="mean"),
    Outcome("dens_adjacent", "dens", "none", "dens", "dens that turned to other business, mean over the days",
            ("dens_adjacent",), how="mean"),
    Outcome("staff", "persons", "none", "dens", "people in dens, mean over the days", ("staff",), how="mean"),
    Outcome("dens_dismantled", "dens", "none", "dens", "dens dismantled by police", ("dens_dismantled",)),
    Outcome("dens_moved", "dens", "none", "dens", "dens that left for another place", ("dens_moved",)),
    Outcome("dens_switched", "dens", "none", "dens", "dens that turned to another script, target or business",
            ("dens_switched",)),
    Outcome("dens_opened", "dens", "down", "dens", "dens opened, those that moved in included", ("dens_opened",)),
    Outcome("dens_closed", "dens", "none", "dens", "dens given up", ("dens_closed",)),
    Outcome("departures_passed", "persons", "down", "dens",
            "recruits who left through a control and were not stopped there", ("departures",), ("border_stops",)),
    Outcome("arrivals_from", "persons", "down", "dens", "recruits who arrived at a den", ("arrivals_from",)),
    Outcome("border_stops", "persons", "none", "dens", "recruits stopped at the border", ("border_stops",)),
    Outcome("numbers_per_den", "numbers", "down", "dens", "telephone numbers kept per den that calls", ("numbers",),
            per=("dens_active",)),
)

POLICE: tuple[Outcome, ...] = (
    Outcome("strikes", "operations", "none", "police", "days on which police struck", ("strikes",)),
    Outcome("sites_per_strike", "dens", "up", "police", "dens dismantled a strike", ("dens_dismantled",),
            per=("strikes",)),
    Outcome("searches", "sites", "none", "police", "sites searched", ("searches",)),
    Outcome("arrests", "persons", "none", "police", "people arrested in dens", ("arrests",)),
    Outcome("offenders_rescued", "persons", "none", "police", "offenders taken for trafficked by screening",
            ("offenders_rescued",)),
    Outcome("days_to_ready", "days", "down", "police", "days that dens known to some force stand without a file of "
            "the host's that suffices for a warrant, per site for which one came to suffice", ("sites_ready_days",),
            per=("sites_ready",)),
    Outcome("request_days", "days", "down", "police", "days that a request to another force waited for its answer",
            ("answer_days",), per=("answers",)),
    Outcome("files_shared", "files", "none", "police", "files that forces passed to one another", ("files_shared",)),
    Outcome("files_leaked", "files", "down", "police", "files passed on that reached the den", ("files_leaked",)),
    Outcome("meetings", "meetings", "none", "police", "meetings of forces", ("meetings",)),
    Outcome("police_borrowed", "investigator-days", "down", "police",
            "investigators borrowed from other work by campaigns", ("police_borrowed",)),
    Outcome("police_lent", "investigator-days", "none", "police",
            "investigators lent to joint operations or sent abroad", ("police_lent",)),
    Outcome("dens_tipped_off", "dens", "down", "police", "dens warned by a leak before a strike",
            ("dens_tipped_off",)),
    Outcome("leaders_in_post", "share of posts", "down", "police", "posts of leaders that are filled, over all days: "
            "tenure against vacancy", ("leaders",), per=("leader_posts",)),
    Outcome("leaders_taken", "persons", "up", "police", "leaders arrested", ("leaders_taken",)),
    Outcome("released", "persons", "none", "police", "suspects released for lack of evidence, or after refusal",
            ("released",)),
    Outcome("convicted", "persons", "none", "police", "suspects convicted where they were arrested", ("convicted",)),
    Outcome("deported", "persons", "none", "police", "suspects deported", ("deported",)),
    Outcome("handed_over", "persons", "none", "police", "suspects handed over", ("handed_over",)),
    Outcome("queue_days", "days", "down", "police", "days that those handed over had waited", ("handed_over_days",),
            per=("handed_over",)),
    Outcome("refused", "persons", "none", "police", "suspects whose extradition was refused", ("refused",)),
    Outcome("extradition_pending", "persons", "none", "police", "suspects who wait for extradition on the last day",
            ("extradition_pending",), how="last"),
    Outcome("helpers_punished", "persons", "none", "police", "people punished for lending an account or card",
            ("helpers_punished",)),
)

RECORDED: tuple[Outcome, ...] = (
    Outcome("recorded_crime", "reports", "none", "recorded", "payments reported to the police: recorded, not true, "
            "crime", ("reports",)),
    Outcome("recorded_cases", "cases", "none", "recorded", "cases that police registered", ("registered",)),
    Outcome("recorded_solved", "cases", "none", "recorded",
            "registered cases that police call solved, since the den was dismantled", ("solved",)),
    Outcome("recorded_calls_stopped", "calls", "none", "recorded",
            "calls stopped as an operator counts them: scam and wanted ones", ("calls_blocked",
                                                                               "wanted_calls_blocked")),
    Outcome("recorded_messages_stopped", "messages", "none", "recorded",
            "messages stopped as an operator counts them: scam and wanted ones", ("sms_blocked",
                                                                                 "wanted_messages_blocked")),
    Outcome("recorded_transfers_stopped", "transfers", "none", "recorded",
            "transfers held as a bank counts them: each retry anew, ordinary ones too", ("holds",
                                                                                        "transfers_held_wrongly")),
    Outcome("recorded_money_stopped", "currency", "none", "recorded",
            "money held as a bank counts it: each retry anew, also what was paid by another way afterwards",
            ("held",), scale=0.01),
)

MONEY: tuple[Outcome, ...] = (
    Outcome("syndicate_revenue", "currency", "down", "money",
            "money that left the mule accounts for syndicates, and net income from other illegal business",
            ("cleared", "adjacent_income"), scale=0.01),
    Outcome("adjacent_income", "currency", "none", "money", "net income from other illegal business",
            ("adjacent_income",), scale=0.01),
    Outcome("syndicate_profit", "currency", "down", "money", "profit that owners took out", ("profit_taken",),
            scale=0.01),
    Outcome("syndicate_capital", "currency", "down", "money", "capital of syndicates on the last day", ("capital",),
            how="last", scale=0.01),
    Outcome("syndicates_founded", "syndicates", "none", "money", "syndicates that entered or split off",
            ("syndicates_founded",)),
    Outcome("accounts_used", "accounts", "none", "money", "mule accounts used up", ("accounts_used",)),
    Outcome("account_price", "currency/account", "up", "money", "what launderers paid for a mule account",
            ("account_cost",), scale=0.01, per=("accounts_used",)),
    Outcome("seized", "currency", "up", "money", "money seized at raids", ("seized",), scale=0.01),
    Outcome("confiscated", "currency", "up", "money", "seized money that courts confiscated", ("confiscated",),
            scale=0.01),
)

COST: tuple[Outcome, ...] = (
    Outcome("public_cost", "currency", "down", "cost", "public spending on interventions", ("public_cost",),
            scale=0.01),
    Outcome("custody_cost", "currency", "down", "cost", "public cost of custody and prison", ("custody_cost",),
            scale=0.01),
)

OUTCOMES: tuple[Outcome, ...] = (*VICTIMS, *CONTACTS, *WORKERS, *BYSTANDERS, *DENS, *POLICE, *RECORDED, *MONEY, *COST)


def summary(record: Record) -> dict[str, float | None]:
    """Compute all outcomes of a run from its daily record (without the burn-in)."""
    folded = Folded(record)
    return {outcome.name: folded.total(outcome) for outcome in OUTCOMES}
