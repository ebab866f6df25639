"""What a script of Codex's model calls, as far as its source tells: JavaScript, which is not run here."""

import re
from collections.abc import Mapping

from headroom.learn.transcripts.records import parsed

_CALLED = re.compile(r"\btools\.([A-Za-z_]\w{0,80})\(")
_COMMAND = re.compile(
    r"""["']?\b(?:cmd|command)["']?\s{0,20}:\s{0,20}"""
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
)
_FILE = re.compile(r"\*\*\* (?:Update|Add|Delete) File: ([^\n\\\"'`]+)")
_SOURCE_CHARS = 200_000
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def script_call(source: str, skip: int = 0) -> tuple[str, Mapping[str, object]]:
    """Return the first tool that a script calls behind the first `skip`, with its input; "" for none."""
    source = source[:_SOURCE_CHARS]
    called = list(_CALLED.finditer(source))[skip:]
    if not called:
        return "", {"input": source}
    tool = called[0][1]
    rest = source[called[0].end() : called[1].start() if len(called) > 1 else len(source)]
    command = _COMMAND.search(rest)
    if command:
        return tool, {"command": _text(command[1])}
    file = _FILE.search(rest) or _FILE.search(source)
    return tool, {"input": source, **({"path": file[1].strip()} if file else {})}


def _text(literal: str) -> str:
    """Return what a literal stands for; of a template the text with its places."""
    if literal.startswith('"'):
        read = parsed(f'{{"text": {literal}}}')
        if read and isinstance(read["text"], str):
            return read["text"]
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), literal[1:-1])
