"""What a lookup asked for: which fields that its form lacked, and rows or lines of which class."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from headroom import words
from headroom.compressors import failure, json_parts, json_profiles, json_selection, json_values
from headroom.toin import structures
from headroom.toin.structures import Row
from headroom.types import PassThrough

_PLACE: Final = re.compile(r"\S*\b[0-9a-f]{12}\b(?:\.txt)?\S*")
_FILE: Final = re.compile(r"\b([0-9a-f]{12})\.txt\b")
_HASH: Final = re.compile(r"\b([0-9a-f]{12})\b")
_COMMAND: Final = re.compile(r"headroom[\W_]{1,8}retrieve")
_COMMANDS: Final = frozenset(
    {
        *("headroom", "retrieve", "grep", "egrep", "rg", "ag", "ack", "cat", "sed", "awk", "head", "tail", "less"),
        *("more", "jq", "python", "python3", "node", "perl", "cut", "sort", "uniq", "wc", "tr", "xargs", "bash"),
        *("sh", "zsh", "select", "map", "test", "length", "print", "import", "json", "open", "load", "sys", "for"),
        *("in", "if", "and", "or", "not", "the", "of", "with", "from"),
    }
)
"""Words of a command that say how is looked for, not what."""
_INPUT_CHARS: Final = 4000
_MOST_ROWS: Final = 5000
_ROWS_MEANT: Final = 20
_USUAL: Final = 0.5
"""A word in more of the rows says nothing of what is looked for."""
_PART: Final = 0.5
"""A file of which more comes back was read as a whole."""
_LINE_NUMBER: Final = re.compile(r"^\s*\d+(?:[:\t\u2192-]\s?|\s{2})")


class Asked(NamedTuple):
    """What a lookup asked for."""

    fields: frozenset[str] = frozenset()
    """Of those that the form lacked, by name."""
    rows: Mapping[str, int] = {}
    """How many rows or lines, as "o:error": left out or kept (o, k), and error, outlier or middle."""


def file_in(said: str) -> str:
    """Return the key of the original whose file a tool call names; empty where it names none.

    Empty for `headroom retrieve`, too, which tells itself of what it was asked for.
    """
    said = said[:_INPUT_CHARS]
    match = None if _COMMAND.search(said) else _FILE.search(said)
    return match[1] if match else ""


def hash_in(said: str) -> str:
    """Return the key that a call of our tool names; empty where it names none."""
    match = _HASH.search(said[:_INPUT_CHARS])
    return match[1] if match else ""


def wanted(said: str) -> frozenset[str]:
    """Return the words of a query, or of a tool call that looks into an original's file, in lower case."""
    query = " ".join(_PLACE.sub(" ", text) for text in _strings(said[:_INPUT_CHARS]))
    return frozenset(word for word in words.split(query) if word not in _COMMANDS)


def read(
    original: str, said: str, given: str, lacking: Collection[str], shown: Collection[int], rows: list[Row]
) -> Asked:
    """Return what a lookup asked for.

    Args:
        said: the query, or the input of the tool call.
        given: what came back; empty where that says nothing that `said` does not.
        lacking: names of the fields that the form did not show.
        shown: numbers of the rows or lines that it did.
        rows: those of the original; empty where it has none.
    """
    looked_for = wanted(said)
    if not rows:
        lines = original.split("\n")
        numbers = _lines_meant(lines, looked_for, given)
        return Asked(rows=_classed(numbers, shown, _failing(lines, numbers), set()))
    rows = rows[:_MOST_ROWS]
    meant, matched = _rows_meant(rows, looked_for)
    fields = {name for name in lacking if _is_named(name, looked_for)} | (matched & set(lacking))
    errors, outliers = _outstanding(original, rows) if meant else (set(), set())
    return Asked(frozenset(fields), _classed(meant, shown, errors, outliers))


def _strings(said: str) -> list[str]:
    """Return the strings in a JSON object or list, or the text itself where it is none."""
    try:
        value: Any = orjson.loads(said)
    except orjson.JSONDecodeError:
        return [said]
    if not isinstance(value, dict | list):
        return [said]
    found: list[str] = []
    level: list[Any] = [value]
    while level:
        inner = level.pop()
        if isinstance(inner, str):
            found.append(inner)
        elif isinstance(inner, dict):
            level += inner.values()
        elif isinstance(inner, list):
            level += inner
    return found


def _is_named(name: str, looked_for: Collection[str]) -> bool:
    said = words.split(name.rpartition(".")[2])
    parts = said[1:] if len(said) > 1 else said
    return bool(parts) and set(looked_for).issuperset(parts)


def _rows_meant(rows: list[Row], looked_for: Collection[str]) -> tuple[list[int], set[str]]:
    """Return the rows that have the most words of a query, and the fields in which they have them."""
    cells = [{name: _words(value) & set(looked_for) for name, value in structures.flat(row)} for row in rows]
    found = [set().union(*fields.values()) for fields in cells]
    counts = Counter(word for some in found for word in some)
    telling = {word for word, n in counts.items() if n <= max(1, _USUAL * len(rows))}
    most = max((len(some & telling) for some in found), default=0)
    if not most:
        return [], set()
    meant = [number for number, some in enumerate(found) if len(some & telling) == most][:_ROWS_MEANT]
    return meant, {name for number in meant for name, some in cells[number].items() if some & telling}


def _words(value: Any) -> set[str]:
    return set(words.split(value if isinstance(value, str) else json.dumps(value)))


def _lines_meant(lines: list[str], looked_for: Collection[str], given: str) -> list[int]:
    """Return the lines that came back, or else those that have all words of a query."""
    if given and len(given) <= _PART * sum(map(len, lines)):
        back = {_LINE_NUMBER.sub("", line).strip() for line in given.split("\n")} - {""}
        return [number for number, line in enumerate(lines) if line.strip() in back]
    if given or not looked_for:
        return []
    words_wanted = sorted(looked_for, key=len, reverse=True)
    having = (number for number, line in enumerate(lines) if all(word in line.lower() for word in words_wanted))
    return list(islice(having, _ROWS_MEANT))


def _failing(lines: list[str], numbers: list[int]) -> set[int]:
    found = failure.Search([lines[number] for number in numbers]).failures() if numbers else set()
    return {numbers[at] for at in found}


def _outstanding(original: str, rows: list[Row]) -> tuple[set[int], set[int]]:
    """Return the rows that speak of a failure, and those that stand out in another way."""
    try:
        document = json_parts.read(json_values.read(original))
    except PassThrough:
        return set(), set()
    tables = [part.table for part in document.parts if part.table.rows == len(rows) and part.table.columns]
    if not tables:
        return set(), set()
    profiles = {name: json_profiles.profile(values) for name, values in tables[0].columns.items()}
    picks = json_selection.pick(profiles, [json.dumps(row) for row in rows], "")
    ends = {0, 1, 2, len(rows) - 2, len(rows) - 1}
    return set(picks.failing), set(picks.always) - set(picks.failing) - ends


def _classed(
    meant: Iterable[int], shown: Collection[int], errors: Collection[int], outliers: Collection[int]
) -> dict[str, int]:
    found: Counter[str] = Counter()
    for number in meant:
        kind = "error" if number in errors else "outlier" if number in outliers else "middle"
        found[f"{'k' if number in shown else 'o'}:{kind}"] += 1
    return dict(found)
