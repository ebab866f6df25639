"""Tables of a web page: rows of cells between bars, or plain blocks where the table only lays out the page."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from headroom.compressors.html_regions import Region

BREAK: Final = "\x05"
"""Stands for a line break within a block until the block is written."""

_LAYOUT_ROLES: Final = frozenset({"presentation", "none"})
_LONG_CELL_CHARS: Final = 600
_MANY_BLOCKS: Final = 5
_MOST_SPANNED: Final = 40


class Block(NamedTuple):
    """A paragraph, heading, list item, code block or table of the page."""

    text: str
    region: Region
    kind: str
    """p, h, li, pre or table."""
    link_share: float = 0.0
    """How much of the text is links: 0 to 1."""


class Table:
    """Collects the cells of a table while it is read."""

    def __init__(self, attributes: Mapping[str, str], region: Region) -> None:
        self._is_layout = attributes.get("role", "") in _LAYOUT_ROLES
        self._region = region
        self._rows: list[list[list[Block]]] = []
        self._has_header = False
        self._spans: dict[int, tuple[int, list[Block], int]] = {}
        self._rest: list[Block] = []

    def row(self) -> None:
        """A row begins."""
        self._rows.append([])
        self._fill()

    def cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A cell begins."""
        if not self._rows:
            self.row()
        self._has_header = self._has_header or (tag == "th" and len(self._rows) == 1)
        cells = self._rows[-1]
        cell: list[Block] = []
        rows = _span(attributes.get("rowspan", ""))
        if rows > 1:
            self._spans[len(cells)] = (rows - 1, cell, len(self._rows))
        cells.append(cell)
        cells.extend([] for _ in range(_span(attributes.get("colspan", "")) - 1))
        self._open = cell
        self._fill()

    @property
    def target(self) -> list[Block]:
        """Where the blocks of the cell that is open go."""
        return self._open if self._rows and self._rows[-1] else self._rest

    def blocks(self) -> list[Block]:
        """Return the table as one block, or the blocks in it where it only lays them out."""
        cells = [cell for row in self._rows for cell in row]
        if self._is_layout or any(map(_is_laid_out, cells)) or len(cells) < 2:
            once = {id(cell): cell for cell in cells}
            return self._rest + [block for cell in once.values() for block in cell]
        lines = [row for row in map(_line, self._rows) if row]
        if not lines:
            return self._rest
        if self._has_header:
            columns = lines[0].count(" | ") + 1
            lines.insert(1, "|".join(["---"] * max(columns, 2)))
        region = next((cell[0].region for cell in cells if cell), self._region)
        shares = [block.link_share for cell in cells for block in cell]
        share = sum(shares) / len(shares) if shares else 0.0
        return [*self._rest, Block("\n".join(lines), region, "table", share)]

    def _fill(self) -> None:
        """Put cells that reach down from the rows above in their columns."""
        cells = self._rows[-1]
        while (left := self._spans.pop(len(cells), None)) is not None:
            rows, cell, row = left
            if row == len(self._rows):
                # It begins in this row.
                self._spans[len(cells)] = left
                return
            if rows > 1:
                self._spans[len(cells)] = (rows - 1, cell, len(self._rows))
            cells.append(cell)


def _span(value: str) -> int:
    return min(int(value), _MOST_SPANNED) if value.isdecimal() and len(value) < 6 and int(value) > 0 else 1


def _is_laid_out(cell: list[Block]) -> bool:
    if len(cell) >= _MANY_BLOCKS or any(block.kind in ("pre", "h", "table") for block in cell):
        return True
    return sum(len(block.text) for block in cell) > _LONG_CELL_CHARS


def _line(cells: list[list[Block]]) -> str:
    texts = ["; ".join(block.text for block in cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(text.replace(BREAK, "; ").replace("\n", " ").replace("|", "\\|").strip() for text in texts)
