"""What the user, a policy, a sandbox or the system did not permit, and the way that was permitted."""

from collections.abc import Iterator, Mapping
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation, base
from headroom.learn.finders.denials import NEEDS_PASSWORD, NO_NETWORK, POLICY, REFUSAL, REJECTED, SYSTEM
from headroom.learn.finders.denied_places import Place, of_file, place, written
from headroom.learn.finders.messages import RAN
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.paths import stands_in
from headroom.learn.finders.programs import EXPECTED, LOOKS, SEARCHES, is_same_purpose, is_test_run, unwrapped
from headroom.learn.finders.scene import EDIT, READ, SHELL, Scene, Step
from headroom.learn.finders.tables import word_set

_WITHIN: Final = 5
_MAX_OPTIONS: Final = 3
_BY_OPTION: Final = frozenset({"rm", "chmod", "chown", "kill", "dd", "sed", "find"})
"""Programs that are harmless or not by their options."""
_LOOKED_AT: Final = 1500
_SHORT: Final = 400
_SUBCOMMANDS: Final = word_set(
    "cd git npm pnpm yarn bun cargo go docker podman kubectl helm terraform aws gcloud az gh pip pip3",
    "uv poetry brew apt apt-get systemctl make just rails python python3 glab fly vercel netlify heroku",
)
_GROUPS: Final = word_set("run pr issue repo release workflow s3 ec2 compose mod pip exec remote stack secret")
"""Subcommands that say little without the next word."""
_INTERPRETERS: Final = word_set("python python3 node ruby perl php bash sh zsh deno")
_NETWORK: Final = "network"


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the calls that were not permitted; and those that were later, which refutes it."""
    known: set[str] = set()
    last = {_head(command): step.number for step in scene.steps if not step.failed for command in step.commands}
    for step in scene.steps:
        if not step.failed:
            for subject in sorted(known & _subjects(step)):
                yield refuted(step, subject)
            continue
        reason = _reason(step)
        if not reason:
            continue
        for observation in _seen(scene, step, reason, last):
            known.add(observation.subject)
            yield observation
    yield from _network(scene)


def _reason(step: Step) -> str:
    """Return who did not permit a call: "rejected" by the user, "policy", "password", "system"; else nothing."""
    output, kind = step.call.output, step.call.kind
    head = output[:_LOOKED_AT]
    if step.call.denied:
        return "rejected" if REJECTED.search(head) else "policy"
    # An agent's own refusal is short and has no exit code; a program's words may speak of any other.
    is_agents = kind != SHELL or len(output) < (_LOOKED_AT if step.exit_code is None else _SHORT)
    if is_agents and REJECTED.search(head):
        return "rejected"
    if is_agents and POLICY.search(head):
        return "policy"
    if kind not in (SHELL, EDIT, READ) or len(output) >= _LOOKED_AT:
        return ""
    if kind == SHELL and NEEDS_PASSWORD.search(output):
        return "password"
    is_test = any(is_test_run(command) for command in step.commands) and bool(RAN.search(output))
    if not is_test and SYSTEM.search(output):
        return "system"
    has_not_run = kind == SHELL and step.call.failed and step.exit_code is None and len(output) < _SHORT
    return "policy" if has_not_run and REFUSAL.search(output) else ""


def _head(command: Invocation) -> str:
    """Return the words that say what a command does: "git push"."""
    words = unwrapped(command.words)
    program = base(words[0])
    if program in _SUBCOMMANDS and len(words) > 1 and not words[1].startswith("-"):
        return wording.command(words[: 3 if words[1] in _GROUPS and len(words) > 2 else 2])
    if program in _INTERPRETERS and words[1:2] in (("-m",), ("-c",), ("-e",)):
        return wording.command(words[: 3 if words[1] == "-m" else 2])
    options = next((at for at, word in enumerate(words) if at and not word.startswith("-")), len(words))
    has_weight = program in _BY_OPTION and options <= _MAX_OPTIONS
    return wording.command(words[:options] if has_weight else words[:1])


def _subjects(step: Step) -> set[str]:
    """Return what a call is, in the ways that a denial may name it."""
    heads = {wording.command(command.words) for command in step.commands}
    # What goes with sudo need not go without.
    heads |= {_head(command) for command in step.commands if unwrapped(command.words) == command.words}
    heads |= {step.call.tool} if step.call.kind != SHELL else set()
    return heads | written(step)


def _seen(scene: Scene, step: Step, reason: str, last: Mapping[str, int]) -> Iterator[Observation]:
    try:
        if step.call.kind == SHELL and step.commands:
            yield from _of_command(scene, step, reason, last)
        elif step.path and step.call.kind in (EDIT, READ):
            yield of_file(step, reason)
        elif reason != "system":
            tool = step.call.tool
            rule = f"Ask before using {wording.quoted(tool)}: it was refused."
            yield seen(step, tool, wording.sentence(rule), 0.55, {"tool": tool, "reason": reason})
    except wording.NotQuotable:
        return


def _of_command(scene: Scene, step: Step, reason: str, last: Mapping[str, int]) -> Iterator[Observation]:
    """Yield what was seen of a command; `last` tells when each went through for the last time, by its head."""
    command, is_named = _guilty(step, reason)
    where = place(scene, step, reason, command) if reason in ("system", "policy") else None
    if reason == "password":
        rule = "Do not run `sudo`: it asks for a password that cannot be given here."
        yield seen(step, "sudo", rule, 0.6, {"command": wording.command(command.words), "reason": reason})
    elif where is not None:
        yield _of_place(step, where, reason)
    elif reason == "system":
        # What goes with another operand later is no question of this command.
        is_sure = is_named and last.get(_head(command), -1) < step.number
        yield from _of_system(scene, step, command, is_named, is_sure)
    else:
        yield _of_refusal(scene, step, command, reason, _head(command) in last)


def _of_place(step: Step, where: Place, reason: str) -> Observation:
    if not where.path:
        rule = "Do not write files here without asking: the file system is read-only for you."
        return seen(step, "read-only file system", rule, 0.55, {"reason": reason})
    verb = "write to" if where.is_written else "try reading"
    rule = f"Do not {verb} {wording.quoted_path(where.path)}: it is not permitted."
    facts = {"path": where.path, "reason": reason}
    return seen(step, where.path, wording.sentence(rule), where.confidence, facts)


def _of_refusal(scene: Scene, step: Step, command: Invocation, reason: str, goes: bool) -> Observation:
    head, whole = _head(command), wording.command(command.words)
    # What went with other operands is not forbidden as such.
    head = whole if goes and len(whole) <= wording.MAX_VALUE else head
    quoted = wording.quoted(head)
    facts = {"command": whole, "reason": reason}
    way = _instead(scene, step, command) if reason == "policy" else ""
    if way:
        rule = f"Use {wording.quoted(way)}, not {quoted} (not permitted here)."
        facts["right"] = way
    elif reason == "rejected":
        rule = f"Ask before running {quoted}: it was refused."
    else:
        rule = f"Do not run {quoted}: it is not permitted here."
    return seen(step, head, wording.sentence(rule), 0.65, facts)


def _of_system(
    scene: Scene, step: Step, command: Invocation, is_named: bool, is_sure: bool
) -> Iterator[Observation]:
    whole = wording.command(command.words)
    if command.program in LOOKS | SEARCHES | EXPECTED or _is_put_right(scene, step, command):
        return
    way = _way(scene, step, command) if is_named else ""
    if way:
        rule = f"Use {wording.quoted(way)}, not {wording.quoted(whole)} (not permitted here)."
        facts = {"command": whole, "reason": "system", "right": way}
        yield seen(step, whole, wording.sentence(rule), 0.65, facts)
    else:
        rule = f"Do not run {wording.quoted(whole)}: permission is denied here."
        confidence = 0.5 if is_sure else 0.4
        facts = {"command": whole, "reason": "system"}
        yield seen(step, whole, wording.sentence(rule), confidence, facts)


def _network(scene: Scene) -> Iterator[Observation]:
    """Yield that no host could be reached: of two commands or more, with none later that got through."""
    lost = [step for step in scene.failures if step.call.kind == SHELL and NO_NETWORK.search(step.said)]
    if len({step.call.command for step in lost}) < 2:
        return
    heads = {_head(command) for step in lost for command in step.commands}
    later = scene.steps[lost[0].number + 1 :]
    if not any(not step.failed and heads & set(map(_head, step.commands)) for step in later):
        rule = "Ask before using the network: no host could be reached from here."
        yield seen(lost[-1], _NETWORK, rule, 0.6, {"reason": _NETWORK}, *lost[:-1])


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
    return (command.program, *command.words[1:], *filter(None, (command.target,)))


def _is_put_right(scene: Scene, step: Step, wrong: Invocation) -> bool:
    """Whether its rights were set soon after."""
    own = {word.removeprefix("./") for word in wrong.words}
    return any(
        command.program in ("chmod", "chown") and own & {word.removeprefix("./") for word in command.words[1:]}
        for later in scene.shell_after(step, _WITHIN)
        if not later.failed
        for command in later.commands
    )


def _way(scene: Scene, step: Step, wrong: Invocation) -> str:
    """Return the command that the system permitted in place of one; empty where none is seen."""
    own = wrong.words
    for later in scene.shell_after(step, _WITHIN):
        if later.failed or not later.is_answered:
            continue
        for command in later.commands:
            text = command.words
            if text == own or command.program in LOOKS | SEARCHES or command.program in ("id", "groups", "ps"):
                continue
            is_inside = any(text[at : at + len(own)] == own for at in range(1, len(text)))
            is_same_program = base(text[0]) == base(own[0]) or is_same_purpose(own[0], text[0])
            is_same_task = is_same_program and len(text) > 1 < len(own) and text[1] == own[1]
            is_script = text[0] in ("bash", "sh", "zsh", "python3") and own[0].removeprefix("./") in text
            if is_inside or is_same_task or is_script:
                return wording.command(text)
    return ""


def _instead(scene: Scene, step: Step, wrong: Invocation) -> str:
    """Return the command of another program's that was permitted in place of one that a rule stopped."""
    own = unwrapped(wrong.words)
    for later in scene.shell_after(step, _WITHIN):
        for command in () if later.failed or not later.is_answered else later.commands:
            text = unwrapped(command.words)
            if is_same_purpose(base(own[0]), base(text[0])) and text[1:2] == own[1:2]:
                return _head(command)
    return ""
