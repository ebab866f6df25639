"""How many tokens a request takes: an upper bound from its size alone, and a count where that is not enough.

Neither is the provider's own figure. A count errs on the side of too many: JSON's own marks are counted as if the
model read them.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from headroom.spans import Cursor
from headroom.windows import Window

_BYTES_A_TOKEN: Final = 2.0
"""Texts of any language have more bytes to a token of o200k_base; only runs of random characters have less."""
_LEAST_SHARE: Final = 0.25
"""No request asks for so long an answer that less than this share of the window is left for the prompt."""
_BINARY: Final = re.compile(
    rb'(?:"(?:data|bytes|file_data|signature|thoughtSignature|encrypted_content)"\s*+:\s*+"|base64,)'
    rb"[A-Za-z0-9+/=_-]{3000,}+"
)
"""An image, a document or sealed reasoning, in base64: not read as words are."""
_BINARY_TOKENS: Final = 1600
"""About what a large image takes. https://platform.claude.com/docs/en/build-with-claude/vision"""
_ESCAPES: Final = ((b"\\n", b"\n"), (b"\\t", b"\t"), (b'\\"', b'"'))
_MOST_KEPT: Final = 50_000
_ANSWER_KEYS: Final = frozenset(
    {"max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens"}
)
_CONFIGS: Final = frozenset({"generationConfig", "generation_config", "inferenceConfig"})
_MOST_DIGITS: Final = 9


def at_most(size_bytes: int, factor: float) -> int:
    """Return how many tokens a text of this size takes at most.

    Args:
        factor: how many of the model's tokens one of o200k_base makes up.
    """
    return int(size_bytes * factor / _BYTES_A_TOKEN)


def least_room(window: Window) -> int:
    """Return how long a prompt may be in any case, however long an answer the request asks for."""
    return int((window.total or window.input or 0) * _LEAST_SHARE)


def answer_tokens(body: bytes) -> int:
    """Return how long an answer a request asks for; 0 where it does not say.

    Raises ValueError where it is no JSON object.
    """
    found = 0
    cursor = Cursor(body)
    for key in cursor.members():
        if key in _ANSWER_KEYS:
            found = max(found, _number(body[cursor.skip()]))
        elif key in _CONFIGS and cursor.peek() == ord("{"):
            for inner in cursor.members():
                if inner in _ANSWER_KEYS:
                    found = max(found, _number(body[cursor.skip()]))
    return found


def _number(raw: bytes) -> int:
    return int(raw) if raw.isdigit() and len(raw) <= _MOST_DIGITS else 0


class Counter:
    """Counts what was not counted before: a conversation's messages come again in every request.

    Args:
        count: tokens of a text.
    """

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._known: OrderedDict[bytes, int] = OrderedDict()

    def request(self, body: bytes, messages: Sequence[slice]) -> int:
        """Return the tokens of a request.

        Args:
            messages: where its messages stand, in order.
        """
        if not messages:
            return self.value(body)
        outside = self.value(body[: messages[0].start]) + self.value(body[messages[-1].stop :])
        return outside + sum(self.value(body[span]) for span in messages)

    def value(self, raw: bytes) -> int:
        """Return the tokens of a piece of JSON."""
        name = hashlib.sha256(raw).digest()
        if name in self._known:
            self._known.move_to_end(name)
            return self._known[name]
        text, binaries = _BINARY.subn(b"", raw)
        for escaped, plain in _ESCAPES:
            text = text.replace(escaped, plain)
        tokens = self._count(text.decode(errors="replace")) + _BINARY_TOKENS * binaries
        self._known[name] = tokens
        if len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return tokens
