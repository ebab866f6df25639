"""The outputs that a JSON text carries in its strings: `{"output": "...", "metadata": {"exit_code": 0}}`.

Only a few long strings under names that stand for a program's output, which make up most of the text; a document
of many is data. Where they stand is told by offsets, so that nothing around them need be written anew. What stands
beside a string says what it is: the command that wrote it, or the file whose text it is.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from headroom.compressors import screen, sources

_KEYS: Final = frozenset(
    {
        *("output", "stdout", "stderr", "result", "text", "content", "logs", "log", "body", "diff"),
        *("patch", "response", "output_head", "output_tail", "aggregated_output", "formatted_output"),
    }
)
"""Names of members that hold what a program said. An error is a member of its own, which stays as it is."""
_COMMAND_KEYS: Final = ("command", "cmd", "script", "query")
_NO_FILE_KEYS: Final = frozenset(
    {*("cwd", "dir", "directory", "workdir", "host", "hostname", "domain", "model", "server"), *_COMMAND_KEYS}
)

_OPENING: Final = re.compile(r"\s*+[\[{]")
_STRING: Final = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\Z)', re.DOTALL)
_LINE_NUMBERS: Final = re.compile(r":\d[\d:-]*\Z")
_LEAST_CHARS: Final = 400
"""A shorter string is not worth being read."""
_MOST_STRINGS: Final = 300
_MOST_CONTENTS: Final = 20
_SHARE: Final = 0.5
"""The outputs make up so much of the text, at least."""
_NAME_CHARS: Final = 300


class Content(NamedTuple):
    """An output in a string."""

    start: int
    """Where it begins, behind the quote."""
    end: int
    """Where it ends, before the quote."""
    text: str
    """The output."""
    command: str
    """What made it: a shell line, or a tool's input as JSON text that names a file; empty where nothing tells."""


class _Object(tuple[tuple[str, Any], ...]):
    """The members of a JSON object, in order, a name that comes twice as well."""

    __slots__ = ()


class _At(NamedTuple):
    """A value, and where it stands."""

    value: Any
    name: str = ""
    around: "tuple[_Object, Any] | None" = None
    """The object that it is a member of, the object around that one, and so on, as a chain."""
    is_listed: bool = False
    """Whether that object is one of a list."""


def contents(text: str) -> list[Content]:
    """Return the outputs that a text carries in its strings, in order; none where it is not strict JSON."""
    if not _OPENING.match(text):
        return []
    spans = [found.span(1) for found in islice(_STRING.finditer(text), _MOST_STRINGS + 1)]
    longest = [end - start for start, end in spans if end - start >= _LEAST_CHARS]
    if len(spans) > _MOST_STRINGS or sum(longest) < _SHARE * len(text):
        return []
    try:
        document = json.loads(text, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return []
    found = [
        Content(start, end, said.value, _command(said))
        for said, (start, end) in zip(_strings(document), spans, strict=True)
        if end - start >= _LEAST_CHARS and _is_content(said)
    ]
    is_most = sum(each.end - each.start for each in found) >= _SHARE * len(text)
    return found if is_most and len(found) <= _MOST_CONTENTS else []


def _strings(document: Any) -> Iterator[_At]:
    """Yield all strings of a document in the order in which they are written, names among them."""
    waiting = [_At(document)]
    while waiting:
        at = waiting.pop()
        if type(at.value) is str:
            yield at
        elif type(at.value) is list:
            waiting += [_At(each, at.name, at.around, is_listed=True) for each in reversed(at.value)]
        elif type(at.value) is _Object:
            around = (at.value, at.around)
            for name, value in reversed(at.value):
                waiting += (_At(value, name, around, type(value) is not list and at.is_listed), _At(name))


def _is_content(said: _At) -> bool:
    if said.name not in _KEYS or said.around is None or "\0" in said.value:
        return False
    beside = dict(said.around[0])
    is_told = any(name in beside for name in _COMMAND_KEYS) or beside.get("type") == "text"
    # One of a list is a row of data, unless it says what it answers.
    return (is_told or not said.is_listed) and beside[said.name] == said.value and screen.is_encodable(said.value)


def _command(said: _At) -> str:
    """Return what made an output, as far as what stands around it tells. A file of source decides (law 6)."""
    command = file = ""
    around = said.around
    while around is not None:
        members, around = around
        for name, value in members:
            if name in _COMMAND_KEYS and not command:
                command = _line(value)
            if isinstance(value, str) and (said_file := _file(name, value)):
                if sources.content("", said_file) == "source":
                    return said_file
                file = file or said_file
    return command or file


def _line(value: object) -> str:
    """Return a command as a shell line, from a text or a list of words."""
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return sources.shell_line(json.dumps({"command": value}))
    return value if isinstance(value, str) else ""


def _file(name: str, value: str) -> str:
    """Return the input of a tool that reads the file which a member names; empty where it names none."""
    if len(value) > _NAME_CHARS or value.startswith("http") or any(char.isspace() for char in value):
        return ""
    if name in _NO_FILE_KEYS and name != "query":
        return ""
    said = json.dumps({"path": _LINE_NUMBERS.sub("", value)})
    return said if sources.content("", said) != "output" else ""
