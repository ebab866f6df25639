"""A command's output that we had shortened and whose original the model then fetched."""

import re
from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.observation import Observation, seen
from headroom.learn.finders.scene import Scene, Step
from headroom.types import original_key

_FETCH: Final = re.compile(
    r"[/\\]originals[/\\]([0-9a-f]{12})\.txt\b|\bheadroom[ _]retrieve\s{0,4}([0-9a-f]{12})\b", re.IGNORECASE
)
_KEY: Final = re.compile(r"[0-9a-f]{12}")
_BEFORE: Final = 40
"""So many calls back the original is looked for."""
_LEAST_CHARS: Final = 800
"""Shorter outputs are not shortened."""


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the calls whose shortened output was fetched whole."""
    known: set[str] = set()
    for step in scene.steps:
        key = _key(step)
        original = _original(scene, step, key) if key and key not in known else None
        known.add(key)
        if original is None:
            continue
        call = original.call
        what = wording.command(original.commands[0].words) if original.commands else call.path or call.tool
        try:
            rule = f"Ask {wording.quoted(what)} for what you need alone: shortened, its output was fetched again."
            facts = {"command": what, "tool": call.tool}
            yield seen(step, what, wording.sentence(rule), 0.6, facts)
        except wording.NotQuotable:
            continue


def _key(step: Step) -> str:
    """Return the key of the original that a call fetches; empty where it fetches none."""
    call = step.call
    found = _FETCH.search(call.command or call.path)
    if found:
        return (found[1] or found[2]).lower()
    asked = call.input.get("hash")
    is_ours = call.tool.endswith("headroom_retrieve") and isinstance(asked, str) and _KEY.fullmatch(asked)
    return str(asked) if is_ours else ""


def _original(scene: Scene, step: Step, key: str) -> Step | None:
    """Return the call whose output has the key; where none has, the one of the longest output."""
    before = [one for one in scene.steps[max(step.number - _BEFORE, 0) : step.number] if one.size >= _LEAST_CHARS]
    same = next((one for one in before if original_key(one.call.output) == key), None)
    return same or max(before, key=lambda one: one.size, default=None)
