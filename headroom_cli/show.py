"""Tells what sessions saved, in about ten lines: at the end of each, and first of all in `headroom perf`."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli.figures import count, duration, milliseconds, money, percent
from headroom_cli.page import BAD, DIM, GOOD, HEAD, WARN, Page, Styled, console
from headroom_cli.show_headline import headline
from headroom_cli.summary_json import summary_json

if TYPE_CHECKING:
    from rich.console import Console

    from headroom.pricing import Row
    from headroom.report import Summary

__all__ = ["console", "print_summary", "session_summary", "summary_json", "user_prices"]

_ESTIMATED = "≈ is estimated; billed and paid are the provider's figures"
_EXAMPLES = 2
"""How many kinds of errors are told."""
_NOTHING: Mapping[str, Styled] = {}


def session_summary(log: Path, as_json: bool) -> None:
    """Print what one session saved, to stderr. It ends a session, so what goes wrong is said, not raised."""
    from headroom import pricing, session_log, settings
    from headroom.report import summarise

    prices: Sequence[Row] = ()
    try:
        prices = user_prices()
    except (pricing.PriceError, settings.SettingError) as error:
        typer.echo(f"headroom: {error}; list prices are used", err=True)
    try:
        summary = summarise([session_log.read(log)], prices)
    except OSError as error:
        typer.echo(f"headroom: no summary, {log} cannot be read: {error.strerror or error}", err=True)
        return
    if as_json:
        typer.echo(json.dumps(summary_json(summary), indent=2), err=True)
        return
    print_summary(summary, console(is_stderr=True), "More: headroom perf")


def user_prices() -> "tuple[Row, ...]":
    """Return the rows of the user's price file, if there is one. Raises PriceError or SettingError."""
    from headroom import pricing, settings

    named = settings.load()["prices.file"]
    return pricing.read(Path(named)) if named else ()


def print_summary(
    summary: "Summary", to: "Console", hint: str = "", better: Mapping[str, Styled] = _NOTHING
) -> None:
    """Print the summary: what, how much, and the figures behind it, in about ten lines.

    Args:
        hint: a last remark, such as where to find more.
        better: rows that say more than the summary knows, by their names.
    """
    page = Page(to)
    page.line((" headroom ", HEAD), (_subject(summary), DIM))
    if not summary.had_traffic:
        page.line((" no requests passed through headroom", WARN))
        page.line((" If the agent did talk to its provider, something else sets its base URL.", DIM))
        page.rows([row for row in (_problems(summary),) if row])
        return
    page.line(*headline(summary, to.width))
    page.line()
    page.rows([(row[0], better.get(*row)) for row in (tell(summary) for tell in _ROWS) if row])
    if summary.blocks.shortened or summary.total.saved or summary.audited.saved:
        both = f" {_ESTIMATED}. {hint}" if hint else f" {_ESTIMATED}"
        notes = [both] if len(both) <= to.width else [f" {_ESTIMATED}", f" {hint}"]
    else:
        notes = [f" {hint}"] if hint else []
    for note in notes:
        page.line((note, DIM))


def _subject(summary: "Summary") -> str:
    many = len(summary.ids)
    parts = [", ".join(summary.sessions_by_agent) or "no agent"]
    parts.append(summary.ids[0] if many == 1 else f"{many:,} sessions")
    parts.append(count(summary.total.requests + summary.audited.requests + summary.simulated, "request"))
    if many == 1 and summary.began is not None and summary.ended is not None:
        parts.append(duration(summary.ended - summary.began))
    return " · ".join(parts)


Told = tuple[str, Styled] | None
"""A row of the summary: its name, and what it says; None leaves it out."""


def _tokens(summary: "Summary") -> Told:
    total = summary.total
    if not total.with_usage:
        return None
    told = f"{total.billed_tokens:,} billed" + _instead(
        f"{total.tokens_without_us:,}", total.saved_percent, ("fewer", "more")
    )
    unknown = total.requests - total.with_usage
    return ("tokens", (told + (f"; {count(unknown, 'request')} without figures" if unknown > 0 else ""), ""))


def _money(summary: "Summary") -> Told:
    total = summary.total
    if not total.priced:
        return None
    paid, alone = money(total.paid, total.would_have_paid)
    return ("money", (f"{paid} paid" + _instead(alone, total.net_saved_percent, ("less", "more")), ""))


def _instead(alone: str, percent: float, words: tuple[str, str]) -> str:
    if not percent:
        return ""
    return f" instead of ≈ {alone} ({_share(percent, *words)})"


def _share(saved_percent: float, fewer: str, more: str) -> str:
    return f"{abs(saved_percent):.1f} % {more if saved_percent < 0 else fewer}"


def _unpriced(summary: "Summary") -> Told:
    models = summary.total.unpriced
    if not models:
        return None
    told = ", ".join(f"{model} ({tokens:,} tokens)" for model, tokens in models.most_common(3))
    more = f" and {len(models) - 3} more" if len(models) > 3 else ""
    return ("unpriced", (f"{told}{more}: price unknown, in no money figure", WARN))


def _blocks(summary: "Summary") -> Told:
    blocks = summary.blocks
    if not blocks.seen:
        return None
    if not blocks.shortened:
        return ("blocks", (f"{count(blocks.seen, 'tool result')}, none of them shortened", ""))
    told = f"{blocks.shortened:,} of {blocks.seen:,} shortened ({blocks.lossy:,} lossy)"
    return ("blocks", (f"{told}, ≈ {blocks.before:,} → {blocks.after:,} tokens", ""))


def _retrievals(summary: "Summary") -> Told:
    blocks = summary.blocks
    if not (blocks.retrieved or summary.misses or blocks.lossy or summary.rounds):
        return None
    told = f"{count(blocks.retrieved, 'original') if blocks.retrieved else 'no original'} read back"
    if blocks.retrieved:
        extra = f", -{summary.total.round_trip:,} in extra turns" if summary.total.round_trip else ""
        told += f": -{blocks.retrieved_tokens:,} tokens{extra}"
    told += f", {count(summary.rounds, 'round')} answered on the way" if summary.rounds else ""
    return ("retrieval", (told + (f", {summary.misses:,} not found" if summary.misses else ""), ""))


def _cache(summary: "Summary") -> Told:
    if not summary.total.with_usage:
        return None
    return ("cache", (cache_words(summary), ""))


def cache_words(summary: "Summary") -> str:
    """Return how much came from the prompt cache."""
    return f"{percent(summary.total.cache_hit_percent)} of the input was read from it"


def _reasoning(summary: "Summary") -> Told:
    total = summary.total
    if not total.reasoning:
        return None
    return ("reasoning", (f"{total.reasoning:,} of {total.output:,} output tokens", ""))


def _audit(summary: "Summary") -> Told:
    audited, blocks = summary.audited, summary.audited_blocks
    if not audited.requests:
        return None
    told = f"nothing was changed in {count(audited.requests, 'request')}"
    if not audited.with_usage:
        return ("audit", (f"{told}; no usage was reported", ""))
    told += f": {audited.tokens_without_us:,} tokens billed"
    if audited.billed_tokens != audited.tokens_without_us:
        told += f", ≈ {audited.billed_tokens:,} with headroom ({_share(audited.saved_percent, 'fewer', 'more')})"
    if audited.priced:
        paid, ours = money(audited.would_have_paid, audited.paid)
        told += f"; {paid} paid, ≈ {ours} with it ({_share(audited.net_saved_percent, 'less', 'more')})"
    if blocks.shortened:
        told += f"; {blocks.shortened:,} of {count(blocks.seen, 'tool result')} would be shorter"
    return ("audit", (told, ""))


def _simulated(summary: "Summary") -> Told:
    if not summary.simulated:
        return None
    return ("simulated", (f"{count(summary.simulated, 'request')} returned and not sent", ""))


def _guard(summary: "Summary") -> Told:
    if not summary.guards:
        return None
    reasons = "; ".join(why for why, _ in summary.guards.most_common(_EXAMPLES))
    lost = f" (≈ {summary.guards_lost:,.0f} tokens at the input price)" if summary.guards_lost else ""
    return ("guard", (f"{count(summary.guards.total(), 'conversation')} left alone: {reasons}{lost}", WARN))


def _holdout(summary: "Summary") -> Told:
    found = summary.holdout
    if not found.held_out:
        return None
    told = f"measured against {count(found.held_out, 'conversation')} left alone: "
    if found.difference is None:
        from headroom.holdout import MIN_CONVERSATIONS

        told += f"not enough yet ({MIN_CONVERSATIONS} of each are needed, the others are {found.treated:,})"
        return ("hold-out", (told, ""))
    difference, low, high = (f"{_signed(100 * share, 0)} %" for share in (found.difference, found.low, found.high))
    style = BAD if found.low > 0 else GOOD if found.high < 0 else ""
    return ("hold-out", (f"{told}{difference} a turn (95 % interval {low} to {high})", style))


def _signed(percent: float, decimals: int = 1) -> str:
    text = f"{percent:+.{decimals}f}"
    return text if text.strip("+-0.") else text[1:]


def _time(summary: "Summary") -> Told:
    if not summary.ms:
        return None
    middle, most = milliseconds(summary.added.p50), milliseconds(summary.added.p95)
    return ("time", (f"{middle} added to a request (median), {most} at p95", ""))


def _problems(summary: "Summary") -> Told:
    from headroom.report import troubles

    found = troubles(summary.errors)
    failed = summary.failed - sum(each.times for each in found if each.kind == "unreached")
    told = [
        *(f"{each.times:,} {each.said}{_examples(each.examples)}" for each in found),
        *([f"{count(failed, 'request')} failed at the provider"] if failed > 0 else ()),
        *([f"{count(summary.retried, 'request')} sent again unchanged"] if summary.retried else ()),
        *([f"{count(summary.damaged, 'damaged log line')} left out"] if summary.damaged else ()),
    ]
    return ("problems", (", ".join(told), WARN)) if told else None


def _examples(found: Sequence[str]) -> str:
    shown = "; ".join(found[:_EXAMPLES]) + ("; ..." if len(found) > _EXAMPLES else "")
    return f" ({shown})" if shown else ""


_ROWS: tuple[Callable[["Summary"], Told], ...] = (
    _tokens,
    _money,
    _unpriced,
    _blocks,
    _retrievals,
    _cache,
    _reasoning,
    _audit,
    _simulated,
    _holdout,
    _guard,
    _time,
    _problems,
)
