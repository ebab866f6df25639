"""Where something was not permitted: the file or folder that a denial names."""

import re
from typing import Final, NamedTuple

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation, joined
from headroom.learn.finders.denials import POLICY, READ_ONLY, SYSTEM
from headroom.learn.finders.observation import Observation, seen
from headroom.learn.finders.paths import settled, stands_in
from headroom.learn.finders.programs import LOOKS, WRITES
from headroom.learn.finders.scene import EDIT, Scene, Step
from headroom.learn.finders.tables import word_set

_ABSOLUTE: Final = re.compile(r"(?<![\w.:/])(?:/|~/|[A-Za-z]:\\)[^\s'\"`‘’“”,;:()<>|]{1,200}")
_WRITING: Final = re.compile(
    r"\b(?:writ(?:e|ing)|edit|creat|modif|delet|remov|redirect|rename|mov)", re.IGNORECASE
)
_SHOWS: Final = word_set("cat head tail less more nl bat sed grep rg ls stat wc")
_FOR_FILES: Final = re.compile(
    r"was blocked\.? for security|permissions? to (?:write|edit|read)|outside|not in (?:the )?workspace"
    r"|within the workspace",
    re.IGNORECASE,
)
"""A rule speaks of a place, and not of the command."""


class Place(NamedTuple):
    """What must not be touched."""

    path: str
    """Empty where it is the project's own folder."""
    is_written: bool
    confidence: float


def of_file(step: Step, reason: str) -> Observation:
    """Return that a file could not be read or changed. Raises NotQuotable."""
    verb = "changing" if step.call.kind == EDIT else "reading"
    if reason == "rejected":
        rule = f"Ask before {verb} {wording.quoted_path(step.path)}: it was refused."
    else:
        rule = f"Do not try {verb} {wording.quoted_path(step.path)}: it is not permitted."
    confidence = {"rejected": 0.5, "policy": 0.6}.get(reason, 0.5)
    return seen(step, step.path, wording.sentence(rule), confidence, {"path": step.path, "reason": reason})


def written(step: Step) -> set[str]:
    """Return the files that a call changes, or tries to, as seen from the project's folder."""
    if step.call.kind == EDIT and step.path:
        return {step.path}
    return {path for command in step.commands for path in _touched(command) if is_writing(command, path)}


def is_writing(command: Invocation, path: str) -> bool:
    """Whether a command changes a path that stands in it."""
    return command.program in WRITES or (bool(command.target) and path == joined(command.folder, command.target))


def place(scene: Scene, step: Step, reason: str, command: Invocation) -> Place | None:
    """Return the place that a denial is about; None where it is about the command."""
    if reason == "policy":
        return None if command.program == "cd" else _of_policy(scene, step) or _shown(command)
    is_sandbox = bool(READ_ONLY.search(step.said)) or "peration not permitted" in step.said
    for line in SYSTEM.lines(step.said):
        own = sorted((path for path in _touched(command) if _is_told(path, line)), key=len, reverse=True)
        path = own[0] if own else ""
        if READ_ONLY.search(line) and not path.startswith("/"):
            path = next((one for one in (_first(line), _first(step.said)) if _is_outside(scene, one)), path)
        inner = scene.inner(path)
        if path and inner.startswith(("/", "~", "..")):
            is_written = is_writing(command, path) or bool(READ_ONLY.search(line))
            # Rights may change; a sandbox stays.
            return Place(settled(inner), is_written, (0.6 if is_sandbox else 0.45) if is_written else 0.4)
        if READ_ONLY.search(line):
            return Place("", True, 0.55)
    return None


def _of_policy(scene: Scene, step: Step) -> Place | None:
    for line in POLICY.lines(step.said):
        found = scene.inner(_first(line)) if _FOR_FILES.search(line) else ""
        if found.startswith(("/", "~")):
            return Place(settled(found), bool(_WRITING.search(line)), 0.6)
    return None


def _shown(command: Invocation) -> Place | None:
    """Return the file that a command only shows: it is not the command that must not be run."""
    files = [word for word in command.words[1:] if not word.startswith("-")]
    is_shown = command.program in _SHOWS and not command.target and files
    return Place(joined(command.folder, files[-1]), False, 0.6) if is_shown else None


def _is_outside(scene: Scene, path: str) -> bool:
    return scene.inner(path).startswith(("/", "~"))


def _first(text: str) -> str:
    """Return the first path from the root in a text, but for the program that speaks: `/bin/bash: line 1: `."""
    for found in _ABSOLUTE.finditer(text):
        is_speaker = text[found.start() - 1 : found.start()] in ("", "\n") and text[found.end() :].startswith(":")
        if not is_speaker:
            return found[0].rstrip(".")
    return ""


def _touched(command: Invocation) -> list[str]:
    """Return the paths that a command may touch: its operands and its target, from the project's folder."""
    if command.program in LOOKS and not command.target:
        return []
    words = [word for word in command.words[1:40] if word and not word.startswith("-")]
    return [joined(command.folder, word) for word in (*words, command.target) if word]


def _is_told(path: str, line: str) -> bool:
    return len(path) > 1 and (stands_in(path, line) or stands_in(path.rpartition("/")[2] or path, line))
