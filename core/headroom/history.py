"""What stood before a block in its request: the results that it may be a repeat of, and what was done to its file.

All of it is read off the request itself (law 1), so a result that the agent has dropped from its history is no
longer there to be pointed at.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Final

from headroom import markers
from headroom.compressors import commands, reread, sources
from headroom.decision import REPEAT
from headroom.types import Block, Decision, Earlier, Trace

_LEAST_CHARS: Final = 400
"""A shorter result is not worth being pointed at, nor a pointer."""
_PART_KEYS: Final = ("offset", "limit", "view_range", "start_line", "end_line", "line_start", "line_end")


class History:
    """The results before a block, by what they say and by what they are of."""

    def __init__(self) -> None:
        self._same: dict[str, Earlier] = {}
        self._alike: dict[str, Earlier] = {}

    def add(self, trace: Trace, key: str, decision: Decision, text: Callable[[], str]) -> None:
        """Take note of a result; the first in full is pointed at, and the last as it came is compared with.

        Args:
            text: the result as it came, asked for only if needed.
        """
        if not trace.digest or not decision.lossless or decision.compressor == REPEAT:
            return
        earlier = Earlier(key, trace.label, text)
        self._same.setdefault(trace.digest, earlier)
        if decision.text is None:
            self._alike[trace.subject] = earlier

    def find(self, trace: Trace) -> Earlier | None:
        """Return the earlier result that a new one may be told by; None where there is none."""
        return (self._same.get(trace.digest) or self._alike.get(trace.subject)) if trace.digest else None


def trace(block: Block) -> Trace:
    """Return what is remembered of a block."""
    if len(block.text) < _LEAST_CHARS or block.untouchable:
        return Trace()
    said, _ = reread.body(block.text)
    path = sources.file_read(block.tool_input)
    subject = f"file\0{path}" if path else f"call\0{block.tool}\0{block.tool_input}"
    return Trace(_digest(said), _digest(subject), markers.call_label(block.tool, block.tool_input))


def is_touched(block: Block, inputs: Iterable[str]) -> bool:
    """Whether a file's text is one that must stay verbatim, for it was or may soon be edited.

    So it is where a call before has edited the file, read a part of it or read it before, and where the block's
    own call reads a part.

    Args:
        inputs: the inputs of the calls before the block, as JSON text, its own call among them.
    """
    path = sources.file_read(block.tool_input)
    if path is None:
        return False
    quoted = json.dumps(path)[1:-1]
    about = [call for call in inputs if path in call or quoted in call]
    return len(about) > 1 or any(map(_is_part, about))


def _is_part(tool_input: str) -> bool:
    fields = sources.members(tool_input)
    words = [word for run in commands.runs(tool_input) for word in run[:1]] if "command" in fields else []
    return any(fields.get(key) is not None for key in _PART_KEYS) or any(
        w in ("head", "tail", "sed") for w in words
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
