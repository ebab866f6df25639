"""An edit that found no place for its text, or was refused as the file had not been read."""

from collections.abc import Iterator
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.denials import POLICY, REJECTED, SYSTEM
from headroom.learn.finders.messages import INEXACT, NO_PATH, UNREAD
from headroom.learn.finders.observation import Observation, seen
from headroom.learn.finders.scene import EDIT, READ, Scene, Step

_LOOKED_AT: Final = 2000
_WITHIN: Final = 6


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the files whose edits failed for lack of exact text."""
    for step in scene.edits:
        is_inexact = bool(step.path) and step.failed and _is_inexact(scene, step)
        if not is_inexact and not (step.path and step.failed and UNREAD.search(step.said[:_LOOKED_AT])):
            continue
        path = step.path
        try:
            quoted = wording.quoted_path(path)
            if is_inexact:
                rule = (
                    f"Read {quoted} before editing it and copy the text to replace exactly, with its whitespace."
                )
            else:
                rule = f"Read {quoted} before editing it."
            yield seen(step, path, wording.sentence(rule), 0.6 if is_inexact else 0.4, {"path": path})
        except wording.NotQuotable:
            continue


def _is_inexact(scene: Scene, step: Step) -> bool:
    """Whether an edit found no place: as it was told, or as the file was read and the edit made again."""
    text = step.said[:_LOOKED_AT]
    if INEXACT.search(text):
        return True
    others = (NO_PATH, UNREAD, REJECTED, POLICY, SYSTEM)
    return not (step.call.denied or any(one.search(text) for one in others)) and _was_read_and_edited(scene, step)


def _was_read_and_edited(scene: Scene, step: Step) -> bool:
    is_read = False
    for later in scene.after(step, _WITHIN):
        if later.failed or later.path != step.path:
            continue
        if later.call.kind == EDIT:
            return is_read
        is_read = is_read or later.call.kind == READ
    return False
