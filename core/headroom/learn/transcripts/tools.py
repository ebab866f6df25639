"""Which tool of an agent's is of which kind, and where its command or its path is."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from headroom.learn.types import EDIT, OTHER, READ, SEARCH, SHELL

TOOL_KINDS: Mapping[str, str] = {
    # Claude Code
    **dict.fromkeys(("Bash", "PowerShell"), SHELL),
    **dict.fromkeys(("Read", "NotebookRead"), READ),
    **dict.fromkeys(("Edit", "MultiEdit", "Write", "NotebookEdit"), EDIT),
    **dict.fromkeys(("Grep", "Glob", "LS"), SEARCH),
    # Codex
    **dict.fromkeys(("shell", "shell_command", "exec_command", "local_shell", "container.exec"), SHELL),
    **dict.fromkeys(("apply_patch",), EDIT),
    **dict.fromkeys(("grep_files", "list_dir"), SEARCH),
    # Gemini CLI and Qwen Code, which forks it
    **dict.fromkeys(("run_shell_command",), SHELL),
    **dict.fromkeys(("read_file", "read_many_files"), READ),
    **dict.fromkeys(("replace", "write_file", "edit"), EDIT),
    **dict.fromkeys(("search_file_content", "grep_search", "glob", "list_directory"), SEARCH),
    # opencode and Copilot CLI
    **dict.fromkeys(("bash", "powershell"), SHELL),
    **dict.fromkeys(("read", "view"), READ),
    **dict.fromkeys(("write", "create", "multiedit", "patch", "str_replace", "str_replace_editor"), EDIT),
    **dict.fromkeys(("grep", "list", "search", "rg"), SEARCH),
}
_COMMANDS = ("command", "cmd", "script")
_PATHS = ("file_path", "filePath", "path", "absolute_path", "notebook_path", "target_file")
_FOLDERS = ("workdir", "working_directory", "dir_path", "directory", "cwd")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "fish", "pwsh", "powershell"})
_PATCHED = re.compile(r"^\*\*\* (?:Update|Add|Delete) File: (.+)$", re.MULTILINE)
_READERS = frozenset({"cat", "head", "tail", "nl", "sed"})
_BEYOND = re.compile(r"[|&;<>$`*?\n]|\s-i")
"""What makes a command more than the reading of one file."""
_COMMAND_CHARS = 1000
_TAKE_A_VALUE = frozenset({"-n", "-c", "--lines", "--bytes"})


class Told(NamedTuple):
    """What a call's input tells."""

    kind: str
    command: str
    path: str
    folder: str = ""


def described(tool: str, given: Mapping[str, object]) -> Told:
    """Return what a call does. A shell command that only shows one file, such as `cat FILE`, is a read of it."""
    kind = TOOL_KINDS.get(tool, OTHER)
    if kind == SHELL:
        command = line(next((given[name] for name in _COMMANDS if name in given), ""))
        path = shown_by(command)
        return Told(READ if path else SHELL, command, path, _first(given, _FOLDERS))
    if kind == OTHER:
        return Told(OTHER, "", "")
    return Told(kind, "", _path(given))


def line(command: object) -> str:
    """Return a command as the shell line that it is; of ["bash", "-lc", LINE] the line."""
    if isinstance(command, str):
        return command.strip()
    if not isinstance(command, (list, tuple)):
        return ""
    words = [word for word in command if isinstance(word, str)]
    if len(words) > 2 and words[0].rpartition("/")[2] in _SHELLS and words[1].startswith("-"):
        return words[2].strip()
    return shlex.join(words)


def shown_by(command: str) -> str:
    """Return the file that a command shows, if that is all it does."""
    if len(command) > _COMMAND_CHARS or _BEYOND.search(command.replace("$p", "p")):
        return ""
    try:
        name, *words = shlex.split(command)
    except ValueError:
        return ""
    if name not in _READERS:
        return ""
    files = []
    skip = name == "sed"
    if skip and (len(words) != 3 or words[0] != "-n" or not words[1].endswith("p")):
        return ""
    values = False
    for word in words[2:] if skip else words:
        if values:
            values = False
        elif word.startswith("-"):
            values = word in _TAKE_A_VALUE and name in {"head", "tail"}
        else:
            files.append(word)
    return files[0] if len(files) == 1 else ""


def _first(given: Mapping[str, object], names: Iterable[str]) -> str:
    """Return the first of these arguments that is a text."""
    return next((value for name in names if isinstance(value := given.get(name), str) and value), "")


def _path(given: Mapping[str, object]) -> str:
    path = _first(given, _PATHS)
    if path:
        return path
    for name in ("input", "patch", "patchText"):
        value = given.get(name)
        found = _PATCHED.search(value) if isinstance(value, str) else None
        if found:
            return found[1].strip()
    return ""
