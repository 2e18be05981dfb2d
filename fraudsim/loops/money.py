"""The loops of money: the persuaded pay one by one, and what is due in mule accounts moves on."""

from __future__ import annotations

from typing import Any

import numpy as np

from fraudsim.core.agenda import enter_row, take_due
from fraudsim.core.columns import opened, opened_wide
from fraudsim.core.compiled import compiled
from fraudsim.core.distributions import exponential_at, lognormal_at
from fraudsim.core.draws import _several as several
from fraudsim.core.draws import _several_each as several_each
from fraudsim.core.draws import child_key, unit
from fraudsim.core.kernels import set_code
from fraudsim.core.prefetch import AHEAD, prefetch


@compiled
def leave(victims: Any, row: Any, to: Any, day: Any, wary_after: Any, allowed: Any) -> None:  # pragma: no cover
    """Let somebody leave a scam, wary from now on: what was asked will not be asked again."""
    set_code(victims.status, row, allowed, to)
    victims.wary[row], victims.wary_since[row], victims.held[row] = wary_after, day, 0
    victims.attempts[row] += 1


@compiled
def count_hold(victims: Any, owners: Any, row: Any, owner: Any, amount: Any, home: Any, today: Any, hold_count: Any,
               hold_sum: Any) -> None:  # pragma: no cover - compiled
    """Count a payment that the bank holds."""
    victims.holds[row] += 1
    owners.settled_week[owner] += 1
    owners.stopped_week[owner] += 1
    today[hold_count, home] += 1
    today[hold_sum, home] += amount


@compiled
def moves_on(day: Any, u: Any, hurry: Any, clear_hours: Any, chain_hours: Any,
             never: Any) -> Any:  # pragma: no cover - compiled
    """Return the hours in which a transfer is made, leaves the first account, and leaves the last; ``u`` are draws."""
    made_at = day * 24 + 8 + np.int64(u[0] * 14.0)
    clear_at = min(made_at + exponential_at(u[1], clear_hours * hurry), never - 1)
    return made_at, clear_at, min(clear_at + exponential_at(u[2], chain_hours * hurry), never - 1)


@compiled
def count_payment(victims: Any, dens: Any, row: Any, amount: Any, today: Any, series: Any, paid_to: Any,
                  victims_of: Any, paid_by: Any) -> None:  # pragma: no cover - compiled
    """Count a payment with the victim, with the den, and in today's row."""
    in_all, at_host, times, first_time, first_at_host = series[0], series[1], series[2], series[3], series[4]
    home, where, play = victims.country[row], victims.den[row], victims.script[row]
    host = dens.country[where]
    if victims.payments[row] == 0:
        dens.victims[where] += 1
        today[first_time, home] += 1
        today[first_at_host, host] += 1
        today[victims_of[play], home] += 1
    victims.savings[row] -= amount
    victims.lost[row] += amount
    victims.attempts[row] += 1
    victims.payments[row] += 1
    victims.payments_this_scam[row] += 1
    dens.stolen[where] += amount
    today[in_all, home] += amount
    today[at_host, host] += amount
    today[paid_to[play], home] += amount
    today[paid_by[victims.channel[row]], home] += amount
    today[times, home] += 1


@compiled
def pay(columns: Any, payment_list: Any, payment_heads: Any, stage_list: Any, stage_heads: Any, report_list: Any,
        report_heads: Any, money_list: Any, money_heads: Any, day: Any, run: Any, codes: Any, kind: Any, statuses: Any,
        allowed: Any, calling: Any, median: Any, sigma: Any, further: Any, harm: Any, stages: Any, by_country: Any,
        terms: Any, never: Any, far: Any, again_on: Any, retry_on: Any, first: Any, today: Any, series: Any,
        paid_to: Any, victims_of: Any, paid_by: Any) -> Any:  # pragma: no cover - compiled
    """Let those who are persuaded, and due today, pay what is asked, as far as savings go and the bank lets them.

    Parameters
    ----------
    payment_list, ..., money_heads : arrays
        Agendas, with room for all who may pay: of payments, which who pays by another way on day ``retry_on`` enters
        again; of stages, for those who hear a further demand on day ``again_on``; of reports, and of money, for the
        new rows of ``transfers``.
    first : int
        Where the new rows of ``transfers`` begin, which has room for all of them.

    Returns
    -------
    drawn, cents, n : int
        Draws made, what was paid in all, and in how many payments.
    """
    delay_code, hold_code, retry_code = codes[7], codes[8], codes[9]
    paying, paid_up, left, engaged, broken_off = statuses[0], statuses[1], statuses[2], statuses[3], statuses[4]
    clear_hours, chain_hours, delay_hours, delay_sigma = terms[0], terms[1], terms[2], terms[3]
    wary_after, retry_share, haste_most = terms[4], terms[5], terms[6]
    report_share, check, stay = by_country[0], by_country[1], by_country[2]
    harms, tries, tried, hold_count, hold_sum, other_way = (series[5], series[6], series[7], series[8], series[9],
                                                            series[10])
    victims, dens, owners, transfers = (opened("victims", columns), opened("dens", columns),
                                        opened("syndicates", columns), opened_wide("transfers", columns))
    status, savings, held, due = victims.status, victims.savings, victims.held, victims.due
    wanted = (status, victims.script, victims.country, victims.den, held, savings, victims.lost, victims.holds,
              victims.harmed, victims.payments, victims.payments_this_scam, victims.attempts, victims.channel,
              victims.stage, due, victims.wary, victims.wary_since)
    drawn, cents, n, rows = 0, 0, 0, take_due(payment_list, payment_heads, day)
    # What each may draw, in loops of their own: the compiler takes several at a time.
    keys, ordinals, children = victims.key[rows], victims.attempts[rows], np.empty(rows.size, np.uint64)
    for i in range(rows.size):
        children[i] = child_key(keys[i], kind, ordinals[i])
    of_person, of_transfer = np.empty((3, rows.size)), np.empty((4, rows.size))
    several_each(run, keys, codes[:3], 0, ordinals, of_person)
    several(run, children, codes[3:7], 0, 0, of_transfer)
    for i in range(rows.size):
        prefetch(wanted, rows[min(i + AHEAD, rows.size - 1)])
        row, own, child = rows[i], keys[i], children[i]
        if status[row] != paying:
            continue
        play, home, where = victims.script[row], victims.country[row], victims.den[row]
        owner, amount = dens.syndicate[where], held[row]
        if amount == 0:
            drawn += 1
            amount = min(lognormal_at(of_person[0, i], median[play], sigma[play]), savings[row])
            today[tries, home] += amount > 0
            today[tried, home] += max(amount, 0)
        elif dens.status[where] != calling:
            amount = 0  # nobody is there to name another way
        if amount <= 0:
            leave(victims, row, left, day, wary_after, allowed)
            continue

        # The bank's check, at every try anew.
        if check[home] > 0.0:
            drawn += 1
            number = ordinals[i] + victims.holds[row]
            if unit(run, own, hold_code, 0, number) < check[home]:
                drawn += 1
                count_hold(victims, owners, row, owner, amount, home, today, hold_count, hold_sum)
                if unit(run, own, retry_code, 0, number) < retry_share:
                    held[row], due[row] = amount, retry_on
                    enter_row(payment_list, payment_heads, row, retry_on)
                else:
                    leave(victims, row, broken_off, day, wary_after, allowed)
                continue
        if held[row] > 0:
            today[other_way, home] += amount
            held[row] = 0

        # The transfer, and when the victim tells.
        new, tell_at = first + n, never
        hurry = stay[home] * (1.0 - haste_most * owners.haste[owner])
        made_at, clear_at, gone_at = moves_on(day, of_transfer[:, i], hurry, clear_hours, chain_hours, never)
        drawn += 4
        if of_transfer[3, i] < report_share[home]:
            drawn += 1
            tell_at = made_at + max(lognormal_at(unit(run, child, delay_code, 0, 0), delay_hours, delay_sigma), 1)
            tell_at = min(tell_at, never - 1)
            enter_row(report_list, report_heads, new, tell_at // 24)
        next_day = min(tell_at, gone_at) // 24
        enter_row(money_list, money_heads, new, next_day)
        transfers.key[new], transfers.victim[new], transfers.den[new], transfers.amount[new] = child, row, where, amount
        transfers.paid_hour[new], transfers.clear_hour[new], transfers.chain_hour[new] = made_at, clear_at, gone_at
        transfers.report_hour[new], transfers.due[new] = tell_at, min(next_day, far)
        n += 1

        # Severe harm, in proportion to the share of savings lost by this payment.
        drawn += 2
        if of_person[1, i] < harm[play] * (amount / max(savings[row], 1)) and not victims.harmed[row]:
            victims.harmed[row] = True
            today[harms, home] += 1
        cents += amount
        count_payment(victims, dens, row, amount, today, series, paid_to, victims_of, paid_by)
        set_code(status, row, allowed, paid_up)
        if of_person[2, i] < further[play]:
            set_code(status, row, allowed, engaged)
            victims.stage[row], due[row] = stages[play] - 1, again_on
            enter_row(stage_list, stage_heads, row, again_on)
        else:
            victims.wary[row], victims.wary_since[row] = wary_after, day
    return drawn, cents, n


@compiled
def fate(transfers: Any, row: Any, day: Any, run: Any, freeze: Any, recall: Any, freeze_code: Any,
         recall_code: Any) -> Any:  # pragma: no cover - compiled
    """Tell what becomes of money that is due today.

    In the first account a report may freeze it; further on it can only be called back.

    Parameters
    ----------
    freeze, recall : float
        Chances of both in the victim's country.

    Returns
    -------
    stopped : int
        0 if it was frozen, 1 if it was called back, else -1.
    when : int
        Day on which there is more to tell, if it was not stopped; not after today where it has cleared.
    drawn : int
    """
    told, chain_at, clear_at, own = (transfers.report_hour[row], transfers.chain_hour[row], transfers.clear_hour[row],
                                     transfers.key[row])
    when, stopped, drawn = chain_at // 24, -1, 0
    if told < chain_at:
        moved_on = max(told, clear_at) // 24
        if told < clear_at and told // 24 == day:
            drawn += 1
            if unit(run, own, freeze_code, 0, 0) < freeze:
                stopped = 0
        if stopped < 0 and moved_on == day and recall > 0.0:
            drawn += 1
            if unit(run, own, recall_code, 0, 0) < recall:
                stopped = 1
        if moved_on > day:
            when = moved_on
    return stopped, when, drawn


@compiled
def punish_lenders(run: Any, own: Any, used: Any, punished: Any, wrongly: Any, home: Any, codes: Any, today: Any,
                   punished_flow: Any, wrong_flow: Any) -> Any:  # pragma: no cover - compiled
    """Punish some of those who lent the accounts, and some of them wrongly; return the draws made."""
    if punished <= 0.0:
        return 0
    for k in range(used):
        if unit(run, own, codes[3], 0, k) < punished:
            today[punished_flow, home] += 1
            today[wrong_flow, home] += unit(run, own, codes[4], 0, k) < wrongly
    return 2 * used


@compiled
def settle(columns: Any, money_list: Any, money_heads: Any, day: Any, run: Any, codes: Any, statuses: Any, allowed: Any,
           by_country: Any, return_days: Any, shares: Any, today: Any,
           series: Any) -> Any:  # pragma: no cover - compiled
    """Stop what was reported before it had moved on, clear the rest, return what was stopped; buy new accounts.

    Returns
    -------
    drawn : int
        Draws made.
    frozen, returned, fees, wages, net, accounts : int
        Sums in cents.
    """
    with_mules, frozen, back, cleared = statuses[0], statuses[1], statuses[2], statuses[3]
    back_flow, cleared_flow = series[2], series[3]
    used_flow, cost_flow, punished_flow, wrong_flow, net_flow = series[4], series[5], series[6], series[7], series[8]
    freeze, recall, each, price = by_country[0], by_country[1], by_country[2], by_country[3]
    punished, wrongly = by_country[4], by_country[5]
    fee_share, haste_fee, wage_share = shares[0], shares[1], shares[2]
    transfers, victims, dens, owners = (opened("transfers", columns), opened("victims", columns),
                                        opened("dens", columns), opened("syndicates", columns))
    key, status, due, amount, victim = (transfers.key, transfers.status, transfers.due, transfers.amount,
                                        transfers.victim)
    income, capital = dens.income_week, owners.capital
    wanted = (amount, victim, key, status, transfers.report_hour, transfers.chain_hour, transfers.clear_hour,
              transfers.den, due)
    drawn, sum_frozen, sum_back, sum_fees, sum_wages, sum_net, sum_cost = 0, 0, 0, 0, 0, 0, 0
    rows = take_due(money_list, money_heads, day)
    for i in range(rows.size):
        prefetch(wanted, rows[min(i + AHEAD, rows.size - 1)])
        prefetch((victims.country,), victim[rows[min(i + AHEAD // 2, rows.size - 1)]])
        row = rows[i]
        cents, who, where, own = amount[row], victim[row], transfers.den[row], key[row]
        home, boss = victims.country[who], dens.syndicate[where]
        if status[row] == frozen:
            set_code(status, row, allowed, back)
            victims.returned[who] += cents
            victims.savings[who] += cents
            sum_back += cents
            today[back_flow, home] += cents
            continue
        if status[row] != with_mules:
            continue
        stopped, when, made = fate(transfers, row, day, run, freeze[home], recall[home], codes[0], codes[1])
        drawn += made
        if stopped < 0 and when > day:
            due[row] = when
            enter_row(money_list, money_heads, row, when)
            continue

        # An account takes several payments, but is burnt by a freeze.
        drawn += 1
        used = int(each[home])
        used += unit(run, own, codes[2], 0, 0) < each[home] - used
        if stopped >= 0:
            used = max(used, 1)
        drawn += punish_lenders(run, own, used, punished[home], wrongly[home], home, codes, today, punished_flow,
                                wrong_flow)
        cost = used * int(price[home])
        today[used_flow, home] += used
        today[cost_flow, home] += cost
        capital[boss] -= cost
        income[where] -= cost
        sum_cost += cost
        owners.settled_week[boss] += 1

        if stopped >= 0:
            set_code(status, row, allowed, frozen)
            due[row] = day + return_days
            enter_row(money_list, money_heads, row, due[row])
            owners.stopped_week[boss] += 1
            sum_frozen += cents
            today[series[stopped], home] += cents
        else:
            # Launderers first, then staff, and the syndicate has what is left.
            set_code(status, row, allowed, cleared)
            fee = cents * min(fee_share + int(np.rint(haste_fee * owners.haste[boss])), 10000) // 10000
            wage = (cents - fee) * wage_share // 10000
            net = cents - fee - wage
            capital[boss] += net
            income[where] += net
            sum_fees += fee
            sum_wages += wage
            sum_net += net
            today[cleared_flow, home] += cents
            today[net_flow, home] += net
    return drawn, sum_frozen, sum_back, sum_fees, sum_wages, sum_net, sum_cost


@compiled
def fear(haste: Any, settled: Any, stopped: Any, memory: Any) -> None:  # pragma: no cover - compiled
    """Let owners fear freezes as far as the week's payments were stopped, and begin to count anew.

    Rounded to 1/10,000; who saw no payment settled or stopped keeps what it feared.
    """
    for owner in range(haste.size):
        if settled[owner] > 0:
            share = stopped[owner] / settled[owner]
            haste[owner] = np.rint(10000.0 * (haste[owner] + memory * (share - haste[owner]))) / 10000.0
        settled[owner], stopped[owner] = 0, 0
