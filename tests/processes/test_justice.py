from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support import FALSE_ALARM, NEVER, add_den, add_workers, assert_share, assert_shares, empty_state, flow

from fraudsim.agents.worker import RecruitedAs, WorkerStatus, leave_den
from fraudsim.core.draws import root_key
from fraudsim.ledgers.tables import OperationStatus
from fraudsim.processes.justice import justice

S = WorkerStatus
J = "parameters__justice__"
N = 4000
# Nobody is recognised as a victim, nobody released, everybody asked for, nobody refused, no spread.
STRICT = {J + "screening_sensitivity": 0.0, J + "screening_wrong": 0.0, J + "release_share": 0.0,
          J + "release_share_single": 0.0, J + "request_share": 1.0, J + "convicted_share": 1.0,
          "syndicates__Red__den_capacity": N, J + "sentence_sigma": 0.0}
BORDER = {"host": "HO", "requester": "TA", "kind": "border", "median_days": 20.0, "sigma": 0.0, "refusal": 0.0,
          "batch_days": 7}
OWN = {**BORDER, "requester": "XX", "median_days": 50.0}


def arrested(n: int = 20, joint: bool = True, how: int = RecruitedAs.VOLUNTARY, nationality: int = 0,
             treaties=(BORDER,), **settings):
    """Return a state with people arrested in a den in HO that calls TA, to be screened today."""
    from fraudsim.worlds.schema import Treaty

    state = empty_state(**{**STRICT, **settings})
    state.world = state.world.model_copy(update={"treaties": tuple(Treaty(**t) for t in treaties)})
    den = add_den(state)
    rows = add_workers(state, den, n, recruited_as=how, nationality=nationality)
    op = state.operations.add(1, key=root_key("op"), lead=0, joint=joint, status=OperationStatus.STRUCK)
    leave_den(state, rows)
    state.workers.status[...], state.workers.operation[...] = S.ARRESTED, op[0]
    state.agendas["cases"].enter(rows, 0)
    return state


def go_on(state, days: int) -> None:
    for _ in range(days):
        justice(state)
        state.day += 1


@pytest.mark.parametrize(("how", "chance", "wrong"), [(RecruitedAs.DECEIVED, 0.25, False),
                                                      (RecruitedAs.VOLUNTARY, 0.02, True)])
def test_screening_errs_both_ways(how, chance, wrong):
    state = arrested(N, how=how, **{J + "screening_sensitivity": 0.25, J + "screening_wrong": 0.02})
    justice(state)
    rescued = state.workers.status == S.RESCUED
    assert_share(rescued.sum(), N, chance)
    assert flow(state, "rescued")[1] == rescued.sum()
    assert flow(state, "offenders_rescued")[1] == (rescued.sum() if wrong else 0)
    assert state.agendas["lives"].take(30).tolist() == np.flatnonzero(rescued).tolist()


@pytest.mark.parametrize(("joint", "chance"), [(True, 0.03), (False, 0.3)])
def test_more_are_released_after_a_raid_by_the_host_alone(joint, chance):
    state = arrested(N, joint, **{J + "release_share": 0.03, J + "release_share_single": 0.3})
    justice(state)
    released = state.workers.status == S.LET_GO
    assert_share(released.sum(), N, chance)
    assert flow(state, "released")[1] == released.sum()
    assert not state.workers.punished[released].any()


@pytest.mark.parametrize(("joint", "chance"), [(True, 1.0), (False, 0.2)])
def test_joint_operations_ask_for_everybody(joint, chance):
    state = arrested(N, joint, **{J + "request_share": 0.2})
    justice(state)
    assert_share((state.workers.status == S.DETAINED).sum(), N, chance)


def test_without_treaty_some_are_convicted_where_they_were_caught_and_the_rest_deported():
    state = arrested(N, treaties=(), **{J + "convicted_share": 0.4, J + "sentence_days": 1100})
    justice(state)
    status = state.workers.status
    assert_shares([(status == S.CONVICTED).sum(), (status == S.DEPORTED).sum()], [0.4, 0.6])
    assert (state.workers.due == np.where(status == S.CONVICTED, 1100, 30)).all()
    # Who is deported is sent away, not punished.
    assert (state.workers.punished == (status == S.CONVICTED)).all()
    assert flow(state, "convicted")[1] + flow(state, "deported")[1] == N
    go_on(state, 1101)
    assert flow(state, "released") == [0, 0, 0]
    assert set(state.workers.status.tolist()) == {S.RELEASED, S.DEPORTED}


def test_a_border_hand_over_takes_its_days_and_waits_for_the_next_batch():
    state = arrested()
    go_on(state, 21)
    assert (state.workers.status == S.DETAINED).all()
    # Ready on day 20; batches leave on days 0, 7, 14, 21.
    go_on(state, 1)
    assert (state.workers.status == S.HANDED_OVER).all()
    assert flow(state, "handed_over") == [0, 20, 0]
    assert (state.workers.place == 0).all()
    assert state.workers.punished.all()
    assert (state.workers.handed_over == 21).all()
    assert (state.workers.due == 21 + 240).all()
    go_on(state, 240)
    assert (state.workers.status == S.SENTENCED).all()
    go_on(state, 1100)
    assert (state.workers.status == S.RELEASED).all()
    assert state.agendas["lives"].take(21 + 240 + 1100 + 30).size == 20


def test_durations_of_a_court_are_lognormal():
    state = arrested(N, treaties=({**BORDER, "median_days": 500.0, "sigma": 0.5, "batch_days": 1},))
    justice(state)
    assert stats.kstest(np.log(state.workers.due), stats.norm(np.log(500), 0.5).cdf).pvalue > FALSE_ALARM


def test_some_requests_are_refused_and_the_person_released():
    state = arrested(N, treaties=({**BORDER, "refusal": 0.3},))
    go_on(state, 22)
    refused = state.workers.status == S.RELEASED
    assert_share(refused.sum(), N, 0.3)
    assert (state.workers.status[~refused] == S.HANDED_OVER).all()
    assert not state.workers.punished[refused].any()
    assert (state.workers.handed_over == np.where(refused, NEVER, 21)).all()
    assert flow(state, "released")[1] == refused.sum()


def test_two_claims_on_a_suspect_compete():
    state = arrested(N, nationality=2, treaties=(BORDER, OWN), **{J + "target_claim": 0.7})
    justice(state)
    assert_shares(np.bincount(state.workers.treaty), [0.7, 0.3])
    assert set(state.workers.due[state.workers.treaty == 1].tolist()) == {56}


@pytest.mark.parametrize(("treaties", "nationality", "treaty"), [((OWN,), 2, 0), ((OWN,), 0, -1), ((BORDER,), 2, 0)])
def test_one_claim_is_enough_and_a_claim_needs_a_treaty(treaties, nationality, treaty):
    state = arrested(nationality=nationality, treaties=treaties)
    justice(state)
    assert (state.workers.treaty == treaty).all()
    assert (state.workers.status == (S.DETAINED if treaty >= 0 else S.CONVICTED)).all()


@pytest.mark.parametrize("how", [RecruitedAs.DECEIVED, RecruitedAs.COERCED])
def test_trafficked_people_punished_as_offenders_are_counted(how):
    state = arrested(how=how)
    go_on(state, 22)
    assert flow(state, "trafficked_punished") == [0, 20, 0]
    state = arrested(how=how, treaties=())
    go_on(state, 2000)
    assert flow(state, "trafficked_punished") == [0, 20, 0]
    assert flow(state, "trafficked_deported") == [0, 0, 0]
    state = arrested(treaties=())
    justice(state)
    assert flow(state, "trafficked_punished") == [0, 0, 0]


@pytest.mark.parametrize(("how", "counted"), [(RecruitedAs.DECEIVED, 20), (RecruitedAs.COERCED, 20),
                                              (RecruitedAs.VOLUNTARY, 0)])
def test_trafficked_people_who_are_deported_are_counted_apart(how, counted):
    state = arrested(how=how, treaties=(), **{J + "convicted_share": 0.0})
    go_on(state, 1)
    assert (state.workers.status == S.DEPORTED).all()
    assert flow(state, "deported") == [0, 20, 0]
    assert flow(state, "trafficked_deported") == [0, counted, 0]
    assert flow(state, "trafficked_punished") == [0, 0, 0]
    assert not state.workers.punished.any()


@pytest.mark.parametrize(("lever", "how", "chance"), [
    ("screening", RecruitedAs.DECEIVED, 0.25 + 0.75 * 0.4), ("screening", RecruitedAs.VOLUNTARY, 0.02),
    ("screening_wrong", RecruitedAs.DECEIVED, 0.25), ("screening_wrong", RecruitedAs.VOLUNTARY, 0.02 + 0.98 * 0.4)])
def test_policy_in_the_host_screens_better_and_errs_more(lever, how, chance):
    state = arrested(N, how=how, **{J + "screening_sensitivity": 0.25, J + "screening_wrong": 0.02})
    state.levers.move(lever, 1, 0.4)
    state.levers.move(lever, 0, 1.0)
    justice(state)
    assert_share((state.workers.status == S.RESCUED).sum(), N, chance)


def test_an_agreement_shortens_the_queue_of_the_pair():
    state = arrested()
    state.levers.move("treaty_delay", (1, 0), 0.5)
    state.levers.move("treaty_delay", (0, 1), 0.05)
    justice(state)
    # Ready on day 10, not 20; batches leave on days 0, 7, 14.
    assert (state.workers.due == 14).all()
    go_on(state, 15)
    assert flow(state, "handed_over") == [0, 20, 0]
    assert flow(state, "handed_over_days") == [0, 20 * 14, 0]


def test_an_agreement_lowers_refusals_and_the_refused_are_counted():
    state = arrested(N, treaties=({**BORDER, "refusal": 0.4},))
    go_on(state, 21)
    state.levers.move("treaty_refusal", (1, 0), 0.5)
    justice(state)
    refused = (state.workers.status == S.RELEASED).sum()
    assert_share(refused, N, 0.2)
    assert flow(state, "refused") == [0, refused, 0]
    assert flow(state, "handed_over_days") == [0, 21 * (N - refused), 0]


def test_where_no_treaty_stands_an_agreement_founds_one_on_its_own_terms():
    terms = {J + "agreement_days": 120.0, J + "agreement_sigma": 0.0, J + "agreement_batch_days": 25,
             J + "agreement_refusal": 0.3}
    state = arrested(N, treaties=(OWN,), nationality=0, **terms)
    state.levers.move("agreement", (1, 0), 1.0)
    state.levers.move("treaty_delay", (1, 0), 0.05)
    justice(state)
    # The world's one treaty, then 3 x 3 pairs: host 1, requester 0.
    assert (state.workers.treaty == 1 + 3).all()
    assert (state.workers.due == 125).all()
    state.levers.reset()
    state.day = 125
    justice(state)
    over = state.workers.status == S.HANDED_OVER
    assert_share(N - over.sum(), N, 0.3)
    assert (state.workers.place[over] == 0).all()


def test_an_agreement_that_is_growing_covers_a_share_of_cases():
    state = arrested(N, treaties=(OWN,), nationality=0)
    state.levers.move("agreement", (1, 0), 0.25)
    justice(state)
    assert_share((state.workers.status == S.DETAINED).sum(), N, 0.25)


def test_an_agreement_adds_a_claim_to_that_of_a_standing_treaty():
    state = arrested(N, nationality=2, treaties=(OWN,), **{J + "target_claim": 0.7})
    state.levers.move("agreement", (1, 0), 1.0)
    justice(state)
    assert_share((state.workers.treaty == 1 + 3).sum(), N, 0.7)
    assert_share((state.workers.treaty == 0).sum(), N, 0.3)


def test_an_agreement_where_a_treaty_stands_leaves_its_terms():
    state = arrested()
    state.levers.move("agreement", (1, 0), 1.0)
    justice(state)
    assert (state.workers.treaty == 0).all()
