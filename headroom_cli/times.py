"""Times as a user writes them: how long ago, in how long, or a date; and as they are shown."""

import re
from datetime import datetime

from headroom_cli.fail import fail

_LENGTH = re.compile(r"([0-9]{1,6})([mhdw])", re.IGNORECASE | re.ASCII)
_UNITS_S = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SHOWN = (("d", 86_400), ("h", 3600), ("m", 60))


def length(text: str, option: str) -> float:
    """Return a length of time in seconds: 30m, 12h, 30d, 2w. Ends with exit code 2 for anything else."""
    match = _LENGTH.fullmatch(text.strip())
    if not match:
        fail(f"{option} {text!r} cannot be read: use 30m, 12h, 30d or 2w")
    return float(int(match[1]) * _UNITS_S[match[2].lower()])


def since(text: str, now: float, option: str) -> float:
    """Return a moment in seconds since 1970: so long ago, a date's local midnight, or a date and time.

    Ends with exit code 2 for anything else.
    """
    if _LENGTH.fullmatch(text.strip()):
        return now - length(text, option)
    return _date(text, f"{option} {text!r} cannot be read: use 7d, 24h, 30m, 2w or a date such as 2026-11-01")


def until(text: str, now: float, option: str) -> float | None:
    """Return a moment in seconds since 1970: so long from now, or a date's local midnight; None for "never"."""
    if text.strip().lower() == "never":
        return None
    if _LENGTH.fullmatch(text.strip()):
        return now + length(text, option)
    return _date(text, f"{option} {text!r} cannot be read: use 12h, 30d, 2w, a date such as 2027-01-31, or never")


def day(t: float) -> str:
    """Return a moment as a date, in local time."""
    return datetime.fromtimestamp(t).astimezone().date().isoformat()


def age(seconds: float) -> str:
    """Return how long ago something was, in its largest unit: 12 d, 3 h, 5 m."""
    for unit, size in _SHOWN:
        if seconds >= size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _date(text: str, why: str) -> float:
    try:
        return datetime.fromisoformat(text.strip()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        fail(why)
