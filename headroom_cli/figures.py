"""Amounts, times and counts as a person reads them."""

from collections.abc import Sequence
from decimal import Decimal


def money(*picodollars: int) -> tuple[str, ...]:
    """Return amounts as dollars, all with the decimals that the largest of them calls for."""
    from headroom.pricing import PICO

    largest = max(abs(pico) for pico in picodollars)
    decimals = next((n for n, part in _DECIMALS if largest * part >= PICO), 2)
    return tuple(_dollars(Decimal(pico) / PICO, decimals) for pico in picodollars)


_DECIMALS = ((2, 1), (3, 100), (4, 20_000))
"""How many decimals, from this part of a dollar on; what is less is as good as nothing."""


def _dollars(dollars: Decimal, decimals: int) -> str:
    text = f"${abs(dollars):,.{decimals}f}"
    return f"-{text}" if dollars < 0 and text.strip("$0.") else text


def amount(n: int) -> str:
    """Return a whole number: exact while that takes less than a dozen figures."""
    return f"{n:,}" if abs(n) < _LONG else f"{n:.3e}"


_LONG = 10**11


def percent(share: float) -> str:
    """Return a share, with one decimal, and no sign before what is as good as nothing."""
    text = f"{share:.1f} %"
    return text[1:] if text == "-0.0 %" else text


def milliseconds(ms: float) -> str:
    """Return a time with two figures that matter."""
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:,.0f} ms" if ms < 10_000 else f"{ms / 1000:,.0f} s"


def duration(seconds: float) -> str:
    """Return how long something took, in words."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"


def printable(text: str) -> str:
    """Return a text in which nothing acts on a terminal, hides or turns a line around: logs may be forged."""
    return "".join(char if char.isprintable() else "?" for char in text)


def count(n: int, noun: str) -> str:
    """Return a number of things: 1 request, 2 requests."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def spark(values: Sequence[float | None]) -> str:
    """Return a line of bars, one a value: "-" where there is none, "▼" where it is below 0, else by its height."""
    largest = max((value for value in values if value is not None), default=0.0)
    steps = len(_STEPS) - 1
    return "".join(
        "-" if value is None else "▼" if value < 0 else _STEPS[round(steps * value / largest) if largest else 0]
        for value in values
    )


_STEPS = "▁▂▃▄▅▆▇█"
