"""Text that must reach the model verbatim, wherever it stands in a tool's output."""

import re
from typing import Final

from headroom.types import PassThrough

_WORDS: Final = ("[headroom:", "system-reminder", "persisted-output")
_PROTECTED: Final = re.compile(r"</?(?:system-reminder|persisted-output)\b|\[headroom:")


def refuse(text: str) -> None:
    """Raise PassThrough when a text holds an agent's own notes to the model, or an omission line of ours."""
    # Looking for plain texts first is ten times as fast.
    if any(word in text for word in _WORDS) and _PROTECTED.search(text):
        raise PassThrough("holds text that must stay verbatim")
