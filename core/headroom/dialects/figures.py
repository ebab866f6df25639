"""Figures out of a response's usage object, whatever else stands there."""

from collections.abc import Mapping


def figure(figures: Mapping[str, object], *path: str, known: int = 0) -> int:
    """Return the number at a path of keys; what is known already where there is no number of zero or more."""
    value: object = figures
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else known
