"""What ls -R writes: folders with their names below, one a line; written with the names on the folder's line.

    [headroom: 705 names of ls -R as folder: names, nothing left out]
    ./docs: guide.md "old notes"

A name with a blank stands in quotes, as JSON spells it.
"""

import re
from typing import Final

from headroom import markers
from headroom.compressors import path_lists
from headroom.types import Compressed, PassThrough

_HEADER: Final = re.compile(r"(?!\s|> |\[headroom:)([^\n\t\"<>|{}]*?[^\s:])?:\Z")
_ODD_NAME: Final = re.compile(r"\s|[^\n]*[\s:;,{}()]\Z|[^\n]*(?:: |\t|://)")
_MAX_NAME: Final = 300
_MIN_NAMES: Final = 5
_KNOWN_SHARE: Final = 0.5

Block = tuple[str, list[str]]


def read(text: str) -> list[Block]:
    """Return the folders and their names. Raises PassThrough for anything but ls -R."""
    blocks: list[Block] = []
    known: set[str] = set()
    places = 0
    raw = text.removesuffix("\n").split("\n")
    for at, line in enumerate(raw):
        header = _HEADER.match(line) if at == 0 or not raw[at - 1] else None
        if header:
            folder = header[1] or ""
            places += folder in known
            blocks.append((folder, []))
        elif not blocks:
            raise PassThrough("does not begin with a folder")
        elif line:
            if len(line) > _MAX_NAME or _ODD_NAME.match(line):
                raise PassThrough("a line that is no name")
            blocks[-1][1].append(line)
            known.add(f"{blocks[-1][0].rstrip('/')}/{line.rstrip('/')}")
        elif at + 1 == len(raw) or not _HEADER.match(raw[at + 1]):
            raise PassThrough("a blank line that is not before a folder")
    names = sum(len(names) for _, names in blocks)
    if names < _MIN_NAMES or len(blocks) < 2 or places < _KNOWN_SHARE * (len(blocks) - 1):
        raise PassThrough("not the output of ls -R")
    return blocks


def lossless(text: str, blocks: list[Block]) -> Compressed:
    """Write each folder's names on its line. Raises PassThrough where a folder's end could not be told."""
    lines = []
    for folder, names in blocks:
        if ": " in folder:
            raise PassThrough("a folder whose end cannot be told")
        lines.append(" ".join([f"{folder}:", *map(path_lists.quoted, names)]))
    total = sum(len(names) for _, names in blocks)
    note = markers.lossless_note(total, "names of ls -R", "folder: names")
    return Compressed("\n".join([note, *lines]) + "\n" * text.endswith("\n"), lossless=True, kept=total)
