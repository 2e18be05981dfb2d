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
    in_all, at_host, times, first_time, first_at_host = series[0], series[1], series[2], series[3], series[4]
    harms, tries, tried, hold_count, hold_sum, other_way = (series[5], series[6], series[7], series[8], series[9],
                                                            series[10])
    victims, dens, owners, transfers = (opened("victims", columns), opened("dens", columns),
                                        opened("syndicates", columns), opened_wide("transfers", columns))
    key, status, country, den, script, channel, stage = (victims.key, victims.status, victims.country, victims.den,
                                                         victims.script, victims.channel, victims.stage)
    savings, lost, payments, this_scam, attempts = (victims.savings, victims.lost, victims.payments,
                                                    victims.payments_this_scam, victims.attempts)
    held, holds, harmed, due, wary, wary_since = (victims.held, victims.holds, victims.harmed, victims.due,
                                                  victims.wary, victims.wary_since)
    den_country, den_status, owner, stolen, den_victims = (dens.country, dens.status, dens.syndicate, dens.stolen,
                                                           dens.victims)
    haste, settled, stopped = owners.haste, owners.settled_week, owners.stopped_week
    transfer_key, transfer_victim, transfer_den, transfer_amount = (transfers.key, transfers.victim, transfers.den,
                                                                    transfers.amount)
    paid_hour, clear_hour, chain_hour, report_hour, transfer_due = (
        transfers.paid_hour, transfers.clear_hour, transfers.chain_hour, transfers.report_hour, transfers.due)
    drawn, cents, n, rows = 0, 0, 0, take_due(payment_list, payment_heads, day)
    # What each may draw, in loops of their own: the compiler takes several at a time.
    keys, ordinals, children = key[rows], attempts[rows], np.empty(rows.size, np.uint64)
    for i in range(rows.size):
        children[i] = child_key(keys[i], kind, ordinals[i])
    of_person, of_transfer = np.empty((3, rows.size)), np.empty((4, rows.size))
    several_each(run, keys, codes[:3], 0, ordinals, of_person)
    several(run, children, codes[3:7], 0, 0, of_transfer)
    for i in range(rows.size):
        prefetch((status, script, country, den, held, savings, lost, holds, harmed, payments, this_scam, attempts,
                  channel, stage, due, wary, wary_since), rows[min(i + AHEAD, rows.size - 1)])
        row, own, ordinal, child = rows[i], keys[i], ordinals[i], children[i]
        if status[row] != paying:
            continue
        play, home, where = script[row], country[row], den[row]
        amount = held[row]
        if amount == 0:
            drawn += 1
            demand = lognormal_at(of_person[0, i], median[play], sigma[play])
            amount = min(demand, savings[row])
            today[tries, home] += amount > 0
            today[tried, home] += max(amount, 0)
        elif den_status[where] != calling:
            amount = 0  # nobody is there to name another way
        if amount <= 0:
            set_code(status, row, allowed, left)
            wary[row], wary_since[row] = wary_after, day
            held[row] = 0
            attempts[row] += 1
            continue

        # The bank's check, at every try anew.
        if check[home] > 0.0:
            drawn += 1
            number = ordinal + holds[row]
            if unit(run, own, hold_code, 0, number) < check[home]:
                drawn += 1
                holds[row] += 1
                settled[owner[where]] += 1
                stopped[owner[where]] += 1
                today[hold_count, home] += 1
                today[hold_sum, home] += amount
                if unit(run, own, retry_code, 0, number) < retry_share:
                    held[row], due[row] = amount, retry_on
                    enter_row(payment_list, payment_heads, row, retry_on)
                else:
                    set_code(status, row, allowed, broken_off)
                    wary[row], wary_since[row] = wary_after, day
                    held[row] = 0
                    attempts[row] += 1
                continue
        if held[row] > 0:
            today[other_way, home] += amount
            held[row] = 0

        # The transfer: when it is made, when it leaves the first account and the last, when the victim tells.
        hurry = stay[home] * (1.0 - haste_most * haste[owner[where]])
        made_at = day * 24 + 8 + np.int64(of_transfer[0, i] * 14.0)
        clear_at = min(made_at + exponential_at(of_transfer[1, i], clear_hours * hurry), never - 1)
        gone_at = min(clear_at + exponential_at(of_transfer[2, i], chain_hours * hurry), never - 1)
        drawn += 4
        tell_at = never
        if of_transfer[3, i] < report_share[home]:
            drawn += 1
            tell_at = made_at + max(lognormal_at(unit(run, child, delay_code, 0, 0), delay_hours, delay_sigma), 1)
            tell_at = min(tell_at, never - 1)
            enter_row(report_list, report_heads, first + n, tell_at // 24)
        new, next_day = first + n, min(tell_at, gone_at) // 24
        enter_row(money_list, money_heads, new, next_day)
        transfer_key[new], transfer_victim[new], transfer_den[new], transfer_amount[new] = child, row, where, amount
        paid_hour[new], clear_hour[new], chain_hour[new], report_hour[new] = made_at, clear_at, gone_at, tell_at
        transfer_due[new] = min(next_day, far)
        n += 1

        # Severe harm, in proportion to the share of savings lost by this payment.
        drawn += 2
        share = amount / max(savings[row], 1)
        if of_person[1, i] < harm[play] * share and not harmed[row]:
            harmed[row] = True
            today[harms, home] += 1

        host = den_country[where]
        if payments[row] == 0:
            den_victims[where] += 1
            today[first_time, home] += 1
            today[first_at_host, host] += 1
            today[victims_of[play], home] += 1
        cents += amount
        savings[row] -= amount
        lost[row] += amount
        attempts[row] += 1
        payments[row] += 1
        this_scam[row] += 1
        stolen[where] += amount
        today[in_all, home] += amount
        today[at_host, host] += amount
        today[paid_to[play], home] += amount
        today[paid_by[channel[row]], home] += amount
        today[times, home] += 1

        set_code(status, row, allowed, paid_up)
        if of_person[2, i] < further[play]:
            set_code(status, row, allowed, engaged)
            stage[row], due[row] = stages[play] - 1, again_on
            enter_row(stage_list, stage_heads, row, again_on)
        else:
            wary[row], wary_since[row] = wary_after, day
    return drawn, cents, n


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
    freeze_code, recall_code, account_code, punish_code, wrong_code = codes[0], codes[1], codes[2], codes[3], codes[4]
    with_mules, frozen, back, cleared = statuses[0], statuses[1], statuses[2], statuses[3]
    frozen_flow, recalled_flow, back_flow, cleared_flow = series[0], series[1], series[2], series[3]
    used_flow, cost_flow, punished_flow, wrong_flow, net_flow = series[4], series[5], series[6], series[7], series[8]
    freeze, recall, each, price = by_country[0], by_country[1], by_country[2], by_country[3]
    punished, wrongly = by_country[4], by_country[5]
    fee_share, haste_fee, wage_share = shares[0], shares[1], shares[2]
    transfers, victims, dens, owners = (opened("transfers", columns), opened("victims", columns),
                                        opened("dens", columns), opened("syndicates", columns))
    key, status, victim, den, amount, due = (transfers.key, transfers.status, transfers.victim, transfers.den,
                                             transfers.amount, transfers.due)
    clear_hour, chain_hour, report_hour = transfers.clear_hour, transfers.chain_hour, transfers.report_hour
    country, returned, savings = victims.country, victims.returned, victims.savings
    syndicate, income, capital, haste = dens.syndicate, dens.income_week, owners.capital, owners.haste
    settled, stopped = owners.settled_week, owners.stopped_week
    drawn = 0
    sum_frozen, sum_back, sum_fees, sum_wages, sum_net, sum_cost = 0, 0, 0, 0, 0, 0
    rows = take_due(money_list, money_heads, day)
    for i in range(rows.size):
        row, later = rows[i], rows[min(i + AHEAD, rows.size - 1)]
        prefetch((amount, victim, key, status, report_hour, chain_hour, clear_hour, den, due), later)
        prefetch((country,), victim[rows[min(i + AHEAD // 2, rows.size - 1)]])
        cents, who = amount[row], victim[row]
        home, own = country[who], key[row]
        if status[row] == frozen:
            set_code(status, row, allowed, back)
            returned[who] += cents
            savings[who] += cents
            sum_back += cents
            today[back_flow, home] += cents
            continue
        if status[row] != with_mules:
            continue

        # In the first account a report may freeze it; further on it can only be called back.
        told, when, flow = report_hour[row], chain_hour[row] // 24, -1
        if told < chain_hour[row]:
            moved_on = max(told, clear_hour[row]) // 24
            if told < clear_hour[row] and told // 24 == day:
                drawn += 1
                if unit(run, own, freeze_code, 0, 0) < freeze[home]:
                    flow = frozen_flow
            if flow < 0 and moved_on == day and recall[home] > 0.0:
                drawn += 1
                if unit(run, own, recall_code, 0, 0) < recall[home]:
                    flow = recalled_flow
            if moved_on > day:
                when = moved_on
        if flow < 0 and when > day:
            due[row] = when
            enter_row(money_list, money_heads, row, when)
            continue

        # An account takes several payments, but is burnt by a freeze.
        boss, where = syndicate[den[row]], den[row]
        drawn += 1
        used = int(each[home])
        used += unit(run, own, account_code, 0, 0) < each[home] - used
        if flow >= 0:
            used = max(used, 1)
        if punished[home] > 0.0:
            drawn += 2 * used
            for k in range(used):
                if unit(run, own, punish_code, 0, k) < punished[home]:
                    today[punished_flow, home] += 1
                    today[wrong_flow, home] += unit(run, own, wrong_code, 0, k) < wrongly[home]
        cost = used * int(price[home])
        today[used_flow, home] += used
        today[cost_flow, home] += cost
        capital[boss] -= cost
        income[where] -= cost
        sum_cost += cost
        settled[boss] += 1

        if flow >= 0:
            set_code(status, row, allowed, frozen)
            due[row] = day + return_days
            enter_row(money_list, money_heads, row, due[row])
            stopped[boss] += 1
            sum_frozen += cents
            today[flow, home] += cents
        else:
            # Launderers first, then staff, and the syndicate has what is left.
            set_code(status, row, allowed, cleared)
            fee = cents * min(fee_share + int(np.rint(haste_fee * haste[boss])), 10000) // 10000
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
