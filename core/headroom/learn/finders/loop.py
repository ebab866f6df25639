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
_WAITS: Final = frozenset({"sleep", "wait", "watch", "until", "while", "tail"})
_ASKS: Final = frozenset({"gh", "glab", "kubectl", "systemctl", "pg_isready", "ping", "nc"})
"""These are asked how something is until it is well."""
_LINE_CHARS: Final = 50


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the calls that failed three times or more in the same way, with no file changed in between."""
    runs: dict[tuple[str, str], list[Step]] = {}
    said: dict[tuple[str, str], str] = {}
    for step in scene.steps:
        if step.call.kind == EDIT and not step.failed:
            yield from _ended(scene, runs)
            continue
        if any(command.program in _WAITS for command in step.commands):
            runs.clear()  # it waits for something: that is no loop
            continue
        key = (step.call.tool, _input(step))
        if not _is_failure(step):
            runs.pop(key, None)
            continue
        what = _NUMBER.sub("0", step.said[:_COMPARED_CHARS])
        if said.get(key) != what:
            yield from _ended(scene, runs, key)
        said[key] = what
        runs.setdefault(key, []).append(step)
    yield from _ended(scene, runs)


def _input(step: Step) -> str:
    call = step.call
    return call.command or repr(sorted(call.input.items(), key=lambda item: item[0])) or call.path


def _is_failure(step: Step) -> bool:
    if not step.failed or not step.call.output:
        return False
    if step.call.kind == EDIT and INEXACT.search(step.said):
        return False  # another finder's
    last = step.commands[-1].program if step.commands else ""
    return last not in _ASKS and not (step.exit_code == 1 and last in EXPECTED)


def _ended(
    scene: Scene, runs: dict[tuple[str, str], list[Step]], key: tuple[str, str] | None = None
) -> Iterator[Observation]:
    """Yield what was seen of runs that come to an end: one of them, or all."""
    ended = list(runs.values()) if key is None else [runs.get(key, [])]
    for steps in ended:
        if len(steps) >= _TIMES:
            yield from _seen(scene, steps)
    if key is None:
        runs.clear()
    else:
        runs.pop(key, None)


def _seen(scene: Scene, steps: list[Step]) -> Iterator[Observation]:
    call = steps[0].call
    what = _line(steps[0].commands) if call.kind == SHELL else f"{call.tool} {scene.inner(call.path)}".strip()
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
