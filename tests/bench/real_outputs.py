"""Real tool outputs, the inputs of the golden pairs, with needles that a rule of its own finds in them.

The rule is not the engine's: lines that say error, fatal, panic, exception or failed, and do not deny it. Lines
that differ in numbers only count once. A line that is a JSON object has its messages in its strings. Sources,
hits in them and documents are left out: there such a word is no failure.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from headroom.types import Context
from tests.bench.needles import squeezed

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
ORIGINAL: Final = "/srv/state/originals/0123456789ab.txt"

_ERROR: Final = re.compile(
    r"(?<!\b0 )(?<!\bno )(?<![\w./-])(error|fatal|panic|exception|failed)(?![\w/.-]*\w)", re.IGNORECASE
)
_NOTHING: Final = re.compile(
    r"(error|failed)\w*\W{0,3}[=:]\W{0,3}(0\b(?!\.\d)|null|none|nil|false|no\b|\"\")", re.IGNORECASE
)
_STYLE: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]")
_NUMBER: Final = re.compile(r"\d+|\b[0-9a-f]{7,}\b")
_LONGEST_CHARS: Final = 1000
"""A longer line is a document, not a message."""
_NO_MESSAGES: Final = ("code", "search", "html", "prose")


class Real(NamedTuple):
    """A real output, with the call that made it and the lines in it that speak of a failure."""

    name: str
    """The row it is a golden pair of, and the case."""
    text: str
    context: Context
    errors: tuple[str, ...]


def outputs() -> Iterator[Real]:
    """Yield all real outputs, in order."""
    for file in sorted(FIXTURES.glob("*/*.in")):
        text, beside = file.read_bytes().decode(), file.with_suffix(".json")
        context = Context(**json.loads(beside.read_bytes())) if beside.exists() else Context()
        context = context._replace(budget_tokens=None, original=ORIGINAL)
        found = () if file.parent.name in _NO_MESSAGES else tuple(errors(text))
        yield Real(f"{file.parent.name}/{file.stem}", text, context, found)


def errors(text: str) -> Iterator[str]:
    """Yield the messages of a text that speak of a failure, squeezed, one for each wording."""
    seen: set[str] = set()
    for line in (message for shown in _shown(text) for message in _messages(shown)):
        if len(line) > _LONGEST_CHARS or not _ERROR.search(line) or _NOTHING.search(line):
            continue
        wording = _NUMBER.sub("0", line)
        if wording not in seen:
            seen.add(wording)
            yield squeezed(line)


def lines(text: str) -> list[str]:
    """Return the lines of a text without colours, each squeezed; what a carriage return overwrites counts too."""
    return [squeezed(line) for line in _shown(text)]


def _shown(text: str) -> list[str]:
    return re.split(r"[\r\n]+", _STYLE.sub("", text))


def _messages(line: str) -> list[str]:
    """Return what a line says: itself, or the strings of the JSON object that it is."""
    if not line.startswith("{"):
        return [line]
    try:
        fields = json.loads(line)
    except ValueError:
        return [line]
    values = fields.values() if isinstance(fields, dict) else ()
    return [part for value in values if isinstance(value, str) for part in value.split("\n")]
