"""What the page is given, as plain data: sums over a range of time, the conversations of it, and one of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from headroom.dashboard.board import HOUR_S, Board, Hour, Session
from headroom.dashboard.conversation import Conversation, Listed
from headroom.dashboard.visible import visible
from headroom.pricing import PICO
from headroom.report import Account, Blocks, Caching, Spread, troubles
from headroom.report.shapes import ADVICE, UNAVOIDABLE

_MOST_SHOWN: Final = 50
_MOST_ERRORS: Final = 5


class Range(NamedTuple):
    """How far the page looks back."""

    step_h: int
    """Of its chart, in hours."""
    steps: int


RANGES: Final[Mapping[str, Range]] = {"day": Range(1, 24), "week": Range(6, 28), "month": Range(24, 30)}

_REASONS: Final[Mapping[str, str]] = {
    "floor": "too short to be worth it",
    "off": "compression is off for it",
    "protected": "results of this tool are protected",
    "retrieved": "an original that was asked for again",
    "held out": "left alone to compare with",
}
"""Our own words for the short reasons of the log; others are told as they are."""


def live(board: Board, asked: str, now: float, waiting: int = 0) -> dict[str, Any]:
    """Return the page's overview.

    Args:
        asked: the name of a range; any other is the shortest.
        now: seconds since 1970.
        waiting: bytes of logs that are not read yet.
    """
    name = asked if asked in RANGES else next(iter(RANGES))
    step_h, steps = RANGES[name]
    end = int(now // HOUR_S) // step_h * step_h + step_h
    begins = range(end - step_h * steps, end, step_h)
    inside = [board.hours[hour] for hour in sorted(board.hours) if begins[0] <= hour < end]
    talks = [talk for talk in board.conversations.values() if talk.last >= begins[0] * HOUR_S]
    talks.sort(key=lambda talk: talk.last, reverse=True)
    return {
        "range": name,
        "waiting": waiting,
        "step_s": step_h * HOUR_S,
        "total": _total(inside),
        "steps": [_step(board, begin, step_h) for begin in begins],
        "tools": _tools(inside),
        "losses": _losses(inside),
        "conversations": [_talk(board, talk) for talk in talks[:_MOST_SHOWN]],
        "more": max(len(talks) - _MOST_SHOWN, 0),
    }


def conversation(board: Board, talk: Conversation) -> dict[str, Any]:
    """Return a conversation with its blocks, the latest first."""
    shown = [row(listed) | {"reason": reason(listed.line.reason)} for listed in reversed(talk.blocks)]
    return _talk(board, talk) | {"list": shown, "hidden": talk.number - len(shown)}


def reason(said: str) -> str:
    """Return why a block went out as it came, in plain words."""
    return visible(_REASONS.get(said, said))


def _total(hours: Iterable[Hour]) -> dict[str, Any]:
    account, errors = Account(), Counter[str]()
    ms: list[float] = []
    lookups, misses, would_save, guards, read_back = 0, 0, 0, 0, 0
    for hour in hours:
        account.include(hour.account)
        errors.update(hour.errors)
        ms += hour.ms
        lookups, misses = lookups + hour.lookups, misses + hour.misses
        read_back += sum(blocks.retrieved for blocks in hour.by_tool.values())
        would_save, guards = would_save + hour.would_save, guards + hour.guards
    return _account(account) | {
        "added_ms": round(Spread.of(sorted(ms)).p50, 1) if ms else None,
        # A result that is an original again may be what a lookup gave, or read from its file.
        "asked_again": max(lookups, read_back),
        "missing": misses,
        "would_save": would_save,
        "left_alone": guards,
        "troubles": [
            {
                "times": trouble.times,
                "said": trouble.said,
                "examples": [visible(what) for what in trouble.examples[:_MOST_ERRORS]],
            }
            for trouble in troubles(errors)
        ],
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "requests": account.requests,
        "billed": account.billed_tokens,
        "without": account.tokens_without_us,
        "saved": account.saved - account.round_trip,
        "saved_percent": round(account.saved_percent, 1),
        "usd": _usd(account.net_saved) if account.priced else None,
        "usd_paid": _usd(account.paid) if account.priced else None,
        "usd_percent": round(account.net_saved_percent, 1) if account.priced else None,
        "unpriced": [visible(model) for model in sorted(account.unpriced)],
        "hit_percent": round(account.cache_hit_percent, 1) if _input(account) else None,
        "bill": {
            "input": account.input,
            "cache_write": account.cache_write,
            "cache_read": account.cache_read,
            "output": account.output,
        },
    }


def _step(board: Board, begin: int, step_h: int) -> dict[str, Any]:
    account = Account()
    for hour in range(begin, begin + step_h):
        if hour in board.hours:
            account.include(board.hours[hour].account)
    return {
        "t": begin * HOUR_S,
        "requests": account.requests,
        "saved": account.saved - account.round_trip,
        "hit_percent": round(account.cache_hit_percent, 1) if _input(account) else None,
    }


def _input(account: Account) -> int:
    return account.billed_tokens - account.output


def _tools(hours: Iterable[Hour]) -> list[dict[str, Any]]:
    whole: dict[str, Blocks] = {}
    for hour in hours:
        for name, blocks in hour.by_tool.items():
            whole.setdefault(name, Blocks()).include(blocks)
    largest = sorted(whole.items(), key=lambda item: (item[1].after - item[1].before, item[0]))
    return [
        {
            "tool": visible(name),
            "seen": blocks.seen,
            "lossless": blocks.lossless,
            "lossy": blocks.lossy,
            "before": blocks.before,
            "after": blocks.after,
            "retrieved": blocks.retrieved,
        }
        for name, blocks in largest[:12]
    ]


def _losses(hours: Iterable[Hour]) -> list[dict[str, Any]]:
    """Return what the prompt cache missed, by cause; `avoidable` is what something might be done about."""
    whole = Caching()
    for hour in hours:
        whole.include(hour.caching)
    return [
        {
            "cause": cause,
            "times": miss.times,
            "tokens": miss.tokens,
            "usd": None if miss.known_cost is None else _usd(miss.known_cost),
            "do": ADVICE[cause],
            "avoidable": cause not in UNAVOIDABLE,
        }
        for cause, miss in whole.misses.items()
    ]


def _talk(board: Board, talk: Conversation) -> dict[str, Any]:
    session = board.sessions.get(talk.session, Session())
    return {
        "id": talk.id,
        "session": talk.session,
        "agent": visible(session.agent or "unknown"),
        "project": visible(session.cwd),
        "model": visible(talk.model),
        "began": talk.began,
        "last": talk.last,
        "ended": session.ended is not None,
        "mode": session.mode,
        "blocks": talk.number,
        "shortened": talk.shortened,
        "before": talk.before,
        "after": talk.after,
        "losses": talk.losses,
        "held_out": talk.is_held_out,
        "alone": visible(talk.left_alone),
    } | (_account(talk.account) | {"requests": talk.requests})


def row(listed: Listed) -> dict[str, Any]:
    """Return what the session log tells of a block."""
    line = listed.line
    return {
        "number": listed.number,
        "request": listed.n,
        "tool": visible(line.tool or "unknown"),
        "compressor": visible(line.compressor),
        "before": line.before,
        "after": line.after,
        "form": form(listed),
    }


def form(listed: Listed) -> str:
    """Return what became of a block, in a word that the page knows."""
    line = listed.line
    if line.retrieval:
        return "retrieved"
    if not line.compressor:
        return "raw"
    if listed.mode == "audit":
        return "audited"
    return "lossless" if line.lossless else "lossy"


def _usd(picodollars: int) -> float:
    return round(picodollars / PICO, 6)
