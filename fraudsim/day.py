"""THE MODEL: what happens in a day, in this order."""

from __future__ import annotations

from fraudsim.core.process import Process
from fraudsim.processes.adaptation import adaptation
from fraudsim.processes.assets import assets
from fraudsim.processes.bookkeeping import bookkeeping
from fraudsim.processes.calls import calls
from fraudsim.processes.captivity import captivity
from fraudsim.processes.cooperation import cooperation
from fraudsim.processes.homecoming import homecoming
from fraudsim.processes.investigation import investigation
from fraudsim.processes.justice import justice
from fraudsim.processes.learning import learning
from fraudsim.processes.money import payments, settlement
from fraudsim.processes.policy import policy
from fraudsim.processes.raids import raids
from fraudsim.processes.record import record
from fraudsim.processes.recruitment import recruitment
from fraudsim.processes.reports import reports
from fraudsim.processes.scams import scams
from fraudsim.processes.succession import succession
from fraudsim.processes.travel import travel
from fraudsim.processes.warrants import warrants
from fraudsim.state import State

DAY: tuple[Process, ...] = (
    policy,         # interventions in force move levers and file orders
    recruitment,    # empty seats are offered to people at risk
    travel,         # exit control, smugglers, arrival
    captivity,      # what may happen to a person in a den
    calls,          # callers spend their hours; some calls engage a resident
    scams,          # the engaged go from stage to stage, or leave
    payments,       # the persuaded pay
    reports,        # some tell the police: recorded crime, and evidence
    settlement,     # money is frozen in time, or clears, or comes back
    cooperation,    # forces meet, answer requests, pass files on
    investigation,  # evidence grows, goes stale, ripens
    raids,          # strikes: dens dismantled, people arrested or freed
    warrants,       # leaders who are wanted are arrested where they hide
    justice,        # screening, extradition, sentence, release
    assets,         # courts decide on seized money; victims get a part
    homecoming,     # people come home, settle, or are at risk again
    succession,     # leaders who fell, and who comes after
    bookkeeping,    # weekly: what each den has cost and brought
    learning,       # weekly: what owners believe of places, lines, routes
    adaptation,     # weekly: owners choose
    record,         # one row of counts
)


def live(state: State) -> None:
    """Live one day."""
    for happen in DAY:
        happen(state)
    state.day += 1
