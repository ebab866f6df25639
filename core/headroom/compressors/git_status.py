"""git status, long and short: each state once, then folder by folder the names that are in it.

    [headroom: 214 paths of git status as =state folder: names, nothing left out]
    On branch main
    Changes not staged for commit:
    =<tab>modified:   src/api/: users.py orders.py

The lossy form keeps what it says around the paths, conflicts and renames, and counts the rest by state and folder.
"""

import re
from collections import Counter
from itertools import groupby
from typing import Final, NamedTuple

from headroom import markers, tokens
from headroom.compressors import (
    folders,
    listing_selection,
    path_lists,
    protected,
    relevance,
    screen,
    search_ranking,
)
from headroom.types import Compressed, Compressor, Context, PassThrough

_LONG: Final = re.compile(r"(\t(?>(?:[a-z][a-z ]{2,20}:[ ]{1,16})?))(\S[^\n]{0,1023}+)\Z")
_SHORT: Final = re.compile(r"([ MADRCUT?!]{2} )([^\s>][^\n]{0,1023}+)\Z")
_NAME_STATUS: Final = re.compile(r"([MADTUX]\t)(\S[^\n\t]{0,1023}+)\Z")
_OPENING: Final = re.compile(
    r"On branch |HEAD detached |Not currently on any branch|## \S|Changes (?:to be committed|not staged)"
    r"|Untracked files:|Unmerged paths:|interactive rebase|rebase in progress"
)
_SECTION: Final = re.compile(
    r"(?:Changes to be committed|Changes not staged for commit|Untracked files|Unmerged paths|Ignored files):"
)
_CONFLICT: Final = re.compile(r"\t(?:both |added by|deleted by)|(?:DD|AU|UD|UA|DU|AA|UU) ")
_SAMPLE_LINES: Final = 40
_MIN_PATHS: Final = 5
_PATHS_SHARE: Final = 0.5
_WORTH: Final = 0.95
_LOSSY_WORTH: Final = 0.8
_ASKED: Final = 16


class Item(NamedTuple):
    """One line of a status."""

    state: str
    """What stands before the path, blanks and all; empty for a line without a path."""
    path: str
    line: str
    section: str
    """The heading it stands under; empty when there is none."""


def looks_like(text: str) -> bool:
    """Whether a text begins as git status does, or is a list of paths behind two-letter states."""
    lines = screen.without_styles(text[:4096]).split("\n")[:_SAMPLE_LINES]
    if any(line.startswith("diff --git ") for line in lines):
        return False
    if _OPENING.match(lines[0]) and any(_LONG.match(line) or _SHORT.match(line) for line in lines):
        return True
    states = sum(1 for line in lines if _SHORT.match(line) or _NAME_STATUS.match(line))
    return states >= _MIN_PATHS and states >= len(lines) - 2


def read(text: str) -> list[Item]:
    """Read a status. Raises PassThrough for anything else."""
    items = []
    section = ""
    for line in text.removesuffix("\n").split("\n"):
        if _SECTION.match(line):
            section = line
        match = (section and _LONG.match(line)) or _SHORT.match(line) or _NAME_STATUS.match(line)
        if match and not line.startswith("  ") and line.count("/") < 64:
            items.append(Item(match[1], match[2], line, section))
        else:
            items.append(Item("", "", line, section))
    paths = sum(1 for item in items if item.path)
    if paths < _MIN_PATHS or paths < _PATHS_SHARE * len(items):
        raise PassThrough("not the output of git status")
    return items


def compress(text: str, context: Context) -> Compressed:
    """Return a status with each state and folder once: whole, or about context.budget_tokens long.

    Raises PassThrough for what is not a status, or when too little would be gained.
    """
    protected.refuse(text)
    shown = screen.shown(text)
    items = read(shown)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    if context.budget_tokens is not None:
        result = _lossy(items, context, context.budget_tokens)
    else:
        result = _lossless(items, shown.endswith("\n"))
    if len(result.text) > len(text) * (_WORTH if result.lossless else _LOSSY_WORTH):
        raise PassThrough("too little repeats")
    return result


def _lossless(items: list[Item], ends: bool) -> Compressed:
    lines: list[str] = []
    for (state, folder), group in groupby(items, key=_place):
        if not state:
            for item in group:
                if item.line.startswith(("=", "[headroom:")):
                    raise PassThrough("a line that cannot be told from paths")
                lines.append(item.line)
        else:
            names = [path_lists.quoted(item.path[len(folder) :]) for item in group]
            lines.append(f"={state}{folder}: {' '.join(names)}")
    note = markers.lossless_note(
        sum(1 for item in items if item.path), "paths of git status", "=state folder: names"
    )
    return Compressed("\n".join([note, *lines]) + "\n" * ends, lossless=True, kept=len(items))


def _place(item: Item) -> tuple[str, str]:
    folder = folders.folder_of(item.path[:-1]) if item.path else ""
    if ": " in folder or " -> " in item.path or item.path.startswith('"'):
        # Renames and quoted paths stand as they are, in the place of a folder's first name.
        folder = ""
    return item.state, folder


def _lossy(items: list[Item], context: Context, budget_tokens: int) -> Compressed:
    """Keep all lines without a path, conflicts, and names as far as there is room; count the rest by folder."""
    numbers = [number for number, item in enumerate(items) if item.path]
    must = {n for n in numbers if _CONFLICT.match(items[n].state) or " -> " in items[n].path}
    asked = relevance.hits(context.query, [items[n].path for n in numbers], _ASKED)
    kinds = Counter(listing_selection.kind(items[n].path) for n in numbers)
    states = Counter((items[n].section, items[n].state) for n in numbers)
    rare = [
        n
        for n in numbers
        if kinds[listing_selection.kind(items[n].path)] <= 2 or states[items[n].section, items[n].state] <= 3
    ]
    order = dict.fromkeys([*sorted(must), *(numbers[at] for at in asked), *rare])
    order |= dict.fromkeys(numbers[at] for at in search_ranking.evenly(len(numbers)))
    shown: set[int] = set(must)
    left = budget_tokens - 80 - tokens.count("\n".join(_told(items, shown, budget_tokens)))
    for number in [number for number in order if number not in shown][: max(0, left)]:
        price = tokens.count(" " + items[number].path.rpartition("/")[2])
        if price <= left:
            left -= price
            shown.add(number)
    lines = _told(items, shown, budget_tokens)
    gone = len(numbers) - len(shown)
    if not gone:
        raise PassThrough("nothing to leave out")
    detail = "each folder is below with exact counts by state; +N: N paths not shown"
    marker = markers.omission(gone, len(numbers), "paths of git status", detail, context.original)
    return Compressed("\n".join([marker, *lines]), False, len(shown), {"paths": gone})


def _told(items: list[Item], shown: set[int], budget_tokens: int) -> list[str]:
    """Return lines without a path as they are, and a line for each state and folder."""
    weights: Counter[str] = Counter(folders.folder_of(item.path[:-1]) for item in items if item.path)
    line_of = folders.lines_for(weights, max(4, budget_tokens // 40))
    lines: list[str] = []
    for has_path, group in groupby(enumerate(items), key=lambda pair: bool(pair[1].path)):
        if not has_path:
            lines += [item.line for _, item in group]
            continue
        told: dict[tuple[str, str], list[int]] = {}
        for number, item in group:
            told.setdefault((item.state, line_of[folders.folder_of(item.path[:-1])]), []).append(number)
        for (state, line), numbers in told.items():
            base = line.removesuffix("**")
            names = [path_lists.quoted(items[n].path[len(base) :]) for n in numbers if n in shown]
            gone = len(numbers) - len(names)
            counted = f" {len(numbers):,} paths" if gone else ""
            rest = f": {' '.join(names)}" if names else ""
            lines.append(f"{state}{line or './'}{counted}{rest}" + (f" +{gone:,}" if gone and names else ""))
    return lines


GIT_STATUS: Final = Compressor("git_status", looks_like, compress, commands=("git status",))
