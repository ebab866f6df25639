"""Reads back what json_rows wrote of JSON that was cut, and holds it against the text, row by row."""

import json
import re
from typing import Any, NamedTuple

from tests.core.compressors.decode_json_rows import Spelled, read_rows, same

_HEADER = re.compile(r"\[headroom: ([\d,]+) objects left whole in cut JSON as rows of the tables @(\d+), ")
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=Spelled, parse_float=Spelled, parse_constant=Spelled)


class Cut(NamedTuple):
    """What a form says."""

    texts: list[str]
    """What stands around the tables, one more than there are tables."""
    tables: list[list[Any]]
    separators: list[str]
    """Of the rows of each table."""


def decode(text: str) -> Cut:
    """Return what a form says, by what its header says of it."""
    header, _, said = text.partition("\n")
    match = _HEADER.match(header)
    assert match, header
    first = int(match[2])
    around, rest = re.split(rf"^(?=@{first}: )", said, maxsplit=1, flags=re.MULTILINE)
    lines = rest.split("\n")
    tables: list[list[Any]] = []
    separators: list[str] = []
    while lines:
        head = re.fullmatch(r"@(\d+): (\d+) (objects|JSON lines)", lines[0])
        assert head, lines[0]
        assert int(head[1]) == first + len(tables)
        rows, lines = read_rows(lines[1:], int(head[2]), "objects")
        tables.append(rows)
        separators.append("," if head[3] == "objects" else "\n")
    names = "|".join(f"@{number}(?![0-9])" for number in range(first, first + len(tables)))
    texts = re.split(names, around)
    assert len(texts) == len(tables) + 1, around
    assert sum(map(len, tables)) == int(match[1].replace(",", ""))
    return Cut(texts, tables, separators)


def check(text: str, form: str) -> Cut:
    """Assert that a form says all of a text but for blanks between its parts, and nothing else."""
    said = decode(form)
    at = _past(text, 0, said.texts[0])
    for rows, separator, piece in zip(said.tables, said.separators, said.texts[1:], strict=True):
        for number, row in enumerate(rows):
            begin = _skipped(text, at)
            if number and separator == ",":
                assert text[begin] == ","
                begin = _skipped(text, begin + 1)
            elif number:
                assert "\n" in text[at:begin]
            value, at = _DECODER.raw_decode(text, begin)
            assert same(value, row), (value, row)
        at = _past(text, at, piece)
    assert _skipped(text, at) == len(text)
    return said


def _past(text: str, at: int, piece: str) -> int:
    piece = piece.strip()
    at = _skipped(text, at)
    assert text.startswith(piece, at), (piece, text[at : at + 200])
    return at + len(piece)


def _skipped(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    assert blanks
    return blanks.end()
