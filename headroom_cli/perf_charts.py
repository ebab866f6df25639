"""Charts as inline SVG, drawn from plain values; each has its table beside it for who does not see it.

They are stretched to the room there is, so that no text is in them.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from headroom_cli.perf_markup import Markup, join, tag

_HEIGHT: Final = 100
_GAP: Final = 0.15
"""Share of a bar's place that is left free."""
_LEAST: Final = 1.0
"""Height of the smallest bar that is not 0."""


class Bar(NamedTuple):
    """One bar."""

    label: str
    """Is shown while a pointer rests on it."""
    value: float | None
    """Below 0 is a loss, and hangs down; None is nothing."""


def columns(label: str, bars: Sequence[Bar]) -> Markup:
    """Return a chart of upright bars around a line at 0.

    Args:
        label: what the chart shows, for who does not see it.
    """
    known = [bar.value for bar in bars if bar.value is not None]
    most, least = max((*known, 0.0)), min((*known, 0.0))
    span = (most - least) or 1.0
    zero = _HEIGHT * most / span
    drawn = []
    for place, bar in enumerate(bars):
        if bar.value:
            height = max(_HEIGHT * abs(bar.value) / span, _LEAST)
            drawn.append(
                tag(
                    "rect",
                    class_="saved" if bar.value > 0 else "lost",
                    x=_short(place + _GAP / 2),
                    y=_short(zero - height if bar.value > 0 else zero),
                    width=_short(1 - _GAP),
                    height=_short(height),
                )
            )
        # A whole column answers to the pointer, and not only its bar.
        drawn.append(
            tag(
                "g",
                tag("title", bar.label),
                tag("rect", class_="place", x=place, y=0, width=1, height=_HEIGHT),
            )
        )
    line = tag("line", class_="axis", x1=0, x2=max(len(bars), 1), y1=_short(zero), y2=_short(zero))
    return tag(
        "svg",
        *(*drawn, line),
        class_="columns",
        viewBox=f"0 -1 {max(len(bars), 1)} {_short(_HEIGHT + 2)}",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )


def bar(value: float | None, largest: float, kind: str = "") -> Markup:
    """Return a lying bar for a table's cell; it says nothing that the row's figures do not.

    Args:
        largest: what a bar of full length stands for.
        kind: class of a bar that stands for no loss.
    """
    if not value or not largest:
        return Markup("")
    length = max(_HEIGHT * abs(value) / largest, _LEAST)
    return tag(
        "svg",
        tag("rect", class_=(kind or "saved") if value > 0 else "lost", x=0, y=0, width=_short(length), height=10),
        class_="bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def interval(label: str, low: float, middle: float, high: float) -> Markup:
    """Return a line from low to high with a mark in between, and a line at 0."""
    edge = max(abs(low), abs(high), abs(middle)) * 1.15 or 1.0

    def at(value: float) -> str:
        return _short(50 + 50 * value / edge)

    width = _short(50 * (high - low) / edge)
    drawn = join(
        tag("line", class_="axis", x1=50, x2=50, y1=0, y2=20),
        tag("rect", class_="span", x=at(low), y=8, width=width, height=4),
        tag("rect", class_="saved" if middle < 0 else "lost", x=at(middle), y=3, width=1, height=14),
    )
    return tag(
        "svg",
        drawn,
        class_="interval",
        viewBox="0 0 100 20",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
