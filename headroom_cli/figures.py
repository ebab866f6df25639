"""Amounts, times and counts as a person reads them."""

from decimal import Decimal


def money(*picodollars: int) -> tuple[str, ...]:
    """Return amounts as dollars, all with the decimals that the largest of them calls for."""
    from headroom.pricing import PICO

    largest = max(abs(amount) for amount in picodollars)
    decimals = next(n for n, above in ((2, PICO), (3, PICO // 100), (4, -1)) if largest >= above)
    return tuple(
        f"{'-' if amount < 0 else ''}${Decimal(abs(amount)) / PICO:,.{decimals}f}" for amount in picodollars
    )


def milliseconds(ms: float) -> str:
    """Return a time with two figures that matter."""
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:,.0f} ms" if ms < 10_000 else f"{ms / 1000:,.0f} s"


def duration(seconds: float) -> str:
    """Return how long something took, in words."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"


def count(n: int, noun: str) -> str:
    """Return a number of things: 1 request, 2 requests."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
