"""Restores a text from its form with repeated lines counted: what proves that form lossless."""

import re

_NOTE = re.compile(r"\[the (?:line|(\d+) lines) above, (\d+) times in all\]")


def decode(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        note = _NOTE.fullmatch(line)
        if note is None:
            lines.append(line)
        else:
            size, times = int(note[1] or 1), int(note[2])
            lines += lines[-size:] * (times - 1)
    return "\n".join(lines)
