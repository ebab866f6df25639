"""A path that is not there, and the one that was: the same name in another folder, or nearly the same name."""

import re
from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.commands import Invocation, joined
from headroom.learn.finders.messages import NO_PATH
from headroom.learn.finders.observation import Observation, refuted, seen
from headroom.learn.finders.paths import likeness, settled, stands_in
from headroom.learn.finders.programs import EXPECTED
from headroom.learn.finders.scene import EDIT, READ, SEARCH, SHELL, Scene, Step
from headroom.learn.finders.tables import word_set
from headroom.learn.finders.typos import is_typo_of_path

_WITHIN: Final = 10
_SOON: Final = 3
_SHORT_CHARS: Final = 3000
_CREATES: Final = word_set(
    "mkdir touch tee cp mv ln git rm rmdir test [ [[ curl",
)
_SEARCHES: Final = frozenset({"find", "fd", "fdfind", "locate"})
_PATTERNS: Final = frozenset({"grep", "rg", "egrep", "ag", "ack", "sed", "awk"})
_TEMPLATE: Final = re.compile(r"[._-](?:example|sample|template|tmpl|dist|default)(?:\.\w{1,8})?\Z", re.IGNORECASE)
_MAX_WORDS: Final = 40
_MAX_REFUTED: Final = 20_000


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the paths that were not there, with those that were; and those that are there, which refutes it."""
    tried: dict[str, int] = {}
    worked: dict[str, Step] = {}
    for step in scene.steps:
        wrongs = set(_wrong(step))
        for word in wrongs:
            path = scene.inner(word)
            tried[path] = tried.get(path, 0) + 1
            yield from _seen(scene, step, path, tried[path])
        if not step.failed and len(worked) < _MAX_REFUTED:
            for _, path in _paths(step):
                worked[scene.inner(path)] = step
    for path, step in worked.items():
        yield refuted(step, path)


def _paths(step: Step) -> Iterator[tuple[str, str]]:
    """Yield the words of a call that may be paths, each with the path that it means after a `cd`."""
    call = step.call
    if call.path:
        yield call.path, call.path
    for command in step.commands[:_MAX_WORDS]:
        if command.program in EXPECTED and command.program not in ("grep", "rg", "diff"):
            continue
        for word in _named(command):
            is_path = "/" in word or "." in word or (command.program in ("cd", "ls") and word != command.words[0])
            if (
                is_path
                and not word.startswith("-")
                and len(word) > 2
                and not any(c in word for c in "*?$={}|<>\n()")
            ):
                name = word.partition("::")[0].rstrip("/") or word
                yield name, joined(command.folder, name) if command.folder else name


def _named(command: Invocation) -> tuple[str, ...]:
    """Return the words of a command that may be paths: none that it searches for."""
    words = command.words[:_MAX_WORDS]
    if command.program in _SEARCHES:
        return words[1 : next((at for at, word in enumerate(words) if word.startswith("-")), len(words))]
    return _without_pattern(words) if command.program in _PATTERNS else words


def _without_pattern(words: tuple[str, ...]) -> tuple[str, ...]:
    at = next((at for at, word in enumerate(words) if at and not word.startswith("-")), len(words))
    return words[at + 1 :]


def _wrong(step: Step) -> Iterator[str]:
    """Yield the paths that a call found to be not there."""
    call = step.call
    if call.kind in (READ, SEARCH, EDIT):
        if call.failed and call.path and NO_PATH.search(step.said[:1000]):
            yield call.path.rstrip("/")
        return
    if call.kind != SHELL or not (step.failed or len(call.output) < _SHORT_CHARS):
        return
    lines = list(NO_PATH.lines(step.said))[:20]
    if not lines or any(command.is_probe or command.program in _CREATES for command in step.commands):
        return
    words = sorted(set(_paths(step)), key=lambda pair: len(pair[0]), reverse=True)
    for line in lines:
        found = next((path for word, path in words if stands_in(word, line)), "")
        if found:
            yield found


def _seen(scene: Scene, step: Step, path: str, times: int) -> Iterator[Observation]:
    right, degree = _right(scene, step, path)
    if any(one.startswith("/") and settled(one) != one for one in (path, right)):
        return  # made for one run
    try:
        if right:
            rule = f"Use {wording.quoted_path(right)}, not {wording.quoted_path(path)} (no such path)."
            yield seen(step, path, wording.sentence(rule), degree, {"wrong": path, "right": right})
        elif times == 1:
            rule = f"Do not look for {wording.quoted_path(path)}: there is no such path."
            yield seen(step, path, wording.sentence(rule), 0.3, {"wrong": path})
    except wording.NotQuotable:
        return


def _right(scene: Scene, step: Step, path: str) -> tuple[str, float]:
    """Return the path that was meant, and how sure that is; an empty one where none is seen."""
    best, degree = "", 0.0
    tried = {scene.inner(found) for _, found in _paths(step)}
    for later in scene.after(step, _WITHIN):
        if later.call.kind == EDIT and not later.failed and later.path == path:
            return "", 0.0  # it was to be made
        if later.failed or set(_wrong(later)):
            continue
        for _, found in _paths(later):
            other = scene.inner(found)
            is_other = other not in tried and not is_typo_of_path(path, other) and not _is_template(other, path)
            like = likeness(path, other) if is_other else 0.0
            if like > degree:
                best, degree = other, like
    return (best, degree) if best else _listed(scene, step, path)


def _listed(scene: Scene, step: Step, path: str) -> tuple[str, float]:
    """Return the folder that was taken instead of one, after a look at what is beside it."""
    folder, _, name = path.rpartition("/")
    if not folder or _suffix(name):
        return "", 0.0
    is_seen = False
    for later in scene.after(step, _SOON):
        if later.failed:
            continue
        for _, found in _paths(later):
            other = scene.inner(found)
            if (
                is_seen
                and other.rpartition("/")[0] == folder
                and other != path
                and _suffix(other) == _suffix(name)
            ):
                return other, 0.55
            is_seen = is_seen or other == folder
    return "", 0.0


def _is_template(path: str, of: str) -> bool:
    """Tell whether a file is what others are made of: somebody who finds no .env has read .env.example instead."""
    return bool(_TEMPLATE.search(path)) and not _TEMPLATE.search(of)


def _suffix(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[2]
