"""A command that found nothing to work on where it ran, and worked in another folder: `cd rust && cargo build`."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.messages import NO_PROJECT
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import is_test_run
from headroom.learn.finders.scene import Scene, Step

_WITHIN: Final = 6


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands that had to run in another folder; and those that work as they are, which refutes it."""
    known: set[str] = set()
    for step in scene.shells:
        lines = {wording.command(command.words): command for command in step.commands if not command.is_probe}
        if not step.failed:
            yield from (
                refuted(step, name) for name, command in lines.items() if name in known and not command.folder
            )
        elif NO_PROJECT.search(step.said) and not any(map(is_test_run, lines.values())):
            for observation in _seen(scene, step):
                known.add(observation.subject)
                yield observation


def _seen(scene: Scene, step: Step) -> Iterator[Observation]:
    wrong = step.commands[-1]
    for later in scene.shell_after(step, _WITHIN):
        right = next(
            (one for one in later.commands if one.words == wrong.words and one.folder != wrong.folder), None
        )
        if right is None or later.failed or not later.is_answered:
            continue
        name, folder = wording.command(wrong.words), scene.inner(right.folder)
        fix = f"cd {wording.command((folder,))} && {name}"
        try:
            rule = f"Use {wording.quoted(fix)}, not {wording.quoted(name)} (wrong folder)."
            if not wrong.folder:
                yield seen(step, name, wording.sentence(rule), 0.7, {"wrong": name, "right": fix})
        except wording.NotQuotable:
            return
        return
