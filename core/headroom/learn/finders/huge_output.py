"""An output, huge and of no use: it was cut the next time, less was asked for, or it came three times over."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.observation import Observation, cost, seen
from headroom.learn.finders.programs import is_test_run
from headroom.learn.finders.scene import READ, SEARCH, SHELL, Scene, Step
from headroom.learn.finders.tables import word_set

_HUGE_CHARS: Final = 16_000
"""About 4,000 tokens. Agents cut an output at 20,000 to 60,000 characters, so that none is much longer."""
_LONG_CHARS: Final = 10_000
"""Enough, where the model itself asked for less the next time."""
_SMALL_SHARE: Final = 0.25
_WITHIN: Final = 3
_TIMES: Final = 3
_CUTS: Final = word_set(
    "tail head grep rg wc sed awk jq yq egrep less cut sort uniq fzf Select-Object Select-String",
)
_QUIET: Final = word_set(
    "-q --quiet --silent -s --stat --name-only --oneline --short -qq --no-progress --reporter=dot",
    "--summary -l -c --count --limit -n --depth --max-count --tb=short --tb=no --tb=line",
    "--no-verbose -nv --shortstat --log-level",
)
_LOUD: Final = word_set(
    "-v -vv -vvv --verbose --debug --trace --info -x --stacktrace -R --recursive --all -a -A -d"
)
"""Without these there is less to read."""
_OWN_CUTS: Final = frozenset({"grep", "rg", "tail", "head", "sed", "awk", "jq", "yq"})


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands and files of huge output that was not used as it was."""
    huge: dict[str, list[Step]] = {}
    reported: set[str] = set()
    for step in scene.steps:
        if step.size < _LONG_CHARS or step.call.kind not in (SHELL, READ):
            continue
        if step.call.kind == READ:
            yield from _of_file(scene, step)
            continue
        command = next((one for one in reversed(step.commands) if one.program not in ("cd", "tee")), None)
        if command is None or any(name in _CUTS for name in command.filters):
            continue
        name = wording.command(command.words)
        narrower = _narrower(scene, step, command)
        if narrower:
            reported.add(name)
            yield from _seen([step], name, narrower, 0.6)
        if step.size >= _HUGE_CHARS:
            huge.setdefault(name, []).append(step)
    for name, steps in huge.items():
        if len(steps) >= _TIMES and name not in reported:
            yield from _seen(steps, name, "", 0.55)


def _narrower(scene: Scene, step: Step, wide: Invocation) -> str:
    """Return the line that asked for less of the same soon after; empty where none did."""
    for later in scene.shell_after(step, _WITHIN):
        if later.size > _SMALL_SHARE * step.size or scene.has_change(step, later):
            continue
        for command in later.commands:
            cut = next((name for name in command.filters if name in _CUTS), "")
            is_same = command.program == wide.program and _subject(wide) in ("", _subject(command))
            is_more = is_same and command.words[: len(wide.words)] == wide.words
            if cut and is_same and (later.size or is_more):
                return f"{wording.command(command.words)} | {cut}"
            files = {word for word in wide.words[1:] if "." in word or "/" in word}
            is_part = command.program in _OWN_CUTS and wide.program == "cat" and bool(files & set(command.words))
            if is_part or (is_same and _asks_less(command, wide)):
                return wording.command(command.words)
    return ""


def _subject(command: Invocation) -> str:
    """Return what a command is of: its first word that is no option."""
    return next((word for word in command.words[1:] if not word.startswith("-")), "")


def _asks_less(command: Invocation, wide: Invocation) -> bool:
    """Whether a command has options more that let it say less, or some less that let it say more."""
    more = [word for word in command.words if word not in wide.words]
    less = [word for word in wide.words if word not in command.words]
    if any(word.split("=")[0] in _QUIET or word in _QUIET for word in more):
        return True
    if less and not more and all(word in _LOUD for word in less):
        return True
    # Options that pick some of the tests are for those tests, and not for less to read.
    return not less and bool(more) and more[0].startswith("-") and not is_test_run(wide)


def _of_file(scene: Scene, step: Step) -> Iterator[Observation]:
    """Yield that a file was read whole, and what was needed of it then looked up."""
    name = step.path.rpartition("/")[2]
    for later in scene.after(step, _WITHIN):
        if later.failed or later.size > _SMALL_SHARE * step.size or not later.call.output:
            continue
        is_read = later.call.kind == READ and later.path == step.path and later.call.input != step.call.input
        is_search = later.call.kind == SEARCH and later.path == step.path
        is_cut = any(
            one.program in _OWN_CUTS and any(word.endswith(name) for word in one.words[1:])
            for one in later.commands
        )
        if not (is_read or is_search or is_cut):
            continue
        tokens = max(round(cost(step), -3), 1000)
        try:
            quoted = wording.quoted_path(step.path)
            rule = f"Search {quoted} or read a part of it: whole it is about {tokens:,} tokens."
            facts = {"path": step.path, "tokens": str(tokens)}
            yield seen(step, step.path, wording.sentence(rule), 0.6, facts)
        except wording.NotQuotable:
            return
        return


def _seen(steps: list[Step], name: str, narrower: str, confidence: float) -> Iterator[Observation]:
    tokens = max(round(cost(step), -3) for step in steps)
    try:
        quoted = wording.quoted(name)
        rule = f"Cut the output of {quoted} with `tail` or `grep`: whole it is about {tokens:,} tokens."
        if narrower:
            rule = f"Use {wording.quoted(narrower)}, not {quoted} alone: its output is about {tokens:,} tokens."
        facts = {"command": name, "tokens": str(tokens)} | ({"right": narrower} if narrower else {})
        yield seen(steps[-1], name, wording.sentence(rule), confidence, facts, *steps[:-1])
    except wording.NotQuotable:
        return
