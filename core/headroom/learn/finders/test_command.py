"""A way of running the tests that did not run them, and the one that did."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.messages import NO_TESTS, NOT_RUN, RAN
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import is_test_run, runner
from headroom.learn.finders.scene import Scene, Step

_WITHIN: Final = 12
_TIMED_OUT: Final = frozenset({124, 137, 143})


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the test runs that did not run, with those that did; and those that ran, which refutes it."""
    known: set[str] = set()
    for step in scene.shells:
        command = _test_run(step)
        if command is None:
            continue
        name = _written(command)
        if not has_run(step):
            if is_hindered(step):
                for observation in _seen(scene, step, command, name):
                    known.add(observation.subject)
                    yield observation
        elif name in known:
            yield refuted(step, name)


def _test_run(step: Step) -> Invocation | None:
    return next((one for one in step.commands if is_test_run(one) and not one.is_probe), None)


def has_run(step: Step) -> bool:
    """Whether tests were run, be it that they failed."""
    return bool(RAN.search(step.said)) or not (step.failed or is_hindered(step))


def is_hindered(step: Step) -> bool:
    """Whether a test runner says that it could not run any."""
    return step.exit_code in _TIMED_OUT or (bool(NOT_RUN.search(step.said)) and not RAN.search(step.said))


def _written(command: Invocation) -> str:
    """Return a command with the folder and the assignments that it was run with."""
    line = " ".join((*command.assignments, wording.command(command.words)))
    return f"cd {wording.command((command.folder,))} && {line}" if command.folder else line


def _seen(scene: Scene, step: Step, wrong: Invocation, name: str) -> Iterator[Observation]:
    for later in scene.shell_after(step, _WITHIN):
        command = _test_run(later)
        if command is None or not later.is_answered or not has_run(later):
            continue
        root = scene.transcript.project.rstrip("/")
        right = _written(command).replace(f"cd {root} && ", "").replace(f"cd {root}/", "cd ")
        is_part = _is_part(command, wrong)
        if right == name or (is_part and (scene.has_edit(step, later) or not NO_TESTS.search(step.said))):
            return  # the same works after a change, or other tests were picked
        try:
            rule = f"Run the tests with {wording.quoted(right)}, not {wording.quoted(name)}."
            confidence = 0.7 - 0.1 * is_part - 0.25 * scene.has_edit(step, later)
            facts = {"wrong": name, "right": right}
            yield seen(step, name, wording.sentence(rule), confidence, facts)
        except wording.NotQuotable:
            return
        return


def _is_part(right: Invocation, wrong: Invocation) -> bool:
    """Whether a run differs from another only in which tests it picks."""
    is_same_place = right.folder == wrong.folder and right.assignments == wrong.assignments
    ours, theirs = ([word for word in one.words if _is_manner(word)] for one in (right, wrong))
    return is_same_place and ours == theirs and runner(right) == runner(wrong)


def _is_manner(word: str) -> bool:
    """Whether a word says how tests are run and not which."""
    return word.startswith("-") and not word.startswith(("-k", "-q", "-v", "-x"))
