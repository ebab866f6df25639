"""The rows of ls -l: what nearly all have in common once, then mode (where it differs), size, time, name.

    [headroom: 705 entries of ls -l as [mode links owner:group] size time name, ...]
    ./vendor: total 36
    drwxr-xr-x 5 4096 Nov 21 09:07 rich
    1234 __init__.py

A row without a time has the time of the row above. The columns' widths follow from what is in them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from headroom import markers
from headroom.types import Compressed, PassThrough

_DATE: Final = (
    r"(?:[A-Z][a-z]{2} [ \d]\d (?:\d\d:\d\d| \d{4})|[ \d]\d [A-Z][a-z]{2} (?:\d\d:\d\d| \d{4})"
    r"|\d{4}-\d\d-\d\d(?>(?: \d\d:\d\d(?>(?::\d\d\.\d{9} [+-]\d{4})?))?)|\d\d-\d\d \d\d:\d\d)"
)
_ROW: Final = re.compile(
    r"([-bcdlpsDC][-rwxsStTl]{9}[.+@]?)( {1,8})(\d{1,9}+) (\S{1,64}+)( {1,64})(\S{1,64}+) {1,64}"
    rf"(\d[\d.]{{0,19}}[KMGTPE]?) ({_DATE}) ([^\n]++)"
)
_STARTS_WITH_DATE: Final = re.compile(_DATE + " ")
_HEADER: Final = re.compile(r"([^\n]*):\Z")
_TOTAL: Final = re.compile(r"total \d[\d.]*[KMGTPE]?\Z")
_HEADED: Final = re.compile(r"(?:[^\n]*: )?total \d[\d.]*[KMGTPE]?\Z|[^\n]*:\Z")
_MIN_ROWS: Final = 4
_ROWS_SHARE: Final = 0.7
_OTHER: Final = "> "
_STYLES: Final = (("ls -l", 0, " "), ("BSD ls -l", 11, "  "))
"""Who wrote it, how wide at least the mode is, and what stands on either side of the group."""


class Row(NamedTuple):
    """One row of ls -l."""

    mode: str
    links: str
    owner: str
    group: str
    size: str
    time: str
    name: str

    @property
    def meta(self) -> tuple[str, str, str, str]:
        """What rows have in common: mode, links, owner, group."""
        return self[:4]


class Block(NamedTuple):
    """A folder's rows."""

    folder: str | None
    """As ls -R writes it above them; None when it does not."""
    total: str
    lines: list[Row | str]
    """Rows, and lines that are not rows."""


def read(text: str) -> list[Block]:
    """Read what ls -l or ls -lR wrote. Raises PassThrough for anything else."""
    blocks: list[Block] = []
    raw = text.removesuffix("\n").split("\n")
    rows = 0
    for at, line in enumerate(raw):
        header = _HEADER.match(line) if at == 0 or not raw[at - 1] else None
        row = _ROW.fullmatch(line)
        if row:
            rows += 1
            entry: Row | str = Row(row[1], row[3], row[4], row[6], row[7], row[8], row[9])
        else:
            entry = line
        if header and not row:
            blocks.append(Block(header[1], "", []))
        elif _TOTAL.match(line) and (not blocks or (not blocks[-1].lines and not blocks[-1].total)):
            if blocks:
                blocks[-1] = blocks[-1]._replace(total=line)
            else:
                blocks.append(Block(None, line, []))
        else:
            if not blocks:
                blocks.append(Block(None, "", []))
            blocks[-1].lines.append(entry)
    said = sum(1 for line in raw if line) - len(blocks)
    if rows < _MIN_ROWS or rows < _ROWS_SHARE * said:
        raise PassThrough("not a long listing")
    return blocks


def is_row(line: str) -> bool:
    """Whether a line is a row of ls -l."""
    return _ROW.fullmatch(line) is not None


def lossless(text: str, blocks: list[Block]) -> Compressed:
    """Write what rows have in common once. Raises PassThrough where the layout could not be restored."""
    who = next((who for who, mode, gap in _STYLES if _is_laid_out(text, blocks, mode, gap)), None)
    if who is None:
        raise PassThrough("columns that do not follow from what is in them")
    usual = common(blocks)
    written = []
    rows = 0
    for at, block in enumerate(blocks):
        if block.folder is not None or block.total:
            head = "" if block.folder is None else f"{block.folder}:"
            written.append(f"{head} {block.total}".strip(" ") if block.total else head)
        time = ""
        # The blank line before the next folder goes without saying.
        for line in block.lines[:-1] if at + 1 < len(blocks) else block.lines:
            if isinstance(line, str):
                written.append(_OTHER + line)
                continue
            rows += 1
            written.append(shown(line, usual, time))
            if _HEADED.match(written[-1]):
                raise PassThrough("a name that cannot be told from a folder's head")
            time = line.time
    form = (
        f"[mode links owner:group] size time name, {_meta(usual, None)} where not said, "
        "the time above where none; after > other lines"
    )
    note = markers.lossless_note(rows, f"entries of {who}", form)
    return Compressed("\n".join([note, *written]) + "\n" * text.endswith("\n"), lossless=True, kept=rows)


def common(blocks: Iterable[Block]) -> tuple[str, str, str, str]:
    """Return mode, links, owner and group of most files, or of most rows where there are no files."""
    rows = [row for block in blocks for row in block.lines if isinstance(row, Row)]
    counts = Counter([row.meta for row in rows if row.mode[0] == "-"] or [row.meta for row in rows])
    return counts.most_common(1)[0][0] if counts else ("", "", "", "")


def shown(row: Row, usual: tuple[str, str, str, str], time: str) -> str:
    """Return a row without what is usual, and without the time of the row above, `time`."""
    parts = [] if row.meta == usual else [_meta(row.meta, usual)]
    parts.append(row.size)
    if row.time != time or _STARTS_WITH_DATE.match(row.name + " "):
        parts.append(row.time)
    return " ".join([*parts, row.name])


def _is_laid_out(text: str, blocks: list[Block], mode_width: int, gap: str) -> bool:
    """Whether a text is what its blocks come to, with columns just as wide as what is in them."""
    lines: list[str] = []
    for block in blocks:
        if block.folder is not None:
            lines.append(block.folder + ":")
        if block.total:
            lines.append(block.total)
        rows = [line for line in block.lines if isinstance(line, Row)]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
        widths[0] = max(widths[0], mode_width)
        for line in block.lines:
            if isinstance(line, str):
                lines.append(line)
                continue
            head = f"{line.mode:<{widths[0]}} {line.links:>{widths[1]}} {line.owner:<{widths[2]}}{gap}"
            lines.append(f"{head}{line.group:<{widths[3]}}{gap}{line.size:>{widths[4]}} {line.time} {line.name}")
    return "\n".join(lines) == text.removesuffix("\n")


def _meta(meta: tuple[str, str, str, str], usual: tuple[str, str, str, str] | None) -> str:
    mode, links, owner, group = meta
    return f"{mode} {links}" if usual and (owner, group) == usual[2:] else f"{mode} {links} {owner}:{group}"
