"""A transcript, laid out for the finders: each call with its shell line and the part of its output to look at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from headroom.learn.finders.commands import Invocation, invocations, joined
from headroom.learn.finders.programs import is_change
from headroom.learn.types import EDIT, READ, SEARCH, SHELL, Call, Said, Transcript

_HEAD_CHARS: Final = 4000
_TAIL_CHARS: Final = 8000
"""Of a long output only the beginning and the end are looked at: errors stand there."""
_TOLD_CHARS: Final = 1500
"""Where no exit code is told, an output this short is looked at for a program's own words of failure."""
_OWN_WORDS: Final = re.compile(
    r"^(?:[^\s:]{1,80}: )?(?:line \d{1,5}: "
    r"|\d{1,5}: )?[^\s:]{1,80}: (?:[^:\n]{0,160}: )?(?:command not found|not found"
    r"|no such file or directory|permission denied|read-only file system|operation not permitted|is a directory"
    r"|not a directory|invalid option|unrecognized option|missing operand)\b"
    r"|^(?:fatal|error|ERROR)(?:\[\w{1,12}\])?: |^npm (?:ERR!|error) |^Traceback \(most recent"
    r"|^exec_command failed|could not request permission"
    r"|^make(?:\[\d{1,3}\])?: \*\*\* |^\w{0,60}(?:Error|Exception): "
    r"|^zsh: command not found: ",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWS: Final = frozenset({"cat", "grep", "rg", "tail", "head", "sed", "awk", "jq", "journalctl"})
_CUT: Final = re.compile(r"\n\[([\d,]{1,15}) characters are left out here\]\n")
"""What a reader leaves of a long output's middle."""
_EXIT_CODE: Final = re.compile(r"(?:^|\n)(?:Process exited with |Error: )?(?:exit|Exit) ?[Cc]ode:? ?(\d{1,3})\b")


@dataclass(frozen=True)
class Step:
    """A call at its place."""

    at: int
    """Place of the entry in the transcript."""
    number: int
    """Place among the calls."""
    call: Call
    is_last: bool = False
    """Whether the transcript ends with it."""
    root: str = ""
    """The project's folder."""
    folder: str = ""
    """Where it ran, as seen from the project's folder."""
    path: str = ""
    """The file that it reads or edits, as seen from the project's folder."""

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """The commands of its shell line, with their folders as seen from the project's."""
        found = invocations(self.call.command, self.folder) if self.call.command else ()
        return tuple(one._replace(folder=inner(one.folder, self.root)) if one.folder else one for one in found)

    @property
    def asked(self) -> str:
        """What was asked, in short."""
        return self.call.command or self.call.path

    @cached_property
    def said(self) -> str:
        """The output, as far as errors are looked for in it."""
        output = self.call.output
        if len(output) <= _HEAD_CHARS + _TAIL_CHARS:
            return output
        return f"{output[:_HEAD_CHARS]}\n{output[-_TAIL_CHARS:]}"

    @cached_property
    def exit_code(self) -> int | None:
        """As it was told, or as the output tells it."""
        if self.call.exit_code is not None or self.call.kind != SHELL:
            return self.call.exit_code
        output = self.call.output
        found = _EXIT_CODE.search(output, 0, 200) or _EXIT_CODE.search(output, max(len(output) - 200, 0))
        return int(found[1]) if found else None

    @cached_property
    def failed(self) -> bool:
        """Whether it failed, for whatever reason: as it was told or, where nothing is, as the program says."""
        if self.call.failed or self.exit_code is not None or self.call.kind != SHELL:
            return self.call.failed or bool(self.exit_code)
        output = self.call.output
        if len(output) >= _TOLD_CHARS or not _OWN_WORDS.search(output):
            return False
        last = self.commands[-1] if self.commands else None
        # What shows files may show errors that they tell of; its own begin with its name.
        return last is None or last.program not in _SHOWS or output.startswith(f"{last.program}: ")

    @cached_property
    def size(self) -> int:
        """Characters of the output, with those that a reader has left out."""
        output = self.call.output
        cut = _CUT.search(output, 9_000, 12_000) if len(output) > _HEAD_CHARS + _TAIL_CHARS else None
        return len(output) + (int(cut[1].replace(",", "")) if cut else 0)

    @cached_property
    def changes(self) -> bool:
        """Whether it changed a file or what is installed: what failed before may work now, and the other way."""
        if self.failed:
            return False
        return self.call.kind == EDIT or any(map(is_change, self.commands))

    @property
    def is_answered(self) -> bool:
        """Whether it came to an end: an answer may be empty, but at the end of a transcript it may be missing."""
        return bool(self.call.output) or self.call.exit_code is not None or not self.is_last


class Scene:
    """A session's entries, the calls among them, and what was said."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        steps: list[Step] = []
        said: list[tuple[int, Said]] = []
        for at, entry in enumerate(transcript.entries):
            if isinstance(entry, Call):
                folder = self.inner(entry.folder)
                path = self.inner(joined(folder, entry.path)) if entry.path else ""
                is_last = at == len(transcript.entries) - 1
                steps.append(Step(at, len(steps), entry, is_last, transcript.project, folder, path))
            else:
                said.append((at, entry))
        self.steps: Sequence[Step] = steps
        self.said: Sequence[tuple[int, Said]] = said

    def after(self, step: Step, calls: int) -> Sequence[Step]:
        """Return the next so many calls."""
        return self.steps[step.number + 1 : step.number + 1 + calls]

    def shell_after(self, step: Step, calls: int) -> Iterator[Step]:
        """Yield those of the next so many calls that ran a command."""
        return (one for one in self.after(step, calls) if one.call.kind == SHELL and one.commands)

    @cached_property
    def failures(self) -> Sequence[Step]:
        """The calls that failed."""
        return [step for step in self.steps if step.failed]

    @cached_property
    def shells(self) -> Sequence[Step]:
        """The calls that ran a command."""
        return [step for step in self.steps if step.call.kind == SHELL and step.commands]

    @cached_property
    def edits(self) -> Sequence[Step]:
        """The calls that changed a file, and those that tried to."""
        return [step for step in self.steps if step.call.kind == EDIT]

    def has_change(self, begin: Step, end: Step) -> bool:
        """Whether a file was changed or something was installed between two calls."""
        return any(step.changes for step in self.steps[begin.number + 1 : end.number])

    def inner(self, path: str) -> str:
        """Return a path as seen from the project's folder, where it lies in it."""
        return inner(path, self.transcript.project)


def inner(path: str, root: str) -> str:
    """Return a path as seen from a project's folder, where it lies in it."""
    path = path.replace("\\", "/") if "\\" in path and "/" not in path else path
    root = root.replace("\\", "/").rstrip("/")
    if root and (path == root or path.startswith(root + "/")):
        path = path[len(root) + 1 :]
    while path.startswith("./"):
        path = path[2:]
    return path


__all__ = ["EDIT", "READ", "SEARCH", "SHELL", "Scene", "Step"]
