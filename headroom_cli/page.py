"""A page of text on a terminal. Only here is rich used, and only when something is printed."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

GOOD, BAD, WARN, DIM, HEAD = "green", "red", "yellow", "dim", "bold"

_ASCII = str.maketrans({"█": "#", "░": ".", "·": "|", "→": ">", "≈": "~", "…": "~"})
"""For terminals that know no more."""

_MIN_NAME, _MAX_NAME, _MIN_FIGURE = 12, 24, 8
"""Widths of a table's columns, in cells."""

Styled = tuple[str, str]
"""A text and its style."""


def console(is_stderr: bool = False) -> "Console":
    """Return the terminal: no colours where there is none, 80 columns where it has no width."""
    from rich.console import Console

    return Console(stderr=is_stderr, highlight=False, markup=False, emoji=False)


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed, in the characters that the terminal has."""

    to: "Console"

    def text(self, content: str, style: str = "") -> "Text":
        """Return a text as it may be shown: without markup, control characters, or what the terminal lacks."""
        from rich.text import Text

        # Names come from log files, which anyone may have edited: no control characters reach the terminal.
        content = "".join(char if char.isprintable() else "?" for char in content)
        if not self.to.encoding.lower().startswith("utf"):
            content = content.translate(_ASCII).encode("ascii", "replace").decode()
        return Text(content, style)

    def line(self, *parts: Styled) -> None:
        """Print one line, wrapped where it is too long."""
        from rich.text import Text

        for line in Text.assemble(*(self.text(*part) for part in parts)).wrap(self.to, self.to.width):
            line.rstrip()
            self.to.print(line)

    def rows(self, rows: Sequence[tuple[str, Styled]]) -> None:
        """Print names with what is told of each, wrapped beside the name."""
        margin = max((len(name) for name, _ in rows), default=0) + 3
        for name, (told, style) in rows:
            first, *more = textwrap.wrap(told, max(self.to.width - margin, 20)) or [""]
            self.line((f" {name}".ljust(margin), DIM), (first, style))
            for rest in more:
                self.line((" " * margin + rest, style))

    def table(self, heads: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]) -> None:
        """Print a name and figures per row, the figures to the right; only the name gives way."""
        from rich.cells import set_cell_size

        if not rows:
            return
        figures = len(heads) - 1
        widths = [
            max(_MIN_FIGURE, *(len(cells[at]) for cells in (heads, *(cells for cells, _ in rows))))
            for at in range(1, figures + 1)
        ]
        room = max(self.to.width - sum(widths) - figures - 1, _MIN_NAME)
        name_width = min(_MAX_NAME, room)
        self.line()
        for cells, style in ((heads, HEAD), *rows):
            name = self.text(cells[0]).plain
            cut = name if len(name) <= name_width else name[: name_width - 1] + "…"
            told = "".join(f" {cell:>{width}}" for cell, width in zip(cells[1:], widths, strict=True))
            self.line((f" {set_cell_size(cut, name_width)}{told}", style))
