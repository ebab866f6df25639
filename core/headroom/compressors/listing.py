"""Listings of files: find, fd, git ls-files, ls, tree, du, and the tools of agents that list.

    wrote it                               lossless form
    find, fd, git ls-files, rg -l, Glob    each folder once, its names behind it           path_lists
    du, grep -c                            the same, with a number behind each name        path_lists
    ls -R                                  the same                                        ls_blocks
    ls -l, ls -laR                         what nearly all rows have in common once        long_listing
    tree, an agent's LS                    a blank a level, files of a folder on a line    trees

The lossy form is one for all (listing_selection): every folder with exact counts, and the names that stand out.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from headroom.compressors import (
    listing_entries,
    listing_selection,
    long_listing,
    ls_blocks,
    path_lists,
    protected,
    screen,
    trees,
)
from headroom.compressors.listing_entries import Listing
from headroom.types import Compressed, Compressor, Context, PassThrough

_Read = TypeVar("_Read")

_SAMPLE_CHARS: Final = 4096
_WORTH: Final = 0.8
"""A lossy form that is a larger share of the text is not worth what it leaves out."""
_NOT_LONGER: Final = 1.02
_NOTE_CHARS: Final = 100
_MIN_ROWS: Final = 3
_ROWS_SHARE: Final = 0.6
_SLASHES_SHARE: Final = 0.6
_BLANKS_SHARE: Final = 0.2
_NAMING: Final = r"(?:rg|grep|ag|ack)\b[^|;&\n]{0,400}? (?:-\w{0,12}[lLc]|--files|--count)"
"""A search that names files or counts."""
_LISTS: Final = re.compile(rf"(?:^|[\s\"'|;&(/])(?:(?:ls|dir|find|fd|fdfind|tree|du|git ls-files)\b|{_NAMING})")
_FILES: Final = re.compile(
    rf" -type[ =]f\b|\bls-files\b| -i?name \S{{0,80}}?\.\w|\b{_NAMING}"
    r"|\bfd(?:find)?\b[^|;&\n]{0,400}? (?:-e|-t ?f)\b"
)
"""Commands that name nothing but files."""
_FILE_TOOLS: Final = re.compile(r"(?i)glob|grep|file_search|list_files")
_LIST_TOOLS: Final = re.compile(r"(?i)glob|ls\Z|list|dir|tree|find|files")
_BRANCHES: Final = re.compile(r"(?>(?:│\xa0\xa0 |│   |\|   |    )*)(?:├── |└── |\|-- |`-- |\+-- |\\-- )\S")
_ITEM: Final = re.compile(r" *- \S*/\Z|- /\S")
_HIT: Final = re.compile(r"[^\s:]{1,300}:\d{1,9}:")
"""What a search writes in front of a line that it found."""
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/=]{40,}\Z")


def looks_like(text: str) -> bool:
    """Whether a text begins as a listing does: rows of ls -l, a tree, ls -R, or paths, one a line."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    if len(text) > _SAMPLE_CHARS:
        sample = sample.rpartition("\n")[0]
    lines = [line for line in sample.split("\n") if line]
    rows = sum(map(long_listing.is_row, lines))
    if rows >= _MIN_ROWS and rows >= _ROWS_SHARE * sum(1 for line in lines if not line.endswith(":")):
        return True
    if sum(1 for line in lines if _BRANCHES.match(line)) >= max(_MIN_ROWS, len(lines) // 10):
        return _reads(trees.read, sample)
    if sum(1 for line in lines if _ITEM.match(line)) >= 2 and lines[0].startswith("- /"):
        return _reads(trees.read, sample)
    if _are_paths(lines):
        return _reads(path_lists.read, "\n".join(lines))
    return _reads(ls_blocks.read, sample)


def compress(text: str, context: Context) -> Compressed:
    """Return a listing with each folder once: whole, or about context.budget_tokens long.

    Raises PassThrough for what is not a listing, or when too little would be gained.
    """
    protected.refuse(text)
    shown = screen.shown(text)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    if context.budget_tokens is not None:
        result = listing_selection.select(_entries(shown, context), context, context.budget_tokens)
        limit = _WORTH * len(text)
    else:
        result = _lossless(shown, context)
        # Names on a line are as many characters as one a line, but fewer tokens.
        limit = int(len(text) * _NOT_LONGER) + _NOTE_CHARS
    if len(result.text) > limit:
        raise PassThrough("too little repeats")
    return result


def _lossless(text: str, context: Context) -> Compressed:
    if blocks := _try(long_listing.read, text):
        return long_listing.lossless(text, blocks)
    if tree := _try(trees.read, text):
        return trees.lossless(text, tree)
    if named := _try(ls_blocks.read, text):
        return ls_blocks.lossless(text, named)
    return path_lists.lossless(_paths(text, context), text.endswith("\n"))


def _entries(text: str, context: Context) -> Listing:
    if blocks := _try(long_listing.read, text):
        return listing_entries.of_rows(blocks)
    if tree := _try(trees.read, text):
        return listing_entries.of_tree(tree)
    if named := _try(ls_blocks.read, text):
        return listing_entries.of_blocks(named)
    is_files = _FILES.search(context.tool_input) or _FILE_TOOLS.search(context.tool)
    return listing_entries.of_paths(_paths(text, context), "file" if is_files else "leaf")


def _paths(text: str, context: Context) -> path_lists.Listed:
    """Read a list of paths; names without a folder only where a command or a tool was run that lists."""
    listed = path_lists.read(text)
    lines = [item.path for item in listed.items if item.path]
    if not (_are_paths(lines) or _LISTS.search(context.tool_input) or _LIST_TOOLS.search(context.tool)):
        raise PassThrough("not surely paths")
    if any(long_listing.is_row(line) or _HIT.match(line) for line in lines):
        raise PassThrough("rows of ls -l, or hits of a search, among the paths")
    return listed


def _are_paths(lines: list[str]) -> bool:
    """Whether most lines are paths with a folder, and few have blanks, which prose has many of."""
    if len(lines) < _MIN_ROWS + 2:
        return False
    slashes = sum(1 for line in lines if "/" in line or "\\" in line)
    blanks = sum(1 for line in lines if " " in line)
    if slashes < _SLASHES_SHARE * len(lines) or blanks > _BLANKS_SHARE * len(lines):
        return False
    return sum(1 for line in lines if _ENCODED.match(line)) <= len(lines) / 2


def _try(reader: Callable[[str], _Read], text: str) -> _Read | None:
    try:
        return reader(text)
    except PassThrough:
        return None


def _reads(reader: Callable[[str], object], sample: str) -> bool:
    return _try(reader, sample) is not None


LISTING: Final = Compressor(
    "listing",
    looks_like,
    compress,
    commands=(
        *(
            "ls",
            "ll",
            "dir",
            "find",
            "fd",
            "fdfind",
            "tree",
            "du",
            "eza",
            "exa",
            "locate",
            "git ls-files",
        ),
        *("git ls-tree", "Get-ChildItem"),
    ),
    tools=("Glob", "LS", "glob", "list_dir", "list_directory", "list_files", "*directory_tree*", "file_search"),
)
