"""The tables of `headroom perf`, as plain values: what a terminal, a CSV file and a page show is made from these.

Tokens are the provider's unless the column says estimated (o200k_base, or money made from such counts).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from headroom_cli.perf_columns import COUNT, MONEY, MS, PERCENT, TEXT, Column, Table, Value

if TYPE_CHECKING:
    from datetime import date

    from headroom.report import Account, Blocks, Overview, Spread

_ACCOUNT: Final = (
    Column("requests", "requests", COUNT, 70),
    Column("tokens", "tokens", COUNT),
    Column("tokens_without_headroom", "≈ direct", COUNT, 999),
    Column("saved_tokens", "≈ saved", COUNT, 999),
    Column("saved_percent", "≈ saved", PERCENT),
    Column("cache_hit_percent", "cached", PERCENT, 100),
    Column("paid_usd", "paid", MONEY),
    Column("direct_usd", "≈ direct", MONEY, 90),
    Column("net_saved_usd", "≈ net saved", MONEY),
    Column("unpriced_tokens", "unpriced", COUNT, 999),
)


def _account(account: "Account") -> tuple[Value, ...]:
    is_priced, is_told = account.priced > 0, account.with_usage > 0
    return (
        account.requests,
        account.billed_tokens if is_told else None,
        account.tokens_without_us if is_told else None,
        account.saved - account.round_trip if is_told else None,
        account.saved_percent if is_told else None,
        account.cache_hit_percent if is_told else None,
        account.paid if is_priced else None,
        account.would_have_paid if is_priced else None,
        account.net_saved if is_priced else None,
        account.unpriced.total(),
    )


def _accounts(name: str, title: str, rows: "Iterable[tuple[str, Account]]", head: str = "") -> Table:
    columns = (Column(name, head or name, TEXT), *_ACCOUNT)
    return Table(name, title, columns, [(who, *_account(account)) for who, account in rows], "net_saved_usd")


def _most_first(accounts: "Mapping[str, Account]") -> "list[tuple[str, Account]]":
    return sorted(accounts.items(), key=lambda item: (-item[1].billed_tokens, item[0]))


def _days(told: "Overview") -> Table:
    return _accounts("day", "By day", ((day.isoformat(), account) for day, account in told.by_day.items()))


def _weeks(told: "Overview") -> Table:
    return _accounts("week", "By week", ((week_name(day), account) for day, account in told.by_week.items()))


def week_name(monday: "date") -> str:
    """Return the name of an ISO week: 2026-W47."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _projects(told: "Overview") -> Table:
    columns = (
        Column("project", "project", TEXT),
        Column("path", "path", TEXT, 999),
        Column("sessions", "sessions", COUNT, 110),
        *_ACCOUNT,
    )
    found = sorted(told.by_project.values(), key=lambda row: (-row.account.billed_tokens, row.path))
    rows = [(row.name, row.path, row.sessions, *_account(row.account)) for row in found]
    return Table("project", "By project", columns, rows, "net_saved_usd")


def _agents(told: "Overview") -> Table:
    return _accounts("agent", "By agent", _most_first(told.summary.by_agent))


def _models(told: "Overview") -> Table:
    return _accounts("model", "By model", _most_first(told.summary.by_model))


def _upstreams(told: "Overview") -> Table:
    return _accounts("upstream", "By provider", _most_first(told.summary.by_upstream), "provider")


_BLOCKS: Final = (
    Column("blocks", "blocks", COUNT),
    Column("lossless", "lossless", COUNT, 70),
    Column("lossy", "lossy", COUNT, 70),
    Column("estimated_tokens_before", "≈ before", COUNT),
    Column("estimated_tokens_after", "≈ after", COUNT),
    Column("smaller_percent", "smaller", PERCENT),
    Column("estimated_tokens_saved", "≈ saved", COUNT, 999),
)
_ASKED_AGAIN: Final = (
    Column("lossy_with_original", "lossy", COUNT, 999),
    Column("asked_again", "asked again", COUNT, 90),
)


def _blocks(blocks: "Blocks") -> tuple[Value, ...]:
    smaller = blocks.saved_percent if blocks.shortened else None
    saved = blocks.before - blocks.after
    return (blocks.seen, blocks.lossless, blocks.lossy, blocks.before, blocks.after, smaller, saved)


def _best_first(found: "Mapping[str, Blocks]") -> "list[tuple[str, Blocks]]":
    return sorted(found.items(), key=lambda item: (item[1].after - item[1].before, item[0]))


def _tools(told: "Overview") -> Table:
    columns = (Column("tool", "tool", TEXT), *_BLOCKS)
    rows = [(name, *_blocks(blocks)) for name, blocks in _best_first(told.summary.by_tool)]
    return Table("tool", "By tool", columns, rows, "estimated_tokens_saved")


def _compressors(told: "Overview") -> Table:
    columns = (Column("compressor", "compressor", TEXT), *_BLOCKS, *_ASKED_AGAIN)
    again = told.retrievals.compressors
    rows = [
        (name, *_blocks(blocks), again[name].lossy if name in again else None, _asked(told, name))
        for name, blocks in _best_first(told.summary.by_compressor)
    ]
    return Table("compressor", "By compressor", columns, rows, "estimated_tokens_saved")


def _asked(told: "Overview", compressor: str) -> int | None:
    found = told.retrievals.compressors.get(compressor)
    return found.asked if found else None


def _losses(told: "Overview") -> Table:
    blocks = told.summary.blocks
    columns = (Column("loss", "form", TEXT), _BLOCKS[0], *_BLOCKS[3:])
    rows: list[tuple[Value, ...]] = []
    for name, count, before, after in (
        ("lossless", blocks.lossless, blocks.lossless_before, blocks.lossless_after),
        ("lossy", blocks.lossy, blocks.lossy_before, blocks.lossy_after),
    ):
        saved = before - after
        rows.append((name, count, before, after, 100 * saved / before if before else None, saved))
    rows.append(("as it came", blocks.seen - blocks.shortened, None, None, None, None))
    return Table("loss", "Lossless and lossy", columns, rows if blocks.seen else [], "estimated_tokens_saved")


def _outputs(told: "Overview") -> Table:
    columns = (
        Column("tool", "largest output", TEXT),
        Column("session", "session", TEXT, 110),
        Column("model", "model", TEXT, 130),
        Column("compressor", "made by", TEXT, 70),
        Column("lossless", "lossless", TEXT, 999),
        Column("estimated_tokens_before", "≈ tokens", COUNT),
        Column("estimated_tokens_after", "≈ sent as", COUNT),
        Column("times_sent", "times", COUNT),
        Column("estimated_cost_usd", "≈ cost", MONEY),
        Column("estimated_direct_usd", "≈ in full", MONEY, 80),
        Column("block", "block", TEXT, 999),
    )
    rows = [
        (
            *(row.tool or "unknown", row.session, row.model, row.compressor or None),
            ("yes" if row.lossless else "no") if row.compressor else None,
            *(row.before, row.after, row.sent),
            *((row.cost, row.full_cost) if row.priced else (None, None)),
            row.key,
        )
        for row in told.largest
    ]
    return Table("output", "Largest tool outputs, and what they cost", columns, rows, "estimated_cost_usd")


def _misses(told: "Overview") -> Table:
    from headroom.report.shapes import ADVICE

    columns = (
        Column("cause", "cache missed: cause", TEXT),
        Column("turns", "turns", COUNT),
        Column("tokens", "tokens", COUNT),
        Column("extra_cost_usd", "extra cost", MONEY),
        Column("unpriced_tokens", "unpriced", COUNT, 999),
        Column("advice", "what helps", TEXT, 999),
    )
    rows = [
        (
            cause,
            row.times,
            row.tokens,
            row.known_cost,
            row.unpriced,
            ADVICE[cause],
        )
        for cause, row in told.caching.misses.items()
    ]
    return Table("cache", "What the prompt cache missed", columns, rows, "extra_cost_usd")


_WAYS: Final[Mapping[str, str]] = {
    "stream": "answered by the proxy",
    "mcp": "by the MCP server",
    "command": "headroom retrieve",
    "file": "the agent read the file",
}


def _retrievals(told: "Overview") -> Table:
    columns = (
        Column("way", "originals read back", TEXT),
        Column("found", "found", COUNT),
        Column("gone", "gone", COUNT),
        Column("estimated_tokens", "≈ tokens", COUNT),
    )
    rows = [
        (_WAYS.get(name, name), way.hits, way.misses, way.tokens) for name, way in told.retrievals.ways.items()
    ]
    return Table("retrieval", "Originals read back", columns, rows)


def _times(told: "Overview") -> Table:
    columns = (
        Column("time", "time", TEXT),
        Column("requests", "requests", COUNT),
        *(Column(f"{name}_ms", name, MS) for name in ("p50", "p95", "p99")),
        Column("most_ms", "most", MS, 70),
    )
    rows = [
        (name, *_spread(spread))
        for name, spread in (("added by headroom", told.added), ("to the first byte", told.first_byte))
        if spread.count
    ]
    return Table("time", "Time", columns, rows)


def _spread(spread: "Spread") -> tuple[Value, ...]:
    return (spread.count, spread.p50, spread.p95, spread.p99, spread.most)


def _bill(told: "Overview") -> Table:
    columns = (
        Column("bill", "bill", TEXT),
        Column("requests", "requests", COUNT, 70),
        Column("tokens", "tokens", COUNT),
        Column("usd", "money", MONEY),
        Column("percent", "share", PERCENT),
    )
    total, audited = told.summary.total, told.summary.audited
    rows: list[tuple[Value, ...]] = []
    for account, direct, ours, net in (
        (total, "≈ direct, without headroom", "paid, through headroom", "≈ net saved"),
        (audited, "audited: paid, unchanged", "≈ audited: through headroom", "≈ audited: would have saved"),
    ):
        if not account.with_usage:
            continue
        is_priced = account.priced > 0
        saved = account.net_saved_percent if is_priced else account.saved_percent
        tokens = account.tokens_without_us, account.billed_tokens, account.saved - account.round_trip
        money = account.would_have_paid, account.paid, account.net_saved
        shares = (100.0, 100.0 - saved, saved)
        for name, count, paid, share in zip((direct, ours, net), tokens, money, shares, strict=True):
            rows.append((name, account.with_usage, count, paid if is_priced else None, share))
    return Table("bill", "The bill, direct and through headroom", columns, rows, "usd")


TABLES: Final[Mapping[str, "Callable[[Overview], Table]"]] = {
    "day": _days,
    "week": _weeks,
    "project": _projects,
    "agent": _agents,
    "model": _models,
    "upstream": _upstreams,
    "tool": _tools,
    "compressor": _compressors,
    "loss": _losses,
    "output": _outputs,
    "cache": _misses,
    "retrieval": _retrievals,
    "time": _times,
    "bill": _bill,
}
"""What can be asked for by `--by`, in the order in which all of it is printed."""


def table(told: "Overview", name: str) -> Table:
    """Return a table by its name in TABLES."""
    return TABLES[name](told)
