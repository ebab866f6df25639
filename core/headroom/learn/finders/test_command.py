"""A way of running the tests that did not run them, and the one that did."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.denials import SYSTEM
from headroom.learn.finders.messages import NO_PROJECT, NO_TESTS, NOT_RUN, RAN
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import is_test_run, may_run_tests, runner
from headroom.learn.finders.scene import Scene, Step
from headroom.learn.finders.tables import word_set

_WITHIN: Final = 12
_PICKS: Final = word_set(
    "-k -q -v -vv -x -p -t -run --test --lib --bin --package --grep --only --lf --ff -s --nocapture --bail",
    "--tests",
)
"""Options that pick tests, or change what is told."""
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
            for observation in _seen(scene, step, command, name):
                known.add(observation.subject)
                yield observation
        elif name in known:
            yield refuted(step, name)


def _test_run(step: Step) -> Invocation | None:
    return next((one for one in step.commands if is_test_run(one) and not one.is_probe), None)


def _run_by_any_name(step: Step) -> Invocation | None:
    """Return the command of a call that ran tests, as its output tells where its name does not."""
    found = _test_run(step)
    if found or not RAN.search(step.said):
        return found
    return next((one for one in reversed(step.commands) if may_run_tests(one) and not one.is_probe), None)


def has_run(step: Step) -> bool:
    """Whether tests were run, be it that they failed."""
    return bool(RAN.search(step.said)) or not (step.failed or is_hindered(step))


def has_told(step: Step) -> bool:
    """Whether a call tells of tests that were run."""
    return bool(RAN.search(step.said))


def is_hindered(step: Step) -> bool:
    """Whether a test runner says that it could not run any."""
    return step.exit_code in _TIMED_OUT or (bool(NOT_RUN.search(step.said)) and not RAN.search(step.said))


def _written(command: Invocation) -> str:
    """Return a command with the folder and the assignments that it was run with."""
    line = " ".join((*command.assignments, wording.command(command.words)))
    return f"cd {wording.command((command.folder,))} && {line}" if command.folder else line


def _seen(scene: Scene, step: Step, wrong: Invocation, name: str) -> Iterator[Observation]:
    for later in scene.shell_after(step, _WITHIN):
        command = _run_by_any_name(later)
        if command is None or not later.is_answered or not has_run(later):
            continue
        right = _written(command)
        is_part = _is_part(command, wrong)
        is_changed = scene.has_change(step, later)
        is_lost = bool(NO_TESTS.search(step.said) or NO_PROJECT.search(step.said))
        is_told = is_lost or is_hindered(step)
        if right == name or (is_part and (is_changed or not is_lost)):
            return  # the same works after a change, or other tests were picked
        if not is_told and (is_changed or not has_told(later) or SYSTEM.search(step.said)):
            return  # what failed may have been the code
        try:
            rule = f"Run the tests with {wording.quoted(right)}, not {wording.quoted(name)}."
            confidence = (0.7 if is_told else 0.55) - 0.1 * is_part - 0.25 * is_changed
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
    return word in ("run", "exec") or (word.startswith("-") and word.split("=", maxsplit=1)[0] not in _PICKS)
