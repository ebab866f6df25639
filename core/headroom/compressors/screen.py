"""What a terminal would have shown of a text: escapes carried out, progress displays in their final state.

Pure functions for every compressor that reads what a program printed. Nothing that stood on the screen is
lost on purpose: a cleared screen is kept as an earlier page, and what a carriage return overwrites is kept
as a line of its own unless it looks like a progress display.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final

from headroom.compressors import terminal_repeats
from headroom.types import PassThrough

_STYLE: Final = re.compile(
    r"\x1b\][^\x07\x1b\n]*+(?>(?:\x07|\x1b\\)?)"  # window titles, the addresses of links
    r"|\x1b[PX^_][^\x1b\n]*+(?>(?:\x1b\\)?)"  # device strings
    r"|\x1b\[[0-?]*+[ -/]*+[cg-qtv-z{|}~]"  # colours, modes, reports
    r"|\x1b[ -/]++[0-~]|\x1b[=>HNOZ\\n-~]"  # character sets, keypad modes
    r"|[\x07\x0e\x0f]"
)
"""What changes the look of text, but not where it stands."""
_STEP: Final = re.compile(r"\x1b\[([0-?]*+)([@-~])|\x1b([78DEMc])|([\r\x08])|\x1b|([^\x1b\r\x08]++)")
_ERASE_LINE: Final = re.compile(r"\x1b\[0?K")
_LINE_END: Final = re.compile(r"(?<!\r)\r++(?=\n|\Z)")
_INNER_RETURN: Final = re.compile(r"\r(?![\r\n]|\Z)")
_NOT_ERASE_LINE: Final = re.compile(r"\x1b(?!\[0?K)")
_EDITED_BY: Final = re.compile(r"\x1b\[(?:[02]?K|\d*+[CG])")
_RISE: Final = re.compile(r"\x1b(?:\[[0-?]*+[^0-?CDGK]|[78DEMc])")
_ESCAPE: Final = re.compile(r"\x1b\[[0-?]*+[@-~]")
_HOME: Final = re.compile(r"\x1b(?:\[[01;]*+[Hf]|\[[23]J|c)")
_WORD: Final = re.compile(r"[^\W\d_]{2,}+")
_PROGRESS: Final = re.compile(
    r"\d\s?%|[\u2580-\u2595\u25a0\u2800-\u28ff\u2501\u2578-\u257b]|[#=.>*-]{4}|--:--|\bETA\b"
)
_NO_COLUMN: Final = frozenset({"Mn", "Me", "Cf"})
_TWO_COLUMNS: Final = frozenset({"W", "F"})
_CELL_CHARS: Final = 16
"""More than so many combining characters do not go into one column."""


def without_styles(text: str) -> str:
    """Return a text without colours and other sequences that leave the cursor where it is."""
    return _STYLE.sub("", text) if "\x1b" in text else text


def is_controlled(text: str) -> bool:
    """Whether a text holds anything that a terminal would act on, other than line ends and tabs."""
    return "\x1b" in text or "\b" in text or ("\r" in text and _INNER_RETURN.search(text) is not None)


def is_only_styled(text: str) -> bool:
    """Whether all that a terminal would do is to colour the text: then nothing of it is overwritten or erased.

    The address of a link is text that the screen does not show.
    """
    if "\x1b]8;" in text:
        return False
    plain = without_styles(text)
    if "\b" in plain or _INNER_RETURN.search(plain):
        return False
    # The cursor stands at the end of its line, where there is nothing to erase.
    return "\x1b" not in _ERASE_LINE.sub("", plain)


def shown(text: str) -> str:
    """Return what stood on the screen at the end; a text without control characters as it is.

    Raises PassThrough for a display drawn with free cursor positions. Lines end in a line feed alone, unless
    the text is returned as it is. Carriage returns in a text of a single line are line ends of an old kind.
    """
    if not is_controlled(text):
        return text
    if "\x1b" not in text and "\b" not in text and "\n" not in text:
        return text
    plain = _LINE_END.sub("", without_styles(text))
    if "\r" not in plain and "\b" not in plain:
        if not _NOT_ERASE_LINE.search(plain):
            # The cursor always stands at the end of its line, where there is nothing to erase.
            return _ERASE_LINE.sub("", plain)
    elif not _RISE.search(plain):
        plain = "\n".join(map(_keep_unlike_frames, plain.split("\n")))
    return _Screen(len(text)).draw(plain)


def pages(text: str) -> list[str]:
    """Return what `shown` does, cut where the screen was cleared or drawn anew from its top; one page if never.

    Raises PassThrough as `shown` does.
    """
    if not _HOME.search(text):
        return [shown(text)]
    plain = _LINE_END.sub("", without_styles(text))
    screen = _Screen(len(text))
    rows = screen.draw(plain).split("\n")
    starts = sorted({0, *screen.starts, len(rows)})
    return ["\n".join(rows[start:end]) for start, end in pairwise(starts)]


def counted(text: str) -> str:
    """Return a text with long runs of equal lines, or equal groups of lines, counted; nothing is lost."""
    return terminal_repeats.counted(text)


def is_encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8: whether it has no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _keep_unlike_frames(line: str) -> str:
    """Turn a carriage return into a line end where what it overwrites is content, not progress."""
    if "\r" not in line:
        return line
    frames = line.split("\r")
    parts = [frames[-1]]
    following = _plain(frames[-1])
    words: list[str] | None = None
    for frame, after in zip(frames[-2::-1], frames[:0:-1], strict=True):
        plain = _plain(frame)
        is_display = not plain or _PROGRESS.search(plain) or following.startswith(plain)
        is_edited = _EDITED_BY.match(after) or frame.endswith("\x1b[2K")
        is_same = False
        if not (is_display or is_edited):
            words = _WORD.findall(following) if words is None else words
            is_same = _WORD.findall(plain) == words
        parts += ["\r" if is_display or is_edited or is_same else "\n", frame]
        if plain and plain != following:
            following, words = plain, None
    return "".join(reversed(parts))


def _plain(frame: str) -> str:
    return (_ESCAPE.sub("", frame) if "\x1b" in frame else frame).strip()


@lru_cache(maxsize=4096)
def _is_narrow(char: str) -> bool:
    return unicodedata.category(char) not in _NO_COLUMN and unicodedata.east_asian_width(char) not in _TWO_COLUMNS


def _cells(text: str) -> list[str]:
    """Return what stands in each column: two for a wide character, none of its own for a combining one."""
    if text.isascii() or all(map(_is_narrow, set(text))):
        return list(text)
    cells: list[str] = []
    for char in text:
        if cells and unicodedata.category(char) in _NO_COLUMN and len(cells[-1]) < _CELL_CHARS:
            cells[-1] += char
        elif unicodedata.east_asian_width(char) in _TWO_COLUMNS:
            cells += [char, ""]
        else:
            cells.append(char)
    return cells


class _Screen:
    """A screen of unlimited height and width. A row becomes a list of cells when something moves on it."""

    def __init__(self, size: int) -> None:
        self._rows: list[str | list[str]] = []
        self._page = 0
        self._row = 0
        self._column = 0
        self._padding_left = size
        self.starts: list[int] = []
        """The rows where a screen begins that was cleared or is drawn anew."""

    def draw(self, text: str) -> str:
        for number, line in enumerate(text.split("\n")):
            if number:
                self._row, self._column = self._row + 1, 0
            if self._row == len(self._rows) and not is_controlled(line):
                self._rows.append(line)
                self._column = len(_cells(line))
            else:
                self._play(line)
        return "\n".join(row if isinstance(row, str) else "".join(row).rstrip(" ") for row in self._rows)

    def _play(self, line: str) -> None:
        self._current()
        for step in _STEP.finditer(line):
            argument, final, single, control, text = step.groups()
            if text:
                self._write(_cells(text))
            elif control:
                self._column = 0 if control == "\r" else max(0, self._column - 1)
            elif final or single:
                move = _MOVES.get(final or "\x1b" + single)
                if move is None or len(argument or "") > 4:
                    raise PassThrough("moves its cursor in ways that are not followed")
                move(self, argument or "")

    def _current(self) -> list[str]:
        if self._row == len(self._rows):
            self._rows.append([])
        row = self._rows[self._row]
        if isinstance(row, str):
            row = self._rows[self._row] = _cells(row)
        return row

    def _write(self, new: list[str]) -> None:
        cells = self._current()
        gap = self._column - len(cells)
        if gap > 0:
            self._padding_left -= gap
            if self._padding_left < 0:
                raise PassThrough("moves its cursor far beyond the text")
            cells += [" "] * gap
        cells[self._column : self._column + len(new)] = new
        self._column += len(new)

    def _erase_in_line(self, argument: str) -> None:
        if argument not in ("", "0", "2"):
            raise PassThrough("erases backwards")
        cells = self._current()
        del cells[0 if argument == "2" else self._column :]

    def _erase_below(self, argument: str) -> None:
        if argument in ("2", "3"):
            self._new_page("")
        elif argument in ("", "0"):
            del self._rows[self._row + 1 :]
            self._erase_in_line("")
        else:
            raise PassThrough("erases backwards")

    def _new_page(self, argument: str) -> None:
        """Go to the top of an empty screen; what stood on it stays, above."""
        if argument not in ("", ";", "1", "1;1"):
            raise PassThrough("is drawn with free cursor positions")
        if self._rows and not self._rows[-1]:
            self._rows.pop()
        self._page = self._row = len(self._rows)
        self._column = 0
        self.starts.append(self._page)

    def _up(self, argument: str) -> None:
        self._row = max(self._page, self._row - _number(argument))
        self._current()

    def _down(self, argument: str) -> None:
        self._row = min(max(len(self._rows) - 1, self._row), self._row + _number(argument))
        self._current()

    def _to_column(self, argument: str) -> None:
        self._column = _number(argument) - 1

    def _right(self, argument: str) -> None:
        self._column += _number(argument)

    def _left(self, argument: str) -> None:
        self._column = max(0, self._column - _number(argument))

    def _line_up(self, argument: str) -> None:
        self._up(argument)
        self._column = 0

    def _line_down(self, argument: str) -> None:
        self._down(argument)
        self._column = 0


def _number(argument: str) -> int:
    if argument and not argument.isdigit():
        raise PassThrough("moves its cursor in ways that are not followed")
    return max(1, int(argument or 1))


_MOVES: Final[dict[str, Callable[[_Screen, str], None]]] = {
    "A": _Screen._up,
    "B": _Screen._down,
    "C": _Screen._right,
    "D": _Screen._left,
    "E": _Screen._line_down,
    "F": _Screen._line_up,
    "G": _Screen._to_column,
    "H": _Screen._new_page,
    "f": _Screen._new_page,
    "J": _Screen._erase_below,
    "K": _Screen._erase_in_line,
    "\x1bc": _Screen._new_page,
}
