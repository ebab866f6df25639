"""Terminal output: colours, cursor moves, progress bars and spinners are gone; what was shown stays."""

from typing import Final

from headroom import markers
from headroom.compressors import protected, screen
from headroom.types import Compressed, Compressor, Context, PassThrough


def looks_like(text: str) -> bool:
    """Whether the text holds anything that a terminal would act on."""
    return screen.is_controlled(text)


def compress(text: str, context: Context) -> Compressed:
    """Return what the screen showed in the end, with long runs of equal lines counted.

    Lossless where only colours go. What was overwritten or erased on the screen was text all the same, so
    that form is a lossy one: it says how much is gone, and where it is.

    Raises PassThrough for a text without control characters, for a full-screen display and when the form
    that is asked for, lossless or lossy, is not the one there is.
    """
    is_lossless = screen.is_only_styled(text)
    if is_lossless and context.budget_tokens is not None:
        raise PassThrough("has no lossy form")
    if not is_lossless and context.budget_tokens is None:
        raise PassThrough("a screen would show only a part")
    protected.refuse(text)
    shown = screen.shown(text)
    if shown == text:
        raise PassThrough("nothing that a terminal would act on")
    result = screen.counted(shown)
    if len(result) >= len(text):
        raise PassThrough("not shorter as shown")
    protected.refuse(result)
    kept = result.count("\n") + 1
    if is_lossless:
        return Compressed(result, lossless=True, kept=kept)
    gone = len(text) - len(result)
    note = markers.omission(gone, len(text), "characters", "overwritten or erased on the screen", context.original)
    return Compressed(f"{note}\n{result}", lossless=False, kept=kept, omitted={"characters": gone})


TERMINAL: Final = Compressor("terminal", looks_like, compress)
