"""An edit that found no place for its text, or was refused as the file had not been read."""

from collections.abc import Iterator

from headroom.learn.finders import wording
from headroom.learn.finders.messages import INEXACT, UNREAD
from headroom.learn.finders.observation import Observation, seen
from headroom.learn.finders.scene import Scene


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the files whose edits failed for lack of exact text."""
    for step in scene.edits:
        text = step.said[:2000]
        is_inexact = bool(INEXACT.search(text))
        if not step.call.path or not step.failed or not (is_inexact or UNREAD.search(text)):
            continue
        path = scene.inner(step.call.path)
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
