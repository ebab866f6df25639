"""Terminal output: colours, cursor moves, progress bars, spinners, earlier screens go; what was shown stays.

Also the row for any text in which lines repeat: runs of equal lines, or of equal groups of lines, are counted.
"""

from typing import Final

from headroom import markers
from headroom.compressors import protected, screen, terminal_frames, terminal_repeats
from headroom.types import Compressed, Compressor, Context, PassThrough


def looks_like(text: str) -> bool:
    """Whether the text holds anything that a terminal would act on, lines that repeat, or frames of progress."""
    return screen.is_controlled(text) or terminal_repeats.has_runs(text) or terminal_frames.has_frames(text)


def compress(text: str, context: Context) -> Compressed:
    """Return what the screen showed in the end, with runs of equal lines counted.

    Lossless where only colours go and lines are counted. What was overwritten or erased on the screen was text
    all the same, and so is every frame of a progress display that has lines of its own: that form is a lossy
    one, which says how much is gone and where it was.

    Raises PassThrough for a text with nothing of the kind, for a full-screen display and when the form that is
    asked for, lossless or lossy, is not the one there is.
    """
    if context.budget_tokens is None:
        return _lossless(text)
    protected.refuse(text)
    pages = screen.pages(text)
    last, gone = terminal_frames.without_earlier_screens(pages)
    if gone and len(last) >= sum(map(len, pages)):
        # A few small screens: notes would be longer than what they stand for.
        last, gone = "\n".join(pages), 0
    last, frames = terminal_frames.without_frames(last)
    if not gone + frames and screen.is_only_styled(text):
        raise PassThrough("has no lossy form")
    result = terminal_repeats.counted(last)
    _check(result, text)
    missing = len(text) - len(result)
    what = "overwritten or erased on the screen"
    if screen.is_only_styled(text):
        what = "progress"
    if gone + frames:
        what += f", {gone + frames:,} lines of it frames before the last"
    note = markers.omission(missing, len(text), "characters", what, context.original)
    return Compressed(f"{note}\n{result}", False, result.count("\n") + 1, {"characters": missing})


def _lossless(text: str) -> Compressed:
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    protected.refuse(text)
    result = terminal_repeats.counted(screen.shown(text))
    if result == text:
        raise PassThrough("no colours, and no lines that repeat")
    _check(result, text)
    return Compressed(result, lossless=True, kept=result.count("\n") + 1)


def _check(result: str, text: str) -> None:
    if len(result) >= len(text):
        raise PassThrough("not shorter as shown")
    protected.refuse(result)


TERMINAL: Final = Compressor(
    "terminal", looks_like, compress, commands=("script", "watch", "docker pull", "apt", "apt-get")
)
