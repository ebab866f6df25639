"""Search results (grep, rg, ag, git grep): each file's path once, its lines below, as they are.

Lossless:

    [headroom: 1,000 lines of a search as each file's path, then its lines (...), nothing left out]
    src/api/                     the folder of the paths below, where that is shorter
    users.py
    12<tab>def get_user(id):     a hit
    13-    return db[id]         context
    --
    > grep: src/x: Is a directory

Lossy: the omission line says how many hits are not there; every file is named or counted (search_selection).
"""

import re
from itertools import groupby
from typing import Final

from headroom import markers
from headroom.compressors import folders, listing, protected, screen, search_lines, search_selection
from headroom.compressors.search_lines import Found, Line
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 4096
_MIN_SAMPLE_HITS: Final = 3
_DIAGNOSTICS_SHARE: Final = 0.5
_TOLD: Final = "each file's path, then its lines (number, tab, text; number-text is context)"
_FOLDERS_TOLD: Final = ", below the folder that ends in /"
_OTHER: Final = "> "
_OTHER_TOLD: Final = "; after > no file's line"
_NOT_A_HEAD: Final = re.compile(r"\d*+[\t:=-]|> |\[headroom:|\Z|.*[/\\]\Z", re.DOTALL)
"""What a line with a path must not look like."""
_SEPARATOR: Final = "--"
_DIAGNOSTIC: Final = re.compile(r"(?>(?:\d++:)?) \S|\d++: ?[A-Z]+\d+\b")
"""What compilers and linters put behind path and number."""
_WORTH: Final = 0.8
"""A lossy form that is a larger share of the text is not worth what it leaves out."""


def looks_like(text: str) -> bool:
    """Whether most of the first lines are hits: a path, a number and a file's line; not a compiler's messages."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    if "diff --git " in sample:
        return False
    if len(text) > _SAMPLE_CHARS:
        sample = sample.rpartition("\n")[0]
    try:
        found = search_lines.read(sample)
    except PassThrough:
        return False
    hits = [line for line in found.lines if line.is_hit and line.path != search_lines.ONE_FILE]
    if len(hits) < _MIN_SAMPLE_HITS or not all(
        "/" in hit.path or "\\" in hit.path or "." in hit.path for hit in hits
    ):
        return False
    if found.form == "plain" and sum(hit.text.startswith(" ") for hit in hits) > len(hits) / 3:
        return False
    messages = sum(1 for hit in hits if _DIAGNOSTIC.match(hit.text))
    return messages <= _DIAGNOSTICS_SHARE * len(hits)


def compress(text: str, context: Context) -> Compressed:
    """Return a search's output with each path once: whole, or about context.budget_tokens long.

    Raises PassThrough for what is not the output of a search, or when too little would be gained.
    """
    protected.refuse(text)
    shown = screen.shown(text)
    try:
        found = search_lines.read(shown)
    except PassThrough:
        # Only the files, or how many hits each has: -l, -c.
        return listing.compress(text, context)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    if context.budget_tokens is not None:
        result = search_selection.select(found, context, context.budget_tokens)
        limit = _WORTH * len(text)
    else:
        result = lossless(found, shown.endswith("\n"))
        limit = len(text) - 1
    if len(result.text) > limit:
        raise PassThrough("too little repeats")
    return result


def lossless(found: Found, ends: bool) -> Compressed:
    """Write paths once, whether that is shorter or not; each line follows from one line and the path above it.

    Args:
        found: a search's output as read.
        ends: whether it ended in a line end.

    Raises PassThrough where a line could be taken for another kind of line.
    """
    lines, headed = found.lines, found.form == "heading"
    if found.form == "one file":
        raise PassThrough("one file, whose path does not stand there")
    above = _folders([path for path, _ in groupby(line.path for line in lines) if path])
    written: list[str] = []
    others = False
    path = folder = ""
    for line in lines:
        if line.path and (line.path != path or not line.rest):
            path = line.path
            if above[path] != folder:
                folder = above[path]
                written.append(folder)
            written.append(path[len(folder) :])
        if line.path and line.rest:
            written.append(_below(line))
        elif line.rest == _SEPARATOR:
            written.append(line.rest)
        elif not line.path and not headed:
            others = True
            written.append(_OTHER + line.rest)
    told = _TOLD + (_FOLDERS_TOLD if any(above.values()) else "") + (_OTHER_TOLD if others else "")
    unit = "lines of a search under headings" if headed else "lines of a search"
    note = markers.lossless_note(len(lines), unit, told)
    return Compressed("\n".join([note, *written]) + "\n" * ends, lossless=True, kept=len(lines))


def _below(line: Line) -> str:
    """Return what stands below the path for one line."""
    if line.rest == _SEPARATOR:
        raise PassThrough("a line that cannot be told from a gap")
    if line.is_hit and not line.text[:1].isdecimal():
        return f"{line.number}\t{line.text}"
    return line.rest[1:] if line.number and line.rest[0] in ":-=" else line.rest


def _folders(paths: list[str]) -> dict[str, str]:
    """Return the folder that stands above each path: its own, the one that all share, or none."""
    for path in paths:
        if _NOT_A_HEAD.match(path):
            raise PassThrough("a path that cannot be told from a hit")
    own = {path: folders.folder_of(path) for path in paths}
    shared = folders.shared(list(own.values()))
    changes = [folder for folder, _ in groupby(own[path] for path in paths)]
    saved_by_own = sum(len(own[path]) for path in paths) - sum(len(folder) + 3 for folder in changes)
    saved_by_shared = len(shared) * len(paths) - len(shared) - 3
    size = sum(map(len, paths))
    names = {path: path[len(own[path]) :] for path in paths}
    if max(saved_by_own, saved_by_shared) < size * 0.1:
        return dict.fromkeys(paths, "")
    # A path without a folder of its own cannot follow one that has: nothing would end the folder.
    is_clear = not any(map(_NOT_A_HEAD.match, names.values())) and (all(own.values()) or not any(own.values()))
    if is_clear and saved_by_own > saved_by_shared + size * 0.1:
        return own
    if any(_NOT_A_HEAD.match(path[len(shared) :]) for path in paths):
        return dict.fromkeys(paths, "")
    return dict.fromkeys(paths, shared)


SEARCH: Final = Compressor(
    "search",
    looks_like,
    compress,
    commands=(
        "grep",
        "egrep",
        "fgrep",
        "zgrep",
        "rg",
        "ag",
        "ack",
        "git grep",
        "ugrep",
        "findstr",
        "Select-String",
    ),
    tools=("Grep", "grep", "grep_search", "search_files", "ripgrep", "*search_code*", "codebase_search"),
)
