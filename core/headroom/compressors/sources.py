"""Whether a tool result is what a program said, or the text of a file: then it may be one that is edited (law 6).

Made to err on one side. A file's text that is taken for output may be shortened under an agent that edits it;
output that is taken for a file's text only costs its saving.
"""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Final

from headroom import words
from headroom.compressors import shell
from headroom.compressors.shell import Stage
from headroom.types import Content

_COMMAND_KEYS: Final = ("command", "cmd", "script", "chars")
_FILE_KEYS: Final = (
    *("file_path", "path", "filename", "absolute_path", "target_file", "filePath", "notebook_path", "filepath"),
    *("file", "relative_path", "uri", "paths", "files", "file_paths"),
)
_PATTERN_KEYS: Final = ("pattern", "query", "regex", "glob")
_LISTERS: Final = frozenset({"ls", "list", "dir", "directory", "tree", "glob"})
"""Words in the names of tools whose path is a folder."""

_PRINTERS: Final = {
    **dict.fromkeys(("cat", "bat", "batcat", "head", "tail", "less", "more", "nl", "tac", "type", "view"), 0),
    **dict.fromkeys(("Get-Content", "gc", "cut", "fold", "expand", "strings", "pygmentize", "iconv"), 0),
    **dict.fromkeys(("sed", "awk", "gawk", "mawk", "perl", "ruby"), 1),
}
"""Programs that print what is in files, and how many words before these say how."""
_SCRIPT_OPTION: Final = re.compile(r"-[A-Za-z]*[ef]|--(?:expression|file)\b.*")
"""With one of these, the script is the option's value."""
_GREPS: Final = frozenset({"grep", "egrep", "fgrep", "rg", "ag", "ack", "ugrep"})
_AROUND: Final = re.compile(r"-(?:[A-Za-z]*[ABC]|-(?:after-|before-)?context)=?(\d*)")
_MUCH_AROUND: Final = 10
"""So many lines around each hit are a way of reading a file."""
_AT_REVISION: Final = re.compile(r"[^\s:]+:([^\s:]+)")
_READS_FILE: Final = re.compile(r"open\(|read_text|readFile")
_NUMBER: Final = re.compile(r"[+-]?\d+[bkKmMG]?")

_DATA: Final = re.compile(
    r"\.(?:log|out|err|txt|json|jsonl|ndjson|geojson|har|csv|tsv|diff|trace|stdout|stderr)(?:\.\d+)?$",
    re.IGNORECASE,
)
_DATA_FOLDERS: Final = ("/var/log/", "/proc/", "/sys/", "/tmp/")
_WRITTEN_BY_HAND: Final = re.compile(
    r"(?:^|[/\\])(?:CMakeLists\.txt|(?:requirements|constraints)[\w.-]*\.txt|(?:package|composer|deno|jsconfig|manifest"
    r"|angular|nx|turbo|lerna|vercel|firebase|launch|settings|tasks|devcontainer|renovate|biome|babel|components"
    r"|appsettings[\w.]*|tsconfig[\w.-]*|\.?[\w-]*rc|[\w.-]+\.config)\.json|robots\.txt|llms\.txt)$",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"[^/\\]\.[A-Za-z][\w+-]{0,11}$|(?:^|[/\\])\.[\w.-]+$")
_NAMES: Final = re.compile(
    r"(?:^|[/\\])(?:\w*[Mm]akefile|Dockerfile[\w.-]*|Containerfile|Justfile|Rakefile|Gemfile|Jenkinsfile|Procfile"
    r"|Vagrantfile|Brewfile|BUILD|WORKSPACE|README|LICENSE|CODEOWNERS)$",
)

_NUMBERED: Final = re.compile(r" *(\d+)(→|\t|: ?|\| ?)")
_NUMBERED_LINES: Final = 3
_NUMBER_WIDTH: Final = 6
_HEADER_LINES: Final = 2


def members(tool_input: str) -> dict[str, object]:
    """Return the members of a tool call's input; none where it is no JSON object."""
    if not tool_input.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(tool_input)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def shell_line(tool_input: str) -> str:
    """Return the shell line of a tool call, given as JSON text or as it is; empty where there is none."""
    if not tool_input.lstrip().startswith("{"):
        return tool_input
    found = members(tool_input)
    action = found.get("action")
    found = found if not isinstance(action, dict) else action
    command = next((found[key] for key in _COMMAND_KEYS if key in found), "")
    lines = found.get("commands")  # Cline's
    if not command and isinstance(lines, list):
        return "\n".join(line for line in lines if isinstance(line, str))
    if isinstance(command, list):
        return shlex.join(str(word) for word in command)
    return command if isinstance(command, str) else ""


def content(tool: str, tool_input: str) -> Content:
    """Return what a tool call's result is.

    A file is one of source unless its name says that it holds data. Where a line prints several things, a source
    file among them makes all of it source.
    """
    found = members(tool_input)
    named = list(_named_files(found))
    if named:
        kinds = {_kind(path) if _EXTENSION.search(path) or _NAMES.search(path) else "output" for path in named}
        is_search = any(key in found for key in _PATTERN_KEYS)
        if is_search and _around(found) >= _MUCH_AROUND:
            return "source"
        if _LISTERS.intersection(words.split(tool)) and not is_search:
            return "output"
        return "source" if "source" in kinds else "data" if "data" in kinds and not is_search else "output"
    if any(key in found for key in _PATTERN_KEYS):
        return "source" if _around(found) >= _MUCH_AROUND else "output"
    return _content_of(shell_line(tool_input))


def file_read(tool_input: str) -> str | None:
    """Return the path of the one file that a tool call reads, by a read tool or by cat; None for other calls."""
    found = members(tool_input)
    named = list(_named_files(found))
    if named:
        return named[0] if len(named) == 1 and not any(key in found for key in _PATTERN_KEYS) else None
    stages = [stage for pipeline in shell.pipelines(shell_line(tool_input)) for stage in pipeline]
    files = [path for stage in stages if stage.program in _PRINTERS for path in _files(stage)]
    return files[0] if len(files) == 1 else None


def is_numbered(text: str) -> bool:
    """Whether a text is a file with line numbers in front, as `cat -n` and read tools write it.

    A line or two may stand before it.
    """
    first = text.lstrip("\n").split("\n", _NUMBERED_LINES + _HEADER_LINES)
    return any(_counts_on(first[at : at + _NUMBERED_LINES]) for at in range(_HEADER_LINES + 1))


def _counts_on(lines: list[str]) -> bool:
    found = [_NUMBERED.match(line) for line in lines]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) < _NUMBERED_LINES or numbers != [numbers[0] + n for n in range(len(numbers))]:
        return False
    # Between tabs, narrow numbers are the first column of a table.
    return all(match.end() > _NUMBER_WIDTH or match[2] != "\t" for match in found if match)


def _named_files(found: dict[str, object]) -> Iterator[str]:
    """Yield the paths that a tool's input names; none where it is a shell line."""
    command = next((found[key] for key in _COMMAND_KEYS if key in found), "")
    if not isinstance(command, str) or len(command.split()) > 1:
        return
    for key in _FILE_KEYS:
        value = found.get(key)
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, str) and path:
                yield path


def _around(found: dict[str, object]) -> int:
    """Return how many lines around each hit a search tool was asked for."""
    numbers = [found.get(key) for key in ("-A", "-B", "-C", "context", "before_context", "after_context")]
    return max((number for number in numbers if type(number) is int), default=0)


def _content_of(line: str) -> Content:
    kinds = {_printed(stage) for pipeline in shell.pipelines(line) for stage in pipeline}
    return "source" if "source" in kinds else "data" if "data" in kinds else "output"


def _printed(stage: Stage) -> Content:
    """Return what a stage prints of files: "output" where it prints none."""
    if stage.program in _PRINTERS:
        files = _files(stage)
        if not files:
            return "output" if stage.is_fed and not stage.is_handed else "source"
        return "source" if any(_kind(path) == "source" for path in files) else "data"
    if stage.program in _GREPS:
        return _grepped(stage)
    if stage.program == "git":
        return _of_git(stage)
    if stage.program == "find" and "-exec" in stage.words:
        return "source" if any(word in _PRINTERS for word in stage.words) else "output"
    is_script = any(word in ("-c", "-e") for word in stage.words[1:2])
    return "source" if is_script and any(_READS_FILE.search(word) for word in stage.words) else "output"


def _files(stage: Stage) -> list[str]:
    """Return the files that a printing stage names."""
    said = [word for word in stage.words[1:] if not word.startswith("-") and not _NUMBER.fullmatch(word)]
    skipped = _PRINTERS[stage.program]
    if skipped and not any(_SCRIPT_OPTION.fullmatch(word) for word in stage.words[1:]):
        said = said[skipped:]
    elif skipped:
        said = [word for word in said if _EXTENSION.search(word) and not re.search(r"[\s{}();$]", word)]
    return said + list(stage.inputs)


def _grepped(stage: Stage) -> Content:
    """Hits in a single file, or with much around them, are a way of reading it."""
    sizes = [
        match[1] or stage.words[n + 1 : n + 2]
        for n, word in enumerate(stage.words)
        if (match := _AROUND.fullmatch(word))
    ]
    numbers = [int(size if isinstance(size, str) else size[0]) for size in sizes if _is_number(size)]
    if max(numbers, default=0) >= _MUCH_AROUND:
        return "source"
    said = [word for word in stage.words[1:] if not word.startswith("-") and not _NUMBER.fullmatch(word)]
    files = said[1:]
    return _kind(files[0]) if len(files) == 1 and _EXTENSION.search(files[0]) and "*" not in files[0] else "output"


def _is_number(size: str | shell.Words) -> bool:
    return size.isdecimal() if isinstance(size, str) else bool(size) and size[0].isdecimal()


def _of_git(stage: Stage) -> Content:
    said = [word for word in stage.words[1:] if not word.startswith("-")]
    if said[:1] == ["blame"]:
        return "source"
    at = [match[1] for word in said if (match := _AT_REVISION.fullmatch(word))]
    if said[:1] in (["show"], ["cat-file"]) and at:
        return _kind(at[-1])
    return "output"


def _kind(path: str) -> Content:
    """Return what a file holds, by its name."""
    if _WRITTEN_BY_HAND.search(path):
        return "source"
    if _DATA.search(path):
        return "data"
    is_known = bool(_EXTENSION.search(path) or _NAMES.search(path))
    return "data" if not is_known and path.startswith(_DATA_FOLDERS) else "source"
