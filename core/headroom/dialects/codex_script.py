"""What a script of Codex's `exec` tool runs, told as the tool input of a plain shell or read tool.

The script is JavaScript that calls tools.exec_command({cmd: '...'}) and other tools. No JavaScript is run: its
string literals are read. A literal that is the value of `cmd` is a command; where a command is made up otherwise,
any literal of the script may be one, and all of them are given: a file that is printed must be seen to be (law 6).
"""

import json
import re
from typing import Final

_MAX_CHARS: Final = 20_000
"""A longer script is read up to here."""
_TOKEN: Final = re.compile(
    r"//[^\n]*+|/\*(?:.*?\*/|.*+)"
    r"|'(?>(?:[^'\\\n]|\\.)*)(?:'|\\?\Z)|\"(?>(?:[^\"\\\n]|\\.)*)(?:\"|\\?\Z)|`(?>(?:[^`\\]|\\.)*)(?:`|\\?\Z)",
    re.DOTALL,
)
"""A comment or a literal; one that never ends goes on to the end of the script, so that all is read once."""
_RUNS: Final = re.compile(
    r"\b(?:exec_command|write_stdin|shell_command|shell|local_shell)\s*\("
    r"|\btools\s*\["
    r"|\btools\b(?!\s*\??[.])(?!\s*\[)"
)
"""A command is run; or, the tools being handed on, may be."""
_COMMAND_KEY: Final = re.compile(r"[{,]\s*['\"]?(?:cmd|command|chars)['\"]?\s*:\s*$")
"""The last is what write_stdin types into a shell that still runs."""
_PATH_KEY: Final = re.compile(
    r"[{,]\s*['\"]?(?:file_?path|path|file_?name|file|absolute_path|target_file|uri)['\"]?\s*:\s*$", re.IGNORECASE
)
_KEY_CHARS: Final = 60
_ESCAPE: Final = re.compile(r"\\(u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r?\n|.)", re.DOTALL)
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_LAST_CODE_POINT: Final = 0x10FFFF


def tool_input(script: str) -> str:
    """Return a script's tool input as JSON: {"command": ...} or {"paths": [...]}; else the script itself."""
    script = script[:_MAX_CHARS]
    commands: list[str] = []
    paths: list[str] = []
    strings: list[str] = []
    code: list[str] = []
    at = 0
    for token in _TOKEN.finditer(script):
        code.append(script[at : token.start()])
        at = token.end()
        literal = token[0]
        if literal[0] == "/":
            continue
        text = _text(literal)
        strings.append(text)
        before = script[max(0, token.start() - _KEY_CHARS) : token.start()]
        if _COMMAND_KEY.search(before):
            commands.append(text)
        elif _PATH_KEY.search(before):
            paths.append(text)
        code.append("''")
    code.append(script[at:])
    if len(_RUNS.findall("".join(code))) > len(commands):
        commands = strings
    if not commands:
        return json.dumps({"paths": paths}) if paths else script
    # A tool that is given a path may print what is there.
    return json.dumps({"command": "\n".join([*commands, *(f"cat {path}" for path in paths)])})


def _text(literal: str) -> str:
    """Return the text of a literal; what a template puts in stays as it stands: ${file}."""
    return _ESCAPE.sub(_unescaped, literal[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    digits = match[2] or match[3] or match[4]
    if digits:
        point = int(digits, 16)
        return chr(point) if point <= _LAST_CODE_POINT else ""
    char = match[1]
    return "" if char[-1] == "\n" else _PLAIN.get(char, char)
