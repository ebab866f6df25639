"""Counts as a file, to be merged on another machine: JSON Lines, the first of which says what the file is.

    {"headroom_toin": 1}
    {"kind": "json_rows", "structure": "1f0c9a3e"}
    {"day": 20777, "machine": "9f2c...", "n": 12, "structure": "1f0c9a3e", "what": "c0"}

Hashes, names of our own rows, and numbers: no name, value or text of anybody's. Taking in the same file twice, or
two files in either order, comes to the same.
"""

from typing import Any, Final

import orjson

from headroom.toin import counts
from headroom.toin.book import Kept
from headroom.toin.counts import Cell

_MARK: Final = "headroom_toin"
_VERSION: Final = 1
MOST_BYTES: Final = 64 << 20
"""A larger file is none of ours."""


def write(kept: Kept) -> bytes:
    """Return counts as a file's content: the same bytes for the same counts."""
    lines: list[dict[str, object]] = [{_MARK: _VERSION}]
    lines += [{"structure": structure, "kind": kind} for structure, kind in sorted(kept.kinds.items())]
    lines += [cell._asdict() | {"n": n} for cell, n in sorted(kept.counts.items())]
    return b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n" for line in lines)


def read(data: bytes) -> Kept:
    """Read a file's content. Raises ValueError, with the line, for what `write` cannot have written."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES >> 20} MB")
    first, *lines = data.split(b"\n")
    head = _object(first, 1)
    if head.get(_MARK) != _VERSION:
        raise ValueError(f"line 1: not an export of TOIN in version {_VERSION}")
    found: dict[Cell, int] = {}
    kinds: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        said = _object(line, number)
        if "kind" in said:
            if not counts.is_kind(said.get("structure"), said["kind"]):
                raise ValueError(f"line {number}: not a structure and its kind")
            kinds[said["structure"]] = said["kind"]
            continue
        count = counts.of([said.get(name) for name in (*Cell._fields, "n")])
        if count is None:
            raise ValueError(f"line {number}: not a count")
        found[count.cell] = max(count.n, found.get(count.cell, 0))
    return Kept(found, kinds)


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise ValueError(f"line {number}: not JSON") from None
    if not isinstance(said, dict):
        raise ValueError(f"line {number}: not an object")
    return said
