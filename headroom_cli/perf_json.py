"""All of `headroom perf` as plain data, for machines: the summary, and what is told of many sessions beyond it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from headroom_cli.perf_tables import week_name
from headroom_cli.summary_json import account_json, dollars, summary_json

if TYPE_CHECKING:
    from headroom.report import Account, Overview, Spread

KEYS: Final[Mapping[str, str]] = {
    "days": "what `agents` says of each, by local day (2026-11-21), ascending; days without requests are left out",
    "weeks": "the same by ISO week (2026-W47)",
    "projects": "the same by the folder in which the sessions were begun, with its name and how many they are",
    "lossless": "blocks shortened without loss, and their estimated tokens before and after",
    "lossy": "the same of those shortened with loss",
    "largest_outputs": "the ten largest tool results: how often each was sent, and what that cost (estimated)",
    "caching": "turns, how many read all they could, the share that was read, and misses by cause with advice",
    "read_back": "originals asked for again, by way (stream, mcp, command, file) and by compressor",
    "added_ms": "time added to a request: how many were measured, p50, p95, p99 and the most, in milliseconds",
    "first_byte_ms": "the same until the first byte of the answer",
}
"""What is said beyond `summary_json`. Names here are an interface: add, do not rename."""


def overview_json(told: "Overview") -> dict[str, Any]:
    """Return an overview as a dict that any JSON writer takes: all of `summary_json`, and KEYS."""
    blocks = told.summary.blocks
    return summary_json(told.summary) | {
        "days": {day.isoformat(): _row(account) for day, account in told.by_day.items()},
        "weeks": {week_name(monday): _row(account) for monday, account in told.by_week.items()},
        "projects": {
            path: {"name": row.name, "sessions": row.sessions} | _row(row.account)
            for path, row in told.by_project.items()
        },
        "lossless": _form(blocks.lossless, blocks.lossless_before, blocks.lossless_after),
        "lossy": _form(blocks.lossy, blocks.lossy_before, blocks.lossy_after),
        "largest_outputs": _outputs(told),
        "caching": _caching(told),
        "read_back": _read_back(told),
        "added_ms": _spread(told.added),
        "first_byte_ms": _spread(told.first_byte),
    }


def _row(account: "Account") -> dict[str, Any]:
    return {"requests": account.requests, **account_json(account)}


def _form(blocks: int, before: int, after: int) -> dict[str, int]:
    return {"blocks": blocks, "tokens_before": before, "tokens_after": after}


def _outputs(told: "Overview") -> list[dict[str, Any]]:
    return [
        {
            "block": row.key,
            "tool": row.tool,
            "session": row.session,
            "model": row.model,
            "compressor": row.compressor or None,
            "lossless": row.lossless,
            "tokens_before": row.before,
            "tokens_after": row.after,
            "times_sent": row.sent,
            "times_priced": row.priced,
            "usd": dollars(row.cost) if row.priced else None,
            "usd_in_full": dollars(row.full_cost) if row.priced else None,
        }
        for row in told.largest
    ]


def _caching(told: "Overview") -> dict[str, Any]:
    from headroom.report.shapes import ADVICE

    caching = told.caching
    return {
        "turns": caching.turns,
        "held": caching.held,
        "read_tokens": caching.read,
        "input_tokens": caching.prompt,
        "hit_percent": round(caching.hit_percent, 2),
        "misses": {
            cause: {
                "turns": miss.times,
                "tokens": miss.tokens,
                "extra_usd": None if miss.known_cost is None else dollars(miss.known_cost),
                "unpriced_tokens": miss.unpriced,
                "advice": ADVICE[cause],
            }
            for cause, miss in caching.misses.items()
        },
    }


def _read_back(told: "Overview") -> dict[str, Any]:
    found = told.retrievals
    return {
        "ways": {
            name: {"hits": way.hits, "misses": way.misses, "tokens": way.tokens}
            for name, way in found.ways.items()
        },
        "compressors": {
            name: {"lossy": row.lossy, "asked_again": row.asked, "percent": round(row.percent, 2)}
            for name, row in found.compressors.items()
        },
    }


def _spread(spread: "Spread") -> dict[str, Any]:
    return {
        "requests": spread.count,
        "p50": spread.p50,
        "p95": spread.p95,
        "p99": spread.p99,
        "most": spread.most,
    }
