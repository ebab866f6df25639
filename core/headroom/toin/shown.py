"""What a lossy form shows of its original: which rows or lines, and which fields not. Numbers, no text."""

import re
import zlib
from collections.abc import Iterable
from typing import Final, NamedTuple

from headroom import markers
from headroom.toin import structures
from headroom.toin.structures import Row

_HEADER: Final = "#\t"
_NUMBERED: Final = re.compile(r"(\d{1,9})(?:\t|$)")
_NOT_SHOWN: Final = re.compile(r"not shown: ([^;]*)")
_CUT: Final = re.compile(r"characters of (?:long cells|the table)|ends of long cells")
_LONG_CHARS: Final = 120
"""Values that are longer on average are those that are cut."""
_SAMPLE: Final = 100
_MOST_UNITS: Final = 50_000


class Shown(NamedTuple):
    """What a form shows."""

    lacking: frozenset[str]
    """Names of the fields that are not shown, or only the beginnings of their values."""
    units: frozenset[int]
    """Numbers, from 0, of the rows that are shown; of the lines, where the original has no rows."""


def read(form: str, original: str, rows: list[Row]) -> Shown:
    """Return what a form shows.

    Args:
        rows: those of the original, from `structures.rows`.
    """
    if not rows:
        lines = {line.strip() for line in form.split("\n")}
        said = original.split("\n", _MOST_UNITS)[:_MOST_UNITS]
        return Shown(frozenset(), frozenset(n for n, line in enumerate(said) if line.strip() in lines))
    return Shown(_lacking(form, rows), _numbers(form, len(rows)))


def pack(units: Iterable[int]) -> bytes:
    """Return numbers as bits, compressed."""
    chosen = set(units)
    bits = bytearray(max(chosen) // 8 + 1) if chosen else bytearray()
    for number in chosen:
        bits[number // 8] |= 1 << number % 8
    return zlib.compress(bytes(bits), 6)


def unpack(packed: bytes) -> frozenset[int]:
    """Return the numbers that `pack` was given; none from bytes that are not its own."""
    try:
        bits = zlib.decompressobj().decompress(packed, _MOST_UNITS)
    except zlib.error:
        return frozenset()
    return frozenset(8 * at + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1)


def _lacking(form: str, rows: list[Row]) -> frozenset[str]:
    said = " ".join(omission.detail for omission in markers.find(form))
    hidden = {item.strip() for match in _NOT_SHOWN.finditer(said) for item in match[1].split(",")}
    names = structures.fields(rows)
    found = {name for name in names if any(item == name or item.startswith(f"{name} (") for item in hidden)}
    return frozenset(found | (_long(names, rows) if _CUT.search(said) else set()))


def _long(names: Iterable[str], rows: list[Row]) -> set[str]:
    some = [dict(structures.flat(row)) for row in rows[:: max(1, len(rows) // _SAMPLE)]]
    return {name for name in names if sum(len(str(row.get(name, ""))) for row in some) > _LONG_CHARS * len(some)}


def _numbers(form: str, count: int) -> frozenset[int]:
    """Return the numbers of the rows of the longest numbered table; all where none is numbered."""
    tables: list[set[int]] = []
    for line in form.split("\n"):
        if line.startswith(_HEADER):
            tables.append(set())
        elif tables and (match := _NUMBERED.match(line)):
            tables[-1].add(int(match[1]) - 1)
    longest = max(tables, key=len, default=set(range(count)))
    return frozenset(number for number in longest if 0 <= number < min(count, _MOST_UNITS))
