"""What a list of usages costs, in weights of the input price or in dollars, in each dialect's own fields."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Usage = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Prices of one token in each class; in dollars they are given per million tokens."""

    input: float
    write_5m: float
    write_1h: float
    read: float
    output: float


@dataclass(frozen=True, slots=True)
class Counts:
    """A usage's tokens; the classes of input do not overlap."""

    input: int = 0
    write_5m: int = 0
    write_1h: int = 0
    read: int = 0
    output: int = 0


WEIGHTS = Row(input=1, write_5m=1.25, write_1h=2, read=0.1, output=5)
"""Anthropic's prices relative to the input price. Where a provider charges no writes, its usages tell of none."""


def price_row(input_dollars: float, output_dollars: float, read_share: float = WEIGHTS.read) -> Row:
    """Return the dollars per million tokens of a model, from its prices and a read's share of the input price."""
    return Row(
        input=input_dollars,
        write_5m=input_dollars * WEIGHTS.write_5m,
        write_1h=input_dollars * WEIGHTS.write_1h,
        read=input_dollars * read_share,
        output=output_dollars,
    )


def weight(usages: Iterable[Usage], row: Row = WEIGHTS) -> float:
    """Return the price of usages (the APIs' own objects, of any dialect) in units of `row`.

    A usage that does not say how its cache writes divide by lifetime counts them all as five-minute ones.
    """
    return math.fsum(part for usage in usages for part in _parts(counts(usage), row))


def dollars(usages: Iterable[Usage], row: Row) -> float:
    """Return the price of usages in dollars, with `row` in dollars per million tokens."""
    return weight(usages, row) / 1_000_000


def counts(usage: Usage) -> Counts:
    """Return the tokens of a usage; its fields tell the dialect."""
    for field, read in READERS.items():
        if field in usage:
            return read(usage)
    return _anthropic(usage)


def _number(usage: Usage, *path: str) -> int:
    found: Any = usage
    for name in path:
        found = (found or {}).get(name)
    return found or 0


def _anthropic(usage: Usage) -> Counts:
    written = _number(usage, "cache_creation_input_tokens")
    lasting = _number(usage, "cache_creation", "ephemeral_1h_input_tokens")
    return Counts(
        input=_number(usage, "input_tokens"),
        write_5m=written - lasting,
        write_1h=lasting,
        read=_number(usage, "cache_read_input_tokens"),
        output=_number(usage, "output_tokens"),
    )


def _openai(total: str, details: str, output: str) -> Callable[[Usage], Counts]:
    def read(usage: Usage) -> Counts:
        cached = _number(usage, details, "cached_tokens")
        written = _number(usage, details, "cache_write_tokens")
        uncached = _number(usage, total) - cached - written
        return Counts(input=uncached, write_5m=written, read=cached, output=_number(usage, output))

    return read


def _converse(usage: Usage) -> Counts:
    details = usage.get("cacheDetails") or ()
    lasting = sum(entry["inputTokens"] for entry in details if entry.get("ttl") == "1h")
    return Counts(
        input=_number(usage, "inputTokens"),
        write_5m=_number(usage, "cacheWriteInputTokens") - lasting,
        write_1h=lasting,
        read=_number(usage, "cacheReadInputTokens"),
        output=_number(usage, "outputTokens"),
    )


def _gemini(usage: Usage) -> Counts:
    cached = _number(usage, "cachedContentTokenCount")
    output = _number(usage, "candidatesTokenCount") + _number(usage, "thoughtsTokenCount")
    return Counts(input=_number(usage, "promptTokenCount") - cached, read=cached, output=output)


def _ollama(usage: Usage) -> Counts:
    return Counts(input=_number(usage, "prompt_eval_count"), output=_number(usage, "eval_count"))


READERS: Mapping[str, Callable[[Usage], Counts]] = {
    "prompt_tokens": _openai("prompt_tokens", "prompt_tokens_details", "completion_tokens"),
    "input_tokens_details": _openai("input_tokens", "input_tokens_details", "output_tokens"),
    "inputTokens": _converse,
    "promptTokenCount": _gemini,
    "prompt_eval_count": _ollama,
}
"""By a field that only this dialect's usage has; any other is Anthropic's."""


def _parts(tokens: Counts, row: Row) -> Iterator[float]:
    yield tokens.input * row.input
    yield tokens.write_5m * row.write_5m
    yield tokens.write_1h * row.write_1h
    yield tokens.read * row.read
    yield tokens.output * row.output
