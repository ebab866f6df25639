"""Diffs: every changed line as it is; headers written once, context and machine-made files counted.

Lossless: short headers (diff_short). Lossy: an omission line, then the diff with less context, the lines of
lockfiles and of generated, minified, vendored and binary files counted, and the same change elsewhere named:

    [headroom: 3,912 of 4,400 lines omitted (lockfile 3,700, context 152, header 60; ...); all of it: PATH]
    diff --git a/package-lock.json b/package-lock.json
    [lockfile: +1,850 -1,790 lines left out; express 4.17.1 -> 4.19.2, zod 3.22.4 added]

Line numbers in hunk headers are right, and where only context and headers are gone, it is still a patch, save for
hunks of unchanged lines alone: they answer the query.
"""

import re
from collections import Counter
from typing import Final

from headroom import markers
from headroom.compressors import diff_lines, diff_lossy, diff_short, protected, screen
from headroom.compressors.diff_lines import File
from headroom.compressors.diff_lossy import Thrift
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 8192
_CHARS_PER_TOKEN: Final = 3.6
"""In o200k_base, diffs of source code have 3.5 to 4 characters a token."""
_OPENING: Final = re.compile(
    r"diff -|commit [0-9a-f]{7,64}\b|From [0-9a-f]{40} |--- \S|Index: \S|# HG changeset patch|changeset: "
    r"|Only in |tag \S|\* commit [0-9a-f]{7,64}\b| \S[^\n]{0,300} \| +(?:\d|Bin)"
)
_DIFF: Final = re.compile(
    r"^(?:diff --(?:git|cc|combined) \S|Index: \S[^\n]*+\n={20}|--- \S[^\n]*+\n\+\+\+ \S[^\n]*+\n@@ -\d)",
    re.MULTILINE,
)
_CONTEXT: Final = frozenset(("context", "header"))


def looks_like(text: str) -> bool:
    """Whether a text begins as a diff does, or as a commit does that one follows."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS]).lstrip("\r\n").replace("\r\n", "\n")
    return _OPENING.match(sample) is not None and _DIFF.search(sample) is not None


def compress(text: str, context: Context) -> Compressed:
    """Return a diff with short headers; or, for a budget, without what says little.

    The lossy form is longer than context.budget_tokens where the changed lines are: none of a file written by
    hand is left out, unless the file is deleted or the same lines change in the same way elsewhere.

    Raises PassThrough for what has no hunks, and when nothing can be left out.
    """
    protected.refuse(text)
    plain = screen.shown(text) if "\x1b" in text and screen.is_only_styled(text) else text
    end = "\n" if plain.endswith("\n") else ""
    lines = plain.removesuffix("\n").split("\n")
    files = diff_lines.read(lines)
    if not any(file.hunks or file.end > file.body for file in files):
        raise PassThrough("no hunk of a diff")
    if context.budget_tokens is not None:
        return _lossy(lines, files, end, context, context.budget_tokens)
    short = diff_short.shorten(lines, files)
    note = markers.lossless_note(len(files), "file" if len(files) == 1 else "files", diff_short.LEGEND)
    result = "\n".join([note, *short]) + end
    if len(result) >= len(text):
        raise PassThrough("headers are too small a part")
    return Compressed(result, lossless=True, kept=len(lines))


def _lossy(lines: list[str], files: list[File], end: str, context: Context, budget_tokens: int) -> Compressed:
    """Be only as thrifty as the budget demands."""
    known = diff_lossy.plan(lines, files, context.query)
    chars = budget_tokens * _CHARS_PER_TOKEN
    thrifts: tuple[Thrift, ...] = (diff_lossy.GENEROUS, *diff_lossy.THRIFTIER)
    if diff_lossy.must_chars(known) > chars:
        thrifts = thrifts[-1:]
    form = diff_lossy.write(known, thrifts[0])
    for thrift in thrifts[1:]:
        if form.chars <= chars:
            break
        form = diff_lossy.write(known, thrift)
    gone = form.omitted.total()
    if not gone:
        raise PassThrough("nothing that may be left out")
    marker = markers.omission(gone, len(lines), "lines", _detail(form.omitted), context.original)
    return Compressed("\n".join([marker, *form.lines]) + end, False, len(lines) - gone, dict(form.omitted))


def _detail(omitted: Counter[str]) -> str:
    counts = ", ".join(f"{what} {count:,}" for what, count in omitted.most_common())
    if _CONTEXT.issuperset(omitted):
        return f"{counts}; every changed line is here"
    if _CONTEXT.union(("repeated",)).issuperset(omitted):
        return f"{counts}; every changed line is here, the same change in several places once"
    return f"{counts}; every other changed line is here"


DIFF: Final = Compressor(
    "diff",
    looks_like,
    compress,
    commands=(
        "git diff",
        "git show",
        "git log",
        "git format-patch",
        "git stash show",
        "diff",
        "hg diff",
        "svn diff",
    ),
)
