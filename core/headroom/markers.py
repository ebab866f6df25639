"""The text of every omission line, written and read in one place.

    [headroom: 1,985 of 2,000 rows omitted (status: ok 1,980, pending 5); all of it: PATH]

PATH is the original's file in the store, or a command that prints it. The line depends on its arguments alone,
so the same omission is the same bytes every time (law 1).
"""

import json
import re
from itertools import islice
from typing import NamedTuple

_OPEN, _CLOSE = "[headroom: ", "]"
_WAY_BACK = "; all of it: "
_OMITTED = re.compile(r"(\d[\d,]*) of (\d[\d,]*) (.+?) omitted(?: \((.*)\))?")
_LONGEST, _MOST_BRACKETS = 8192, 50
"""Where the search for a line's end stops: in characters, and in closing brackets."""
_LABEL_CHARS = 160
_BLANKS = re.compile(r"\s+")

_KEY = re.compile(r"(?:/|^)([0-9a-f]{12})\.txt$|headroom[ _]retrieve ([0-9a-f]{12})(?![0-9a-f])")
_ASKS = re.compile(r"headroom[\W_]{1,8}retrieve|\b[0-9a-f]{12}\.txt\b")
_FILE = re.compile(r"\b([0-9a-f]{12})\.txt\b")
_HASH = re.compile(r"\b([0-9a-f]{12})\b")
_TOOL = "headroom_retrieve"
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED_BLANKS = {"n": "\n", "r": "\r", "t": "\t"}
_SHELL_QUOTES = str.maketrans("", "", "\\'\"")


class Omission(NamedTuple):
    """What an omission line says."""

    omitted: int
    total: int
    unit: str
    """What was counted, in the plural: rows, lines."""
    detail: str
    """What the omitted ones were, in numbers; may be empty."""
    original: str
    """The way back: a file's path, or a command; may be empty."""

    @property
    def key(self) -> str:
        """The original's key in the store; empty when the way back does not name one."""
        match = _KEY.search(self.original)
        return (match[1] or match[2]) if match else ""


def omission(omitted: int, total: int, unit: str, detail: str, original: str) -> str:
    """Return the line that stands for what was left out.

    Args:
        omitted: how many, of `total`.
        total: how many the original has.
        unit: what is counted, in the plural, in plain words: "rows", "lines".
        detail: what the omitted ones were, in numbers; line breaks become blanks; may be empty.
        original: the way back, from Context.original: a path, or a command; quoted like a JSON string if it has
            characters that do not print; may be empty.
    """
    detail = _one_line(detail)
    said = f" ({detail})" if detail else ""
    way_back = _WAY_BACK + _shown(original) if original else ""
    return f"{_OPEN}{omitted:,} of {total:,} {unit} omitted{said}{way_back}{_CLOSE}"


def lossless_note(total: int, unit: str, form: str) -> str:
    """Return the header line of a form that leaves nothing out.

    For example "[headroom: 300 rows as a table, nothing left out]".

    Args:
        total: how many there are; all of them follow.
        unit: what is counted, in the plural.
        form: what they were made into: "a table".
    """
    return f"{_OPEN}{total:,} {unit} as {form}, nothing left out{_CLOSE}"


def same_as(total: int, label: str) -> str:
    """Return the line that stands for a result that is the same as an earlier one.

    Args:
        total: how many lines it has.
        label: the call that the earlier result answers, from `call_label`.
    """
    return f"{_OPEN}the same {total:,} lines as the result of {label} above{_CLOSE}"


def partly_as(same: int, total: int, label: str) -> str:
    """Return the header of a result of which `same` of `total` lines stand in an earlier one."""
    return f"{_OPEN}{same:,} of {total:,} lines stand in the result of {label} above; the rest is here{_CLOSE}"


def end_of_form() -> str:
    """Return the line that ends a form, where what follows could be taken for more of it."""
    return f"{_OPEN}end of the form above{_CLOSE}"


def asks_for(key: str) -> str:
    """Return the way back to an original by the tool that the proxy, or an MCP server, answers."""
    return f"{_TOOL} {key}"


def is_retrieval_tool(tool: str) -> bool:
    """Tell whether a tool is the one that gives originals back, under whatever prefix a client names it."""
    return tool == _TOOL or tool.endswith(("_" + _TOOL, "." + _TOOL, "-" + _TOOL))


def call_label(tool: str, tool_input: str) -> str:
    """Name a tool call in a few words: its tool, and the beginning of its input."""
    said = _one_line(tool_input)
    if len(said) > _LABEL_CHARS:
        said = said[:_LABEL_CHARS] + "…"
    return f"{_one_line(tool)} {said}".strip()


def parse(line: str) -> Omission | None:
    """Read an omission line, blanks around it allowed; None for any other text."""
    line = line.strip()
    if not (line.startswith(_OPEN) and line.endswith(_CLOSE)) or "\n" in line:
        return None
    said, _, way_back = line[len(_OPEN) : -len(_CLOSE)].partition(_WAY_BACK)
    match = _OMITTED.fullmatch(said)
    original = _read(way_back)
    if match is None or original is None:
        return None
    omitted, total = (int(number.replace(",", "")) for number in match.group(1, 2))
    return Omission(omitted, total, match[3], match[4] or "", original)


def find(text: str) -> list[Omission]:
    """Return all omissions of a text, in order, wherever in a line they stand."""
    pieces = (piece for line in text.split("\n") for piece in line.split(_OPEN)[1:])
    return [omitted for omitted in map(_first, pieces) if omitted]


def is_retrieval(tool_input: str, root: str) -> bool:
    """Tell whether a tool call asks for an original; its result is never compressed.

    Generous: a result wrongly taken for one costs its saving, the other mistake hides an original for good.

    Args:
        tool_input: the call's input, as JSON text or as it comes.
        root: the folder with the originals. It is found however JSON or a shell quotes it; a file named like an
            original and `headroom retrieve` are found without it.
    """
    if _ASKS.search(tool_input):
        return True
    folder = root.rstrip("/").translate(_SHELL_QUOTES)
    if not folder:
        return False
    if folder in tool_input.translate(_SHELL_QUOTES):
        return True
    return "\\" in tool_input and folder in _unescaped(tool_input).translate(_SHELL_QUOTES)


def asked_for(tool_input: str) -> str:
    """Return the key of the original that a call asks for; empty where it names none.

    A file named like an original counts before any other word that may be a key.
    """
    match = _FILE.search(tool_input) or _HASH.search(tool_input)
    return match[1] if match else ""


def _first(piece: str) -> Omission | None:
    """Read the line that a piece of text begins with; where it ends is not sure, for a path may have brackets."""
    ends = islice(re.finditer(re.escape(_CLOSE), piece[:_LONGEST]), _MOST_BRACKETS)
    readings = [omitted for end in ends if (omitted := parse(_OPEN + piece[: end.end()]))]
    return next((omitted for omitted in readings if omitted.key), readings[0] if readings else None)


def _one_line(detail: str) -> str:
    """Return a detail that cannot be taken for another part of the line, nor for another line."""
    return (
        _BLANKS.sub(" ", detail)
        .strip()
        .replace("; all of it:", "; all of it =")
        .replace("[headroom:", "[headroom =")
    )


def _shown(original: str) -> str:
    return original if original.isprintable() and original[0] not in ' "' else json.dumps(original)


def _read(way_back: str) -> str | None:
    if not way_back.startswith('"'):
        return way_back
    try:
        original = json.loads(way_back)
    except ValueError:
        return None
    return original if isinstance(original, str) else None


def _unescaped(text: str) -> str:
    """Undo JSON's escapes without reading the JSON, so that any excerpt of it will do."""

    def plain(match: re.Match[str]) -> str:
        escape = match[1]
        return chr(int(escape[1:], 16)) if len(escape) == 5 else _ESCAPED_BLANKS.get(escape, escape)

    # Through UTF-16, where the two halves of a character beyond the first 65,536 become one.
    halves = _ESCAPE.sub(plain, text)
    return halves.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="surrogatepass")
