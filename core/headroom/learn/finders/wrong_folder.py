"""A command that found nothing to work on where it ran, and worked in another folder: `cd rust && cargo build`."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.denials import POLICY, REJECTED, SYSTEM
from headroom.learn.finders.messages import NO_PROJECT, missing_commands
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import EXPECTED, LOOKS, SEARCHES, is_test_run
from headroom.learn.finders.scene import Scene, Step

_WITHIN: Final = 6
_TOLD_CHARS: Final = 3000
"""Why something failed stands at the end of what it says."""


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands that had to run in another folder; and those that work as they are, which refutes it."""
    known: set[str] = set()
    for step in scene.shells:
        lines = {wording.command(command.words): command for command in step.commands if not command.is_probe}
        if not step.failed:
            yield from (
                refuted(step, name) for name, command in lines.items() if name in known and not command.folder
            )
        elif not any(map(is_test_run, lines.values())) and _may_be_folder(step):
            is_told = bool(NO_PROJECT.search(step.said[-_TOLD_CHARS:]))
            for observation in _seen(scene, step, 0.7 if is_told else 0.6):
                known.add(observation.subject)
                yield observation


def _may_be_folder(step: Step) -> bool:
    """Whether a failure may be one of the folder: not of a program that looks around, nor for another reason."""
    program, said = step.commands[-1].program, step.said[-_TOLD_CHARS:]
    is_told = any(one.search(said) for one in (POLICY, REJECTED, SYSTEM)) or any(missing_commands(said))
    return (
        not is_told and program not in EXPECTED | LOOKS | SEARCHES and program not in ("cd", "sed", "head", "tail")
    )


def _seen(scene: Scene, step: Step, confidence: float) -> Iterator[Observation]:
    wrong = step.commands[-1]
    for later in scene.shell_after(step, _WITHIN):
        right = next(
            (one for one in later.commands if one.words == wrong.words and one.folder != wrong.folder), None
        )
        if right is None or later.failed or not later.is_answered:
            continue
        name, folder = wording.command(wrong.words), right.folder
        fix = f"cd {wording.command((folder,))} && {name}"
        try:
            rule = f"Use {wording.quoted(fix)}, not {wording.quoted(name)} (wrong folder)."
            if not wrong.folder:
                less = 0.25 * scene.has_change(step, later)
                yield seen(step, name, wording.sentence(rule), confidence - less, {"wrong": name, "right": fix})
        except wording.NotQuotable:
            return
        return
