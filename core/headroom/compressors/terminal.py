"""Terminal output: colours, cursor moves, progress bars and spinners are gone; what was shown stays."""

from typing import Final

from headroom.compressors import protected, screen
from headroom.types import Block, Compressed, Compressor, Context, PassThrough


def accepts(block: Block) -> bool:
    """Whether the text holds anything that a terminal would act on."""
    return block.kind == "tool_result" and screen.is_controlled(block.text)


def compress(text: str, context: Context) -> Compressed:
    """Return what the screen showed in the end, with long runs of equal lines counted.

    Raises PassThrough for a text without control characters, for a full-screen display and when a budget
    asks for a lossy form.
    """
    if context.budget_tokens is not None:
        raise PassThrough("has no lossy form")
    protected.refuse(text)
    shown = screen.shown(text)
    if shown == text:
        raise PassThrough("nothing that a terminal would act on")
    result = screen.counted(shown)
    if len(result) >= len(text):
        raise PassThrough("not shorter as shown")
    protected.refuse(result)
    return Compressed(result, lossless=True, kept=result.count("\n") + 1)


TERMINAL: Final = Compressor("terminal", accepts, compress)
