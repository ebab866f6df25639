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

from headroom.compressors import json_cut, screen, sources

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
_STRING: Final = re.compile(r'"([^"\\]*+(?>(?:\\.[^"\\]*+)*))(?:"|\Z)', re.DOTALL)
_LINE_NUMBERS: Final = re.compile(r":\d[\d:-]*\Z")
_LEAST_CHARS: Final = 400
"""A shorter string is not worth being read."""
_MOST_STRINGS: Final = 300
_MOST_CONTENTS: Final = 20
_SHARE: Final = 0.5
"""The outputs make up so much of the text, at least."""
_NAME_CHARS: Final = 300
_ESCAPE_BEGUN: Final = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3})?)\Z")
_LONGEST_ESCAPES: Final = 64


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
    """Return the outputs that a text carries in its strings, in order; none where it is not strict JSON.

    Of a string in which an agent cut the middle out, and an escape with it, what is above the cut and what is
    below are two outputs.
    """
    if not _OPENING.match(text):
        return []
    try:
        return _contents(text)
    except (ValueError, RecursionError):
        mark = json_cut.MARK.search(text)
        return _around(text, mark.start(), mark.end()) if mark else []


def _around(text: str, start: int, end: int) -> list[Content]:
    """Return the outputs of a text that is JSON without a mark, and without what is left of escapes beside it."""
    begun = _ESCAPE_BEGUN.search(text[max(0, start - _LONGEST_ESCAPES) : start])
    start -= len(begun[1]) if begun else 0
    # The quote of an escape, which would end the string.
    for past in (end, end + 1):
        try:
            found = _contents(text[:start] + text[past:])
        except (ValueError, RecursionError):
            continue
        return [half for each in found for half in _halves(text, each, start, past)]
    return []


def _halves(text: str, said: Content, start: int, past: int) -> Iterator[Content]:
    """Yield what there is of an output above a cut, and below it, where the uncut text has them.

    Args:
        said: an output, with its place in the text without the cut.
    """
    shift = past - start
    above = (said.start, min(said.end, start))
    below = (max(said.start + shift, past), said.end + shift)
    for begin, end in (above, below):
        held = _unescaped(text[begin:end]) if end - begin >= _LEAST_CHARS else ""
        if held and screen.is_encodable(held):
            yield Content(begin, end, held, said.command)


def _unescaped(raw: str) -> str:
    """Return what a string holds, from what stands between its quotes; nothing where an escape is not whole."""
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        return ""


def _contents(text: str) -> list[Content]:
    """Return the outputs in the strings of JSON. Raises ValueError, or RecursionError, where it is not strict."""
    spans = [found.span(1) for found in islice(_STRING.finditer(text), _MOST_STRINGS + 1)]
    longest = [end - start for start, end in spans if end - start >= _LEAST_CHARS]
    if len(spans) > _MOST_STRINGS or sum(longest) < _SHARE * len(text):
        return []
    document = json.loads(text, object_pairs_hook=_Object)
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
