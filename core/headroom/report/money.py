"""Tokens and money: in all, and by day, project, agent, model and upstream.

What was billed is the provider's figure; what would have been billed without us adds what we removed, at the price
it would have paid, and takes away the extra turns that we caused (`ledger`). Requests that were only audited are
kept apart: what would have been saved is never added to what was.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from headroom.report.accounts import Account
from headroom.report.asked import UNKNOWN, Who
from headroom.report.batches import Batch


class Money(NamedTuple):
    """All accounts."""

    total: Account
    audited: Account
    """Billed is what would have been billed with us, and without us is what it was."""
    by_who: dict[Who, Account]
    by_agent: dict[str, Account]
    by_model: dict[str, Account]
    by_upstream: dict[str, Account]
    by_day: dict[date, Account]
    by_week: dict[date, Account]
    """By its Monday."""


def money(found: Iterable[Batch]) -> Money:
    """Return the accounts of requests, but for those that were not sent."""
    audited, each = Account(), dict[tuple[Who, date, str, str], Account]()
    for batch in found:
        kind = batch.kind
        key = (batch.who, batch.day, kind.named, kind.upstream or kind.dialect or UNKNOWN)
        if kind.mode == "audit":
            audited.add(batch)
        elif kind.mode != "simulate":
            each.setdefault(key, Account()).add(batch)
    told = Money(Account(), audited, {}, {}, {}, {}, {}, {})
    days: dict[date, Account] = {}
    for (who, day, model, upstream), account in each.items():
        days.setdefault(day, Account()).include(account)
        told.by_who.setdefault(who, Account()).include(account)
        told.by_model.setdefault(model, Account()).include(account)
        told.by_upstream.setdefault(upstream, Account()).include(account)
    for who, account in told.by_who.items():
        told.by_agent.setdefault(who.agent, Account()).include(account)
    for day, account in sorted(days.items()):
        told.by_day[day] = account
        told.total.include(account)
        told.by_week.setdefault(day - timedelta(days=day.weekday()), Account()).include(account)
    return told
