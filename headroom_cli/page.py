"""A page of text on a terminal. Only here is rich used, and only when something is printed."""

import io
import os
import sys
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom_cli.figures import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

GOOD, BAD, WARN, DIM, HEAD = "green", "red", "yellow", "dim", "bold"

_ASCII = str.maketrans("█▇▆▅▄▃▂▁▼▒░·→≈…", "##*+=:._v-.|>~~")
"""For terminals that know no more."""

_MIN_NAME, _MAX_NAME, _MIN_FIGURE = 12, 24, 8
"""Widths of a table's columns, in cells."""
_MIN_BAR, _MAX_BAR = 6, 30
"""Widths of a table's bars."""
_DEARER = " dearer"
"""Is said beside a bar that stands for a loss: its colour and its pattern are not seen everywhere."""

Styled = tuple[str, str]
"""A text and its style."""


def console(is_stderr: bool = False) -> "Console":
    """Return the terminal: no colours where there is none, 80 columns where it has no width."""
    from rich.console import Console

    return Console(stderr=is_stderr, highlight=False, markup=False, emoji=False)


def is_live(to: "Console") -> bool:
    """Tell whether a page there can be drawn over."""
    return to.is_terminal and not to.is_dumb_terminal


@contextmanager
def live(to: "Console") -> "Iterator[Callable[[Callable[[Page], None]], None]]":
    """Draw on the whole terminal, again and again; what was there before comes back in the end.

    Yields what draws anew: it takes a function that prints on the page it is given.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    encoding = "utf-8" if has_unicode(to) else "ascii"
    with Live(console=to, screen=True, auto_refresh=False) as screen:

        def draw(fill: Callable[[Page], None]) -> None:
            # Not captured from `to`: what is printed there meanwhile comes with what is drawn already.
            raw = io.BytesIO()
            out = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
            fill(Page(Console(file=out, width=to.width, force_terminal=True, highlight=False, markup=False)))
            screen.update(Text.from_ansi(raw.getvalue().decode(), no_wrap=True), refresh=True)

        yield draw


def has_unicode(to: "Console") -> bool:
    """Tell whether what is printed there may be more than ASCII.

    Python writes UTF-8 in the C locale too (PEP 538, PEP 540), and so to terminals that were set up for ASCII.
    """
    if not to.encoding.lower().startswith("utf"):
        return False
    is_ours = to.file in (sys.stdout, sys.stderr)
    if not is_ours or os.environ.get("PYTHONIOENCODING"):
        return True
    named = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return named not in ("C", "POSIX") and not to.is_dumb_terminal


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed, in the characters that the terminal has."""

    to: "Console"

    def text(self, content: str, style: str = "") -> "Text":
        """Return a text as it may be shown: without markup, control characters, or what the terminal lacks."""
        from rich.text import Text

        content = printable(content)
        if not has_unicode(self.to):
            content = content.translate(_ASCII).encode("ascii", "replace").decode()
        return Text(content, style)

    def line(self, *parts: Styled) -> None:
        """Print one line, wrapped where it is too long, below where it begins. Tabs are shown as room."""
        from rich.text import Text

        said = Text.assemble(*(self.text(content.expandtabs(), style) for content, style in parts))
        margin = " " if said.plain.startswith(" ") else ""
        for line in said[len(margin) :].wrap(self.to, self.to.width - len(margin)):
            line.rstrip()
            self.to.print(Text.assemble(margin, line) if line.plain else line)

    def rows(self, rows: Sequence[tuple[str, Styled]]) -> None:
        """Print names with what is told of each, wrapped beside the name."""
        margin = max((len(name) for name, _ in rows), default=0) + 3
        for name, (told, style) in rows:
            first, *more = textwrap.wrap(told, max(self.to.width - margin, 20)) or [""]
            self.line((f" {name}".ljust(margin), DIM), (first, style))
            for rest in more:
                self.line((" " * margin + rest, style))

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[tuple[Sequence[str], str]],
        *,
        left: Collection[int] = (),
        bars: Sequence[float | None] = (),
        widest: int = _MAX_NAME,
        bar_style: str = GOOD,
    ) -> None:
        """Print a name and figures per row, the figures to the right; only the name gives way.

        Args:
            left: places of columns after the first that hold texts.
            bars: what each row stands for, drawn where there is room behind the figures; below 0 is a loss.
            widest: how wide the names may become, in cells.
            bar_style: of the bars that stand for no loss.
        """
        from rich.cells import set_cell_size

        if not rows:
            return
        figures = len(heads) - 1
        widths = [
            max(_MIN_FIGURE, *(len(cells[at]) for cells in (heads, *(cells for cells, _ in rows))))
            for at in range(1, figures + 1)
        ]
        room = max(self.to.width - sum(widths) - figures - 1, _MIN_NAME)
        name_width = min(widest, room)
        drawn = _bars(bars, room - name_width - 2, bar_style)
        self.line()
        for number, (cells, style) in enumerate(((heads, HEAD), *rows)):
            name = self.text(cells[0]).plain
            cut = name if len(name) <= name_width else name[: name_width - 1] + "…"
            told = "".join(
                f" {cell:<{width}}" if at in left else f" {cell:>{width}}"
                for at, (cell, width) in enumerate(zip(cells[1:], widths, strict=True), 1)
            )
            bar = drawn[number - 1] if drawn and number else ("", "")
            self.line(
                (f" {set_cell_size(cut, name_width)}{told}", style), (f"  {bar[0]}" if bar[0] else "", bar[1])
            )


def _bars(values: Sequence[float | None], room: int, style: str) -> Sequence[Styled]:
    """Return a bar for each value, as long as it is beside the largest; none where there is no room."""
    has_loss = any(value is not None and value < 0 for value in values)
    cells = min(room - has_loss * len(_DEARER), _MAX_BAR)
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if cells < _MIN_BAR or not largest:
        return ()
    drawn = []
    for value in values:
        length = round(cells * abs(value or 0) / largest)
        is_loss = value is not None and value < 0
        drawn.append(("▒" * max(length, 1) + _DEARER, BAD) if is_loss else ("█" * length, style))
    return drawn
