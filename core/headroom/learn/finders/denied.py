"""What the user, a policy, a sandbox or the system did not permit, and the way that was permitted."""

import re
from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation, base
from headroom.learn.finders.messages import POLICY, RAN, REJECTED, SYSTEM
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.paths import stands_in
from headroom.learn.finders.programs import is_same_purpose, is_test_run
from headroom.learn.finders.scene import EDIT, READ, SHELL, Scene, Step
from headroom.learn.finders.tables import word_set

_WITHIN: Final = 5
_MAX_OPTIONS: Final = 3
_BY_OPTION: Final = frozenset({"rm", "chmod", "chown", "kill", "dd", "sed", "find"})
"""Programs that are harmless or not by their options."""
_READ_ONLY: Final = re.compile(r"read-only file system|\bEROFS\b", re.IGNORECASE)
_LOOKED_AT: Final = 1500
_SHORT: Final = 400
_SUBCOMMANDS: Final = word_set(
    "cd git npm pnpm yarn bun cargo go docker podman kubectl helm terraform aws gcloud az gh pip pip3",
    "uv poetry brew apt apt-get systemctl make just rails python python3",
)


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the calls that were not permitted; and those that were later, which refutes it."""
    known: set[str] = set()
    for step in scene.steps:
        if not step.failed:
            for subject in sorted(known & _subjects(scene, step)):
                yield refuted(step, subject)
            continue
        reason = _reason(step)
        if not reason:
            continue
        for observation in _seen(scene, step, reason):
            known.add(observation.subject)
            yield observation


def _reason(step: Step) -> str:
    output = step.call.output
    # An agent's own refusal is short and has no exit code; a program's words may speak of any other.
    is_agents = step.call.kind != SHELL or len(output) < (_LOOKED_AT if step.exit_code is None else _SHORT)
    if is_agents and REJECTED.search(output[:_LOOKED_AT]):
        return "rejected"
    if is_agents and POLICY.search(output[:_LOOKED_AT]):
        return "policy"
    is_test = any(is_test_run(command) for command in step.commands) and bool(RAN.search(output))
    is_program = len(output) < _LOOKED_AT and not is_test
    return "system" if is_program and step.call.kind in (SHELL, EDIT, READ) and SYSTEM.search(output) else ""


def _head(command: Invocation) -> str:
    """Return the words that say what a command does: "git push"."""
    words = command.words
    if command.program in _SUBCOMMANDS and len(words) > 1 and not words[1].startswith("-"):
        return wording.command(words[:2])
    options = next((at for at, word in enumerate(words) if at and not word.startswith("-")), len(words))
    has_weight = command.program in _BY_OPTION and options <= _MAX_OPTIONS
    return wording.command(words[:options] if has_weight else words[:1])


def _subjects(scene: Scene, step: Step) -> set[str]:
    """Return what a call is, in the ways that a denial may name it."""
    heads = {name for command in step.commands for name in (_head(command), wording.command(command.words))}
    heads |= {step.call.tool} if step.call.kind != SHELL else set()
    return heads | ({scene.inner(step.call.path)} if step.call.path and step.call.kind == EDIT else set())


def _seen(scene: Scene, step: Step, reason: str) -> Iterator[Observation]:
    try:
        if step.call.kind == SHELL and step.commands:
            yield from _of_command(scene, step, reason)
        elif step.call.path and step.call.kind in (EDIT, READ):
            path = scene.inner(step.call.path)
            verb = "changing" if step.call.kind == EDIT else "reading"
            if reason == "rejected":
                rule = f"Ask before {verb} {wording.quoted_path(path)}: it was refused."
            else:
                rule = f"Do not try {verb} {wording.quoted_path(path)}: it is not permitted."
            confidence = {"rejected": 0.5, "policy": 0.6, "system": 0.5}[reason]
            yield seen(step, path, wording.sentence(rule), confidence, {"path": path, "reason": reason})
        elif reason != "system":
            tool = step.call.tool
            rule = f"Ask before using {wording.quoted(tool)}: it was refused."
            yield seen(step, tool, wording.sentence(rule), 0.55, {"tool": tool, "reason": reason})
    except wording.NotQuotable:
        return


def _of_command(scene: Scene, step: Step, reason: str) -> Iterator[Observation]:
    command, is_named = _guilty(step, reason)
    whole = wording.command(command.words)
    if _READ_ONLY.search(step.said):
        subject, confidence, facts = "read-only file system", 0.55, {"reason": reason}
        rule = "Do not write files here without asking: the file system is read-only for you."
    elif reason == "system":
        way, confidence = _way(scene, step, command) if is_named else ("", 0.0)
        subject = whole
        if way:
            rule = f"Use {wording.quoted(way)}, not {wording.quoted(whole)} (not permitted here)."
        else:
            rule = f"Do not run {wording.quoted(whole)}: permission is denied here."
            confidence = 0.45
        facts = {"command": whole, "reason": reason} | ({"right": way} if way else {})
    else:
        subject, confidence = _head(command), 0.65
        quoted = wording.quoted(subject)
        is_rejected = reason == "rejected"
        rule = (
            f"Ask before running {quoted}: it was refused."
            if is_rejected
            else f"Do not run {quoted}: it is not permitted here."
        )
        facts = {"command": whole, "reason": reason}
    yield seen(step, subject, wording.sentence(rule), confidence, facts)


def _guilty(step: Step, reason: str) -> tuple[Invocation, bool]:
    """Return the command of a line that was not permitted: the one that the message names, else the last.

    And whether it is sure: named, or alone.
    """
    is_cd = step.said.startswith("cd in ")
    commands = [command for command in step.commands if (command.program == "cd") is is_cd] or list(step.commands)
    pattern = SYSTEM if reason == "system" else POLICY
    for line in pattern.lines(step.said):
        named = [sum(len(word) > 1 and stands_in(word, line) for word in _words(command)) for command in commands]
        if any(named):
            return commands[named.index(max(named))], True
    return commands[-1], len(commands) == 1


def _words(command: Invocation) -> tuple[str, ...]:
    return (command.program, *command.words[1:])


def _way(scene: Scene, step: Step, wrong: Invocation) -> tuple[str, float]:
    """Return the command that was permitted in place of one, and how sure that is."""
    for later in scene.shell_after(step, _WITHIN):
        if later.failed or not later.is_answered:
            continue
        for command in later.commands:
            if command.program == "chmod" and wrong.words[0] in command.words:
                return "", 0.0  # put right for good
            text, own = command.words, wrong.words
            if text == own or command.program in ("ls", "cat", "stat", "file", "id", "groups", "ps"):
                continue
            is_inside = any(text[at : at + len(own)] == own for at in range(1, len(text)))
            is_same_program = base(text[0]) == base(own[0]) or is_same_purpose(own[0], text[0])
            is_same_task = is_same_program and len(text) > 1 < len(own) and text[1] == own[1]
            is_script = text[0] in ("bash", "sh", "zsh", "python3") and own[0].removeprefix("./") in text
            if is_inside or is_same_task or is_script:
                return wording.command(text), 0.65
    return "", 0.0
