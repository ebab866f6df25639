"""Which language a file is written in, and whether a call read the whole of it."""

import json
import re
from typing import Final

from headroom.compressors import code_extras, code_languages, sources
from headroom.compressors.code_languages import Language
from headroom.types import PassThrough

_FIRST_LINES: Final = ("offset", "start", "start_line", "startLine", "line_start", "lineStart")
_OTHER_BOUNDS: Final = (
    *("limit", "end", "end_line", "endLine", "line_end", "lineEnd", "view_range", "range", "lines", "pages"),
    *("head", "tail", "max_lines", "num_lines", "line_count"),
)
_COMMANDS: Final = ("command", "cmd", "script")
_QUIET: Final = re.compile(r"2> ?(?:/dev/null|&1)")
_CHANGED: Final = re.compile(
    r"[|<>`]|\$\(|\b(?:head|tail|sed|awk|nl|less|more|grep|cut|tr)\b|\s-[a-zA-Z]*[AbeEsTtvr]"
)
"""What a shell line has in it that prints something else than the file: filters, and cat's own options.
The numbers of -n are read like those of any other tool."""


def languages(tool_input: str, text: str) -> tuple[Language, ...]:
    """Return the languages that a file may be written in, the likeliest first.

    By its name in the call that read it, else by the script's first line; nothing is guessed from the rest.

    Args:
        tool_input: the call's input as JSON text, or a shell line.
        text: the file's own text.

    Raises PassThrough when the language is not known, or its grammar is not installed.
    """
    path = sources.file_read(tool_input) or ""
    known = code_languages.by_path(path) or code_languages.by_shebang(text)
    if known:
        return known
    extra = code_extras.by_extension(code_languages.suffix(path))
    if extra is None:
        raise PassThrough("a file in no known language")
    return (extra,)


def is_part(tool_input: str) -> bool:
    """Whether a call asked for less than the whole file, or for something made of it."""
    try:
        fields = json.loads(tool_input) if tool_input.lstrip().startswith("{") else {"command": tool_input}
    except (ValueError, RecursionError):
        return True
    if any(fields.get(key) for key in _OTHER_BOUNDS):
        return True
    if any(fields.get(key) not in (None, 0, 1, "", "0", "1") for key in _FIRST_LINES):
        return True
    lines = [_QUIET.sub("", str(fields[key])) for key in _COMMANDS if key in fields]
    return any(map(_CHANGED.search, lines))
