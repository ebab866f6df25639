"""A command that failed, and went through with an option more: `npm install`, then with `--legacy-peer-deps`."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.messages import USAGE, missing_commands
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.programs import EXPECTED, is_test_run
from headroom.learn.finders.scene import Scene, Step
from headroom.learn.finders.tables import word_set

_WITHIN: Final = 6
_MAX_FLAGS: Final = 2
_MAX_ADDED: Final = 4
_QUIET: Final = word_set(
    "-v -vv -vvv --verbose -q --quiet -s --silent --no-color --color --debug --trace --stacktrace -x",
    "--version --dry-run --help -h --info --full-trace --pretty --json --progress=plain",
    "--tb=short --tb=long -l -a -la -i",
)
"""These change what is told, not what is done."""
_UNSAFE: Final = word_set(
    "--fix --write --no-verify --force -rf -fr -Rf -f --force-with-lease --hard --insecure -k",
    "--no-check-certificate --allow-unrelated-histories --dangerously-skip-permissions --yolo",
    "--no-gpg-sign --break-system-packages --unsafe-perm --privileged --allow-root",
    "-auto-approve --auto-approve",
    "--no-preserve-root --disable-sandbox --skip-checks --ignore-errors --no-verify-ssl",
)
"""These go past a check: what a session did once is no advice."""
_OTHER: Final = EXPECTED | word_set(
    "mkdir cat ls cd echo sed awk find head tail curl wc",
)


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands that needed an option; and those that went through as they were, which refutes it."""
    known: set[str] = set()
    for step in scene.shells:
        if not step.failed:
            names = {wording.command(command.words) for command in step.commands}
            yield from (refuted(step, name) for name in sorted(names & known))
            continue
        command = step.commands[-1]
        if command.program in _OTHER or command.is_probe or is_test_run(command) or command.filters:
            continue
        if any(missing_commands(step.said)):
            continue
        for observation in _seen(scene, step, command):
            known.add(observation.subject)
            yield observation


def _seen(scene: Scene, step: Step, wrong: Invocation) -> Iterator[Observation]:
    for later in scene.shell_after(step, _WITHIN):
        if later.failed or not later.is_answered:
            continue
        for command in later.commands:
            added = _added(wrong.words, command.words)
            if not added or command.is_probe or command.folder != wrong.folder:
                continue
            is_named = any(flag.split("=")[0] in step.said for flag in added if flag.startswith("-"))
            is_told = bool(USAGE.search(step.said))
            is_next = later.number == step.number + 1 and sum(flag.startswith("-") for flag in added) == 1
            if not is_told and not is_next:
                continue
            name, flags = wording.command(wrong.words), wording.command(added)
            try:
                rule = f"Run {wording.quoted(name)} with {wording.quoted(flags)}: it fails without it."
                facts = {"wrong": name, "right": wording.command(command.words), "flag": flags}
                confidence = (0.7 if is_named else 0.6 if is_told else 0.5) - 0.2 * scene.has_change(step, later)
                yield seen(step, name, wording.sentence(rule), confidence, facts)
            except wording.NotQuotable:
                return
            return


def _added(wrong: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a command has more than another, where these are but one or two options; nothing otherwise."""
    start = 0
    while start < min(len(wrong), len(right)) and wrong[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(wrong), len(right)) - start and wrong[-1 - end] == right[-1 - end]:
        end += 1
    more = right[start : len(right) - end]
    dropped = wrong[start : len(wrong) - end]
    flags = [word for word in more if word.startswith("-") and len(word) > 1 and word != "--"]
    if start == 0 or dropped or not 1 <= len(flags) <= _MAX_FLAGS or len(more) > _MAX_ADDED:
        return ()
    has_value = len(more) > len(flags)  # then -f is a file, and no force
    unsafe = [flag for flag in flags if flag.split("=")[0] in _UNSAFE]
    if not more[0].startswith("-") or (unsafe and not (has_value and unsafe == ["-f"])):
        return ()
    is_quiet = len(more) == len(flags) and all(flag in _QUIET for flag in flags)
    return () if is_quiet else more
