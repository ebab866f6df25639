"""What `headroom doctor --cache` prints: where a prompt cache was lost, and what in a request throws it away."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from headroom_cli.fail import fail
from headroom_cli.page import BAD, DIM, GOOD, HEAD, WARN, Page

if TYPE_CHECKING:
    from headroom.checkup import Caching, Captured, Difference

_EXAMPLE_MODEL = "claude-sonnet-5"
_MOST_BYTES = 32 << 20
_GOOD_RATE = 0.8


def caching() -> "list[Caching]":
    """Return how prompts were cached, from the session logs. Ends with exit code 2 where they cannot be read."""
    from headroom import checkup, pricing, session_log, settings
    from headroom_cli.show import user_prices

    root = settings.state_dir()
    try:
        logs = (session_log.read(log).events for log in session_log.sessions(root))
        return checkup.caching(logs, user_prices())
    except (pricing.PriceError, settings.SettingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}")


def show_caching(agents: "list[Caching]", page: Page, *, as_json: bool) -> None:
    """Print how the prompts of each agent were cached, what was lost, and what to do."""
    from headroom.checkup import ADVICE
    from headroom.volatile import LABELS
    from headroom_cli.figures import amount, count, money

    if as_json:
        typer.echo(json.dumps([_caching_json(told) for told in agents], indent=2))
        return
    if not agents:
        page.line((" no requests with usage figures in the session logs yet", DIM))
    for told in agents:
        said = f"{count(told.requests, 'request')} in {count(len(told.conversations), 'conversation')}"
        page.line((f" {told.agent or 'API clients'}", HEAD), (f" · {said}", DIM))
        rate = f"{told.hit_rate:.1%} of {amount(told.prompt)} prompt tokens were read from the cache"
        page.line((f"   {rate}", GOOD if told.hit_rate >= _GOOD_RATE or not told.losses else WARN))
        for cause, loss in sorted(told.losses.items(), key=lambda row: -row[1].tokens):
            (cost,) = money(loss.pico)
            page.line((f"   lost {amount(loss.tokens)} tokens, {cost}: {cause}, {count(loss.times, 'time')}", BAD))
            page.line((f"     → {ADVICE[cause]}", ""))
        if told.unpriced:
            page.line((f"   prices are not known for {amount(told.unpriced)} of the lost tokens", DIM))
        if told.volatile:
            rows = sorted(told.volatile.items(), key=lambda row: row[1])
            kinds = "; ".join(f"{LABELS[kind]} after {amount(at)} tokens" for kind, at in rows)
            page.line((f"   in its system prompts: {kinds}", ""))
        page.line()


def _caching_json(told: "Caching") -> dict[str, Any]:
    return {
        "agent": told.agent,
        "requests": told.requests,
        "conversations": len(told.conversations),
        "prompt_tokens": told.prompt,
        "cache_read_tokens": told.read,
        "hit_rate": round(told.hit_rate, 4),
        "lost": {
            cause: {"times": loss.times, "tokens": loss.tokens, "usd": loss.pico / 10**12}
            for cause, loss in told.losses.items()
        },
        "unpriced_tokens": told.unpriced,
        "volatile": told.volatile,
    }


def captured(name: str) -> "Captured":
    """Read a captured request from a file. Ends with exit code 2 where there is none."""
    from headroom import checkup, tokens

    try:
        with Path(name).open("rb") as file:
            body = file.read(_MOST_BYTES + 1)
    except OSError as error:
        fail(f"{name}: {error.strerror or error}")
    if len(body) > _MOST_BYTES:
        fail(f"{name}: more than {_MOST_BYTES >> 20} MB")
    try:
        return checkup.captured(body, tokens.count)
    except ValueError:
        fail(f"{name}: not a request to Anthropic, OpenAI or Gemini, as JSON")


def show_captured(requests: "list[tuple[str, Captured]]", page: Page, *, as_json: bool) -> None:
    """Print what changes in one or two captured requests, given with their files' names, and where two part."""
    from headroom import checkup, tokens

    both = [request for _, request in requests]
    found = checkup.difference(both[0], both[1], tokens.count) if len(both) == 2 else None
    if as_json:
        told: dict[str, Any] = {"requests": [_captured_json(name, request) for name, request in requests]}
        if len(requests) > 1:
            told["difference"] = found._asdict() if found else None
        typer.echo(json.dumps(told, indent=2))
        return
    for name, request in requests:
        _show_one(name, request, page)
    if len(requests) > 1:
        _show_difference(found, requests[1][1], page)


def _captured_json(name: str, request: "Captured") -> dict[str, Any]:
    return {
        "file": name,
        "dialect": request.dialect,
        "model": request.model,
        "tokens": request.tokens,
        "volatile": [finding._asdict() for finding in request.findings],
    }


def _show_one(name: str, request: "Captured", page: Page) -> None:
    from headroom_cli.figures import amount

    page.line(
        (f" {name}", HEAD), (f" · {request.dialect} · {request.model} · {amount(request.tokens)} tokens", DIM)
    )
    for found in request.findings:
        where = f"system line {found.line}: "
        page.line((f"   {where}", DIM), (found.snippet, WARN), (f" ({found.label})", ""))
    if request.findings:
        behind = request.findings[0].tokens_behind
        page.line((f"   {amount(behind)} tokens stand behind the first:", ""))
        page.line((f"   {_cost(request.model, behind)}", ""))
        todo = "its client places breakpoints: it must move them" if request.places_breakpoints else ""
        page.line((f"   → {todo or 'headroom proxy with cache.align = true tells them at the end'}", ""))
    else:
        page.line(("   nothing in the system prompt looks as if it changed", GOOD))
    page.line()


def _show_difference(found: "Difference | None", request: "Captured", page: Page) -> None:
    from headroom_cli.figures import amount

    if found is None:
        page.line((" the second request begins as the first: all of that can be read from the cache", GOOD))
        return
    page.line((f" the first difference: {found.where}", HEAD))
    page.line((f"   {amount(found.tokens_behind)} tokens from there on:", BAD))
    page.line((f"   {_cost(request.model, found.tokens_behind)}", BAD))


def _cost(model: str, tokens: int) -> str:
    """Say what it costs to write tokens to a cache anew instead of reading them."""
    from headroom import pricing
    from headroom_cli.figures import money

    rates = pricing.price(model, tokens)
    named = model if rates else _EXAMPLE_MODEL
    rates = rates or pricing.price(named, tokens)
    if rates is None:
        return "its price is not known"
    (more,) = money(tokens * (max(rates.cache_write_5m, rates.input) - rates.cache_read))
    return f"when it changes, a request costs {more} more ({named})"
