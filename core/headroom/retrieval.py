"""Search within an original, and pages of it. Pure functions over its text.

A text is searched in chunks that make sense on their own: the rows of a JSON array of objects, else paragraphs,
and in paragraphs too long for that, a line with the deeper-indented lines below it (a stack trace, a function).
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from headroom.words import split

_PARAGRAPH_LINES = 12
"""A paragraph of at most this many lines is one chunk."""
_BLOCK_LINES = 40
_CHUNK_CHARS = 4000
"""Longer chunks are cut; so is a line."""

_AROUND_CHARS = 200

_ARRAY = re.compile(r"\s*\[\s*(?=\{)")
_BETWEEN_ROWS = re.compile(r"\s*,\s*(?=\{)")
_ARRAY_END = re.compile(r"\s*\]\s*\Z")


class Hit(NamedTuple):
    """A chunk of the original that answers a query."""

    first_line: int
    """The line it begins on; lines are counted from 1 and end at line feeds only."""
    last_line: int
    text: str
    """The chunk as it stands in the original."""
    score: float
    """BM25+ weight of the query's words in it; 0 when it has the query only as part of a word."""


class Page(NamedTuple):
    """Some lines of the original."""

    first_line: int
    last_line: int
    """Smaller than first_line when the page is empty."""
    total_lines: int
    text: str
    """The lines as they stand in the original, line ends included."""


class _Chunk(NamedTuple):
    start: int
    """Offset of its first character."""
    text: str


def search(text: str, query: str, limit: int) -> list[Hit]:
    """Return the chunks that answer a query, best first.

    Chunks that have the whole query in them, in any case of letters, come before those that only have words of
    it; both kinds are ranked by BM25+ over words and parts of identifiers, and then by place.

    Args:
        text: the original.
        query: words, or an exact piece of text.
        limit: how many hits at most.
    """
    needle = re.compile(re.escape(query.strip()), re.IGNORECASE)
    if not needle.pattern or limit < 1:
        return []
    chunks = list(_rows(text) or _blocks(text))
    if not any(needle.search(chunk.text) for chunk in chunks):
        chunks += _across(text, needle, limit)
    words = [split(chunk.text) for chunk in chunks]
    wanted = set(split(query))
    exact = [bool(needle.search(chunk.text)) for chunk in chunks]
    found = [number for number, has in enumerate(words) if exact[number] or not wanted.isdisjoint(has)]
    scores = _scores(words, sorted(wanted)) if found else []
    found.sort(key=lambda number: (not exact[number], -scores[number], number))
    return [_hit(text, chunks[number], scores[number]) for number in found[:limit]]


def page(text: str, start: int, limit: int | None) -> Page:
    """Return `limit` lines (None: all) from line `start` on, counted from 1; empty beyond the end."""
    lines = _lines(text)
    start = max(start, 1)
    taken = lines[start - 1 :] if limit is None else lines[start - 1 : start - 1 + max(limit, 0)]
    return Page(start, start + len(taken) - 1, len(lines), "".join(taken))


def _scores(words: list[list[str]], wanted: list[str]) -> list[float]:
    """Weigh chunks by BM25+ (Lv and Zhai, 2011), less what it gives to a chunk without any wanted word."""
    if not any(words):
        return [0.0] * len(words)
    from rank_bm25 import BM25Plus

    ranking = BM25Plus(words)
    floor = sum(ranking.idf.get(word, 0.0) for word in wanted) * ranking.delta
    return [round(float(score) - floor, 6) for score in ranking.get_scores(wanted)]


def _rows(text: str) -> list[_Chunk]:
    """Return the rows of a JSON array of objects; nothing for any other text."""
    begin = _ARRAY.match(text)
    if begin is None:
        return []
    read = json.JSONDecoder().raw_decode
    rows = []
    at = begin.end()
    try:
        while True:
            _, end = read(text, at)
            rows.append(_Chunk(at, text[at:end]))
            following = _BETWEEN_ROWS.match(text, end)
            if following is None:
                return rows if _ARRAY_END.match(text, end) else []
            at = following.end()
    except (ValueError, RecursionError):
        return []


def _blocks(text: str) -> Iterator[_Chunk]:
    at = 0
    for paragraph in _paragraphs(_lines(text)):
        blocks = [paragraph] if len(paragraph) <= _PARAGRAPH_LINES else _indented(paragraph)
        for block in blocks:
            joined = "".join(block)
            for start in range(0, len(joined), _CHUNK_CHARS):
                piece = joined[start : start + _CHUNK_CHARS]
                if not piece.isspace():
                    yield _Chunk(at + start, piece)
            at += len(joined)


def _across(text: str, needle: re.Pattern[str], limit: int) -> Iterator[_Chunk]:
    """Yield the lines around a needle that lies across the borders of chunks."""
    for match in islice(needle.finditer(text), limit):
        line_start, line_end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        start = max(line_start, match.start() - _AROUND_CHARS)
        end = min(line_end if line_end >= 0 else len(text), match.end() + _AROUND_CHARS)
        yield _Chunk(start, text[start:end])


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Cut lines after each run of blank ones."""
    paragraph: list[str] = []
    for line in lines:
        if paragraph and not line.isspace() and paragraph[-1].isspace():
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _indented(lines: list[str]) -> Iterator[list[str]]:
    """Cut lines where one is not indented deeper than the first of its block, or the block is long enough."""
    block = lines[:1]
    for line in lines[1:]:
        is_part = line.isspace() or _indent(line) > _indent(block[0])
        if not is_part or len(block) == _BLOCK_LINES:
            yield block
            block = []
        block.append(line)
    yield block


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lines(text: str) -> list[str]:
    """Cut a text after its line feeds and nowhere else, as editors, sed and grep count."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _hit(text: str, chunk: _Chunk, score: float) -> Hit:
    shown = chunk.text.rstrip("\r\n")
    first = text.count("\n", 0, chunk.start) + 1
    return Hit(first, first + shown.count("\n"), shown, score)
