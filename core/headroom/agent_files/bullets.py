"""The lines of a section: a heading and one bullet each, whose text can do nothing but be read. Pure.

What is written comes from transcripts and from models' answers, so it may have been chosen by somebody who means
harm. It must not open a comment or a code block that swallows what stands below it, nor name a file that the
agent reads in its place: several agents take "@name" in the open for one.
"""

import re
from collections.abc import Sequence
from typing import Final

BULLET: Final = "- "
_NOISE = re.compile(r"[\s`*_.]+")
_FENCE = re.compile(r"[`~]{3,}")
_IMPORT = re.compile(r"(?<!\w)@[^\s`]+")
_AT = re.compile(r"(?<!\w)@(?=\S)")
_ODD: Final = ("``", "\\", "<")
"""Where one of these stands, or a backquote alone, it is not plain which backquotes begin and end code, see
https://spec.commonmark.org/0.31.2/#code-spans"""


def inert(text: str) -> str:
    """Return one line of text as it may stand behind a bullet."""
    line = _one_line(text)
    line = f"\\{line}" if _FENCE.match(line) else line
    return _without_imports(line) if "@" in line else line


def _one_line(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line.replace("<!--", "<! --").replace("-->", "-- >")


def _without_imports(text: str) -> str:
    """Make code of what would be read as a file's name, unless it is; part it where that is unsure."""
    if text.count("`") % 2 == 0 and not any(odd in text for odd in _ODD):
        pieces = text.split("`")
        pieces[::2] = [_IMPORT.sub(r"`\g<0>`", piece) for piece in pieces[::2]]
        made = "`".join(pieces)
        if "``" not in made:
            return made
    return _AT.sub("@ ", text)


def plain(text: str) -> str:
    """Return what two spellings of one bullet have in common."""
    return _NOISE.sub(" ", text.strip().removeprefix(BULLET)).strip().casefold()


def heading(title: str, label: str = "") -> str:
    """Return the line above the bullets.

    Args:
        label: the project that they are about, in a file that is read in all of them.
    """
    where = f" in `{_one_line(label).replace('`', '')}` (for work there only)" if label else ""
    return f"## {title}{where}"


def framed(top: str, bullets: Sequence[str]) -> list[str]:
    """Return a section's lines as programs that tidy up Markdown leave them."""
    return ["", top, "", *bullets, ""]
