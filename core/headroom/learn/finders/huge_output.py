"""A command whose huge output was of no use: it was cut the next time, or came three times over."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation
from headroom.learn.finders.observation import Observation, cost, seen
from headroom.learn.finders.scene import Scene, Step
from headroom.learn.finders.tables import word_set

_HUGE_CHARS: Final = 16_000
"""About 4,000 tokens. Agents cut an output at 20,000 to 60,000 characters, so that none is much longer."""
_LONG_CHARS: Final = 10_000
"""Enough, where the model itself asked for less the next time."""
_SMALL_SHARE: Final = 0.25
_WITHIN: Final = 3
_TIMES: Final = 3
_CUTS: Final = word_set(
    "tail head grep rg wc sed awk jq egrep less cut",
)
_QUIET: Final = word_set(
    "-q --quiet --silent -s --stat --name-only --oneline --short -qq --no-progress --reporter=dot",
    "--summary -l -c --count --limit -n --depth --max-count --tb=short --tb=no --tb=line",
    "--no-verbose -nv --shortstat --log-level",
)
_OWN_CUTS: Final = frozenset({"grep", "rg", "tail", "head", "sed", "awk", "jq"})


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the commands of huge output that was not used as it was."""
    huge: dict[str, list[Step]] = {}
    reported: set[str] = set()
    for step in scene.shells:
        if step.size < _LONG_CHARS:
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
        if later.size > _SMALL_SHARE * step.size:
            continue
        for command in later.commands:
            is_cut = any(name in _CUTS for name in command.filters)
            is_same = command.program == wide.program and command.words[1:2] == wide.words[1:2]
            more = set(command.words) - set(wide.words)
            files = {word for word in wide.words[1:] if "." in word or "/" in word}
            if is_same and is_cut and later.size:
                cut = next(name for name in command.filters if name in _CUTS)
                return f"{wording.command(command.words)} | {cut}"
            is_quiet = is_same and any(word.split("=")[0] in _QUIET or word in _QUIET for word in more)
            is_part = command.program in _OWN_CUTS and wide.program == "cat" and bool(files & set(command.words))
            if is_quiet or is_part:
                return wording.command(command.words)
    return ""


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
