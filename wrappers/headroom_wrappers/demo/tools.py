"""The demo agent's tools: what the model is told of them, and what they do. Only read_file touches the machine."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from headroom_wrappers.demo import samples

Json = dict[str, Any]

_LINE_CHARS = 2000
_MOST_LINES = 2000


class Outcome(NamedTuple):
    """What a tool gives back to the model."""

    text: str
    failed: bool = False


def run(name: str, arguments: Json) -> Outcome:
    """Run a tool. What goes wrong is told to the model, as a failed outcome."""
    tool = _RUN.get(name)
    return tool(arguments) if tool else Outcome(f"The demo does not run {name}.", failed=True)


def _bash(arguments: Json) -> Outcome:
    command = arguments.get("command", "")
    output = samples.COMMANDS.get(command)
    return Outcome(output()) if output else Outcome(f"bash: {command}: not known to the demo", failed=True)


def _read_file(arguments: Json) -> Outcome:
    path = Path(arguments.get("path", ""))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return Outcome(f"{path} cannot be read: {error}", failed=True)
    start = max(1, int(arguments.get("start_line", 1)))
    most = int(arguments.get("max_lines", _MOST_LINES))
    wanted = arguments.get("containing", "")
    chosen = [(at, line) for at, line in enumerate(lines, 1) if at >= start and wanted in line][:most]
    text = "\n".join(f"{at:>6}\t{line[:_LINE_CHARS]}" for at, line in chosen)
    return Outcome(text or f"No line of {path} fits.")


_RUN: Mapping[str, Callable[[Json], Outcome]] = {"bash": _bash, "read_file": _read_file}


def _schema(name: str, description: str, required: Sequence[str], **properties: Json) -> Json:
    return {
        "name": name,
        "description": description,
        "input_schema": {
            "type": "object",
            "properties": properties,
            "required": list(required),
            "additionalProperties": False,
        },
    }


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _number(description: str) -> Json:
    return {"type": "integer", "minimum": 1, "description": description}


TOOLS: Sequence[Json] = (
    _schema(
        "bash",
        "Run a shell command in the working folder and return what it prints, standard error included. Each call "
        "starts in the working folder; nothing is kept between calls but what is on disk. Quote paths with "
        "spaces. Do not use it to read or search single files when read_file or find_files will do.",
        ("command",),
        command=_text("The command, as typed into bash."),
        timeout_s=_number("Seconds after which the command is ended; 120 if not given."),
    ),
    _schema(
        "read_file",
        "Read a text file and return its lines with their numbers. Lines are cut after 2,000 characters. Read "
        "only what you need: name the first line and how many, or a text that the lines must contain.",
        ("path",),
        path=_text("Absolute path of the file."),
        start_line=_number("First line to return; 1 if not given."),
        max_lines=_number("How many lines to return at most; 2,000 if not given."),
        containing=_text("Return only lines that contain this text, exactly as written."),
    ),
    _schema(
        "write_file",
        "Write a text file. An existing file is replaced: read it first, and prefer edit_file for changes.",
        ("path", "content"),
        path=_text("Absolute path of the file."),
        content=_text("All of its new content."),
    ),
    _schema(
        "edit_file",
        "Replace one passage of a text file. The old passage must occur exactly once, with its white space.",
        ("path", "old", "new"),
        path=_text("Absolute path of the file."),
        old=_text("The passage as it stands in the file."),
        new=_text("What shall stand there instead."),
    ),
    _schema(
        "find_files",
        "List files whose path fits a glob, newest first, at most 200.",
        ("glob",),
        glob=_text('For example "src/**/*.py".'),
        folder=_text("Absolute path of the folder to look in; the working folder if not given."),
    ),
)
