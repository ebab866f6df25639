"""What `headroom perf` prints: the most important in a few lines, one table, or all of them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from headroom_cli.figures import count, money, percent, spark
from headroom_cli.page import BAD, DIM, GOOD, WARN, Page, Styled
from headroom_cli.perf_cells import texts
from headroom_cli.perf_columns import SAVINGS, TEXT, Table
from headroom_cli.perf_tables import table
from headroom_cli.show import cache_words, print_summary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rich.console import Console

    from headroom.report import Account, Caching, Overview

RECENT_DAYS: Final = 7
_MOST_DAYS: Final = 21
"""More of them are told by the week."""
_ONLY_IF_SEVERAL: Final = frozenset(("day", "week", "project", "upstream"))
"""Tables that say nothing with one row."""
_REASONS: Final = 6
"""How many reasons for blocks left as they came are told."""
_WIDEST_NAME: Final = 40

MORE: Final = "More: headroom perf --full; --since 7d; --by project; --html perf.html"


def print_short(told: "Overview", recent: "Overview | None", today: "date", to: "Console") -> None:
    """Print what was saved, whether the cache is well, and how the last days went: about twelve lines.

    Args:
        recent: of the last RECENT_DAYS days; None leaves them out.
        today: the last of them.
    """
    print_summary(told.summary, to, "" if recent else MORE, _cache_row(told))
    if recent is None:
        return
    page = Page(to)
    row = _recent_row(recent, today)
    if row:
        page.line()
        page.rows([row])
    page.line((f" {MORE}", DIM))


def print_full(told: "Overview", to: "Console") -> None:
    """Print the summary, and all tables that say something."""
    page = Page(to)
    print_summary(told.summary, to, "", _cache_row(told))
    print_table(table(told, "bill"), page)
    print_table(over_time(told), page)
    for name in ("cache", "loss", "project", "agent", "model", "upstream", "tool", "compressor", "output"):
        print_table(table(told, name), page)
        if name == "cache":
            _print_advice(told.caching, page)
    for name in ("retrieval", "time"):
        print_table(table(told, name), page)
    reasons = ", ".join(f"{reason} ({n:,})" for reason, n in told.summary.unchanged.most_common(_REASONS))
    if reasons:
        page.line()
        page.rows([("unchanged", (reasons, ""))])


def over_time(told: "Overview") -> Table:
    """Return the table by day, or by week where the days are many."""
    return table(told, "week" if len(told.by_day) > _MOST_DAYS else "day")


def print_one(asked: Table, told: "Overview", to: "Console") -> None:
    """Print one table that was asked for, in full, or that there is nothing in it."""
    page = Page(to)
    if not asked.rows:
        page.line((f" {asked.title}: nothing", DIM))
    print_table(asked, page, is_asked=True)
    if asked.name == "cache":
        _print_advice(told.caching, page)


def print_table(shown: Table, page: Page, *, is_asked: bool = False) -> None:
    """Print a table with the columns that the terminal has room for."""
    if len(shown.rows) < 2 and shown.name in _ONLY_IF_SEVERAL and not is_asked:
        return
    places = [place for place, column in enumerate(shown.columns) if page.to.width >= column.width]
    net = shown.at("net_saved_usd") if any(row.name == "net_saved_usd" for row in shown.columns) else None
    rows = []
    for values, cells in zip(shown.rows, texts(shown), strict=True):
        saved = 0 if net is None else values[net]
        rows.append(([cells[place] for place in places], BAD if isinstance(saved, int) and saved < 0 else ""))
    bars = [row[shown.at(shown.bar)] for row in shown.rows] if shown.bar and len(shown.rows) > 1 else []
    left = [at for at, place in enumerate(places) if shown.columns[place].kind == TEXT]
    heads = [shown.columns[place].head for place in places]
    page.table(
        heads,
        rows,
        left=left,
        bars=[None if bar is None else float(bar) for bar in bars],
        widest=min(_WIDEST_NAME, max((len(cells[0]) for cells in (*(row for row, _ in rows), heads)), default=0)),
        bar_style=GOOD if shown.bar in SAVINGS else WARN,
    )


def _print_advice(caching: "Caching", page: Page) -> None:
    from headroom.report.shapes import ADVICE

    if caching.misses:
        page.line()
        page.rows([("→", (f"{cause}: {ADVICE[cause]}", DIM)) for cause in caching.misses])


def _cache_row(told_of: "Overview") -> "Mapping[str, Styled]":
    """Return how well the cache worked, and the dearest thing that could be done about it."""
    from headroom.report.shapes import ADVICE

    caching = told_of.caching
    if not caching.turns:
        return {}
    told = cache_words(told_of.summary)
    avoidable = caching.avoidable
    if not avoidable:
        # Where nothing at all was read, nothing is to be praised.
        style = GOOD if told_of.summary.total.cache_read else ""
        return {"cache": (f"{told}; no turn missed what it might have read", style)}
    times = sum(miss.times for miss in avoidable.values())
    tokens = sum(miss.tokens for miss in avoidable.values())
    cost = sum(miss.cost for miss in avoidable.values())
    dearest = max(avoidable, key=lambda cause: (avoidable[cause].cost, avoidable[cause].tokens))
    lost = f", {money(cost)[0]} dearer" if cost else ""
    told += f"; {count(times, 'turn')} missed {tokens:,} tokens{lost}. Most: {dearest} ({ADVICE[dearest]})"
    return {"cache": (told, WARN if times * 10 >= caching.turns else "")}


def _recent_row(recent: "Overview", today: "date") -> tuple[str, Styled] | None:
    total = recent.summary.total
    if not total.with_usage:
        return None
    days = [today - timedelta(days=ago) for ago in reversed(range(RECENT_DAYS))]
    line = spark([_net(recent.by_day.get(day)) for day in days])
    requests = count(total.requests, "request")
    return (f"{RECENT_DAYS} days", (f"{line}  {net_words(total)}, {requests}", BAD if total.net_saved < 0 else ""))


def _net(account: "Account | None") -> float | None:
    if account is None or not account.with_usage:
        return None
    return float(account.net_saved if account.priced else account.saved - account.round_trip)


def net_words(account: "Account") -> str:
    """Return what was saved, net, in money and tokens, or that it was dearer."""
    tokens = account.saved - account.round_trip
    many = f"≈ {abs(tokens):,} tokens {'fewer' if tokens >= 0 else 'more'}"
    if not account.priced:
        return f"{many}, price unknown"
    (net,) = money(abs(account.net_saved))
    word = "saved" if account.net_saved >= 0 else "dearer"
    return f"≈ {net} {word} ({percent(abs(account.net_saved_percent))}), {many}"


__all__ = ["MORE", "RECENT_DAYS", "over_time", "print_full", "print_one", "print_short", "print_table"]
