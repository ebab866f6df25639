"""A script, target or subcommand that is not there, and the one of the same program that was run instead."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.messages import missing_subcommands
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import is_same_purpose, is_test_run, purposes
from headroom.learn.finders.scene import Scene, Step
from headroom.learn.finders.typos import is_typo

_WITHIN: Final = 5
_RUNS: Final = frozenset({"run", "task", "exec", "tool", "x"})
_ALIKE: Final = 0.5


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the subcommands that were missing, with what worked instead."""
    wrongs: set[str] = set()
    for step in scene.shells:
        names = list(missing_subcommands(step.said)) if step.failed else []
        for command in step.commands:
            name = next((name for name in names if name in command.words[1:4]), "")
            if name and not command.is_probe and not is_test_run(command):
                wrong = command.words[: command.words.index(name) + 1]
                wrongs.add(wording.command(wrong))
                yield from _seen(scene, step, wrong)
            elif wrongs and not step.failed:
                heads = {wording.command(command.words[:n]) for n in (2, 3, 4)}
                yield from (refuted(step, head) for head in sorted(heads & wrongs))


def _seen(scene: Scene, step: Step, wrong: tuple[str, ...]) -> Iterator[Observation]:
    for later in scene.shell_after(step, _WITHIN):
        right = next((head for one in later.commands if (head := _instead(wrong, one))), ())
        if not right or later.failed:
            continue
        if is_typo(wrong[-1], right[-1]):
            return
        is_alike = SequenceMatcher(None, wrong[-1], right[-1], autojunk=False).ratio() >= _ALIKE
        if not is_alike and later.number > step.number + 2:
            continue
        name, fix = wording.command(wrong), wording.command(right)
        try:
            rule = wording.sentence(f"Use {wording.quoted(fix)}, not {wording.quoted(name)} (there is none).")
            yield seen(step, name, rule, 0.7 if is_alike else 0.6, {"wrong": name, "right": fix})
        except wording.NotQuotable:
            return
        return


def _instead(wrong: tuple[str, ...], command: Invocation) -> tuple[str, ...]:
    """Return the words of a later command that stand in the place of the missing ones, if any do."""
    words = command.words
    if words[: len(wrong)] == wrong or command.is_probe:
        return ()
    purpose = purposes(command)
    if is_same_purpose(" ".join(wrong), purpose):  # `docker compose`, and `docker-compose`
        return words[: purpose.count(" ") + 1]
    if len(words) < len(wrong):
        return ()
    is_same = words[: len(wrong) - 1] == wrong[:-1]
    is_other = is_same_purpose(wrong[0], purpose) and words[1 : len(wrong)] == wrong[1:]
    head = words[: len(wrong)]
    if head[-1] in _RUNS:  # what is run says it, and not that it is run
        head = (
            words[: words.index(wrong[-1], len(wrong)) + 1]
            if wrong[-1] in words[len(wrong) :]
            else words[: len(wrong) + 1]
        )
    return () if head[-1].startswith("-") or not (is_same or is_other) else head
