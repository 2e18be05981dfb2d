"""The parameters of the processes: unit, range, source and mark of every number."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from fraudsim.worlds.quantity import quantity as q


class Group(BaseModel):
    """A group of parameters; unknown names, texts or booleans for numbers, NaN and infinity are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, data: Any) -> Any:
        # TOML knows lists only, and strict validation would refuse them.
        if not isinstance(data, dict):
            return data
        return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


class Residents(Group):
    """Who is called."""

    susceptibility_low: float = q(0.2, "odds ratio", 0.0, 1.0, "lowest susceptibility of a resident")
    susceptibility_high: float = q(3.4, "odds ratio", 1.0, 20.0,
                                   "highest susceptibility; residents follow low + (high - low) u^3, mean 1 at the "
                                   "defaults")
    wary_after_scam: float = q(0.8, "share", 0.0, 1.0, "wariness of a person who just came out of a scam")
    wary_half_days: int = q(30, "days", 1, 3650, "time after which half of that wariness is gone; a quarter is left "
                            "after three times as long", "A", "after Burke 2022: gone in about 3 months")
    savings_median_incomes: float = q(1.2, "years of income", 0.0, 20.0, "median liquid savings of an adult")
    savings_sigma: float = q(1.3, "log units", 0.0, 3.0, "spread of savings: standard deviation of the logarithm")
    warning_success: float = q(0.3, "share", 0.0, 1.0, "people in a scam who break off when a warning reaches them",
                               "A",
                               "after Pratkanis/AARP (R): forewarning takes half off; these are in the scam already")
    warning_tiring: float = q(0.5, "share per warning/adult", 0.0, 10.0, "effect lost when every adult has been warned "
                              "once; sweep 0-2")
    warning_rest_days: int = q(90, "days", 1, 3650, "time after which half of that loss is gone")
    education_days: int = q(30, "days", 1, 3650, "time in which education brings awareness half-way to its level")
    awareness_half_days: int = q(30, "days", 1, 3650, "time after which half of awareness is gone without a reminder",
                                 "A", "after Burke 2022 (R): gone in about 3 months")
    language_penalty: float = q(0.5, "share", 0.0, 1.0, "engagement lost where caller and resident share no language")


class Calls(Group):
    """What a caller does in a day."""

    hours_per_day: float = q(8.0, "hours/day", 0.5, 24.0, "hours a caller has for first contacts and later stages")
    dial_seconds: float = q(5.0, "seconds", 1.0, 600.0, "time a dialled number takes apart from talk")
    talk_seconds: float = q(120.0, "seconds", 1.0, 3600.0, "mean talk of an answered first contact")
    answer_share: float = q(0.06, "share", 0.0, 0.3, "calls from unknown numbers that are answered; sweep 0.03-0.3",
                            "R", "Hiya 2020")
    lead_wear: float = q(0.002, "share per call per resident", 0.0, 1.0,
                         "contact-list quality lost when every resident has been called once")
    lead_recovery: float = q(0.002, "share/day", 0.0, 1.0, "share of the lost quality that new lists restore a day")
    number_price: float = q(0.005, "currency/call", 0.0, 10.0, "cost of numbers and lines a call placed")
    blocked_number_price: float = q(0.02, "currency/call", 0.0, 10.0,
                                    "cost of replacing numbers, a blocked call: the price of rotation")
    numbers_per_caller: float = q(3.0, "numbers", 0.0, 1000.0, "numbers that a den keeps for a caller")
    number_thrift: float = q(0.3, "1", 0.0, 5.0, "how strongly dens save on numbers when these grow dear: numbers "
                             "follow price to the power of minus this; real-name rules +0-20% of cost, GSMA", "A",
                             "GSMA: no evidence of less crime (R)")


class Messages(Group):
    """First contacts by message, social media and web."""

    sms_seconds: float = q(2.0, "seconds", 0.05, 600.0, "time of a caller that a message takes")
    sms_reply: float = q(0.003, "share", 0.0, 0.3, "messages that arrive and are answered")
    sms_talk: float = q(120.0, "seconds", 1.0, 36000.0, "talk with a person who answered a message")
    sms_price: float = q(0.01, "currency/message", 0.0, 10.0, "cost of a message")
    social_seconds: float = q(20.0, "seconds", 0.05, 3600.0, "time of a caller that a contact on social media takes")
    social_reply: float = q(0.04, "share", 0.0, 0.3, "people written to on social media who answer")
    social_talk: float = q(300.0, "seconds", 1.0, 36000.0, "talk with a person who answered there")
    social_price: float = q(0.005, "currency/contact", 0.0, 10.0, "cost of a contact on social media")
    web_seconds: float = q(5.0, "seconds", 0.05, 3600.0, "time of a caller for each visitor of an advertisement")
    web_reply: float = q(0.01, "share", 0.0, 0.3, "visitors who leave a word")
    web_talk: float = q(300.0, "seconds", 1.0, 36000.0, "talk with such a visitor")
    web_price: float = q(0.05, "currency/visitor", 0.0, 100.0, "cost of a visitor")
    shift: float = q(1.0, "1", 0.0, 10.0, "how strongly dens move their time to channels that get through: time goes "
                     "with "
                     "the share let through to this power; always swept, 0-4")
    domains_per_den: int = q(5, "domains", 0, 10000, "sites that a den with a site-based script keeps up")
    domain_price: float = q(50.0, "currency/domain", 0.0, 1e5, "cost of a fresh domain")
    domain_rotation: float = q(0.5, "share", 0.0, 1.0, "hours lost to blocking that a den wins back by fresh domains")


class Money(Group):
    """Payments, mule accounts, freezing."""

    clear_hours: float = q(24.0, "hours", 0.1, 720.0,
                           "mean time until a payment is out of reach (tau of the recovery curve); sweep 0.2-200")
    freeze_success: float = q(0.5, "share", 0.0, 1.0,
                              "timely reports that lead to a freeze (r0 of the recovery curve); sweep 0.2-0.85")
    return_days: int = q(60, "days", 1, 3650, "days until frozen money is back with the victim")
    laundering_fee: float = q(0.25, "share", 0.0, 0.9, "share of a payment that mules and launderers keep")
    commission: float = q(0.10, "share", 0.0, 0.9, "share of cleared money paid to the den's staff")
    report_delay_hours: float = q(36.0, "hours", 0.1, 2000.0, "median delay of a report to the police")
    report_delay_sigma: float = q(1.5, "log units", 0.0, 4.0, "spread of that delay")
    attempt_retry: float = q(0.5, "share", 0.0, 1.0, "people whose payment is held and who pay by another way")
    retry_days: int = q(2, "days", 1, 365, "days until they do")
    chain_hours: float = q(24.0, "hours", 0.1, 2000.0, "mean time that money moves through further mule accounts "
                           "after the "
                           "first, where it can only be called back")
    account_price: float = q(200.0, "currency/account", 0.0, 1e5, "price of a mule account or card")
    payments_per_account: float = q(5.0, "payments", 0.1, 10000.0, "payments that an account takes before it is "
                                    "given up")
    account_thrift: float = q(0.5, "1", 0.0, 5.0, "how strongly launderers save on accounts when these grow dear: "
                              "payments "
                              "for each account follow price to this power, and money stays longer in each")
    haste_most: float = q(0.5, "share", 0.0, 0.99, "of the time to clear, what launderers can save when they fear a "
                          "freeze; "
                          "always swept, 0-0.9")
    haste_memory: float = q(0.1, "share/week", 0.0, 1.0, "weight of a week's frozen share in that fear")
    haste_fee: float = q(0.05, "share", 0.0, 0.5, "rise of the laundering fee at full haste")


class Recruitment(Group):
    """How people come to a den."""

    offers_per_at_risk: float = q(1.5e-4, "offers/person/day", 0.0, 0.1,
                                  "offers that reach a person at risk, a day, while seats are vacant")
    offers_per_seat_cap: float = q(0.05, "offers/seat/day", 0.0, 1.0, "most offers made for one vacant seat")
    renewal: float = q(0.002, "share/day", 0.0, 1.0, "share of those missing from the people at risk who are replaced "
                       "a day, as others come to that age or lose work")
    accept_share: float = q(0.6, "share", 0.0, 1.0, "offers that are accepted")
    deceived_share: float = q(0.45, "share", 0.0, 1.0, "recruits who were deceived; sweep 0.2-0.8", "A",
                              "003: 'the majority' tempted, cheated or coerced; no defensible estimate")
    coerced_share: float = q(0.05, "share", 0.0, 1.0, "recruits who were coerced or abducted", "A",
                             "003: 'some kidnapped'; no defensible estimate")
    travel_loan_share: float = q(0.3, "share", 0.0, 1.0, "volunteers whose travel is a debt to the den")
    debt: float = q(4000.0, "currency", 0.0, 50000.0, "debt a recruit starts with; single testimonies 2,500-9,500 USD",
                    "R", "FACTS: single testimonies")
    recruiter_fee: float = q(1500.0, "currency", 0.0, 50000.0, "what a recruit costs the den")
    age_median: float = q(27.0, "years", 16.0, 60.0, "median age of a recruit")
    age_sigma: float = q(0.25, "log units", 0.0, 1.0, "spread of that age")
    caller_share: float = q(0.85, "share", 0.1, 1.0, "seats of callers; the rest trains, guards, leads, launders")
    language_reach: float = q(0.3, "share", 0.0, 1.0, "growth of reach into sources that do not speak the target's "
                              "language, "
                              "against those that do")


class Travel(Group):
    """How people travel, and what stops them."""

    days: int = q(7, "days", 1, 120, "days from departure to arrival")
    smuggled_share: float = q(0.05, "share", 0.0, 1.0, "recruits who go by smuggler without any exit control")
    smuggled_extra_days: int = q(14, "days", 0, 365, "days that a smuggler's route adds")
    smuggler_debt: float = q(3000.0, "currency", 0.0, 50000.0, "debt that a smuggler's route adds")
    evade_share: float = q(0.5, "share", 0.0, 1.0, "recruits sent by smuggler at once where every recruit is stopped; "
                           "in proportion to what recruiters have seen")
    retry_share: float = q(0.3, "share", 0.0, 1.0, "stopped recruits who try again by smuggler")
    named_share: float = q(0.1, "share", 0.0, 1.0, "first-time recruits whom the police know by name")
    travellers_per_adult: float = q(3e-4, "travellers/adult/day", 0.0, 0.1,
                                    "ordinary departures to places of the kind recruits go to")
    smuggled_death: float = q(2e-4, "share", 0.0, 0.1, "people who die on a smuggler's route")
    caught_retry: float = q(0.3, "share", 0.0, 1.0, "people caught on a smuggler's route who are sent again")


class Captivity(Group):
    """What may happen to a person in a den, as chances a day."""

    comply: float = q(1 / 20, "1/day", 0.0, 1.0, "held person starts to work")
    hold: float = q(1 / 1000, "1/day", 0.0, 1.0, "indebted or confined worker is held as punishment")
    quit_free: float = q(1 / 240, "1/day", 0.0, 1.0, "free worker ends the contract")
    quit_indebted: float = q(1 / 600, "1/day", 0.0, 1.0, "indebted worker is allowed to go")
    flee_indebted: float = q(1 / 900, "1/day", 0.0, 1.0, "indebted worker flees")
    flee_confined: float = q(1 / 1500, "1/day", 0.0, 1.0, "confined worker flees")
    flee_held: float = q(1 / 600, "1/day", 0.0, 1.0, "held person flees")
    ransom_confined: float = q(1 / 900, "1/day", 0.0, 1.0, "kin of a confined worker pay ransom")
    ransom_held: float = q(1 / 300, "1/day", 0.0, 1.0, "kin of a held person pay ransom")
    ransom_price: float = q(10000.0, "currency", 0.0, 100000.0, "ransom; 3,000 to 30,000 USD", "A",
                            "FACTS: 3,000 to 30,000 USD")
    resell: float = q(1 / 700, "1/day", 0.0, 1.0, "held or confined person is sold to another den")
    abuse_confined: float = q(1 / 120, "1/day", 0.0, 1.0, "violence against a confined worker")
    abuse_held: float = q(1 / 20, "1/day", 0.0, 1.0, "violence against a held person")
    death_confined: float = q(1 / 60000, "1/day", 0.0, 1.0, "death of a confined worker by violence or neglect")
    death_held: float = q(1 / 15000, "1/day", 0.0, 1.0, "death of a held person by violence or neglect")
    repay: float = q(12.0, "currency/day", 0.0, 1000.0, "debt worked off a day; at zero an indebted worker is free")
    home_days: int = q(30, "days", 1, 3650, "days until a person who left a den is home")
    stranded_share: float = q(0.15, "share", 0.0, 1.0, "people who left a den and cannot go home at once")
    stranded_days: int = q(120, "days", 1, 3650, "days that these stay stranded")
    aftercare_days: int = q(180, "days", 1, 3650, "days at home before it shows who is reintegrated")
    at_risk_share: float = q(0.25, "share", 0.0, 1.0, "people at home again who come to be at risk once more")
    resettle: float = q(1 / 365, "1/day", 0.0, 1.0, "person at risk once more finds other work for good")
    re_enlist: float = q(1 / 400, "1/day", 0.0, 1.0, "person at risk once more takes a new offer")
    quota_abuse: float = q(1.0, "share", 0.0, 10.0, "rise of violence in a den that brings nothing in, against one "
                           "that brings "
                           "in what its owner expects; in proportion between")
    surrender_indebted: float = q(0.3, "share", 0.0, 1.0, "indebted workers who can follow a call to surrender, "
                                  "against free "
                                  "ones; the confined cannot")
    kin_effect: float = q(1.0, "share", 0.0, 10.0, "rise of the chance to surrender where kin are pressed")
    aftercare_effect: float = q(0.5, "share", 0.0, 1.0, "relapse that help at home prevents")


class Investigation(Group):
    """How evidence grows and goes stale."""

    trace_share: float = q(0.25, "share", 0.0, 1.0, "reports whose number, address or money trace points to a den")
    precision: float = q(0.75, "share", 0.0, 1.0, "confirmations that point to the right address")
    half_life_weeks: float = q(26.0, "weeks", 1.0, 520.0, "time after which evidence has lost half its weight")
    warrant: float = q(4.0, "confirmations", 0.5, 50.0, "independent confirmations that a search warrant takes")
    evidence_transfer: float = q(0.5, "share", 0.0, 1.0, "weight of a confirmation from abroad before the host's "
                                 "court; legal systems differ (002); sweep 0.2-1")
    investigators_per_case: float = q(4.0, "investigators", 0.5, 100.0, "investigators who work one den")
    progress: float = q(0.15, "confirmations/week", 0.0, 5.0, "confirmations a worked case yields a week")
    refute: float = q(0.05, "1/week", 0.0, 1.0, "chance a week that work on a case shows a wrong address to be wrong")
    tip_off: float = q(1 / 900, "1/day", 0.0, 1.0, "chance that neighbours or officers on the beat notice a den")
    testimony: float = q(0.3, "share", 0.0, 1.0, "people freed or fled whose testimony confirms their den")
    ask_at: float = q(2.0, "confirmations", 0.0, 50.0, "evidence at which a force asks the host's force for help")
    answer_days: int = q(180, "days", 1, 3650, "median time of an answer to a request for legal assistance, "
                           "between forces that do not trust each other")
    answer_sigma: float = q(0.7, "log units", 0.0, 3.0, "spread of that time")
    answered_share: float = q(0.5, "share", 0.0, 1.0, "requests that yield something where nobody protects the den")
    trust_start: float = q(0.2, "share", 0.0, 1.0, "trust between two forces when the burn-in begins")
    trust_meeting: float = q(0.03, "share", 0.0, 1.0, "of the trust still missing, what a meeting brings")
    trust_success: float = q(0.2, "share", 0.0, 1.0, "of the trust still missing, what a joint strike that found "
                             "dens brings")
    trust_half_weeks: float = q(52.0, "weeks", 1.0, 1000.0, "time after which half of the trust above its start is "
                                "gone")
    trust_delay: float = q(0.5, "share", 0.0, 1.0, "share of the answer time that full trust saves")
    shared_leak: float = q(0.1, "share", 0.0, 1.0, "files passed to a force whose territory shelters the den "
                           "completely that "
                           "reach the den; in proportion to protection elsewhere")
    liaison_gain: float = q(0.15, "1/officer", 0.0, 10.0, "liaison officers: answer time is divided by 1 + this for "
                            "each; "
                            "sweep 0.05-0.5")
    liaison_lent: float = q(0.5, "investigators/officer", 0.0, 10.0, "work on cases that a liaison officer adds in "
                            "the host")
    legal_match: float = q(0.25, "share", 0.0, 1.0, "of the weight that courts deny to evidence from abroad, the "
                           "part they "
                           "grant between countries of one legal tradition")
    campaign_dip: float = q(0.4, "share", 0.0, 1.0, "after a campaign: capacity missing for every capacity borrowed, "
                            "at first")
    campaign_rest_days: int = q(60, "days", 1, 3650, "time after which half of that dip is gone")


class Raids(Group):
    """Strikes."""

    officers_per_site: int = q(25, "officers", 1, 500, "officers a search takes; sweep 10-60")
    find_share: float = q(0.95, "share", 0.0, 1.0, "searches of a right address that find the den at work")
    capture_share: float = q(0.95, "share", 0.0, 1.0, "people in the den who are caught")
    leak_share: float = q(0.5, "share", 0.0, 1.0,
                          "dens tipped off before a strike where protection is complete; in proportion elsewhere")
    warned_share: float = q(0.8, "share", 0.0, 1.0,
                            "dens of the same syndicate and country warned within hours of a strike")
    authorise_days: int = q(21, "days", 0, 365, "days from the decision to strike to the court's warrants")
    patience_weeks: int = q(6, "weeks", 1, 104,
                            "weeks without a new ready site after which a joint operation strikes")
    ready_share: float = q(0.8, "share", 0.0, 1.0,
                           "share of the known sites that are ready at which a joint operation strikes")
    sites_least: int = q(3, "sites", 1, 100, "fewest ready sites for a joint strike")
    held_recognised: float = q(0.8, "share", 0.0, 1.0, "held people who are recognised as victims on the spot")
    cash_days: float = q(7.0, "days", 0.0, 365.0, "days of a den's profit that lie on site and can be seized")


class Justice(Group):
    """What follows an arrest."""

    screening_days: int = q(10, "days", 1, 365, "days from arrest to the end of screening")
    screening_sensitivity: float = q(0.25, "share", 0.0, 1.0, "trafficked people whom screening recognises")
    screening_wrong: float = q(0.02, "share", 0.0, 1.0, "others whom screening takes for trafficked")
    release_share: float = q(0.03, "share", 0.0, 1.0, "suspects released for lack of evidence after a joint strike")
    release_share_single: float = q(0.3, "share", 0.0, 1.0, "suspects released after a raid by the host alone, whose "
                                    "victims and witnesses are abroad")
    request_share_joint: float = q(1.0, "share", 0.0, 1.0, "suspects of a joint strike whom the country called "
                                   "asks for")
    request_share: float = q(0.2, "share", 0.0, 1.0, "suspects of a raid by the host alone whom the target asks for")
    convicted_share: float = q(0.4, "share", 0.0, 1.0, "others convicted locally; the rest is deported")
    trial_days: int = q(240, "days", 1, 3650, "days from hand-over to sentence")
    target_claim: float = q(0.7, "share", 0.0, 1.0, "suspects who go to the country they called where their own "
                            "country claims them as well")
    sentence_days: int = q(1100, "days", 1, 20000, "median sentence served")
    sentence_sigma: float = q(0.6, "log units", 0.0, 3.0, "spread of sentences")
    confiscation_days: int = q(400, "days", 1, 20000, "median days from seizure to a court's decision on the money")
    confiscated_share: float = q(0.7, "share", 0.0, 1.0, "seized money that courts confiscate; the rest goes back to "
                                 "owners")
    restitution_days: int = q(300, "days", 1, 20000, "days from confiscation to payment to victims")
    restitution_share: float = q(0.5, "share", 0.0, 1.0, "confiscated money that reaches victims; the treasury keeps "
                                 "the rest")
    agreement_days: float = q(120.0, "days", 1.0, 20000.0, "median time of a hand-over under a new agreement where "
                              "there was "
                              "no treaty")
    agreement_sigma: float = q(0.4, "log units", 0.0, 3.0, "spread of that time")
    agreement_refusal: float = q(0.05, "share", 0.0, 1.0, "requests refused under such an agreement")
    agreement_batch_days: int = q(30, "days", 1, 3650, "days between hand-overs under such an agreement")
    custody_cost: float = q(60.0, "currency/person/day", 0.0, 10000.0, "public cost of a day in custody or prison")
    registered_share: float = q(0.8, "share", 0.0, 1.0, "reports that police register as a case")


class Leaders(Group):
    """Those who own and direct syndicates."""

    present_share: float = q(0.02, "share", 0.0, 1.0, "leaders present at a den when it is raided")
    shielded: float = q(1.0, "share", 0.0, 1.0, "how far protection of the place where a leader hides keeps him from "
                        "arrest")
    succession_weeks: int = q(6, "weeks", 0, 520, "weeks until a successor decides again")
    split_share: float = q(0.25, "share", 0.0, 1.0, "falls of a leader after which part of the dens goes its own way")
    protection_lost_share: float = q(0.5, "share", 0.0, 1.0, "falls of a leader after which protectors turn away")
    protection_lost_weeks: int = q(26, "weeks", 0, 520, "weeks until protection is bought again")
    wanted_price: float = q(0.5, "share", 0.0, 10.0, "rise of rent where protection is complete, for a den whose "
                            "leaders are wanted or exposed; in proportion elsewhere")


class Adaptation(Group):
    """How syndicates learn and choose."""

    belief_weight: float = q(0.1, "share/week", 0.0, 1.0, "weight of a week's observation in a belief")
    news_share: float = q(0.5, "share", 0.0, 1.0, "weight of raids on others, against raids on own dens")
    neighbour_share: float = q(0.3, "share", 0.0, 1.0, "weight of a raid in another zone of the same country")
    profit_prior: float = q(15000.0, "currency/week", 0.0, 1e7, "weekly profit of a den expected at first")
    horizon_weeks: float = q(26.0, "weeks", 1.0, 520.0, "how far ahead a syndicate reckons")
    raid_loss_weeks: float = q(20.0, "weeks of profit", 0.0, 520.0, "what a raid costs the owner")
    choice_scale: float = q(0.15, "1/week of profit", 0.0, 10.0,
                            "how sharply choices follow value; always swept, 0.03-0.6")
    region_similarity: float = q(0.5, "1", 0.05, 1.0, "dissimilarity of zones in a region (1: a flat logit)")
    relocation_weeks: float = q(6.0, "weeks of profit", 0.0, 520.0, "what moving a den costs; always swept, 1-24")
    relocation_days: int = q(21, "days", 0, 365, "days a den needs to start work in a new place")
    lie_low_weeks: int = q(4, "weeks", 1, 104, "how long a den lies low")
    lie_low_safety: float = q(0.6, "share", 0.0, 1.0, "share of the raid risk that lying low avoids")
    open_rate: float = q(0.15, "1/week", 0.0, 1.0, "chance a week that a syndicate with means and reason opens a den")
    opening_cost: float = q(40000.0, "currency", 0.0, 1e7, "cost of opening a den: lease, lines, equipment")
    reserve_weeks: float = q(8.0, "weeks of costs", 0.0, 104.0, "working capital a syndicate keeps for each den")
    running_cost: float = q(60.0, "currency/person/day", 0.0, 1000.0, "food, lines and leads for one person in a den")
    crowding: float = q(0.05, "share per den", 0.0, 10.0, "rise of rent and protection for every further den in a zone")
    entry_rate: float = q(0.02, "1/week", 0.0, 1.0, "chance a week that a new syndicate enters where profit beats cost")
    entrants_most: int = q(1, "syndicates", 0, 1000, "how many more syndicates there is room for than at the start")
    entry_payback_weeks: float = q(26.0, "weeks", 1.0, 520.0, "payback that tempts a newcomer")
    new_sources: float = q(0.005, "share/week", 0.0, 1.0, "growth of the reach of recruiters into further sources, a "
                           "week, at no staff at all; in proportion to the shortage; always swept, 0-0.05")
    shortage_borne: float = q(0.15, "share", 0.0, 1.0, "shortage of staff, against what is usual, that an owner bears "
                              "before it seeks further sources")
    staff_memory: float = q(0.02, "share/week", 0.0, 1.0, "weight of a week in the staff an owner has come to expect; "
                            "reach won in times of shortage fades as fast")
    scarcity_coercion: float = q(0.5, "share", 0.0, 1.0,
                                 "how far empty seats raise coercion: at no staff at all coercion rises by this share "
                                 "of what is left to 1")
    line_scale: float = q(0.15, "1/week of profit", 0.0, 10.0, "how sharply a choice of script and target follows "
                          "what is "
                          "expected of it; always swept, 0.03-0.6")
    line_similarity: float = q(0.5, "1", 0.05, 1.0, "dissimilarity of scripts and targets that are new to an owner "
                               "(1: a flat logit)")
    line_weeks: float = q(4.0, "weeks of profit", 0.0, 520.0, "what training for another script or target costs")
    neighbour_fear_weeks: float = q(12.0, "weeks", 1.0, 520.0, "time after which half of the fear of raids seen "
                                    "elsewhere is gone")
    adjacent_income: float = q(0.0, "currency/person/week", 0.0, 1e5, "net income of other illegal business "
                               "(gambling) that a den can turn to, before rent and keep of its people; 0 for none")
    adjacent_weeks: float = q(4.0, "weeks of profit", 0.0, 520.0, "cost of turning to or from it, which the gain "
                              "must bring back within the horizon")


class Controls(Group):
    """How controls work together."""

    overlap: float = q(0.3, "share", 0.0, 1.0, "of the cases that the weaker of two filters catches, what the "
                       "stronger catches "
                       "anyway, beyond chance; sweep 0-1")


class Parameters(Group):
    """All parameters of the processes, by group."""

    residents: Residents = Residents()
    calls: Calls = Calls()
    messages: Messages = Messages()
    money: Money = Money()
    recruitment: Recruitment = Recruitment()
    travel: Travel = Travel()
    captivity: Captivity = Captivity()
    investigation: Investigation = Investigation()
    raids: Raids = Raids()
    justice: Justice = Justice()
    leaders: Leaders = Leaders()
    adaptation: Adaptation = Adaptation()
    controls: Controls = Controls()
