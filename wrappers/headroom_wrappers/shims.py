"""Commands as Windows has them: found by their endings, and behind the batch files that npm makes for them.

A batch file is run by cmd.exe, which reads the command line once more, by rules of its own: an argument with a
quote and an ampersand in it becomes a command (CVE-2024-24576 and its kin, https://kb.cert.org/vuls/id/123335).
So what a known batch file starts is started in its place, and an unknown one gets no argument that cmd.exe reads
otherwise.
"""

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath

_BATCH = (".cmd", ".bat")
_ENDINGS = ".COM;.EXE;.BAT;.CMD"
_READ_BY_CMD = frozenset('"%!^&|<>()\r\n')
_MAX_SHIM_CHARACTERS = 8192
_NODE = "node"
_STARTS = re.compile(
    r"""
    (?: ^ | \s ) (?P<program> "%_prog%" | node | ) \s*      # by npm's cmd-shim, by pnpm's; none for an executable
    (?P<options> (?: (?<=\s) --? [\w=./:-]+ \s+ )* )        # of the script's first line
    "%(?:dp0%|~dp0)\\? (?P<script> [^"%]+ ) " \s+ %\* \s* $ # where it is from the batch file, and all arguments
    """,
    re.VERBOSE,
)
"""The last line of what https://github.com/npm/cmd-shim and https://github.com/pnpm/cmd-shim write, or nearly."""


def find(command: str, environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Return where a command is; None where there is none that may be executed.

    As `shutil.which`, but on Windows the working folder is not looked through, which may be anybody's.

    Args:
        environ: with PATH, and on Windows PATHEXT.
        platform: as in sys.platform.
    """
    path = environ.get("PATH", os.defpath)
    if platform != "win32" or Path(command).name != command:
        return shutil.which(command, path=path)
    endings = [ending for ending in environ.get("PATHEXT", _ENDINGS).split(";") if ending]
    is_whole = PureWindowsPath(command).suffix.upper() in {ending.upper() for ending in endings}
    for folder in path.split(os.pathsep):
        for name in [command] if is_whole else [command + ending for ending in endings]:
            place = Path(folder, name)
            if Path(folder).is_absolute() and place.is_file():
                return str(place)
    return None


def argv(
    command: str, arguments: Sequence[str], environ: Mapping[str, str], platform: str = sys.platform
) -> list[str]:
    """Return what to execute for a command and its arguments.

    Args:
        command: the path of the executable.
        platform: as in sys.platform.

    Raises ValueError for arguments that would not arrive as they are.
    """
    if platform != "win32" or not command.lower().endswith(_BATCH):
        return [command, *arguments]
    known = behind(PureWindowsPath(command), _read(command))
    if known and known[0] == _NODE:
        beside = str(Path(command).with_name("node.exe"))
        node = beside if Path(beside).is_file() else find(_NODE, environ, platform)
        known = [node, *known[1:]] if node and not node.lower().endswith(_BATCH) else None
    if known:
        return [*known, *arguments]
    wrong = next((argument for argument in arguments if _READ_BY_CMD & set(argument)), None)
    if wrong is not None:
        raise ValueError(f"{command} is a batch file, and cmd.exe would not pass on {wrong!r} as it is")
    return [command, *arguments]


def behind(shim: PureWindowsPath, text: str) -> list[str] | None:
    """Return what a batch file of npm's or pnpm's starts, "node" for Node.js; None for any other."""
    lines = [line for line in text.splitlines() if line.strip() not in ("", ")")]
    found = _STARTS.search(lines[-1]) if lines else None
    if not found or "NODE_PATH" in text:
        return None
    script = str(shim.parent / found["script"])
    if not found["program"]:
        return [script] if script.lower().endswith(".exe") and "IF EXIST" not in text else None
    if found["program"] != _NODE and 'SET "_prog=node"' not in text:
        return None  # sh, bash, python
    return [_NODE, *found["options"].split(), script]


def _read(command: str) -> str:
    try:
        with Path(command).open(encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_SHIM_CHARACTERS)
    except OSError:
        return ""
