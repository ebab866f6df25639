"""What a list of usages costs, in weights of the input price or in dollars."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """Prices of one token in each class; in dollars they are given per million tokens."""

    input: float
    write_5m: float
    write_1h: float
    read: float
    output: float


WEIGHTS = Row(input=1, write_5m=1.25, write_1h=2, read=0.1, output=5)
"""Anthropic's prices relative to the input price."""


def price_row(input_dollars: float, output_dollars: float) -> Row:
    """Return the dollars per million tokens of a model, from its input and output price."""
    return Row(
        input=input_dollars,
        write_5m=input_dollars * WEIGHTS.write_5m,
        write_1h=input_dollars * WEIGHTS.write_1h,
        read=input_dollars * WEIGHTS.read,
        output=output_dollars,
    )


def weight(usages: Iterable[Mapping[str, Any]], row: Row = WEIGHTS) -> float:
    """Return the price of usages (the API's objects) in units of `row`.

    A usage that does not say how its cache writes divide by lifetime counts them all as five-minute ones.
    """
    return math.fsum(part for usage in usages for part in _parts(usage, row))


def dollars(usages: Iterable[Mapping[str, Any]], row: Row) -> float:
    """Return the price of usages in dollars, with `row` in dollars per million tokens."""
    return weight(usages, row) / 1_000_000


def _parts(usage: Mapping[str, Any], row: Row) -> Iterable[float]:
    written = usage.get("cache_creation_input_tokens") or 0
    lasting = (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0
    yield (usage.get("input_tokens") or 0) * row.input
    yield (written - lasting) * row.write_5m
    yield lasting * row.write_1h
    yield (usage.get("cache_read_input_tokens") or 0) * row.read
    yield (usage.get("output_tokens") or 0) * row.output
