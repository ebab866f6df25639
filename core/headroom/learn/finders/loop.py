"""The same call, made again and again with the same failure."""

import re
from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.messages import INEXACT
from headroom.learn.finders.observation import Observation, seen
from headroom.learn.finders.programs import EXPECTED
from headroom.learn.finders.scene import EDIT, SHELL, Scene, Step

_TIMES: Final = 3
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*|0x[0-9a-f]+")
_COMPARED_CHARS: Final = 4000
_TOLD_CHARS: Final = 2000
_WAITS: Final = frozenset({"sleep", "wait", "watch", "until", "while"})
_ASKS: Final = frozenset({"gh", "glab", "kubectl", "systemctl", "pg_isready", "ping", "nc"})
"""These are asked how something is until it is well."""
_ASIDE: Final = frozenset({"cd", "echo", "export", "source", ".", "set", "pwd", "true"})
_LINE_CHARS: Final = 50


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the calls that failed three times or more in the same way, with no file changed in between."""
    runs: dict[tuple[str, str], list[Step]] = {}
    said: dict[tuple[str, str], str] = {}
    for step in scene.steps:
        if step.changes:
            yield from _ended(runs)
            continue
        if any(command.program in _WAITS or _follows(command) for command in step.commands):
            runs.clear()  # it waits for something: that is no loop
            continue
        key = (step.call.tool, _input(step))
        if not _is_failure(step):
            runs.pop(key, None)
            continue
        what = _NUMBER.sub("0", step.said.rstrip()[-_COMPARED_CHARS:])
        if _last_line(said.get(key, "")) != _last_line(what):
            yield from _ended(runs, key)
        said[key] = what
        runs.setdefault(key, []).append(step)
    yield from _ended(runs)


def _input(step: Step) -> str:
    """Return what was asked, whichever way its output was cut."""
    call = step.call
    own = [(one.folder, one.words) for one in step.commands if one.program not in _ASIDE]
    if call.kind == SHELL and own:
        is_filter = {name for one in step.commands for name in one.filters}
        return repr([each for each in own if each[1][0] not in is_filter] or own)
    return repr(sorted(call.input.items(), key=lambda item: item[0])) or call.path


def _follows(command: Invocation) -> bool:
    return command.program == "tail" and any(word in ("-f", "-F", "--follow") for word in command.words)


def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]


def _is_failure(step: Step) -> bool:
    if not step.failed or not step.call.output:
        return False
    if step.call.kind == EDIT and INEXACT.search(step.said[:_TOLD_CHARS]):
        return False  # another finder's
    last = step.commands[-1].program if step.commands else ""
    return last not in _ASKS and not (step.exit_code == 1 and last in EXPECTED)


def _ended(runs: dict[tuple[str, str], list[Step]], key: tuple[str, str] | None = None) -> Iterator[Observation]:
    """Yield what was seen of runs that come to an end: one of them, or all."""
    ended = list(runs.values()) if key is None else [runs.get(key, [])]
    for steps in ended:
        if len(steps) >= _TIMES:
            yield from _seen(steps)
    if key is None:
        runs.clear()
    else:
        runs.pop(key, None)


def _seen(steps: list[Step]) -> Iterator[Observation]:
    call = steps[0].call
    what = _line(steps[0].commands) if call.kind == SHELL else f"{call.tool} {steps[0].path}".strip()
    try:
        quoted = wording.quoted(what)
        rule = f"Do not repeat {quoted} when it fails the same way twice: change something or ask."
        facts = {"command": what, "times": str(len(steps))}
        confidence = min(0.6 + 0.05 * (len(steps) - _TIMES), 0.8)
        yield seen(steps[-1], what, wording.sentence(rule), confidence, facts, *steps[:-1])
    except wording.NotQuotable:
        return


def _line(commands: tuple[Invocation, ...]) -> str:
    """Return what a line runs; of a long one as many words as fit."""
    if not commands:
        return ""
    command = next((one for one in commands if one.program not in ("cd", "source", "export")), commands[0])
    words = list(command.words)
    while len(words) > 1 and len(wording.command(words)) > _LINE_CHARS:
        words.pop()
    return wording.command(words)
