"""A command that is not there, and the one that did its work soon after: `python`, then `python3`."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation, base, stem
from headroom.learn.finders.messages import LACKS, missing_commands
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import INSTALLS, LOOKS, is_same_purpose, purposes
from headroom.learn.finders.scene import Scene, Step
from headroom.learn.finders.typos import is_typo

_WITHIN: Final = 8
"""How many calls later the one that works may come."""
_SHORT_CHARS: Final = 3000
"""A pipeline hides an exit code; in an output this short a shell's own message is looked for all the same."""
_INTERPRETERS: Final = frozenset({"python", "pypy", "node", "ruby", "perl", "php", "Rscript", "py"})
_BARE: Final = frozenset({"sudo", "timeout", "xargs", "nice", "nohup", "stdbuf", "gtimeout"})
"""These run a program as it is: that it is missing has nothing to do with them."""


class _Fix(NamedTuple):
    right: tuple[str, ...]
    confidence: float
    before: str = ""
    """A command that has to come before."""


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands that were missing, with what worked instead; and those that work, which refutes it."""
    works: dict[str, Step] = {}
    for step in scene.shells:
        names = set(missing_commands(step.said)) if _may_miss(step) else set()
        if step.failed:
            yield from _lacking(scene, step)
        for command in step.commands:
            missing = _head(command, names)
            if missing:
                if not command.is_probe:
                    yield from _seen(scene, step, command, missing)
            elif not names and not step.failed and not _prepares(step):
                works[command.words[0]] = step
    for name, step in works.items():
        yield refuted(step, name)


def _lacking(scene: Scene, step: Step) -> Iterator[Observation]:
    """Yield that an interpreter lacked what a script takes in, and another one had it: `.venv/bin/python`."""
    lacks = LACKS.search(step.said)
    wrong = next((one for one in step.commands if lacks and stem(one.words[0]) in _INTERPRETERS), None)
    if lacks is None or wrong is None or len(wrong.words) < 2 or lacks[1] in wrong.words:
        return
    rest = wrong.words[1:]
    for later in scene.shell_after(step, _WITHIN):
        if later.failed or scene.has_change(step, later):
            continue
        for command in later.commands:
            right = command.words[: -len(rest)]
            if command.words[-len(rest) :] != rest or right in ((), wrong.words[:1]):
                continue
            name, fix = wrong.words[0], wording.command(right)
            try:
                rule = (
                    f"Use {wording.quoted(fix)}, not {wording.quoted(name)}: it lacks {wording.quoted(lacks[1])}."
                )
                yield seen(step, f"{name} {lacks[1]}", wording.sentence(rule), 0.65, {"wrong": name, "right": fix})
            except wording.NotQuotable:
                return
            return


def _may_miss(step: Step) -> bool:
    """Whether a call failed, or may have without its exit code telling."""
    hides = len(step.commands) > 1 or any(command.filters for command in step.commands)
    return step.failed or (hides and len(step.call.output) < _SHORT_CHARS)


def _head(command: Invocation, names: set[str]) -> tuple[str, ...]:
    """Return the words of a command up to the program or module that is missing; none where none is."""
    if not names:
        return ()
    words = command.words
    if "-m" in words[1:3]:
        at = words.index("-m") + 1
        return words[: at + 1] if at < len(words) and words[at].partition(".")[0] in names else ()
    for at, word in enumerate(words[:5]):
        if word in names or (at == 0 and base(word) in names):
            if "/" in word or any(other in INSTALLS for other in words[:at]) or (at and words[0] in LOOKS):
                return ()
            return (word,) if base(words[0]) in _BARE else words[: at + 1]
    return ()


def _prepares(step: Step) -> bool:
    """Whether a line sets up what it runs: what works after that need not work without it."""
    return any(
        command.program in ("source", ".") or any(word.startswith("PATH=") for word in command.assignments)
        for command in step.commands
    )


def _seen(scene: Scene, step: Step, command: Invocation, missing: tuple[str, ...]) -> Iterator[Observation]:
    fix = _fix(scene, step, command, missing)
    name = wording.command(missing)
    try:
        wrong = wording.quoted(name)
        if fix is None:
            rule = f"Do without {wrong}: it is not installed here."
            facts = {"wrong": name}
        elif fix.before:
            rule = f"Run {wording.quoted(fix.before)} before {wrong}, which is not found otherwise."
            facts = {"wrong": name, "right": fix.before}
        else:
            why = "not found on its own" if missing[-1] in fix.right else "not installed here"
            rule = f"Use {wording.quoted(wording.command(fix.right))}, not {wrong} ({why})."
            facts = {"wrong": name, "right": wording.command(fix.right)}
        yield seen(step, name, wording.sentence(rule), fix.confidence if fix else 0.4, facts)
    except wording.NotQuotable:
        return


def _fix(scene: Scene, step: Step, wrong: Invocation, missing: tuple[str, ...]) -> _Fix | None:
    """Return what was run instead, soon after; None where nothing was."""
    for later in scene.shell_after(step, _WITHIN):
        gone = (
            set(missing_commands(later.said)) if later.failed or len(later.call.output) < _SHORT_CHARS else set()
        )
        for command in later.commands:
            if command.is_probe or _head(command, gone) or later.exit_code in (126, 127):
                continue
            fix = _instead(wrong, missing, command)
            if fix and fix.right == missing:  # the same works now
                before = next((one for one in later.commands if one.program in ("source", ".")), None)
                return _Fix((), 0.7, wording.command(before.words)) if before and not later.failed else None
            if fix:
                return fix._replace(confidence=fix.confidence - 0.1 * later.failed)
    return None


def _instead(wrong: Invocation, missing: tuple[str, ...], right: Invocation) -> _Fix | None:
    """Return the words of a later command that do what the missing ones were to do."""
    name = missing[-1]
    rest = wrong.words[wrong.words.index(name) + 1 :] if name in wrong.words else ()
    for at, word in enumerate(right.words[:7]):
        if base(word) == base(name):
            if any(other in INSTALLS for other in right.words[:at]) or (at and right.program in LOOKS):
                return None
            head = (word,) if right.program in _BARE else right.words[: at + 1]
            return _Fix(head, 0.75)
    if right.program in LOOKS and not is_same_purpose(stem(name), right.program):
        return None
    if right.program in _BARE:
        right = right._replace(words=right.words[1:] or right.words)
    is_same_rest = bool(rest) and right.words[-len(rest) :] == rest
    if stem(name) == stem(right.words[0]):
        return _Fix(right.words[:1], 0.75)
    purpose = purposes(right)
    wanted = " ".join((stem(missing[0]), *missing[1:]))
    if is_same_purpose(wanted, purpose) or is_same_purpose(stem(name), purpose):
        return _Fix(right.words[: purpose.count(" ") + 1], 0.75 if is_same_rest else 0.65)
    if is_typo(name, base(right.words[0])):
        return None
    is_task = is_same_rest and len(right.words) - len(rest) <= 3
    return _Fix(right.words[: len(right.words) - len(rest)], 0.65) if is_task else None
