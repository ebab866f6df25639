"""A file that was read again and again, though nothing in it had changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import joined
from headroom.learn.finders.observation import Observation, cost, seen
from headroom.learn.finders.scene import EDIT, READ, SHELL, Scene, Step
from headroom.learn.finders.tables import word_set

_TIMES: Final = 3
_READERS: Final = word_set(
    "cat bat less more nl type Get-Content gc",
)
_PARTS: Final = frozenset({"sed", "head", "tail"})
_STUB_CHARS: Final = 300
"""An agent answers a second read of the same with a short note."""


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the files of which the same was read three times or more with no edit in between."""
    reads: dict[str, dict[str, list[Step]]] = {}
    """By path, then by which part of it."""
    for step in scene.steps:
        call = step.call
        if call.kind == EDIT and call.path:
            path = step.path
            for steps in reads.pop(path, {}).values():
                yield from _seen(steps, path)
            continue
        if call.kind == SHELL and step.changes:
            for path in _changed(step, reads):
                for steps in reads.pop(path).values():
                    yield from _seen(steps, path)
            continue
        path, part = _read(scene, step)
        if not path or step.failed or not call.output:
            continue
        steps = reads.setdefault(path, {}).setdefault(part, [])
        if steps and not _is_same(steps[0], step):
            yield from _seen(steps, path)
            steps.clear()
        steps.append(step)
    for path, parts in reads.items():
        for steps in parts.values():
            yield from _seen(steps, path)


def _changed(step: Step, paths: Mapping[str, object]) -> list[str]:
    """Return the paths that a command may have changed: those that it names; of one that names no file, all."""
    words = [joined(command.folder, word) for command in step.commands for word in command.words[1:]]
    named = list(dict.fromkeys(word for word in words if word in paths))
    return named if named or any("." in word for word in words) else list(paths)


def _read(scene: Scene, step: Step) -> tuple[str, str]:
    """Return which file a call reads, and which part of it; an empty path where it reads none."""
    call = step.call
    if call.kind == READ and call.path:
        part = sorted((name, str(value)) for name, value in call.input.items() if str(value) != call.path)
        return step.path, f"{step.path} {part}"
    if call.kind != SHELL or len(step.commands) != 1 or step.commands[0].filters:
        return "", ""
    command = step.commands[0]
    names = [word for word in command.words[1:] if not word.startswith("-")]
    is_reader = command.program in _READERS and len(names) == 1
    is_part = command.program in _PARTS and names and "-i" not in command.words and "-f" not in command.words
    if is_part and "." not in names[-1] and "/" not in names[-1]:
        return "", ""
    if not is_reader and not is_part:
        return "", ""
    words = () if is_reader else command.words[1:]
    return scene.inner(names[-1]), f"{scene.inner(names[-1])} {words}"


def _is_same(before: Step, step: Step) -> bool:
    output = step.call.output
    return output == before.call.output or (len(output) < _STUB_CHARS < len(before.call.output))


def _seen(steps: list[Step], path: str) -> Iterator[Observation]:
    if len(steps) < _TIMES:
        return
    try:
        rule = f"Read {wording.quoted_path(path)} once and go by that: it was read again and again unchanged."
        confidence = min(0.6 + 0.05 * (len(steps) - _TIMES), 0.8)
        facts = {"path": path, "times": str(len(steps))}
        found = seen(steps[-1], path, wording.sentence(rule), confidence, facts, *steps[:-1])
    except wording.NotQuotable:
        return
    yield replace(found, wasted=cost(*steps[1:]))
