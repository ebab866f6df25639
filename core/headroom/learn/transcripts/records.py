"""Lines of JSON, one at a time: a transcript of hundreds of MB is never held whole."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINE_BYTES = 64 * 2**20
"""A line longer than this is left out."""
_FIRST, _SECOND = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(f"{_FIRST}(?!{_SECOND})|(?<!{_FIRST}){_SECOND}")

Record = dict[str, Any]


def records(path: Path) -> Iterator[Record | None]:
    """Yield the objects of a file of lines, and None for each line that is none. Raises OSError."""
    with path.open("rb") as file:
        while line := file.readline(LINE_BYTES):
            if len(line) == LINE_BYTES and not line.endswith(b"\n"):
                while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield None
            elif line.strip():
                yield parsed(line)


def parsed(line: bytes | str) -> Record | None:
    """Return the object that a line holds; None when it is not JSON, nests too deep, or is no object.

    Half of a surrogate pair, which JSON can hold and UTF-8 cannot, becomes U+FFFD.
    """
    text = line.decode("utf-8-sig", "replace") if isinstance(line, bytes) else line
    if "\\ud" in text or "\\uD" in text:
        text = _HALF.sub(r"\\ufffd", text)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def objects(value: object) -> Iterator[Record]:
    """Yield the objects of a list; nothing when it is none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def inside(record: object, *names: str) -> Any:
    """Return what stands under nested names; None where there is no such place."""
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def mapping(value: object) -> Record:
    """Return a value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def word(value: object) -> str:
    """Return a value if it is text, else nothing."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """Return a value if it is a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
